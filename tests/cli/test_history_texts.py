"""`xlsync history KEY --texts`: each text beside last year's, with what only one of them has between brackets."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import papers
from tests.commands import EXAMPLES, Run
from xlsync.exchange.text_differences import text_differences
from xlsync.form.library import load_form

KEY = papers.KEYS[0]
TEXTS = st.text(alphabet="実施した研修12回\n", min_size=1, max_size=30)


@given(TEXTS, TEXTS)
def test_the_parts_of_a_text_are_the_text_and_what_is_unchanged_stands_in_both(
    before: str, after: str
) -> None:
    old = papers.sheet().with_values({"years.2017.results": before})
    new = papers.with_values(papers.CLEAN, {"years.2017.results": after})
    found = {each.path: each for each in text_differences(new, old)}
    difference = found["years.2017.results"]
    sides = (difference.before_parts, difference.after_parts)
    assert ["".join(part.text for part in parts) for parts in sides] == [before, after]
    kept = ["".join(part.text for part in parts if not part.is_changed) for parts in sides]
    assert kept[0] == kept[1]
    assert difference.is_same == (before == after)


def test_a_running_years_text_is_compared_with_last_years_running_one() -> None:
    old = papers.with_values(papers.CLEAN, {"years.2018.plan": "研修を9回行う"})
    new = load_form().at(2019)
    values = dict.fromkeys(new.by_path, None) | {"years.2019.plan": "研修を12回行う"}
    sheet = type(old)(new, old.key, values)
    (difference,) = text_differences(sheet, old)
    assert difference.path == "years.2019.plan"
    assert (difference.copied_length, difference.whole_length) == (0, 0)


def test_what_differs_stands_between_brackets(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "市"
    assert run("init", folder).code == 0
    monkeypatch.chdir(folder)
    assert run("import", EXAMPLES).code in {0, 1}
    assert "昨年度のシートがありません" in run("history", KEY, "--texts").out
    assert run("rollover", 2019, "--yes").code == 0
    assert "事業の目的：昨年度と同じ文章です" in run("history", KEY, "--texts").out
    head = {"key": KEY, "form": papers.edition().form, "edition": 2019, "revision": 1}
    Path("change.json").write_text(json.dumps({**head, "purpose": "新しい目的"}))
    assert run("import", "change.json").code in {0, 1}
    told = run("history", KEY, "--texts")
    assert "今年度：" in told.out
    assert "［＋新" in told.out
    texts = run("history", KEY, "--texts", "--json").json["texts"]
    assert "新しい目的" in [each["after"] for each in texts]
