"""Which of the workbooks open in Excel is meant, and a copy of it as it is now, unsaved input and all."""

from __future__ import annotations

import tempfile
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path, PureWindowsPath
from typing import TYPE_CHECKING, Any, Final

from xlsync.errors import ExcelError

if TYPE_CHECKING:
    from xlsync.addin.client.excel_engine import Engine

LIST_OF: Final = "_xlsync.list-of"
"""The name in a list of ours that holds the full name of the workbook it tells of."""
_NO_EXCEL: Final = (
    "Excelで開いているブックが見つかりません。配布したファイルを開いてから、もう一度実行してください。"
    "黄色い帯（保護ビュー）が出ているときは［編集を有効にする］を押してください"
)
_PROTECTED_VIEW: Final = (
    "ブックは保護ビューで開かれています。黄色い帯の［編集を有効にする］を押してから、"
    "もう一度実行してください"
)
_NEVER_SAVED: Final = (
    "このブックはまだ一度も保存されていません。共有フォルダの、配布したファイルのある場所に"
    "名前を付けて保存してから、もう一度実行してください"
)
_SUFFIXES: Final = frozenset({".xlsx", ".xlsm", ".xlsb", ".xls"})


def find_book(engine: Engine, name: str = "", hwnd: int | None = None) -> Any:
    """Return the open workbook of a name or full name, else the active one of the frontmost Excel, or of `hwnd`'s.

    A list of ours stands for the workbook it tells of. ExcelError where not just one workbook answers to the name.
    """
    apps = engine.apps() if hwnd is None else [engine.app_of(hwnd)]
    if not apps:
        raise ExcelError(_NO_EXCEL)
    if name:
        return _named(apps, name)
    active = apps[0].books.active
    if active.api is None:
        shown = apps[0].api.ProtectedViewWindows.Count
        raise ExcelError(_PROTECTED_VIEW if shown else _NO_EXCEL)
    listed = _listed_workbook(engine, active)
    return _named(apps, listed) if listed else active


def copy_of(book: Any) -> bytes:
    """Return the bytes of a copy that SaveCopyAs writes; the workbook itself stays unsaved as it is."""
    with tempfile.TemporaryDirectory(prefix="xlsync-", ignore_cleanup_errors=True) as folder:
        suffix = PureWindowsPath(full_name(book)).suffix.lower()
        file = Path(folder) / f"copy{suffix if suffix in _SUFFIXES else '.xlsx'}"
        book.api.SaveCopyAs(str(file))
        try:
            return file.read_bytes()
        except OSError as fault:
            reason = f"ブックの写しを読み取れません（{fault.strerror}）。一時フォルダの空きを確かめてください"
            raise ExcelError(reason) from fault


def full_name(book: Any) -> str:
    """Return the workbook's full name as Excel has it, a path or a URL; xlwings would guess a local path for a URL."""
    return str(book.api.FullName)


def refuse_unsaved(book: Any) -> None:
    """Raise ExcelError for a workbook that was never saved: it has no place yet."""
    if not book.api.Path:
        raise ExcelError(_NEVER_SAVED, str(book.name))


def cautions(book: Any) -> Iterator[str]:
    """Say what the user should know of where the workbook lies."""
    if "://" in full_name(book):
        yield (
            "このブックは SharePoint などウェブの上で開いています。共有フォルダのブックではないため、"
            "ほかの人の変更は自動では書き込まれません。"
        )
    if book.api.ReadOnly:
        yield (
            "このブックは読み取り専用で開いています。書き込まれた内容を残すには、別の名前で保存してください。"
        )


def _named(apps: list[Any], name: str) -> Any:
    """Return the only open workbook of a name in any Excel."""
    books = [book for app in apps for book in app.books]
    matches = [book for book in books if _same(name) in _names(book)]
    if len(matches) == 1:
        return matches[0]
    listed = "、".join(full_name(book) for book in matches or books)
    if matches:
        reason = f"同じ名前のブックが{len(matches)}つ開いています。--book に場所から書いてください：{listed}"
    else:
        reason = f"開いているブックの中にありません。開いているのは次のとおりです：{listed}"
    raise ExcelError(reason, name)


def _names(book: Any) -> set[str]:
    name, full = str(book.name), full_name(book)
    return {_same(name), _same(PureWindowsPath(name).stem), _same(full)}


def _same(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold().replace("/", "\\")


def _listed_workbook(engine: Engine, book: Any) -> str:
    """Return the full name of the workbook that a list was written for, "" if the workbook is no such list."""
    if book.api.Path:
        return ""
    with suppress(engine.com_error):  # no such name: somebody's own new workbook
        text = str(book.sheets[0].api.Names(LIST_OF).RefersTo)
        return text.removeprefix('="').removesuffix('"').replace('""', '"')
    return ""
