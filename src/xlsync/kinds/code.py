"""Codes: budget codes (会計・款・項・目・事業), numbers of projects and things; text, in which zeros in front count."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from xlsync.kinds.characters import half_width, split_marks
from xlsync.kinds.excel.cell_formulas import MARK, cleaned_text
from xlsync.kinds.excel.note_marks import mark_formulas, marks_of, only_digits
from xlsync.kinds.kind import Example, Kind, KindOptions
from xlsync.kinds.shapes import (
    fault_of,
    is_bare,
    pattern_of,
    shaped,
    shaped_formula,
    shaped_number,
    shaped_number_formula,
    with_hyphens,
    with_hyphens_formula,
)
from xlsync.kinds.value import (
    Json,
    Parsed,
    Typed,
    Unreadable,
    Value,
    as_typed,
    refuse_json,
)

if TYPE_CHECKING:
    from xlsync.kinds.excel.cell_formulas import HelperCells, Scalar


@dataclass(frozen=True, slots=True)
class Code(Kind):
    """Exactly `width` digits, kept as text: "01", never 1; with `shapes`, a text of one of these instead."""

    width: int = 2
    shapes: tuple[str, ...] = ()

    name = "code"
    office_word = "番号"
    english = "two-digit code (text)"
    about = (
        "番号・コード。先頭の0を含めて文字として扱います。形は shape で決めます"
        "（# は数字、@ は英字、? は何でも、ほかはそのままの文字。いくつか並べられます。書かないと2けたの数字）。"
    )
    example_options = KindOptions(shapes=("@-###",))
    options = frozenset({"shape"})
    shape = "digits"
    is_words = True
    is_number_as_text = True
    fits_a_line = False
    has_latin_input = True
    examples = (
        Example("A-001", "A-001"),
        Example("Ａ－００１", "A-001"),
        Example("A001", "「@-###」の形ではありません", is_refused=True),
    )

    @classmethod
    def of(cls, options: KindOptions) -> Code:
        """Return codes of the entry's shapes, of two digits where it names none."""
        fault = next(filter(None, map(fault_of, options.shapes)), "")
        if fault:
            raise ValueError(fault)
        if len(options.shapes) == 1 and is_bare(options.shapes[0]):
            return cls(len(options.shapes[0]))
        return cls(2, options.shapes)

    @property
    def expected(self) -> str:
        """What belongs into such a field, as a request."""
        if self.shapes:
            return f"{self._named}の形で入力してください（#は数字、@は英字）"
        return f"{self.width}けたの数字を入力してください"

    @property
    def _named(self) -> str:
        return "か".join(f"「{shape}」" for shape in self.shapes)

    def parse_filled(self, typed: Typed) -> Parsed | Unreadable:
        """Read a code of any width; the zeros Excel took away in front are put back."""
        text = as_typed(typed)
        plain, marks = split_marks(half_width(text))
        code = None if isinstance(typed, bool) else self._read(typed, plain)
        if code is None:
            reason = f"{self._named}の形" if self.shapes else f"{self.width}けたの数字"
            return Unreadable(text, f"{reason}ではありません")
        return Parsed(code, normalised=code != typed, marks=marks)

    def _read(self, typed: Typed, plain: str) -> str | None:
        if not self.shapes:
            is_code = re.fullmatch(rf"[0-9]{{1,{self.width}}}", plain)
            return plain.zfill(self.width) if is_code else None
        if isinstance(typed, str):
            return shaped(with_hyphens(plain), self.shapes)
        return shaped_number(int(plain), self.shapes) if plain.isdecimal() else None

    def show(self, value: Value) -> str | int | Decimal | None:
        """Return the code as text."""
        return None if value is None else str(value)

    def to_json(self, value: Value) -> Json:
        """Return the code as a string."""
        return value

    def filled_from_json(self, document: Json) -> Value:
        """Take a string of exactly this form, "-" or null."""
        if not isinstance(document, str) or not re.fullmatch(self._pattern, document):
            reason = f"{self._named}の形" if self.shapes else f"{self.width}けたの数字"
            raise refuse_json(document, f"{reason}の文字列")
        return document

    def json_schema(self) -> dict[str, Json]:
        """Accept such a code, "-" or null."""
        longest = max(map(len, self.shapes), default=self.width)
        return {
            "type": ["string", "null"],
            "pattern": rf"^({self._pattern}|-)$",
            "maxLength": longest,
        }

    def in_english(self) -> str:
        """Return what docs/form.md calls it."""
        if self.shapes:
            return f"code ({', '.join(self.shapes)})"
        return self.english if self.width == 2 else f"{self.width}-digit code (text)"  # noqa: PLR2004

    def fixed_length(self) -> int | None:
        """Return how many characters its codes have, None where shapes differ in that."""
        lengths = set(map(len, self.shapes)) or {self.width}
        return min(lengths) if len(lengths) == 1 else None

    def key_pattern(self) -> str | None:
        """Return the regular expression of a code of digits; others are escaped in keys."""
        return None if self.shapes else self._pattern

    @property
    def _pattern(self) -> str:
        return pattern_of(self.shapes) if self.shapes else f"[0-9]{{{self.width}}}"

    def helper_formulas(self, cells: HelperCells) -> dict[str, str]:
        """Return the formulas by which Excel reads a code."""
        at, raw = cells.addresses, cells.page_cell
        formulas = {"cleaned": cells.cleaned(), **mark_formulas(at)}
        if self.shapes:
            of_number = shaped_number_formula(raw, self.shapes, MARK)
            of_text = shaped_formula(at["body"], self.shapes, MARK)
            body = with_hyphens_formula(at["unmarked"])
            return {**formulas, "body": body, "value": cells.typed(of_number, of_text)}
        largest, zeros, text = 10**self.width - 1, "0" * self.width, at["unmarked"]
        of_number = (
            f'IF(AND({raw}=INT({raw}),{raw}>=0,{raw}<={largest}),TEXT({raw},"{zeros}"),{MARK})'
        )
        sound = f"AND(LEN({text})<={self.width},{only_digits(text)})"
        of_text = f'IF({sound},RIGHT("{zeros[1:]}"&{text},{self.width}),{MARK})'
        return {**formulas, "value": cells.typed(of_number, of_text)}

    def helper_results(self, value: Value, seen: str) -> dict[str, Scalar]:
        """Return what the formulas of its texts come to."""
        del value
        cleaned = cleaned_text(seen)
        texts: dict[str, Scalar] = {"cleaned": cleaned, **marks_of(cleaned)}
        return texts | ({"body": with_hyphens(str(texts["unmarked"]))} if self.shapes else {})


__all__ = ["Code"]
