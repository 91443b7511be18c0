"""The text of a form.toml as people save it: with a byte order mark, in Shift_JIS, with brackets in full width."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from typing import Final

from xlsync.errors import FormError

_AT_LINE: Final = re.compile(r"at line (\d+)")
_FULL_WIDTH: Final = "［］｛｝＝＂“”＃，．"
"""Signs of TOML that are easily typed in full width."""
_SHOWN: Final = 40


def definition_text(data: bytes, where: str) -> str:
    """Return the text of a definition; FormError, with what to do, where it is in another character code than UTF-8."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        reason = (
            "文字コードが UTF-8 ではありません（Shift_JIS などで保存されています）。"
            "メモ帳などで開き、文字コードを「UTF-8」にして保存し直してください"
        )
        raise FormError(reason, where) from fault


def toml_fault(text: str, fault: tomllib.TOMLDecodeError) -> str:
    r"""Return in words where a text is no TOML and, where that can be told, why.

    >>> text = "format = 1\n［parts］"
    >>> try:
    ...     tomllib.loads(text)
    ... except tomllib.TOMLDecodeError as fault:
    ...     print(toml_fault(text, fault))
    2行目「［parts］」がTOMLとして読めません。全角の「［」「］」を半角に直してください
    """
    at = _AT_LINE.search(str(fault))
    lines = text.splitlines()
    if at is None or not 0 < int(at[1]) <= len(lines):
        return "TOMLとして読めません（最後まで読んでも、閉じていないかっこや引用符があります）"
    line = lines[int(at[1]) - 1].strip()
    wide = "".join(f"「{char}」" for char in dict.fromkeys(line) if char in _FULL_WIDTH)
    hint = f"全角の{wide}を半角に直してください" if wide else _hint(line)
    return f"{at[1]}行目「{line[:_SHOWN]}」がTOMLとして読めません。{hint}"


def _hint(line: str) -> str:
    name, equals, value = line.partition("=")
    if not equals:
        return "「名前 = 値」か「[見出し]」の形に直してください"
    if not unicodedata.normalize("NFKC", name).strip().isascii():
        return "「=」の左の名前は半角の英字で書いてください"
    if value.count('"') % 2:
        return '文字を囲む「"」の数が合っていません'
    return '文字は「"」で囲み、同じ名前を二度書いていないか確かめてください'


__all__ = ["definition_text", "toml_fault"]
