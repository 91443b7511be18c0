"""The settings of a city that moves: its store and shared folder are named elsewhere, everything else stays as written."""

from __future__ import annotations

import json
import re
import tomllib
from typing import Final

from xlsync.errors import SettingsError

_FOLDERS: Final = re.compile(r"^[ \t]*\[[ \t]*folders[ \t]*\][^\n]*\n?", re.MULTILINE)
_TABLE: Final = re.compile(r"^[ \t]*\[", re.MULTILINE)


def with_folder(settings: bytes, name: str, folder: str, where: str) -> bytes:
    """Return settings in which a folder (store or shared) is named otherwise.

    Raises SettingsError where the entry cannot be rewritten without touching others.
    """
    bom = b"\xef\xbb\xbf" if settings.startswith(b"\xef\xbb\xbf") else b""
    text = settings.removeprefix(bom).decode()
    wanted = tomllib.loads(text)
    wanted.setdefault("folders", {})[name] = folder
    changed = _rewritten(text, name, json.dumps(folder, ensure_ascii=False))
    try:
        is_right = tomllib.loads(changed) == wanted
    except tomllib.TOMLDecodeError:
        is_right = False
    if not is_right:
        reason = f"[folders] の {name} を書き換えられません。設定を直してから、もう一度控えをとってください"
        raise SettingsError(reason, where)
    return bom + changed.encode()


def _rewritten(text: str, name: str, value: str) -> str:
    table = _FOLDERS.search(text)
    newline = "\r\n" if "\r\n" in text else "\n"
    if table is None:
        return f"{text.rstrip()}{newline}{newline}[folders]{newline}{name} = {value}{newline}"
    following = _TABLE.search(text, table.end())
    end = following.start() if following is not None else len(text)
    inside = text[table.end() : end]
    entry = re.compile(
        rf"^([ \t]*{name}[ \t]*=[ \t]*)(\"(?:[^\"\\\n]|\\.)*\"|'[^'\n]*')", re.MULTILINE
    )
    replaced, count = entry.subn(lambda match: match[1] + value, inside, count=1)
    if not count:
        replaced = f"{name} = {value}{newline}{inside}"
    return text[: table.end()] + replaced + text[end:]
