"""What scripts use: the names of `xlsync`, every kind of source, and the sentence that says what was wrong with one."""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import xlsync
from tests import papers
from tests.commands import Run, living
from xlsync.errors import XlsyncError


def test_the_package_shows_its_public_names() -> None:
    assert dir(xlsync) == sorted(xlsync.__all__)
    assert [name for name in xlsync.__all__ if getattr(xlsync, name, None) is None] == []


@pytest.mark.parametrize("package", ["xlsync", "xlsync.exchange", "xlsync.store"])
@pytest.mark.parametrize("order", ["sorted", "reversed"])
def test_names_that_are_imported_late_are_never_the_module_of_the_same_name(
    package: str, order: str
) -> None:
    program = (
        f"import types, {package} as package\n"
        f"for name in {order}(package.__all__):\n"
        "    exec(f'from {package.__name__} import {name}')\n"
        "modules = [n for n in package.__all__ if isinstance(globals()[n], types.ModuleType)]\n"
        "assert set(modules) <= {'errors', 'ooxml'}, modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True)  # a process that knows none of them


def test_a_workbook_is_read_the_same_from_a_path_from_bytes_and_from_an_open_file(
    filled: Path,
) -> None:
    file = living(filled)
    (expected,) = xlsync.read(file)
    with file.open("rb") as binary:
        assert xlsync.read(binary) == [expected]
    for source in (str(file), file.read_bytes(), io.BytesIO(file.read_bytes())):
        assert xlsync.read(source) == [expected]
    assert expected.sheet.key == papers.CLEAN


def test_cells_read_are_cells_that_can_be_written(filled: Path) -> None:
    file = living(filled)
    cells = xlsync.ooxml.read_cells(file)
    assert xlsync.ooxml.read_cells(xlsync.ooxml.patch_cells(file, {})) == cells
    title = next(iter(cells))
    nested = xlsync.ooxml.patch_cells(file, {title: {"A1": "見本"}})
    assert nested == xlsync.ooxml.patch_cells(file.read_bytes(), {(title, "A1"): "見本"})
    assert xlsync.ooxml.read_cells(nested)[title]["A1"] == "見本"


def _closed() -> io.BytesIO:
    file = io.BytesIO(b"PK")
    file.close()
    return file


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        (lambda _: None, "NoneType"),
        (lambda _: 3, "int"),
        (lambda folder: folder, "フォルダです"),
        (lambda folder: folder / "nowhere.xlsx", "ファイルがありません"),
        (lambda _: _closed(), "閉じられています"),
        (lambda _: io.StringIO("PK"), "バイナリモード"),
        (lambda folder: (folder / "empty.xlsx").open("wb"), "読み取れません"),
        (lambda _: b"", "空"),
        (lambda _: io.BytesIO(), "空"),
        (lambda _: "a\0b.xlsx", "読み取れません"),
        (lambda _: "長" * 300 + ".xlsx", "読み取れません"),
    ],
    ids=[
        "None",
        "a number",
        "a folder",
        "a path without a file",
        "a closed file",
        "a text file",
        "a file open for writing",
        "no bytes",
        "an empty file",
        "a path with NUL",
        "a name that is too long",
    ],
)
@pytest.mark.parametrize("task", [xlsync.read, xlsync.ooxml.read_cells], ids=["read", "read_cells"])
@pytest.mark.filterwarnings(
    "ignore::pytest.PytestUnraisableExceptionWarning"
)  # left open on purpose
def test_a_source_that_is_no_workbook_is_an_error_of_ours_that_says_why(
    tmp_path: Path, task: Callable[[Any], Any], source: Callable[[Path], Any], sentence: str
) -> None:
    with pytest.raises(XlsyncError, match=sentence):
        task(source(tmp_path))


@pytest.mark.parametrize("place", ["nowhere", ".", "sheet.xlsx", None], ids=str)
def test_a_store_that_is_not_there_fails_when_it_is_opened(
    tmp_path: Path, place: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sheet.xlsx").write_bytes(b"PK")
    with pytest.raises(xlsync.errors.StoreError, match="登録データ"):
        xlsync.Store(place)  # type: ignore[arg-type]


@pytest.mark.parametrize("place", ["nowhere", ".", None], ids=str)
def test_a_city_that_is_not_there_fails_when_it_is_opened(
    tmp_path: Path, place: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(XlsyncError, match=r"フォルダ"):
        xlsync.open_city(place)  # type: ignore[arg-type]


def test_a_city_whose_store_is_away_fails_when_it_is_opened(folder: Path) -> None:
    (folder / "store").rename(folder / "away")
    with pytest.raises(xlsync.errors.StoreError, match="登録データがありません"):
        xlsync.open_city(folder)


def test_a_store_iterates_over_its_sheets_in_order(filled: Path) -> None:
    store = xlsync.Store(filled / "store")
    assert [sheet.key for sheet in store] == list(papers.KEYS)
    assert list(store) == list(xlsync.open_city(filled).store)


def test_check_returns_what_the_command_tells_and_writes_nothing(filled: Path, run: Run) -> None:
    before = {file: file.read_bytes() for file in filled.rglob("*") if file.is_file()}
    file = living(filled)
    data = xlsync.ooxml.patch_cells(
        file, _blank_purpose(file) | _value_for_formula(file), overwrite_formulas=True
    )
    broken = filled.parent / "broken.xlsx"
    broken.write_bytes(data)
    (receipt,) = xlsync.open_city(filled).check(broken)
    (document,) = run("check", broken, "--json").json["receipts"]
    assert receipt.to_document(with_changes=False) | {"file": ""} == document | {"file": ""}
    assert {"required", "formula-replaced"} <= {finding.code for finding in receipt.findings}
    assert before == {file: file.read_bytes() for file in filled.rglob("*") if file.is_file()}


def test_check_of_a_folder_returns_what_the_command_returns(filled: Path, run: Run) -> None:
    """Drafts with blanks and errors, and files that are no workbooks, among them."""
    (filled / "shared/評価シート/画像.xlsx").write_bytes(b"\x89PNG")
    (filled / "shared/評価シート/旧.xls").write_bytes(b"\xd0\xcf\x11\xe0")
    folder = filled / "shared/評価シート"
    receipts = xlsync.open_city(filled).check(folder)
    documents = run("check", folder, "--json").json["receipts"]
    assert [receipt.to_document(with_changes=False) for receipt in receipts] == documents
    assert len(documents) == len(papers.KEYS) + 2
    assert {document["outcome"] for document in documents} == {"accepted", "refused"}


def _blank_purpose(file: Path) -> dict[tuple[str, str], int | None]:
    (reading,) = xlsync.read(file)
    return {(reading.worksheet, reading.cells["purpose"]): None}


def _value_for_formula(file: Path) -> dict[tuple[str, str], int | None]:
    (reading,) = xlsync.read(file)
    return {(reading.worksheet, reading.cells["costs.2017-settled.total_cost"]): 1}


def test_a_file_that_is_no_workbook_is_a_refusal_with_its_reason(filled: Path) -> None:
    city = xlsync.open_city(filled)
    (missing,) = city.check("nowhere.xlsx")
    assert (missing.outcome, missing.reason[:10]) == ("refused", "ファイルがありません")
    for task in (city.check, city.receive):
        with pytest.raises(XlsyncError, match="NoneType"):
            task(None)  # type: ignore[arg-type]


def test_what_is_received_is_in_the_store_and_in_the_frame(filled: Path) -> None:
    file = living(filled)
    (reading,) = xlsync.read(file)
    cell = reading.cells["purpose"]
    file.write_bytes(xlsync.ooxml.patch_cells(file, {reading.worksheet: {cell: "市民の足"}}))
    city = xlsync.open_city(filled)
    (receipt,) = city.receive(file, who="企画担当")
    assert (receipt.outcome, [change.path for change in receipt.changes]) == (
        "accepted",
        ["purpose"],
    )
    head = city.store.head(papers.CLEAN, papers.EDITION)
    assert head is not None
    assert head["purpose"] == "市民の足"
    assert city.receive(file)[0].outcome == "unchanged"
    assert sorted(sheet["key"] for sheet in city.status()) == list(papers.KEYS)
    assert set(city.to_frame()["key"]) == set(papers.KEYS)


def test_a_workbook_is_exported_into_a_folder_or_a_new_file_only(filled: Path) -> None:
    city = xlsync.open_city(filled)
    file = city.export(papers.CLEAN, filled.parent)
    assert file.parent == filled.parent
    assert xlsync.read(file)[0].sheet.key == papers.CLEAN
    for key, to in ((papers.CLEAN, file), ("no-such-key", filled.parent / "other.xlsx")):
        with pytest.raises(xlsync.errors.StoreError):
            city.export(key, to)


def test_summaries_are_written_for_each_department_and_the_city(filled: Path) -> None:
    city = xlsync.open_city(filled)
    departments = {sheet["department"] for sheet in city.status()}
    files = city.summarize(filled.parent / "summaries")
    assert {file.stem for file in files} == departments | {"全庁"}
    assert all(file.is_file() for file in files)
