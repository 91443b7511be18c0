"""Which sheets a budget line belongs to, and with what share: by the city's list, else by the sheets' own codes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from xlsync.errors import SettingsError
from xlsync.exchange.figures.budget_codes import SheetsByCode, code_of_text
from xlsync.kinds.characters import half_width

if TYPE_CHECKING:
    from xlsync.exchange.figures.budget_codes import BudgetCode
    from xlsync.sheet import Sheet

SHARE_HEADINGS: Final = ("予算コード", "事業コード", "割合")
_NO_SHEET: Final = "この予算コードのシートがありません"
_WHOLE: Final = Fraction(1)
_HUNDRED: Final = 100
_COLUMNS: Final = 3


@dataclass(frozen=True, slots=True)
class Share:
    """A sheet's share of a budget line."""

    sheet: Sheet
    fraction: Fraction = _WHOLE


@dataclass(frozen=True, slots=True)
class UncountedSheet:
    """A sheet that is out of the count, and why, in words: 対象外、内部管理のため."""

    sheet: Sheet
    why: str


class LineShares:
    """The shares of every line, by the city's list and the sheets' codes."""

    def __init__(
        self,
        by_code: SheetsByCode,
        listed: Mapping[BudgetCode, Sequence[Share]],
        uncounted: Sequence[UncountedSheet] = (),
    ) -> None:
        """Take the sheets that count, what the city has listed (`listed_shares`), and the sheets that do not count."""
        self._by_code = by_code
        self._listed = listed
        self._uncounted = SheetsByCode([each.sheet for each in uncounted])
        self._why = {each.sheet.id: each.why for each in uncounted}

    def of(self, code: BudgetCode) -> Sequence[Share]:
        """Return the shares of a line; none where no sheet has its code, or several have and nothing is listed."""
        listed = self._listed.get(code)
        if listed is not None:
            return listed
        sheets = self._by_code.of(code)
        return [Share(sheet) for sheet in sheets] if len(sheets) == 1 else []

    def why_none(self, code: BudgetCode) -> str:
        """Return in Japanese why a line has no sheet."""
        sheets = self._by_code.of(code)
        if not sheets:
            named = "、".join(
                f"{sheet.key} {sheet.title}（{self._why[sheet.id]}）"
                for sheet in self._uncounted.of(code)
            )
            return f"シートは集計から外してあります：{named}" if named else _NO_SHEET
        keys = "、".join(sheet.key for sheet in sheets[:3])
        more = f"ほか{len(sheets) - 3}件" if len(sheets) > _COLUMNS else ""
        return (
            f"シートが{len(sheets)}件あります（{keys}{more}）。どのシートに何％かを決めてください"
        )


def listed_shares(
    rows: Iterable[tuple[int, Sequence[str]]], by_code: SheetsByCode, file: str
) -> dict[BudgetCode, list[Share]]:
    """Read the city's list of shares.

    Args:
        rows: Number and cells of each row below the headings: budget code, sheet's code, share (60％, 60, or blank for all).
        by_code: The sheets that count.
        file: The list's name, for messages.

    Raises:
        SettingsError: A row is wrong, or the shares of a line are not 100 % together.

    """
    shares: dict[BudgetCode, list[Share]] = {}
    for number, cells in rows:
        where = f"{file} {number}行目"
        if len(cells) < _COLUMNS - 1 or not all(cells[: _COLUMNS - 1]):
            raise SettingsError("予算コードと事業コードを書いてください", where)
        named = by_code.of(code_of_text(cells[1]))
        if len(named) != 1:
            raise SettingsError(f"「{cells[1]}」という事業のシートがありません", where)
        fraction = _fraction(cells[2] if len(cells) >= _COLUMNS else "", where)
        listed = shares.setdefault(code_of_text(cells[0]), [])
        if any(share.sheet is named[0] for share in listed):
            raise SettingsError(f"「{cells[1]}」が同じ予算コードに2回あります", where)
        listed.append(Share(named[0], fraction))
    for code, listed in shares.items():
        _refuse_incomplete(code, listed, file)
    return shares


def _refuse_incomplete(code: BudgetCode, listed: Sequence[Share], file: str) -> None:
    """Raise SettingsError where the shares of a line are not 100 % together."""
    total = sum((share.fraction for share in listed), Fraction(0))
    if total != _WHOLE:
        shown = float(total * _HUNDRED)
        reason = f"予算コード {code.code_text} の割合を足すと {shown:g}％です。100％にしてください"
        raise SettingsError(reason, file)


def _fraction(text: str, where: str) -> Fraction:
    """Return a share of percent; SettingsError where it is none."""
    plain = half_width(text).replace("%", "").strip()
    if not plain:
        return _WHOLE
    try:
        fraction = Fraction(plain) / _HUNDRED
    except (ValueError, ZeroDivisionError):
        fraction = Fraction(0)
    if not 0 < fraction <= 1:
        raise SettingsError(f"割合「{text}」は、0より大きく100以下の％で書いてください", where)
    return fraction


__all__ = ["SHARE_HEADINGS", "LineShares", "Share", "UncountedSheet", "listed_shares"]
