"""`xlsync form build|check|docs`: the template and the papers derived from a form."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from xlsync.canonical_json import canonical
from xlsync.cli import ATTENTION
from xlsync.cli.city_paths import write_if_changed
from xlsync.cli.console import complain, say
from xlsync.errors import FormError
from xlsync.finding import CATALOGUE, SEVERITY_WORDS
from xlsync.form.handbook import Row, findings_page, form_page, guide_page
from xlsync.form.json_schema import schema_of
from xlsync.form.library import load_form
from xlsync.rules import CODES_IN_EXCEL, lines_of
from xlsync.summary.export.tidy import columns_page, tidy_schema
from xlsync.workbook.template.template import build_template

if TYPE_CHECKING:
    from xlsync.form.library import Form
    from xlsync.workbook.template.template import Template


def build(form: str, year: int, out: Path, *, only_check: bool) -> int:
    """Write the template, or see that the file holds what would be written; give the exit code."""
    data = sound_template(load_form(form, Path()), year).data
    if only_check:
        # Part by part: another build of zlib packs the same parts into other bytes.
        if out.exists() and _parts(out.read_bytes()) == _parts(data):
            return 0
        complain(f"{out} が最新ではありません。`xlsync form build` で作り直してください")
        return ATTENTION
    say(f"{'作成' if write_if_changed(out, data) else '変更なし'} {out}")
    return 0


def check_form(form: str, year: int) -> int:
    """Say that definition and drawing fit together; FormError says where they do not."""
    edition = sound_template(load_form(form, Path()), year).edition
    say(f"{edition.title}")
    say(
        f"誤りはありません。欄 {len(edition.fields)}、規則 {len(edition.rules)}、斜線（灰色）の欄 {len(edition.greyed)}"
    )
    return 0


def sound_template(form: Form, year: int) -> Template:
    """Give the template of a form at a year; FormError, naming the entry, where definition, drawing or Excel forbid it."""
    edition = form.at(year)
    try:
        lines_of(edition)
    except FormError as fault:
        raise FormError(fault.reason, fault.where or form.where) from fault
    return build_template(form, year)


def docs(form: str, year: int, out: Path, *, only_check: bool) -> int:
    """Write docs/form.md, findings.md, table.md and the JSON Schemas, or see that they are true; give the exit code."""
    edition = load_form(form, Path()).at(year)
    stale = 0
    pages = {
        out / "docs" / "form.md": form_page(edition).encode(),
        out / "docs" / "findings.md": findings_page(CATALOGUE_ROWS).encode(),
        out / "docs" / "ja" / "findings.md": guide_page(CATALOGUE_ROWS, SEVERITY_WORDS).encode(),
        out / "docs" / "table.md": columns_page(edition).encode(),
        out / "schema" / f"{edition.form}-{year}.json": canonical(schema_of(edition)),
        out / "schema" / f"summary-{edition.form}-{year}.json": canonical(tidy_schema(edition)),
    }
    for file, data in pages.items():
        if not only_check:
            say(f"{'作成' if write_if_changed(file, data) else '変更なし'} {file}")
        elif not file.exists() or file.read_bytes() != data:
            complain(f"{file} が最新ではありません。`xlsync form docs` で作り直してください")
            stale += 1
    return ATTENTION if stale else 0


CATALOGUE_ROWS = tuple(
    Row(code, entry.severity, entry.sentence, code in CODES_IN_EXCEL)
    for code, entry in CATALOGUE.items()
)


def _parts(data: bytes) -> Mapping[str, bytes]:
    try:
        with zipfile.ZipFile(BytesIO(data)) as package:
            return {name: package.read(name) for name in package.namelist()}
    except zipfile.BadZipFile:
        return {}
