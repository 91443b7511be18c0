"""`xlsync form build`: the template to give out, made from a form's definition and drawing."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path

from xlsync.city.city_paths import write_if_changed
from xlsync.city.form_trial import checked_template
from xlsync.cli import ATTENTION
from xlsync.cli.abandoned_files import remove_abandoned
from xlsync.cli.console import complain, say
from xlsync.form.library import load_form


def build_form(form: str, year: int, out: Path, *, only_check: bool) -> int:
    """Write the template, or check that the file holds what would be written; return the exit code."""
    data = checked_template(load_form(form, Path()), year).data
    if only_check:
        # Part by part: another build of zlib packs the same parts into other bytes.
        if out.exists() and _parts(out.read_bytes()) == _parts(data):
            return 0
        complain(f"{out} が最新ではありません。`xlsync form build` で作り直してください")
        return ATTENTION
    remove_abandoned(out.parent)
    say(f"{'作成' if write_if_changed(out, data) else '変更なし'} {out}")
    return 0


def _parts(data: bytes) -> Mapping[str, bytes]:
    try:
        with zipfile.ZipFile(BytesIO(data)) as package:
            return {name: package.read(name) for name in package.namelist()}
    except zipfile.BadZipFile:
        return {}
