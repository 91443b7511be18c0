"""Many cities in one database: a role sees and writes its own alone, and no more than its quota."""

from __future__ import annotations

import psycopg
import pytest

from tests import papers
from tests.commands import Run
from tests.postgres import Server
from tests.worker_play import Office
from xlsync.errors import StoreError
from xlsync.exchange import Source, Terms
from xlsync.exchange.receive import receive
from xlsync.form.library import load_form
from xlsync.store.opened_store import store_at
from xlsync.store.postgres_saves import QueuedSave, save_queue

pytestmark = pytest.mark.postgres
_WHEN = "2018-07-03T09:00:00+09:00"


def test_a_role_that_was_granted_a_city_sees_and_fills_that_alone(
    offices: list[Office], server: Server, run: Run
) -> None:
    owner = server.address("").partition("#")[0]
    names = [f"{office.folder.parent.name}{office.folder.name}" for office in offices]
    with psycopg.connect(owner, autocommit=True) as by_hand:
        by_hand.execute("CREATE ROLE east LOGIN")
    assert run("store", "grant", owner, names[0], "nobody-there").code == 3
    assert run("store", "grant", owner, names[0], "east", "--dry-run").code == 0
    assert "利用者 なし" in run("store", "cities", owner).out.splitlines()[0]
    assert run("store", "grant", owner, names[0], "east", "--megabytes", "1").code == 0
    assert f"{names[0]}：" in run("store", "cities", owner).out
    assert "／1MBまで）、利用者 east" in run("store", "cities", owner).out

    east, west = (
        store_at(office.folder, server.address(name, "east"), "", load_form(), print)
        for office, name in zip(offices, names, strict=True)
    )
    terms, source = Terms(load_form(), papers.EDITION), Source("登録", _WHEN, "企画")
    sheet = papers.official_bytes()[papers.KEYS[2]]
    assert receive(east, terms, sheet, source)[0].outcome == "accepted"
    assert not (west.files / "store.json").exists()
    queue, other = save_queue(east.files), save_queue(west.files)
    assert queue is not None
    assert other is not None
    queue.put(QueuedSave("a.xlsx", "0", b"0" * 500_000, {}))
    with pytest.raises(StoreError, match="空きがありません"):
        queue.put(QueuedSave("b.xlsx", "1", b"0" * 1_500_000, {}))
    with pytest.raises(StoreError, match="権限がありません"):
        other.put(QueuedSave("a.xlsx", "0", b"0", {}))
    assert other.waiting_count() == 0

    assert run("store", "revoke", owner, names[0], "east").code == 0
    assert run("store", "revoke", owner, names[0], "east").code == 1
    assert queue.waiting_count() == 0


def test_a_role_of_one_city_is_told_who_makes_the_tables_of_a_newer_release(
    offices: list[Office], server: Server, run: Run
) -> None:
    owner = server.address("").partition("#")[0]
    name = f"{offices[0].folder.parent.name}{offices[0].folder.name}"
    with psycopg.connect(owner, autocommit=True) as by_hand:
        by_hand.execute("CREATE ROLE north LOGIN")
    assert run("store", "grant", owner, name, "north").code == 0
    store = store_at(offices[0].folder, server.address(name, "north"), "", load_form(), print)
    queue = save_queue(store.files)
    assert queue is not None
    queue.create()
    with psycopg.connect(owner, autocommit=True) as by_hand:
        by_hand.execute("ALTER TABLE xlsync_shares DROP COLUMN due")  # as before it was there
    with pytest.raises(StoreError, match="表の持ち主の利用者で"):
        queue.create()
    assert run("store", "cities", owner).code == 0
    queue.create()
    assert queue.behind([name]) == []
