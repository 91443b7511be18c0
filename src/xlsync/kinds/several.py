"""Several of the words of a list: A、B. JSON holds a list, in the order of the form's."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from xlsync.kinds.choice import composed_formula
from xlsync.kinds.excel.cell_formulas import MARK, TEXT_LOOKED_AT, folded, folded_formula
from xlsync.kinds.excel.formula_text import quoted
from xlsync.kinds.kind import Example, Kind, KindOptions
from xlsync.kinds.value import (
    DASH,
    Json,
    Parsed,
    Typed,
    Unreadable,
    Value,
    as_typed,
    fold,
    or_blank,
    refuse_json,
)

if TYPE_CHECKING:
    from xlsync.kinds.excel.cell_formulas import HelperCells, Scalar

JOINER: Final = "、"
_ALWAYS_PART: Final = "、､，,；;\n"
"""What always stands between two words; none of a list may have it."""
_MAY_PART: Final = "・･／/"
"""What does where no word of the list has it."""
MOST: Final = 60
"""Words of a list: what Excel's formula of them can hold."""


@dataclass(frozen=True, slots=True)
class Several(Kind):
    """Words of `items`, each once; its value is their text, in the order of the list."""

    items: tuple[str, ...]

    name = "several"
    office_word = "複数選択"
    english = "several of a list"
    about = "一覧の言葉からいくつでも選ぶ欄。「、」で区切って入力し、一覧の順にそろえます。一覧にない言葉は受け取りません。"
    example_options = KindOptions(items=("電話", "窓口", "郵送"))
    options = frozenset({"choices"})
    needed = frozenset({"choices"})
    shape = "words"
    examples = (
        Example("電話、郵送", "電話、郵送"),
        Example("郵送，電話", "電話、郵送"),
        Example("窓口・郵送", "窓口、郵送"),
        Example("電話、メール", "一覧にない言葉「メール」があります", is_refused=True),
    )

    @classmethod
    def of(cls, options: KindOptions) -> Several:
        """Return the words of the entry's list."""
        parted = next((item for item in options.items if set(item) & set(_ALWAYS_PART)), None)
        if parted is not None:
            raise ValueError(f"複数選択の一覧の「{parted}」に、区切りの記号（、 , ;）は使えません")
        if len(options.items) > MOST:
            raise ValueError(f"複数選択の一覧は {MOST} 語までです")
        return cls(options.items)

    @property
    def expected(self) -> str:
        """What belongs into such a field, as a request."""
        return f"あてはまるものを「、」で区切って入力してください（{JOINER.join(self.items)}）"

    @property
    def _separators(self) -> str:
        within = set("".join(map(fold, self.items)))
        return _ALWAYS_PART + "".join(mark for mark in _MAY_PART if fold(mark) not in within)

    def parse_filled(self, typed: Typed) -> Parsed | Unreadable:
        """Read words of the list, however they are parted; a word that is none, or one named twice, is refused."""
        text = as_typed(typed)
        if not isinstance(typed, str):
            return Unreadable(text, "一覧の言葉ではありません")
        parts = [fold(part) for part in text.translate(self._table).split(JOINER)]
        fault = self._fault(parts)
        if fault:
            return Unreadable(text, fault)
        value = JOINER.join(item for item in self.items if fold(item) in parts)
        return Parsed(value, normalised=value != typed)

    def _fault(self, parts: list[str]) -> str:
        """Return what is wrong with some folded words, "" where each is of the list, and there once."""
        listed = set(map(fold, self.items))
        unknown = next((part for part in parts if part not in listed), None)
        if unknown is not None:
            return (
                f"一覧にない言葉「{unknown}」があります"
                if unknown
                else "区切りの間に言葉がありません"
            )
        return "同じ言葉が二度あります" if len(set(parts)) < len(parts) else ""

    @property
    def _table(self) -> dict[int, str]:
        return dict.fromkeys(map(ord, self._separators), JOINER)

    def show(self, value: Value) -> str | int | Decimal | None:
        """Return the words with 、 between them."""
        return None if value is None else str(value)

    def listed(self) -> tuple[str, ...]:
        """Return the words of the list."""
        return self.items

    def to_json(self, value: Value) -> Json:
        """Return a list of words, "-" or null."""
        return value.split(JOINER) if isinstance(value, str) and value != DASH else value

    def filled_from_json(self, document: Json) -> Value:
        """Take a list of words of the list, each once, "-" or null."""
        words = document if isinstance(document, list) else []
        in_order = [item for item in self.items if item in words]
        if not words or len(in_order) != len(words):
            raise refuse_json(document, "一覧の言葉の並び")
        return JOINER.join(in_order)

    def json_schema(self) -> dict[str, Json]:
        """Accept a list of words of the list, each once, "-" or null."""
        words = {
            "type": "array",
            "items": {"enum": list(self.items)},
            "uniqueItems": True,
            "minItems": 1,
        }
        return or_blank(words)

    def helper_formulas(self, cells: HelperCells) -> dict[str, str]:
        """Return the formulas by which Excel reads words of the list, and puts them into its order."""
        cleaned = cells.addresses["cleaned"]
        parted = f'","&LEFT({cleaned},{2 * TEXT_LOOKED_AT})&","'
        has_item = [
            f"ISNUMBER(FIND({quoted(f',{folded(item)},')},{parted}))" for item in self.items
        ]
        pairs = list(zip(has_item, self.items, strict=True))
        chosen = "&".join(
            f'IF({condition},{quoted(JOINER + item)},"")' for condition, item in pairs
        )
        lengths = "+".join(
            f"IF({condition},{len(folded(item)) + 1},0)" for condition, item in pairs
        )
        in_list = f"IF({lengths}=LEN({cleaned})+1,MID({chosen},2,{_LONGEST}),{MARK})"
        seen = cells.addresses["seen"]
        return {
            "cleaned": folded_formula(composed_formula(self._parted(seen), self.items)),
            "value": cells.words(f"IF(ISTEXT({cells.page_cell}),{in_list},{MARK})"),
        }

    def _parted(self, text: str) -> str:
        for mark in self._separators:
            written = "CHAR(10)" if mark == "\n" else f'"{mark}"'
            text = f'SUBSTITUTE({text},{written},",")'
        return text

    def helper_results(self, value: Value, seen: str) -> dict[str, Scalar]:
        """Return the words as they are compared."""
        del value
        return {"cleaned": folded(seen.translate(dict.fromkeys(map(ord, self._separators), ",")))}


_LONGEST: Final = 32_767

__all__ = ["JOINER", "Several"]
