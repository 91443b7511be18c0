"""The packages of many cities: which are compared, and which are left out and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pydantic import ValidationError

from xlsync.national.comparison_terms import Comparison, Descriptor
from xlsync.publication.city_code import is_city_code
from xlsync.publication.open_data.data_package import DESCRIPTOR

if TYPE_CHECKING:
    from xlsync.national.package_folders import PackageFolders


@dataclass(frozen=True, slots=True)
class CityPackage:
    """What a city published of a fiscal year, and where it lies. `as_of` is the day of its newest revision."""

    address: str
    city_code: str
    city_name: str
    form_name: str
    fiscal_year: int
    as_of: str
    comparison: Comparison = field(repr=False)

    def file(self, table: str) -> str:
        """Return the address of a table."""
        return f"{self.address}/{table}.parquet"


@dataclass(frozen=True, slots=True)
class LeftOutPackage:
    """A package that is not compared, and why."""

    address: str
    reason: str


@dataclass(frozen=True, slots=True)
class Packages:
    """Those that are compared, each city once for a form and fiscal year; and those that are not."""

    compared_packages: tuple[CityPackage, ...]
    left_out_packages: tuple[LeftOutPackage, ...] = ()


def read_packages(folders: PackageFolders) -> Packages:
    """Return the packages that lie in some folders."""
    read = [_read(folders, address) for address in folders.package_addresses()]
    left_out = [each for each in read if isinstance(each, LeftOutPackage)]
    newest: dict[tuple[str, str, int], CityPackage] = {}
    for package in sorted((each for each in read if isinstance(each, CityPackage)), key=_age):
        identity = (package.city_code, package.form_name, package.fiscal_year)
        if former := newest.get(identity):
            left_out.append(_older(former, package))
        newest[identity] = package
    return Packages(tuple(_in_order(newest.values())), tuple(left_out))


def _age(package: CityPackage) -> tuple[str, str]:
    return (package.as_of, package.address)


def _in_order(packages: Iterable[CityPackage]) -> list[CityPackage]:
    return sorted(
        packages, key=lambda package: (package.fiscal_year, package.city_code, package.form_name)
    )


def _older(former: CityPackage, newer: CityPackage) -> LeftOutPackage:
    return LeftOutPackage(
        former.address,
        f"同じ団体・同じ年度のものが2つあります。新しい方（{newer.as_of or '日付なし'}）を使います：{newer.address}",
    )


def _read(folders: PackageFolders, address: str) -> CityPackage | LeftOutPackage:
    try:
        descriptor = Descriptor.model_validate_json(folders.text(f"{address}/{DESCRIPTOR}"))
    except OSError as fault:
        return LeftOutPackage(address, f"読めません（{fault.strerror or fault}）")
    except ValidationError as fault:
        return LeftOutPackage(address, _says(fault))
    if wrong := next(_faults(descriptor), None):
        return LeftOutPackage(address, wrong)
    return CityPackage(
        address,
        descriptor.city_code,
        descriptor.city,
        descriptor.form_name,
        descriptor.fiscal_year,
        descriptor.as_of,
        descriptor.comparison,
    )


def _says(fault: ValidationError) -> str:
    first = fault.errors()[0]
    entry = ".".join(map(str, first["loc"]))
    if entry == "comparison":
        return f"{DESCRIPTOR} に comparison（比べる項目）がありません。新しい版の xlsync で公表し直すと付きます"
    return f"{DESCRIPTOR} が読み取れません（{entry or 'JSON'}）"


def _faults(descriptor: Descriptor) -> Iterator[str]:
    if not descriptor.city_code:
        yield "団体コードがありません（xlsync.toml の [publication] の city-code）"
    elif not is_city_code(descriptor.city_code):
        yield f"団体コード {descriptor.city_code} は6桁の団体コードではありません（検査数字が合いません）"
    if not descriptor.comparison.amount_columns:
        yield "比べる金額がありません（様式の集計に金額の欄がありません）"
    if missing := descriptor.missing():
        yield f"{DESCRIPTOR} にある列が表にありません（{'、'.join(missing[:3])}）"


__all__ = ["CityPackage", "LeftOutPackage", "Packages", "read_packages"]
