"""--dry-run shows what a command would do, in the words of the command, and changes no file."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import papers
from tests.cities import typed
from tests.commands import Run, living
from xlsync import open_city
from xlsync.sheet import Sheet
from xlsync.sheet_keys import SheetId

KEY = papers.CLEAN
LAST = papers.edition().definition.identity.key[-1]


def everything(folder: Path) -> dict[str, bytes]:
    files = (file for file in folder.rglob("*") if file.is_file())
    return {str(f): f.read_bytes() for f in files if f.suffix not in {".lock", ".sqlite"}}


def type_in(folder: Path, **changes: str) -> Path:
    book = living(folder)
    book.write_bytes(typed(book.read_bytes(), changes))
    return book


def head(folder: Path) -> Sheet:
    found = open_city(folder).store.head(SheetId(KEY), papers.EDITION)
    assert found is not None
    return found


def by_the_office(folder: Path, run: Run, purpose: str) -> None:
    document = head(folder).with_values({"purpose": purpose}).to_json()
    (folder / "a.json").write_bytes(document)
    assert run("import", folder / "a.json").code == 0


def test_import_shows_what_would_be_received(filled: Path, run: Run) -> None:
    book = type_in(filled, purpose="打ったばかりの目的")
    before = everything(filled)
    shown = run("import", book, "--dry-run")
    assert (shown.code, "まだ何も登録していません" in shown.out) == (0, True)
    assert everything(filled) == before
    run("import", book)
    assert head(filled)["purpose"] == "打ったばかりの目的"


def test_export_shows_which_workbooks_would_be_made_and_which_written(
    filled: Path, run: Run
) -> None:
    book = living(filled)
    run("import", book)
    gone = next(f for f in (filled / "shared/評価シート").rglob("*.xlsx") if f != book)
    gone.unlink()
    by_the_office(filled, run, "企画が直した")
    before = everything(filled)
    shown = run("export", "--all", "--dry-run")
    assert f"作成します {gone.relative_to(filled)}" in shown.out.replace(f"{filled}/", "")
    assert "書き戻します（1か所）" in shown.out
    assert "まだ何もしていません" in shown.out
    assert everything(filled) == before
    outcomes = {
        one["outcome"] for one in run("export", "--all", "--dry-run", "--json").json["workbooks"]
    }
    assert outcomes == {"created", "written-back", "kept"}
    assert everything(filled) == before


def test_resolve_shows_what_would_be_decided(filled: Path, run: Run) -> None:
    book = type_in(filled, purpose="職員の目的")
    by_the_office(filled, run, "企画の目的")
    assert run("import", book).code == 1
    before = everything(filled)
    for option, words in (
        ("--all-ours", "「企画の目的」のままにします"),
        ("--all-theirs", "ファイルの内容に"),
    ):
        shown = run("resolve", KEY, option, "--dry-run")
        assert (shown.code, words in shown.out) == (0, True)
    assert "「別」にします" in run("resolve", KEY, "--value", "purpose=別", "--dry-run").out
    assert run("resolve", KEY, "--ours", "outline", "--dry-run").code == 3
    assert everything(filled) == before


@pytest.mark.parametrize("option", ["--accept", "--reject"])
def test_a_typed_code_is_decided_by_review(filled: Path, run: Run, option: str) -> None:
    book = type_in(filled, **{LAST: "77"})
    receipt = run("import", book, "--json").json["receipts"][0]
    assert "key-proposed" in {finding["code"] for finding in receipt["findings"]}
    assert "確認待ち 1件" in run("status").out
    run("review", option, KEY)
    new = f"{KEY[:-2]}77"
    expected = new if option == "--accept" else KEY
    assert expected in run("status").out
    assert run("export", "--all").code in {0, 1}
    names = {file.name[: len(KEY)] for file in (filled / "shared/評価シート").rglob("*.xlsx")}
    assert (expected in names, {KEY, new} <= names) == (True, False)
    assert run("import", filled / "shared").code in {0, 1}
    assert "確認待ち 0件" in run("review").out
