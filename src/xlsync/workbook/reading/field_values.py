"""The form's cells → values: each by its kind, computed ones reckoned anew, what cannot be read kept and named."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
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
    values: dict[str, Value] = field(default_factory=dict)
    unreadable: dict[str, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    live: dict[str, Share] = field(default_factory=dict)

    def remark(self, code: str, made: Field, **facts: str) -> None:
        """Add a finding on a field."""
        self.findings.append(finding(code, made.path, None, field=made.title, **facts))


def read_fields(
    edition: Edition,
    cells: Mapping[str, Cell],
    addresses: Mapping[str, str],
    states: Mapping[str, str] = _NO_STATES,
) -> Page:
    """Read the fields of a worksheet; `addresses` says where each lies, `states` why one has no address."""
    page = Page(edition)
    for made in edition.fields:
        if made.path not in addresses:
            ambiguous = states.get(made.path) == "ambiguous"
            page.remark("ambiguous-cell" if ambiguous else "lost-cell", made)
        else:
            _read(page, made, cells.get(addresses[made.path]))
    page.values.update(results(edition, page.live, page.values))
    return page


def _read(page: Page, made: Field, cell: Cell | None) -> None:
    if cell is None or (cell.value is None and cell.formula is None):
        page.values[made.path] = None
    elif cell.formula is not None:
        _read_formula(page, made, cell)
    elif isinstance(cell.value, CellError):
        _keep_unreadable(page, made, "cell-error", str(cell.value))
    else:
        _take(page, made, cell.value)
        if made.filled_by == "computed":
            page.remark("formula-replaced", made, shown=as_typed(cell.value))


def _read_formula(page: Page, made: Field, cell: Cell) -> None:
    own = (
        _OWN_FORMULA.fullmatch((cell.formula or "").replace(" ", ""))
        if made.path in page.edition.formulas
        else None
    )
    if own is not None:
        page.live[made.path] = Share(
            int(own["others"] or 0), int(own["issued"]) if own["issued"] else None
        )
    elif isinstance(cell.value, CellError):
        _keep_unreadable(page, made, "cell-error", str(cell.value))
    elif cell.value is None:
        _keep_unreadable(page, made, "formula-without-result", cell.formula or "")
    else:
        _take(page, made, cell.value)
        page.remark("formula", made, shown=as_typed(cell.value))


def _take(page: Page, made: Field, typed: Typed) -> None:
    read = made.kind.parse(typed)
    if isinstance(read, Unreadable):
        words = {"reason": read.reason, "expected": made.expected}
        _keep_unreadable(page, made, "unreadable", read.typed, **words)
        return
    page.values[made.path] = read.value
    if read.normalised and read.value is not None:
        page.remark("normalised", made, typed=as_typed(typed), shown=made.words(read.value))


def _keep_unreadable(page: Page, made: Field, code: str, typed: str, **facts: str) -> None:
    page.values[made.path] = None
    page.unreadable[made.path] = typed
    page.remark(code, made, typed=typed, **facts)


def formula_text(rule: BoundRule, addresses: Mapping[str, str], share: Share = ALONE) -> str:
    """Give the Excel formula of a computed field (without "="): blank until every part is a number.

    The share stands in the formula itself, so that a worksheet copied elsewhere keeps it.
    """
    parts = [addresses[part] for part in rule.parts]
    listed = ",".join(parts)
    result = f"{parts[0]}+{share.others}" if rule.check == PROGRAM_TOTAL else f"SUM({listed})"
    otherwise = '""' if share.issued is None else str(share.issued)
    return f"IF(COUNT({listed})={len(parts)},{result},{otherwise})"
