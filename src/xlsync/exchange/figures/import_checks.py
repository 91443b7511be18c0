"""What the files that were taken in before say of a new one: it is last year's, it is older, it replaces figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from xlsync.errors import StoreError
from xlsync.store.figure_imports import FiguresImport, FigureSource, figures_imports

if TYPE_CHECKING:
    from xlsync.exchange.figures.budget_lines import BudgetLine
    from xlsync.exchange.figures.file_kinds import FileKind
    from xlsync.store.store_path import StorePath


@dataclass(frozen=True, slots=True)
class KnownImports:
    """The last file of each kind that was taken in, of this year and of the year before."""

    this_years_imports: Mapping[str, FiguresImport] = field(default_factory=dict)
    last_years_imports: Mapping[str, FiguresImport] = field(default_factory=dict)


def last_years_faults(lines: Sequence[BudgetLine], known: KnownImports) -> Iterator[str]:
    """Yield where the lines are those of a file that was taken in last year."""
    mine = Counter((line.budget_code.parts, _amounts(line.yen)) for line in lines)
    if not any(any(line.yen.values()) for line in lines):
        return
    for imported in known.last_years_imports.values():
        theirs = Counter(map(_code_and_amounts, imported.details["lines"]))
        if mine == theirs:
            yield (
                f"昨年度に取り込んだ「{imported.file}」と、予算コードも金額もすべて同じです。"
                "今年度のファイルかどうかを確かめてください"
            )


def older_basis_faults(
    kind: FileKind, paths_of_sheets: Mapping[str, Iterable[str]], known: KnownImports
) -> Iterator[str]:
    """Yield where fields hold figures of a later state of the budget already: 見込 does not come after 決算."""
    mine = FigureSource(kind.name, kind.basis, "")
    for source, count in _sources(paths_of_sheets, known).items():
        if source.order[0] > mine.order[0]:
            yield (
                f"{kind.basis}の数字ですが、{count}欄に{source.basis}の数字（{source.words}）が入っています。"
                f"{kind.basis}に戻すときは、先に `xlsync figures release {source.kind_name}` で職員の欄に戻してください"
            )


def replaced_figures(
    kind: FileKind, paths_of_sheets: Mapping[str, Iterable[str]], known: KnownImports
) -> Iterator[str]:
    """Yield in words which figures of other kinds of files are replaced."""
    for source, count in _sources(paths_of_sheets, known).items():
        if source.kind_name != kind.name:
            yield f"{count}欄の{source.basis}の数字（{source.words}）を、{kind.basis}の数字に置き換えます"


def replacing_kind(name: str, imports: Mapping[str, FiguresImport]) -> str:
    """Return the kind of file that has replaced every figure of another one, "" where there is none."""
    mine = imports[name]
    fields = {(key, path) for key, by_path in mine.field_figures.items() for path in by_path}
    order = FigureSource(name, mine.basis, mine.as_of).order
    for kind, other in imports.items():
        theirs = {(key, path) for key, by_path in other.field_figures.items() for path in by_path}
        is_later = FigureSource(kind, other.basis, other.as_of).order > order
        if is_later and fields and fields <= theirs:
            return kind
    return ""


def import_called(folder: StorePath, year: int, kind: str = "") -> tuple[str, FiguresImport]:
    """Return a kind of file that was taken into the store in a folder, and that file; "" is the only one that still holds.

    Raises:
        StoreError: No such file was taken in, or there are several and none is named.

    """
    imports = figures_imports(folder, year)
    if not imports:
        raise StoreError("取り込んだ数字がありません。`xlsync figures import` で取り込んでください")
    if kind and kind not in imports:
        raise StoreError(f"「{kind}」という種類は取り込んでいません（{'、'.join(imports)}）")
    current = [each for each in imports if not replacing_kind(each, imports)]
    if not kind and len(current) > 1:
        raise StoreError(f"--kind で種類を指定してください（{'、'.join(current)}）")
    name = kind or current[0]
    return name, imports[name]


def repeated_lines(lines: Sequence[BudgetLine]) -> Iterator[str]:
    """Yield lines that are equal in code, name and amounts, then how many codes have several lines, which are added up."""
    rows: dict[tuple[Any, ...], list[int]] = {}
    for line in lines:
        if any(line.yen.values()):
            same = (line.budget_code.parts, line.name, line.is_carried_over, _amounts(line.yen))
            rows.setdefault(same, []).append(line.row)
    for numbers in rows.values():
        if len(numbers) > 1:
            listed = "・".join(map(str, numbers))
            yield (
                f"{listed}行目：予算コードも名称も金額も同じ行です（すべて足します）。"
                "二重に出力されていないか確かめてください"
            )
    codes = Counter(line.budget_code.parts for line in lines)
    repeated = sum(count > 1 for count in codes.values())
    if repeated:
        yield f"同じ予算コードの行が何行かあるもの {repeated}件：金額を足します"


def _sources(
    paths_of_sheets: Mapping[str, Iterable[str]], known: KnownImports
) -> Counter[FigureSource]:
    """Return how many of the fields hold figures now, by where those come from."""
    sources: Counter[FigureSource] = Counter()
    for kind, imported in known.this_years_imports.items():
        source = FigureSource(kind, imported.basis, imported.as_of)
        for key, paths in paths_of_sheets.items():
            figures = imported.field_figures.get(key, {})
            sources[source] += sum(path in figures for path in paths)
    return +sources


def _code_and_amounts(line: Mapping[str, Any]) -> tuple[tuple[str, ...], tuple[int, ...]]:
    return tuple(line["parts"]), _amounts(line["yen"])


def _amounts(yen: Mapping[str, int]) -> tuple[int, ...]:
    """Return amounts without their fields, which have other years in another edition."""
    return tuple(sorted(yen.values()))


__all__ = [
    "KnownImports",
    "import_called",
    "last_years_faults",
    "older_basis_faults",
    "repeated_lines",
    "replaced_figures",
    "replacing_kind",
]
