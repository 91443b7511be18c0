"""What is made from a form to be read: reference pages and JSON Schemas."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlsync.canonical_json import canonical
from xlsync.finding_catalogue import CATALOGUE, SEVERITY_WORDS
from xlsync.form.handbook import Row, findings_page, form_page, guide_page
from xlsync.form.json_schema import schema_of
from xlsync.form.reference_page import reference_page
from xlsync.rules import CODES_IN_EXCEL
from xlsync.summary.export.tidy import columns_page, tidy_schema

if TYPE_CHECKING:
    from xlsync.form.edition import Edition

CATALOGUE_ROWS = tuple(
    Row(code, entry.severity, entry.sentence, code in CODES_IN_EXCEL)
    for code, entry in CATALOGUE.items()
)


def form_documents(edition: Edition) -> dict[str, bytes]:
    """Return the reference pages and JSON Schemas of an edition, by the path of each file."""
    year = edition.year
    return {
        "docs/form.md": form_page(edition).encode(),
        "docs/findings.md": findings_page(CATALOGUE_ROWS).encode(),
        "docs/ja/findings.md": guide_page(CATALOGUE_ROWS, SEVERITY_WORDS).encode(),
        "docs/ja/form-reference.md": reference_page().encode(),
        "docs/table.md": columns_page(edition).encode(),
        f"schema/{edition.form}-{year}.json": canonical(schema_of(edition)),
        f"schema/summary-{edition.form}-{year}.json": canonical(tidy_schema(edition)),
    }


__all__ = ["CATALOGUE_ROWS", "form_documents"]
