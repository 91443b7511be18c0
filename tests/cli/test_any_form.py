"""Every command on forms of other families: no year, no amount, no 部・課・係, no indicator, and keys of any alphabet.

`test_example_forms.py` has them over the example forms.
"""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import openpyxl
import pytest

from tests.commands import Run
from tests.small_forms import SMALL_FORMS, YEAR, SmallForm
from tests.watcher import impatient
from xlsync.errors import SheetError
from xlsync.form.edition import Edition
from xlsync.form.library import collecting, load_form
from xlsync.kinds.value import Parsed
from xlsync.ooxml.patch.patch import patch_cells
from xlsync.sheet import sheet_of
from xlsync.store import Store
from xlsync.workbook.reading.form_reader import read

VERBS = ("validate", "submit", "pull", "diff", "summary", "selftest")
FINE = {0, 1}
"""Exit codes of a command that did its task: nothing, or something, is left for people to do."""


@pytest.fixture(
    params=[
        small for small in SMALL_FORMS if small.name in {"bihin", "hojokin"}
    ],  # no organization; hyphens in keys
    ids=lambda small: small.name,
)
def small(request: pytest.FixtureRequest) -> SmallForm:
    assert isinstance(request.param, SmallForm)
    return request.param


@pytest.fixture
def city(small: SmallForm, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A city of the form with its sheets registered and given out; the working directory."""
    form = small.folder(tmp_path)
    folder = tmp_path / "市"
    assert run("init", folder, "--edition", YEAR, "--form", form).code == 0
    monkeypatch.chdir(folder)
    impatient(folder)
    Path("登録").mkdir()
    documents = small.documents(load_form("form", folder).at(YEAR))
    for number, data in enumerate(documents.values()):
        Path(f"登録/{number}.json").write_bytes(data)
    assert run("import", "登録").code in FINE
    assert run("export", "--all").code == 0
    return folder


def books(city: Path) -> list[Path]:
    """The living workbooks."""
    settings = {"集計", "提出状況.xlsx"}
    every = sorted((city / "shared").rglob("*.xlsx"))
    return [book for book in every if not settings & set(book.relative_to(city / "shared").parts)]


def fill(book: Path, small: SmallForm, city: Path) -> None:
    """Type into a workbook what the staff fill in."""
    data = book.read_bytes()
    form = collecting(load_form("form", city), YEAR)
    [reading] = read(data, form)
    cells = {reading.cell_of(path): value for path, value in small.typed.items()}
    book.write_bytes(patch_cells(data, cells))


def _ask_and_answer(city: Path, small: SmallForm, run: Run) -> str:
    """Let two people change one field in two copies, decide which counts, and return the field's path."""
    book = books(city)[0]
    copy = book.with_name(f"{book.stem}_写し.xlsx")
    copy.write_bytes(book.read_bytes())
    path = next(path for path, value in small.typed.items() if isinstance(value, str))
    [reading] = read(copy.read_bytes(), load_form("form", city))
    fill(book, small, city)
    spot = reading.cell_of(path)
    copy.write_bytes(patch_cells(copy.read_bytes(), {spot: small.other}))
    assert run("check", "shared").code in FINE
    assert run("diff", book).code in FINE
    assert run("watch", "--once").code in FINE
    [conflict] = run("conflicts", "--json").json["conflicts"]
    assert (conflict["key"], conflict["path"]) == (reading.sheet.key, path)
    assert run("resolve", reading.sheet.key, "--all-theirs").code in FINE
    assert run("conflicts", "--json").json["conflicts"] == []
    copy.unlink()
    return path


def _parsed(edition: Edition, path: str, value: str | float) -> object:
    parsed = edition.by_path[path].kind.parse(value)
    assert isinstance(parsed, Parsed)
    return parsed.value


def test_every_command_works(small: SmallForm, city: Path, run: Run, tmp_path: Path) -> None:
    store = Store(city / "store", load_form("form", city))
    keys = store.keys(YEAR)
    assert len(keys) == len(books(city)) == len(small.sheets)
    for words in ("check", "build --out t.xlsx", "docs --out ."):
        assert run("form", *words.split(), "--form", city / "form").code == 0, words
    book = books(city)[0]
    own = read(book.read_bytes(), load_form("form", city))[0].sheet.key
    asked = _ask_and_answer(city, small, run)
    schema = json.loads(Path(f"schema/{small.name}-{YEAR}.json").read_text(encoding="utf-8"))
    for sheet in store.heads(YEAR):
        jsonschema.Draft202012Validator(schema).validate(json.loads(sheet.to_json()))
    head = store.head(own, YEAR)
    assert head is not None
    for path, value in small.typed.items():
        expected = {_parsed(head.edition, path, value)}
        if path == asked:
            expected.add(_parsed(head.edition, path, small.other))
        assert head[path] in expected, path
    for verb in VERBS:
        assert run("press", verb, book).code in FINE, verb
    for command in (
        *[("status",), ("status", "--json"), ("summarize",), ("summarize", "--json")],
        *[("summarize", "--format", kind, "--out", "表") for kind in ("csv", "json", "parquet")],
        *[("history", own), ("history", own, "--json"), ("seals",), ("conflicts",), ("review",)],
        *[("export", "--trial", "--out", "試し", own), ("audit",)],
    ):
        assert run(*command).code in FINE, command
    assert run("revert", own, "--to", 1).code in FINE
    assert run("audit").code == 0
    changed = tmp_path / "改めた様式"
    changed.mkdir()
    for file in (city / "form").iterdir():
        (changed / file.name).write_bytes(file.read_bytes())
    definition = (changed / "form.toml").read_text(encoding="utf-8")
    title = load_form("form", city).definition.title
    changed_title = definition.replace(f'title = "{title}"', f'title = "{title}（改）"')
    (changed / "form.toml").write_text(changed_title, encoding="utf-8")
    assert run("form", "adopt", city / "form").code == 0
    assert run("form", "try", changed).code in FINE
    assert run("form", "adopt", changed).code in FINE
    assert run("export", "--all").code in FINE
    assert run("audit").code == 0


@pytest.mark.parametrize("small", SMALL_FORMS[:1], ids=lambda small: small.name)
def test_a_page_without_stamp_and_year_is_found_by_its_names(
    small: SmallForm, city: Path, run: Run
) -> None:
    book = books(city)[0]
    plain = openpyxl.load_workbook(book)
    for page in plain:
        page.defined_names.pop("_xlsync.stamp", None)
    plain.custom_doc_props.props.clear()  # type: ignore[attr-defined]  # not in the stubs
    plain.save(book)
    fill(book, small, city)
    assert run("import", book).code in FINE
    head = Store(city / "store", load_form("form", city)).heads(YEAR)
    assert any(head["learned"] == small.typed["learned"] for head in head)


def test_a_sheet_keeps_the_key_it_had_before_hyphens_in_its_parts_were_marked(
    tmp_path: Path,
) -> None:
    small = next(small for small in SMALL_FORMS if small.name == "hojokin")
    edition = small.form(tmp_path).at(YEAR)
    [first, _] = small.documents(edition).values()
    document = json.loads(first)
    former = {**document, "key": "12345-A-01"}
    sheet = sheet_of(edition, former)
    assert sheet.key == "12345-A-01"
    assert sheet.to_document() == former
    with pytest.raises(SheetError):
        sheet_of(edition, {**document, "key": "12345-B-01"})
