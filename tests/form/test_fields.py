"""The fields of the form are those of the official papers, written out by hand in data/fields.tsv."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests import papers
from xlsync.kinds import Code, Text

TABLE = papers.field_table()
by_row = pytest.mark.parametrize("row", TABLE, ids=[row["path"] for row in TABLE])


def test_the_edition_has_exactly_the_official_fields_in_page_order() -> None:
    assert len(TABLE) == 128
    assert sorted(papers.edition().by_path) == sorted(row["path"] for row in TABLE)


@by_row
def test_a_field_is_as_the_papers_say(row: dict[str, str]) -> None:
    field = papers.edition().by_path[row["path"]]
    kind = field.kind
    assert (field.label, field.part) == (row["label"], row["part"])
    assert (kind.name, field.unit, field.filled_by) == (row["kind"], row["unit"], row["filled_by"])
    assert field.multiline == bool(row["multiline"])
    assert not isinstance(kind, Text) or kind.multiline == field.multiline
    assert not isinstance(kind, Code) or kind.width == 2


@by_row
def test_a_field_is_required_as_the_papers_say(row: dict[str, str]) -> None:
    expected = {"yes": True, "no": False, "with direction": "next_year.direction"}
    assert papers.edition().by_path[row["path"]].required == expected[row["required"]]


def test_next_years_labels_follow_the_edition() -> None:
    fields = papers.edition().by_path
    assert fields["next_year.estimate_basis"].label == "H31年度当初積算根拠"
    assert fields["next_year.direction"].label == "H31年度の方向性"
    assert (
        fields["costs.2019-initial.sources.general"].title == "事業実施コスト H31年度当初 一般財源"
    )


def test_greyed_places_are_no_fields() -> None:
    edition = papers.edition()
    assert sorted(edition.greyed) == [
        "costs.2019-initial.overtime_hours",
        "costs.2019-initial.personnel_cost",
        "costs.2019-initial.regular_staff_fte",
        "costs.2019-initial.temporary_staff",
        "costs.2019-initial.total_cost",
        "program_totals.2019-initial.personnel_cost",
        "program_totals.2019-initial.total_cost",
    ]
    assert not set(edition.greyed) & set(edition.by_path)


def test_the_names_of_cells_are_legal_in_excel_and_all_different() -> None:
    names = [field.cell_name for field in papers.edition().fields]
    assert len({name.casefold() for name in names}) == 128
    assert "costs.2017_settled.sources.general" in names
    for name in names:
        assert name[0].isalpha() or name[0] == "_"
        assert len(name) <= 255
        assert all(sign.isalnum() or sign in "_." for sign in name)


def test_the_order_of_fields_is_the_order_of_the_official_documents() -> None:
    def leaves(here: object, path: str) -> list[str]:
        if isinstance(here, dict) and set(here) - {"value", "unit", "bound"}:
            return [
                leaf for step, inner in here.items() for leaf in leaves(inner, f"{path}.{step}")
            ]
        if isinstance(here, list):
            return [
                leaf for step, inner in enumerate(here) for leaf in leaves(inner, f"{path}.{step}")
            ]
        return [path.removeprefix(".")]

    for key in papers.KEYS:
        document = papers.official_document(key)
        for head in ("form", "edition", "key"):
            del document[head]
        assert leaves(document, "") == list(papers.edition().by_path)


def test_every_computed_field_has_a_formula_of_its_own() -> None:
    edition = papers.edition()
    computed = {field.path for field in edition.fields if field.filled_by == "computed"}
    assert set(edition.formulas) == computed
    assert edition.formulas["costs.2016-settled.project_cost"].parts == (
        "costs.2016-settled.sources.national",
        "costs.2016-settled.sources.prefectural",
        "costs.2016-settled.sources.local_bonds",
        "costs.2016-settled.sources.other_specific",
        "costs.2016-settled.sources.general",
    )


@pytest.mark.parametrize(
    ("path", "name"),
    [
        *[
            ("kpi1", "_kpi1"),
            ("q1", "_q1"),
            ("r1c1", "_r1c1"),
            ("r", "_r"),
            ("c", "_c"),
            ("true", "_true"),
        ],
        *[
            ("2017.total", "_2017.total"),
            ("plan1", "plan1"),
            ("q1.answer", "q1.answer"),
            ("abcd1", "abcd1"),
        ],
    ],
)
def test_no_name_of_a_cell_is_one_that_excel_takes_for_an_address(path: str, name: str) -> None:
    assert replace(papers.edition().fields[0], path=path).cell_name == name
