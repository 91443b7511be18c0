"""▼ in the cells that name a plan (施策): the codes and names of the city's list, each level by what stands above it.

The list is the city's and not the form's, so it is put into a template that is built already. Other text may be typed: what is
in no list is a finding, with the nearest entry.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from xlsync.kinds import DASH
from xlsync.ooxml.a1 import column_letters, split_reference
from xlsync.ooxml.patch.package_editor import PackageEdit
from xlsync.ooxml.patch.patch import put_cells
from xlsync.ooxml.read.reader import Workbook
from xlsync.ooxml.titled_references import on_worksheet, reference_to, seen_from, split_title
from xlsync.ooxml.xml.encoding import escaped
from xlsync.plan_lines import plan_lines
from xlsync.workbook.stamp import HIDDEN_WORKSHEET
from xlsync.workbook.template.template import build_template

if TYPE_CHECKING:
    from xlsync.form.library import Form
    from xlsync.plan_lines import PlanLine
    from xlsync.plan_list import PlanEntry, PlanList
    from xlsync.workbook.template.template import Template

_MARK: Final = "|"
"""Before each code of a key, so that Excel compares it as text."""
_LONGEST: Final = 255
_BLANK: Final = re.compile(r'<dataValidation (sqref="(?P<cell>[A-Z]+[0-9]+)"[^>]*)/>')


class _Choices(NamedTuple):
    """Two columns of the hidden worksheet: the range of the keys, that of the choices, and the cell above these."""

    key_range: str
    choice_range: str
    cell_above: str


@dataclass
class _Lists:
    """The columns of lists on the hidden worksheet: each choice beside the key of what stands above it."""

    next_column: int
    hidden_cells: dict[tuple[str, str], str] = field(default_factory=dict)
    choices_by_name: dict[tuple[str, int], _Choices] = field(default_factory=dict)

    def of(
        self, name: tuple[str, int], pairs: Iterable[tuple[str, str]], count: int | None = None
    ) -> _Choices | None:
        """Return the columns of a plan's level, written once; None where it has no choices.

        `count` is how many of the choices are shown where nothing above them is chosen, None for all.
        """
        if name not in self.choices_by_name:
            listed = list(pairs)
            if not listed:
                return None
            self.choices_by_name[name] = self._add(listed, len(listed) if count is None else count)
        return self.choices_by_name[name]

    def _add(self, pairs: Sequence[tuple[str, str]], count: int) -> _Choices:
        letters = [column_letters(self.next_column + at) for at in range(2)]
        for row, texts in enumerate(pairs, start=2):
            for letter, text in zip(letters, texts, strict=True):
                self.hidden_cells[HIDDEN_WORKSHEET, f"{letter}{row}"] = text
        self.next_column += 2
        keys, every = (
            f"{HIDDEN_WORKSHEET}!${letter}$2:${letter}${last + 1}"
            for letter, last in zip(letters, (len(pairs), count), strict=True)
        )
        return _Choices(keys, every, f"{HIDDEN_WORKSHEET}!${letters[1]}$1")


@lru_cache(maxsize=8)
def template_with_plans(
    form: Form, year: int, plan_list: PlanList, *, is_trial: bool = False
) -> Template:
    """Return the template of an edition with the city's 施策 of its year in the pull-downs of the fields that name them."""
    template = build_template(form, year, is_trial=is_trial)
    edition, by_path = template.edition, dict[str, str]()
    edit = PackageEdit(template.data)
    used = Workbook(edit.package).cells(HIDDEN_WORKSHEET)
    lists = _Lists(max(split_reference(address)[1] for address in used) + 1)
    for line in plan_lines(edition):
        entries = plan_list.in_year(line.plan_name, year)
        by_path |= _formulas_of(line, entries, template, lists) if entries else {}
    if not by_path:
        return template
    put_cells(edit, lists.hidden_cells, stale="keep")
    references = {path: template.addresses[path] for path in by_path}
    for title in edition.worksheets:
        cells = on_worksheet(references, title, edition.worksheet)
        entry = edit.workbook.worksheet(title)
        if cells and entry is not None:
            formulas = {address: by_path[path] for path, address in cells.items()}
            edit.put(entry.part, _with_formulas(edit.text(entry.part), formulas))
    return replace(template, data=edit.finished())


def _formulas_of(
    line: PlanLine, entries: Sequence[PlanEntry], template: Template, lists: _Lists
) -> dict[str, str]:
    """Return the formula of the choices of each field of a line by path; lines of one plan share their lists."""
    paths, formulas = line.code_paths, dict[str, str]()
    for level, path in enumerate(paths):
        choices = lists.of((line.plan_name, level), _codes(entries, level))
        above = _cells_above(template, path, paths[:level])
        formulas |= {path: _formula(choices, above)} if choices else {}
    if line.name_path:
        choices = lists.of((line.plan_name, -1), _names(entries, len(paths)), len(entries))
        above = _cells_above(template, line.name_path, paths)
        formulas |= {line.name_path: _formula(choices, above, is_unique=True)} if choices else {}
    return formulas


def _cells_above(template: Template, path: str, above: Sequence[str]) -> list[str]:
    """Return the cells of the codes above a field, as a formula in its cell refers to them wherever it is copied to."""
    addresses = template.addresses
    _, seen = seen_from(addresses, addresses[path], template.edition.worksheet)
    return [_absolute(seen[code]) for code in above]


def _codes(entries: Sequence[PlanEntry], level: int) -> Iterator[tuple[str, str]]:
    """Yield the codes of a level once each, those with the same codes above one after the other."""
    pairs = dict.fromkeys(
        (_key(each.codes[:level]), each.codes[level]) for each in entries if len(each.codes) > level
    )
    yield from _by_key(list(pairs))


def _names(entries: Sequence[PlanEntry], levels: int) -> Iterator[tuple[str, str]]:
    """Yield the names, each with all codes of its entry; then again those with levels that say nothing, as "-"."""
    for filler in ("", DASH):
        for each in entries:
            if filler == "" or len(each.codes) < levels:
                yield _key((*each.codes, *[filler] * (levels - len(each.codes)))), each.name


def _by_key(pairs: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    order = list(dict.fromkeys(key for key, _ in pairs))
    yield from sorted(pairs, key=lambda pair: order.index(pair[0]))


def _key(codes: Sequence[str]) -> str:
    return "".join(f"{_MARK}{code}" for code in codes)


def _formula(choices: _Choices, above: Sequence[str], *, is_unique: bool = False) -> str:
    """Return the choices that stand behind the key of the cells above, all of them where there is none such.

    All, too, where that would be longer than Excel takes it: where the codes stand on another worksheet of a long title.
    """
    if not above:
        return choices.choice_range
    key = "&".join(f'"{_MARK}"&{cell}' for cell in above)
    match = f"MATCH({key},{choices.key_range},0)"
    height = "1" if is_unique else f"COUNTIF({choices.key_range},{key})"
    behind = f"OFFSET({choices.cell_above},{match},0,{height},1)"
    formula = f"IF(ISNUMBER({match}),{behind},{choices.choice_range})"
    return formula if len(formula) <= _LONGEST else choices.choice_range


def _with_formulas(text: str, formulas: Mapping[str, str]) -> str:
    """Return the page with lists in the validations of cells that have none."""

    def listed(rule: re.Match[str]) -> str:
        formula = formulas.get(rule["cell"])
        if formula is None or " type=" in rule[1]:
            return rule[0]
        return (
            f'<dataValidation type="list" {rule[1]}>'
            f"<formula1>{escaped(formula)}</formula1></dataValidation>"
        )

    return _BLANK.sub(listed, text)


def _absolute(reference: str) -> str:
    title, address = split_title(reference, "")
    row, column = split_reference(address)
    return reference_to(title, f"${column_letters(column)}${row}", "")


__all__ = ["template_with_plans"]
