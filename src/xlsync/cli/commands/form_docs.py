"""`xlsync form docs`: reference pages and JSON Schemas made from a form."""

from __future__ import annotations

from pathlib import Path

from xlsync.city.city_paths import write_if_changed
from xlsync.city.form_documents import form_documents
from xlsync.cli import ATTENTION
from xlsync.cli.abandoned_files import remove_abandoned
from xlsync.cli.console import complain, say
from xlsync.form.library import load_form


def write_docs(form: str, year: int, out: Path, *, only_check: bool) -> int:
    """Write docs/form.md, findings.md, table.md and the JSON Schemas, or check that they are current; return the exit code."""
    edition = load_form(form, Path()).at(year)
    stale = 0
    pages = {out / name: data for name, data in form_documents(edition).items()}
    if not only_check:
        remove_abandoned(*{file.parent for file in pages})
    for file, data in pages.items():
        if not only_check:
            say(f"{'作成' if write_if_changed(file, data) else '変更なし'} {file}")
        elif not file.exists() or file.read_bytes() != data:
            complain(f"{file} が最新ではありません。`xlsync form docs` で作り直してください")
            stale += 1
    return ATTENTION if stale else 0
