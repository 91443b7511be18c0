"""What every kind of value has; a module of this package for each, `registry.py` lists them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar, Literal

from xlsync.kinds.characters import half_width
from xlsync.kinds.unit_spellings import is_unit
from xlsync.kinds.value import DASH, Unreadable, blank_or_dash

if TYPE_CHECKING:
    from xlsync.kinds.excel.cell_formulas import HelperCells, Scalar
    from xlsync.kinds.value import Json, Parsed, Typed, Value

Shape = Literal["number", "quantity", "words", "digits", "moment"]
"""How a cell of the kind is read: as a number with its format, a number with any unit, words, digits, or a day or time."""
TableType = Literal["integer", "number", "boolean", "string"]
"""What its column in a table for other programs holds."""


@dataclass(frozen=True, slots=True)
class KindOptions:
    """What an entry of a form says beside the name of its kind; each kind takes what it needs."""

    unit: str = ""
    decimals: int | None = None
    items: tuple[str, ...] = ()
    multiline: bool = False
    western: bool = False
    shapes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Spoken:
    """How sentences tell a kind's numbers: `factor` times the value, with decimals and a unit."""

    unit: str = ""
    decimals: int = 0
    factor: int = 1


@dataclass(frozen=True, slots=True)
class Example:
    """What people type, and what becomes of it: what the page shows, or (`is_refused`) the reason why it cannot be read."""

    typed: str
    shown: str
    is_refused: bool = False


class Kind(ABC):
    """One kind of value. Laws: `parse(show(v)).value == v`, `from_json(to_json(v)) == v`.

    The class attributes tell the rest of the program what it may do with the values: nobody else asks for a kind by name.
    """

    __slots__ = ()

    name: ClassVar[str]
    """The word for this kind in a form definition."""
    office_word: ClassVar[str]
    """What the office chooses on the worksheet 様式の定義, and reads in the reference."""
    english: ClassVar[str]
    """What docs/form.md calls it."""
    about: ClassVar[str]
    """A line of the reference: what such a field is for."""
    examples: ClassVar[tuple[Example, ...]]
    """Spellings of the reference, for the kind as `of(KindOptions(...))` with `example_options` makes it."""
    example_options: ClassVar[KindOptions] = KindOptions()
    options: ClassVar[frozenset[str]] = frozenset()
    """The entries of [[field]] that it takes beside those of every field."""
    needed: ClassVar[frozenset[str]] = frozenset()
    """Those of them that it cannot do without."""
    shape: ClassVar[Shape] = "number"
    is_amount: ClassVar[bool] = False
    """Whether its values are added up."""
    is_rule_amount: ClassVar[bool] = False
    """Whether the rules that compare amounts of a form's own unit speak of it."""
    is_words: ClassVar[bool] = False
    """Whether rules about the length and form of a text speak of it."""
    is_free_text: ClassVar[bool] = False
    """Whether people write in it what they like: it may name a private person."""
    is_personal: ClassVar[bool] = False
    """Whether it says who somebody is, or how to reach them: it is not published unless its entry says so."""
    is_choice: ClassVar[bool] = False
    """Whether its value is one of a few words, which are counted."""
    is_count: ClassVar[bool] = False
    """Whether it counts something: less than none, and more decimals than the page shows, are remarked on."""
    is_figure: ClassVar[bool] = False
    """Whether its value is a number of its own unit, listed with the figures that are published."""
    expression_type: ClassVar[str] = "text"
    """What its values are in expressions: a type of `xlsync.expressions.nodes`, or "quantity" or "flag"."""
    cell_divisor: ClassVar[int] = 1
    """How many times less the number in a cell is than the value."""
    fits_a_line: ClassVar[bool] = True
    """Whether a value is short enough to stand beside those of other years."""
    leaves_marks: ClassVar[bool] = True
    """Whether a raised or lowered run in its cell is the mark of a note, and no part of the value."""
    is_number_as_text: ClassVar[bool] = False
    """Whether its texts look like numbers: Excel is told not to mark them."""
    has_latin_input: ClassVar[bool] = False
    """Whether it is typed without the IME."""

    @classmethod
    def of(cls, options: KindOptions) -> Kind:
        """Return the kind that an entry means; ValueError (a Japanese sentence) where its options are none of the kind's.

        Here that of an entry which says nothing more of it.
        """
        del options
        return cls()

    @property
    @abstractmethod
    def expected(self) -> str:
        """What belongs into such a field, as a request."""

    def parse(self, typed: Typed) -> Parsed | Unreadable:
        """Read what stands in a cell; blank and "-" mean the same in every kind."""
        simple = blank_or_dash(typed)
        return self.parse_filled(typed) if simple is None else simple

    @abstractmethod
    def parse_filled(self, typed: Typed) -> Parsed | Unreadable:
        """Read what stands in a cell that is neither blank nor "-"."""

    @abstractmethod
    def show(self, value: Value) -> str | int | Decimal | None:
        """Return what is written into the cell: text, or a number whose number format adds the unit."""

    @abstractmethod
    def to_json(self, value: Value) -> Json:
        """Return the JSON of a value."""

    def from_json(self, document: Json) -> Value:
        """Return the value of its JSON, None for null; ValueError (a Japanese phrase) where it is none of this kind."""
        is_simple = document is None or document == DASH
        return document if is_simple else self.filled_from_json(document)

    @abstractmethod
    def filled_from_json(self, document: Json) -> Value:
        """Return the value of JSON that is neither null nor "-"; ValueError where it is none of this kind."""

    @abstractmethod
    def json_schema(self) -> dict[str, Json]:
        """Return the JSON Schema (2020-12) that accepts exactly the JSON of this kind."""

    def words(self, value: Value) -> str:
        """Return a value as people read it, numbers with separators and unit; "" for blank."""
        shown = self.show(value)
        if shown is None or isinstance(shown, str):
            return shown or ""
        return f"{shown:,}{self.spoken().unit}"

    def table_type(self) -> TableType:
        """Return what its column in a table for other programs holds."""
        return "string"

    def table_unit(self) -> str:
        """Return the unit of the numbers in such a table."""
        return self.spoken().unit

    def listed(self) -> tuple[str, ...]:
        """Return the words that its list offers, () where it has none."""
        return ()

    def spoken(self) -> Spoken:
        """Return how sentences tell its numbers."""
        return Spoken()

    @property
    def is_shown_whole(self) -> bool:
        """Whether its numbers are shown without decimals."""
        return self.spoken().decimals == 0

    def kept_decimals(self) -> int | None:
        """Return how many decimals a value has at most; None where a number keeps all."""
        return None

    def computed_limits(self) -> tuple[int, int, int, bool] | None:
        """Return decimals, least, most, and whether a value is a whole number, of what can be computed; None of others."""
        return None

    def number_format(self) -> str:
        """Return the number format of its cells: text, unless a kind's values are numbers."""
        return "@"

    def in_english(self) -> str:
        """Return what docs/form.md calls it."""
        return self.english

    def fixed_length(self) -> int | None:
        """Return how many characters each of its texts has, None where they differ."""
        return None

    def key_pattern(self) -> str | None:
        """Return the regular expression of a part of a key that such a field gives; None for any text."""
        return None

    def shows_itself(self, literal: str, power_of_ten: int) -> bool:
        """Whether a number is shown as it is with these words beside it, moved by a power of ten."""
        return power_of_ten == 0 and is_unit(half_width(literal), self.spoken().unit)

    def reads_number(self, digits: str) -> bool:
        """Whether the digits of a number say something without a format."""
        return not isinstance(self.parse(digits), Unreadable)

    def same(self, value: Value, other: Value) -> bool:
        """Whether two values mean the same, however they are spelled."""
        return value == other

    def helper_formulas(self, cells: HelperCells) -> dict[str, str]:
        """Return the formulas, without "=", by which Excel reads a cell as `parse` does, by the helper cells' words."""
        return {"value": cells.words(cells.text)}

    def helper_results(self, value: Value, seen: str) -> dict[str, Scalar]:
        """Return what those formulas but `value` come to, for a value and the text people see in its cell."""
        del value, seen
        return {}


__all__ = ["Example", "Kind", "KindOptions", "Shape", "Spoken", "TableType"]
