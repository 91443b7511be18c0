"""Marks of yes and no: ○ 〇 ◯ ✓ ☑ レ ■ TRUE, × ✕ X. JSON holds true and false; the page shows ○ and ×."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from xlsync.kinds.excel.cell_formulas import MARK, folded, folded_formula
from xlsync.kinds.excel.formula_text import quoted
from xlsync.kinds.kind import Example, Kind
from xlsync.kinds.value import (
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
    from xlsync.kinds.kind import TableType

YES, NO = "○", "×"
_YES_SPELLINGS: Final = (
    *("○", "〇", "◯", "⭕", "●", "◎", "O", "✓", "✔", "☑", "レ", "■", "◆", "TRUE", "yes", "y"),
    *("はい", "有", "有り", "あり", "済", "済み", "可", "該当"),
)
_NO_SPELLINGS: Final = (
    *("×", "✕", "✖", "✗", "✘", "☓", "❌", "X", "□", "☐", "FALSE", "no", "n"),
    *("いいえ", "無", "無し", "なし", "未", "不可", "否", "非該当"),
)


@dataclass(frozen=True, slots=True)
class Flag(Kind):
    """Yes or no; blank is neither. Its value is the mark that the page shows."""

    name = "flag"
    office_word = "○×"
    english = "yes or no"
    about = (
        "○か×かの欄。チェックの印（✓ ☑ レ ■）や 有・無、はい・いいえ、済・未、TRUE・FALSE も受け取ります。"
        "空欄は「まだ答えていない」で、×ではありません。"
    )
    shape = "words"
    is_choice = True
    expression_type = "flag"
    examples = (
        Example("〇", "○"),
        Example("✓", "○"),
        Example("レ", "○"),
        Example("ＴＲＵＥ", "○"),
        Example("☐", "×"),
        Example("なし", "×"),
        Example("△", "○か×か分かりません", is_refused=True),
    )

    @property
    def expected(self) -> str:
        """What belongs into such a field, as a request."""
        return "○か×を入力してください"

    def parse_filled(self, typed: Typed) -> Parsed | Unreadable:
        """Read a mark, a word of yes or no, or the truth value of a check box."""
        if isinstance(typed, bool):
            return Parsed(YES if typed else NO, normalised=True)
        mark = _MEANINGS.get(fold(typed)) if isinstance(typed, str) else None
        if mark is None:
            return Unreadable(as_typed(typed), "○か×か分かりません")
        return Parsed(mark, normalised=mark != typed)

    def show(self, value: Value) -> str | int | Decimal | None:
        """Return the mark itself."""
        return None if value is None else str(value)

    def listed(self) -> tuple[str, ...]:
        """Return the two marks."""
        return (YES, NO)

    def table_type(self) -> TableType:
        """Return that a table holds truth values."""
        return "boolean"

    def to_json(self, value: Value) -> Json:
        """Return true or false, "-" or null."""
        return {YES: True, NO: False}.get(value, value) if isinstance(value, str) else value

    def filled_from_json(self, document: Json) -> Value:
        """Take true or false, "-" or null."""
        if not isinstance(document, bool):
            raise refuse_json(document, "true か false")
        return YES if document else NO

    def json_schema(self) -> dict[str, Json]:
        """Accept true or false, "-" or null."""
        return or_blank({"type": "boolean"})

    def helper_formulas(self, cells: HelperCells) -> dict[str, str]:
        """Return the formulas by which Excel reads a mark."""
        cleaned, raw = cells.addresses["cleaned"], cells.page_cell
        is_yes, is_no = (_is_one_of(cleaned, words) for words in (_YES_SPELLINGS, _NO_SPELLINGS))
        of_text = f"IF({is_yes},{quoted(YES)},IF({is_no},{quoted(NO)},{MARK}))"
        of_truth = f"IF(ISLOGICAL({raw}),IF({raw},{quoted(YES)},{quoted(NO)}),{of_text})"
        return {
            "cleaned": folded_formula(cells.addresses["seen"]),
            "value": cells.words(f"IF(ISNUMBER({raw}),{MARK},{of_truth})"),
        }

    def helper_results(self, value: Value, seen: str) -> dict[str, Scalar]:
        """Return the mark as it is compared."""
        del value
        return {"cleaned": folded(seen)}


def _is_one_of(text: str, spellings: tuple[str, ...]) -> str:
    words = ",".join(quoted(word) for word in dict.fromkeys(map(folded, spellings)))
    return f"SUMPRODUCT(--EXACT({text},{{{words}}}))>0"


_MEANINGS: Final = dict.fromkeys(map(fold, _YES_SPELLINGS), YES) | dict.fromkeys(
    map(fold, _NO_SPELLINGS), NO
)

__all__ = ["NO", "YES", "Flag"]
