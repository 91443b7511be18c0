"""`xlsync form docs`: reference pages and JSON Schemas made from a form."""

from __future__ import annotations

from pathlib import Path

from xlsync.canonical_json import canonical
from xlsync.city.city_paths import write_if_changed
from xlsync.cli import ATTENTION
from xlsync.cli.abandoned_files import remove_abandoned
from xlsync.cli.console import complain, say
from xlsync.finding_catalogue import CATALOGUE, SEVERITY_WORDS
from xlsync.form.handbook import Row, findings_page, form_page, guide_page
from xlsync.form.json_schema import schema_of
from xlsync.form.library import load_form
from xlsync.form.reference_page import reference_page
from xlsync.rules import CODES_IN_EXCEL
from xlsync.summary.export.tidy import columns_page, tidy_schema

CATALOGUE_ROWS = tuple(
    Row(code, entry.severity, entry.sentence, code in CODES_IN_EXCEL)
    for code, entry in CATALOGUE.items()
)


def write_docs(form: str, year: int, out: Path, *, only_check: bool) -> int:
    """Write docs/form.md, findings.md, table.md and the JSON Schemas, or check that they are current; return the exit code."""
    edition = load_form(form, Path()).at(year)
    stale = 0
    pages = {
        out / "docs" / "form.md": form_page(edition).encode(),
        out / "docs" / "findings.md": findings_page(CATALOGUE_ROWS).encode(),
        out / "docs" / "ja" / "findings.md": guide_page(CATALOGUE_ROWS, SEVERITY_WORDS).encode(),
        out / "docs" / "ja" / "form-reference.md": reference_page().encode(),
        out / "docs" / "table.md": columns_page(edition).encode(),
        out / "schema" / f"{edition.form}-{year}.json": canonical(schema_of(edition)),
        out / "schema" / f"summary-{edition.form}-{year}.json": canonical(tidy_schema(edition)),
    }
    if not only_check:
        remove_abandoned(*{file.parent for file in pages})
    for file, data in pages.items():
        if not only_check:
            say(f"{'作成' if write_if_changed(file, data) else '変更なし'} {file}")
        elif not file.exists() or file.read_bytes() != data:
            complain(f"{file} が最新ではありません。`xlsync form docs` で作り直してください")
            stale += 1
    return ATTENTION if stale else 0
