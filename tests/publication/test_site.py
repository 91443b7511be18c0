"""The site: every page is reached, says what the sheets say, and keeps its address."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from posixpath import dirname, join, normpath
from urllib.parse import unquote

import pytest

from tests import papers
from tests.cities import City
from xlsync.city.published_years import other_published_years
from xlsync.kinds import DASH
from xlsync.publication.open_data.data_package import data_files
from xlsync.publication.public_fields import public_edition
from xlsync.publication.published_year import PublishedYear
from xlsync.publication.site.page_content import site_parts
from xlsync.publication.site.search_index import folded, search_index
from xlsync.publication.site.site_files import SiteContent, site_files
from xlsync.publication.write_publication import PublicationContents, publish
from xlsync.sheet import Sheet

FIRST = papers.KEYS[0]


class Page(HTMLParser):
    """The links, ids and text of a page, as a browser has them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: list[str] = []
        self.headings: list[int] = []
        self.images_without_words = 0
        self.cells_without_scope = 0
        self._text: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.links += [str(given[name]) for name in ("href", "src") if name in given]
        self.ids += [str(given["id"])] if "id" in given else []
        self.headings += [int(tag[1])] if re.fullmatch("h[1-6]", tag) else []
        self.images_without_words += tag == "svg" and not given.get("aria-label")
        self.cells_without_scope += tag == "th" and "scope" not in given

    def handle_data(self, data: str) -> None:
        self._text.append(data)

    @property
    def text(self) -> str:
        """The text without spaces."""
        return re.sub(r"\s", "", "".join(self._text))


def pages_of(*years: PublishedYear) -> dict[str, Page]:
    """The pages of a site by their paths."""
    files = site_files(SiteContent(years))
    return {file.path: Page(file.data.decode()) for file in files if file.path.endswith(".html")}


def reached(path: str, page: Page) -> Iterator[str]:
    """The paths and anchors that a page's links lead to."""
    for link in page.links:
        if not re.match("https?:|data:", link):
            target, _, anchor = link.partition("#")
            whole = normpath(join(dirname(path), unquote(target))) if target else path
            yield f"{whole}#{anchor}" if anchor else whole


def test_every_link_leads_somewhere_and_every_page_is_reached(year: PublishedYear) -> None:
    pages = pages_of(year)
    data = {f"data/2018/{path}" for path in data_files(year, has_parquet=False)}
    anchors = {f"{path}#{anchor}" for path, page in pages.items() for anchor in page.ids}
    assets = {file.path for file in site_files(SiteContent([year]))}
    links = {target for path, page in pages.items() for target in reached(path, page)}
    assert links <= data | anchors | assets
    assert set(pages) <= links
    assert (
        len(pages) == 15
    )  # three beside a list of the department, one of the plan, and two for each project


def test_a_project_s_page_says_all_that_its_sheet_says(year: PublishedYear) -> None:
    pages = pages_of(year)
    leaves = 0
    for public in year.public_sheets:
        text = pages[f"projects/{public.sheet.id}/2018.html"].text
        for path, field in public.sheet.edition.by_path.items():
            if public.sheet[path] not in {None, DASH}:
                words = field.words(public.sheet[path]).removesuffix(field.unit)
                assert re.sub(r"\s", "", words) in text, (public.sheet.key, path)
                leaves += 1
    assert leaves > 300


def test_pages_have_one_first_heading_no_skipped_level_and_words_for_every_picture(
    year: PublishedYear,
) -> None:
    for path, page in pages_of(year).items():
        assert page.headings[0] == 1, path
        assert page.headings.count(1) == 1, path
        steps = zip(page.headings, page.headings[1:], strict=False)
        assert all(below - above <= 1 for above, below in steps), path
        assert len(set(page.ids)) == len(page.ids), path
        assert not page.images_without_words, path
        assert not page.cells_without_scope, path


def next_year(year: PublishedYear, city: City) -> PublishedYear:
    """The sheets of the year after, with another purpose, last year's settled cost and a new one."""
    edition = public_edition(city.terms.form.at(papers.EDITION + 1))
    sheets = []
    for public in year.public_sheets[:1]:
        values = {
            "purpose": "2019年度の目的",
            "project.name": "新しい名前",
            "organization.department": public.sheet["organization.department"],
            "costs.2017-settled.project_cost": 31_149,
            "costs.2018-settled.project_cost": 77_777,
        }
        sheet = Sheet(edition, "01-02-01-08-99-01", values).with_id(public.sheet.id)
        sheets.append(replace(public, sheet=sheet, former_keys=(public.sheet.key,)))
    return replace(year, edition=edition, public_sheets=tuple(sheets))


def test_the_years_of_a_project_stand_side_by_side_on_the_page_of_its_id(
    year: PublishedYear, city: City
) -> None:
    after = next_year(year, city)
    pages = pages_of(after, year)
    page = pages[f"projects/{FIRST}.html"]
    assert "2019年度の目的" in page.text
    assert str(year.public_sheets[0].sheet["purpose"])[:20] in page.text
    assert {f"projects/{FIRST}/2018.html", f"projects/{FIRST}/2019.html"} <= set(pages)
    parts = site_parts([*year.public_sheets[:1], *after.public_sheets])
    costs = next(part for part in parts if part.anchor == "part-costs")
    table = costs.site_tables[0]
    assert table.column_headings == (
        "H28年度決算",
        "H29年度決算",
        "H30年度当初",
        "H30年度決算",
        "R1年度当初",
        "R2年度当初",
    )
    assert table.site_rows[0].texts[:4] == ("23,387", "31,149", "26,111", "77,777")


def test_an_address_that_was_published_says_when_its_project_is_not_any_more(
    year: PublishedYear, tmp_path: Path
) -> None:
    target = tmp_path / "公表"
    publish(target, PublicationContents(year, has_parquet=False))
    page = target / f"projects/{FIRST}.html"
    assert "情報化推進事業" in page.read_text(encoding="utf-8")
    fewer = replace(year, public_sheets=year.public_sheets[1:])
    publish(target, PublicationContents(fewer, has_parquet=False))
    for path in (page, target / f"projects/{FIRST}/2018.html"):
        text = path.read_text(encoding="utf-8")
        assert "いま公表していません" in text
        assert "31,149" not in text
    assert not (target / f"data/2018/sheets/{FIRST}.json").exists()
    publish(target, PublicationContents(year, has_parquet=False))
    assert "31,149" in page.read_text(encoding="utf-8")


def test_what_others_typed_is_text_on_the_pages(year: PublishedYear) -> None:
    public = year.public_sheets[0]
    evil = "</script><script>alert(1)</script>\u2028&\"'"
    sheet = public.sheet.with_values({"project.name": evil, "purpose": evil})
    attacked = replace(year, public_sheets=(replace(public, sheet=sheet),))
    for file in site_files(SiteContent([attacked])):
        text = file.data.decode()
        if file.path.endswith(".html"):
            assert "<script>alert" not in text, file.path
        elif file.path.endswith("projects.js"):
            assert "</script" not in text
            assert "\u2028" not in text
            assert json.loads(text.partition("=")[2].rstrip(";\n"))[0][1].startswith("</script>")


@pytest.mark.parametrize(
    ("typed", "plain"),
    [("ﾈｯﾄﾜｰｸ", "ねっとわーく"), ("ＡＢＣ １２", "abc 12"), ("税・番号", "税・番号")],
)
def test_width_case_and_kana_do_not_count_in_a_search(typed: str, plain: str) -> None:
    assert folded(typed) == plain


def test_the_search_finds_a_project_by_former_keys_and_units(year: PublishedYear) -> None:
    public = replace(year.public_sheets[0], former_keys=("01-99-99-99-99-99",))
    index = search_index([("projects/x.html", public)]).decode()
    assert "01-99-99-99-99-99" in index
    assert "企画推進係" in index


def test_another_year_shows_what_was_published_and_not_what_the_store_says_today(
    city: City, year: PublishedYear, tmp_path: Path
) -> None:
    target = tmp_path / "公表"
    publish(target, PublicationContents(year))
    changed = city.head(FIRST).with_values({"purpose": "講師の山田太郎氏を招いた。"})
    assert city.bring_one(changed.to_json(), "登録").outcome in {"accepted", "merged"}
    assert "山田太郎" in city.head(FIRST).text("purpose")
    later = replace(year, edition=public_edition(city.terms.form.at(2019)), public_sheets=())
    [other] = other_published_years(city.store, city.terms, target, later)
    publish(target, PublicationContents(later, (other,)))
    page = (target / f"projects/{FIRST}.html").read_text(encoding="utf-8")
    assert "山田太郎" not in page
    assert str(year.public_sheets[0].sheet["purpose"])[:10] in page
