"""The real program in a process of its own: events, signals, kills."""

from __future__ import annotations

import ctypes
import datetime as dt
import json
import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests import papers
from tests.commands import EXAMPLES, Run, living
from tests.papers import form_folder, in_field
from tests.watcher import MAIN, PATIENCE, impatient, log, until, watcher
from tests.watching import saying
from xlsync.form.library import load_form
from xlsync.store import Store, audit

pytestmark = pytest.mark.slow


@pytest.fixture
def town(folder: Path, run: Run) -> Path:
    """A city with living workbooks whose watcher is impatient."""
    run("import", "-C", folder, EXAMPLES)
    assert run("export", "-C", folder, "--all").code == 0
    impatient(folder)
    return folder


def only_by_events(folder: Path) -> None:
    """Let the next scan without an event come in an hour: what is taken in before was told by an event."""
    file, text = folder / "xlsync.toml", (folder / "xlsync.toml").read_text(encoding="utf-8")
    for former, slow in (
        ("# poll-seconds = 5 ", "poll-seconds = 3600 "),
        ("# rescan-minutes = 5 ", "rescan-minutes = 60 "),
    ):
        assert text.count(former) == 1
        text = text.replace(former, slow)
    file.write_text(text, encoding="utf-8")


def purpose(folder: Path) -> object:
    head = Store(folder / "store", load_form()).head(papers.CLEAN, papers.EDITION)
    assert head is not None
    return head["purpose"]


def test_a_save_wakes_the_watcher_and_sigterm_ends_it_cleanly(town: Path, run: Run) -> None:
    book = living(town)
    only_by_events(town)
    with watcher(town) as process:
        until(lambda: log(town).count("変更なし") == len(papers.KEYS))
        assert run("watch", "-C", town, "--health").code == 0
        second = run("watch", "-C", town, "--once")
        assert (second.code, second.out) == (3, "")
        assert "1つだけ" in second.err
        book.write_bytes(saying(book.read_bytes(), "知らせが来た"))
        until(lambda: purpose(town) == "知らせが来た")
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0
    assert "終了" in log(town)
    assert run("watch", "-C", town, "--health").code == 3
    told = json.loads((town / "store/watch.json").read_text(encoding="utf-8"))
    assert told["mode"] == "stopped"


def test_the_watcher_goes_on_with_a_form_that_is_adopted_meanwhile(town: Path, run: Run) -> None:
    book = living(town)
    label = in_field("organization.department", 'label = "部等名"', 'label = "部名"')
    form = form_folder(town / "form-new", label)
    with watcher(town) as process:
        until(lambda: log(town).count("変更なし") == len(papers.KEYS))
        assert run("form", "adopt", "--yes", "-C", town, form).code == 0
        book.write_bytes(saying(book.read_bytes(), "新しい様式で"))
        until(lambda: purpose(town) == "新しい様式で")
        assert process.poll() is None
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0
    newest = Store(town / "store").newest(papers.CLEAN, papers.EDITION)
    assert newest is not None
    assert newest.form_version == 2
    assert audit(Store(town / "store")) == []


def test_a_killed_watcher_is_told_at_once_although_its_heartbeat_is_fresh(
    town: Path, run: Run
) -> None:
    with watcher(town) as process:
        until(lambda: '"running"' in heartbeat(town))
        assert run("watch", "-C", town, "--health").code == 0
        process.kill()
        process.wait(PATIENCE)
        assert '"running"' in heartbeat(town)
        health = run("watch", "-C", town, "--health")
    assert health.code == 3
    assert "動いていません" in health.err


def test_a_watcher_that_hangs_is_told_a_minute_after_its_last_heartbeat(
    town: Path, run: Run
) -> None:
    file = town / "store/watch.json"
    with watcher(town) as process:
        until(lambda: '"running"' in heartbeat(town))
        process.send_signal(signal.SIGSTOP)  # as one that waits for a share that answers no more
        try:
            beat = json.loads(heartbeat(town))
            codes = []
            for age in (30, 61):
                when = dt.datetime.now().astimezone() - dt.timedelta(seconds=age)
                file.write_text(json.dumps({**beat, "when": when.isoformat()}), encoding="utf-8")
                health = run("watch", "-C", town, "--health")
                codes.append(health.code)
        finally:
            process.send_signal(signal.SIGCONT)
    assert codes == [0, 3]
    assert "見張りが固まっています" in health.err


def heartbeat(folder: Path) -> str:
    file = folder / "store/watch.json"
    return file.read_text(encoding="utf-8") if file.exists() else ""


def forbid_writing() -> None:
    """As on a full disk: no file can grow."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


@pytest.mark.parametrize("words", [(), ("--once",)])
def test_on_a_full_disk_it_ends_with_one_sentence(town: Path, words: tuple[str, ...]) -> None:
    command = [sys.executable, "-c", MAIN, "watch", "-C", str(town), *words]
    ended = subprocess.run(
        command,
        check=False,
        capture_output=True,
        timeout=PATIENCE,
        encoding="utf-8",
        preexec_fn=forbid_writing,
    )
    assert ended.returncode == 3, ended.stderr
    assert ended.stderr.count("\n") == 1
    assert ended.stderr.startswith("xlsync: ")


def test_a_disk_that_fills_up_later_ends_it_with_one_sentence(town: Path) -> None:
    with watcher(town) as process:
        until(lambda: '"running"' in heartbeat(town))
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (0, 0))
        book = living(town)
        book.write_bytes(saying(book.read_bytes(), "もう入らない"))
        until(lambda: process.poll() is not None)
        assert process.stderr is not None
        words = process.stderr.read()
        process.stderr.close()
        assert (process.returncode, words.count("\n")) == (3, 1), words


def test_health_is_not_green_while_a_step_fails(town: Path, run: Run) -> None:
    (town / "shared/提出状況.xlsx").unlink()
    (town / "shared/提出状況.xlsx/フォルダ").mkdir(parents=True)
    with watcher(town):
        until(lambda: "書き込めません" in heartbeat(town))
        health = run("watch", "-C", town, "--health")
        assert (health.code, "提出状況.xlsx：書き込めません" in health.err) == (1, True)
        assert run("watch", "-C", town, "--health", "--json").json["errors"]


def obey_permissions() -> None:
    """Let a program of root's be refused what permissions refuse: drop CAP_DAC_OVERRIDE from what it may ever have."""
    if os.geteuid() == 0:
        assert ctypes.CDLL(None).prctl(24, 1, 0, 0, 0) == 0


@pytest.mark.parametrize("words", [(), ("--once",)])
@pytest.mark.parametrize("with_lock", [True, False])
def test_with_a_read_only_store_it_ends_with_one_sentence(
    town: Path, words: tuple[str, ...], *, with_lock: bool
) -> None:
    store = town / "store"
    if with_lock:
        for name in ("watch.lock", ".lock"):
            (store / name).touch()
    for entry in (store, *store.rglob("*")):
        entry.chmod(0o555 if entry.is_dir() else 0o444)
    ended = subprocess.run(
        [sys.executable, "-c", MAIN, "watch", "-C", str(town), *words],
        check=False,
        capture_output=True,
        timeout=PATIENCE,
        encoding="utf-8",
        preexec_fn=obey_permissions,
    )
    for entry in (store, *store.rglob("*")):
        entry.chmod(0o755 if entry.is_dir() else 0o644)
    assert ended.returncode == 3, ended.stderr
    assert ended.stderr.count("\n") == 1, ended.stderr
    assert "書き込めません" in ended.stderr


def test_ctrl_c_ends_it_cleanly_too(town: Path) -> None:
    with watcher(town) as process:
        until(lambda: "開始" in log(town))
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE) == 0


def test_a_killed_watcher_is_followed_by_one_that_takes_up_where_it_was(town: Path) -> None:
    book = living(town)
    issued = book.read_bytes()
    for number in range(3):
        book.write_bytes(saying(issued, f"{number}"))
        with watcher(town) as process:
            if number < 2:
                time.sleep(0.8 + 0.3 * number)
                os.kill(process.pid, signal.SIGKILL)
                process.wait(PATIENCE)
            else:
                until(lambda: purpose(town) == "2")
    assert audit(Store(town / "store", load_form())) == []


def test_once_takes_everything_in_and_ends(town: Path, run: Run) -> None:
    book = living(town)
    book.write_bytes(saying(book.read_bytes(), "一度だけ"))
    said = run("watch", "-C", town, "--once")
    assert said.code == 1  # findings remain in others' sheets
    assert "受領 5件" in said.out
    assert purpose(town) == "一度だけ"


def test_wrong_settings_of_the_watch_are_refused_by_their_place(town: Path, run: Run) -> None:
    file = town / "xlsync.toml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace('events = "auto"', 'events = "いつも"'), encoding="utf-8")
    said = run("watch", "-C", town, "--once")
    assert said.code == 3
    assert "watch → events" in said.err


def test_two_options_that_exclude_each_other_are_wrong_usage(folder: Path, run: Run) -> None:
    assert run("watch", "-C", folder, "--once", "--health").code == 2


def test_without_a_store_the_watcher_says_so(folder: Path, run: Run) -> None:
    (folder / "store/store.json").unlink()
    said = run("watch", "-C", folder)
    assert said.code == 3
    assert "登録データがありません" in said.err
