"""The same cells as `worksheet_fast` reads, from parts of any shape that is XML, through expat."""

from __future__ import annotations

import re
from collections.abc import Callable
from xml.parsers import expat

from xlsync.errors import DamagedWorkbook, HostileWorkbook
from xlsync.ooxml import limits
from xlsync.ooxml.a1 import column_letters, split_reference
from xlsync.ooxml.read.worksheet_fast import XML_SPACE, RawCell, bad_reference, refuse_too_many
from xlsync.ooxml.xml.encoding import MAIN_NAMESPACES, decoded, plain

_COMPATIBILITY = "http://schemas.openxmlformats.org/markup-compatibility/2006"
_SPACE = "http://www.w3.org/XML/1998/namespace space"
_NUMBER = re.compile("[1-9][0-9]{0,6}")


class ExpatSheet:
    """The cells and merged ranges of the part, in file order."""

    def __init__(self, worksheet: str) -> None:
        self._worksheet = worksheet
        self.cells: list[RawCell] = []
        self.merges: list[str] = []
        self._path: list[str] = []
        self._row = self._column = 0
        self._reference = self._style = self._type = ""
        self._text: str | None = None
        self._formula: str | None = None
        self._inline: str | None = None
        self._keeps_edges = self._all_edges = False
        self._skipped = 0
        self._starts: dict[str, Callable[[dict[str, str]], None]] = {
            "row": self._start_row,
            "c": self._start_cell,
            "f": self._start_formula,
            "is": self._start_inline,
            "r": self._start_run,
            "v": self._start_value,
            "mergeCell": self._start_merge,
        }

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins; `tag` is "namespace name"."""
        namespace, _, name = tag.rpartition(" ")
        if len(self._path) >= limits.XML_DEPTH:
            raise HostileWorkbook("ブックの構造が深すぎて読めません。Excelで保存し直してください。")
        self._path.append(name if namespace in MAIN_NAMESPACES else f"{namespace} {name}")
        # Of alternatives the one for programs that know nothing new is read.
        if self._skipped or (namespace, name) == (_COMPATIBILITY, "Choice") or name == "rPh":
            self._skipped += 1
        elif (begin := self._starts.get(self._path[-1])) is not None and (
            ("sheetData" in self._path) != (begin == self._start_merge)
        ):
            begin(attributes)
        if attributes.get(_SPACE) == "preserve" and not self._skipped:
            self._start_preserved(self._path[-1])

    def end(self, _tag: str) -> None:
        """An element ends."""
        name = self._path.pop()
        if self._skipped:
            self._skipped -= 1
        elif name == "c" and "sheetData" in self._path:
            self._end_cell()

    def characters(self, text: str) -> None:
        """Text of the innermost element."""
        if self._skipped or not self._path:
            return
        innermost = self._path[-1]
        if innermost == "v":
            self._text = (self._text or "") + text
        elif innermost == "f":
            self._formula = (self._formula or "") + text
        elif innermost == "t" and "is" in self._path:
            self._inline = (self._inline or "") + text

    def _start_row(self, attributes: dict[str, str]) -> None:
        number = attributes.get("r", str(self._row + 1)).strip()
        if _NUMBER.fullmatch(number) is None:
            raise bad_reference(number)
        self._row, self._column = int(number), 0

    def _start_cell(self, attributes: dict[str, str]) -> None:
        reference = attributes.get("r")
        if reference is None:
            reference = f"{column_letters(self._column + 1)}{self._row}"
        self._row, self._column = split_reference(reference)
        self._reference = f"{column_letters(self._column)}{self._row}"
        self._style, self._type = attributes.get("s", ""), attributes.get("t", "")
        self._text = self._formula = self._inline = None
        self._keeps_edges = False

    def _start_formula(self, _attributes: dict[str, str]) -> None:
        self._formula = ""

    def _start_inline(self, _attributes: dict[str, str]) -> None:
        self._inline = self._inline or ""

    def _start_run(self, _attributes: dict[str, str]) -> None:
        self._keeps_edges = True

    def _start_preserved(self, name: str) -> None:
        """White space in the element is to be kept, in all that follows it where it holds many cells."""
        self._keeps_edges = True
        self._all_edges = self._all_edges or name in ("worksheet", "sheetData", "row")

    def _start_value(self, _attributes: dict[str, str]) -> None:
        if self._type == "str":  # a formula's empty text is a result
            self._text = ""

    def _start_merge(self, attributes: dict[str, str]) -> None:
        self.merges.append(attributes.get("ref", ""))

    def _end_cell(self) -> None:
        inline = self._inline
        if inline is not None and not (self._keeps_edges or self._all_edges):
            inline = inline.strip(XML_SPACE)
        prefers_inline = self._text is None or (self._type == "inlineStr" and inline is not None)
        text = inline if prefers_inline else self._text
        if text is not None or self._formula is not None:
            self.cells.append((self._reference, self._style, self._type, text, self._formula))
        if len(self.cells) > limits.CELLS:
            refuse_too_many(self.cells, self._worksheet)


def read_by_expat(data: bytes, where: str) -> ExpatSheet:
    """The cells and merged ranges of the worksheet part; DamagedWorkbook when it is no XML."""
    sheet = ExpatSheet(where)
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = sheet.start
    parser.EndElementHandler = sheet.end
    parser.CharacterDataHandler = sheet.characters
    try:
        parser.Parse(plain(decoded(data, where)), True)  # noqa: FBT003 - expat takes no keywords
    except expat.ExpatError:
        raise DamagedWorkbook(
            "シートのXMLが壊れています。Excelで開いて保存し直してください。", where
        ) from None
    return sheet
