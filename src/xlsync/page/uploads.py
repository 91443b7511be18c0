"""Files that were uploaded and are to be confirmed: kept by their hash beside the store, for a day."""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from xlsync.canonical_json import canonical
from xlsync.disk import create_once
from xlsync.errors import FormError, WorkbookError
from xlsync.file_names import last_part
from xlsync.form.library import FORM_FILE
from xlsync.page.sessions import make_private_folder

_FOLDER: Final = "uploads"
_DRAWING: Final = "drawing.xlsx"
_LASTS: Final = dt.timedelta(days=1)
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Upload:
    """An uploaded file: its name as the browser said it, the hash it is kept by, and its content."""

    file: str
    digest: str
    file_bytes: bytes


def keep_upload(page_folder: Path, name: str, content: bytes, now: dt.datetime) -> Upload:
    """Keep an uploaded file; WorkbookError where none was chosen."""
    if not name or not content:
        raise WorkbookError("ファイルが選ばれていないか、空のファイルです", last_part(name))
    folder = page_folder / _FOLDER
    make_private_folder(folder)
    _remove_old(folder, now)
    digest = hashlib.sha256(content).hexdigest()
    create_once(folder / digest, content)
    return Upload(last_part(name)[:120], digest, content)


def kept_upload(page_folder: Path, name: str, digest: str) -> Upload:
    """Return a file that was uploaded before; WorkbookError where it is kept no longer."""
    if _DIGEST.fullmatch(digest):
        with contextlib.suppress(OSError):
            content = (page_folder / _FOLDER / digest).read_bytes()
            return Upload(last_part(name)[:120], digest, content)
    raise WorkbookError(
        "ファイルをもう一度選んでください（1日を過ぎたか、消されています）", last_part(name)
    )


def form_file_names(names: Sequence[str]) -> list[str]:
    """Return what each of the files of a form is called in its folder; FormError where two are the same part of it."""
    called = [FORM_FILE if name.lower().endswith(".toml") else _DRAWING for name in names]
    if len(set(called)) < len(called):
        raise FormError(f"{FORM_FILE} と {_DRAWING} を1つずつ選んでください", "、".join(names))
    return called


def plan_digest(document: dict[str, Any]) -> str:
    """Return what stands for a plan: another one has another."""
    return hashlib.sha256(canonical(document)).hexdigest()


def _remove_old(folder: Path, now: dt.datetime) -> None:
    for file in folder.iterdir():
        with contextlib.suppress(OSError):
            if now.timestamp() - file.stat().st_mtime > _LASTS.total_seconds():
                file.unlink()


__all__ = ["Upload", "form_file_names", "keep_upload", "kept_upload", "plan_digest"]
