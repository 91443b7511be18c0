"""A store in PostgreSQL keeps what a folder keeps, byte for byte, whoever is killed when: the client or the database."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import count
from pathlib import Path
from threading import Thread
from typing import Any

import psycopg
import pytest

from tests import papers
from tests.cities import City, typed
from tests.postgres import Server
from tests.store.backends import (
    DatabaseBackend,
    Place,
    before_each_write,
    dying_at_write,
    nobody,
)
from tests.store.commands import acknowledged_are_readable, commands, what_it_says
from tests.store.disk_calls import KILLED, Said, forked
from tests.watcher import until
from xlsync.city.backup_settings import backup_terms
from xlsync.city.diagnosis.examination import examine
from xlsync.city.settings import read_settings
from xlsync.cli.commands.background_jobs import BackgroundOptions, install
from xlsync.cli.commands.init import create_city
from xlsync.cli.commands.store_copying import copy_between
from xlsync.errors import StoreBusy, StoreError, StoreUnreachable
from xlsync.exchange import Receipt, Source, Terms, resolve, revert
from xlsync.exchange.receive import receive
from xlsync.form.library import content_hash, load_form
from xlsync.store import Distribution, Store, audit, rebuild, record_distribution
from xlsync.store.form_versions import faults_of_versions, form_in_use
from xlsync.store.idle_connections import CONNECTIONS, MOST_IDLE, lent
from xlsync.store.lock import holding
from xlsync.store.opened_store import store_at
from xlsync.store.own_paths import KEPT
from xlsync.store.postgres_connection import parse_address
from xlsync.store.register_acts import RegisterAct, write_register_act
from xlsync.store.seal_audit import listed_seals
from xlsync.store.store_batch import store_batch
from xlsync.store.store_files import listable_names
from xlsync.store.store_location import files_at
from xlsync.store.store_path import StorePath, entries_below, name_below, names_in, replace_whole
from xlsync.store.store_transfer import transfer
from xlsync.workbook.reading.sandbox import SandboxReader

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.skipif(not hasattr(os, "fork"), reason="a system without fork"),
]

KEY, NEW, YEAR = papers.CLEAN, papers.KEYS[1], papers.EDITION
TERMS = Terms(load_form(), YEAR)
WHEN = "2018-07-03T09:00:00+09:00"
_numbers = count(1)


@pytest.fixture
def place(server: Server) -> str:
    """A city that no other test has."""
    return server.address(f"第{next(_numbers)}市")


def opened(folder: Path, at: str) -> Store:
    store = store_at(folder, at, "", load_form(), lambda _sentence: None)
    store.create()
    return store


def contents(root: StorePath) -> dict[str, bytes]:
    """Every file of a store."""
    below = (entry for kept in KEPT for entry in entries_below(root / kept))
    files = {name_below(entry, root): entry for entry in below if entry.is_file()}
    return {
        name: file.read_bytes()
        for name, file in {**files, "store.json": root / "store.json"}.items()
    }


def lived(store: Store) -> City:
    """What happens to sheets in a year: received, in conflict, resolved, reverted, retired, given out."""
    office = City(store, TERMS)
    office.register(KEY, NEW)
    given = office.give_out()
    one = typed(given, {"purpose": "一稿"})
    assert office.bring_one(one, "one.xlsx").outcome == "accepted"
    other = typed(given, {"purpose": "別の稿", "outline": "別の概要"})
    assert office.bring_one(other, "other.xlsx").outcome == "conflict"
    source = Source("入力の重なりの解消", WHEN, "企画")
    resolve(store, KEY, YEAR, {"purpose": "theirs"}, source)
    revert(store, KEY, YEAR, 1, source)
    with store.writing():
        act = RegisterAct("retire", WHEN[:10], "完了のため", WHEN, "企画")
        write_register_act(store.files, NEW, YEAR, act)
    record_distribution(store.files, KEY, YEAR, Distribution(WHEN, "企画", "one.xlsx"))
    return office


def test_both_keep_the_same_bytes_and_tell_the_same(tmp_path: Path, place: str) -> None:
    stores = [opened(tmp_path / "a", "store"), opened(tmp_path / "b", place)]
    for store in stores:
        lived(store)
        assert audit(store) == []
        assert rebuild(store) == []
    folder, database = stores
    assert contents(database.files) == contents(folder.files)
    assert [each.to_json() for each in database] == [each.to_json() for each in folder]
    assert database.copy_paths(KEY, YEAR) == folder.copy_paths(KEY, YEAR)
    replace_whole(database.head_file(KEY, YEAR), b"{}")
    assert [damage.derived for damage in audit(database)] == [True]
    assert len(rebuild(database)) == 1
    assert audit(database) == []


def test_a_store_is_copied_there_and_back_byte_by_byte(tmp_path: Path, place: str) -> None:
    store = opened(tmp_path / "a", "store")
    lived(store)
    there, back = files_at(tmp_path, place), files_at(tmp_path, "back")
    done = transfer(store.files, there)
    assert done.written_count == done.file_count - 1
    assert transfer(store.files, there).written_count == 0
    transfer(there, back)
    assert contents(back) == contents(there) == contents(store.files)
    other = opened(tmp_path / "other", "store")
    receive(other, TERMS, papers.official_bytes()[KEY], Source("別の市.json", WHEN, "別の人"))
    for target in (there, back):
        with pytest.raises(StoreError, match="別の登録データ"):
            transfer(other.files, target)
    assert contents(back) == contents(there) == contents(store.files)


def test_a_copy_that_was_broken_off_is_no_store_and_goes_on(tmp_path: Path, place: str) -> None:
    store = opened(tmp_path / "a", "store")
    lived(store)
    there = files_at(tmp_path, place)

    def broken_off(_said: Said) -> None:
        with dying_at_write(12):
            transfer(store.files, files_at(tmp_path, place))

    assert forked(broken_off)[0] == KILLED
    with pytest.raises(StoreError, match="登録データがありません"):
        transfer(there, tmp_path / "back")
    transfer(store.files, there)
    assert contents(there) == contents(store.files)


def test_a_city_moves_into_a_database_as_the_guide_says(
    tmp_path: Path, place: str, capsys: pytest.CaptureFixture[str]
) -> None:
    create_city(tmp_path, "つくば市", YEAR)
    folder = read_settings(tmp_path).store
    City(folder, TERMS).register(*papers.KEYS)
    before = contents(folder.files)
    bare, _, city = place.partition("#")
    assert copy_between(tmp_path, str(folder.folder), place, as_json=False) == 0
    assert "すべて同じであることを確かめました" in capsys.readouterr().out
    settings = tmp_path / "xlsync.toml"
    moved = settings.read_text(encoding="utf-8").replace('store = "store"', f'store = "{bare}"')
    settings.write_text(moved.replace("つくば市", city), encoding="utf-8")
    folder.folder.rename(tmp_path / "old")
    city_settings = read_settings(tmp_path)
    assert contents(city_settings.store.files) == before
    assert audit(city_settings.store) == []
    assert city_settings.store.folder == tmp_path / "store"
    assert [root.name_below for _, root in backup_terms(tmp_path).backup_source.databases] == [""]
    assert install(tmp_path, BackgroundOptions(of_user=True, is_dry_run=True)) == 0
    installed = capsys.readouterr().out
    assert ("xlsync-watch" in installed, "xlsync-backup" in installed) == (True, False)
    checked = {each.code: each for each in examine(tmp_path, "utf-8")}
    assert "check-failed" not in checked, checked["check-failed"]
    assert "データベース" in checked["database"].message
    assert checked["backup"].asks_for_work


def test_a_version_of_the_form_that_only_the_database_has_is_read_by_other_processes_too(
    tmp_path: Path, place: str
) -> None:
    own = papers.edited_form(tmp_path / "form", ('title = "事業一覧"', 'title = "事業の一覧"'))
    store = store_at(tmp_path, place, "", own, lambda _sentence: None)
    store.create()
    source = Source("a.json", WHEN, "職員")
    receive(store, Terms(own, YEAR), papers.official_bytes()[KEY], source)
    kept = form_in_use(store.files, "jimu-jigyo-hyoka", tmp_path)
    assert content_hash(kept) == content_hash(own) != content_hash(load_form())
    assert isinstance(kept.folder, Path)
    assert audit(store_at(tmp_path, place, "", load_form(), lambda _sentence: None)) == []


def test_a_database_that_stops_while_a_workbook_is_read_is_no_fault_of_the_workbook(
    tmp_path: Path, place: str, server: Server
) -> None:
    store = opened(tmp_path, place)
    City(store, TERMS).register(KEY)
    data = City(store, TERMS).give_out()
    form = form_in_use(store.files, "jimu-jigyo-hyoka", tmp_path)
    with SandboxReader(form, seconds=60) as reader:
        assert [reading.sheet.key for reading in reader.read(data)] == [KEY]
        server.stop("immediate")
        try:
            with contextlib.suppress(StoreUnreachable):
                assert [reading.sheet.key for reading in reader.read(data)] == [KEY]
        finally:
            server.start()
        assert [reading.sheet.key for reading in reader.read(data)] == [KEY]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["receive a workbook", "receive several together"])
def test_a_database_that_stops_at_any_statement_as_by_a_power_cut_loses_nothing(
    tmp_path: Path, server: Server, name: str
) -> None:
    command, backend = commands(tmp_path / "ground")[name], DatabaseBackend(server, tmp_path)
    before = backend.laid_out(command.folder)
    whole = backend.copied(before)
    statements = backend.changes(command.run, whole)
    end = what_it_says(whole)
    step = 1 if os.environ.get("XLSYNC_EVERY_KILL") else -(-statements // 3)
    for number in range(statements, 0, -step):  # COMMIT is the last
        place = backend.copied(before)

        def cut_off(said: Said, place: Place = place, number: int = number) -> None:
            stop = partial(stop_at, server, number)
            with before_each_write(stop):
                try:
                    command.run(place, said)
                except StoreError as fault:
                    os._exit(3 if "もう一度実行" in fault.reason else 70)

        code, said = forked(cut_off)
        assert code == 3, number
        server.start()
        assert audit(Store(place)) == []
        acknowledged_are_readable(place, said)
        command.run(place, nobody)
        assert what_it_says(place) == end
        assert audit(Store(place)) == []


def stop_at(server: Server, wanted: int, number: int) -> None:
    """Stop the server before a statement."""
    if number == wanted:
        server.stop("immediate")


def test_a_full_database_is_told_in_a_sentence_and_the_batch_tells_of_nothing(
    tmp_path: Path, place: str
) -> None:
    store = opened(tmp_path, place)
    City(store, TERMS).register(KEY)
    before = contents(store.files)
    with psycopg.connect(place.partition("#")[0]) as admin:
        admin.execute(
            "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RAISE SQLSTATE '53100'; END $$"
        )
        admin.execute(
            "CREATE TRIGGER full_disk BEFORE INSERT ON xlsync_files FOR EACH ROW"
            " WHEN (new.folder LIKE 'sheets/%') EXECUTE FUNCTION full_disk()"
        )
    told: list[Receipt] = []
    with pytest.raises(StoreError, match="空きがありません"):
        receive_in_batch(store, told)
    with psycopg.connect(place.partition("#")[0]) as admin:
        admin.execute("DROP FUNCTION full_disk CASCADE")
    assert told == []
    assert contents(store.files) == before
    receive_in_batch(store, told)
    assert [receipt.outcome for receipt in told] == ["accepted", "accepted"]
    assert audit(store) == []


def receive_in_batch(store: Store, told: list[Receipt]) -> None:
    """Receive two sheets together, whatever is said of either."""
    with store_batch(store, lambda: 0.0) as batch:
        for key in papers.KEYS[1:3]:
            source = Source("a.json", WHEN, "職員")
            with contextlib.suppress(StoreError):
                told += receive(batch, TERMS, papers.official_bytes()[key], source)


def test_writers_of_a_city_wait_for_each_other_and_those_of_another_do_not(
    tmp_path: Path, place: str, server: Server
) -> None:
    store, other = opened(tmp_path, place), opened(tmp_path, server.address("隣の市"))
    with store.writing():
        with other.writing(patience=0):
            pass

        def busy(said: Said) -> None:
            try:
                with holding(files_at(tmp_path, place), patience=0):
                    said("got in")
            except StoreBusy:
                said("busy")

        assert forked(busy) == (0, ["busy"])

    def import_all(said: Said) -> None:
        for key in papers.KEYS:
            source = Source(f"{key}.json", WHEN, "職員")
            (receipt,) = receive(
                opened(tmp_path, place), TERMS, papers.official_bytes()[key], source
            )
            said(receipt.outcome)

    codes: list[int] = []
    both = [Thread(target=lambda: codes.append(forked(import_all)[0])) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert codes == [0, 0]
    assert [len(store.revisions(key, YEAR)) for key in papers.KEYS] == [1] * len(papers.KEYS)
    assert other.keys(YEAR) == []


def test_a_batch_is_seen_as_a_whole_and_only_once_it_is_committed(
    tmp_path: Path, place: str
) -> None:
    store = opened(tmp_path, place)
    with store_batch(store, lambda: 0.0) as batch:
        City(batch, TERMS).register(*papers.KEYS)
        assert not (files_at(tmp_path, place) / "revisions").exists()
        assert len(batch.keys(YEAR)) == len(papers.KEYS)
    assert len(opened(tmp_path, place).keys(YEAR)) == len(papers.KEYS)


def test_a_bug_in_one_act_of_a_batch_takes_nothing_from_the_others(
    tmp_path: Path, place: str
) -> None:
    store, told = opened(tmp_path, place), list[Receipt]()
    with store_batch(store, lambda: 0.0) as batch:
        source = Source("a.json", WHEN, "職員")
        told += receive(batch, TERMS, papers.official_bytes()[KEY], source)
        with contextlib.suppress(ZeroDivisionError), batch.writing():
            raise ZeroDivisionError
        told += receive(batch, TERMS, papers.official_bytes()[NEW], source)
    assert [receipt.outcome for receipt in told] == ["accepted", "accepted"]
    assert opened(tmp_path, place).keys(YEAR) == [KEY, NEW]
    assert audit(store) == []


def test_many_threads_on_many_cities_keep_few_connections(tmp_path: Path, place: str) -> None:
    bare = place.partition("#")[0]
    stores = [opened(tmp_path, f"{place}の{number}") for number in range(3)]

    def work() -> None:
        for store in stores:
            with store.writing():
                assert store.keys(YEAR) == []

    CONNECTIONS.close(bare)
    with psycopg.connect(bare, autocommit=True) as admin, ThreadPoolExecutor(8) as threads:
        began = admin.execute("SELECT clock_timestamp()").fetchone()
        for _ in range(2):  # threads that are there, and that have had a connection already
            for each in [threads.submit(work) for _ in range(16)]:
                each.result()
        query = "SELECT count(*) FROM pg_stat_activity WHERE backend_start > %s"
        until(lambda: (admin.execute(query, began).fetchone() or (99,))[0] <= MOST_IDLE)


def test_a_transaction_begins_on_a_connection_that_answers(
    tmp_path: Path, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    bare, store, real = place.partition("#")[0], opened(tmp_path, place), psycopg.Connection.execute
    with contextlib.ExitStack() as lent_ones, psycopg.connect(bare, autocommit=True) as admin:
        for _ in range(MOST_IDLE):
            connection = lent_ones.enter_context(lent(parse_address(place)))
            admin.execute("SELECT pg_terminate_backend(%s, 5000)", (connection.info.backend_pid,))

        def given_back_meanwhile(self: Any, query: Any, *given: Any) -> Any:
            if query == "SELECT 1":
                lent_ones.close()  # threads that have not noticed
            return real(self, query, *given)

        monkeypatch.setattr(psycopg.Connection, "execute", given_back_meanwhile)
        with store.writing():
            assert store.keys(YEAR) == []
    CONNECTIONS.close(bare)


def test_a_forked_process_leaves_the_connections_of_the_other_alone(
    tmp_path: Path, place: str
) -> None:
    bare = place.partition("#")[0]
    store = opened(tmp_path, place)
    assert store.keys(YEAR) == []
    with lent(parse_address(place)) as connection:
        backend = connection.info.backend_pid
    assert forked(lambda _: store.keys(YEAR))[0] == 0
    with lent(parse_address(place)) as connection:
        assert connection.info.backend_pid == backend
        assert connection.execute("SELECT 1").fetchone() == (1,)
    CONNECTIONS.close(bare)


def test_waiting_for_another_writer_that_the_server_ends_leaves_the_connection_usable(
    tmp_path: Path, place: str
) -> None:
    bare = place.partition("#")[0]
    store = opened(tmp_path, place)
    with psycopg.connect(bare) as admin:
        admin.execute("ALTER ROLE xlsync SET statement_timeout = '500ms'")
    CONNECTIONS.close(bare)  # they began without it
    waiting = opened(tmp_path, place)
    try:
        with store.writing(), pytest.raises(StoreError, match="57014"), waiting.writing():
            pass
        assert waiting.keys(YEAR) == []
        with waiting.writing():
            pass
    finally:
        with psycopg.connect(bare) as admin:
            admin.execute("ALTER ROLE xlsync RESET statement_timeout")
        CONNECTIONS.close(bare)


def test_a_role_of_one_city_neither_sees_nor_writes_another(
    tmp_path: Path, place: str, server: Server
) -> None:
    bare, _, own = place.partition("#")
    other = f"隣の{own}"
    for name in (own, other):
        City(opened(tmp_path, f"{bare}#{name}"), TERMS).register(KEY)
    with psycopg.connect(bare) as admin:
        admin.execute("CREATE ROLE of_one_city LOGIN")
        admin.execute("INSERT INTO xlsync_cities VALUES (%s, 'of_one_city')", (own,))
        admin.execute("GRANT SELECT ON xlsync_cities TO of_one_city")
        admin.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON xlsync_files TO of_one_city")
        admin.execute("GRANT USAGE ON SEQUENCE xlsync_numbers TO of_one_city")
    ours = opened(tmp_path, server.address(own, "of_one_city"))
    City(ours, TERMS).register(NEW)
    assert ours.keys(YEAR) == [KEY, NEW]
    assert audit(ours) == []
    theirs = files_at(tmp_path, server.address(other, "of_one_city"))
    assert names_in(theirs) == []
    with pytest.raises(StoreError, match="権限"):
        replace_whole(theirs / "store.json", b"{}")
    assert audit(opened(tmp_path, f"{bare}#{other}")) == []


def test_a_database_that_is_not_there_is_told_without_the_password(tmp_path: Path) -> None:
    at = "postgresql://xlsync:geheim@127.0.0.1:1/x#市"
    with pytest.raises(StoreError, match="接続") as told:
        opened(tmp_path, at).keys(YEAR)
    assert "geheim" not in str(told.value)


@pytest.mark.parametrize(
    "look",
    [
        lambda store: listable_names(store.files / "revisions"),
        lambda store: store.copy_states(KEY, YEAR),
        lambda store: store.copy_paths(KEY, YEAR),
        listed_seals,
        lambda store: list(faults_of_versions(store.files, store.stored_form.given.id)),
    ],
)
def test_what_a_database_that_is_gone_cannot_tell_is_not_taken_for_nothing(
    tmp_path: Path, look: Callable[[Store], object]
) -> None:
    at = "postgresql://127.0.0.1:1/x#市"
    store = store_at(tmp_path, at, "", load_form(), lambda _sentence: None)
    with pytest.raises(StoreUnreachable):
        look(store)


def test_without_psycopg_the_remedy_is_told(
    tmp_path: Path, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(StoreError, match=r"xlsync\[server\]"):
        opened(tmp_path, place)
