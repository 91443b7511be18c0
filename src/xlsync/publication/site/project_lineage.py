"""Where a project comes from and what became of it, as its page says: 統合, 分割, 改称, 移管, with links."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xlsync.publication.site.site_layout import href, project_page

if TYPE_CHECKING:
    from xlsync.publication.published_year import PublicPredecessor, PublicSheet, PublishedYear

_WHOLE = 100


@dataclass(frozen=True, slots=True)
class LineageLink:
    """A project before or after another: its page's address ("" where it has none, or it is the same page), its words, how."""

    address: str
    words: str
    relation_words: str


class SiteLineage:
    """The predecessors of all published years, from both ends."""

    def __init__(
        self, years: Iterable[PublishedYear], projects: Mapping[str, Sequence[PublicSheet]]
    ) -> None:
        """Take the published years, and the sheets of each project by its id, newest first."""
        self._projects = projects
        self._before: dict[str, list[PublicPredecessor]] = {}
        self._after: dict[str, list[tuple[int, PublicPredecessor]]] = {}
        for year in years:
            for each in year.public_predecessors:
                self._before.setdefault(each.sheet_id, []).append(each)
                self._after.setdefault(each.earlier_id, []).append((year.edition.year, each))

    def before(self, sheet_id: str) -> list[LineageLink]:
        """Return what a project comes from."""
        return [
            self._link(
                sheet_id,
                each.earlier_id,
                f"{each.earlier_title or each.earlier_key}（{each.earlier_year}年度）",
                each,
            )
            for each in self._before.get(sheet_id, ())
        ]

    def after(self, sheet_id: str) -> list[LineageLink]:
        """Return what a project has become; nothing where it goes on under its own id."""
        return [
            self._link(sheet_id, each.sheet_id, f"{self._title(each.sheet_id)}（{year}年度）", each)
            for year, each in self._after.get(sheet_id, ())
            if each.sheet_id != sheet_id
        ]

    def _title(self, sheet_id: str) -> str:
        newest = self._projects[sheet_id][0].sheet
        return newest.title or newest.key

    def _link(self, here: str, there: str, words: str, each: PublicPredecessor) -> LineageLink:
        has_page = there != here and there in self._projects
        address = href(project_page(self._projects[there][0])) if has_page else ""
        share = "" if each.share_percent == _WHOLE else f"、{each.share_percent:f}％"
        return LineageLink(address, words, f"{each.relation_word}{share}")


__all__ = ["LineageLink", "SiteLineage"]
