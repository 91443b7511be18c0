"""What a form divides is, of several sheets together, the quotient of their sums, and no sum of quotients."""

from __future__ import annotations

from decimal import Decimal
from itertools import starmap

from hypothesis import given
from hypothesis import strategies as st

from tests import example_forms
from xlsync.computed import ALONE, results
from xlsync.exchange.lineage import combined
from xlsync.kinds import Value
from xlsync.sheet import Sheet

EDITION = example_forms.form("hojokin").at(example_forms.YEAR)
SHARES = (Decimal(1), Decimal("0.6"), Decimal("0.25"))


def calculated(grant: int, count: int) -> Sheet:
    """A sheet as its formulas leave it, with an amount and a count in one year."""
    values: dict[str, Value] = {"amounts.2026.grant": grant, "amounts.2026.count": Decimal(count)}
    sheet = Sheet(EDITION, "A-001", values)
    live = dict.fromkeys(EDITION.formulas, ALONE)
    return sheet.with_values(results(EDITION, live, sheet))


@given(
    st.lists(
        st.tuples(st.integers(0, 10**7), st.integers(1, 300)),
        min_size=1,
        max_size=3,
    )
)
def test_an_amount_for_each_is_the_whole_amount_over_the_whole_count(
    said: list[tuple[int, int]],
) -> None:
    parts = list(zip(starmap(calculated, said), SHARES, strict=False))
    sheet = combined(parts)
    grant, count = (sheet[f"amounts.2026.{word}"] for word in ("grant", "count"))
    assert grant == round_half_up(
        sum(share * g for (g, _), share in zip(said, SHARES, strict=False))
    )
    assert count == sum(share * n for (_, n), share in zip(said, SHARES, strict=False))
    assert isinstance(grant, int)
    assert isinstance(count, Decimal)
    assert sheet["amounts.2026.each"] == round_half_up(grant / count)


def round_half_up(number: Decimal | int) -> int:
    return int(Decimal(number) + Decimal("0.5"))


def test_a_quotient_that_somebody_typed_over_is_not_known_of_two_sheets_together() -> None:
    typed = calculated(1000, 10).with_values({"amounts.2026.each": 7})
    sheet = combined([(typed, Decimal(1)), (calculated(500, 5), Decimal(1))])
    assert sheet["amounts.2026.grant"] == 1500
    assert sheet["amounts.2026.each"] is None
