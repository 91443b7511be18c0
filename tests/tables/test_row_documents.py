"""Rows as JSON: a list of objects with their ids, in the schema and out of it."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest

from tests.tables.items import edition, form, row, sheet
from xlsync.errors import FormError, SheetError
from xlsync.form.definition import read_definition
from xlsync.form.expansion import edition_of
from xlsync.form.json_schema import schema_of
from xlsync.sheet import Sheet, sheet_of

DEFINITION = (form().folder / "form.toml").read_text(encoding="utf-8")
SHEET = sheet({"R1": row("001"), "R2": row("002", name="椅子")}).with_values(
    {}, {"items.R2.price": "約三千円"}
)


def test_rows_are_a_list_of_objects_with_their_ids() -> None:
    document = json.loads(SHEET.to_json())
    assert [(row["id"], row["name"], row["price"]) for row in document["items"]] == [
        ("R1", "机", 1000),
        ("R2", "椅子", None),
    ]
    assert document["unreadable"] == {"items.R2.price": "約三千円"}
    assert Sheet.from_json(SHEET.to_json(), form()) == SHEET


def test_the_schema_accepts_the_sheet_and_rejects_each_corruption() -> None:
    validator = jsonschema.Draft202012Validator(schema_of(edition()))
    document = json.loads(SHEET.to_json())
    validator.validate(document)

    def broken(change: Any) -> bool:
        copy = json.loads(SHEET.to_json())
        change(copy)
        refused = not validator.is_valid(copy)
        with pytest.raises(SheetError):
            sheet_of(edition(), copy)
        return refused

    assert broken(lambda d: d.pop("items"))
    assert broken(lambda d: d["items"][0].pop("id"))
    assert broken(lambda d: d["items"][0].pop("name"))
    assert broken(lambda d: d["items"][0].update(size=3))
    assert broken(lambda d: d["items"][0].update(count="三"))
    assert broken(lambda d: d["items"][0].update(id="r 1"))
    assert broken(lambda d: d.update(items={}))
    assert broken(lambda d: d["unreadable"].update({"items.R2.size": "x"}))


def test_two_rows_of_one_id_are_refused() -> None:
    document = json.loads(SHEET.to_json())
    document["items"][1]["id"] = "R1"
    with pytest.raises(SheetError, match="二度"):
        sheet_of(edition(), document)


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('path = "number"\nlabel', 'path = "id"\nlabel', "id は使えません"),
        ('path = "number"\nlabel', 'path = "name"\nlabel', "二度あります"),
        ('title = "name"', 'title = "size"', "size"),
        ('unique = ["number"]', 'unique = ["size"]', "size"),
        ('path = "items"', 'path = "place"', "ほかの欄と同じ名前"),
        ('blank = "nothing"', "tolerance = 1", "表の列は"),
        ('total = "total.count"', 'total = "items.count"', "items.count"),
        ("rows = 40", "rows = 0", "rows"),
    ],
)
def test_a_table_that_cannot_be_is_refused_by_its_place(old: str, new: str, reason: str) -> None:
    assert old in DEFINITION
    with pytest.raises(FormError, match=reason):
        edition_of(read_definition(DEFINITION.replace(old, new), "form.toml"), 2026, "form.toml")
