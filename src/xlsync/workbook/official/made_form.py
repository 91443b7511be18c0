"""Which files of a form were changed since `form new` made them: form.toml holds the hash of each in its second line."""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
import zlib
from collections.abc import Mapping
from typing import Final

from xlsync.form.library import FORM_FILE
from xlsync.workbook.official.form_text import FIRST_LINE

_HASH: Final = re.compile(r"(\S+)=([0-9a-f]{64})")
_WHEN_SAVED: Final = "docProps/core.xml"
_HASH_LINE: Final = "# 作ったときのハッシュ値"


def with_hashes(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return a form's files, form.toml last: until it is written, the files are those of the former one or of this one."""
    first, _, rest = files[FORM_FILE].partition(b"\n")
    hashes = " ".join(f"{name}={_hash(name, data)}" for name, data in files.items())
    others = {name: data for name, data in files.items() if name != FORM_FILE}
    return {**others, FORM_FILE: b"\n".join((first, f"{_HASH_LINE} {hashes}".encode(), rest))}


def is_made_here(form: bytes) -> bool:
    """Return whether `form new` has made this form.toml."""
    return form.startswith(FIRST_LINE.encode())


def changed_files(held: Mapping[str, bytes], new_files: Mapping[str, bytes]) -> list[str]:
    """Return which files of a folder are neither as they were made nor as they are to be made now.

    A file of which no hash is held may be by hand, too: of a form of an earlier xlsync, or somebody's own drawing.
    """
    second = held.get(FORM_FILE, b"").decode("utf-8", "replace").split("\n", 2)[1:2]
    known = dict(_HASH.findall(second[0])) if second and second[0].startswith(_HASH_LINE) else {}
    return [
        name
        for name, data in held.items()
        if _hash(name, data) not in {known.get(name), _hash(name, new_files[name])}
    ]


def _hash(name: str, data: bytes) -> str:
    """Return the hash of a form.toml, but for the lines that only say who made it, or that of a drawing."""
    if name != FORM_FILE:
        return _hash_of_workbook(data)
    rest = data.partition(b"\n")[2]
    text = rest.partition(b"\n")[2] if rest.startswith(_HASH_LINE.encode()) else rest
    return hashlib.sha256(text).hexdigest()


def _hash_of_workbook(data: bytes) -> str:
    """Return the hash of a workbook's parts, but for the one that says when it was saved; of the bytes where it is none."""
    digest = hashlib.sha256()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for name in sorted(set(archive.namelist()) - {_WHEN_SAVED}):
                digest.update(f"{name}\0".encode() + hashlib.sha256(archive.read(name)).digest())
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, NotImplementedError, RuntimeError):
        return hashlib.sha256(data).hexdigest()
    return digest.hexdigest()


__all__ = ["changed_files", "is_made_here", "with_hashes"]
