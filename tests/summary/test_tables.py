"""The tidy table: one row per project and column of the form, the same in CSV, JSON and Parquet."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from typing import Any

import jsonschema
import pyarrow.parquet
import pytest

from tests.summary.conftest import MakeCity
from xlsync.errors import SettingsError
from xlsync.form.edition import Edition
from xlsync.kinds import DASH
from xlsync.sheet import Sheet
from xlsync.summary import Item, figures_of
from xlsync.summary.export.table_formats import csv_of, parquet_of
from xlsync.summary.export.tidy import (
    Row,
    TidyColumn,
    tidy_columns,
    tidy_document,
    tidy_json,
    tidy_rows,
    tidy_schema,
)


@pytest.fixture(scope="module")
def columns(edition: Edition) -> list[TidyColumn]:
    return tidy_columns(edition)


def _rows(items: Sequence[Item], edition: Edition) -> list[Row]:
    return list(tidy_rows(figures_of(items, department=None, edition=edition), edition))


def _one(rows: Sequence[Row], key: str, period: str) -> Row:
    return next(row for row in rows if (row["key"], row["period"]) == (key, period))


def test_a_row_is_a_project_in_one_column_of_the_form(
    five_items: Sequence[Item], edition: Edition
) -> None:
    rows = _rows(five_items, edition)
    assert len(rows) == 5 * 4
    row = _one(rows, "01-02-01-08-15-01", "2017-settled")
    assert {name: row[name] for name in EXPECTED} == EXPECTED


EXPECTED: Mapping[str, Any] = {
    "period_label": "H29年度決算",
    "fiscal_year": 2017,
    "organization.section": "情報システム係",
    "budget.account": "01",
    "project.name": "情報通信ネットワーク運営業務",
    "costs.project_cost": 87_644,
    "costs.sources.general": 87_644,
    "costs.regular_staff_fte": 1.5,
    "program_totals.total_cost": 99_224,
    "indicator.targets": "280分以内",
    "indicator.targets.value": 280,
    "indicator.targets.unit": "分",
    "indicator.targets.bound": "以内",
    "indicator.actuals.value": 90,
    "years.overall": "B:成果・費用対効果の向上に努めつつ継続実施",
    "state": "提出済",
}


def test_blank_and_dash_and_greyed_are_no_numbers_and_are_told_apart(
    five: Sequence[Sheet], edition: Edition
) -> None:
    path = "costs.2017-settled.sources.national"
    dashed = five[0].with_values({path: DASH})
    torn = five[1].with_values(unreadable={path: "未定"})
    rows = _rows([Item(dashed), Item(torn)], edition)
    first = _one(rows, five[0].key, "2017-settled")
    second = _one(rows, five[1].key, "2017-settled")
    assert (first["costs.sources.national"], first["dashes"]) == (None, "costs.sources.national")
    assert (second["dashes"], second["unreadable"]) == (None, "costs.sources.national")
    assert _one(rows, five[0].key, "2016-settled")["dashes"] is None
    assert _one(rows, five[0].key, "2019-initial")["costs.personnel_cost"] is None


def test_the_table_adds_up_to_the_summary(make_city: MakeCity, edition: Edition) -> None:
    items = make_city(60, 3)
    figures = figures_of(items, department=None, edition=edition)
    rows = _rows(items, edition)
    for period in ("2016-settled", "2017-settled", "2018-initial"):
        for measure in ("project_cost", "sources.local_bonds", "regular_staff_fte"):
            cells = [row[f"costs.{measure}"] for row in rows if row["period"] == period]
            total = figures.total(f"costs.{period}.{measure}")
            known = [cell for cell in cells if isinstance(cell, int | float)]
            assert sum(known) == pytest.approx(float(total.amount))
            assert cells.count(None) == total.missing


def test_csv_is_made_for_excel(
    five_items: Sequence[Item], edition: Edition, columns: list[TidyColumn]
) -> None:
    data = csv_of(columns, _rows(five_items, edition))
    assert data.startswith(b"\xef\xbb\xbfkey,period,")
    assert data.count(b"\r\n") == 21


@pytest.mark.parametrize("text", ["=1+1", "+81", "-2+3", "@SUM(A1)", "\t=1", "＝1", "＋1", "－1"])
def test_no_text_in_csv_is_a_formula_to_excel(
    five: Sequence[Sheet], edition: Edition, columns: list[TidyColumn], text: str
) -> None:
    named = five[0].with_values({"project.name": text, "mayoral_pledge": "-"})
    data = csv_of(columns, _rows([Item(named)], edition)).decode("utf-8-sig")
    row = next(csv.DictReader(io.StringIO(data, newline="")))
    assert (row["project.name"], row["mayoral_pledge"]) == (f"'{text}", "-")
    document = tidy_document(
        figures_of([Item(named)], department=None, edition=edition), edition, ""
    )
    assert document["rows"][0]["project.name"] == text  # only Excel is in danger


def test_negative_numbers_stay_numbers(
    five: Sequence[Sheet], edition: Edition, columns: list[TidyColumn]
) -> None:
    values = {"costs.2016-settled.project_cost": -350}
    data = csv_of(columns, _rows([Item(five[0].with_values(values))], edition))
    row = next(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert row["costs.project_cost"] == "-350"


def test_json_is_what_its_schema_says(make_city: MakeCity, edition: Edition) -> None:
    schema = tidy_schema(edition)
    jsonschema.Draft202012Validator.check_schema(schema)
    judge = jsonschema.Draft202012Validator(schema)
    figures = figures_of(make_city(40, 5), department=None, edition=edition)
    document = json.loads(tidy_json(tidy_document(figures, edition, "2018-09-03")))
    assert list(judge.iter_errors(document)) == []
    spoiled: list[dict[str, Any]] = [{"rows": [{}]}, {"edition": 2019}, {"extra": 1}]
    for wrong in spoiled:
        assert list(judge.iter_errors({**document, **wrong}))
    document["rows"][0]["costs.project_cost"] = "1"
    assert list(judge.iter_errors(document))


def test_parquet_holds_the_same_table(
    make_city: MakeCity, edition: Edition, columns: list[TidyColumn]
) -> None:
    rows = _rows(make_city(30, 2), edition)
    table = pyarrow.parquet.read_table(io.BytesIO(parquet_of(columns, rows)))
    assert table.to_pylist() == rows
    assert str(table.schema.field("costs.project_cost").type) == "int64"


def test_without_its_library_parquet_says_what_to_do(
    columns: list[TidyColumn], monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_module(name: str) -> Any:
        raise ImportError(name)

    monkeypatch.setattr("xlsync.summary.export.table_formats.importlib.import_module", no_module)
    with pytest.raises(SettingsError, match=r"xlsync\[parquet\]"):
        parquet_of(columns, [])


def test_no_column_is_named_twice_and_long_texts_stay_out(columns: list[TidyColumn]) -> None:
    names = [column.name for column in columns]
    assert len(names) == len(set(names))
    assert "purpose" not in names
    assert not [name for name in names if "2017" in name]
