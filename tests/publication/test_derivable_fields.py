"""What is not public and can be worked out all the same is told, and nothing else is: compared with the ranks of matrices."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import papers
from tests.expressions.expression_forms import computing
from tests.expressions.expression_forms import edition as expression_edition
from xlsync.form.edition import Edition
from xlsync.publication.derivable_fields import derivable_fields

COSTS = "costs.2017-settled"
SOURCES = [
    f"{COSTS}.sources.{name}"
    for name in ("national", "prefectural", "local_bonds", "other_specific", "general")
]
AMOUNTS = [
    *SOURCES,
    *(f"{COSTS}.{name}" for name in ("project_cost", "personnel_cost", "total_cost")),
]
TOTALS = [
    f"program_totals.2017-settled.{name}"
    for name in ("project_cost", "personnel_cost", "total_cost")
]


def hiding(*paths: str) -> Edition:
    """The official edition with some fields that are not public."""
    edition = papers.edition()
    assert set(paths) <= set(edition.by_path)
    fields = tuple(
        replace(field, entry=field.entry.model_copy(update={"public": field.path not in paths}))
        for field in edition.fields
    )
    return replace(edition, fields=fields)


@pytest.mark.parametrize(
    ("hidden", "derived"),
    [
        ([SOURCES[0]], {SOURCES[0]}),
        (SOURCES[:2], set()),
        ([f"{COSTS}.personnel_cost"], {f"{COSTS}.personnel_cost"}),
        ([f"{COSTS}.project_cost", SOURCES[0]], {f"{COSTS}.project_cost", SOURCES[0]}),
        (["purpose"], set()),
        ([], set()),
    ],
)
def test_one_blank_in_a_sum_is_given_away_and_two_are_not(
    hidden: list[str], derived: set[str]
) -> None:
    assert {each.hidden_field.path for each in derivable_fields(hiding(*hidden))} == derived


def test_the_officer_is_told_which_total_gives_a_field_away() -> None:
    (found,) = derivable_fields(hiding(f"{COSTS}.sources.general"))
    assert found.words.startswith("公表しない欄「")
    assert found.hidden_field.title in found.words
    assert found.total_field.title in found.words
    (whole,) = derivable_fields(hiding(TOTALS[2]))
    assert "公表する内訳の合計です" in whole.words


@settings(max_examples=60)
@given(st.sets(st.sampled_from([*AMOUNTS, *TOTALS])))
def test_exactly_what_the_published_totals_determine_is_told(hidden: set[str]) -> None:
    edition = hiding(*hidden)
    columns = sorted(hidden)
    rules = [rule for rule in edition.rules if rule.check in {"sum", "program-total"}]
    matrix = np.array(
        [[(path == rule.path) - rule.parts.count(path) for path in columns] for rule in rules],
        dtype=float,
    ).reshape(len(rules), len(columns))
    rank = np.linalg.matrix_rank(matrix) if columns else 0
    determined = {
        path
        for index, path in enumerate(columns)
        if np.linalg.matrix_rank(np.vstack([matrix, np.eye(len(columns))[index]])) == rank
    }
    assert {each.hidden_field.path for each in derivable_fields(edition)} == determined


def test_a_computed_expression_gives_its_last_hidden_part_away() -> None:
    text = computing(["「costの欄」+「incomeの欄」×2", "「costの欄」×「costの欄」"], [])
    whole = expression_edition(text)

    def told(*paths: str) -> set[str]:
        fields = tuple(
            replace(each, entry=each.entry.model_copy(update={"public": each.path not in paths}))
            for each in whole.fields
        )
        return {each.hidden_field.path for each in derivable_fields(replace(whole, fields=fields))}

    assert told("income") == {"income"}
    assert told("cost", "income") == {"cost", "income"}
    assert told("cost", "income", "made.v1") == set()
    assert told("made.v0") == {"made.v0"}
