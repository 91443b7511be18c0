"""`xlsync publish`: confirmed sheets only, shown first, written as a whole or not at all."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path
from typing import Any

import pytest

from tests import papers
from tests.commands import EXAMPLES, Run

DEPARTMENT = "政策イノベーション部"
FIRST, OTHER = papers.KEYS[:2]


@pytest.fixture
def confirmed(folder: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A city's folder with the five sheets, the first of them final, the second confirmed; the working directory."""
    monkeypatch.chdir(folder)
    assert run("import", EXAMPLES).code in {0, 1}
    for key in (FIRST, OTHER):
        assert run("submit", key).code == 0
        assert run("confirm", key).code == 0
    assert run("finalize", FIRST).code == 0
    return folder


def files_in(folder: Path) -> dict[str, bytes]:
    """Every file below a folder by its path there."""
    files = [file for file in folder.rglob("*") if file.is_file()]
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in files}


def test_only_confirmed_sheets_are_published_and_the_others_are_named(
    confirmed: Path, run: Run
) -> None:
    assert run("sheets", "exclude", papers.KEYS[2], "--reason", "内部事務のため").code == 0
    shown = run("publish", "公表", "--without-book")
    assert shown.code == 1
    assert "公表するシート：2件" in shown.out
    assert "対象外（内部事務のため）" in shown.out
    assert "--yes" in shown.out
    assert not (confirmed / "公表").exists()
    done = run("publish", "公表", "--without-book", "--yes", "--json")
    assert done.code == 0
    assert [sheet["key"] for sheet in done.json["sheets"]] == [FIRST, OTHER]
    assert done.json["counts"] == {"登録": 5, "公表": 2, "入力中": 2, "対象外": 1}
    names = {path for path in files_in(confirmed / "公表") if path.startswith("data/2018/sheets/")}
    assert names == {f"data/2018/sheets/{key}.json" for key in (FIRST, OTHER)}


def line_of(run: Run, key: str) -> str:
    """What a dry run says of a sheet that is not published."""
    said = run("publish", "公表", "--without-book", "--dry-run")
    assert said.code == 0
    return next(line for line in said.out.splitlines() if key in line)


def test_a_sheet_changed_after_it_was_confirmed_is_not_published(confirmed: Path, run: Run) -> None:
    document = json.loads((EXAMPLES / f"{OTHER}.json").read_bytes())
    document["purpose"] = "書き換えた目的"
    (confirmed / f"{OTHER}.json").write_text(json.dumps(document), encoding="utf-8")
    assert run("import", f"{OTHER}.json").code in {0, 1}
    assert "入力の重なりが決まっていません" in line_of(run, OTHER)
    assert run("resolve", OTHER, "--all-theirs").code in {0, 1}
    assert "確認のあとに変更されています" in line_of(run, OTHER)
    assert run("confirm", OTHER).code == 0
    assert "公表するシート：2件" in run("publish", "公表", "--without-book", "--dry-run").out


def test_a_named_snapshot_is_published_as_it_was_frozen_whatever_came_afterwards(
    confirmed: Path, run: Run
) -> None:
    publish = ("publish", "公表", "--without-book", "--yes")
    assert run(*publish).code == 0
    then = files_in(confirmed / "公表")
    assert run("snapshot", "一次公表").code == 0
    name(run, "時点を残したあとの目的")
    assert run("return", OTHER, "--comment", "差戻し").code == 0
    assert run("submit", papers.KEYS[2]).code == 0
    assert run("confirm", papers.KEYS[2]).code == 0
    assert run("publish", "いま", "--without-book", "--yes").code == 0
    assert files_in(confirmed / "いま") != then
    shown = run("publish", "別の場所", "--without-book", "--dry-run", "--snapshot", "一次公表")
    assert "公表するシート：2件（" in shown.out
    assert "時点「一次公表」の内容" in shown.out
    done = run("publish", "別の場所", "--without-book", "--yes", "--json", "--snapshot", "一次公表")
    assert (done.code, done.json["snapshot"]) == (0, "一次公表")
    assert files_in(confirmed / "別の場所") == then
    assert run(*publish, "--snapshot", "一次公表").code == 0
    assert files_in(confirmed / "公表") == then
    unknown = run(*publish, "--snapshot", "ない")
    assert (unknown.code, "一次公表" in unknown.err) == (3, True)


def test_a_folder_with_other_files_is_left_alone(confirmed: Path, run: Run) -> None:
    (confirmed / "公表").mkdir()
    (confirmed / "公表/大事.txt").write_text("x", encoding="utf-8")
    said = run("publish", "公表", "--without-book", "--yes")
    assert said.code == 3
    assert "ほかのファイルがあります" in said.err
    assert list(files_in(confirmed / "公表")) == ["大事.txt"]


def test_what_others_put_beside_a_publication_and_other_years_are_taken_along(
    confirmed: Path, run: Run
) -> None:
    assert run("publish", "公表", "--without-book", "--yes").code == 0
    (confirmed / "公表/.htaccess").write_text("Options -Indexes", encoding="utf-8")
    before = files_in(confirmed / "公表")
    assert run("publish", "公表", "--without-book", "--yes").code == 0
    assert files_in(confirmed / "公表") == before


def test_a_disk_that_is_full_in_the_middle_leaves_the_last_publication_as_it_was(
    confirmed: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("publish", "公表", "--without-book", "--yes").code == 0
    before = files_in(confirmed / "公表")
    assert run("confirm", OTHER).code == 0
    assert run("finalize", OTHER).code == 0
    real, written = os.write, []

    def full(handle: int, data: Any) -> int:
        written.append(handle)
        if len(written) > 20:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return real(handle, data)

    monkeypatch.setattr(os, "write", full)
    said = run("publish", "公表", "--without-book", "--yes")
    monkeypatch.undo()
    assert said.code == 3
    assert "空き容量" in said.err
    assert files_in(confirmed / "公表") == before
    assert [path.name for path in confirmed.iterdir() if "xlsync-new" in path.name] == []


def test_nothing_confirmed_is_said(folder: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    assert run("import", EXAMPLES).code in {0, 1}
    said = run("publish", "公表", "--without-book", "--yes")
    assert said.code == 1
    assert not Path("公表").exists()
    assert "公表できるシートがありません" in said.err


def test_the_settings_name_the_city_and_the_licence(confirmed: Path, run: Run) -> None:
    with (confirmed / "xlsync.toml").open("a", encoding="utf-8") as settings:
        settings.write('\n[publication]\ncity-code = "082201"\nlicence = "CC BY 4.0"\n')
    said = run("publish", "公表", "--without-book", "--yes")
    assert "city-code" not in said.out
    assert "contact" in said.out
    package = (confirmed / "公表/data/2018/datapackage.json").read_text(encoding="utf-8")
    assert '"city_code": "082201"' in package
    text = (confirmed / "xlsync.toml").read_text(encoding="utf-8").replace("082201", "082202")
    (confirmed / "xlsync.toml").write_text(text, encoding="utf-8")
    said = run("publish", "公表", "--without-book", "--yes")
    assert said.code == 3
    assert "検査数字" in said.err


def test_words_that_may_name_a_person_are_confirmed_once_and_again_where_the_text_changed(
    confirmed: Path, run: Run
) -> None:
    publish = ("publish", "公表", "--without-book", "--yes")
    assert run(*publish).code == 0
    name(run, "講師の山田太郎氏を招いた。")
    said = run(*publish)
    assert said.code == 1
    assert "山田太郎氏" in said.out
    assert "--names-confirmed" in said.err
    assert said.out.splitlines()[-1] == "何も書き込んでいません。"
    data = confirmed / f"公表/data/2018/sheets/{OTHER}.json"
    assert "山田太郎" not in data.read_text(encoding="utf-8")
    assert run(*publish, "--names-confirmed").code == 0
    assert "山田太郎" in data.read_text(encoding="utf-8")
    assert "山田太郎氏" in (confirmed / "公表前の確認.csv").read_text(encoding="utf-8-sig")
    silent = run(*publish)
    assert silent.code == 0
    assert "山田太郎" not in silent.out
    name(run, "講師の鈴木花子氏を招いた。")
    shown = run(*publish, "--dry-run")
    assert "訂正" in shown.out
    assert "鈴木花子氏" in shown.out


def test_what_was_confirmed_is_kept_whatever_a_person_did_to_the_list(
    confirmed: Path, run: Run
) -> None:
    publish = ("publish", "公表", "--without-book", "--yes", "--names-confirmed")
    name(run, "講師の山田太郎氏を招いた。")
    assert run(*publish).code == 0
    file = confirmed / "公表前の確認.csv"
    text = (
        file.read_text(encoding="utf-8-sig").rstrip() + ",広報課と相談\n2017,1-1,purpose,佐藤様\n"
    )
    file.write_text(text, encoding="utf-8-sig")
    assert "山田太郎" not in run("publish", "公表", "--without-book", "--dry-run").out
    name(run, "講師の鈴木花子氏を招いた。")
    assert run(*publish).code == 0
    after = file.read_text(encoding="utf-8-sig").splitlines()
    assert after[: len(text.splitlines())] == text.splitlines()
    assert "鈴木花子氏" in after[-1]
    name(run, "講師の田中一郎氏を招いた。")
    damaged = b"\x81\xff\x00"
    file.write_bytes(damaged)
    said = run(*publish)
    assert said.code == 3
    assert "公表前の確認.csv" in said.err
    assert file.read_bytes() == damaged


def test_a_preview_and_a_publication_do_not_share_a_folder(confirmed: Path, run: Run) -> None:
    publish, preview = (("publish", name, "--without-book", "--yes") for name in ("公表", "下見"))
    assert run(*publish).code == 0
    before = files_in(confirmed / "公表")
    said = run(*publish, "--all", "--names-confirmed")
    assert said.code == 3
    assert "下見（--all）を書き込めません" in said.err
    assert files_in(confirmed / "公表") == before
    for _ in range(2):
        said = run(*preview, "--all", "--names-confirmed")
        assert (said.code, "下見に入れるシート（確認済でないものも）：" in said.out) == (0, True)
        assert "下見のフォルダを作りました（公表しないでください）：" in said.out
        assert "公表用のフォルダ" not in said.out
    before = files_in(confirmed / "下見")
    assert len([path for path in before if path.startswith("data/2018/sheets/")]) > 2
    said = run(*preview)
    assert said.code == 3
    assert "公表には新しいフォルダを" in said.err
    assert files_in(confirmed / "下見") == before


def name(run: Run, text: str) -> None:
    """Put a text into the confirmed sheet, as the planning office does, and confirm it again."""
    document = json.loads((EXAMPLES / f"{OTHER}.json").read_bytes())
    document["purpose"] = text
    Path("changed.json").write_text(json.dumps(document), encoding="utf-8")
    said = run("import", "changed.json")
    if "入力の重なり" in said.out:
        assert run("resolve", OTHER, "--all-theirs").code in {0, 1}
    assert run("confirm", OTHER).code == 0
