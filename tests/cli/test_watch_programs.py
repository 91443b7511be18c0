"""The watcher among real programs: a Samba server with a real client, and LibreOffice saving into the folder."""

from __future__ import annotations

import os
import random
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest

from tests import office, papers, smb
from tests.cities import typed
from tests.commands import EXAMPLES, Run, living
from tests.watcher import impatient, log, until, watcher
from xlsync.form.library import load_form
from xlsync.store import Store, audit

pytestmark = pytest.mark.slow

SAVES = 12


@pytest.fixture
def town(folder: Path, run: Run) -> Path:
    """A city with living workbooks whose watcher is impatient."""
    run("import", "-C", folder, EXAMPLES)
    assert run("export", "-C", folder, "--all").code == 0
    impatient(folder)
    return folder


@pytest.mark.smb
def test_saves_over_smb_are_all_in_though_the_watcher_is_killed(town: Path, tmp_path: Path) -> None:
    """Five people save over a real server in Excel's way; each save that rests is a revision, none comes twice."""
    sheets = town / "shared/評価シート"
    books = {key: living(town, key) for key in papers.KEYS}
    issued = {key: book.read_bytes() for key, book in books.items()}
    store = Store(town / "store", load_form())
    chance = random.Random(7)  # noqa: S311 - the same run again

    def work(key: str) -> None:
        book = books[key]
        for number in range(SAVES):
            source = tmp_path / f"{key}-{number}.xlsx"
            source.write_bytes(typed(issued[key], {"purpose": f"{key}の{number}回目"}))
            share.save(str(book.parent.relative_to(sheets)).replace("/", "\\"), book.name, source)
            if number % 4 == 3:
                until(partial(says, store, key, f"{key}の{number}回目"))
            else:
                time.sleep(chance.uniform(0, 1.2))

    with smb.share(sheets, tmp_path / "smb") as share, ThreadPoolExecutor(len(books)) as people:
        done = [people.submit(work, key) for key in books]
        for _ in range(3):
            with watcher(town) as process:
                time.sleep(chance.uniform(2.5, 4))
                os.kill(process.pid, signal.SIGKILL)
        with watcher(town):
            for one in done:
                one.result(timeout=240)
            for key in books:
                until(partial(says, store, key, f"{key}の{SAVES - 1}回目"))
    assert audit(store) == []
    for key in books:
        told = [
            change["to"]
            for revision in store.revisions(key, papers.EDITION)[1:]
            for change in revision.draft.changes
            if change["path"] == "purpose"
        ]
        assert len(told) == len(set(told))
        assert told == sorted(told, key=_number)
        assert {f"{key}の{number}回目" for number in range(3, SAVES, 4)} <= set(told)


@pytest.mark.office
def test_what_libreoffice_saves_into_the_folder_is_in_the_store(town: Path, tmp_path: Path) -> None:
    book = living(town)
    source = tmp_path / book.name
    source.write_bytes(typed(book.read_bytes(), {"purpose": "LibreOfficeで保存した"}))
    store = Store(town / "store", load_form())
    with watcher(town):
        until(lambda: log(town).count("変更なし") >= len(papers.KEYS))
        office.resave([source], book.parent)
        until(lambda: says(store, papers.CLEAN, "LibreOfficeで保存した"))
    assert audit(store) == []
    assert "不具合" not in log(town)


def says(store: Store, key: str, words: str) -> bool:
    head = store.head(key, papers.EDITION)
    return head is not None and head["purpose"] == words


def _number(text: str) -> int:
    return int(text.partition("の")[2].removesuffix("回目"))
