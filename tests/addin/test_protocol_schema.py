"""The schema in docs/protocol.md is the one the program reads by, and it takes and refuses what the program does."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

import protocol_schema
from tests.addin.test_codecs import GOLDEN
from xlsync.addin.protocol.changes import CHANGES
from xlsync.addin.protocol.json_codec import to_json
from xlsync.addin.protocol.json_models import ANSWER

ROOT = Path(__file__).parents[2]


def document_schema() -> dict[str, Any]:
    text = (ROOT / "docs/protocol.md").read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text.partition("```json\n")[2].partition("```")[0])
    return schema


def test_the_schema_in_the_document_is_current() -> None:
    assert protocol_schema.main(["--check"]) == 0


def test_the_schema_has_every_kind_of_change_with_its_members_in_order() -> None:
    schema = document_schema()
    listed = {kind["properties"]["kind"]["const"]: kind for kind in schema["$defs"].values()}
    assert set(listed) == set(CHANGES)
    for change in json.loads(to_json(GOLDEN))["changes"]:
        kind = listed[change["kind"]]
        assert list(change) == list(kind["properties"]) == kind["required"]
        assert kind["additionalProperties"] is False


@pytest.mark.parametrize("version", [True, 1.0, "1", 2, None])
def test_no_version_but_the_number_one_is_read(version: Any) -> None:
    document = {**json.loads(to_json(GOLDEN)), "xlsync-answer": version}
    with pytest.raises(ValidationError):
        ANSWER.model_validate(document)
