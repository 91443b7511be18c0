"""The text of XML parts: decoding, entities, and the `_xHHHH_` escapes of spreadsheet strings.

A part is UTF-8 or UTF-16 (ECMA-376 part 2, 8.2.5). Handing text instead of bytes to expat keeps a declared
encoding from hiding a document type declaration.
"""

from __future__ import annotations

import codecs
import re
from typing import AnyStr
from xml.etree import ElementTree as ET
from xml.parsers import expat

from xlsync.errors import DamagedWorkbook, HostileWorkbook, UnwritableWorkbook
from xlsync.ooxml import limits

MAIN_NAMESPACES = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
)

_DECLARED = re.compile(r"""<\?xml[^>]*?\sencoding\s*=\s*["']([^"']*)["']""")
_UNICODE_NAMES = (
    *("utf-8", "utf8", "us-ascii", "ascii"),
    *("utf-16", "utf16", "utf-16be", "utf-16le"),
)
_ELEMENT = re.compile("<[^?!]")
_ENTITY = re.compile(r"&([^;&<]{0,10});?")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_UNPRINTABLE = r"\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff"
_UNWRITABLE = re.compile(f"[{_UNPRINTABLE}]")
_TO_ESCAPE = re.compile(f"_(?=x[0-9A-Fa-f]{{4}}[_{_UNPRINTABLE}])|[{_UNPRINTABLE}]")
_FEW = 500
_CACHED_ENTITIES = 4_096
_BROKEN = "ブックの中のXMLが壊れています。Excelで開いて保存し直してください。"


def encoding_of(data: bytes) -> str:
    """The codec that turns the part into text and back without losing its byte order mark."""
    for mark, codec in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (b"<\0", "utf-16-le"),
        (b"\0<", "utf-16-be"),
    ):
        if data.startswith(mark):
            return codec
    return "utf-8"


def decoded(data: bytes, where: str = "") -> str:
    """The part's text; a byte order mark stays as U+FEFF, so that encoding it again gives the same bytes.

    Raises DamagedWorkbook for other encodings and HostileWorkbook for a document type declaration.
    """
    try:
        text = data.decode(encoding_of(data))
    except UnicodeDecodeError:
        raise DamagedWorkbook(_BROKEN, where) from None
    declared = _DECLARED.search(text, 0, 200)
    if declared and declared[1].lower() not in _UNICODE_NAMES:
        raise DamagedWorkbook(_BROKEN, where)
    # Only in front of the first element is one well-formed; anywhere else every parser refuses it.
    first = _ELEMENT.search(text)
    if "<!" in text[: first.start() if first else None] and "<!DOCTYPE" in text:
        raise HostileWorkbook(
            "安全に読めない宣言（DOCTYPE）が含まれています。Excelで保存し直してください。", where
        )
    return text


def has_tag(text: AnyStr, tag: AnyStr, start: int = 0) -> bool:
    """True when some tag after `start` begins so: "<!" as comments and declarations, "<?" as instructions.

    Looking for its second character alone is far cheaper: nearly every tag begins with "<".
    """
    at, second = start, tag[1:]
    for _ in range(_FEW):
        at = text.find(second, at + 1)
        if at < 0:
            return False
        if text[at - 1 : at + 1] == tag:
            return True
    return text.find(tag, at) >= 0


def plain(text: str) -> str:
    """The text as an XML parser sees it: no byte order mark, line ends as U+000A."""
    text = text.removeprefix("\ufeff")
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def parsed(data: bytes, where: str = "") -> ET.Element:
    """The root element of a small part, bounded in elements and depth."""
    return parsed_text(plain(decoded(data, where)), where)


def parsed_text(text: str, where: str = "") -> ET.Element:
    """The same from the part's text, which has no document type declaration."""
    if (
        len(text) > limits.XML_CHARACTERS
        or text.count("<") > 2 * limits.XML_ELEMENTS
        or text.count("=") > limits.XML_ATTRIBUTES
    ):
        raise HostileWorkbook(
            "ブックの内容が多すぎて読めません。不要なものを減らしてください。", where
        )
    try:
        root = ET.fromstring(text)  # noqa: S314 - no DOCTYPE, hence no entities; bounded above
    except ET.ParseError:
        raise DamagedWorkbook(_BROKEN, where) from None
    _refuse_depth(root, where)
    return root


def refuse_broken(data: bytes, where: str) -> None:
    """Raise DamagedWorkbook unless the part is well-formed XML."""
    # A declared encoding is overruled by the one in which we read the part.
    content = data if encoding_of(data) == "utf-8" else decoded(data, where).encode()
    try:
        expat.ParserCreate("utf-8").Parse(content.removeprefix(codecs.BOM_UTF8), True)  # noqa: FBT003 - takes no keywords
    except expat.ExpatError:
        raise DamagedWorkbook(_BROKEN, where) from None


def _refuse_depth(root: ET.Element, where: str) -> None:
    """Raise when elements are nested deeper than any honest part nests them."""
    layer = [root]
    for _ in range(limits.XML_DEPTH):
        layer = [child for element in layer for child in element]
        if not layer:
            return
    raise HostileWorkbook("ブックの構造が深すぎて読めません。Excelで保存し直してください。", where)


def local_name(tag: str) -> str:
    """The tag without its namespace."""
    return tag.rpartition("}")[2]


def attribute(element: ET.Element, name: str) -> str | None:
    """The attribute of that local name, whatever namespace it stands in."""
    for key, value in element.items():
        if local_name(key) == name:
            return value
    return None


def unescaped(text: str) -> str:
    """The text with the five entities of XML and character references replaced."""
    if "&" not in text:
        return text
    pieces = _ENTITY.split(text)
    pieces[1::2] = map(_ENTITIES.__getitem__, pieces[1::2])
    return "".join(pieces)


class _Entities(dict[str, str]):
    """What entities stand for; some programs write every Japanese character as a reference."""

    def __missing__(self, name: str) -> str:
        character = _referenced(name)
        if len(self) < _CACHED_ENTITIES:
            self[name] = character
        return character


def _referenced(name: str) -> str:
    """The character that a reference such as `#x3042` stands for."""
    try:
        return chr(int(f"0{name[1:]}", 16) if name[:2] == "#x" else int(name.removeprefix("#")))
    except (ValueError, OverflowError):
        raise DamagedWorkbook(_BROKEN) from None


_ENTITIES = _Entities({"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"})


def escaped(text: str) -> str:
    """The text for element content or a double-quoted attribute; UnwritableWorkbook for what XML cannot hold."""
    if _UNWRITABLE.search(text):
        raise UnwritableWorkbook("使えない文字（制御文字など）があります。文字を消してください。")
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace('"', "&quot;")


def string_value(text: str) -> str:
    """A spreadsheet string (ST_Xstring, ECMA-376 part 1, 22.9.2.19) with each `_xHHHH_` decoded once."""
    if "_x" not in text:
        return text
    value = _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)
    return value.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")


def string_text(value: str) -> str:
    """The ST_Xstring whose `string_value` is `value`, with all that XML cannot hold as `_xHHHH_`."""
    return escaped(_TO_ESCAPE.sub(lambda match: f"_x{ord(match[0]):04X}_", value))
