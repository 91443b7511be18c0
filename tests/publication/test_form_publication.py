"""What a form says of its publication: lists by 施策, where a project comes from, the columns of other open data."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

import xlsync
from tests import papers
from tests.publication.test_derivable_fields import hiding
from tests.publication.test_site import pages_of
from xlsync.errors import FormError
from xlsync.form.definition import read_definition
from xlsync.form.publication_pages import PublicationPages, unknown_published_paths
from xlsync.publication.last_publication import last_published_year
from xlsync.publication.open_data.data_package import data_files
from xlsync.publication.open_data.vocabulary_table import vocabulary_table
from xlsync.publication.private_names import predecessor_candidates
from xlsync.publication.public_fields import public_edition
from xlsync.publication.published_year import PublicPredecessor, PublicSheet, PublishedYear
from xlsync.publication.write_publication import PublicationContents, publish

FIRST, SECOND, THIRD = papers.KEYS[:3]


def saying(public: PublicSheet, **values: str) -> PublicSheet:
    """A sheet with other texts."""
    return replace(public, sheet=public.sheet.with_values(values))


def with_plans(year: PublishedYear) -> PublishedYear:
    """The year with two sheets that serve one 施策, and one of them another, too."""
    one, two, *others = year.public_sheets
    plan, strategy = "strategic_plan.name", "comprehensive_strategy.1.name"
    sheets = (
        saying(one, **{plan: "Ⅰ　市民に開かれた市政/ICT", strategy: "総合戦略２"}),
        saying(two, **{plan: "Ⅰ 市民に開かれた市政/ICT"}),
        *others,
    )
    return replace(year, public_sheets=sheets)


def test_the_projects_of_a_plan_stand_on_one_page_with_their_sums(year: PublishedYear) -> None:
    pages = pages_of(with_plans(year))
    names = sorted(path for path in pages if path.startswith("lists/"))
    assert [name.split("/")[1] for name in names] == ["個別計画", "戦略プラン", "総合戦略"]
    page = pages[names[1]]
    for public in year.public_sheets[:2]:
        assert f"../../projects/{public.sheet.key}.html" in page.links
    assert f"../../projects/{THIRD}.html" not in page.links
    costs = [each.sheet["costs.2017-settled.project_cost"] for each in year.public_sheets[:2]]
    assert f"{sum(map(int, map(str, costs))):,}" in page.text
    assert "戦略プランの一覧" in pages["index.html"].text
    assert "戦略プランの記載がない事業3件" in pages["index.html"].text


def test_a_sum_says_how_many_sheets_are_not_in_it(year: PublishedYear) -> None:
    one, *others = year.public_sheets
    blank = replace(one, sheet=one.sheet.with_values({"costs.2017-settled.project_cost": None}))
    plans = with_plans(replace(year, public_sheets=(blank, *others)))
    pages = pages_of(plans)
    page = next(page for path, page in pages.items() if path.startswith("lists/戦略プラン"))
    cost = others[0].sheet["costs.2017-settled.project_cost"]
    assert f"{cost:,}（ほか1件は記載なし）" in page.text


def test_without_plans_there_are_no_lists_of_them(year: PublishedYear) -> None:
    sheets = tuple(saying(each, individual_plan="-") for each in year.public_sheets)
    pages = pages_of(replace(year, public_sheets=sheets))
    assert not [path for path in pages if path.startswith("lists/")]


def test_a_form_says_by_which_plans_the_site_lists_projects_once(year: PublishedYear) -> None:
    """Its [[plan]] says so, for summaries and site alike; [publication] may name other lists instead."""
    definition = year.edition.definition
    titles = [each.title for each in definition.site_lists]
    assert titles == [plan.name for plan in definition.plan]
    own = PublicationPages.model_validate({"lists": [{"title": "目的", "field": "purpose"}]})
    changed = definition.model_copy(update={"publication": own})
    assert [each.field for each in changed.site_lists] == ["purpose"]


def merged(former_title: str = "旧情報化事業") -> tuple[PublicPredecessor, ...]:
    """The first project comes from a former one, and with forty percent from the second."""
    return (
        PublicPredecessor(FIRST, "00-00", 2017, "00-00", former_title, "統合", Decimal(100)),
        PublicPredecessor(FIRST, SECOND, 2017, SECOND, "第二", "統合", Decimal(40)),
    )


def test_a_merged_project_names_its_predecessors_and_they_name_it(year: PublishedYear) -> None:
    pages = pages_of(replace(year, public_predecessors=merged()))
    page = pages[f"projects/{FIRST}.html"]
    assert "前身統合：旧情報化事業（2017年度）" in page.text
    assert "統合、40％：第二（2017年度）" in page.text
    assert f"../projects/{SECOND}.html" in page.links
    after = pages[f"projects/{SECOND}.html"]
    assert "後継統合、40％：情報化推進事業（2018年度）" in after.text
    assert f"../projects/{FIRST}.html" in after.links


def test_predecessors_come_back_from_what_was_published(
    year: PublishedYear, tmp_path: Path
) -> None:
    target = tmp_path / "公表"
    publish(target, PublicationContents(replace(year, public_predecessors=merged())))
    again = last_published_year(target, year.edition, year.publisher, {})
    assert again.public_predecessors == merged()
    damaged = target / "data/2018/predecessors.json"
    damaged.write_text('{"rows": [{"id": 1}, 7]}', encoding="utf-8")
    assert last_published_year(target, year.edition, year.publisher, {}).public_predecessors == ()


def test_a_name_in_the_title_of_a_predecessor_is_a_candidate() -> None:
    (found,) = predecessor_candidates(merged("山田太郎氏顕彰事業")[0])
    assert (found.word, found.key) == ("山田太郎氏", "00-00")


def test_every_column_of_the_review_is_mapped_to_a_column_that_is_published(
    year: PublishedYear,
) -> None:
    files = data_files(year, has_parquet=False)
    rows = list(csv.DictReader(io.StringIO(files["vocabulary.csv"].decode("utf-8-sig"))))
    assert {row["ほかのデータ"] for row in rows} == {"行政事業レビュー（RSシステム）"}
    assert len(rows) > 30
    for row in rows:
        table = json.loads(files[f"{row['こちらの表']}.json"])
        columns = {column["name"]: column["unit"] for column in table["columns"]}
        assert columns[row["こちらの列"]] == row["こちらの単位"], row
        if row["こちらの区分"]:
            axis = table["table"]
            assert row["こちらの区分"] in {each[axis] for each in table["rows"]}, row
    thousands = {row["ほかのデータの列"] for row in rows if row["掛ける数"] == "1000"}
    assert thousands == {"当初予算（合計）", "執行額（合計）"}


def test_a_field_that_is_not_public_is_mapped_to_nothing() -> None:
    edition = public_edition(hiding("purpose"))
    mapped = {row["column"] for row in vocabulary_table(edition).rows}
    assert "purpose" not in mapped
    assert "outline" in mapped


def test_a_publication_that_names_no_field_is_told_and_stops_nobody() -> None:
    edition = papers.edition()
    assert unknown_published_paths(edition) == []
    fields = tuple(field for field in edition.fields if field.path != "outline")
    assert unknown_published_paths(replace(edition, fields=fields)) == ["outline"]


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        (
            'lists = [{ title = "施策", field = "a" }, { title = "施策", field = "b" }]',
            "二度あります",
        ),
        ('[[publication.vocabulary]]\ntitle = "x"\ncolumns = [{ column = "y" }]', "どちらか一方"),
        (
            '[publication.report]\ntitle = "a/b"\nblocks = [{ block = "facts", fields = ["a"] }]',
            "使えない文字",
        ),
        (
            '[publication.report]\ntitle = "a"\nblocks = [{ block = "chart", fields = ["a"] }]',
            "publication",
        ),
    ],
)
def test_a_wrong_publication_is_named_by_its_place(written: str, reason: str) -> None:
    text = (Path(xlsync.__file__).parent / "forms/jimu-jigyo-hyoka/form.toml").read_text(
        encoding="utf-8"
    )
    start, end = text.index("[publication.report]"), text.index("# --- lists ---")
    table = "" if written.startswith("[") else "[publication]\n"
    with pytest.raises(FormError, match=reason):
        read_definition(f"{text[:start]}{table}{written}\n{text[end:]}", "form.toml")
