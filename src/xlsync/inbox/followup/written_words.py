"""What a write-back has done to a workbook, in the words of a command or of the watcher's log."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xlsync.inbox.followup.write_back_file import WriteBackResult


def written_words(result: WriteBackResult, counter: str) -> str:
    """Return what was written in Japanese, fields counted by `counter` (欄 or か所): the version, fields, texts, what was left.

    >>> from xlsync.inbox.followup.write_back_file import WriteBackResult
    >>> written_words(WriteBackResult("written", 3), "欄")
    '3欄'

    """
    words = [f"{result.field_count}{counter}" if result.field_count else "合計・チェックの表示"]
    if result.version:
        displaced = (
            f"（移せなかった内容{result.displaced_count}件）" if result.displaced_count else ""
        )
        words.insert(0, f"様式を第{result.version}版に{displaced}")
    if result.typed_as_text_count:
        words.append(f"文字だった金額{result.typed_as_text_count}{counter}を数に")
    if result.left_alone:
        words.append(f"計算式のある{len(result.left_alone)}{counter}はそのまま")
    return "、".join(words)


__all__ = ["written_words"]
