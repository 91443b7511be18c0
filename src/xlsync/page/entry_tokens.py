"""One-time tokens with which `xlsync page` opens the browser: whoever can write into the store's folder is let in, once."""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import json
import re
import secrets
from pathlib import Path
from typing import Final

from xlsync.disk import create_once
from xlsync.page.sessions import make_private_folder

_FOLDER: Final = "entries"
_LASTS: Final = dt.timedelta(minutes=5)
_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{20,100}")


def make_entry_token(page_folder: Path, person: str, now: dt.datetime) -> str:
    """Write that a token lets this person in within five minutes, and return it."""
    token = secrets.token_urlsafe(32)
    make_private_folder(page_folder / _FOLDER)
    _remove_old(page_folder / _FOLDER, now)
    document = {"person": person, "until": (now + _LASTS).isoformat()}
    create_once(_file(page_folder, token), json.dumps(document, ensure_ascii=False).encode())
    return token


def take_entry_token(page_folder: Path, token: str, now: dt.datetime) -> str | None:
    """Return whom a token lets in, once; None where there is no such token, it was used, or it is too old."""
    if not _TOKEN.fullmatch(token):
        return None
    file = _file(page_folder, token)
    try:
        document = json.loads(file.read_bytes())
        file.unlink()  # only one of two visits at the same time gets this far
        until = dt.datetime.fromisoformat(document["until"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return str(document["person"]) if now <= until else None


def _file(page_folder: Path, token: str) -> Path:
    return page_folder / _FOLDER / f"{hashlib.sha256(token.encode()).hexdigest()}.json"


def _remove_old(folder: Path, now: dt.datetime) -> None:
    for file in folder.glob("*.json"):
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
            if now > dt.datetime.fromisoformat(json.loads(file.read_bytes())["until"]):
                file.unlink()


__all__ = ["make_entry_token", "take_entry_token"]
