"""What the rehearsal of a form's adoption came to, in lines for people: the workbooks, and how long it will take."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from xlsync.cli.console import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlsync.city.form_rehearsal import FormRehearsal, WorkbookRehearsal

NAMED: Final = 20
"""Lines of a list that are printed; the others are counted."""
_MINUTE: Final = 60


def say_rehearsal(rehearsal: FormRehearsal) -> None:
    """Print what becomes of the workbooks, and how long it will take."""
    upgraded = sum(book.is_upgraded for book in rehearsal.workbooks)
    kept = [book for book in rehearsal.workbooks if not book.is_upgraded]
    displaced = [book for book in rehearsal.workbooks if book.displaced_count]
    say("\n■ 職員のファイルの書き換え（登録データとファイルの写しで試しました）")
    tried = f"{rehearsal.file_count}件のうち{rehearsal.tried_count}件を試しました。"
    is_sample = rehearsal.tried_count < rehearsal.file_count
    say(f"  {tried if is_sample else ''}新しい様式に書き換わるファイル {upgraded}件")
    _say_books("書き換わらないファイル", kept)
    _say_books("移せない内容のあるファイル（シート「移せなかった内容」に並びます）", displaced)
    say(f"  かかる時間 {_duration(rehearsal.expected_seconds)}{_measured(rehearsal)}")


def _say_books(title: str, books: Sequence[WorkbookRehearsal]) -> None:
    if not books:
        return
    say(f"  {title} {len(books)}件")
    words = (book.reason or f"{book.displaced_count}件" for book in books)
    say_first([f"    {book.file}：{word}" for book, word in zip(books, words, strict=True)], "件")


def say_first(lines: Sequence[str], counter: str) -> None:
    """Print the first lines of a list, and how many more there are, counted by a Japanese word."""
    for line in lines[:NAMED]:
        say(line)
    if len(lines) > NAMED:
        indent = " " * (len(lines[0]) - len(lines[0].lstrip(" ")))
        say(f"{indent}ほか{len(lines) - NAMED}{counter}")


def _measured(rehearsal: FormRehearsal) -> str:
    if rehearsal.tried_count < rehearsal.file_count:
        return f"（試した{rehearsal.tried_count}件の時間から計算した見込み）"
    return "（写しで測りました）"


def _duration(seconds: float) -> str:
    """Return a time in minutes, or in seconds where it is shorter, never less than one."""
    if seconds < _MINUTE:
        return f"約{max(1, round(seconds))}秒"
    return f"約{round(seconds / _MINUTE)}分"


__all__ = ["NAMED", "say_first", "say_rehearsal"]
