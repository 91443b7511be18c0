"""Which kind of value belongs into an input: by its pull-down list, its number format, the unit printed, its label."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from xlsync.kinds import Parsed
from xlsync.kinds.clock_time import ClockTime
from xlsync.kinds.duration import Duration
from xlsync.kinds.email import Email
from xlsync.kinds.flag import Flag
from xlsync.kinds.percent import Percent
from xlsync.kinds.phone import Phone
from xlsync.kinds.postal_code import PostalCode
from xlsync.workbook.official.form_words import (
    DATE_UNITS,
    MEASURE_UNITS,
    MONEY_UNITS,
    label_text,
    plain,
    unit_of,
)
from xlsync.workbook.official.official_field import MULTILINE, FieldKind

if TYPE_CHECKING:
    from xlsync.workbook.official.named_input import Named
    from xlsync.workbook.official.page_grid import PageGrid

_PERSON: Final = re.compile(
    r"(?:氏名|名前|担当者|代表者|責任者|作成者|記入者|申請者|報告者|受講者|講師|担当者名|代表者名)$"
)
_ADDRESS_OR_CODE: Final = re.compile(
    r"住所|所在|電話|番号|コード|fax|メール|mail|tel|方法|内容|理由|根拠|名称|備考"
)
_DATE: Final = re.compile(
    r"(?:年月日|期日|日付|提出日|作成日|記入日|設置日|受講日|実施日|開催日|届出日|申請日|届出提出日|生年月日|説明日|確認日)$"
)
_MONEY: Final = re.compile(
    r"(?:金額|小計|合計所得金額|価額|評価額|予算額|決算額|残高|費用|経費|支給額|支払額|補助額|単価|事業費|人件費|支出金|地方債|財源|.*料\(円\)|総額|年額|月額)$"
)
_COUNT: Final = {
    "面積": "㎡",
    "人数": "人",
    "件数": "件",
    "戸数": "戸",
    "時間数": "時間",
    "割合": "%",
    "比率": "%",
    "個数": "個",
    "数量": "",
}
_BY_LABEL: Final = (
    (re.compile(r"郵便番号$"), PostalCode),
    (re.compile(r"(?:電話|電話番号|tel|fax|fax番号|内線|連絡先電話番号)$", re.IGNORECASE), Phone),
    (re.compile(r"(?:メール|メールアドレス|e-?mail)$", re.IGNORECASE), Email),
    (re.compile(r"(?:開始|終了|開会|閉会)時刻$"), ClockTime),
)
_MARKS: Final = ("○", "×")
_ROOMY: Final = 36.0
"""Points; a higher cell has room for several lines."""
_WIDE: Final = 20.0
"""Characters; a narrower cell is for a word."""
_NOT_SHOWN: Final = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.|_.')
_GENERAL: Final = "General"
_YEN: Final = re.compile(r"[¥￥]|\\\\")
_DATE_FORMAT: Final = re.compile(r"[ymdge]{1,4}.*[md]", re.IGNORECASE)
_QUOTED: Final = re.compile(r'"([^"]*)"')


def kind_of(grid: PageGrid, named: Named) -> FieldKind:
    """Return the kind that suits an input best; text where nothing says more."""
    look = grid.look(named.input.area.top, named.input.area.left)
    if look.items:
        return _by_list(look.items)
    if named.input.is_date:
        return FieldKind("日付")
    by_unit = _by_unit(_unit_of(grid, named), named)
    by_format = _by_share_or_clock(look.number_format)
    if by_format is not None:
        return by_format
    by_format = _by_format(look.number_format)
    if by_format is not None and by_format.unit:
        return by_unit or by_format
    return by_unit or _by_label(named) or by_format or _text(grid, named)


def _by_list(items: tuple[str, ...]) -> FieldKind:
    """Return the kind of a field with a pull-down list: a mark where it offers nothing but signs such as ○ and ×."""
    are_signs = not any(item.isalpha() for item in items)
    if are_signs and len(items) <= len(_MARKS) and all(map(_is_mark, items)):
        return FieldKind(Flag.office_word)
    return FieldKind("選択", "", items)


def _is_mark(item: str) -> bool:
    return isinstance(Flag().parse(item), Parsed)


def _by_share_or_clock(number_format: str) -> FieldKind | None:
    """Return the kind of a number format of shares, durations or times; None for any other."""
    bare = _NOT_SHOWN.sub("", number_format)
    if "%" in bare:
        return FieldKind(Percent.office_word)
    if "[h" in number_format.lower():
        return FieldKind(Duration.office_word)
    is_time = re.fullmatch("[hHsm:時分]+", bare) is not None and "h" in bare.lower()
    return FieldKind(ClockTime.office_word) if is_time else None


def _unit_of(grid: PageGrid, named: Named) -> str:
    return named.input.unit or _unit_around(grid, named)


def _unit_around(grid: PageGrid, named: Named) -> str:
    """Return the unit that stands to the right of an input, or in brackets in its label or heading; "" for none."""
    area = named.input.area
    behind = grid.text(grid.atom(area.top, area.right + 1))
    part = plain(behind).removesuffix("から").removesuffix("まで")
    if part in DATE_UNITS:
        return part
    words = [behind, *re.findall(r"[(（]([^()（）]+)[)）]", f"{named.label}{named.heading}")]
    return next(filter(None, map(unit_of, words)), "")


def _by_unit(unit: str, named: Named) -> FieldKind | None:
    if not unit or (_ADDRESS_OR_CODE.search(plain(named.label)) and unit in {"人", "名"}):
        return None
    if unit in MONEY_UNITS:
        return FieldKind("金額", unit)
    return FieldKind("数", unit) if unit in {*MEASURE_UNITS, *DATE_UNITS} else None


def _by_format(number_format: str) -> FieldKind | None:
    """Return what a number format says; None for a general or text format."""
    if number_format == _GENERAL or "@" in number_format:
        return None
    unit = next(filter(None, map(unit_of, _QUOTED.findall(number_format))), "")
    bare = _NOT_SHOWN.sub("", number_format)
    if unit in MONEY_UNITS or _YEN.search(number_format):
        return FieldKind("金額", unit or "円")
    if unit or re.search("[,.]", bare):
        return FieldKind("数", unit)
    return FieldKind("日付") if _is_date_format(bare) else None


def _is_date_format(bare: str) -> bool:
    return _DATE_FORMAT.search(bare) is not None and not re.search("[0#]", bare)


def _by_label(named: Named) -> FieldKind | None:
    """Return what the label says, else what the heading says."""
    return _by_words(named.label) or _by_words(named.heading)


def _by_words(words: str) -> FieldKind | None:
    word = re.sub(r"[※*]|[(（][^()（）]*[)）]$", "", plain(label_text(words)))
    unit = next((unit for count, unit in _COUNT.items() if word.endswith(count)), None)
    if _DATE.search(word):
        return FieldKind("日付")
    for pattern, kind in _BY_LABEL:
        if pattern.search(word):
            return FieldKind(kind.office_word)
    if _PERSON.search(word) and not re.search("[、・]|住所|及び|又は", word):
        return FieldKind("氏名")
    if _MONEY.search(word):
        return FieldKind("金額", "円")
    return None if unit is None else FieldKind("数", unit)


def _text(grid: PageGrid, named: Named) -> FieldKind:
    area = named.input.area
    is_roomy = grid.height(area) >= _ROOMY and grid.width(area) >= _WIDE
    return FieldKind(MULTILINE if is_roomy else "文章")
