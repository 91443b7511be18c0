"""The cells of a worksheet part as they are written (ECMA-376 part 1, 18.3.1), in one pass over its text.

The usual shape, which nearly every program writes, is read by regular expressions that look at filled cells only.
As soon as anything else is seen (prefixes, comments, CDATA, cells without references …) the whole part goes through
expat.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from xlsync.errors import DamagedWorkbook, HostileWorkbook
from xlsync.workbook import limits
from xlsync.workbook.part_text import MAIN_NAMESPACES, unescaped


class RawCell(NamedTuple):
    """One filled cell: unescaped texts, nothing interpreted; `formula` is None, the text, or "" for a follower."""

    reference: str
    style: str
    type: str
    text: str | None
    formula: str | None


_ROOT = re.compile(r"\s*(?:<\?xml[^<>]*\?>)?\s*<worksheet(\s[^<>]*)>")
_DEFAULT_NAMESPACE = re.compile(r"""\sxmlns=["']([^"']*)["']""")
# Up to XFD999999: the last rows are left to the real parser.
_REFERENCE = "(?:[A-Z]{1,2}|[A-W][A-Z]{2}|X(?:[A-E][A-Z]|F[A-D]))[1-9][0-9]{0,5}"
_PLAIN = re.compile(rf'<c r="({_REFERENCE})"(?: s="([0-9]+)")?(?: t="([a-zA-Z]+)")?><v>([^<]*)</v>')
_ATTRIBUTES = r"""((?:\s+[\w:]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*"""
_ANY = re.compile(
    rf"<c{_ATTRIBUTES}>\s*(?:<f{_ATTRIBUTES}(?:/>|>([^<]*)</f\s*>)\s*)?"
    rf"(?:<v{_ATTRIBUTES}(?:/>|>([^<]*)</v\s*>)\s*)?(?:<is\s*>(.*)</is\s*>\s*)?",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(r"""([\w:]+)\s*=\s*["']([^"'<]*)["']""")
_GOOD_REFERENCE = re.compile(_REFERENCE)
_PHONETIC_END = re.compile(r"</rPh\s*>")
# How programs write a cell that has a style only; as an empty tag it is passed over without a look.
_BLANKS = ('"></c>', '"><v></v></c>', '"><v/></c>', '"><v /></c>')
_BLANK = re.compile("<c [^<>]*>(?:<v ?/>|<v></v>)?")
_UNUSUAL = ("xmlns", "AlternateContent")
_RUN = re.compile(r"<t(?:\s[^<>]*)?(?<!/)>([^<]*)</t\s*>")
_MERGE = re.compile(r"""<mergeCell\s[^<>]*?\bref\s*=\s*["']([^"']*)["']""")


def is_usual(text: str) -> bool:
    """True when regular expressions may be trusted with the part."""
    root = _ROOT.match(text)
    if root is None:
        return False
    # Looking for one character first is far cheaper: nearly every "<" begins one of the two.
    marked = "!" in text and "<!" in text
    instructed = text.find("?", root.end()) >= 0 and text.find("<?", root.end()) >= 0
    data = text.find("<sheetData")
    if marked or instructed or data < 0 or text.find("<sheetData", data + 1) >= 0:
        return False
    namespace = _DEFAULT_NAMESPACE.search(root[1])
    return namespace is not None and namespace[1] in MAIN_NAMESPACES


def usual_cells(text: str) -> list[RawCell] | None:
    """The filled cells of a part of usual shape; None as soon as it turns out to be of another."""
    start = text.find("<sheetData")
    stop = text.find("</sheetData>", start)
    if stop < 0:
        return [] if re.match(r"<sheetData\s*/>", text[start : start + 40]) else None
    if any(text.find(word, start, stop) >= 0 for word in _UNUSUAL):
        return None
    cells: list[RawCell] = []
    while (end := text.find("</c>", start, stop)) >= 0:
        at = text.rfind("<c ", start, end)
        if at < 0:
            return None
        if (match := _PLAIN.fullmatch(text, at, end)) is not None:
            reference, style, kind, value = match.groups("")
            value = unescaped(value) if "&" in value else value
            cells.append(RawCell(reference, style, kind, value, None))
        elif _BLANK.fullmatch(text, at, end) is not None:
            passable = _without_blanks(text)
            if passable != text:
                return usual_cells(passable)
        elif (cell := _other_cell(text, at, end)) is None:
            return None
        elif cell.text is not None or cell.formula is not None:
            cells.append(cell)
        if len(cells) > limits.CELLS:
            raise too_many_cells()
        start = end + 4
    if text.find("</c", start, stop) >= 0 or text.find("<v", start, stop) >= 0:
        return None
    return cells


def _without_blanks(text: str) -> str:
    """The text with its blank cells as empty tags: there may be twenty for each filled one."""
    for blank in _BLANKS:
        text = text.replace(blank, '"/>')
    return text


def _other_cell(text_of_part: str, at: int, end: int) -> RawCell | None:
    """A cell with a formula, an inline string or unusual attributes; None when it needs a real parser."""
    match = _ANY.fullmatch(text_of_part, at, end)
    if match is None:
        return None
    attributes, formula_attributes, formula, _, text, inline = match.groups()
    named = dict(_ATTRIBUTE.findall(attributes))
    reference = named.get("r", "")
    if _GOOD_REFERENCE.fullmatch(reference) is None:
        return None
    if text is not None:
        text = unescaped(text)
    elif inline is not None:
        text = rich_text(inline)
    if formula_attributes is not None:
        formula = unescaped(formula or "")
    return RawCell(reference, named.get("s", ""), named.get("t", ""), text, formula)


def rich_text(fragment: str) -> str:
    """The text of a string item or inline string of usual shape: its runs joined, phonetic readings left out."""
    if "<rPh" in fragment:
        first, *others = fragment.split("<rPh")
        fragment = first + "".join(_PHONETIC_END.split(other, maxsplit=1)[-1] for other in others)
    return unescaped("".join(_RUN.findall(fragment)))


def usual_merges(text: str) -> list[str] | None:
    """The merged ranges of a part of usual shape; None when it turns out to be of another."""
    start = text.rfind("</sheetData>") + 1
    merges = _MERGE.findall(text, start)
    stated = text.count("<mergeCell", start) - text.count("<mergeCells", start)
    return merges if len(merges) == stated else None


def too_many_cells() -> HostileWorkbook:
    """The refusal of a worksheet with more filled cells than a form or a book of figures ever has."""
    return HostileWorkbook(
        "シートの入力が多すぎて読めません。不要なデータを別のファイルに移してください。"
    )


def bad_reference(reference: str) -> DamagedWorkbook:
    """The refusal of a worksheet with a cell that lies nowhere."""
    return DamagedWorkbook(
        "セル番地が正しくありません。Excelで開いて保存し直してください。", reference
    )
