"""The workbook that is meant is found among all that are open, in whichever Excel; else a sentence says what to do."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

from tests.fake_excel.model import Application
from tests.fake_excel.pywin32 import Desktop
from xlsync.addin.client.excel_engine import Engine, why_no_engine
from xlsync.addin.client.open_books import cautions, copy_of, find_book, full_name, refuse_unsaved
from xlsync.errors import ExcelError

ROOT = Path(__file__).parents[2]


def reason(engine: Engine, name: str = "") -> str:
    with pytest.raises(ExcelError) as fault:
        find_book(engine, name)
    return str(fault.value)


def test_the_active_workbook_of_the_frontmost_excel_is_meant(
    engine: Engine, desktop: Desktop
) -> None:
    desktop.start().take(r"C:\後ろ.xlsx")
    front = desktop.start()
    front.take(r"C:\甲.xlsx")
    front.take(r"C:\乙.xlsx")
    assert find_book(engine).name == "乙.xlsx"
    assert find_book(engine, hwnd=desktop.excels[1].hwnd).name == "後ろ.xlsx"


@pytest.mark.parametrize("name", ["甲.xlsx", "甲", "甲.XLSX", r"\\server\share\評価シート\甲.xlsx"])
def test_a_name_finds_a_workbook_in_whichever_excel(
    engine: Engine, desktop: Desktop, name: str
) -> None:
    desktop.start().take(r"\\server\share\評価シート\甲.xlsx")
    desktop.start().take(r"C:\乙.xlsx")
    assert find_book(engine, name).name == "甲.xlsx"


def test_a_name_is_found_however_its_kana_are_composed(engine: Engine, excel: Application) -> None:
    excel.take("C:\\か\u3099.xlsx")
    assert full_name(find_book(engine, "が.xlsx")) == "C:\\か\u3099.xlsx"


def test_a_name_that_several_workbooks_bear_is_asked_back(engine: Engine, desktop: Desktop) -> None:
    desktop.start().take(r"C:\一\甲.xlsx")
    desktop.start().take(r"C:\二\甲.xlsx")
    said = reason(engine, "甲.xlsx")
    assert r"C:\一\甲.xlsx" in said
    assert r"C:\二\甲.xlsx" in said
    assert find_book(engine, r"C:\一\甲.xlsx").api.FullName == r"C:\一\甲.xlsx"


def test_a_name_that_nothing_bears_tells_what_is_open(engine: Engine, excel: Application) -> None:
    excel.take(r"C:\甲.xlsx")
    assert r"C:\甲.xlsx" in reason(engine, "丙")


def test_without_excel_or_workbook_or_in_protected_view_a_sentence_says_so(
    engine: Engine, desktop: Desktop
) -> None:
    assert "配布したファイルを開いて" in reason(engine)
    empty = desktop.start()
    assert "配布したファイルを開いて" in reason(engine)
    book = empty.take(r"C:\甲.xlsx")
    empty.active = None
    empty.in_protected_view.append("乙.xlsx")
    assert "編集を有効にする" in reason(engine)
    empty.active = book
    assert find_book(engine).name == "甲.xlsx"


def test_a_copy_is_what_excel_holds_now_and_leaves_no_file_behind(
    engine: Engine, excel: Application, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    book = excel.take(str(tmp_path / "まだない.xlsx"))
    book.sheets[0].page["A1"].value = "まだ保存していない"
    data = copy_of(find_book(engine))
    assert openpyxl.load_workbook(io.BytesIO(data)).active["A1"].value == "まだ保存していない"  # type: ignore[index]
    assert list(tmp_path.iterdir()) == []


def test_where_a_workbook_lies_is_told_where_it_matters(engine: Engine, excel: Application) -> None:
    excel.take(r"\\server\share\評価シート\甲.xlsx")
    assert list(cautions(find_book(engine))) == []
    excel.take("https://example.sharepoint.com/sites/s/甲.xlsx").read_only = True
    said = list(cautions(find_book(engine)))
    assert "SharePoint" in said[0]
    assert "読み取り専用" in said[1]
    refuse_unsaved(find_book(engine))
    excel.take("Book1")
    with pytest.raises(ExcelError, match="保存されていません"):
        refuse_unsaved(find_book(engine))


def test_where_there_is_no_engine_a_sentence_says_what_to_do() -> None:
    assert 'pip install "xlsync[excel]"' in why_no_engine("nt")
    assert "Windows" in why_no_engine("posix")
    program = "from xlsync.addin.client.excel_engine import excel_engine; excel_engine()"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert "ExcelError" in done.stderr
    assert why_no_engine(os.name) in done.stderr


@pytest.mark.parametrize("harmless", [False, True])
def test_no_excel_is_ended_when_the_program_ends(tmp_path: Path, *, harmless: bool) -> None:
    """The exit handler of xlwings asks `tasklist`, and ends by `taskkill /F` each Excel that it cannot attach to."""
    log = tmp_path / "killed"
    listed = "\n\n\nEXCEL.EXE 4711 Console 1 100,000 K"
    (tmp_path / "tasklist").write_text(f"#!/bin/sh\ncat <<'.'\n{listed}\n.\n")
    (tmp_path / "taskkill").write_text(f'#!/bin/sh\necho "$@" >> "{log}"\n')
    for tool in ("tasklist", "taskkill"):
        (tmp_path / tool).chmod(0o755)
    program = "from tests.fake_excel.pywin32 import windows; windows()\n"
    if harmless:
        program += "from xlsync.addin.client.excel_engine import excel_engine; excel_engine()\n"
    paths = {"PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, "-c", program], env={**os.environ, **paths}, check=True)
    assert log.exists() is not harmless
