"""Laws over any rule: it is refused with a reason, or no sheet makes it raise, and Excel gets a formula it can bear."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import papers
from tests.rules.ruled import CODE, filled, ruled
from tests.strategies import sheets
from xlsync.checks import Context, check
from xlsync.errors import FormError
from xlsync.form.suitable import WANTED
from xlsync.rules import Given, lines_of
from xlsync.workbook.checks.hidden_sheet import CheckSheet
from xlsync.workbook.template.excel_limits import fault_of

pytestmark = pytest.mark.slow

_ENTRIES = papers.edition().definition.field
_ANY = st.sampled_from([entry.path for entry in _ENTRIES])


def _suited(check: str, axis: str) -> st.SearchStrategy[str]:
    """Paths of fields of the kinds a check is for on one axis, and now and then any other."""
    paths = [entry.path for entry in _ENTRIES if entry.kind in WANTED[check]]
    on_axis = [path for path in paths if _axis(path) == axis] or paths
    return st.integers(0, 9).flatmap(lambda n: _ANY if n == 0 else st.sampled_from(on_axis))


def _axis(path: str) -> str:
    return path.partition("{")[2].partition("}")[0]


_NONE: list[list[str]] = [[]]
_OMITTED: dict[str, list[list[str]]] = {
    "period": [["{+1}-initial"], ["{+1}-initial"], ["{-1}-settled", "{0}-initial", "{+1}-initial"]],
    "year": [[], ["{-1}"]],
    "target_year": [[], ["{0}", "{+1}"]],
    "": [[]],
}
_FIELDS = {
    "sum": ("total", "parts"),
    "program-total": ("total", "of"),
    "personnel-cost": ("total", "persons", "hours"),
    "at-most": ("of", "limit"),
    "ratio": ("of", "by"),
    "unit-slip": ("of", "parts"),
    "one-of": ("of", "others"),
    "order": ("of", "after"),
    "dash-with": ("of", "with"),
    "target": ("of", "target"),
    "scale": ("of", "with"),
}
_LISTED = frozenset({"parts", "others"})
_NUMBERS: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "sum": {"tolerance": st.integers(0, 9)},
    "range": {"most": st.integers(-5, 5000)},
    "ratio": {"least": st.integers(1, 20), "most": st.integers(10, 5000)},
    "unit-slip": {"most": st.integers(1, 5000)},
    "length": {"most": st.integers(1, 50)},
    "pattern": {"mask": st.text('#@?あ"-', min_size=1, max_size=9)},
    "change": {"percent": st.integers(1, 300)},
    "carried-over": {"least": st.integers(1, 30)},
}
_SENTENCES = st.text('あ{}"&field:!', max_size=12).filter(bool)


@st.composite
def rules(draw: st.DrawFn) -> str:
    """The lines of a rule of any check over any fields, sound or not."""
    name = draw(st.sampled_from(sorted(WANTED)))
    said: dict[str, Any] = {"check": name}
    axis = draw(st.sampled_from(["period", "period", "year", "target_year", ""]))
    for key in _FIELDS.get(name, ("of",)):
        path = _suited(name, axis)
        said[key] = draw(
            st.lists(path, min_size=1, max_size=3, unique=True) if key in _LISTED else path
        )
    said |= {key: draw(one) for key, one in _NUMBERS.get(name, {}).items()}
    said["omit"] = draw(st.sampled_from([*_OMITTED[axis], *_NONE]))
    if draw(st.integers(0, 3)) == 0:
        said["sentence"] = draw(_SENTENCES)
    return "\n".join(
        f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in said.items()
    )


@given(rules(), st.data())
def test_a_rule_is_refused_or_no_sheet_makes_it_raise(entry: str, data: st.DataObject) -> None:
    try:
        edition = ruled(entry)
        lines = lines_of(edition)
    except FormError as fault:
        assert CODE in fault.reason  # noqa: PT017 - refusing is as good
        assert "should" not in fault.reason  # noqa: PT017
        return
    finally:
        ruled.cache_clear()
    sheet = data.draw(sheets(edition, key=papers.CLEAN))
    last = data.draw(sheets(papers.edition(2017), key=papers.CLEAN))
    found = check(sheet, Context(last_year=last))
    assert all(one.message for one in found if one.code == CODE)
    said = [line.finding(Given(sheet)) for line in lines if line.code == CODE]
    assert [one.path for one in said if one] == [
        one.path for one in check(sheet) if one.code == CODE and one.path in _of(lines)
    ]


def _of(lines: tuple[Any, ...]) -> set[str]:
    return {line.path for line in lines if line.code == CODE}


@given(rules())
def test_a_rule_is_refused_or_excel_can_bear_its_formula(entry: str) -> None:
    try:
        edition = ruled(entry)
        lines_of(edition)
    except FormError:
        return
    finally:
        ruled.cache_clear()
    places = CheckSheet(
        edition, "評価シート", {p: f"A{n}" for n, p in enumerate(edition.by_path, 1)}
    )
    formulas = [line.formula(places.addresses) for line in places.lines if line.code == CODE]
    assert [fault_of(formula) for formula in formulas if fault_of(formula)] == []


def test_a_sheet_of_another_years_facts_is_no_stumbling_block() -> None:
    edition = ruled('check = "carried-over"\nof = "purpose"\nleast = 1')
    last = filled(papers.edition(2017), {"purpose": "-"})
    assert [
        f.code for f in check(filled(edition, {"purpose": "あ"}), Context(last_year=last))
    ].count(CODE) == 0
