"""Indicators (KPI) that several sheets share: what the city's list puts into them, and putting it in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from xlsync.exchange.receive import receive
from xlsync.exchange.sheet_of_key import json_with_id
from xlsync.indicator_list import indicator_paths, indicator_values
from xlsync.kinds import Unreadable
from xlsync.merging import Change, changes_between

if TYPE_CHECKING:
    from xlsync.exchange.receipt import Receipt, Source, Terms
    from xlsync.indicator_list import SharedIndicator
    from xlsync.sheet import Sheet
    from xlsync.store import Store

Progress = Callable[[Sequence["IndicatorSheet"]], Iterable["IndicatorSheet"]]


@dataclass(frozen=True, slots=True)
class IndicatorSheet:
    """A sheet as it is to be with the indicator that it shares, and what that changes."""

    sheet: Sheet
    indicator_name: str
    changes: tuple[Change, ...]

    def to_document(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {
            "key": self.sheet.key,
            "title": self.sheet.title,
            "indicator": self.indicator_name,
            "changes": [change.to_document() for change in self.changes],
        }


@dataclass(frozen=True, slots=True)
class IndicatorsPlan:
    """What putting the shared indicators into the sheets would do: the sheets that share one, and why nothing can be done."""

    indicator_sheets: tuple[IndicatorSheet, ...] = ()
    faults: tuple[str, ...] = ()

    @property
    def changed(self) -> tuple[IndicatorSheet, ...]:
        """The sheets in which something changes."""
        return tuple(each for each in self.indicator_sheets if each.changes)

    def to_document(self) -> dict[str, Any]:
        """Return it as JSON."""
        sheets = [each.to_document() for each in self.indicator_sheets]
        return {"sheets": sheets, "faults": list(self.faults)}


def plan_indicators(store: Store, terms: Terms) -> IndicatorsPlan:
    """Return what the city's list of shared indicators would change in the sheets of the terms' edition."""
    edition, year = terms.form.at(terms.fiscal_year), terms.fiscal_year
    if indicator_paths(edition) is None:
        return IndicatorsPlan(
            faults=("この様式には指標の欄（[[summary]] の targets）がありません",)
        )
    planned: list[IndicatorSheet] = []
    faults: list[str] = []
    for indicator in terms.code_lists.plan_list.shared_indicators:
        values, wrong = _values(indicator, terms)
        faults += wrong
        for key in indicator.keys:
            head = store.head(store.id_of(key, year), year)
            if head is None:
                faults.append(f"「{indicator.name}」：{key} は登録されていません")
                continue
            sheet = head.with_values(values)
            changes = tuple(changes_between(head, sheet))
            planned.append(IndicatorSheet(sheet, indicator.name, changes))
    return IndicatorsPlan(tuple(planned), tuple(faults))


def _values(indicator: SharedIndicator, terms: Terms) -> tuple[dict[str, Any], list[str]]:
    """Return the values of an indicator by path, and a sentence for each that cannot be read."""
    edition = terms.form.at(terms.fiscal_year)
    values, faults = {}, []
    for path, value in indicator_values(indicator, edition):
        if isinstance(value, Unreadable):
            title = edition.by_path[path].title
            faults.append(f"「{indicator.name}」の「{title}」が読めません（{value.reason}）")
        else:
            values[path] = value
    return values, faults


def run_indicators(
    store: Store, terms: Terms, plan: IndicatorsPlan, source: Source, progress: Progress
) -> Iterator[Receipt]:
    """Put the indicators into the sheets that they change; yield the receipt of each."""
    for each in progress(plan.changed):
        yield from receive(store, terms, json_with_id(each.sheet), source)


__all__ = ["IndicatorSheet", "IndicatorsPlan", "plan_indicators", "run_indicators"]
