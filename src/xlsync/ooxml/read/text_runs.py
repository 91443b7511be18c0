"""Runs of rich text in shared and inline strings: struck through, raised or lowered, in what font (ECMA-376 part 1, 18.4.4).

The fast readers of strings join runs without a look at their formatting. This reader is asked only for workbooks in
which some string has formatting of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple
from xml.parsers import expat

from xlsync.errors import DamagedWorkbook
from xlsync.ooxml.opc.part_cache import cached_by_content
from xlsync.ooxml.read.cell_fonts import CellFont, points
from xlsync.ooxml.xml.encoding import MAIN_NAMESPACES, decoded, plain, string_value

_FALSE: Final = ("0", "false", "off")
_RAISED: Final = {"superscript": True, "subscript": False}
_NO_RUNS: Final[Mapping[str, tuple[TextRun, ...]]] = {}


class TextRun(NamedTuple):
    """A piece of a rich text. `is_struck` is None for a run that is shown in the cell's own font.

    `font` has no face or no size where the run says none of its own.
    """

    text: str
    is_struck: bool | None = None
    is_superscript: bool = False
    is_subscript: bool = False
    font: CellFont = CellFont()


@cached_by_content
def shared_string_runs(data: bytes, where: str) -> Mapping[str, tuple[TextRun, ...]]:
    """Index of a shared string as cells write it → its runs, for the strings of a shared strings part that have any."""
    return _runs(data, where)


def inline_string_runs(data: bytes, where: str) -> Mapping[str, tuple[TextRun, ...]]:
    """Address → runs, for the cells of a worksheet part whose inline string has any."""
    return _runs(data, where)


def _runs(data: bytes, where: str) -> Mapping[str, tuple[TextRun, ...]]:
    text = plain(decoded(data, where))
    if "rPr" not in text:
        return _NO_RUNS
    reader = _RunReader()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.characters
    try:
        parser.Parse(text, True)  # noqa: FBT003 - expat takes no keywords
    except expat.ExpatError:
        raise DamagedWorkbook(
            "ブックの中の文字列が壊れています。Excelで開いて保存し直してください。", where
        ) from None
    return reader.runs


class _RunReader:
    """Collects the runs of every string item, by its number or by the cell it stands in."""

    def __init__(self) -> None:
        self.runs: dict[str, tuple[TextRun, ...]] = {}
        self._key = ""
        self._items = 0
        self._reading = False
        self._phonetic = 0
        self._in_text = False
        self._in_properties = False
        self._run = TextRun("")
        self._pending: list[TextRun] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins; `tag` is "namespace name"."""
        namespace, _, name = tag.rpartition(" ")
        if namespace not in MAIN_NAMESPACES:
            return
        if name == "c":
            self._key = attributes.get("r", "")
        elif name == "rPh":
            self._phonetic += 1
        elif name in ("si", "is"):
            self._start_item(name)
        elif name == "r":
            self._run = TextRun("")
        elif name == "rPr":
            self._in_properties, self._run = True, self._run._replace(is_struck=False)
        elif name == "t" and self._reading:
            self._in_text = not self._phonetic
        elif self._in_properties:
            self._property(name, attributes.get("val"))

    def end(self, tag: str) -> None:
        """An element ends."""
        name = tag.rpartition(" ")[2]
        if name == "rPh":
            self._phonetic -= 1
        elif name == "rPr":
            self._in_properties = False
        elif name == "t" and self._in_text:
            self._in_text = False
            self._pending.append(self._run._replace(text=string_value(self._run.text)))
            self._run = TextRun("")
        elif name in ("si", "is"):
            self._end_item()

    def characters(self, text: str) -> None:
        """Text of the innermost element."""
        if self._in_text:
            self._run = self._run._replace(text=self._run.text + text)

    def _start_item(self, name: str) -> None:
        if name == "si":
            self._key = str(self._items)
            self._items += 1
        self._reading, self._pending, self._run = True, [], TextRun("")

    def _end_item(self) -> None:
        # A text without formatting of its own is no rich text, in however many pieces it is written.
        if any(run.is_struck is not None for run in self._pending):
            self.runs[self._key] = tuple(self._pending)
        self._reading = False

    def _property(self, name: str, value: str | None) -> None:
        """Note a property of the run that is about to come."""
        if name == "strike":
            self._run = self._run._replace(is_struck=(value or "1") not in _FALSE)
        elif name == "vertAlign" and value in _RAISED:
            raised = _RAISED[value]
            self._run = self._run._replace(is_superscript=raised, is_subscript=not raised)
        elif name == "rFont":
            self._run = self._run._replace(font=self._run.font._replace(face=value or ""))
        elif name == "sz":
            self._run = self._run._replace(font=self._run.font._replace(size=points(value or "")))
