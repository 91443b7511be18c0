"""Wrong usage and wrong settings, each told in one sentence; the form's own commands; the demo; a quick start."""

from __future__ import annotations

import errno
import importlib.metadata
import json
import platform
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

import xlsync
from tests import papers
from tests.commands import Run
from xlsync.cli.usage import disk_error
from xlsync.form.library import load_form
from xlsync.ooxml import read_cells
from xlsync.workbook.template.template import build_template


@pytest.mark.parametrize(
    "words", [["import"], ["check"], ["frobnicate"], ["import", "--nonsense", "x"], ["form"], []]
)
def test_wrong_usage_ends_with_two(run: Run, words: list[str]) -> None:
    assert run(*words).code == 2


@pytest.mark.parametrize("command", ["status", "audit", "summarize", "import x", "export --all"])
def test_outside_a_city_one_sentence_says_so(run: Run, tmp_path: Path, command: str) -> None:
    said = run(*command.split(), "-C", tmp_path)
    assert (said.code, said.out) == (3, "")
    assert "xlsync.toml" in said.err
    assert said.err.count("\n") == 1


SETTINGS = {
    "an unknown key": ('city = "つくば市"', 'city = "つくば市"\nctiy = "x"', "ctiy"),
    "an unknown folder": ("[folders]", '[folders]\nstoer = "x"', "stoer"),
    "a word for a year": ("edition = 2018", 'edition = "2018"', "edition"),
    "no year": ("edition = 2018", "", "edition"),
    "an impossible year": ("edition = 2018", "edition = 1", "1"),
    "an unknown form": ('form = "jimu-jigyo-hyoka"', 'form = "nowhere"', "form"),
    "no TOML": ("[folders]", "[folders", "xlsync.toml"),
    "a rate for no period": (
        "[folders]",
        '[rates."2017"]\nper-person = 1\nper-hour = 1\n[folders]',
        "2017",
    ),
    "a rate that is a word": (
        "[folders]",
        '[rates."2017-settled"]\nper-person = "x"\nper-hour = 1\n[folders]',
        "per-person",
    ),
    "half a rate": (
        "[folders]",
        '[rates."2017-settled"]\nper-person = 7000\n[folders]',
        "per-hour",
    ),
}


@pytest.mark.parametrize("name", SETTINGS)
def test_wrong_settings_are_named_by_file_and_place(run: Run, folder: Path, name: str) -> None:
    old, new, word = SETTINGS[name]
    file = folder / "xlsync.toml"
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1
    file.write_text(text.replace(old, new), encoding="utf-8")
    for command in ("status", "audit"):
        said = run(command, "-C", folder)
        assert (said.code, said.out) == (3, "")
        assert str(file) in said.err
        assert word in said.err
        assert "Input should" not in said.err


def test_settings_in_another_encoding_are_named(run: Run, folder: Path) -> None:
    file = folder / "xlsync.toml"
    file.write_bytes(file.read_text(encoding="utf-8").encode("cp932"))
    said = run("status", "-C", folder)
    assert said.code == 3
    assert str(file) in said.err


def test_settings_saved_by_notepad_are_read(run: Run, folder: Path) -> None:
    file = folder / "xlsync.toml"
    text = file.read_text(encoding="utf-8").replace("\n", "\r\n")
    file.write_bytes(text.encode("utf-8-sig"))
    assert run("status", "-C", folder).code == 0


def test_form_build_is_the_same_file_twice(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "t.xlsx"
    assert run("form", "build", "--out", out).code == 0
    first = out.read_bytes()
    assert run("form", "build", "--out", out, "--check").code == 0
    assert run("form", "build", "--out", out).code == 0
    assert out.read_bytes() == first
    out.write_bytes(b"x")
    stale = run("form", "build", "--out", out, "--check")
    assert (stale.code, out.read_bytes()) == (1, b"x")


def test_form_check_names_a_mistake(run: Run, tmp_path: Path) -> None:
    assert "128" in run("form", "check").out
    bad = papers.form_folder(
        tmp_path / "form", ('path = "mayoral_pledge"', 'path = "mayoral_plegde"')
    )
    said = run("form", "check", "--form", bad)
    assert said.code == 3
    assert "mayoral_pl" in said.err


def test_form_docs_are_written_and_seen_to_be_true(run: Run, tmp_path: Path) -> None:
    assert run("form", "docs", "--out", tmp_path, "--check").code == 1
    assert run("form", "docs", "--out", tmp_path).code == 0
    assert run("form", "docs", "--out", tmp_path, "--check").code == 0
    for row in papers.field_table():
        assert f"`{row['path']}`" in (tmp_path / "docs/form.md").read_text(encoding="utf-8")
    (tmp_path / "docs/form.md").write_text("stale", encoding="utf-8")
    assert run("form", "docs", "--out", tmp_path, "--check").code == 1


def test_what_is_shipped_is_up_to_date(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(Path(__file__).parents[2])
    assert run("form", "build", "--check").code == 0
    assert run("form", "docs", "--check").code == 0


def test_the_demo_runs_in_an_empty_folder_only(run: Run, tmp_path: Path) -> None:
    said = run("demo", tmp_path / "demo")
    assert (said.code, said.err) == (0, "")
    assert len(list((tmp_path / "demo/shared/評価シート").rglob("*.xlsx"))) == 5
    assert (tmp_path / "demo/shared/集計/全庁.xlsx").is_file()
    assert "全庁.xlsx" in said.out
    assert run("demo", tmp_path / "demo").code == 3


def test_the_workbooks_of_the_demo_show_what_was_received_without_being_calculated(
    run: Run, tmp_path: Path
) -> None:
    run("demo", tmp_path / "demo")
    files = (tmp_path / "demo/shared/評価シート").rglob("*.xlsx")
    shown = {file.name[:17]: read_cells(file.read_bytes())["チェック"] for file in files}
    blanks = {"01-02-01-09-11-01": 2, "01-02-01-10-11-01": 40}
    listed = json.loads(run("status", "--json", "-C", tmp_path / "demo").out)["sheets"]
    assert {sheet["key"]: sheet["blank"] for sheet in listed} == dict.fromkeys(shown, 0) | blanks
    for sheet in listed:
        counts = (
            f"未入力 {sheet['blank']}件 ・ エラー {sheet['errors']}件 ・ 注意 {sheet['warnings']}件"
        )
        assert shown[sheet["key"]]["A4"] == counts
        assert str(shown[sheet["key"]]["C5"]).startswith("受け取り ")


UNUSED = (
    "openpyxl",
    "xlsync.city.settings",
    "xlsync.exchange.reconcile",
    "xlsync.inbox.watcher",
    "xlsync.ooxml.patch",
    "xlsync.store.store",
    "xlsync.workbook.template.template",
)
"""What checking a workbook must not wait for."""
HEAVY = ("openpyxl", "pydantic", "xlsxwriter", "lxml", "jsonschema", "rich.console")


@pytest.mark.parametrize("words", ["--version", "--help"])
def test_the_command_line_comes_at_once(words: str) -> None:
    script = f"""
import sys
sys.argv = ["xlsync", *{words.split()!r}]
from xlsync.cli import main
try:
    main()
except SystemExit as ended:
    assert not ended.code, ended.code
print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stderr.strip() == "[]"
    assert done.stdout


UNUSED_IN_A_CITY = (
    "openpyxl",
    "xlsxwriter",
    "xlsync.backup.snapshot",
    "xlsync.exchange.reconcile",
    "xlsync.exchange.rollover.rollover_plan",
    "xlsync.inbox.watcher",
    "xlsync.publication.published_year",
    "xlsync.summary",
    "xlsync.workbook.template.template",
)
"""What checking a workbook of a city must not wait for either: it reads settings and store."""


def test_checking_a_workbook_outside_a_city_imports_neither_store_nor_merge_nor_writing(
    tmp_path: Path,
) -> None:
    file = tmp_path / "sheet.xlsx"
    file.write_bytes(build_template(load_form(), 2018).data)
    assert _imported_by_check(file, UNUSED) == "[]"


def test_checking_a_workbook_in_a_city_imports_neither_summaries_nor_publication(
    filled: Path,
) -> None:
    file = next((filled / "shared/評価シート").rglob("*.xlsx"))
    assert _imported_by_check(file, UNUSED_IN_A_CITY) == "[]"


def _imported_by_check(file: Path, names: Sequence[str]) -> str:
    """Return which of the modules `xlsync check` has imported at its end, in a process of its own in the file's folder."""
    script = f"""
import sys
sys.argv = ["xlsync", "check", {str(file)!r}]
from xlsync.cli import main
try:
    main()
except SystemExit:
    pass
print([name for name in {names!r} if name in sys.modules], file=sys.stderr)
"""
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
        cwd=file.parent,
    )
    assert "1件" in done.stdout
    return done.stderr.splitlines()[-1]


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EACCES, errno.EIO, errno.EROFS])
def test_a_folder_of_temporary_files_that_takes_nothing_is_no_bug(number: int) -> None:
    told = disk_error(OSError(number, "理由", "x.part"))
    assert told == (
        "xlsync: x.part：読み書きできません（理由）。空き容量と、読み書きの権限を確かめてください",
        3,
    )
    assert disk_error(OSError(errno.EBADF, "理由")) is None
    assert disk_error(ValueError("理由")) is None


def test_the_version_tells_what_support_asks_first(run: Run) -> None:
    said = run("--version")
    lines = said.out.splitlines()
    assert lines[0] == f"xlsync {xlsync.__version__}"
    assert f"openpyxl {importlib.metadata.version('openpyxl')}" in said.out
    assert sys.executable in lines[1]
    assert platform.system() in lines[2]
    assert lines[3].startswith("登録データの書式 ")
