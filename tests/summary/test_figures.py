"""The figures of the five official sheets, added up by hand from the papers."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import pytest

from xlsync.form.edition import Edition
from xlsync.form.library import load_form
from xlsync.sheet import Sheet
from xlsync.summary import Figures, Item, figures_of
from xlsync.summary.figures.form_fields import form_fields_of

PERIODS = ("2016-settled", "2017-settled", "2018-initial", "2019-initial")

# 千円, in the four columns H28決算 H29決算 H30当初 H31当初, as printed on the sheets:
#                              08-14   08-15    09-11   10-12; the costs of 10-11 cannot be read
BY_HAND = {
    "project_cost": (230_020, 270_862, 274_271, 0),  # 23,387 + 84,509 + 115,758 + 6,366 ...
    "personnel_cost": (56_021, 49_369, 49_984),  # 15,975 + 12,155 + 12,155 + 15,736 ...
    "total_cost": (286_041, 320_231, 324_255),  # 39,362 + 96,664 + 127,913 + 22,102 ...
    "sources.national": (1_710, 1_362, 750, 0),  # 0 + 0 + 651 + 1,059 ...
    "sources.prefectural": (0, 0, 0, 0),
    "sources.local_bonds": (0, 0, 0, 0),
    "sources.other_specific": (13_586, 10_037, 11_039, 0),  # 9,180 + 0 + 4,406 + 0 ...
    "sources.general": (214_724, 259_463, 262_482, 0),  # 14,207 + 84,509 + 110,701 + 5,307 ...
    "regular_staff_fte": (Decimal("7.0"), Decimal("6.5"), Decimal("6.5")),
}
BY_SECTION = {
    ("情報政策課", "企画推進係"): {
        "project_cost": (29_753, 49_030, 40_852, 0),
        "personnel_cost": (31_711, 30_068, 30_701),
        "total_cost": (61_464, 79_098, 71_553),
    },
    ("情報政策課", "情報システム係"): {
        "project_cost": (200_267, 221_832, 233_419, 0),
        "personnel_cost": (24_310, 19_301, 19_283),
        "total_cost": (224_577, 241_133, 252_702),
    },
}


@pytest.fixture
def figures(five_items: Sequence[Item], edition: Edition) -> Figures:
    return figures_of(five_items, department="政策イノベーション部", edition=edition)


@pytest.mark.parametrize("concept", BY_HAND)
def test_the_department_costs_what_the_papers_say(figures: Figures, concept: str) -> None:
    paths = [f"costs.{period}.{concept}" for period in PERIODS]
    totals = [figures.total(path) for path in paths[: len(BY_HAND[concept])]]
    assert tuple(total.amount for total in totals) == BY_HAND[concept]
    assert {(total.count, total.missing) for total in totals} == {(5, 1)}


@pytest.mark.parametrize("names", BY_SECTION)
def test_each_section_costs_what_the_papers_say(figures: Figures, names: tuple[str, str]) -> None:
    section = next(group for group in figures.groups if group.names == names)
    for concept, amounts in BY_SECTION[names].items():
        paths = [f"costs.{period}.{concept}" for period in PERIODS[: len(amounts)]]
        assert tuple(section.total(path).amount for path in paths) == amounts
    missing = section.total("costs.2017-settled.project_cost").missing
    assert missing == (1 if names[1] == "情報システム係" else 0)


def test_grades_are_counted_as_the_papers_say(figures: Figures) -> None:
    effectiveness, efficiency, overall = (
        figures.tally(scale) for scale in figures.form_fields.scales
    )
    assert (effectiveness.word_counts, effectiveness.blank) == ((1, 3, 0), 1)
    assert (efficiency.word_counts, efficiency.blank) == ((0, 4, 0), 1)
    assert (overall.word_counts, overall.blank) == ((1, 4, 0, 0), 0)
    assert {tally.unlisted + tally.dash for tally in (effectiveness, efficiency, overall)} == {0}


def test_projects_stand_by_division_section_and_key(figures: Figures) -> None:
    assert [project.sheet.key[9:] for project in figures.projects] == [
        "08-14-01",
        "10-12-01",
        "08-15-01",
        "09-11-01",
        "10-11-01",
    ]
    assert [group.names[-1] for group in figures.groups] == [
        "情報政策課",
        "企画推進係",
        "情報システム係",
    ]


def test_nothing_known_is_not_zero(five: Sequence[Sheet], edition: Edition) -> None:
    unread = [Item(sheet) for sheet in five if sheet.key == "01-02-01-10-11-01"]
    total = figures_of(unread, department=None, edition=edition).total(
        "costs.2017-settled.project_cost"
    )
    assert (total.known, total.missing, total.count) == (None, 1, 1)


def test_a_department_is_known_whatever_the_width_of_its_name(
    five_items: Sequence[Item], edition: Edition
) -> None:
    spaced = figures_of(five_items, department="政策 ｲﾉﾍﾞｰｼｮﾝ部", edition=edition)
    other = figures_of(five_items, department="総務部", edition=edition)
    assert (len(spaced.projects), len(other.projects)) == (5, 0)


def test_sheets_of_another_year_are_refused(five_items: Sequence[Item]) -> None:
    with pytest.raises(ValueError, match="edition"):
        figures_of(five_items, department=None, edition=load_form().at(2019))


def test_the_form_says_what_a_summary_shows(edition: Edition) -> None:
    form_fields = form_fields_of(edition)
    assert form_fields.years == "H29年度～H30年度"
    overview, targets = form_fields.overview, form_fields.targets
    assert overview is not None
    assert targets is not None
    assert [(block.label, len(block.fields)) for block in overview.measures] == [
        ("事業費(A)", 4),
        ("人件費(B)", 3),
        ("事業コスト(A+B)", 3),
    ]
    assert [block.label for block in overview.parts.parts] == [
        "国庫支出金",
        "県支出金",
        "地方債",
        "その他特財",
        "一般財源",
    ]
    assert [scale.marks for scale in form_fields.scales] == [
        ("高", "中", "低"),
        ("高", "中", "低"),
        ("A", "B", "C", "D"),
    ]
    assert [field.label for field in targets.fields] == ["指標名", "目標値", "実績"]


def test_another_year_is_labelled_in_its_own_style() -> None:
    form_fields = form_fields_of(load_form().at(2020))
    assert form_fields.years == "R1年度～R2年度"
    assert form_fields.overview is not None
    assert [field.axis_label for field in form_fields.overview.measures[0].fields][:2] == [
        "H30年度決算",
        "R1年度決算",
    ]
    assert {scale.field.path.split(".")[1] for scale in form_fields.scales} == {"2019"}
