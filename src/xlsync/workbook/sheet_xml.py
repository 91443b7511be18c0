"""The cells of a worksheet part as they are written (ECMA-376 part 1, 18.3.1), in one pass over its text.

The usual shape, which nearly every program writes, is read by regular expressions that look at filled cells only.
As soon as anything else is seen (prefixes, comments, CDATA, cells without references …) the whole part goes through
expat.
"""

from __future__ import annotations

import re

from xlsync.errors import DamagedWorkbook, HostileWorkbook
from xlsync.workbook import limits
from xlsync.workbook.part_text import MAIN_NAMESPACES, has_tag, unescaped

# One filled cell: reference, style, type, text and formula; unescaped, nothing interpreted. The formula is None, its
# text, or "" for a follower. A plain tuple, because making a named one takes longer than finding the cell.
RawCell = tuple[str, str, str, str | None, str | None]

_ROOT = re.compile(r"\s*(?:<\?xml[^<>]*\?>)?\s*<worksheet(\s[^<>]*)>")
_DEFAULT_NAMESPACE = re.compile(r"""\sxmlns=["']([^"']*)["']""")
# Up to XFD999999: the last rows are left to the real parser.
_REFERENCE = "(?:[A-Z]{1,2}|[A-W][A-Z]{2}|X(?:[A-E][A-Z]|F[A-D]))[1-9][0-9]{0,5}"
_HEAD = rf'<c r="({_REFERENCE})"(?: s="([0-9]+)")?(?: t="([a-zA-Z]+)")?>'
_INLINE = '<is><t(?: xml:space="preserve")?>([^<]*)</t></is>'
_PLAIN = re.compile(rf'{_HEAD}(?:<f(?: aca="false")?>([^<]+)</f>)?(?:<v>([^<]*)</v>|{_INLINE})</c>')
_ATTRIBUTES = r"""((?:\s+[\w:]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*"""
_ANY = re.compile(
    rf"<c{_ATTRIBUTES}>\s*(?:<f{_ATTRIBUTES}(?:/>|>([^<]*)</f\s*>)\s*)?"
    rf"(?:<v{_ATTRIBUTES}(?:/>|>([^<]*)</v\s*>)\s*)?(?:<is\s*>(.*)</is\s*>\s*)?</c>",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(r"""([\w:]+)\s*=\s*["']([^"'<]*)["']""")
_GOOD_REFERENCE = re.compile(_REFERENCE)
_PHONETIC_END = re.compile(r"</rPh\s*>")
# How programs write a cell that has a style only; as an empty tag it is passed over without a look.
_BLANKS = ('"></c>', '"><v></v></c>', '"><v/></c>', '"><v /></c>')
_BLANK = re.compile("<c [^<>]*>(?:<v ?/>|<v></v>)?</c>")
# Of `xmlns` and `AlternateContent` only as much as is found quickly: their last letters are too common.
_UNUSUAL = ("xmln", "AlternateC")
_RUN = re.compile(r"<t(?:\s[^<>]*)?(?<!/)>([^<]*)</t\s*>")
_MERGE = re.compile(r"""<mergeCell\s[^<>]*?\bref\s*=\s*["']([^"']*)["']""")


def is_usual(text: str) -> bool:
    """True when regular expressions may be trusted with the part."""
    root = _ROOT.match(text)
    if root is None:
        return False
    data = text.find("<sheetData")
    if data < 0 or text.find("<sheetData", data + 1) >= 0:
        return False
    if has_tag(text, "!") or has_tag(text, "?", root.end()):
        return False
    namespace = _DEFAULT_NAMESPACE.search(root[1])
    return namespace is not None and namespace[1] in MAIN_NAMESPACES


def usual_cells(text: str) -> list[RawCell] | None:
    """The filled cells of a part of usual shape; None as soon as it turns out to be of another."""
    start = text.find("<sheetData")
    stop = text.find("</sheetData>", start)
    if stop < 0:
        return [] if re.match(r"<sheetData\s*/>", text[start : start + 40]) else None
    data = text[start:stop]
    if any(word in data for word in _UNUSUAL):
        return None
    if _BLANKS[0] in data:
        data = data.replace(_BLANKS[0], '"/>')
    cells = _cells(data)
    if cells is not None and len(cells) > limits.CELLS:
        raise too_many_cells()
    return cells


def _cells(data: str) -> list[RawCell] | None:
    """The filled cells of `<sheetData>`: what stands in front of each `</c>`, from the last `<c ` on."""
    first, *others = data.split("</c")
    if not all(piece.startswith(">") for piece in others):
        return None
    *filled, rest = [first, *others]
    if "<v" in rest:
        return None
    elements = [f"{piece[piece.rfind('<c ') :]}</c>" for piece in filled]
    # Each holds one `<c ` and one `</c>`, so that as many matches are all of them, each from end to end.
    together = "".join(elements)
    found = _PLAIN.findall(together)
    if len(found) < len(elements):
        return _odder_cells(data, elements)
    if "&" not in together:
        return [
            (at, style, kind, value or inline, formula or None)
            for at, style, kind, formula, value, inline in found
        ]
    return [
        (at, style, kind, unescaped(text) if "&" in text else text, unescaped(formula) or None)
        for at, style, kind, formula, value, inline in found
        for text in (value or inline,)
    ]


def usual_elements(data: str) -> list[RawCell] | None:
    """The filled ones of a few `<c>` elements; None when one of them is of unusual shape."""
    return None if any(word in data for word in (*_UNUSUAL, "<!", "<?")) else _cells(data)


def _odder_cells(data: str, elements: list[str]) -> list[RawCell] | None:
    """The same where some cells have contents or attributes that not every cell has."""
    cells: list[RawCell] = []
    for element in elements:
        if (match := _PLAIN.fullmatch(element)) is not None:
            at, style, kind, formula, value, inline = match.groups("")
            text = unescaped(value or inline)
            cells.append((at, style, kind, text, unescaped(formula) or None))
        elif _BLANK.fullmatch(element) is not None:
            passable = _without_blanks(data)
            if passable != data:
                return _cells(passable)
        elif (cell := _other_cell(element)) is None:
            return None
        elif cell[3:] != (None, None):
            cells.append(cell)
        if len(cells) > limits.CELLS:
            raise too_many_cells()
    return cells


def _without_blanks(data: str) -> str:
    """The text with its blank cells as empty tags: there may be twenty for each filled one."""
    for blank in _BLANKS:
        data = data.replace(blank, '"/>')
    return data


def _other_cell(element: str) -> RawCell | None:
    """A cell with runs of text or unusual attributes; None when it needs a real parser."""
    match = _ANY.fullmatch(element)
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
        # A text with elements in it, or a second string: only a real parser says what belongs together.
        if "<is" in inline or len(_RUN.findall(inline)) != inline.count("</t"):
            return None
        text = rich_text(inline)
    if formula_attributes is not None:
        formula = unescaped(formula or "")
    return reference, named.get("s", ""), named.get("t", ""), text, formula


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
