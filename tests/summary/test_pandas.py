"""A thousand sheets of twelve departments, reckoned a second time by pandas from nothing but their JSON."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import pytest

from tests import crowd
from xlsync.form.edition import Edition
from xlsync.summary import Figures, Item, figures_of
from xlsync.summary.export.table_formats import csv_of
from xlsync.summary.export.tidy import tidy_columns, tidy_rows
from xlsync.summary.figures.budget_reconciliation import Program, programs_of
from xlsync.summary.figures.ranking import largest, most_changed

NAMES = ["organization.department", "organization.division", "organization.section"]
CODES = ["budget.account", "budget.kan", "budget.kou", "budget.moku", "budget.program"]
BEFORE, AFTER = "costs.2016-settled.total_cost", "costs.2017-settled.total_cost"


@pytest.fixture(scope="module")
def items(edition: Edition) -> list[Item]:
    return crowd.items(edition, 1_000)


@pytest.fixture(scope="module")
def figures(items: Sequence[Item], edition: Edition) -> Figures:
    return figures_of(items, department=None, edition=edition)


@pytest.fixture(scope="module")
def frame(items: Sequence[Item]) -> Any:
    import pandas as pd

    return pd.json_normalize([item.sheet.to_document() for item in items])


def _numbers(frame: Any, path: str) -> Any:
    import pandas as pd

    return pd.to_numeric(frame[path], errors="coerce")


@pytest.mark.slow
def test_every_sum_of_every_group_is_what_pandas_gives(figures: Figures, frame: Any) -> None:
    import pandas as pd

    overview = figures.form_fields.overview
    assert overview is not None
    blocks = (*overview.measures, *overview.parts.parts, *overview.others)
    paths = [field.path for block in blocks for field in block.fields]
    assert len(paths) == 10 + 20 + 6
    checked = 0
    for depth in (1, 2, 3):
        numbers = pd.DataFrame({path: _numbers(frame, path) for path in paths})
        keyed = pd.concat([frame[NAMES[:depth]], numbers], axis=1).groupby(NAMES[:depth])
        sums, known, sizes = keyed[paths].sum(), keyed[paths].count(), keyed.size()
        for group in (g for g in figures.groups if len(g.names) == depth):
            at = group.names if depth > 1 else group.names[0]
            for path in paths:
                total = group.total(path)
                assert total.count == sizes.loc[at]
                assert total.count - total.missing == known.loc[at, path]
                assert float(total.amount) == pytest.approx(sums.loc[at, path])
                checked += 1
    assert checked == len(figures.groups) * len(paths)


@pytest.mark.slow
def test_every_program_reconciles_as_pandas_says(figures: Figures, frame: Any) -> None:
    deepest = [p for p in programs_of(figures) if len(p.codes) == len(CODES)]
    assert sum(len(p.projects) for p in deepest) == 1_000
    by_code = dict(list(frame.groupby(CODES)))
    told = {"一致": 0, "不一致": 0, "確認できません": 0}
    for program in deepest:
        told[_reckoned(figures, program, by_code[program.codes])] += 1
    assert min(told.values()) > 0


def _reckoned(figures: Figures, program: Program, rows: Any) -> str:
    """Compare a program's totals with pandas' and give what is said of it."""
    wrong = unknown = False
    for pair in figures.form_fields.program.totals:
        added, stated = _numbers(rows, pair.own.path), _numbers(rows, pair.stated.path)
        assert program.total(pair.own.path).amount == added.sum()
        if added.isna().any() or stated.isna().all():
            assert program.difference(pair) is None
            unknown = True
        else:
            difference = stated.iloc[0] - added.sum()
            assert program.difference(pair) == difference
            wrong |= difference != 0
    said = "不一致" if wrong else "確認できません" if unknown else "一致"
    assert program.agreement(figures.form_fields.program.totals) == said
    return said


def test_every_grade_is_counted_as_pandas_counts(figures: Figures, frame: Any) -> None:
    for scale in figures.form_fields.scales:
        tally = figures.tally(scale)
        counts = frame[scale.field.path].value_counts(dropna=False)
        assert list(tally.word_counts) == [counts.get(word, 0) for word in scale.words]
        assert tally.dash == counts.get("-", 0)
        assert tally.blank == frame[scale.field.path].isna().sum()


def test_the_largest_and_most_changed_are_those_of_pandas(figures: Figures, frame: Any) -> None:
    before, after = _numbers(frame, BEFORE), _numbers(frame, AFTER)
    overview = figures.form_fields.overview
    assert overview is not None
    pair = overview.compared
    assert pair is not None
    assert [field.path for field in pair] == [BEFORE, AFTER]
    top = frame.assign(rank=after).sort_values(["rank", "key"], ascending=[False, True])["key"]
    assert [m.project.sheet.key for m in largest(figures.projects, *pair, 5)] == list(top[:5])
    changes = frame.assign(rank=(after - before).abs())
    top = changes.sort_values(["rank", "key"], ascending=[False, True])["key"]
    assert [m.project.sheet.key for m in most_changed(figures.projects, *pair, 5)] == list(top[:5])


def test_the_csv_table_adds_up_in_pandas(figures: Figures, frame: Any, edition: Edition) -> None:
    import pandas as pd

    data = csv_of(tidy_columns(edition), tidy_rows(figures, edition))
    read = pd.read_csv(io.BytesIO(data), encoding="utf-8-sig", dtype={"budget.kan": str})
    assert len(read) == 4_000
    assert set(read["budget.kan"]) == {"02"}
    settled = read[read["period"] == "2017-settled"]
    assert settled["costs.total_cost"].sum() == _numbers(frame, AFTER).sum()
