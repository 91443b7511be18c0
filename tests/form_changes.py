"""Changes that a planning office makes to a form in mid-year, each alone or several together."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.cities import WORKSHEET
from tests.papers import NO_PLAN_OF_PLEDGES, NO_ROOM_FOR_PLEDGE, form_folder, in_field
from xlsync.ooxml import patch_cells

_FITS_OUTLINE: Final = 'code = "fits-outline"\nof = "{}"'


@dataclass(frozen=True)
class Change:
    """Texts of form.toml that are replaced, what is added to it, and cells of the drawing."""

    replaced: tuple[tuple[str, str], ...] = ()
    added: str = ""
    cells: Mapping[str, str | None] | None = None


FIELD: Final = """
[[field]]
path = "supplement"
label = "補足"
part = "purpose"
kind = "text"
filled-by = "staff"
required = "never"
"""
RULE: Final = """
[[rule]]
check = "range"
code = "small"
of = "costs.{period}.project_cost"
most = 1
"""
_FITS_PLAN: Final = (
    '[[rule]]\ncheck = "fits"\ncode = "fits-individual-plan"\nof = "individual_plan"\n'
)
SWAPPED: Final = {
    "A25": "事業の概要",
    "B25": "[[outline]]",
    "A32": "事業の目的",
    "B32": "[[purpose]]",
}
CHANGES: Final[Mapping[str, Change]] = {
    "added": Change(added=FIELD, cells={"AE20": "[[supplement]]"}),
    "dropped": Change(
        (
            ("[[field]]\n" + in_field("mayoral_pledge", "path", "path")[0], ""),
            NO_ROOM_FOR_PLEDGE,
            NO_PLAN_OF_PLEDGES,
        ),
        cells={"C13": None},
    ),
    "renamed": Change(
        (
            in_field("outline", 'path = "outline"', 'path = "plan.outline"\nformer = ["outline"]'),
            (_FITS_OUTLINE.format("outline"), _FITS_OUTLINE.format("plan.outline")),
        ),
        cells={"B32": "[[plan.outline]]"},
    ),
    "another part": Change((in_field("purpose", 'part = "purpose"', 'part = "years"'),)),
    "reworded": Change((('"A 任意的事業"', '"A 任意の事業"'),)),
    "another kind": Change(
        (
            in_field("individual_plan", 'kind = "text"\nmultiline = true', 'kind = "code"'),
            (_FITS_PLAN, ""),
        )
    ),
    "redrawn": Change(cells=SWAPPED),
    "rule": Change(added=RULE),
}


def changed_form(folder: Path, names: Collection[str]) -> Path:
    """A folder with the shipped form and these changes."""
    changes = [change for name, change in CHANGES.items() if name in names]
    replaced = [pair for change in changes for pair in change.replaced]
    form_folder(folder, *replaced, added="".join(change.added for change in changes))
    cells: dict[str, str | None] = {}
    for change in changes:
        cells |= change.cells or {}
    if {"renamed", "redrawn"} <= set(names):
        cells["B25"], cells["B32"] = "[[plan.outline]]", "[[purpose]]"
    if cells:
        drawing = folder / "drawing.xlsx"
        drawing.write_bytes(patch_cells(drawing.read_bytes(), {WORKSHEET: cells}))
    return folder
