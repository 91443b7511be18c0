"""Several forms in one city: each with settings, store, share, board and summaries of its own; one watcher, one backup."""

from __future__ import annotations

import errno
import json
import os
import shutil
import signal
import threading
from pathlib import Path

import pytest

from tests import example_forms, papers
from tests.cli.conftest import FURTHER_FORMS as FORMS
from tests.commands import Run, living
from tests.example_forms import FOLDER, YEAR
from tests.store.disk_calls import unlisted
from tests.watcher import PATIENCE, log, until, watcher
from tests.watching import saying
from xlsync import open_city
from xlsync.cli.further_watchers import FurtherWatchers
from xlsync.cli.long_running import Bell
from xlsync.ooxml.patch.patch import patch_cells
from xlsync.workbook.reading.form_reader import read


@pytest.fixture
def city(several_forms: Path) -> Path:
    """A city with the shipped form and two further ones."""
    return several_forms


def equipment(folder: Path) -> Path:
    """The workbook of a place of equipment."""
    return next((folder / "shared/備品/評価シート").rglob("A-301_*.xlsx"))


def checked(data: bytes, person: str) -> bytes:
    """The workbook of equipment with another person typed in."""
    (reading,) = read(data, example_forms.form("bihin"))
    return patch_cells(data, {reading.cell_of("check.person"): person})


def checked_by(folder: Path) -> object:
    head = open_city(folder / "forms/備品").store.head("A-301", YEAR)
    assert head is not None
    return head["check.person"]


def test_each_form_has_sheets_summaries_and_a_board_of_its_own(city: Path, run: Run) -> None:
    assert checked_by(city) == "佐藤　花子"
    equipment(city).write_bytes(checked(equipment(city).read_bytes(), "田中　一郎"))
    living(city).write_bytes(saying(living(city).read_bytes(), "新しい目的"))
    said = run("watch", "--once")
    assert said.code in {0, 1}, said.err
    assert said.out.count("受領 1件") == 2
    assert checked_by(city) == "田中　一郎"
    share = city / "shared"
    boards = [file.parent.name for file in share.rglob("提出状況.xlsx")]
    assert sorted(boards) == ["shared", "備品", "研修"]
    assert run("summarize", "-C", "forms/備品").code == 0
    assert {file.name for file in (share / "備品/集計").iterdir()} == {"総務部.xlsx", "全庁.xlsx"}
    assert {file.name for file in (share / "集計").iterdir()} == {
        "政策イノベーション部.xlsx",
        "全庁.xlsx",
    }


@pytest.mark.usefixtures("city")
def test_status_audit_and_doctor_tell_of_every_form(run: Run) -> None:
    told = run("status", "--json").json
    assert [sheet["key"] for sheet in told["sheets"]] == [papers.CLEAN]
    assert {name: len(of["sheets"]) for name, of in told["forms"].items()} == {"備品": 1, "研修": 1}
    assert run("status").out.count("提出済 ") >= len(FORMS)
    alone = run("status", "--json", "-C", "forms/備品").json
    assert alone == told["forms"]["備品"]
    assert run("audit").out.count("異常はありません") == 1 + len(FORMS)
    assert {*run("audit", "--json").json["forms"]} == {*FORMS}
    doctor = run("doctor").out
    assert all(f"様式「{name}」" in doctor for name in FORMS)
    assert run("watch", "--health", "--json").json["forms"]["備品"] == {"alive": False}


def test_a_form_that_cannot_be_opened_does_not_stop_the_others(city: Path, run: Run) -> None:
    shutil.rmtree(city / "forms/備品/store")
    living(city).write_bytes(saying(living(city).read_bytes(), "新しい目的"))
    for words, said_of_others in (
        (("status",), "避難所運営訓練"),
        (("audit",), "シート 1件"),
        (("watch", "--once"), "受領 1件"),
        (("doctor",), "様式「研修」：様式「kenshu-hokoku」"),
    ):
        said = run(*words)
        assert said.code in {1, 3}
        assert said_of_others in said.out
        assert "様式「備品」：" in said.out + said.err
        assert "登録データがありません" in said.out + said.err
    told = run("status", "--json").json["forms"]
    assert "登録データがありません" in told["備品"]["error"]
    assert len(told["研修"]["sheets"]) == 1


def test_a_city_whose_own_form_cannot_be_opened_still_tells_of_the_others(
    city: Path, run: Run
) -> None:
    shutil.rmtree(city / "store")
    for word, said_of_others in (
        ("status", "避難所運営訓練"),
        ("audit", "シート 1件"),
        ("doctor", "様式「研修」：様式「kenshu-hokoku」"),
    ):
        said = run(word)
        assert said.code in {1, 3}
        assert "登録データがありません" in said.out + said.err
        assert said_of_others in said.out


@pytest.mark.skipif(os.name == "nt", reason="symbolic links want rights there")
def test_a_form_whose_settings_cannot_be_looked_at_is_named_and_does_not_stop_the_others(
    city: Path, run: Run
) -> None:
    own = city / "forms/備品/xlsync.toml"
    own.unlink()
    own.symlink_to(own)  # cannot be looked at, not by root either
    for word in ("status", "audit", "doctor"):
        said = run(word)
        assert said.code in {1, 3}
        assert f"様式「備品」：{own}：設定ファイルを読めません" in said.out + said.err
        assert "【研修】" in said.out or "様式「研修」" in said.out
    with unlisted(city / "forms/備品/store", errno.EACCES):
        made = run("backup", city.parent / "控え", "--json")
    assert made.code == 1
    assert made.json["unread"] == ["city/forms/備品/store", "city/forms/備品/xlsync.toml"]
    assert made.json["sheets"] == 2


def test_what_hinders_the_watcher_of_the_citys_own_form_does_not_hinder_the_others(
    city: Path, run: Run
) -> None:
    settings, own = city / "xlsync.toml", city / "forms/備品/xlsync.toml"
    text = settings.read_text(encoding="utf-8")
    assert text.count("# workers = true ") == 1
    settings.write_text(text.replace("# workers = true ", "workers = true "), encoding="utf-8")
    with own.open("a", encoding="utf-8") as opened:
        opened.write("\n[watch]\nquiet-seconds = 0.3\n")
    equipment(city).write_bytes(checked(equipment(city).read_bytes(), "田中　一郎"))
    said = run("watch", "--once")
    assert said.code == 3
    assert "PostgreSQLに置いたとき" in said.err
    assert checked_by(city) == "田中　一郎"


def test_a_damage_of_a_further_form_is_found_from_the_city(city: Path, run: Run) -> None:
    (revision,) = (city / "forms/備品/store/revisions").rglob("A-301/1.json")
    revision.chmod(0o600)
    revision.write_bytes(revision.read_bytes().replace("佐藤".encode(), "佐籐".encode()))
    said = run("audit")
    assert said.code == 1
    assert "A-301/1.json" in said.out


def kept_files(folder: Path) -> dict[str, bytes]:
    """The files of the further forms that a backup promises to keep."""
    left_out = {".lock", "watch.lock", "watch.json", "derived.sqlite"}
    return {
        str(file.relative_to(folder)): file.read_bytes()
        for file in (folder / "forms").rglob("*")
        if file.is_file() and file.name not in left_out and "temporary" not in file.parts
    }


def test_a_backup_holds_every_form_and_is_restored_with_them(city: Path, run: Run) -> None:
    kept = city.parent / "控え"
    made = run("backup", "create", kept, "-C", "forms/研修", "--json")
    assert (made.code, made.json["sheets"]) == (0, 3)
    before = kept_files(city)
    assert any("store/received/" in name or "store/revisions/" in name for name in before)
    assert run("backup", "verify", kept, "--restore").code == 0
    new = city.parent / "新しい市"
    assert run("restore", kept, new).code == 0
    assert kept_files(new) == before
    assert (new / "forms/備品/store").stat().st_mode & 0o077 == 0
    assert run("audit", "-C", new).out.count("異常はありません") == 3
    shutil.rmtree(city / "forms/備品/store/revisions")
    again = run("backup", "create", kept)
    assert again.code == 1
    assert "前の控えにあった記録" in again.err


def test_the_settings_of_a_further_form_take_from_the_citys_what_they_do_not_say(
    city: Path, run: Run
) -> None:
    settings = city / "xlsync.toml"
    text = settings.read_text(encoding="utf-8").replace("つくば市", "土浦市")
    settings.write_text(text.replace('shared = "shared"', 'shared = "共有"'), encoding="utf-8")
    taken = open_city("forms/備品").settings
    assert taken.name == "土浦市"
    assert taken.shared == city / "共有/備品"
    assert taken.long_running.watch.quiet_seconds == 0.3
    own = city / "forms/備品/xlsync.toml"
    own.write_text('write-back = "off"\n' + own.read_text(encoding="utf-8"), encoding="utf-8")
    assert not open_city("forms/備品").settings.write_back
    assert open_city(".").settings.write_back
    settings.write_text("city = \n", encoding="utf-8")
    said = run("status", "-C", "forms/備品")
    assert said.code == 3
    assert str(settings) in said.err


@pytest.mark.parametrize(
    ("right", "wrong", "why"),
    [
        ('store = "store"', 'stor = "store"', "folders → stor："),
        ('write-back = "on"', 'write-back = "yes"', "write-back："),
    ],
)
def test_a_fault_in_the_citys_settings_is_told_with_their_file_from_a_further_form(
    city: Path, run: Run, right: str, wrong: str, why: str
) -> None:
    settings = city / "xlsync.toml"
    text = settings.read_text(encoding="utf-8")
    assert text.count(right) == 1
    settings.write_text(text.replace(right, wrong), encoding="utf-8")
    said = run("status", "-C", "forms/備品")
    assert said.code == 3
    assert f"{settings}：{why}" in said.err


def test_a_backup_is_made_although_settings_of_a_form_are_wrong_and_says_so(
    city: Path, run: Run
) -> None:
    own = city / "forms/備品/xlsync.toml"
    right = own.read_text(encoding="utf-8")
    kept = city.parent / "控え"
    own.write_text('organization = "組織.csv"\n' + right, encoding="utf-8")  # a table is wanted
    assert run("backup", "create", kept).code == 0
    own.write_text(right + "\nedition = \n", encoding="utf-8")
    before = kept_files(city)
    made = run("backup", "create", kept)
    assert made.code == 1
    assert f"{own}：設定として読めません" in made.err
    assert run("restore", kept, city.parent / "新しい市").code == 1  # the settings are still wrong
    assert kept_files(city.parent / "新しい市") == before


@pytest.mark.parametrize(
    ("name", "example", "why"),
    [
        ("研修", "hojokin", "設定ファイルがすでにあります"),
        ("もう1つの備品", "bihin", "もう様式「備品」で集めています"),
        ("集計", "hojokin", "使われています"),
        ("ＫＥＮ／ＳＨＵ.", "hojokin", "フォルダの名前に使えません"),
        ("..", "hojokin", "フォルダの名前に使えません"),
        ("補助金", "ない様式", "読めません"),
    ],
)
def test_a_form_is_not_added_under_a_name_or_a_second_time_that_would_mix_up_sheets(
    city: Path, run: Run, name: str, example: str, why: str
) -> None:
    said = run("form", "add", name, "--form", FOLDER / example)
    assert (said.code, said.out) == (3, "")
    assert why in said.err
    assert {folder.name for folder in (city / "forms").iterdir()} == {*FORMS}


def test_a_further_form_takes_the_citys_list_of_units_where_its_units_are_the_same(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "市"
    assert run("init", folder, "--edition", YEAR, "--form", FOLDER / "bihin").code == 0
    (folder / "組織.csv").write_text("部,課\n総務部,管財課\n", encoding="utf-8")
    settings = folder / "xlsync.toml"
    text = settings.read_text(encoding="utf-8")
    listed = text.replace("# [organization]\n# file", "[organization]\nfile")
    assert listed != text
    settings.write_text(listed, encoding="utf-8")
    monkeypatch.chdir(folder)
    for name, example, takes in (("調書", "keikaku-hyoka", False), ("補助金", "hojokin", True)):
        assert run("form", "add", name, "--form", FOLDER / example).code == 0
        empty = run("status", "-C", f"forms/{name}")
        assert "まだ登録されたシートがありません" in empty.out
        assert (empty.code, empty.err, "0件" in empty.out) == (0, "", False)
        units = open_city(f"forms/{name}").settings.organization
        assert (units is not None) == takes


def test_a_form_for_which_the_system_gives_no_thread_does_not_stop_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    for folder in (tmp_path, tmp_path / "forms/備品", tmp_path / "forms/補助金"):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "xlsync.toml").touch()
    real, watched = threading.Thread.start, threading.Event()

    def start(thread: threading.Thread) -> None:
        if thread.name == "xlsync-備品":
            raise RuntimeError("can't start new thread")
        real(thread)

    monkeypatch.setattr(threading.Thread, "start", start)
    with FurtherWatchers(tmp_path, Bell(), lambda *_: watched.set()):
        assert watched.wait(PATIENCE)
    assert "様式「備品」を見張れません：can't start new thread" in caplog.text


@pytest.mark.slow
def test_one_watcher_watches_all_forms_also_one_that_is_added_meanwhile(
    city: Path, run: Run
) -> None:
    with watcher(city) as process:
        until(lambda: log(city).count("一覧") == 1 + len(FORMS))
        assert run("form", "add", "補助金", "--form", FOLDER / "hojokin").code == 0
        equipment(city).write_bytes(checked(equipment(city).read_bytes(), "田中　一郎"))
        until(lambda: checked_by(city) == "田中　一郎")
        living(city).write_bytes(saying(living(city).read_bytes(), "新しい目的"))
        until(lambda: "受領 shared/評価シート" in log(city))
        until(lambda: "【補助金】一覧" in log(city))
        assert "【備品】受領" in log(city)
        second = run("watch", "--once", "-C", "forms/備品")
        assert second.code == 3
        assert "1つだけ" in second.err
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0
    for name in FORMS:
        told = json.loads((city / "forms" / name / "store/watch.json").read_bytes())
        assert told["mode"] == "stopped"
