"""Law 7: the schema accepts every sheet the reader accepts, and rejects each single-field corruption."""

from __future__ import annotations

from functools import cache
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import papers
from tests.strategies import sheets
from xlsync.form.json_schema import schema_of
from xlsync.kinds import Amount
from xlsync.kinds.value import Parsed
from xlsync.sheet import Sheet

PATHS = [row["path"] for row in papers.field_table()]
CORRUPT: dict[str, tuple[Any, ...]] = {
    "text": (5, "", "　", True, ["あ"], {"text": "あ"}),
    "choice": (5, "", " ", False, ["有"]),
    "code": (1, "1", "001", "０１", "", "--"),
    "money": ("12", 1.5, "1,000", "", True, "千円", [1], 10**13),
    "measure": ("2.5", "", True, "人", [2.5], 10**10),
    "quantity": (
        8098,
        "",
        True,
        {"value": 5},
        {"unit": "件"},
        {"value": "5", "unit": "件"},
        {"value": 5, "unit": 5},
        {"value": 5, "unit": "件", "bound": "くらい"},
        {"value": 5, "unit": "件", "more": 1},
        {"value": None, "unit": ""},
        {"value": 5, "unit": "12"},
        {"value": 5, "unit": "件以上"},
        {"value": 5, "unit": "一二三四五六七八九十人"},
        {"value": 5, "unit": "人 日"},
        {"value": 5, "unit": " "},
        {"value": 5, "unit": "㎡²"},
        {"value": 5, "unit": "①"},
        {"value": 5},
        {"value": 10**15, "unit": "件"},
        {"value": -(10**15), "unit": "件"},
        {"value": 5, "unit": "件", "bound": ""},
        {"value": 5, "unit": "件", "bound": None},
        {"value": 5, "unit": "件", "unit2": "人"},
    ),
}


@cache
def validator(year: int = papers.EDITION) -> jsonschema.Draft202012Validator:
    schema = schema_of(papers.edition(year))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


@pytest.mark.parametrize("key", papers.KEYS)
def test_the_official_sheets_are_accepted(key: str) -> None:
    validator().validate(papers.official_document(key))
    validator().validate(papers.sheet(key).with_revision(12).to_document())


@given(sheet=sheets(papers.edition()))
def test_any_sheet_is_accepted(sheet: Sheet) -> None:
    validator().validate(sheet.to_document())
    validator().validate(sheet.with_revision(3).to_document())


@pytest.mark.parametrize("row", papers.field_table(), ids=PATHS)
def test_each_corruption_of_one_field_is_rejected(row: dict[str, str]) -> None:
    for wrong in CORRUPT[row["kind"]]:
        document = papers.official_document()
        papers.put(document, row["path"], wrong)
        assert not validator().is_valid(document), wrong


@given(row=st.sampled_from(papers.field_table()), data=st.data())
def test_a_field_missing_or_doubled_is_rejected(row: dict[str, str], data: st.DataObject) -> None:
    document: Any = papers.official_document()
    here, *above = document, *row["path"].split(".")
    for step in above[:-1]:
        here = here[int(step)] if isinstance(here, list) else here[step]
    if isinstance(here, list):
        here.pop() if data.draw(st.booleans()) else here.append("-")
    elif data.draw(st.booleans()):
        del here[above[-1]]
    else:
        here[above[-1] + "x"] = None
    assert not validator().is_valid(document)


@pytest.mark.parametrize(
    ("path", "wrong"),
    [
        ("form", "other"), ("edition", 2019), ("edition", "2018"), ("key", "01-02-01-08-14"), ("key", 5),
        ("key", "01-02-01-08-14-1"), ("costs", []), ("comprehensive_strategy", {}), ("strategic_plan.codes", ["-", "-"]),
        ("costs.2019-initial", {"project_cost": 0}), ("years.2017", None),
    ],
)  # fmt: skip
def test_a_wrong_frame_is_rejected(path: str, wrong: Any) -> None:
    document = papers.official_document()
    papers.put(document, path, wrong)
    assert not validator().is_valid(document)


@pytest.mark.parametrize(
    "extra",
    [
        {"revision": 0}, {"revision": "1"}, {"revision": 1.5}, {"unreadable": {"nowhere": "x"}}, {"unreadable": []},
        {"unreadable": {"costs.2017-settled.sources.general": 5}}, {"note": "x"}, {"note": {}},
    ],
)  # fmt: skip
def test_a_wrong_head_is_rejected(extra: dict[str, Any]) -> None:
    assert not validator().is_valid({**papers.official_document(), **extra})


@pytest.mark.parametrize("unit", ["", "件", "%", "千円", "人日", "一二三四五六七八九十", "km/h"])
@pytest.mark.parametrize("bound", [None, "以上", "以内"])
def test_a_quantity_of_any_unit_that_is_read_is_accepted(unit: str, bound: str | None) -> None:
    document: Any = papers.official_document()
    quantity: dict[str, Any] = {"value": 5, "unit": unit}
    if bound is not None:
        quantity["bound"] = bound
    document["indicator"]["targets"]["2018"] = quantity
    assert validator().is_valid(document)
    read = Amount().parse(f"5{unit}{bound or ''}")
    assert isinstance(read, Parsed)
    assert Amount().to_json(read.value) == quantity


@pytest.mark.parametrize(
    "path",
    ["costs", "costs.2017-settled", "costs.2017-settled.sources", "indicator", "indicator.targets", "years.2017"],
)  # fmt: skip
def test_a_member_of_another_document_is_rejected_at_any_depth(path: str) -> None:
    document: Any = papers.official_document()
    here = document
    for step in path.split("."):
        here = here[step]
    here["foreign"] = None
    assert not validator().is_valid(document)


@pytest.mark.parametrize("year", [2019, 2020])
def test_another_editions_sheet_is_rejected(year: int) -> None:
    blank = Sheet(papers.edition(year), "01-02-03-04-05-06", {})
    validator(year).validate(blank.to_document())
    assert not validator().is_valid(blank.to_document())
    assert not validator(year).is_valid(papers.official_document())
