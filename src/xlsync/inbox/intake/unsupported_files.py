"""Files that may be somebody's sheet and cannot be received as they are, by name, each with what its user can do."""

from __future__ import annotations

import re
from typing import Final

_SPREADSHEET: Final = (
    "受け取れない形式（{ending}）です。Excelで.xlsx形式に保存し直してください"
    "（配布したファイルに入力するのが確実です）"
)
_TEXT: Final = "表の文字だけのファイル（{ending}）は受け取れません。配布したExcelファイルに入力して保存してください"
_ARCHIVE: Final = "圧縮ファイル（{ending}）は開けません。展開して、中のExcelファイルを置いてください（.zip なら受け取ります）"
_MAIL: Final = (
    "メール（{ending}）は受け取れません。添付されたExcelファイルを取り出して置いてください"
)
_SHORTCUT: Final = (
    "ショートカット（{ending}）です。指している先のExcelファイルそのものを置いてください"
)
_MISNAMED: Final = (
    "名前の終わりが「.xlsx」ではないため、受け取っていません。"
    "配布したファイルなら、名前を「….xlsx」に直してください"
)

_ENDINGS: Final[tuple[tuple[str, str], ...]] = (
    (_SPREADSHEET, ".xls .xlsb .xlt .xltx .xltm .xlw .ods .ots .fods .sxc .et .ett .numbers .gsheet .gnumeric"),
    (_TEXT, ".csv .tsv .slk .dif"),
    (_ARCHIVE, ".lzh .lha .7z .rar .tar .gz .tgz .bz2 .xz .zst .cab .arj .exe .atc"),
    (_MAIL, ".eml .msg .p7m"),
    (_SHORTCUT, ".lnk .url .webloc .desktop"),
)  # fmt: skip
_SENTENCES: Final = {
    ending: sentence.format(ending=ending)
    for sentence, endings in _ENDINGS
    for ending in endings.split()
}
_ENDING: Final = re.compile(r"\.(?=[0-9]*[a-z])[a-z0-9]{1,12}")
_WITHIN: Final = re.compile(r"\.xls[xmb]?(?![a-z0-9])")
_OTHER_DOCUMENTS: Final = re.compile(
    r"\.(pdf|docx?|docm|pptx?|odt|odp|jtd|vsdx?|mdb|accdb|txt|md|html?|xml|json|log|ini|toml|py|js|css|jar|db"
    r"|png|jpe?g|gif|bmp|tiff?|heic|svg|mp[34]|mov|wav)"
)
WITHOUT_ENDING: Final = (
    "中身はExcelなどのファイルですが、名前の終わりに「.xlsx」がないため、受け取っていません。"
    "名前を「….xlsx」に直してください"
)
_SIGNATURES: Final = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
SIGNATURE_BYTES: Final = 8


def why_unsupported(name: str) -> str:
    """Return why a file with a name (normalized) is not received, "" where the name does not say.

    Misnamed are 評価.xlsx_提出 and a name with a blank behind .xlsx: Excel does not open them by a double click either.
    """
    ending = ending_of(name)
    if sentence := _SENTENCES.get(ending):
        return sentence
    return _MISNAMED if _WITHIN.search(name) and not is_other_document(name) else ""


def is_other_document(name: str) -> bool:
    """True for the name (normalized) of a document of another kind, which nobody takes for a spreadsheet."""
    return _OTHER_DOCUMENTS.fullmatch(ending_of(name)) is not None


def ending_of(name: str) -> str:
    """Return a normalized name's ending with its dot, "" where what follows the last dot is none, as in 令和5.4.1分."""
    match = _ENDING.fullmatch(name, max(name.rfind("."), 1))
    return match[0] if match else ""


def looks_like_spreadsheet(beginning: bytes) -> bool:
    """True where a file begins as a .xlsx, .ods or .zip, or as a .xls or an encrypted workbook."""
    return beginning.startswith(_SIGNATURES)


__all__ = [
    "SIGNATURE_BYTES",
    "WITHOUT_ENDING",
    "ending_of",
    "is_other_document",
    "looks_like_spreadsheet",
    "why_unsupported",
]
