"""The cells of a worksheet part as they are written (ECMA-376 part 1, 18.3.1), in one pass over its text.

The usual shape, which nearly every program writes in UTF-8, is read by regular expressions over its bytes that look at
filled cells only. As soon as anything else is seen (prefixes, comments, CDATA, cells without
references …) the whole part goes through expat.
"""

from __future__ import annotations

import re

from xlsync.errors import DamagedWorkbook, HostileWorkbook
from xlsync.ooxml import limits
from xlsync.ooxml.xml.encoding import MAIN_NAMESPACES, decoded, has_tag, plain, unescaped
from xlsync.ooxml.xml.splice import attributes

# One filled cell: reference, style, type, text and formula; unescaped, nothing interpreted. The formula is None, its
# text, or "" for a follower. A plain tuple, because making a named one takes longer than finding the cell.
RawCell = tuple[str, str, str, str | None, str | None]

_ROOT = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml(?:\s+(?:version|standalone)=[\"'][\w.]*[\"']"
    rb"|\s+encoding=[\"'][Uu][Tt][Ff]-8[\"'])*\s*\?>)?\s*<worksheet(\s[^<>]*)>"
)
_DEFAULT_NAMESPACE = re.compile(rb"""\sxmlns=["']([^"']*)["']""")
_NAMESPACES = tuple(name.encode() for name in MAIN_NAMESPACES)
_NO_CELLS = re.compile(rb"<sheetData\s*/>")
# Up to XFD999999: the last rows are left to the real parser.
_REFERENCE = "(?:[A-Z]{1,2}|[A-W][A-Z]{2}|X(?:[A-E][A-Z]|F[A-D]))[1-9][0-9]{0,5}"
# Groups are atomic, not repeated possessively: Python before 3.11.5 matches those wrongly (gh-106052).
_HEAD = rf'<c r="({_REFERENCE})"(?>(?: s="([0-9]++)")?)(?>(?: t="([a-zA-Z]++)")?)>'
_FORMULA = '(?>(?:<f(?>(?: aca="false")?)>([^<]++)</f>)?)'
# Text whose edges Excel trims, or that has references there, which may stand for spaces: not matched by the fast patterns.
EDGE_SPACE = "(?!<t>(?:[ \\t\\n\\r]|&#|[^<]*+(?<=[ \\t\\n\\r;])<))"
_INLINE = f'<is>{EDGE_SPACE}<t(?>(?: xml:space="preserve")?)>([^<]*+)</t></is>'
_PLAIN = re.compile(rf"{_HEAD}{_FORMULA}(?:<v>([^<]*+)</v>|{_INLINE})</c>")
_ATTRIBUTES = r"""((?:\s+[\w:]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*"""
_ANY = re.compile(
    rf"<c{_ATTRIBUTES}>\s*(?:<f{_ATTRIBUTES}(?:/>|>([^<]*)</f\s*>)\s*)?"
    rf"(?:<v{_ATTRIBUTES}(?:/>|>([^<]*)</v\s*>)\s*)?(?:<is\s*>(.*)</is\s*>\s*)?</c>",
    re.DOTALL,
)
_GOOD_REFERENCE = re.compile(_REFERENCE)
_PHONETIC_END = re.compile(r"</rPh\s*>")
# How programs write a cell that has a style only; as an empty tag it is passed over without a look.
_BLANKS = (b'"></c>', b'"><v></v></c>', b'"><v/></c>', b'"><v /></c>')
# Who writes them so does it from the beginning.
_EARLY = 4_096
_EMPTY = re.compile("<c [^<>]*/>")
_BLANK = re.compile("<c [^<>]*>(?:<v ?/>|<v></v>)?</c>")
# Of `xmlns` and `AlternateContent` only as much as is found quickly: their last letters are too common.
_NOT_FAST = (b"xmln", b"AlternateC")
# A ">" may stand within an attribute's value.
_RUN = re.compile(r"""<t(?>(?:\s(?>(?:[^<>"']++|"[^"<]*+"|'[^'<]*+')*))?)(?<!/)>([^<]*)</t\s*>""")
# A text with runs of its own, or whose white space is to be preserved; it says so itself or with what it stands in.
_KEPT_AS_WRITTEN = re.compile(r"<r[\s>]|xml:space\s*=\s*[\"']preserve")
XML_SPACE = " \t\r\n"
# Elements of a cell that have no place in its text: whose is whose is for a real parser to say.
_MISPLACED = re.compile(r"<(?:is|f|v)[\s/>]")
# Text beside elements, which may look like the end of a blank cell.
_STRAY_TEXT = re.compile(rb'/[^<>"]*+>\s*+[^<\s]')
# As nearly every program writes them; others are left to the real parser.
_MERGE = re.compile(rb'<mergeCell\s+ref\s*=\s*"([^"&\t\r\n]*+)"')


def can_read_fast(data: bytes) -> bool:
    """True when regular expressions may be trusted with the part."""
    root = _ROOT.match(data)
    if root is None:
        return False
    cells = data.find(b"<sheetData", root.end())
    if cells < 0 or data.find(b"<sheetData", cells + 1) >= 0:
        return False
    if has_tag(data, b"<!") or has_tag(data, b"<?", root.end()) or b"xml:space" in root[1]:
        return False
    # Under a second name, cells would not be seen.
    if sum(map(root[1].count, _NAMESPACES)) != 1:
        return False
    namespace = _DEFAULT_NAMESPACE.search(root[1])
    return namespace is not None and namespace[1] in _NAMESPACES


def fast_cells(data: bytes) -> list[RawCell] | None:
    """The filled cells of a part of usual shape; None as soon as it turns out to be of another.

    May stop as soon as there are more than `limits.CELLS`.
    """
    start = data.find(b"<sheetData")
    stop = data.find(b"</sheetData>", start)
    if stop < 0:
        return [] if _NO_CELLS.match(data, start) else None
    inside = data[start:stop]
    if any(word in inside for word in _NOT_FAST):
        return None
    early = inside.find(_BLANKS[0], 0, _EARLY) >= 0
    passable = _without_blanks(inside, _BLANKS[:1]) if early else inside
    return None if passable is None else _cells(passable)


def _cells(data: bytes) -> list[RawCell] | None:
    """The filled cells of `<sheetData>`: what stands in front of each `</c>`, from the last `<c ` on."""
    elements = _filled_elements(data)
    if elements is None:
        return None
    # Each holds one `<c ` and one `</c>`, so that as many matches are all of them, each from end to end.
    try:
        together = plain(b"</c>".join((*elements, b"")).decode())
    except UnicodeDecodeError:
        return None
    matches = _PLAIN.findall(together)
    if len(matches) < len(elements):
        return _cells_one_by_one(data, together)
    if "&" in together:
        return _unescaped_cells(matches)
    return [
        (at, style, kind, value or inline, formula or None)
        for at, style, kind, formula, value, inline in matches
    ]


def _filled_elements(data: bytes) -> list[bytes] | None:
    """Return each filled cell's element without its end tag; None where ends and beginnings do not tell them apart."""
    *filled, rest = pieces = data.split(b"</c")
    if not {piece[:1] for piece in pieces[1:]} <= {b">"} or b"<v" in rest:
        return None
    return [piece[piece.rfind(b"<c ") :] for piece in filled]


def _unescaped_cells(matches: list[tuple[str, ...]]) -> list[RawCell]:
    return [
        (
            at,
            style,
            kind,
            unescaped(text) if "&" in text else text,
            unescaped(formula) if formula else None,
        )
        for at, style, kind, formula, value, inline in matches
        for text in (value or inline,)
    ]


def fast_cell(element: str) -> RawCell | None:
    """What one `<c>` element holds; None when it is of unusual shape."""
    if _EMPTY.fullmatch(element) is not None or _BLANK.fullmatch(element) is not None:
        return "", "", "", None, None
    if (match := _PLAIN.fullmatch(element)) is not None:
        at, style, kind, formula, value, inline = match.groups("")
        return at, style, kind, unescaped(value or inline), unescaped(formula) or None
    if any(word in element for word in ("xmln", "AlternateC", "<!", "<?")):
        return None
    return _other_cell(element)


def _cells_one_by_one(data: bytes, together: str) -> list[RawCell] | None:
    """The same where some cells have contents or attributes that not every cell has."""
    cells: list[RawCell] = []
    for piece in together.split("</c>")[:-1]:
        element = f"{piece}</c>"
        if _BLANK.fullmatch(element) is not None:
            passable = _without_blanks(data)
            if passable != data:
                return None if passable is None else _cells(passable)
            continue
        cell = fast_cell(element)
        if cell is None:
            return None
        if cell[3:] != (None, None):
            cells.append(cell)
        if len(cells) > limits.CELLS:
            break
    return cells


def _without_blanks(data: bytes, blanks: tuple[bytes, ...] = _BLANKS) -> bytes | None:
    """The text with its blank cells as empty tags: there may be twenty for each filled one.

    None where some text may only look like a blank cell's tag.
    """
    if _STRAY_TEXT.search(data) is not None:
        return None
    for blank in blanks:
        data = data.replace(blank, b'"/>')
    return data


def _other_cell(element: str) -> RawCell | None:
    """A cell with runs of text or unusual attributes; None when it needs a real parser."""
    match = _ANY.fullmatch(element)
    if match is None:
        return None
    written, formula_attributes, formula, value_attributes, value, inline = match.groups()
    named = _cell_attributes(written)
    if named is None or not (inline is None or _is_one_string(inline)):
        return None
    kind = named.get("t", "")
    if value is None and value_attributes is not None and kind == "str":
        value = ""  # a formula's empty text is a result
    text = _content(kind, value, inline)
    if formula_attributes is not None:
        formula = unescaped(formula or "")
    return named["r"], named.get("s", ""), kind, text, formula


def _content(kind: str, value: str | None, inline: str | None) -> str | None:
    """Return the text of a cell's `<v>` or `<is>`; of both, that which its type says."""
    if inline is not None and (value is None or kind == "inlineStr"):
        return rich_text(inline)
    return None if value is None else unescaped(value)


def _cell_attributes(written: str) -> dict[str, str] | None:
    """Return a cell's attributes; None where only a real parser can tell, or the address may be beyond the worksheet."""
    if "&" in written or "xml:space" in written:
        return None
    named = attributes(written)
    return named if _GOOD_REFERENCE.fullmatch(named.get("r", "")) is not None else None


def _is_one_string(inline: str) -> bool:
    """False for a text with elements in it, or a second string: only a real parser says what belongs together."""
    return _MISPLACED.search(inline) is None and len(_RUN.findall(inline)) == inline.count("</t")


def rich_text(fragment: str) -> str:
    """The text of a string item or inline string of usual shape: its runs joined, phonetic readings left out.

    As in Excel, white space at the edges of a plain text is left out unless the file says that it is to be preserved.
    """
    if "<rPh" in fragment:
        first, *others = fragment.split("<rPh")
        fragment = first + "".join(_PHONETIC_END.split(other, maxsplit=1)[-1] for other in others)
    text = unescaped("".join(_RUN.findall(fragment)))
    return text if _KEPT_AS_WRITTEN.search(fragment) else text.strip(XML_SPACE)


def fast_merges(data: bytes) -> list[str] | None:
    """The merged ranges of a part of usual shape; None when it turns out to be of another."""
    start = data.rfind(b"</sheetData>") + 1
    if data.find(b":mergeCell", start) >= 0:
        return None
    merges = _MERGE.findall(data, start)
    stated = data.count(b"<mergeCell", start) - data.count(b"<mergeCells", start)
    return [decoded(merge) for merge in merges] if len(merges) == stated else None


def refuse_too_many(cells: list[RawCell], worksheet: str) -> None:
    """Raise for a worksheet with more filled cells than a form or a book of figures ever has."""
    if len(cells) > limits.CELLS:
        raise HostileWorkbook(
            f"入力のあるセルが{limits.CELLS:,}個を超えているため読めません。不要なデータを別のファイルに移してください。",
            worksheet,
        )


def refuse_too_many_merges(merges: list[str], worksheet: str) -> None:
    """Raise for a worksheet with more merged ranges than a form has; there may be a million in a hostile one."""
    if len(merges) > limits.MERGES:
        raise HostileWorkbook(
            "結合セルが多すぎて読めません。結合を減らして保存し直してください。", worksheet
        )


def bad_reference(reference: str) -> DamagedWorkbook:
    """The refusal of a worksheet with a cell that lies nowhere."""
    return DamagedWorkbook(
        "セル番地が正しくありません。Excelで開いて保存し直してください。", reference
    )
