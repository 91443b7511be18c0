"""Attacks on a running `xlsync serve` and a running watcher: forged keys, swapped folders, old saves again, and junk."""

from __future__ import annotations

import hashlib
import os
import re
import threading
import time
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.addin.buttons import Said, request, visit
from tests.addin.test_at_work import purpose, server
from tests.attacks.test_planted_links import SECRET, files_of, outside, untouched
from tests.commands import EXAMPLES, Run, living
from tests.watcher import impatient, log, until, watcher
from tests.watching import saying
from xlsync.addin.protocol.changes import Open, Row
from xlsync.addin.protocol.request import pack
from xlsync.atomic_rename import exchange

pytestmark = pytest.mark.slow

ROUNDS = 4
FETCHES = 200
"""Fetches after which an attack that has met only one of two states has failed itself."""


@pytest.fixture
def city(folder: Path, run: Run) -> Path:
    """The five official sheets, registered and given out."""
    run("import", "-C", folder, EXAMPLES)
    assert run("export", "-C", folder, "--all").code == 0
    impatient(folder)
    return folder


@contextmanager
def swapped(targets: list[Path], root: Path) -> Iterator[None]:
    """Folders that are links to `root` every other moment; never neither, so that no program puts a folder there itself."""
    links = [target.with_name(f"{target.name}-link") for target in targets]
    for target, link in zip(targets, links, strict=True):
        target.mkdir(exist_ok=True)
        link.symlink_to(root)
    stop = threading.Event()

    def swap() -> None:
        while not stop.is_set():
            for _ in ("there", "and back"):
                for target, link in zip(targets, links, strict=True):
                    exchange((str(target), None), (str(link), None))
                time.sleep(0.003)

    thread = threading.Thread(target=swap)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
        for link in links:
            link.unlink()


def forged(key: str, digest: str) -> list[dict[str, str]]:
    """What somebody may show who has no key, a part of one, another department's name, or the file of hashes."""
    shown = [
        "", "Bearer", "Bearer ", f"Bearer {digest}", f"Bearer {key[:-1]}", f"Bearer {key}x", f"Bearer {key} {key}",
        f"Bearer {key.swapcase()}", f"Basic {key}", key, f"Bearer {hashlib.sha256(digest.encode()).hexdigest()}",
        "Bearer 全庁", "Bearer " + "a" * 5_000, f"Bearer {key}\x00", f'Bearer "{key}"', f"bearer={key}",
    ]  # fmt: skip
    return [{"Authorization": value} for value in shown] + [
        {"X-Authorization": f"Bearer {key}"},
        {},
    ]


def test_no_forged_key_opens_a_running_server(city: Path, run: Run) -> None:
    made = run("serve", "-C", city, "--new-key", "全庁")
    (key,) = re.findall(r"xlsync-[\w-]+", made.out)
    digest = tomllib.loads((city / "keys.toml").read_text(encoding="utf-8"))["keys"][0]["sha256"]
    asked = pack(request("submit", saying(living(city).read_bytes(), "鍵の持ち主")))
    with server(city) as (port, _):
        before = purpose(city)
        for shown in forged(key, digest):
            assert visit(port, body=asked, headers=shown).status in {400, 401, 431}, shown
        assert purpose(city) == before
        true = {"Authorization": f"Bearer {key}"}
        assert visit(port, body=asked, headers=true).status == 200
        assert purpose(city) == "鍵の持ち主"
        (city / "keys.toml").write_text("", encoding="utf-8")
        lost = pack(request("selftest", number=2))
        assert visit(port, body=lost).status == 200, "a server for this computer alone needs none"


def test_folders_swapped_all_the_time_under_a_running_server_lead_nowhere(
    city: Path, tmp_path: Path, run: Run
) -> None:
    root = outside(tmp_path)
    before, issued = files_of(root), living(city).read_bytes()
    run("summarize", "-C", city)
    assert (city / "shared/集計/全庁.xlsx").exists()
    targets = [city / "shared" / name for name in ("集計", ".xlsync", "評価シート")]
    with server(city) as (port, _):
        with swapped(targets, root):
            for number in range(ROUNDS):
                told = visit(port, body=pack(request("summary", issued, 100 + number)))
                assert fetched_while_swapped(port, told) == {200, 404}, "both were there"
                save = saying(issued, f"{number}回目")
                told = visit(port, body=pack(request("submit", save, number + 1)))
                assert told.status == 200
                rows = [change for change in told.answer.changes if isinstance(change, Row)]
                assert (f"{number}回目" in rows[0].texts) if number else not rows
        assert purpose(city) == "0回目", "the other saves do not know of it, and are told so"
    assert untouched(root)
    assert files_of(root) == before


def fetched_while_swapped(port: int, told: Said) -> set[int]:
    """Fetch summaries until both the folder and the link were met; return the codes of the answers."""
    names = [one.name for one in told.answer.changes if isinstance(one, Open)]
    names += ["集計/全庁.xlsx", "../root/xlsync.toml"]
    codes = set[int]()
    for _ in range(FETCHES):
        for name in names:
            fetched = visit(port, "GET", "/xlsync/1/files/" + quote(name))
            assert SECRET not in fetched.body
            if name == "集計/全庁.xlsx":
                codes.add(fetched.status)
        if codes >= {200, 404}:
            break
    return codes


def test_old_saves_laid_again_and_again_under_a_running_watcher_change_nothing(city: Path) -> None:
    book = living(city)
    first, second = (saying(book.read_bytes(), words) for words in ("初稿", "二稿"))
    with watcher(city):
        for data in (first, second):
            book.write_bytes(data)
            until(lambda data=data: purpose(city) == ("初稿" if data == first else "二稿"))  # type: ignore[misc]
        revisions = city / "store/revisions/2018" / book.name.partition("_")[0]
        until(lambda: "反映" in log(city))
        count = files_of(revisions)
        for number in range(ROUNDS):
            book.with_name(f"写し{number}.xlsx").write_bytes(second)
        until(lambda: log(city).count("写し") >= ROUNDS)
    assert (purpose(city), files_of(revisions)) == ("二稿", count)


def test_junk_in_the_share_starves_no_save_under_a_running_watcher(city: Path) -> None:
    book = living(city)
    folder = book.parent
    for number in range(150):
        (folder / f"ごみ{number}.xlsx").write_bytes(os.urandom(2_000))
        (folder / f"空{number}.xlsx").touch()
        (folder / f"フォルダ{number}.xlsx").mkdir()
    os.mkfifo(folder / "管.xlsx")
    (folder / "輪.xlsx").symlink_to("輪.xlsx")
    book.write_bytes(saying(book.read_bytes(), "ごみの中の保存"))
    with watcher(city):
        until(lambda: purpose(city) == "ごみの中の保存")
