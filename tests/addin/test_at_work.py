"""The real programs: `xlsync watch` answers buttons beside its watching, `xlsync serve` answers them over HTTP."""

from __future__ import annotations

import contextlib
import io
import re
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests import papers
from tests.addin.buttons import fetch, lay, left, message, request, visit
from tests.cities import typed
from tests.cli.conftest import folder, run  # noqa: F401 - fixtures
from tests.commands import EXAMPLES, Run, living
from tests.watcher import MAIN, PATIENCE, log, until, watcher
from xlsync.addin.protocol.changes import Answer, Request
from xlsync.addin.protocol.request import pack
from xlsync.addin.ways.folder_way import prepare
from xlsync.form.library import load_form
from xlsync.store import Store, audit

pytestmark = pytest.mark.slow

MONEY = "costs.2017-settled.sources.general"
"""Shown in the summaries, unlike a purpose."""
BOARD = "shared/提出状況.html"


@pytest.fixture
def city(folder: Path, run: Run) -> Path:  # noqa: F811
    run("import", "-C", folder, EXAMPLES)
    assert run("export", "-C", folder, "--all").code == 0
    assert run("summarize", "-C", folder).code == 0
    return folder


def pressed(city: Path, asked: Request) -> tuple[Answer, float]:
    """Press at the shared folder; give the answer and the seconds until it was there."""
    began, found = time.monotonic(), list[Answer]()

    def answered() -> bool:
        found.extend(filter(None, [fetch(city / "shared", asked)]))
        return bool(found)

    lay(city / "shared", asked)
    until(answered)
    return found[0], time.monotonic() - began


def store(city: Path) -> Store:
    return Store(city / "store", load_form())


def purpose(city: Path, key: str = papers.CLEAN) -> object:
    head = store(city).head(key, papers.EDITION)
    assert head is not None
    return head["purpose"]


def summary(city: Path) -> bytes:
    return (city / "shared/集計/全庁.xlsx").read_bytes()


@contextlib.contextmanager
def server(city: Path, *words: str) -> Iterator[tuple[int, subprocess.Popen[str]]]:
    """`xlsync serve` on a free port, and its process."""
    command = [sys.executable, "-c", MAIN, "serve", "-C", str(city), "--port", "0", *words]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8"
    ) as process:
        try:
            until(lambda: re.search(r"開始 http\S+:\d+\n", serve_log(city)) or process.poll())
            found = re.findall(r"開始 http\S+:(\d+)\n", serve_log(city))
            yield int(found[-1]), process
        finally:
            if process.poll() is None:
                process.terminate()
            process.communicate(timeout=PATIENCE)


def serve_log(city: Path) -> str:
    file = city / "store/log/serve.log"
    return file.read_text(encoding="utf-8") if file.exists() else ""


def test_the_watcher_answers_a_button_in_seconds_and_does_what_follows_a_save(city: Path) -> None:
    data = living(city).read_bytes()
    with watcher(city) as process:
        until((city / "shared/.xlsync/in").is_dir)
        until(lambda: log(city).count("変更なし") == len(papers.KEYS))
        pressed(city, request("validate", data, 1))  # the child that reads is there from now on
        before = summary(city), (city / BOARD).read_text(encoding="utf-8")
        wanted = request(
            "submit", typed(data, {"purpose": "押しただけ", MONEY: 77}), 2, file=str(living(city))
        )
        answer, seconds = pressed(city, wanted)
        assert not answer.failed
        assert (
            seconds < 4
        )  # a second, and a busy machine; the watcher itself looks only every five minutes
        assert purpose(city) == "押しただけ"
        until(lambda: summary(city) != before[0])
        until(lambda: (city / BOARD).read_text(encoding="utf-8") != before[1])
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0
    assert left(city / "shared") == []
    (line,) = [one for one in log(city).splitlines() if "ボタン 提出" in one]
    assert "山田" in line
    assert "第2版" in line
    assert "不具合" not in log(city)


def test_once_works_what_waits_at_the_desk_too(city: Path, run: Run) -> None:  # noqa: F811
    prepare(city / "shared")
    asked = request("submit", typed(living(city).read_bytes(), {"purpose": "一度だけ"}))
    lay(city / "shared", asked)
    run("watch", "-C", city, "--once")
    assert fetch(city / "shared", asked) is not None
    assert purpose(city) == "一度だけ"


def test_what_another_program_puts_into_the_store_follows_at_once(city: Path, run: Run) -> None:  # noqa: F811
    source = city / "持参.xlsx"
    source.write_bytes(typed(living(city).read_bytes(), {"purpose": "持参した", MONEY: 77}))
    with watcher(city):
        until(lambda: log(city).count("変更なし") == len(papers.KEYS))
        until((city / BOARD).exists)
        before, began = summary(city), time.monotonic()
        run("import", "-C", city, source)
        until(lambda: summary(city) != before)
        assert time.monotonic() - began < 20  # without a nudge it were half a minute and more


def test_twenty_people_at_the_folder_while_files_are_saved_lose_nothing(city: Path) -> None:
    issued = {key: living(city, key).read_bytes() for key in papers.KEYS}

    def press(number: int) -> Answer:
        key = papers.KEYS[number % 5]
        data = typed(issued[key], {"purpose": f"{number}番"})
        return pressed(city, request("submit", data, number, file=f"Z:\\{number}.xlsx"))[0]

    with watcher(city), ThreadPoolExecutor(20) as people:
        until((city / "shared/.xlsync/in").is_dir)
        presses = [people.submit(press, number) for number in range(20)]
        for key, data in issued.items():
            living(city, key).write_bytes(typed(data, {"indicator.name": "保存した"}))
        answers = [one.result(PATIENCE) for one in presses]
        until(lambda: all(named(city, key) == "保存した" for key in papers.KEYS))
    assert not any(one.failed for one in answers)
    held = store(city)
    assert audit(held) == []
    kept = [
        value
        for key in papers.KEYS
        for one in held.revisions(key, papers.EDITION)
        for value in (
            *(change["to"] for change in one.draft.changes),
            *(conflict["theirs"] for conflict in one.draft.conflicts),
        )
    ]
    assert [number for number in range(20) if f"{number}番" not in kept] == []


def named(city: Path, key: str) -> object:
    head = store(city).head(key, papers.EDITION)
    return head and head["indicator.name"]


def test_the_server_answers_writes_its_log_and_does_what_follows(city: Path, run: Run) -> None:  # noqa: F811
    data = living(city).read_bytes()
    before = summary(city), (city / BOARD).read_text(encoding="utf-8")
    with server(city) as (port, process):
        asked = request("submit", typed(data, {"purpose": "通信で", MONEY: 77}), user="山田\t偽")
        told = visit(port, body=pack(asked))
        assert (told.status, told.answer.failed) == (200, False)
        assert purpose(city) == "通信で"
        until(lambda: summary(city) != before[0])
        until(lambda: (city / BOARD).read_text(encoding="utf-8") != before[1])
        second = run("serve", "-C", city, "--port", port)
        assert (second.code, second.out) == (3, "")
        assert "ポート" in second.err
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0
    (line,) = [one for one in serve_log(city).splitlines() if "\tsubmit\t" in one]
    words = line.partition(" INFO ")[2].split("\t")
    assert words[:4] == ["127.0.0.1", "-", "山田\\u0009偽", "submit"]
    assert words[5].endswith(f"{papers.CLEAN} 第2版")
    assert words[6:9] == ["200", str(len(pack(asked))), str(len(told.body))]
    assert "不具合" not in serve_log(city)


def test_a_living_watcher_does_what_follows_the_servers_presses(city: Path) -> None:
    data = living(city).read_bytes()
    with watcher(city), server(city) as (port, _):
        until(lambda: log(city).count("変更なし") == len(papers.KEYS))
        until((city / BOARD).exists)
        before = summary(city)
        visit(
            port,
            body=pack(request("submit", typed(data, {"purpose": "見張りに任せる", MONEY: 77}))),
        )
        until(lambda: summary(city) != before)
    assert "待機" not in serve_log(city)


def test_ctrl_c_ends_the_server_cleanly(city: Path) -> None:
    with server(city) as (_, process):
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE) == 0


def test_other_computers_are_let_in_with_keys_only(city: Path, run: Run) -> None:  # noqa: F811
    refused = run("serve", "-C", city, "--host", "0.0.0.0", "--port", "0")  # noqa: S104 - that is the question
    assert refused.code == 3
    assert "--new-key" in refused.err
    made = run("serve", "-C", city, "--new-key", "全庁")
    key = made.out.strip()
    assert made.code == 0
    with server(city, "--host", "0.0.0.0") as (port, _):  # noqa: S104 - with a key it is right
        body = pack(request("selftest"))
        assert visit(port, body=body).status == 401
        told = visit(port, body=body, headers={"Authorization": f"Bearer {key}"})
        assert told.status == 200
        (city / "keys.toml").unlink()  # nobody is let in by an open door
        told = visit(port, body=body, headers={"Authorization": f"Bearer {key}"})
        assert (told.status, "鍵" in message(told.answer)) == (401, True)


def test_a_workbook_that_eats_memory_is_an_answer(city: Path) -> None:
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(living(city).read_bytes())) as sound,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bomb,
    ):
        for name in sound.namelist():
            data = sound.read(name)
            bomb.writestr(name, data + bytes(40 * 2**20) if name.endswith("sheet1.xml") else data)
    with server(city) as (port, _):
        told = visit(port, body=pack(request("validate", out.getvalue())))
        assert (told.status, told.answer.failed) == (422, True)
        assert visit(port, body=pack(request("selftest"))).status == 200


def test_wrong_settings_of_the_server_are_refused_by_their_place(city: Path, run: Run) -> None:  # noqa: F811
    file = city / "xlsync.toml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("# port = 8765", 'port = "八千"'), encoding="utf-8")
    said = run("serve", "-C", city)
    assert said.code == 3
    assert "serve → port" in said.err
