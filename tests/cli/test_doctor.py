"""`xlsync doctor`: each fault that it looks for, made for real, is named with its remedy; a healthy city is called so."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections import namedtuple
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from tests import papers
from tests.commands import EXAMPLES, Run
from xlsync.city.diagnosis.diagnosis import Diagnosis
from xlsync.city.diagnosis.folder_checks import (
    FolderSubject,
    disk_checks,
    path_checks,
    share_checks,
    store_checks,
)
from xlsync.city.diagnosis.machine_checks import console_checks, office_checks, package_checks
from xlsync.city.diagnosis.running_checks import backup_checks, clock_checks, watcher_checks
from xlsync.city.settings import find_settings
from xlsync.inbox.heartbeat import FILE, STALE_AFTER
from xlsync.inbox.intake.libreoffice import LibreOffice
from xlsync.inbox.watcher_lock import only_watcher

NOW = dt.datetime(2026, 11, 30, 9, 0, tzinfo=dt.timezone(dt.timedelta(hours=9)))
Usage = namedtuple("Usage", "total used free")  # noqa: PYI024 - as shutil's


def by_code(diagnoses: Iterable[Diagnosis]) -> dict[str, Diagnosis]:
    found = {each.code: each for each in diagnoses}
    for each in found.values():
        assert each.remedy or not each.asks_for_work, each
    return found


def severities(diagnoses: Iterable[Diagnosis]) -> dict[str, str]:
    return {code: each.severity for code, each in by_code(diagnoses).items()}


def beat(store: Path, **entries: Any) -> None:
    """Write a heartbeat as a watcher does."""
    record = {"when": NOW.isoformat(), "mode": "running", **entries}
    (store / FILE).write_text(json.dumps(record), encoding="utf-8")


@pytest.fixture
def share(tmp_path: Path) -> FolderSubject:
    (tmp_path / "共有").mkdir()
    return FolderSubject("share", "共有フォルダ", tmp_path / "共有")


def test_a_city_that_is_well_is_told_so(folder: Path, run: Run, tmp_path: Path) -> None:
    run("import", "-C", folder, EXAMPLES / f"{papers.CLEAN}.json")
    with (folder / "xlsync.toml").open("a", encoding="utf-8") as settings:
        settings.write(f"\n[backup]\nfolder = '{tmp_path / '控え'}'\n")
    assert run("backup", "-C", folder).code == 0
    (folder / "store").chmod(0o700)
    with only_watcher(folder / "store"):
        beat(folder / "store", when=dt.datetime.now().astimezone().isoformat())
        said = run("doctor", "-C", folder, "--json")
    bad = {
        check["code"]: check
        for check in said.json["checks"]
        if check["severity"] in {"warning", "error"}
    }
    assert bad.keys() <= {"fonts", "libreoffice", "store-free", "share-free"}, (
        bad
    )  # the machine's own
    assert said.json["healthy"] is not bool(bad)
    assert said.code == int(bool(bad))
    assert {"openpyxl", "lxml", "python", "xlsync"} <= said.json["versions"].keys()
    assert {
        "settings",
        "clock",
        "share-clock",
        "share-rename",
        "share-names",
        "watcher",
        "backup",
    } <= {check["code"] for check in said.json["checks"]}


def test_a_new_city_is_told_what_is_still_to_do(folder: Path, run: Run) -> None:
    said = run("doctor", "-C", folder)
    assert said.code == 1
    assert "× 見張りが動いていません" in said.out
    assert "[backup] folder" in said.out
    assert not [file for file in folder.rglob("*") if file.name.startswith(".xlsync-")]


def test_outside_a_city_the_computer_is_looked_at(tmp_path: Path, run: Run) -> None:
    said = run("doctor", "-C", tmp_path, "--json")
    assert said.code == 1
    checks = {check["code"]: check["severity"] for check in said.json["checks"]}
    assert checks["versions"] == "ok"
    assert checks["settings"] == "error"


def test_a_wrong_setting_is_named_and_the_computer_is_looked_at_all_the_same(
    folder: Path, run: Run
) -> None:
    with (folder / "xlsync.toml").open("a", encoding="utf-8") as settings:
        settings.write("\n[bakup]\n")
    said = run("doctor", "-C", folder)
    assert said.code == 1
    assert "bakup" in said.out
    assert "Python" in said.out


def test_a_missing_folder_and_a_full_disk_are_errors(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = FolderSubject("share", "共有フォルダ", tmp_path / "ない")
    assert severities(disk_checks(gone)) == {"share-missing": "error"}
    here = FolderSubject("store", "登録データ", tmp_path)
    for free, severity in ((2**33, "ok"), (2**29, "warning"), (2**20, "error")):
        monkeypatch.setattr(shutil, "disk_usage", lambda _folder, free=free: Usage(2**40, 0, free))
        assert severities(disk_checks(here)) == {"store-free": severity}


def test_a_store_that_others_can_read_or_that_takes_nothing_is_told(tmp_path: Path) -> None:
    store = FolderSubject("store", "登録データ", tmp_path)
    tmp_path.chmod(0o700)
    assert severities(store_checks(store)).keys() == {"store-speed"}
    tmp_path.chmod(0o755)
    assert severities(store_checks(store))["store-rights"] == "warning"
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(sys.platform == "win32", reason="/proc")
def test_a_folder_that_refuses_files_is_told() -> None:
    refusing = Path("/proc/self")
    store, share = (FolderSubject(code, code, refusing) for code in ("store", "share"))
    assert severities(store_checks(store))["store-write"] == "error"
    assert severities(share_checks(share)) == {"share-write": "error"}


def test_a_share_whose_clock_differs_is_told(
    share: FolderSubject, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert severities(share_checks(share)) == dict.fromkeys(
        ("share-clock", "share-rename", "share-names"), "ok"
    )
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() - 300)
    told = by_code(share_checks(share))["share-clock"]
    assert (told.severity, "300 秒" in told.message) == ("warning", True)
    assert not list(share.folder.iterdir())


def test_a_file_that_excel_cannot_open_by_its_path_is_named(share: FolderSubject) -> None:
    deep = share.folder / ("ながい部" * 12) / ("ながい課" * 12) / ("ながい係" * 12)
    deep.mkdir(parents=True)
    assert severities(path_checks(share)) == {"share-paths": "ok"}
    (deep / ("ながい事業" * 12 + ".xlsx")).touch()
    told = by_code(path_checks(share))["share-paths"]
    assert told.severity == "warning"
    assert "ながい事業" in told.message


@pytest.mark.parametrize(
    ("encoding", "severity"),
    [
        ("utf-8", "ok"),
        ("cp932", "ok"),
        ("ascii", "warning"),
        ("cp437", "warning"),
        ("?", "warning"),
    ],
)
def test_a_terminal_without_japanese_is_told(encoding: str, severity: str) -> None:
    assert severities(console_checks(encoding)) == {"console": severity}


def program(file: Path, *lines: str) -> Path:
    """A program of the system's that answers with some lines."""
    file.write_text("#!/bin/sh\n" + "".join(f"echo '{line}'\n" for line in lines))
    file.chmod(0o755)
    return file


@pytest.mark.skipif(sys.platform == "win32", reason="a shell script")
def test_libreoffice_and_fonts_are_looked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert severities(office_checks(LibreOffice(None))) == {"libreoffice": "note"}
    office = LibreOffice(program(tmp_path / "soffice", "LibreOffice 7.4.7.2"))
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    program(tmp_path / "fc-list", "IPAゴシック,IPAGothic:style=Regular", "IPAゴシック:style=Bold")
    assert severities(office_checks(office)) == {"libreoffice": "ok", "fonts": "ok"}
    assert "1種類（IPAゴシック など）" in by_code(office_checks(office))["fonts"].message
    program(tmp_path / "fc-list")
    assert severities(office_checks(office)) == {"libreoffice": "ok", "fonts": "warning"}
    (tmp_path / "fc-list").write_text("#!/bin/sh\nexit 1\n")
    assert severities(office_checks(office)) == {"libreoffice": "ok", "fonts": "note"}
    (tmp_path / "soffice").write_text("#!/bin/sh\nexit 1\n")
    assert severities(office_checks(office))["libreoffice"] == "warning"


def test_a_watcher_that_is_away_hangs_or_cannot_do_something_is_told(folder: Path) -> None:
    city = find_settings(folder)
    assert severities(watcher_checks(city, NOW)) == {"watcher": "error"}
    with only_watcher(city.store.folder):
        beat(city.store.folder)
        assert severities(watcher_checks(city, NOW)) == {"watcher": "ok"}
        beat(city.store.folder, errors=["提出状況に書けません"])
        assert "提出状況に書けません" in by_code(watcher_checks(city, NOW))["watcher"].message
        late = NOW + dt.timedelta(seconds=STALE_AFTER + 1)
        assert "固まって" in by_code(watcher_checks(city, late))["watcher"].message
    assert "動いていません" in by_code(watcher_checks(city, NOW))["watcher"].message


def test_a_backup_that_is_late_or_was_never_made_is_told(tmp_path: Path) -> None:
    assert severities(backup_checks(None, NOW)) == {"backup": "warning"}
    assert severities(backup_checks(tmp_path, NOW)) == {"backup": "error"}
    (tmp_path / "snapshots").mkdir()
    for name, severity in (("20261101", "error"), ("20261127", "warning"), ("20261130", "ok")):
        (tmp_path / f"snapshots/{name}-020000000-0123456789ab.json").touch()
        assert severities(backup_checks(tmp_path, NOW)) == {"backup": severity}


def test_a_clock_behind_the_last_receipt_is_told(folder: Path, run: Run) -> None:
    run("import", "-C", folder, EXAMPLES / f"{papers.CLEAN}.json")
    city, now = find_settings(folder), dt.datetime.now().astimezone()
    assert severities(clock_checks(city, now)) == {"clock": "ok"}
    assert severities(clock_checks(city, now - dt.timedelta(hours=9))) == {"clock": "error"}


def told(run: Run, folder: Path) -> dict[str, str]:
    """What asks for work, as `xlsync doctor` says it: each message with its remedy, by code."""
    checks = run("doctor", "-C", folder, "--json").json["checks"]
    bad = (each for each in checks if each["severity"] in {"warning", "error"})
    return {each["code"]: f"{each['message']}：{each['remedy']}" for each in bad}


@pytest.mark.skipif(sys.platform == "win32", reason="chmod")
def test_doing_what_a_remedy_says_makes_its_finding_vanish(
    folder: Path, run: Run, tmp_path: Path
) -> None:
    """Each fault is made, its remedy done to the letter; those that need another computer are in docs/ja/it.md."""
    run("import", "-C", folder, EXAMPLES / f"{papers.CLEAN}.json")
    settings, store = folder / "xlsync.toml", folder / "store"
    store.chmod(0o755)
    (folder / "shared").rename(tmp_path / "ない")
    said = told(run, folder)
    assert {"store-rights", "share-missing", "watcher", "backup"} <= said.keys()
    command = said["store-rights"].partition("（")[2].rpartition("）")[0]
    subprocess.run(command.split(), check=True)
    (tmp_path / "ない").rename(folder / "shared")
    kept = tmp_path / "控え"
    with settings.open("a", encoding="utf-8") as lines:
        lines.write(f"\n[backup]\nfolder = '{kept}'\n")
    said = told(run, folder)
    assert not {"store-rights", "share-missing"} & said.keys()
    assert "控えがまだありません" in said["backup"]
    assert "`xlsync backup`" in said["backup"]
    assert run("backup", "-C", folder).code == 0
    with only_watcher(store):
        beat(store, when=dt.datetime.now().astimezone().isoformat())
        assert not {"backup", "watcher"} & told(run, folder).keys()
    whole = settings.read_bytes()
    settings.write_bytes(whole + b"[bakup]\n")
    assert "xlsync.toml を直してください" in told(run, folder)["settings"]
    settings.write_bytes(whole)
    assert "settings" not in told(run, folder)
    shutil.rmtree(store)
    assert "`xlsync restore 控えのフォルダ 新しいフォルダ`" in told(run, folder)["store"]
    assert run("restore", kept, tmp_path / "新しい", "--shared", folder / "shared").code == 0
    assert told(run, tmp_path / "新しい").keys() <= {"watcher", "fonts", "store-free", "share-free"}


def test_a_package_of_another_version_or_none_is_told_and_not_any_more_when_it_is_right(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (well,) = package_checks()
    assert well.severity == "ok"
    described = tmp_path / "filelock-4.2.3.dist-info/METADATA"
    described.parent.mkdir()
    described.write_text("Metadata-Version: 2.1\nName: filelock\nVersion: 4.2.3\n")
    with monkeypatch.context() as older:
        older.syspath_prepend(tmp_path)
        (said,) = package_checks()
    assert said.severity == "error"
    assert "filelock>=4.2.4（いま 4.2.3）" in said.message
    assert "入れ直してください" in said.remedy
    (again,) = package_checks()
    assert again == well


def test_a_store_of_a_later_version_is_not_said_to_be_damaged(folder: Path, run: Run) -> None:
    run("import", "-C", folder, EXAMPLES / f"{papers.CLEAN}.json")
    described = folder / "store/store.json"
    ours = described.read_bytes()
    described.write_bytes(re.sub(rb'"format": \d+', b'"format": 99', ours))
    told_newer = told(run, folder)["store"]
    assert "新しい版の xlsync を入れてください" in told_newer
    assert "壊れたり" not in told_newer
    described.write_bytes(ours)
    assert "store" not in told(run, folder)


@pytest.mark.skipif(shutil.which("fc-list") is None, reason="fontconfig")
def test_a_font_that_is_put_in_makes_the_finding_vanish(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = LibreOffice(program(tmp_path / "soffice", "LibreOffice 7.4.7.2"))
    (tmp_path / "fonts").mkdir()
    rules = f"<fontconfig><dir>{tmp_path / 'fonts'}</dir><cachedir>{tmp_path / 'cache'}</cachedir></fontconfig>"
    (tmp_path / "fonts.conf").write_text(rules, encoding="utf-8")
    listed = subprocess.run(
        ["fc-list", ":lang=ja", "file"], capture_output=True, check=True, text=True
    )
    found = [line.rstrip(": ") for line in listed.stdout.splitlines()]
    if not found:
        pytest.skip("no Japanese font to put in")
    monkeypatch.setenv("FONTCONFIG_FILE", str(tmp_path / "fonts.conf"))
    assert severities(office_checks(office))["fonts"] == "warning"
    shutil.copy(found[0], tmp_path / "fonts")
    assert severities(office_checks(office))["fonts"] == "ok"


def test_a_terminal_says_what_to_set_and_is_content_when_it_is_set(tmp_path: Path) -> None:
    words = [str(Path(sys.executable).with_name("xlsync")), "doctor", "-C", str(tmp_path), "--json"]
    plain = {**os.environ, "LC_ALL": "C", "PYTHONCOERCECLOCALE": "0"}
    refused, done = (
        subprocess.run(words, capture_output=True, check=False, env={**plain, "PYTHONUTF8": utf8})
        for utf8 in ("0", "1")
    )
    assert (refused.returncode, b"set PYTHONUTF8=1" in refused.stderr) == (3, True)
    checks = json.loads(done.stdout)["checks"]
    assert {"console": "ok"}.items() <= {each["code"]: each["severity"] for each in checks}.items()
