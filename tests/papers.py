"""The papers of the tests: the official sheets as they were put in order by hand, and forms to write mistakes into."""

from __future__ import annotations

import csv
import shutil
from functools import cache
from pathlib import Path
from typing import Any

from xlsync.canonical_json import parse_json
from xlsync.form.edition import Edition
from xlsync.form.library import Form, load_form
from xlsync.sheet import Sheet, sheet_of

EDITION = 2018
KEYS = (
    "01-02-01-08-14-01",
    "01-02-01-08-15-01",
    "01-02-01-09-11-01",
    "01-02-01-10-11-01",
    "01-02-01-10-12-01",
)
CLEAN = KEYS[0]
"""A sheet without any finding."""
_SHIPPED = Path(__file__).parent.parent / "src/xlsync/forms/jimu-jigyo-hyoka"


@cache
def official_bytes() -> dict[str, bytes]:
    """The files of the five official sheets by key."""
    return {key: (_SHIPPED / "examples" / f"{key}.json").read_bytes() for key in KEYS}


def official_document(key: str = CLEAN) -> dict[str, Any]:
    """The document of an official sheet, fresh at every call."""
    document = parse_json(official_bytes()[key])
    assert isinstance(document, dict)
    return document


def edition(year: int = EDITION) -> Edition:
    """The shipped form at a year."""
    return load_form().at(year)


def sheet(key: str = CLEAN, **changed: Any) -> Sheet:
    """An official sheet, with JSON values put at dotted paths ("__" for ".")."""
    return changed_sheet(
        official_document(key), {p.replace("__", "."): v for p, v in changed.items()}
    )


def with_values(key: str, changed: dict[str, Any]) -> Sheet:
    """An official sheet with JSON values put at dotted paths."""
    return changed_sheet(official_document(key), changed)


def changed_sheet(document: dict[str, Any], changed: dict[str, Any]) -> Sheet:
    """The sheet of a document with JSON values put at dotted paths."""
    for path, value in changed.items():
        put(document, path, value)
    return sheet_of(edition(), document)


def put(document: Any, path: str, value: Any) -> None:
    """Put a value at a dotted path that is there."""
    *above, last = path.split(".")
    here = document
    for step in above:
        here = here[int(step)] if isinstance(here, list) else here[step]
    if isinstance(here, list):
        here[int(last)] = value
    else:
        assert last in here, path
        here[last] = value


@cache
def field_table() -> list[dict[str, str]]:
    """The 128 fields of edition 2018, written out from the papers of the official form."""
    with (Path(__file__).parent / "data/fields.tsv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


NO_ROOM_FOR_PLEDGE = (
    '\n[[rule]]\ncheck = "fits"\ncode = "fits-mayoral-pledge"\nof = "mayoral_pledge"\n',
    "",
)
"""The rule that asks whether 市長公約 fits on paper, taken out of form.toml: for forms without this text."""
NO_PLAN_OF_PLEDGES = ('\n[[plan]]\nname = "市長公約"\ntitle = "mayoral_pledge"\n', "")
"""The plan that 市長公約 names, taken out of form.toml: for forms without this field."""


def in_field(path: str, old: str, new: str) -> tuple[str, str]:
    """The entry of a field in form.toml, and the same entry with a text replaced."""
    text = (_SHIPPED / "form.toml").read_text(encoding="utf-8")
    start = text.index(f'path = "{path}"\n')
    entry = text[start : text.index("\n[[", start)]
    assert entry.count(old) == 1, entry
    return entry, entry.replace(old, new)


def form_folder(folder: Path, *replaced: tuple[str, str], added: str = "") -> Path:
    """A copy of the shipped form with texts of its form.toml replaced, each found exactly once."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(_SHIPPED / "drawing.xlsx", folder / "drawing.xlsx")
    text = (_SHIPPED / "form.toml").read_text(encoding="utf-8")
    for old, new in replaced:
        assert text.count(old) == 1, (text.count(old), old)
        text = text.replace(old, new)
    (folder / "form.toml").write_text(text + added, encoding="utf-8")
    return folder


def edited_form(folder: Path, *replaced: tuple[str, str], added: str = "") -> Form:
    """The form of such a copy."""
    return load_form(str(form_folder(folder, *replaced, added=added)))
