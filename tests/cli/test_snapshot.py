"""What is kept of a moment stays as it was: its summaries say the same whatever comes in afterwards."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests import papers
from tests.cities import typed
from tests.commands import EXAMPLES, Run, living
from xlsync import open_city
from xlsync.ooxml import read_cells
from xlsync.store import audit
from xlsync.store.phase_snapshots import phase_snapshots

KEY, OTHER, *_ = papers.KEYS


@pytest.fixture
def city(folder: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A city with two of the official sheets, of which one is confirmed."""
    monkeypatch.chdir(folder)
    assert run("import", *(EXAMPLES / f"{key}.json" for key in (KEY, OTHER))).code in {0, 1}
    assert run("submit", KEY).code == 0
    assert run("confirm", KEY).code == 0
    return folder


def summary(run: Run, tmp_path: Path, *words: str) -> dict[str, Any]:
    """What the city's summary says, without when it was made."""
    out = tmp_path / "_".join(words or ("now",))
    assert run("summarize", "--out", out, *words).code in {0, 1}
    return {title: dict(cells) for title, cells in read_cells(out / "全庁.xlsx").items()}


def test_a_summary_of_a_snapshot_says_what_was_so_then(
    city: Path, run: Run, tmp_path: Path
) -> None:
    then = summary(run, tmp_path)
    kept = run("snapshot", "計画の終わり")
    assert (kept.code, "計画の終わり：2件" in kept.out) == (0, True)
    changed = tmp_path / "changed.json"
    changed.write_bytes(papers.sheet(KEY, purpose="後から変えた").to_json())
    assert run("import", changed).code in {0, 1}
    assert run("return", KEY, "--comment", "後から").code == 0
    assert run("sheets", "exclude", OTHER, "--reason", "後から").code == 0
    assert run("import", EXAMPLES / f"{papers.KEYS[2]}.json").code in {0, 1}
    assert summary(run, tmp_path) != then
    assert summary(run, tmp_path, "--snapshot", "計画の終わり") == then
    assert audit(open_city(city).store) == []


def test_a_name_is_given_once_and_the_list_says_what_there_is(city: Path, run: Run) -> None:
    assert "残した時点はありません" in run("snapshot").out
    assert run("snapshot", "計画").code == 0
    again = run("snapshot", "計画")
    assert (again.code, "同じ名前" in again.err) == (3, True)
    assert run("snapshot", "決算/評価：速報").code == 0
    listed = run("snapshot", "--json").json["snapshots"]
    assert {entry["name"] for entry in listed} == {"計画", "決算/評価：速報"}
    assert listed[0]["revisions"] == {KEY: 1, OTHER: 1}
    unknown = run("summarize", "--snapshot", "ない")
    assert (unknown.code, "決算/評価：速報" in unknown.err) == (3, True)
    assert run("summarize", "--snapshot", "決算/評価：速報").code in {0, 1}
    [made] = (city / "shared/集計").glob("決算*/全庁.xlsx")
    assert made.is_file()
    assert not (city / "shared/集計/全庁.xlsx").exists()


def test_a_snapshot_that_was_changed_by_hand_is_named_and_not_used(city: Path, run: Run) -> None:
    assert run("snapshot", "計画").code == 0
    [file] = (city / "store/snapshots").rglob("1.json")
    file.write_bytes(file.read_bytes().replace(b": 1", b": 9"))
    assert phase_snapshots(city / "store", papers.EDITION) == []
    assert run("audit").code != 0
    assert run("summarize", "--snapshot", "計画").code == 3


def test_a_conflict_that_was_open_then_is_open_in_the_summary_of_then(
    filled: Path, run: Run, tmp_path: Path
) -> None:
    file = living(filled)
    first, second = (
        (tmp_path / f"{word}.xlsx", typed(file.read_bytes(), {"purpose": word}))
        for word in ("先に保存した目的", "あとで保存した目的")
    )
    for copy, data in (first, second):
        copy.write_bytes(data)
        assert run("import", copy).code in {0, 1}
    (conflict,) = run("conflicts", "--json").json["conflicts"]
    then = summary(run, tmp_path)
    assert run("snapshot", "計画").code == 0
    assert run("resolve", conflict["key"], "--all-ours").code in {0, 1}
    assert summary(run, tmp_path) != then
    assert summary(run, tmp_path, "--snapshot", "計画") == then
    assert audit(open_city(filled).store) == []
