"""`xlsync summarize` as people run it: workbooks, tables, the city's list, and what it says when something is in the way."""

from __future__ import annotations

import csv
import json
import re
import zipfile
from pathlib import Path
from urllib.parse import unquote

import pytest

from tests.commands import EXAMPLES, Run
from xlsync.ooxml import read_cells

DEPARTMENT = "政策イノベーション部"


@pytest.fixture
def filled(folder: Path, run: Run) -> Path:
    """A city that has taken in the five official sheets."""
    run("import", EXAMPLES, "-C", folder)
    return folder


def _summaries(folder: Path) -> list[str]:
    return sorted(file.name for file in (folder / "shared/集計").iterdir())


def test_every_department_and_the_city_get_a_workbook(filled: Path, run: Run) -> None:
    said = run("summarize", "-C", filled)
    assert (said.code, said.err) == (0, "")
    assert _summaries(filled) == ["全庁.xlsx", f"{DEPARTMENT}.xlsx"]
    before = (filled / "shared/集計/全庁.xlsx").stat().st_mtime_ns
    assert run("summarize", "-C", filled).code == 0
    assert (filled / "shared/集計/全庁.xlsx").stat().st_mtime_ns == before


def test_one_department_may_be_typed_as_people_type(filled: Path, run: Run) -> None:
    assert run("summarize", "--department", "政策 ｲﾉﾍﾞｰｼｮﾝ部", "-C", filled).code == 0
    assert _summaries(filled) == [f"{DEPARTMENT}.xlsx"]


def test_an_unknown_department_is_said_to_be_unknown(filled: Path, run: Run) -> None:
    said = run("summarize", "--department", "ない部", "-C", filled)
    assert (said.code, _summaries(filled)) == (3, [])
    assert "ない部" in said.err


def test_an_empty_city_gets_a_workbook_that_says_so(folder: Path, run: Run) -> None:
    said = run("summarize", "-C", folder)
    assert (said.code, _summaries(folder)) == (0, ["全庁.xlsx"])
    cells = read_cells((folder / "shared/集計/全庁.xlsx").read_bytes())
    assert any("評価シートがありません" in str(value) for value in cells["概要"].values())


def test_a_workbook_somebody_has_open_is_left_and_told(filled: Path, run: Run) -> None:
    run("summarize", "-C", filled)
    book = filled / "shared/集計/全庁.xlsx"
    book.write_bytes(b"older")
    lock = book.with_name(f".~lock.{book.name}#")
    lock.write_bytes("田中,tanaka,pc,,;".encode())
    said = run("summarize", "-C", filled)
    assert (said.code, book.read_bytes()) == (1, b"older")
    assert "田中さんが開いている" in said.err
    lock.unlink()
    assert run("summarize", "-C", filled).code == 0
    assert book.read_bytes() != b"older"


def test_tables_for_other_programs_lie_where_asked(filled: Path, run: Run, tmp_path: Path) -> None:
    out = tmp_path / "公開"
    for form in ("csv", "json", "parquet"):
        assert run("summarize", "--format", form, "--out", out, "-C", filled).code == 0
    names = ["全庁.csv", "全庁.json", "全庁.parquet", "全庁.schema.json"]
    assert sorted(file.name for file in out.iterdir()) == sorted(names)
    with (out / "全庁.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    document = json.loads((out / "全庁.json").read_bytes())
    assert len(rows) == len(document["rows"]) == 20
    assert document["as_of"][:2] == "20"
    run("summarize", "--format", "csv", "--department", DEPARTMENT, "--out", out, "-C", filled)
    assert (out / f"{DEPARTMENT}.csv").read_bytes() == (out / "全庁.csv").read_bytes()


def test_a_link_leads_back_from_wherever_the_summary_lies(
    filled: Path, run: Run, tmp_path: Path
) -> None:
    run("export", "--all", "-C", filled)
    run("summarize", "--out", tmp_path / "渡す", "-C", filled)
    with pytest.MonkeyPatch.context() as at:
        at.chdir(tmp_path / "渡す")
        targets = _targets(tmp_path / "渡す" / "全庁.xlsx")
        assert targets
        assert all(Path(target).is_file() for target in targets)


def _targets(book: Path) -> set[str]:
    with zipfile.ZipFile(book) as package:
        rels = [package.read(n).decode() for n in package.namelist() if "sheet2.xml.rels" in n]
    found = {unquote(target) for text in rels for target in re.findall(r'Target="([^"]+)"', text)}
    return {target.partition("#")[0].replace("\\", "/") for target in found if ".xlsx" in target}


def _listed(folder: Path, text: bytes) -> None:
    settings = folder / "xlsync.toml"
    settings.write_text(
        settings.read_text(encoding="utf-8") + '\n[organization]\nfile = "組織.csv"\n',
        encoding="utf-8",
    )
    (folder / "組織.csv").write_bytes(text)


LIST = f"部,課,係\n{DEPARTMENT},情報政策課,情報システム係\n{DEPARTMENT},情報政策課,企画推進係\n{DEPARTMENT},市民課,窓口係\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_the_citys_list_gives_order_and_names_who_is_missing(
    filled: Path, run: Run, encoding: str
) -> None:
    _listed(filled, LIST.encode(encoding))
    assert run("summarize", "-C", filled).code == 0
    cells = read_cells((filled / f"shared/集計/{DEPARTMENT}.xlsx").read_bytes())
    sections = [v for a, v in cells["課別・係別"].items() if a in {"B7", "B8"}]
    assert sections == ["情報システム係", "企画推進係"]
    missing = [a for a, v in cells["要確認"].items() if v == "シートなし"]
    assert len(missing) == 1
    assert "窓口係" in cells["要確認"].values()
    sheets = run("status", "--json", "-C", filled).json["sheets"]
    assert [sheet["section"] for sheet in sheets] == [*["情報システム係"] * 3, *["企画推進係"] * 2]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (None, "組織.csv"),
        ("部,課,係\n総務部\n".encode(), "2行目"),
        (b"\x81\n", "文字コード"),
    ],
)
def test_a_list_that_cannot_be_followed_is_refused_by_its_place(
    folder: Path, run: Run, text: bytes | None, words: str
) -> None:
    _listed(folder, text or b"")
    if text is None:
        (folder / "組織.csv").unlink()
    said = run("status", "-C", folder)
    assert said.code == 3
    assert words in said.err
