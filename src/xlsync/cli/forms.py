"""`xlsync form build|check|docs`: the template and the papers derived from a form."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path

from xlsync.cli import ATTENTION
from xlsync.cli.places import write_if_new
from xlsync.cli.screen import complain, say
from xlsync.finding import CATALOGUE
from xlsync.form.handbook import findings_page, form_page
from xlsync.form.json_schema import schema_of
from xlsync.form.library import load_form
from xlsync.sheet import canonical
from xlsync.workbook.template import build_template


def build(form: str, year: int, out: Path, *, only_check: bool) -> int:
    """Write the template, or see that the file holds what would be written; give the exit code."""
    data = build_template(load_form(form, Path()), year).data
    if only_check:
        # Part by part: another build of zlib packs the same parts into other bytes.
        if out.exists() and _parts(out.read_bytes()) == _parts(data):
            return 0
        complain(f"{out} が最新ではありません。`xlsync form build` で作り直してください")
        return ATTENTION
    say(f"{'作成' if write_if_new(out, data) else '変更なし'} {out}")
    return 0


def check_form(form: str, year: int) -> int:
    """Say that definition and drawing fit together; FormError says where they do not."""
    template = build_template(load_form(form, Path()), year)
    edition = template.edition
    say(f"{edition.title}")
    say(
        f"誤りはありません。欄 {len(edition.fields)}、規則 {len(edition.rules)}、斜線（灰色）の欄 {len(edition.greyed)}"
    )
    return 0


def docs(form: str, year: int, out: Path, *, only_check: bool) -> int:
    """Write docs/form.md, docs/findings.md and the JSON Schema, or see that they are true; give the exit code."""
    edition = load_form(form, Path()).at(year)
    stale = 0
    pages = {
        out / "docs" / "form.md": form_page(edition).encode(),
        out / "docs" / "findings.md": findings_page(CATALOGUE_ROWS).encode(),
        out / "schema" / f"{edition.form}-{year}.json": canonical(schema_of(edition)),
    }
    for file, data in pages.items():
        if not only_check:
            say(f"{'作成' if write_if_new(file, data) else '変更なし'} {file}")
        elif not file.exists() or file.read_bytes() != data:
            complain(f"{file} が最新ではありません。`xlsync form docs` で作り直してください")
            stale += 1
    return ATTENTION if stale else 0


CATALOGUE_ROWS = tuple((code, entry.severity, entry.sentence) for code, entry in CATALOGUE.items())


def _parts(data: bytes) -> Mapping[str, bytes]:
    try:
        with zipfile.ZipFile(BytesIO(data)) as package:
            return {name: package.read(name) for name in package.namelist()}
    except zipfile.BadZipFile:
        return {}
