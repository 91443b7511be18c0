"""How many sheets there are, which are left out and why, what the words of the lists mean, and names of budget codes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from xlsync.publication.open_data.data_table import DataColumn, DataTable
from xlsync.publication.open_data.sheet_tables import ID_COLUMN
from xlsync.sheet_keys import join_parts
from xlsync.summary.figures.entry_fields import scale_of

if TYPE_CHECKING:
    from xlsync.form.edition import Edition, Field
    from xlsync.publication.published_year import PublicSheet, PublishedYear
    from xlsync.summary.export.tidy import Row

LEFT_OUT: Final = "left-out"
BUDGET_CODES: Final = "budget-codes"
_COUNTS: Final = (
    DataColumn(
        "state", "区分", meaning="「公表」と、公表していない理由の区分を足すと「登録」になります"
    ),
    DataColumn("count", "件数", "integer", "件"),
)
_CHOICES: Final = (
    DataColumn("list", "一覧の名前"),
    DataColumn("list_label", "一覧"),
    DataColumn("order", "順番", "integer", meaning="1から。評価の一覧は、よいものから順です"),
    DataColumn("code", "記号", meaning="A・高など。記号のない一覧では言葉と同じ"),
    DataColumn("label", "記載される言葉"),
    DataColumn("meaning", "意味"),
    DataColumn(
        "other_words",
        "一覧にない言葉",
        meaning="「可」の一覧では、ほかの言葉も書かれることがあります",
    ),
)
_CODES: Final = (
    DataColumn("code", "予算科目のコード"),
    DataColumn("level", "区分", meaning="会計・款・項・目などの別"),
    DataColumn("name", "名称"),
)


def count_table(year: PublishedYear) -> DataTable:
    """Return the table that declares how many sheets are registered, published and left out."""
    rows: list[Row] = [{"state": state, "count": count} for state, count in year.counts.items()]
    return DataTable("counts", "件数", _COUNTS, rows, ("state",))


def left_out_table(year: PublishedYear) -> DataTable:
    """Return the list of sheets that are registered and not published."""
    identity = year.edition.definition.identity
    columns = (
        ID_COLUMN,
        DataColumn("key", year.edition.definition.words.key),
        DataColumn("title", year.edition.definition.words.title),
        *(DataColumn(level.field, level.name) for level in identity.organization),
        DataColumn("state", "区分"),
        DataColumn("reason", "理由"),
        DataColumn("from_day", "いつから"),
    )
    rows = []
    for each in year.left_out_sheets:
        units = zip(identity.organization, each.unit_names, strict=False)
        row: Row = {
            "id": each.sheet.id,
            "key": each.sheet.key,
            "title": each.sheet.title or None,
            "state": each.state,
            "reason": each.reason or None,
            "from_day": each.from_day or None,
        }
        rows.append({**row, **{level.field: name or None for level, name in units}})
    return DataTable(LEFT_OUT, "対象外・公表していない事業", columns, rows, ("key",))


def choice_table(edition: Edition) -> DataTable:
    """Return the lists of words with order, code and meaning."""
    fields = (*edition.fields, *edition.columns)
    first = {field.list_name: field for field in reversed(fields) if field.list_name}
    used = {name: first[name] for name in edition.definition.choices if name in first}
    rows = [row for name, field in used.items() for row in _choice_rows(edition, name, field)]
    return DataTable("choices", "選択肢と評価の段階", _CHOICES, rows, ("list", "label"))


def _choice_rows(edition: Edition, name: str, field: Field) -> Iterator[Row]:
    listed = edition.definition.choices[name]
    scale = scale_of(field)
    if not field.kind.is_choice:
        return
    for order, (code, word) in enumerate(zip(scale.marks, scale.words, strict=True), start=1):
        meaning = word.replace("：", ":").partition(":")[2] if code != word else ""
        yield {
            "list": name,
            "list_label": edition.expand(listed.label),
            "order": order,
            "code": code,
            "label": word,
            "meaning": meaning or None,
            "other_words": "不可" if listed.closed else "可",
        }


def budget_code_table(year: PublishedYear) -> DataTable:
    """Return the budget codes of the sheets, with the names that the city's list gives them."""
    labels: dict[str, str] = {}
    for public in year.public_sheets:
        labels |= dict(_codes(year.edition, public))
    rows: list[Row] = [
        {"code": code, "level": label, "name": year.budget_names.get(code)}
        for code, label in sorted(labels.items())
    ]
    return DataTable(BUDGET_CODES, "予算科目", _CODES, rows, ("code",))


def _codes(edition: Edition, public: PublicSheet) -> Iterator[tuple[str, str]]:
    """Yield the code of each level of a sheet's budget program, with the word for the level."""
    paths = edition.definition.identity.program
    values = [public.sheet.text(path) for path in paths]
    for depth, path in enumerate(paths, start=1):
        if all(values[:depth]):
            yield join_parts(values[:depth]), edition.by_path[path].label


__all__ = [
    "BUDGET_CODES",
    "LEFT_OUT",
    "budget_code_table",
    "choice_table",
    "count_table",
    "left_out_table",
]
