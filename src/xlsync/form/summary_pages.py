"""The worksheets of a form's summary workbooks, as [[summary]] of form.toml lists them: of which kind, of which fields.

Fields are named by their entries' paths, with axes in braces. Without [[summary]] a form gets pages of what suits one.
"""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Collection, Iterable, Iterator, Mapping
from importlib import resources
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

from pydantic import Field, TypeAdapter

from xlsync.form.strict import Strict
from xlsync.kinds import Choice, kind_names

if TYPE_CHECKING:
    from xlsync.form.field_entry import FieldEntry

_FORMER: Final = "former-summary.toml"
_TEXTS_OF_A_PAGE: Final = 3
_NO_PATHS: Final = frozenset(
    {"page", "title", "note", "part", "within_percent", "expected", "trend"}
)


class _SummaryPage(Strict):
    """What every page has: the title of its worksheet."""

    title: str = Field(min_length=1, max_length=31, pattern=r"^[^\[\]:*?/\\'\"!]+$")

    @property
    def paths(self) -> Iterator[str]:
        """The paths of the entries that the page shows."""
        for name, value in self:
            if name not in _NO_PATHS:
                yield from [value] if isinstance(value, str) else value


class OverviewPage(_SummaryPage):
    """One page to hand over. The last of the `measures` is the whole; `share` is a share of what makes up the first.

    `trend` is the caption of the chart of the measures over their columns.
    """

    page: Literal["overview"]
    trend: str = Field(default="推移", min_length=1, max_length=40)
    measures: list[str] = Field(default=[])
    share: list[str] = Field(default=[])
    others: list[str] = Field(default=[])
    grades: list[str] = Field(default=[])


class ListPage(_SummaryPage):
    """A row for each sheet: amounts over their axis, other fields at its last column that is over."""

    page: Literal["list"]
    fields: list[str] = Field(default=[])


class TablePage(_SummaryPage):
    """Sums of `measures` over their axis by unit, and how often each word of the choices in `counts` was chosen."""

    page: Literal["table"]
    measures: list[str] = Field(default=[])
    counts: list[str] = Field(default=[])
    note: str = ""


class SharesPage(_SummaryPage):
    """What an amount is made up of (its rule's parts) over its axis by unit, with shares; `part` is the word for a part."""

    page: Literal["shares"]
    of: str
    part: str = "内訳"
    note: str = ""


class ProgramsPage(_SummaryPage):
    """What the sheets of each program add up to, beside the total that they state; `name` holds the program's name."""

    page: Literal["programs"]
    name: list[str] = Field(default=[])


class DistributionPage(_SummaryPage):
    """How often each word of some choices was given, by unit; the last of them also at the other columns of its axis."""

    page: Literal["distribution"]
    fields: list[str] = Field(min_length=1)


class TargetsPage(_SummaryPage):
    """Target and actual value of each sheet over their axis, and whether the target was met."""

    page: Literal["targets"]
    name: str = ""
    target: str
    actual: str


class TextsPage(_SummaryPage):
    """Texts in full, to be read on paper, and some short words beside them."""

    page: Literal["texts"]
    texts: list[str] = Field(min_length=1)
    words: list[str] = Field(default=[])


class YearsPage(_SummaryPage):
    """What the sheets of all editions say of each year: amounts, target and actual value, short words.

    It is there from the second edition on.
    """

    page: Literal["years"]
    measures: list[str] = Field(default=[])
    target: str = ""
    actual: str = ""
    words: list[str] = Field(default=[])


class PlansPage(_SummaryPage):
    """What the projects of each 施策 of the city's list add up to, as [[plan]] says where sheets name them."""

    page: Literal["plans"]
    measures: list[str] = Field(default=[])
    target: str = ""
    actual: str = ""


class CopiedPage(_SummaryPage):
    """How much of the `texts` is copied from last year's sheets (文章の使い回し), and which are the same word for word."""

    page: Literal["copied"]
    texts: list[str] = Field(min_length=1)


Outcome = Literal["拡充", "継続", "縮減", "廃止"]
"""What became of a project in the next year's budget."""


class ReflectionPage(_SummaryPage):
    """What became of the `direction` of each sheet in the next year's `amount` (反映状況).

    A change up to `within_percent` is 継続. `expected` says which outcomes agree with a word of the direction; a word that
    is not named agrees with any.
    """

    page: Literal["reflection"]
    direction: str
    amount: str
    within_percent: int = Field(default=5, ge=0, le=100)
    expected: dict[str, list[Outcome]] = Field(default={})


class FindingsPage(_SummaryPage):
    """What is left to do: conflicts, errors, warnings, blanks."""

    page: Literal["findings"]


SummaryPage = Annotated[
    OverviewPage
    | ListPage
    | TablePage
    | SharesPage
    | ProgramsPage
    | DistributionPage
    | TargetsPage
    | TextsPage
    | YearsPage
    | PlansPage
    | CopiedPage
    | ReflectionPage
    | FindingsPage,
    Field(discriminator="page"),
]
ALONE: Final = (
    "overview",
    "list",
    "programs",
    "targets",
    "years",
    "copied",
    "reflection",
    "findings",
)
"""Kinds of which a form has one page at most."""


class SummaryFields(Strict):
    """Which fields the pages of a summary show, in a definition that is older than [[summary]]."""

    costs: list[str] = Field(default=[])
    general: list[str] = Field(default=[])
    persons: list[str] = Field(default=[])
    overtime: list[str] = Field(default=[])
    temporary: list[str] = Field(default=[])
    program_name: list[str] = Field(default=[])
    grades: list[str] = Field(default=[])
    indicator: list[str] = Field(default=[])
    targets: list[str] = Field(default=[])
    actuals: list[str] = Field(default=[])
    issues: list[str] = Field(default=[])
    direction: list[str] = Field(default=[])
    reason: list[str] = Field(default=[])


def pages_of(entries: Iterable[Mapping[str, Any]]) -> list[SummaryPage]:
    """Return the pages that entries of [[summary]] mean; ValidationError where one is wrong."""
    return _adapter().validate_python(list(entries))


@functools.cache
def _adapter() -> TypeAdapter[list[SummaryPage]]:
    return TypeAdapter(list[SummaryPage])


def pages_of_former(roles: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the pages of a definition that is older than [[summary]]: its [summary] named fields by what they are.

    A page of which a field that it cannot do without is not named is left out.
    """
    pages = []
    for page in former_defaults()["summary"]:
        needed = page.pop("needs", [])
        if all(any(roles.get(role) for role in alternatives) for alternatives in needed):
            pages.append({entry: _filled(value, roles) for entry, value in page.items()})
    return pages


def former_defaults() -> dict[str, Any]:
    """Return what definitions did not say while all of them were about one form: its pages, and its words."""
    text = (resources.files("xlsync") / "forms" / _FORMER).read_text(encoding="utf-8")
    return tomllib.loads(text)


def _filled(value: Any, roles: Mapping[str, Any]) -> Any:
    """Return a page's entry with each role (@costs) replaced by the paths that the definition names for it.

    A text takes the first path, `@grades[-1]` in a list the last one.
    """
    if isinstance(value, str):
        return next(iter(roles.get(value[1:], [])), "") if value.startswith("@") else value
    if not isinstance(value, list):
        return value
    paths: list[str] = []
    for word in value:
        named = roles.get(word[1:].removesuffix("[-1]"), [])
        paths += named[-1:] if word.endswith("[-1]") else named
    return paths


def usual_pages(entries: Iterable[FieldEntry]) -> list[dict[str, Any]]:
    """Return the pages of a form that lists none: a list, sums, how often each choice was chosen, and long texts."""
    every = list(entries)
    amounts = _paths(every, kind_names("is_amount"))
    choices = _paths(every, (Choice.name,))
    texts = [entry.path for entry in every if entry.multiline and "{" not in entry.path]
    pages = (
        {"page": "list", "title": "一覧", "fields": [*amounts, *choices]},
        {"page": "table", "title": "合計", "measures": amounts} if amounts else None,
        {"page": "table", "title": "選択", "counts": choices} if choices else None,
        {"page": "texts", "title": "記述", "texts": texts[:_TEXTS_OF_A_PAGE]} if texts else None,
        {"page": "years", "title": "推移", "measures": amounts} if amounts else None,
        {"page": "findings", "title": "要確認"},
    )
    return [page for page in pages if page is not None]


def _paths(entries: Iterable[FieldEntry], kinds: Collection[str]) -> list[str]:
    return [entry.path for entry in entries if entry.kind in kinds]
