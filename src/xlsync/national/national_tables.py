"""The figures of many cities as tables: by city, by group, by grade, of all together, and what was left out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, TypeVar

from xlsync.national.city_figures import Sums
from xlsync.publication.city_code import prefecture_of
from xlsync.publication.open_data.data_table import DataColumn, DataTable

if TYPE_CHECKING:
    from xlsync.national.city_figures import AmountKey, NationalFigures
    from xlsync.national.published_packages import LeftOutPackage, Packages
    from xlsync.national.residents import Residents
    from xlsync.summary.export.tidy import Row

_Key = TypeVar("_Key", bound=tuple[Any, ...])
_AMOUNT: Final = (
    DataColumn("edition", "対象年度（西暦）", "integer", meaning="シートの対象年度"),
    DataColumn("fiscal_year", "金額の年度（西暦）", "integer"),
    DataColumn("amount", "金額の項目"),
)
_SUMS: Final = (
    DataColumn("sheets", "シート数", "integer", "件"),
    DataColumn(
        "numbers", "金額のあるシート数", "integer", "件", "金額が空欄・「-」のシートを除いた数"
    ),
    DataColumn("total", "合計", "number", meaning="金額は円"),
    DataColumn("unit", "単位"),
    DataColumn("residents", "人口", "integer", "人", "その行に入っている団体の人口の合計"),
    DataColumn("per_resident", "1人当たり", "number", meaning="合計÷人口。小数第1位まで"),
)
_CITIES: Final = DataColumn("cities", "団体数", "integer", "団体")
_CITY: Final = (
    DataColumn("city_code", "団体コード", meaning="全国地方公共団体コード（6桁）"),
    DataColumn("prefecture", "都道府県"),
    DataColumn("city", "団体名"),
)
_GROUP: Final = (DataColumn("group", "区分"), DataColumn("value", "区分の値"))
_GRADE: Final = (
    DataColumn("grade", "評価の項目"),
    DataColumn("rank", "順番", "integer", meaning="1がもっともよい評価。一覧にない言葉は最後"),
    DataColumn("mark", "評価", meaning="空欄は未記入"),
    DataColumn("share", "シート数の割合（%）", "number"),
)
_LEFT_OUT: Final = (DataColumn("address", "場所"), DataColumn("reason", "理由"))


def national_tables(
    figures: NationalFigures, packages: Packages, residents: Residents
) -> list[DataTable]:
    """Return the tables: 全体, 団体別, 区分別, 評価別, 比べなかったもの."""
    cities = {package.city_code: package.city_name for package in packages.compared_packages}
    every = [*_AMOUNT, _CITIES, *_SUMS]
    left_out = sorted(
        (*packages.left_out_packages, *figures.unreadable_packages),
        key=lambda package: package.address,
    )
    return [
        DataTable("total", "全体", tuple(every), list(_totals(figures, residents))),
        DataTable(
            "cities",
            "団体別",
            (*_CITY, *_AMOUNT, *_SUMS),
            list(_city_sums(figures, cities, residents)),
        ),
        DataTable(
            "groups",
            "区分別",
            (*_AMOUNT, *_GROUP, _CITIES, *_SUMS),
            list(_group_sums(figures, residents)),
        ),
        DataTable(
            "grades",
            "評価別",
            (*_AMOUNT, *_GRADE, _CITIES, *_SUMS),
            list(_grade_sums(figures, residents)),
        ),
        DataTable("left-out", "比べなかったもの", _LEFT_OUT, list(map(_left_out, left_out))),
    ]


def _totals(figures: NationalFigures, residents: Residents) -> Iterator[Row]:
    by_amount: dict[AmountKey, list[Sums]] = {}
    for (key, _), sums in figures.city_sums.items():
        by_amount.setdefault(key, []).append(sums)
    for key, of_cities in by_amount.items():
        whole = Sums()
        for sums in of_cities:
            whole.add(sums)
        yield {**_amount(key), **_sums(key, whole, residents), "cities": len(whole.cities)}


def _city_sums(
    figures: NationalFigures, cities: Mapping[str, str], residents: Residents
) -> Iterator[Row]:
    for (key, code), sums in _in_order(figures.city_sums):
        about: Row = {
            "city_code": code,
            "prefecture": prefecture_of(code),
            "city": cities[code] or None,
        }
        yield {**about, **_amount(key), **_sums(key, sums, residents)}


def _group_sums(figures: NationalFigures, residents: Residents) -> Iterator[Row]:
    for (key, label, value), sums in _in_order(figures.group_sums):
        about: Row = {"group": label, "value": value or None, "cities": len(sums.cities)}
        yield {**_amount(key), **about, **_sums(key, sums, residents)}


def _grade_sums(figures: NationalFigures, residents: Residents) -> Iterator[Row]:
    sheets: dict[tuple[AmountKey, str], int] = {}
    for (key, label, _, _), sums in figures.grade_sums.items():
        sheets[key, label] = sheets.get((key, label), 0) + sums.sheet_count
    for (key, label, rank, mark), sums in _in_order(figures.grade_sums):
        about: Row = {
            "grade": label,
            "rank": rank,
            "mark": mark or None,
            "share": _rounded(Decimal(100 * sums.sheet_count) / sheets[key, label]),
            "cities": len(sums.cities),
        }
        yield {**_amount(key), **about, **_sums(key, sums, residents)}


def _in_order(sums: Mapping[_Key, Sums]) -> list[tuple[_Key, Sums]]:
    """Return sums by amount and then by city, group or grade: amounts, groups and grades as the forms list them."""
    amounts = list(dict.fromkeys(key[0] for key in sums))
    labels = list(dict.fromkeys(key[1] for key in sums))

    def rank(item: tuple[_Key, Sums]) -> tuple[object, ...]:
        amount, label, *rest = item[0]
        return (amounts.index(amount), *((labels.index(label), *rest) if rest else (label,)))

    return sorted(sums.items(), key=rank)


def _amount(key: AmountKey) -> Row:
    return {"edition": key.edition_year, "fiscal_year": key.fiscal_year, "amount": key.label}


def _sums(key: AmountKey, sums: Sums, residents: Residents) -> Row:
    """Return the cells of sums; those of residents are blank where the list does not have every city of the row."""
    people = _residents(sums.cities, key.fiscal_year, residents)
    return {
        "sheets": sums.sheet_count,
        "numbers": sums.number_count,
        "total": _number(sums.amount_sum),
        "unit": key.unit or None,
        "residents": people,
        "per_resident": _rounded(sums.amount_sum / people) if people else None,
    }


def _residents(cities: Iterable[str], year: int, residents: Residents) -> int | None:
    counts = [residents.of(code, year) for code in cities]
    return None if None in counts else sum(filter(None, counts))


def _number(number: Decimal) -> int | float:
    return int(number) if number == int(number) else float(number)


def _rounded(number: Decimal) -> int | float:
    return _number(round(number, 1))


def _left_out(package: LeftOutPackage) -> Row:
    return {"address": package.address, "reason": package.reason}


__all__ = ["national_tables"]
