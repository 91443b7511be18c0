"""A list on a further worksheet is read by none of the commands that take lists, and each of them says so."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pytest

from tests import papers
from tests.budget_files import HEAD, LINE, MAP
from tests.cli.test_grades import TIERS
from tests.commands import Run
from tests.watching import zipped
from xlsync.national.residents import read_residents

FIRST, SECOND = papers.KEYS[:2]
UNREAD = (
    "ワークシート「福祉部」にも一覧がありますが、読みません（読むのは「政策部」だけです）。"
    "要るときは、そのワークシートだけのファイルにして、もう一度行ってください"
)
GRADES = ["事業コード", "二次評価"]
UNITS = ["部", "課", "係", "いつまで", "改編後の部", "改編後の課", "改編後の係"]
UNIT = ["総務部", "総務課", "庶務係", "2019-03-31"]
PLANS = ["計画", "大", "中", "小", "名称", "いつから", "いつまで"]


def book(head: Sequence[str], first: Sequence[str], second: Sequence[str]) -> Path:
    """A workbook with a list on each of two worksheets, between others that hold none."""
    made = openpyxl.Workbook()
    pages = [made.worksheets[0], *map(made.create_sheet, ("政策部", "備考", "福祉部"))]
    pages[0].append(["この一覧について"])
    for page, row in ((pages[1], first), (pages[3], second)):
        page.append(list(head))
        page.append(list(row))
    made.save("一覧.xlsx")
    return Path("一覧.xlsx")


def test_every_command_that_takes_a_list_names_the_further_one(filled: Path, run: Run) -> None:
    with (filled / "xlsync.toml").open("a", encoding="utf-8") as settings:
        settings.write(TIERS)
    line = LINE.split(",")
    numbered = [f"{number}列目={held}" for number, held in ((1, "code"), (2, "name"))]
    amount = "3列目=costs.2017-settled.sources.general"
    by_number = [word for each in (*numbered, amount) for word in ("--map", each)]
    doors = [
        (("return", "--comment", "x", "--list"), ["事業コード"], [FIRST], [SECOND]),
        (("grades", "import"), GRADES, [FIRST, "A"], [SECOND, "B"]),
        (("figures", "import", "--kind", "決算", *MAP), HEAD.split(","), line, line),
        (("figures", "import", "--kind", "番号", *by_number), [], [FIRST, "", "1"], [SECOND, "", "2"]),
        (("plans", "import"), PLANS, ["計画", "1", "", "", "観光"], ["計画", "2", "", "", "農業"]),
        (("reorganize",), UNITS, UNIT, UNIT),
    ]  # fmt: skip
    for words, head, first, second in doors:
        said = run(*words, book(head, first, second), "--dry-run", "--json")
        assert said.out, (words, said.err)
        assert UNREAD in said.json["doubts"], (words, said)
    # people are told as well, and the sheets of the further worksheet stay as they are
    given = book(["事業コード"], [FIRST], [SECOND])
    told = run("return", "--comment", "x", "--list", given, "--yes")
    assert f"確かめてください {UNREAD}" in told.out
    assert [each["stage"] for each in run("status", "--json").json["sheets"]].count("returned") == 1


@pytest.mark.parametrize(
    "words",
    [
        ("reorganize",),
        ("sheets", "add"),
        ("plans", "import"),
        ("grades", "import"),
        ("figures", "import", "--kind", "決算", *MAP),
        ("return", "--comment", "x", "--list"),
    ],
)
def test_a_workbook_of_hidden_worksheets_alone_is_told(
    filled: Path, run: Run, words: tuple[str, ...]
) -> None:
    with (filled / "xlsync.toml").open("a", encoding="utf-8") as settings:
        settings.write(TIERS)
    given = book(UNITS, UNIT, UNIT)
    with zipfile.ZipFile(given) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    shown = parts["xl/workbook.xml"]
    parts["xl/workbook.xml"] = shown.replace(b'state="visible"', b'state="hidden"')
    assert parts["xl/workbook.xml"] != shown
    given.write_bytes(zipped(parts))
    said = run(*words, given, "--dry-run")
    assert (said.code, "表示されているワークシートがありません" in said.err) == (3, True), said


@pytest.mark.usefixtures("filled")
def test_a_list_of_units_that_has_headings_is_found_behind_a_cover(run: Run) -> None:
    units = book(UNITS, UNIT, [])
    [doubt] = run("reorganize", units, "--dry-run", "--json").json["doubts"]
    assert doubt == UNREAD


def test_residents_on_a_further_worksheet_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    listed = book(["団体コード", "人口"], ["082201", "226963"], ["082201", "1"])
    residents = read_residents(listed.read_bytes(), "一覧.xlsx")
    assert (residents.of("082201", 2017), residents.skipped_rows) == (226963, (UNREAD,))
