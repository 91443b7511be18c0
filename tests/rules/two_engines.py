"""Sheets in workbooks whose checks are known, and what other programs make of their formulas: for law 6."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as dataclass_field
from decimal import Decimal
from typing import Any, TypeAlias

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests import node_tools, office_calculation, papers, strategies
from tests.office_calculation import Scalar
from xlsync.finding import brief, finding
from xlsync.form.edition import Field
from xlsync.form.library import load_form
from xlsync.kinds import DASH, Quantity
from xlsync.kinds.characters import cleaned
from xlsync.kinds.invisible import (
    INVISIBLE,
    LINE_BREAKS,
    PICTURE_PARTS,
    SPACES,
    without_picture_parts,
)
from xlsync.ooxml.patch.patch import patch_cells
from xlsync.ooxml.read.reader import Cell, open_workbook
from xlsync.rules import Rate, facts_of
from xlsync.sheet import Sheet
from xlsync.workbook.checks.check_layout import FIRST_ROW, SENTENCE, WORKSHEET, cell_at
from xlsync.workbook.checks.visible_sheet import PAGE, Checks, Known
from xlsync.workbook.reading.field_values import number_texts
from xlsync.workbook.reading.form_reader import read
from xlsync.workbook.stamp import Stamp
from xlsync.workbook.template.fill import fill
from xlsync.workbook.template.template import Template, build_template

Address: TypeAlias = tuple[str, str]
AT_ONCE = 100
"""Workbooks that one process calculates, and that are held at once."""
FEW = 30
"""As many sheets are drawn in every run, always the same."""
RATES = {
    "2016-settled": Rate(Decimal("7326.4"), Decimal("2.649")),
    "2017-settled": Rate(Decimal("7107.2"), Decimal("2.526")),
    "2018-initial": Rate(Decimal("7106.0"), Decimal("2.530")),
}
GENERAL, COST = "costs.2017-settled.sources.general", "costs.2017-settled.project_cost"
FTE, PERSONNEL = "costs.2017-settled.regular_staff_fte", "costs.2017-settled.personnel_cost"
HOURS = "costs.2017-settled.overtime_hours"
TARGET, ACTUAL = "indicator.targets.2017", "indicator.actuals.2017"


@dataclass(frozen=True)
class Case:
    """A workbook, what it holds, and what its checks are to say."""

    data: bytes
    sheet: Sheet
    known: Known
    typed: Mapping[str, str | int | float | bool] = dataclass_field(default_factory=dict)
    """What was typed into the fields, by path."""


def template() -> Template:
    return build_template(load_form(), papers.EDITION)


def checks() -> Checks:
    return template().checks


def last_year(sheet: Sheet) -> Sheet:
    """Last year's sheet, which said the same at every place."""
    before = load_form().at(papers.EDITION - 1)
    mine = sheet.edition.by_origin
    values = {one.path: sheet[mine[one.origin].path] for one in before.fields}
    return Sheet(before, sheet.key, values)


def known_of(sheet: Sheet, *, all_of_it: bool = True) -> Known:
    if not all_of_it:
        return Known()
    marks = sheet.edition.definition.phases["上半期"].marks(sheet.edition)
    facts = facts_of(sheet.edition, RATES, last_year(sheet), template().room, marks)
    told = (
        finding("unit-unknown", "organization.department", shown="部"),
        finding("cleared", "", count="9", fields="目的"),
    )
    return Known(facts, told)


def case(sheet: Sheet, *, all_of_it: bool = True) -> Case:
    known = known_of(sheet, all_of_it=all_of_it)
    stamp = Stamp(sheet.edition.form, sheet.edition.year, sheet.key, 1, "ab")
    return Case(fill(template(), sheet, stamp, known), sheet, known)


def drawn_sheets(engine: str, count: int) -> list[Sheet]:
    """New sheets, in texts that the program measures as Excel does.

    LibreOffice counts a character beyond U+FFFF once, Excel and HyperFormula twice.
    """
    drawn: list[Sheet] = []

    @settings(
        max_examples=count,
        database=None,
        derandomize=count <= FEW,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        deadline=None,
    )
    @given(strategies.sheets(papers.edition()))
    def draw(sheet: Sheet) -> None:
        drawn.append(sheet)

    draw()
    return [_within_the_plane(sheet) for sheet in drawn] if engine == "libreoffice" else drawn


def _within_the_plane(sheet: Sheet) -> Sheet:
    values = {
        path: _BEYOND.sub("漢", value) if isinstance(value, str) else value
        for path, value in sheet.items()
    }
    return Sheet(sheet.edition, sheet.key, values)


_BEYOND = re.compile("[\U00010000-\U0010ffff]")


def recalculated(engine: str, cases: Sequence[Case]) -> Iterator[tuple[Case, dict[str, Any]]]:
    """Each case with what the engine makes of its formulas: worksheet!address → value."""
    calculate = in_hyperformula if engine == "hyperformula" else in_libreoffice
    for at in range(0, len(cases), AT_ONCE):
        some = cases[at : at + AT_ONCE]
        for one, sheets in zip(some, calculate(some), strict=True):
            yield (
                one,
                {
                    f"{title}!{address}": value
                    for title, cells in sheets.items()
                    for address, value in cells.items()
                },
            )


def in_hyperformula(cases: Sequence[Case]) -> list[dict[str, dict[str, Any]]]:
    return node_tools.recalculated([one.data for one in cases])


def in_libreoffice(cases: Sequence[Case]) -> list[dict[str, dict[str, Any]]]:
    """The results of each case: of those with the same formulas one is opened, and the cells of the others are put into it."""
    cells = [_cells(one.data) for one in cases]
    groups = _by_formulas(cells)
    books = [
        (cases[places[0]].data, _contents([cells[place] for place in places])) for places in groups
    ]
    made = office_calculation.calculated(books, (PAGE, WORKSHEET), seconds=60 + 3 * len(cases))
    results: dict[int, dict[str, dict[str, Any]]] = {}
    for places, group in zip(groups, made, strict=True):
        results |= zip(places, group, strict=True)
    return [results[place] for place in range(len(cases))]


def _contents(books: Sequence[Mapping[Address, Cell]]) -> list[dict[Address, Scalar]]:
    """What makes of the first workbook itself, and of each the next one."""
    return [
        _differences(before, after)
        for before, after in zip([books[0], *books], books, strict=False)
    ]


def _cells(data: bytes) -> dict[Address, Cell]:
    book = open_workbook(data)
    return {
        (title, address): cell
        for title in book.worksheets
        for address, cell in book.cells(title).items()
    }


def _by_formulas(books: Sequence[Mapping[Address, Cell]]) -> list[list[int]]:
    """The places of the workbooks that have the same formulas in the same cells."""
    groups: dict[frozenset[tuple[Address, str]], list[int]] = {}
    for place, cells in enumerate(books):
        formulas = ((at, cell.formula) for at, cell in cells.items())
        key = frozenset((at, formula) for at, formula in formulas if formula is not None)
        groups.setdefault(key, []).append(place)
    return list(groups.values())


def _differences(
    before: Mapping[Address, Cell], after: Mapping[Address, Cell]
) -> dict[Address, Scalar]:
    """What to put into a workbook with these cells to have those."""
    changes: dict[Address, Scalar] = {at: None for at in before if at not in after}
    for at, cell in after.items():
        value = cell.value
        if cell.formula is None and (at not in before or before[at].value != value):
            assert value is None or isinstance(value, str | int | float)
            changes[at] = value
    return changes


def same(said: object, made: object) -> bool:
    if isinstance(said, int | Decimal) and isinstance(made, int | float | Decimal):
        return abs(float(said) - float(made)) <= 1e-9 * max(1.0, abs(float(said)))
    # LibreOffice gives the tab in a text that a formula comes to as U+0001.
    return str(said) == ("" if made is None else str(made).replace("\x01", "\t"))


def disagreements(one: Case, made: Mapping[str, Any]) -> list[str]:
    """Every formula of the checks whose result is not what Python says."""
    return differences(checks().results(one.sheet, one.known), made)


def differences(results: Mapping[tuple[str, str], object], made: Mapping[str, Any]) -> list[str]:
    """Every result that a program makes another, but of those that show the program's own spelling."""
    return [
        f"{title}!{address}: {said!r} != {made.get(f'{title}!{address}')!r}"
        for (title, address), said in results.items()
        if not _OF_TITLES.fullmatch(f"{title}!{address}")
        and not same(said, made.get(f"{title}!{address}"))
    ]


_OF_TITLES = re.compile(re.escape(WORKSHEET) + "!(?:B|C|[A-Z]{2})1")
"""The cells that show how a program writes the titles of the pages."""


def changed(values: dict[str, Any], unreadable: dict[str, str] | None = None) -> Sheet:
    sheet = papers.sheet()
    return Sheet(sheet.edition, sheet.key, {**sheet, **values}, None, unreadable or {})


def near_misses() -> list[Sheet]:
    """Each rule broken by one, kept, and broken by one the other way; and what keeps it silent."""
    sheet = papers.sheet()
    found: list[Sheet] = []
    for path in (GENERAL, COST, PERSONNEL, "program_totals.2017-settled.total_cost"):
        value = sheet[path]
        assert isinstance(value, int)
        found += [changed({path: value + slip}) for slip in (-2, -1, 1, 2, value * 999, -value)]
        found += [changed({path: None}), changed({path: DASH}), changed({path: None}, {path: "約"})]
    found += [
        changed({PERSONNEL: None, FTE: persons, HOURS: hours})
        for persons in (None, DASH, Decimal(0), Decimal("2.505"))
        for hours in (None, Decimal("406.5"))
    ]
    found += [
        changed({FTE: Decimal(text)})
        for text in ("-0.01", "0", "2.505", "2.55", "99.99", "100", "100.01")
    ]
    for target in ("10000件", "10000件以内", "10000件未満", "10000件以上", "10000件超", "1人"):
        kind = sheet.edition.by_path[TARGET].kind
        wanted = kind.from_json(target)
        found += [
            changed({TARGET: wanted, ACTUAL: kind.from_json(f"{n}件")})
            for n in (9999, 10000, 10001)
        ]
    found += [changed({"purpose": "あ" * n}) for n in (191, 192, 193, 215, 216, 217, 400)]
    found += [changed({"purpose": "\n".join(["行"] * n)}) for n in (8, 9, 10, 25)]
    found += [changed({"indicator.name": DASH}), changed({"indicator.kind": "活動"})]
    found += [changed({"next_year.direction": "拡充", "next_year.reason": None})]
    return found


KEPT = ("\x81", "\u206a", "\ufe05", "\U000e0041", "\U000e0100")
UNSEEN = (*INVISIBLE, *PICTURE_PARTS, *SPACES, *LINE_BREAKS, *KEPT)
"""Every character that is left out, made plain or refused, by the lists of both engines."""
TYPED: dict[str, tuple[str | int | float, ...]] = {
    "money": (
        *(f"23{hidden}387千円" for hidden in UNSEEN),
        "23,387千円", "23387", "２３，３８７", "23,387 千円", "２３，３８７千円", " 23,387 ", "+23387", "23387.0",
        "△23,387", "▲23387", "-23,387千円", "－２３３８７", "△ 23387", "2,33", "23,387円", "12-3", "1.5", "百万円",
        "1e3", "50%", "(123)", "23,387.5", "1,234,567", "12,34,567", "", " ", "　", "－", "ー", "―", "0", "０",
        23387.5, 1e13, "234①", "２３４※１", "2,341²", "234千円（注1）", "12※345", "①234",
        "23\u200b387", "\ufeff23,387千円", "23,387\u200e千円\xa0", "\u200923387\n",
        "\xad", "\u200b\u3000\xa0", "\u202a\uff0d\u202c",
        "23\xa0387", "362,879（注）注2", "234①注2", "234**", "234(人)注1",
    ),
    "measure": (
        "2.5①", "2.5人※", "2.5", "2.50人", "２．５", "2.5 人", "二人", "2.5時間人", "1.2.3",
        ".5", "5.", "-1", "２.55人", 2.505, "2.5\u2009人", "\u206612.5\u2069", "2\u200d.5",
    ),
    "code": ("1", "１", "０１", " 01 ", "001", "1a", "A1", 1, 1.5, 100, "-", "1①", "01※", "0\u200b1", "\xa001", "\u200b"),
    "choice": ("概ね 達成", "概ね達成", "おおむね達成", "達　成", "－", "", 1, "概ね\u200b達成", "\xa0達成 ", "\ufeff-",
        "達\n成", "\u2060", "概ね達成\u2028", "達成\ufe0f", "\u034f",
        *KEPT,
    ),
    "quantity": (
        "8,098件", "8098件", "８，０９８件", "280分以内", "0.1%未満", "200万人", "実施", "約200件", "12-3", "3～5回",
        "100㎡", "2,33件", "H29", "-", "△5件", 5, 0.5, "1,234,567.5人超", "3.1.2", "5 件 以上",
        "234①", "8,098件※1", "5件以内²", "100m²", "100㎡①", "5①件", "3 注1", "20(※)", "12*", "実施②", "5件(※)注12",
        "8,098\u200b件", "\xa0280分\u200e以内", "\u200b", "実\u200b施", "\u2002-", "5\x0b件",
    ),
}  # fmt: skip


def typed(texts: Mapping[str, str | int | float | bool]) -> Case:
    """A workbook into whose fields this was typed, with the sheet that is read from it."""
    base = case(papers.sheet())
    page, cells = papers.edition().worksheet, template().addresses
    spots = {(page, cells[path]): text for path, text in texts.items()}
    data = patch_cells(base.data, spots, stale="keep")
    reading = read(data)[0]
    as_text = number_texts(reading.findings)
    return Case(data, reading.sheet, replace(base.known, texts=as_text), texts)


def contradictions(one: Case, made: Mapping[str, Any]) -> list[str]:
    """Each sentence of Excel that is not the reader's, but that it quotes a quantity as it was typed (２３４ 件 for 234件)."""
    said = checks().results(one.sheet, one.known)
    spelled = {
        f"（{one.sheet.text(path)}）": f"（{brief(without_picture_parts(cleaned(text)))}）"
        for path, text in one.typed.items()
        if isinstance(one.sheet[path], Quantity) and isinstance(text, str)
    }
    wrong = []
    for place, line in enumerate(checks().check_sheet.lines):
        address = cell_at(FIRST_ROW + place, SENTENCE)
        there = made.get(f"{WORKSHEET}!{address}")
        sentence = str(said[WORKSHEET, address])
        for official, quoted in spelled.items():
            sentence = sentence.replace(official, quoted)
        if not same(said[WORKSHEET, address], there) and not same(sentence, there):
            wrong.append(f"{line.code} {line.path}: {said[WORKSHEET, address]!r} != {there!r}")
    return wrong


def typed_into_many_cells() -> Iterator[dict[str, str | int | float]]:
    """Spellings by path: each into a field of its kind, as many fields at once as there are."""
    fields = {
        kind: [
            one.path
            for one in papers.edition().fields
            if one.kind.name == kind and one.filled_by != "computed" and one.path not in CODES
        ]
        for kind in TYPED
    }
    rounds = max(-(-len(TYPED[kind]) // len(fields[kind])) for kind in TYPED)
    for lap in range(rounds):
        yield {
            path: TYPED[kind][(lap * len(paths) + place) % len(TYPED[kind])]
            for kind, paths in fields.items()
            for place, path in enumerate(paths)
        }
    yield from ({"budget.kou": text} for text in TYPED["code"])


CODES = ("budget.account", "budget.kan", "budget.moku", "budget.program", "project.number")


def drawn_typed(engine: str, count: int) -> list[dict[str, Any]]:
    """What may be typed into a few fields of a sheet: path → text, number or truth value.

    To LibreOffice, a cell with TRUE in a file holds the number 1, and the tab of a text with line breaks is U+0001.
    """
    fields = [
        field
        for field in papers.edition().fields
        if field.filled_by != "computed" and field.path not in CODES
    ]
    drawn: list[dict[str, Any]] = []

    @settings(
        max_examples=count,
        database=None,
        derandomize=count <= FEW,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        deadline=None,
    )
    @given(st.data())
    def draw(data: st.DataObject) -> None:
        chosen = data.draw(st.lists(st.sampled_from(fields), min_size=1, max_size=6, unique=True))
        drawn.append({field.path: data.draw(_content(field, engine)) for field in chosen})

    draw()
    return drawn


def _content(field: Field, engine: str) -> st.SearchStrategy[Any]:
    content = _TYPED_INTO[field.kind.name]
    if engine == "libreoffice":
        return content.map(
            lambda typed: typed.replace("\t", " ") if isinstance(typed, str) else typed
        )
    return st.one_of(content, st.booleans())


_WIDE_DIGITS = str.maketrans("0123456789,.", "０１２３４５６７８９，．")
_SPELLED = st.builds(
    "".join,
    st.tuples(
        st.sampled_from(["", "", "", "-", "△", "▲", "+", "－", " "]),
        st.one_of(
            st.integers(0, 10**7).map(str),
            st.integers(1000, 10**9).map(lambda number: f"{number:,}"),
            st.integers(0, 10**6).map(lambda number: str(number).translate(_WIDE_DIGITS)),
            st.sampled_from(["", "1.5", "0.05", "12.345", "1" * 13, "9" * 16, "1e5", "2,33"]),
        ),
        st.sampled_from(
            ["", "", "千円", "人", "時間", "件", "円", "％", "分以内", "回以上", " 千円"]
        ),
        st.sampled_from(["", "", "", "", "①", "²", "※1", "（注）", " 注2", "＊", "₁②", "※123"]),
    ),
)
_NUMBERS = st.one_of(
    st.integers(-(10**6), 10**6),
    st.integers(10**11, 10**14),
    st.sampled_from([10**12, 10**12 + 1, 10**15, 1e20, 0.5, 12.5, 2.505, 1e9, 1e9 + 1, -0.01]),
    st.decimals(-1000, 1000, places=2).map(float),
)
_TEXTS = st.one_of(
    st.text("あ漢ｱA1 。、\n　", max_size=60),
    st.tuples(st.sampled_from(["あ" * 30, "a b", "　字下げ", ""]), st.integers(1, 60)).map(
        lambda pair: "\n".join([pair[0]] * pair[1])
    ),
    st.integers(1, 9_000).map(lambda length: "字" * length),
    st.text("あ\u200b\ufeff\xa0\u200e\xad\x0b\u2028\x85\ufe0f\u200d❤👪 -", max_size=30),
)
_WORDS = st.sampled_from(
    ["有", "無", "直営", "ﾁｮｸｴｲ", "Ａ", "a", "高", "-", "－", "概ね 達成", "", "？？", "⁇"]
)
_HIDDEN = st.one_of(
    st.just(""),
    st.sampled_from(["\u200b", "\ufeff", "\xa0", "\t", "\n", "\u200d"]),
    st.sampled_from(UNSEEN),
)
_WITH_HIDDEN = st.tuples(
    _HIDDEN, _SPELLED, _HIDDEN, _SPELLED.map(lambda text: text[-2:]), _HIDDEN
).map("".join)
"""A spelling with what nobody sees in front of it, in it and behind it."""
_ANY_NUMBER = st.one_of(_SPELLED, _NUMBERS, _WORDS, _WITH_HIDDEN)
_TYPED_INTO: dict[str, st.SearchStrategy[Any]] = {
    "money": _ANY_NUMBER,
    "measure": _ANY_NUMBER,
    "quantity": st.one_of(
        _SPELLED,
        _WITH_HIDDEN,
        st.integers(-(10**6), 10**14),
        st.decimals(-1000, 1000, places=3).map(float),
        _WORDS,
    ),
    "code": _ANY_NUMBER,
    "choice": st.tuples(_HIDDEN, _WORDS, _HIDDEN).map("".join),
    "text": _TEXTS,
}
