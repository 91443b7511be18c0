"""The files of the site: index, lists by department, a page for each project and for each of its years, search, style."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from xlsync.publication.manifest import EVERY_YEAR
from xlsync.publication.open_data.data_package import DESCRIPTOR
from xlsync.publication.open_data.register_tables import choice_table
from xlsync.publication.page_templates import filled, shipped
from xlsync.publication.site.list_content import department_list
from xlsync.publication.site.page_content import site_parts
from xlsync.publication.site.project_charts import charts_of
from xlsync.publication.site.project_lineage import SiteLineage
from xlsync.publication.site.search_index import search_index
from xlsync.publication.site.site_layout import (
    ABOUT,
    ASSETS,
    CORRECTIONS_PAGE,
    INDEX,
    Site,
    SiteLink,
    data_folder,
    department_pages,
    href,
    project_page,
    sheet_file,
    site_of,
    year_page,
)
from xlsync.publication.site.value_lists import ValueLists, value_lists
from xlsync.sheet_keys import join_parts
from xlsync.sheet_stage import STAGE_WORDS

if TYPE_CHECKING:
    from xlsync.publication.published_year import PublicSheet, PublishedYear
    from xlsync.publication.site.list_content import ProjectList
    from xlsync.summary.export.tidy import Row

_PACKAGE: Final = "xlsync.publication.site"


class SiteFile(NamedTuple):
    """A file of the site; `year` is the fiscal year it is about, 0 for every one, `title` that of a project's page."""

    path: str
    data: bytes
    year: int = EVERY_YEAR
    title: str = ""


@dataclass(frozen=True)
class SiteContent:
    """What the site is made of: the published years, newest first, and links to what lies beside the pages."""

    published_years: Sequence[PublishedYear]
    more_links: Sequence[SiteLink] = ()
    data_links: Sequence[SiteLink] = ()
    correction_rows: Sequence[Row] = field(default=(), repr=False)

    @property
    def newest(self) -> PublishedYear:
        """The newest fiscal year."""
        return self.published_years[0]

    @cached_property
    def site(self) -> Site:
        """What every page says."""
        corrections = SiteLink(CORRECTIONS_PAGE, "訂正の一覧")
        return site_of(self.newest, [corrections, *self.more_links])

    @cached_property
    def projects(self) -> Mapping[str, list[PublicSheet]]:
        """The sheets of each project by its id, newest first."""
        sheets: dict[str, list[PublicSheet]] = {}
        for year in self.published_years:
            for public in year.public_sheets:
                sheets.setdefault(public.sheet.id, []).append(public)
        return sheets

    @cached_property
    def lineage(self) -> SiteLineage:
        """What the projects come from, and what they have become."""
        return SiteLineage(self.published_years, self.projects)

    @cached_property
    def value_lists(self) -> list[ValueLists]:
        """The lists of the newest year's projects by what a field says."""
        return list(value_lists(self.newest))

    @cached_property
    def department_pages(self) -> list[ProjectList]:
        """The lists of the newest year's projects by department."""
        year = self.newest
        paths = department_pages(year.departments or ("",))
        groups = {each: year.in_department(each) for each in year.departments}
        return [
            department_list(year, each, path, groups.get(each, year.public_sheets))
            for each, path in paths.items()
        ]


def site_files(content: SiteContent) -> Iterator[SiteFile]:
    """Yield every file of the site, those of projects with their titles."""
    for name in ("style.css", "search.js"):
        yield SiteFile(f"{ASSETS}{name}", shipped(_PACKAGE, name))
    addressed = ((href(project_page(each[0])), each[0]) for each in content.projects.values())
    yield SiteFile(f"{ASSETS}projects.js", search_index(addressed))
    yield _index(content)
    yield _about(content)
    yield _corrections(content)
    for page in content.department_pages:
        yield _list(content, page)
    for lists in content.value_lists:
        for page in lists.project_lists:
            yield _list(content, page, lists.title)
    for sheets in content.projects.values():
        yield _project(content, project_page(sheets[0]), sheets, EVERY_YEAR)
        for public in sheets:
            year = public.sheet.edition.year
            yield _project(content, year_page(public), [public], year)


def withdrawn_page(content: SiteContent, path: str, title: str) -> bytes:
    """Return the page that stands at the address of one that is not published any more."""
    return _filled(content, "withdrawn.html", path, title)


def _index(content: SiteContent) -> SiteFile:
    words = content.newest.edition.definition.identity.level_words
    newest = {public.sheet.id for public in content.newest.public_sheets}
    former = [each[0] for key, each in content.projects.items() if key not in newest]
    data = _filled(
        content,
        "index.html",
        INDEX,
        "一覧と検索",
        counts=content.newest.counts,
        departments=content.department_pages,
        value_lists=content.value_lists,
        department_word=words[0] if words else "事業",
        former=[SiteLink(href(project_page(each)), each.sheet.title) for each in former],
    )
    return SiteFile(INDEX, data)


def _about(content: SiteContent) -> SiteFile:
    rows = choice_table(content.newest.edition).rows
    choices = [
        (label, list(group)) for label, group in groupby(rows, lambda row: row["list_label"])
    ]
    data = _filled(
        content,
        "about.html",
        ABOUT,
        "見方とデータ",
        counts=content.newest.counts,
        left_out=content.newest.left_out_sheets,
        choices=choices,
        data_links=[*_data_links(content.published_years), *content.data_links],
    )
    return SiteFile(ABOUT, data)


def _corrections(content: SiteContent) -> SiteFile:
    rows = list(reversed(content.correction_rows))
    data = _filled(content, "corrections.html", CORRECTIONS_PAGE, "訂正の一覧", rows=rows)
    return SiteFile(CORRECTIONS_PAGE, data)


def _data_links(years: Iterable[PublishedYear]) -> Iterator[SiteLink]:
    for year in years:
        folder, number = data_folder(year.edition.year), year.edition.year
        yield SiteLink(f"{folder}{DESCRIPTOR}", f"{number}年度のデータの目録（datapackage.json）")
        sheets = f"{number}年度の{year.edition.definition.words.sheet}一覧（CSV）"
        yield SiteLink(f"{folder}sheets.csv", sheets)
        yield SiteLink(f"{folder}figures.csv", f"{number}年度の数値一覧（CSV）")
        yield SiteLink(f"{folder}proof.csv", f"{number}年度の検算（CSV）")
        yield SiteLink(f"{folder}dictionary.csv", f"{number}年度のデータ項目の説明（CSV）")


def _list(content: SiteContent, page: ProjectList, above: str = "") -> SiteFile:
    word = content.newest.edition.definition.words.title
    data = _filled(
        content,
        "list.html",
        page.path,
        page.heading,
        projects=page,
        title_word=word,
        above=above,
    )
    return SiteFile(page.path, data)


def _project(content: SiteContent, path: str, sheets: Sequence[PublicSheet], year: int) -> SiteFile:
    newest = sheets[0]
    every = content.projects[newest.sheet.id]
    title = newest.sheet.title or newest.sheet.key
    shown_title = f"{title}（{year}年度のシート）" if year else title
    definition = newest.sheet.edition.definition
    links = [SiteLink(href(year_page(each)), f"{each.sheet.edition.year}年度") for each in every]
    data = _filled(
        content,
        "project.html",
        path,
        shown_title,
        newest=newest,
        key_word=definition.words.key,
        units=list(zip(definition.identity.level_words, newest.unit_names, strict=True)),
        budget_names=_budget_names(content, newest),
        stage_word=STAGE_WORDS[newest.stage],
        year_links=links,
        before=content.lineage.before(newest.sheet.id),
        after=content.lineage.after(newest.sheet.id),
        data_address=href(sheet_file(newest)),
        charts=charts_of(sheets),
        site_parts=site_parts(sheets),
    )
    return SiteFile(path, data, year, shown_title)


def _budget_names(content: SiteContent, public: PublicSheet) -> list[tuple[str, str]]:
    """Return the codes above a sheet's budget program that the city's list names, with the names."""
    paths = public.sheet.edition.definition.identity.program
    values = [public.sheet.text(path) for path in paths]
    codes = [join_parts(values[:depth]) for depth in range(1, len(values) + 1)]
    names = content.newest.budget_names
    return [(code, names[code]) for code in codes if code in names]


def _filled(content: SiteContent, template: str, path: str, title: str, **values: Any) -> bytes:
    up = "../" * path.count("/")
    return filled(_PACKAGE, template, site=content.site, title=title, up=up, **values)


__all__ = ["SiteContent", "SiteFile", "site_files", "withdrawn_page"]
