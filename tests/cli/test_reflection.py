"""`xlsync figures reflection` by hand: before the next year and after it, as lines, JSON and a workbook; and with nothing."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest

from tests import papers
from tests.commands import EXAMPLES, Run

pytestmark = pytest.mark.filterwarnings("ignore:Sparkline Group extension is not supported")
KEY = papers.KEYS[0]


@pytest.fixture
def city(tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "市"
    assert run("init", folder).code == 0
    monkeypatch.chdir(folder)
    assert run("import", EXAMPLES).code in {0, 1}
    return folder


def change(run: Run, key: str, edition: int, values: dict[str, object]) -> None:
    head = {"key": key, "form": papers.edition().form, "edition": edition, "revision": 1}
    Path("change.json").write_text(json.dumps({**head, **values}))
    assert run("import", "change.json").code in {0, 1}


@pytest.mark.usefixtures("city")
def test_directions_are_followed_into_the_next_years_budget(run: Run) -> None:
    told = run("figures", "reflection")
    assert told.code == 3
    assert "2018年度には、方向性を記入した事務事業がありません" in told.err
    change(run, KEY, 2018, {"next_year": {"direction": "縮小", "reason": "見直し"}})
    assert "縮小 → 廃止" in run("figures", "reflection").out
    assert run("rollover", 2019, "--yes").code == 0
    sources = {"national": 0, "prefectural": 0, "local_bonds": 0, "other_specific": 0}
    change(
        run, KEY, 2019, {"costs": {"2019-initial": {"sources": {**sources, "general": 900_000}}}}
    )
    told = run("figures", "reflection", "--edition", 2018, "--out", "反映状況.xlsx")
    assert told.code == 1
    assert "縮小 → 拡充（食い違い）" in told.out
    responses = run("figures", "reflection", "--edition", 2018, "--json").json["responses"]
    (response,) = [each for each in responses if each["sheets"][0]["key"] == KEY]
    assert (response["next_amount"], response["source"]) == (900_000, "next_sheet")
    book = openpyxl.load_workbook("反映状況.xlsx")
    assert book.sheetnames == ["反映状況", "反映状況（方向性別）", "反映状況（金額なし）"]
    assert run("summarize", "--edition", 2018).code in {0, 1}
    (summary,) = [file for file in Path("shared/集計").glob("*.xlsx") if file.stem != "全庁"]
    assert "反映状況" in openpyxl.load_workbook(summary).sheetnames
