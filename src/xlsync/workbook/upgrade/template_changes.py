"""What the templates of two versions of a form draw differently: the page, its lists and formats, other worksheets."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from xlsync.ooxml.opc.package import Package
from xlsync.ooxml.opc.workbook_part import read_workbook_part
from xlsync.ooxml.patch.package_editor import PackageEdit
from xlsync.ooxml.patch.rules_replacement import without_rules

if TYPE_CHECKING:
    from xlsync.workbook.template.template import Template

_DIFFERENTIAL_FORMATS: Final = re.compile(r"<dxfs[ >].*?</dxfs>|<dxfs[^>]*/>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class TemplateChanges:
    """Of two templates that draw the same pages: of which of these lists and formats differ, and which worksheets do not.

    Conditional formats and the sizes, fonts and colours of cells are the page's; the values that cells accept are its lists.
    """

    changed_pages: frozenset[str]
    same_worksheets: frozenset[str]


def changes_on_same_page(old: Template, new: Template) -> TemplateChanges | None:
    """Return what two templates draw differently; None where that is more than lists, conditional formats and checks.

    Every field must stand in the same cell, and be of the same kind.
    """
    pages = old.edition.worksheets
    if pages != new.edition.worksheets or _kinds_by_cell(old) != _kinds_by_cell(new):
        return None
    return _drawn_changes(old.data, new.data, pages)


def _kinds_by_cell(template: Template) -> Mapping[str, str]:
    fields = template.edition.by_path
    return {address: fields[path].kind.name for path, address in template.addresses.items()}


@lru_cache(maxsize=8)
def _drawn_changes(old: bytes, new: bytes, pages: tuple[str, ...]) -> TemplateChanges | None:
    before, after = _texts(old), _texts(new)
    are_same = all(without_rules(before[page]) == without_rules(after[page]) for page in pages)
    if not are_same or _styles(old) != _styles(new):
        return None
    same = frozenset(title for title, text in after.items() if before.get(title) == text)
    return TemplateChanges(frozenset(pages) - same, same)


def _texts(data: bytes) -> dict[str, str]:
    """Return the text of each worksheet's part, by title."""
    edit = PackageEdit(data)
    return {entry.title: edit.text(entry.part) for entry in edit.workbook.worksheets}


def _styles(data: bytes) -> str:
    """Return the styles of a template without those of conditional formats, as text."""
    package = Package.open(data)
    part = read_workbook_part(package).target(package, "styles")
    text = "" if part is None else package.part(part).decode()
    return _DIFFERENTIAL_FORMATS.sub("", text)


__all__ = ["TemplateChanges", "changes_on_same_page"]
