"""The reference page names every kind, rule and summary page; each example of it can be typed as it stands."""

from __future__ import annotations

import re
import tomllib

import pytest
from pydantic import TypeAdapter

from xlsync.form.reference_page import reference_page
from xlsync.form.rules import Rule
from xlsync.form.suitable import WANTED
from xlsync.form.summary_pages import pages_of
from xlsync.kinds import KINDS

PAGE = reference_page()
EXAMPLES = [tomllib.loads(text) for text in re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)]


def test_every_kind_rule_and_summary_page_has_its_part() -> None:
    parts = re.findall(r"^### .*?`([a-z-]+)`", PAGE, re.MULTILINE)
    assert {*KINDS, *WANTED, "expression", "computed", "overview", "list", "findings"} <= set(parts)


@pytest.mark.parametrize("entry", [each["rule"][0] for each in EXAMPLES if "rule" in each])
def test_each_example_of_a_rule_is_a_rule(entry: dict[str, object]) -> None:
    rule = TypeAdapter(Rule).validate_python(entry)
    assert rule.check == entry["check"]


@pytest.mark.parametrize("entry", [each["summary"] for each in EXAMPLES if "summary" in each])
def test_each_example_of_a_summary_page_is_one(entry: list[dict[str, object]]) -> None:
    assert [page.page for page in pages_of(entry)] == [entry[0]["page"]]


def test_the_page_shows_what_each_kind_makes_of_what_is_typed() -> None:
    for kind in KINDS.values():
        shown = kind.of(kind.example_options)
        for example in kind.examples:
            assert f"| {example.typed} |" in PAGE
            assert shown.expected in PAGE
