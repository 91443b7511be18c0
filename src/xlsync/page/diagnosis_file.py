"""A file for whoever helps: what `xlsync doctor` finds, versions, settings and the ends of logs, without what is in the sheets.

What may go out is listed, everything else stays: a name that nobody thought of is not in it.
"""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from xlsync.city.diagnosis.machine_checks import versions
from xlsync.city.settings_file import entries_in
from xlsync.errors import SettingsError
from xlsync.page.zipped_files import zipped
from xlsync.store.store_location import is_address

if TYPE_CHECKING:
    from pathlib import Path

    from xlsync.city.diagnosis.diagnosis import Diagnosis

IN_IT: Final = (
    "点検の結果と、ソフトの版",
    "設定のうち、フォルダ・見張り・サーバー・控え・記録のもの（パスワードは除きます）",
    "見張りとサーバーの記録の終わり（日時、できごとの種類、不具合の場所だけ）",
)
NOT_IN_IT: Final = "シートの内容、事業とファイルの名前、職員の氏名、鍵、連絡先は入りません"
_LOGS: Final = ("watch.log", "serve.log")
_LINES: Final = 1_000
_BYTES: Final = 2**20
_TABLES: Final = ("watch", "serve", "log", "libreoffice", "backup")
_SINGLE: Final = ("edition", "write-back")
_NAMING_FILES: Final = frozenset({"share-paths", "watcher", "form", "store", "check-failed"})
"""What is found there may name a file of the staff."""
_ACCOUNT: Final = "account"
_LINE: Final = re.compile(r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d+ [A-Z]+) (?:【[^】]*】)?(\S*)(.*)")
_VISIT: Final = re.compile(r"[0-9a-f.:]+")
_STATUS: Final = -4
"""From where on the columns of a visit are numbers: status, bytes in and out, seconds."""
_NUMBER: Final = re.compile(r"[0-9.]+")
_EVENT_LENGTH: Final = 6
_TRACEBACK_LINE: Final = re.compile(r'\s+File "([^"]*)", (line \d+, in \S+)')
_FAULT: Final = re.compile(
    r"([A-Za-z_][\w.]*(?:Error|Exception|Interrupt|Workbook|Refused|Busy))\b"
)


def diagnosis_file(
    folder: Path, log_folder: Path, diagnoses: Iterable[Diagnosis], when: str
) -> bytes:
    """Return the archive for the city in a folder."""
    document = {
        "made": when,
        "versions": versions(),
        "checks": [_check(each) for each in diagnoses],
        "settings": _settings(folder),
    }
    files = {f"記録/{name}": "\n".join(_events_in(log_folder / name)).encode() for name in _LOGS}
    return zipped(
        {
            "はじめにお読みください.txt": _preface(when).encode("utf-8-sig"),
            "点検.json": json.dumps(document, ensure_ascii=False, indent=2, default=str).encode(),
            **files,
        }
    )


def _preface(when: str) -> str:
    listed = "\r\n".join(f"・{words}" for words in IN_IT)
    return f"xlsync の診断（{when}）\r\n\r\n入っているもの\r\n{listed}\r\n\r\n{NOT_IN_IT}。\r\n"


def _check(diagnosis: Diagnosis) -> dict[str, str]:
    document = diagnosis.to_document()
    if diagnosis.code == _ACCOUNT:
        return {**document, "message": "（アカウントの名前があるため、除きました）"}
    if diagnosis.code in _NAMING_FILES and diagnosis.severity != "ok":
        return {**document, "message": "（ファイルの名前があるため、除きました）"}
    return document


def _settings(folder: Path) -> Mapping[str, Any]:
    """Return what may be told of the settings: some entries, and of the others the names alone."""
    try:
        entries = entries_in(folder)
    except SettingsError as fault:
        return {"unreadable": type(fault).__name__}
    listed: dict[str, Any] = {
        name: entries[name] for name in (*_SINGLE, *_TABLES) if name in entries
    }
    folders = entries.get("folders")
    if isinstance(folders, dict):
        listed["folders"] = {name: _without_password(value) for name, value in folders.items()}
    return {**listed, "others": sorted(entries.keys() - listed.keys())}


def _without_password(location: object) -> object:
    is_database = isinstance(location, str) and is_address(location)
    return f"{str(location).partition(':')[0]}:…" if is_database else location


def _events_in(log: Path) -> Iterator[str]:
    """Yield what may be told of the last lines of a log."""
    data = b""
    with contextlib.suppress(OSError), log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - _BYTES))
        data = file.read()
    for text in data.decode("utf-8", "replace").splitlines()[-_LINES:]:
        yield from _events_of_line(text)


def _events_of_line(text: str) -> Iterator[str]:
    """Yield the time, level and event of a line; of a traceback the places in the program and the kind of error."""
    if text.startswith("{"):
        with contextlib.suppress(ValueError, KeyError, TypeError, AttributeError):
            entry = json.loads(text)
            yield f"{entry['time']} {entry['level']} {_event(entry['event'])}"
            for each in entry.get("traceback", "").splitlines():
                yield from _events_of_line(each)
        return
    message = _LINE.fullmatch(text)
    if message is not None:
        when, event, rest = message.groups()
        numbers = rest.split("\t")[_STATUS:] if _VISIT.fullmatch(event) else ()
        yield " ".join((when, _event(event), *filter(_NUMBER.fullmatch, numbers)))
        return
    line, fault = _TRACEBACK_LINE.match(text), _FAULT.match(text)
    if line is not None:
        yield f"    {_in_program(line[1])} {line[2]}"
    elif fault is not None:
        yield f"    {fault[1]}"


def _in_program(path: str) -> str:
    """Return the place of a module in xlsync or in a library, without the folders above, which may name somebody."""
    names = re.split(r"[/\\]", path)
    roots = [number for number, name in enumerate(names) if name in {"xlsync", "site-packages"}]
    return "/".join(names[roots[-1] :] if roots else names[-1:])


def _event(word: str) -> str:
    """Return the first word of a message, which says what happened; an address stands there where it was a visit."""
    return "受付" if _VISIT.fullmatch(word) else word[:_EVENT_LENGTH]


__all__ = ["IN_IT", "NOT_IN_IT", "diagnosis_file"]
