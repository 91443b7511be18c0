"""A rule is one entry of form.toml: from it alone both engines, the template, the pages and the guide know it."""

from __future__ import annotations

import io
import re
import tomllib
from pathlib import Path

import openpyxl
import pytest

from tests import papers
from tests.rules.ruled import CODE, ruled
from xlsync.checks import check
from xlsync.form.handbook import form_page
from xlsync.form.suitable import WANTED
from xlsync.workbook.checks.check_layout import WORKSHEET
from xlsync.workbook.template.template import build_template

GUIDE = (Path(__file__).parents[2] / "docs/ja/planning.md").read_text(encoding="utf-8")
ENTRY = """
[[rule]]
check = "length"
code = "our-own"
of = "purpose"
most = 10
sentence = "「{field}」はあと{over}字減らしてください。"
"""


def test_one_entry_is_known_everywhere(tmp_path: Path) -> None:
    form = papers.edited_form(tmp_path / "form", added=ENTRY)
    edition = form.at(2018)
    sheet = papers.sheet()
    moved = type(sheet)(edition, sheet.key, sheet)
    (found,) = [one for one in check(moved) if one.code == CODE]
    assert found.message.endswith(f"はあと{len(str(sheet['purpose'])) - 10}字減らしてください。")
    assert "| our-own | length | `purpose` | has at most 10 characters" in form_page(edition)
    hidden = openpyxl.load_workbook(io.BytesIO(build_template(form, 2018).data))[WORKSHEET]
    texts = [str(cell.value) for row in hidden.iter_rows() for cell in row if cell.value]
    assert texts.count(CODE) == 1
    assert sum("字減らしてください。" in text for text in texts if text.startswith("=")) == 1


def test_the_guides_example_is_a_rule() -> None:
    (block,) = re.findall(r"```\n(\[\[rule\]\]\n.*?)```", GUIDE, re.DOTALL)
    (entry,) = tomllib.loads(block)["rule"]
    lines = [line for line in block.splitlines()[1:] if not line.startswith("code")]
    rules = ruled("\n".join(lines), 2019).rules
    assert [(r.check, r.declared.trial, r.limits.most) for r in rules if r.code == CODE] == [
        (entry["check"], True, entry["most"])
    ]


ROWS = re.findall(r"^\| `([a-z-]+)` \| .* \| (.*) \|$", GUIDE, re.MULTILINE)


def test_the_guide_tells_of_every_check() -> None:
    assert [name for name, _ in ROWS] == sorted(
        {name for name, _ in ROWS}, key=[n for n, _ in ROWS].index
    )
    assert {name for name, _ in ROWS} == set(WANTED)


@pytest.mark.parametrize(("name", "example"), ROWS)
def test_the_guides_small_examples_are_rules(name: str, example: str) -> None:
    said = [part for part in re.findall(r"`([^`]*)`", example) if "=" in part]
    given = " ".join(said)
    if name == "personnel-cost":
        said = ['total = "costs.{period}.personnel_cost"', *said]
        said += ['persons = "costs.{period}.regular_staff_fte"']
        said += ['hours = "costs.{period}.overtime_hours"']
    if "omit" not in given and "{period}" in given:
        said.append('omit = ["{+1}-initial"]')
    entry = "\n".join([f'check = "{name}"', *said])
    assert any(rule.code == CODE for rule in ruled(entry).rules)
