"""The form's cells → values: each by its kind, computed ones computed again, what cannot be read kept and named."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from xlsync.computed import ALONE, PROGRAM_TOTAL, Share, results
from xlsync.finding import Finding, finding
from xlsync.kinds import Typed, Unreadable, Value, as_typed
from xlsync.ooxml.read.reader import Cell, CellError

if TYPE_CHECKING:
    from xlsync.form.edition import BoundRule, Edition, Field

_OWN_FORMULA = re.compile(
    r"=?IF\(COUNT\([A-Z$0-9,;:]+\)=\d+,(?:SUM\([A-Z$0-9,;:]+\)|[A-Z$0-9]+\+\(?(?P<others>-?\d+)\)?),"
    r'(?:""|(?P<issued>-?\d+))\)'
)

_NO_STATES: Mapping[str, str] = MappingProxyType({})


@dataclass
class Page:
    """What was read of one worksheet: values, unreadable texts and findings; `live` holds the shares of own formulas."""

    edition: Edition
    values: dict[str, Value] = dataclasses.field(default_factory=dict)
    unreadable: dict[str, str] = dataclasses.field(default_factory=dict)
    findings: list[Finding] = dataclasses.field(default_factory=list)
    live: dict[str, Share] = dataclasses.field(default_factory=dict)

    def remark(self, code: str, field: Field, **facts: str) -> None:
        """Add a finding on a field."""
        self.findings.append(finding(code, field.path, None, field=field.title, **facts))


def read_fields(
    edition: Edition,
    cells: Mapping[str, Cell],
    addresses: Mapping[str, str],
    states: Mapping[str, str] = _NO_STATES,
) -> Page:
    """Read the fields of a worksheet; `addresses` says where each lies, `states` why one has no address."""
    page = Page(edition)
    for field in edition.fields:
        if field.path not in addresses:
            ambiguous = states.get(field.path) == "ambiguous"
            page.remark("ambiguous-cell" if ambiguous else "lost-cell", field)
        else:
            _read(page, field, cells.get(addresses[field.path]))
    page.values.update(results(edition, page.live, page.values))
    return page


def _read(page: Page, field: Field, cell: Cell | None) -> None:
    if cell is None or (cell.value is None and cell.formula is None):
        page.values[field.path] = None
    elif cell.formula is not None:
        _read_formula(page, field, cell)
    elif isinstance(cell.value, CellError):
        _keep_unreadable(page, field, "cell-error", str(cell.value))
    else:
        _take(page, field, cell.value)
        if field.filled_by == "computed":
            page.remark("formula-replaced", field, shown=as_typed(cell.value))


def _read_formula(page: Page, field: Field, cell: Cell) -> None:
    own = (
        _OWN_FORMULA.fullmatch((cell.formula or "").replace(" ", ""))
        if field.path in page.edition.formulas
        else None
    )
    if own is not None:
        page.live[field.path] = Share(
            int(own["others"] or 0), int(own["issued"]) if own["issued"] else None
        )
    elif isinstance(cell.value, CellError):
        _keep_unreadable(page, field, "cell-error", str(cell.value))
    elif cell.value is None:
        _keep_unreadable(page, field, "formula-without-result", cell.formula or "")
    else:
        _take(page, field, cell.value)
        page.remark("formula", field, shown=as_typed(cell.value))


def _take(page: Page, field: Field, typed: Typed) -> None:
    read = field.kind.parse(typed)
    if isinstance(read, Unreadable):
        words = {"reason": read.reason, "expected": field.expected}
        _keep_unreadable(page, field, "unreadable", read.typed, **words)
        return
    page.values[field.path] = read.value
    if read.normalised and read.value is not None:
        page.remark("normalised", field, typed=as_typed(typed), shown=field.words(read.value))


def _keep_unreadable(page: Page, field: Field, code: str, typed: str, **facts: str) -> None:
    page.values[field.path] = None
    page.unreadable[field.path] = typed
    page.remark(code, field, typed=typed, **facts)


def formula_text(rule: BoundRule, addresses: Mapping[str, str], share: Share = ALONE) -> str:
    """Return the Excel formula of a computed field, without "=": it is blank until every part is a number.

    The share stands in the formula itself, so that a worksheet copied elsewhere keeps it.
    """
    parts = [addresses[part] for part in rule.parts]
    listed = ",".join(parts)
    result = f"{parts[0]}+{share.others}" if rule.check == PROGRAM_TOTAL else f"SUM({listed})"
    otherwise = '""' if share.issued is None else str(share.issued)
    return f"IF(COUNT({listed})={len(parts)},{result},{otherwise})"
