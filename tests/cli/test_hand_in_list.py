"""Who has handed in what, and who has a workbook open: on screen, and as a list to print for a meeting."""

from __future__ import annotations

from pathlib import Path

import openpyxl

from tests import papers
from tests.commands import Run, living


def owner_file(book: Path, name: str) -> Path:
    """What Excel writes beside a workbook that somebody opens."""
    ansi, wide = name.encode("cp932"), name.encode("utf-16-le")
    data = (
        bytes([len(ansi)])
        + ansi.ljust(54)
        + len(name).to_bytes(2, "little")
        + wide.ljust(108, b"\0")
    )
    file = book.with_name(f"~${book.name}")
    file.write_bytes(data)
    return file


def test_the_list_says_who_handed_in_what_when_and_who_has_it_open(filled: Path, run: Run) -> None:
    first, second = papers.KEYS[:2]
    run("submit", first)
    run("return", second, "--comment", "決算額を確かめてください")
    owner = owner_file(living(filled), "山田太郎")
    said = run("status", "--out", "一覧.xlsx")
    assert "いま開かれているファイル（開いている人）" in said.out
    assert f"{first}  情報化推進事業  山田太郎" in said.out
    book = openpyxl.load_workbook("一覧.xlsx")
    assert book.sheetnames == ["提出状況一覧", "所属別の件数"]
    head, *rows = list(book["提出状況一覧"].values)[3:]
    by_key = {row[3]: dict(zip(head, row, strict=True)) for row in rows}
    assert by_key[first]["いま開いている人"] == "山田太郎"
    assert by_key[first]["状況"] == "提出済"
    assert str(by_key[first]["提出"]).startswith("20")
    assert "（決算額を確かめてください）" in str(by_key[second]["差戻し"])
    assert by_key[second]["状況"] == "差戻し中"
    counts = list(book["所属別の件数"].values)
    assert counts[-1][0] == "合計"
    assert counts[-1][2] == 5
    for page in book.worksheets:
        assert (page.page_setup.orientation, page.page_setup.paperSize) == ("landscape", 9)
        assert page.print_title_rows
        assert page.auto_filter.ref
    owner.unlink()
    assert "開かれているファイル" not in run("status").out


def test_the_list_has_the_wanted_sheets_only(filled: Path, run: Run) -> None:
    assert filled.is_dir()
    run("status", "--state", "未着手", "--out", "一覧.xlsx")
    states = [row[5] for row in openpyxl.load_workbook("一覧.xlsx")["提出状況一覧"].values][4:]
    assert len(states) >= 1
    assert all("未着手" in str(state) for state in states)


def test_the_board_names_who_has_a_workbook_open_and_its_workbook_stays(
    filled: Path, run: Run
) -> None:
    run("watch", "--once")
    page, book = filled / "shared/提出状況.html", filled / "shared/提出状況.xlsx"
    before = book.read_bytes()
    owner = owner_file(living(filled), "山田太郎")
    run("watch", "--once")
    assert "開いています：山田太郎" in page.read_text(encoding="utf-8")
    assert book.read_bytes() == before
    owner.unlink()
    run("watch", "--once")
    assert "開いています" not in page.read_text(encoding="utf-8")
