"""A form's definition, `form.toml`, read strictly: an unknown key, a wrong value, a name of nothing is refused by its place.

The file is data for the planning office. `docs/form.md` and `docs/ja/` explain each entry; this module is their shape.
"""

from __future__ import annotations

import tomllib
from typing import Annotated, Any, Literal, Self

from pydantic import Field, ValidationError, model_validator

from xlsync.errors import FormError
from xlsync.form.definition_text import toml_fault
from xlsync.form.expression_rules import with_expressions, with_lines
from xlsync.form.field_entry import FieldEntry
from xlsync.form.phase_fields import PhaseFields
from xlsync.form.publication_pages import PublicationPages, SiteList
from xlsync.form.rules import Rule
from xlsync.form.strict import Strict, explain
from xlsync.form.submission_cells import SubmissionCells
from xlsync.form.summary_pages import (
    ALONE,
    SummaryFields,
    SummaryPage,
    former_defaults,
    pages_of,
    pages_of_former,
    usual_pages,
)
from xlsync.form.table_entry import TableEntry
from xlsync.kinds import fold
from xlsync.kinds.value import LOOKALIKES

_ITEM = 255
"""Characters of a word that Excel's pull-down list takes."""
_ITEMS = 32_767
"""Rows it shows."""


WorksheetTitle = Annotated[str, Field(min_length=1, max_length=31, pattern=r"^[^\[\]:*?/\\']+$")]


class AxisEntry(Strict):
    """One entry of an axis: its key in the path (an integer counts lines in a list), its label, whether it is over.

    Where it is not `due`, nobody has to fill its fields yet, whatever their own entries require.
    """

    key: str | int
    label: str = ""
    finished: bool = False
    due: bool = True

    @model_validator(mode="after")
    def _is_due_where_finished(self) -> Self:
        if self.finished and not self.due:
            raise ValueError("finished = true（終わった年度）に due = false は書けません")
        return self


class ChoiceList(Strict):
    """The words of a list in order; `assumed` are those nobody has confirmed; a closed list admits no other word."""

    label: str
    items: list[Annotated[str, Field(max_length=_ITEM)]] = Field(min_length=1, max_length=_ITEMS)
    assumed: list[str] = Field(default=[])
    closed: bool = False

    @model_validator(mode="after")
    def _words_are_sound(self) -> Self:
        folded = [fold(item) for item in self.items]
        repeated = [item for item in self.items if folded.count(fold(item)) > 1 or not item.strip()]
        if repeated:
            raise ValueError(f"同じ言葉が二度あるか、空の言葉があります（{'、'.join(repeated)}）")
        for item in self.items:
            _refuse_dash_or_break(item)
        unknown = sorted(set(self.assumed) - set(self.items))
        if unknown:
            raise ValueError(f"assumed の「{unknown[0]}」が items にありません")
        return self


def _refuse_dash_or_break(item: str) -> None:
    if item.strip() in LOOKALIKES or min(item) < " ":
        raise ValueError(f"「-」だけの言葉や、改行のある言葉は一覧に入れられません（{item!r}）")


class OrganizationLevel(Strict):
    """One level of the organization, as the form names it: the field that holds a unit's name, and the word for it (課)."""

    field: str
    name: str = Field(min_length=1, max_length=20)


class Identity(Strict):
    """Which fields say whose sheet it is: the key, the program it belongs to, the organization from the top, the title.

    Without `program` each sheet is a program of its own; without `organization` the sheets belong to no unit.
    """

    key: list[str] = Field(min_length=1)
    program: list[str] = Field(default=[])
    organization: list[OrganizationLevel] = Field(default=[], max_length=4)
    title: str = ""

    @property
    def level_words(self) -> tuple[str, ...]:
        """What the form calls the levels of its organization: 部, 課, 係."""
        return tuple(level.name for level in self.organization)

    @model_validator(mode="before")
    @classmethod
    def _three_levels_by_name(cls, entries: Any) -> Any:
        """Read a definition that is older than `organization`: its three levels had entries of their own."""
        former = {"department": "部", "division": "課", "section": "係"}
        if not isinstance(entries, dict) or not former.keys() <= entries.keys():
            return entries
        if "organization" in entries:
            raise ValueError(
                "organization か、department・division・section の、どちらか一方を書いてください"
            )
        levels = [{"field": entries[entry], "name": name} for entry, name in former.items()]
        kept = {entry: value for entry, value in entries.items() if entry not in former}
        return {**kept, "organization": levels}


class Words(Strict):
    """What summaries call a sheet, its key and its title, and themselves; `short` is a word for a sheet in captions."""

    sheet: str = "シート"
    key: str = "番号"
    title: str = "名称"
    summary: str = "集計"
    short: str = ""

    @property
    def caption(self) -> str:
        """What captions call a sheet."""
        return self.short or self.sheet


class Page(Strict):
    """How the page is built: worksheet title, the month an edition is issued, how year 1 is written.

    `further_worksheets` are the titles of its second and later worksheets. `span` is the axis whose first and last label say on
    summaries what years the sheets are about, if the form has it.
    """

    worksheet: WorksheetTitle
    further_worksheets: list[WorksheetTitle] = Field(default=[])
    issue_month: int = Field(default=7, ge=1, le=12)
    first_year: Literal["1", "元"] = "1"
    drawing: str = "drawing.xlsx"
    span: str = "year"

    @model_validator(mode="after")
    def _worksheets_are_distinct(self) -> Self:
        titles = [title.casefold() for title in (self.worksheet, *self.further_worksheets)]
        if len(set(titles)) < len(titles):
            raise ValueError("worksheet と further-worksheets に、同じシートの名前が二度あります")
        return self


class PlanBinding(Strict):
    """Where a sheet names a plan (施策): the entries of its codes, over the axis of their levels, and of its name."""

    name: str = Field(min_length=1)
    codes: str = ""
    title: str = ""


class Definition(Strict):
    """A whole form.toml. `linked` is, by another form's id, the field with the key of its sheet; else it is the own key."""

    format: Literal[1]
    id: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    title: str
    page: Page
    identity: Identity
    words: Words = Field(default_factory=Words)
    submission: SubmissionCells | None = None
    phases: dict[str, PhaseFields] = Field(default={})
    summary: list[SummaryPage] = Field(default=[])
    publication: PublicationPages = Field(default_factory=PublicationPages)
    plan: list[PlanBinding] = Field(default=[])
    linked: dict[str, str] = Field(default={})
    parts: dict[str, str]
    axes: dict[str, list[AxisEntry]] = Field(default={})
    choices: dict[str, ChoiceList] = Field(default={})
    field: list[FieldEntry] = Field(min_length=1)
    table: list[TableEntry] = Field(default=[])
    rule: list[Rule] = Field(default=[])

    @property
    def site_lists(self) -> list[SiteList]:
        """The lists of the published site: those of [publication], else one by the title of each plan that sheets name."""
        plans = (plan for plan in self.plan if plan.title)
        by_plan = [SiteList(title=plan.name, field=plan.title) for plan in plans]
        return self.publication.lists or by_plan

    @property
    def summary_pages(self) -> list[SummaryPage]:
        """The pages of a summary workbook: those listed, else those that suit any form."""
        return self.summary or pages_of(usual_pages(self.field))

    @model_validator(mode="before")
    @classmethod
    def _read_former_summary(cls, document: Any) -> Any:
        """Read a definition that is older than [[summary]]: its [summary] named fields, the pages were the same for all."""
        roles = document.get("summary") if isinstance(document, dict) else None
        if not isinstance(roles, dict):
            return document
        named = SummaryFields.model_validate(roles).model_dump()
        words = document.get("words", former_defaults()["words"])
        return {**document, "summary": pages_of_former(named), "words": words}

    @model_validator(mode="before")
    @classmethod
    def _read_expressions(cls, document: Any) -> Any:
        """Read [[check]] entries, and what fields say of how they are computed, as rules."""
        return with_expressions(document) if isinstance(document, dict) else document

    @model_validator(mode="after")
    def _pages_are_distinct(self) -> Self:
        titles = [fold(page.title) for page in self.summary]
        kinds: list[str] = [page.page for page in self.summary if page.page in ALONE]
        repeated = [name for names in (titles, kinds) for name in names if names.count(name) > 1]
        if repeated:
            raise ValueError(f"[[summary]] の「{repeated[0]}」が二度あります")
        return self

    @model_validator(mode="after")
    def _axis_keys_are_words_or_indexes(self) -> Self:
        for name, entries in self.axes.items():
            keys = [entry.key for entry in entries]
            counted = [key for key in keys if isinstance(key, int)]
            if not keys or (counted and keys != list(range(len(keys)))):
                raise ValueError(
                    f"[axes] の {name} の key は、言葉だけか、0から順の整数だけにしてください"
                )
        return self


def read_definition(text: str, where: str) -> Definition:
    """Read form.toml; FormError names the file, the entry and the reason of the first faults found."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise FormError(toml_fault(text, fault), where) from fault
    try:
        return Definition.model_validate(document)
    except ValidationError as fault:
        raise FormError(with_lines(explain(fault, document), text), where) from fault
