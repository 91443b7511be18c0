"""The store's speed: receives against a JSON file and SQLite, audit and opening of a large store, one merge."""

from __future__ import annotations

import json
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import replace
from itertools import count
from pathlib import Path

from benchmarks.clock import race, table
from tests.store.on_disk import on_disk
from xlsync.exchange import Source, Terms, export, inspect, sheet_statuses, template_of
from xlsync.exchange.receive import receive
from xlsync.form.library import Form, load_form
from xlsync.merging import merge
from xlsync.sheet import Sheet
from xlsync.store import Draft, Revision, Store, Submission, audit
from xlsync.store.revision import hash_of, head_bytes
from xlsync.store.store_batch import store_batch

MANY = 50
REVISIONS = 5
_WHEN = "2026-04-01T00:00:00+09:00"
_SOURCE = Source("bench.xlsx", _WHEN, "bench")


def store_speed(sheet: Sheet, rounds: int, sheets: int = 1_000) -> str:
    """Return the tables: receiving, storing alone, a store of many sheets, one merge."""
    few = max(1, rounds // 5)
    return "\n".join(
        [_receiving(sheet, few), _storing(sheet, few), _large(sheet, sheets, few), _merging(sheet)]
    )


def _receiving(sheet: Sheet, rounds: int) -> str:
    """Race whole receives: the rivals read and check the workbook by the same code, and store it in their own way."""
    form = load_form()
    terms = Terms(form, sheet.edition.year)
    template = template_of(terms)
    held = [_numbered(sheet, number) for number in range(MANY)]
    books = [export(template, numbered, f"{number:08x}") for number, numbered in enumerate(held)]

    with tempfile.TemporaryDirectory() as position:
        stores = _fresh(Path(position))

        def durable() -> None:
            _receive_all(_created(next(stores), form), terms, books)

        def together() -> None:
            with store_batch(_created(next(stores), form), time.monotonic) as batch:
                _receive_all(batch, terms, books)

        def one_file() -> None:
            file, kept = next(stores).with_suffix(".json"), dict[str, object]()
            for numbered, book in zip(held, books, strict=True):
                inspect(terms, book, _SOURCE)
                _dump(file, kept, numbered)

        def sqlite() -> None:
            with closing(_database(next(stores).with_suffix(".db"))) as database:
                for numbered, book in zip(held, books, strict=True):
                    inspect(terms, book, _SOURCE)
                    _insert(database, numbered, 1, book)

        rivals: dict[str, Callable[[], object]] = {
            "xlsync receive, durable, with history": durable,
            "the same in one batch, flushed together": together,
            "check + json.dump of all to one file, neither": one_file,
            "check + SQLite, synchronous=FULL": sqlite,
        }
        rows = race(rivals, next(iter(rivals)), rounds)
    rates = ", ".join(f"{MANY / row.seconds:,.0f}/s" for row in rows)
    return table(f"Receive {MANY} workbooks into an empty store ({rates})", rows, "ours")


def _storing(sheet: Sheet, rounds: int) -> str:
    """Race the storing alone: sheets that are read and checked already."""
    form = load_form()
    held = [_numbered(sheet, number) for number in range(MANY)]
    book = b"x" * 40_000

    with tempfile.TemporaryDirectory() as position:
        stores = _fresh(Path(position))

        def durable() -> None:
            _keep_all(_created(next(stores), form), held, book)

        def together() -> None:
            with store_batch(_created(next(stores), form), time.monotonic) as batch:
                _keep_all(batch, held, book)

        def one_file() -> None:
            file, kept = next(stores).with_suffix(".json"), dict[str, object]()
            for numbered in held:
                _dump(file, kept, numbered)

        def sqlite() -> None:
            with closing(_database(next(stores).with_suffix(".db"))) as database:
                for number, numbered in enumerate(held):
                    _insert(database, numbered, 1, book + bytes([number]))

        rivals: dict[str, Callable[[], object]] = {
            "workbook, revision and head, flushed": durable,
            "the same in one batch, flushed together": together,
            "json.dump of all to one file, not flushed": one_file,
            "SQLite, the same three, synchronous=FULL": sqlite,
        }
        rows = race(rivals, next(iter(rivals)), rounds)
    rates = ", ".join(f"{MANY / row.seconds:,.0f}/s" for row in rows)
    return table(f"Keep {MANY} sheets ({rates})", rows, "ours")


def _created(folder: Path, form: Form) -> Store:
    store = Store(folder, form, must_exist=False)
    store.create()
    return store


def _receive_all(store: Store, terms: Terms, books: Iterable[bytes]) -> None:
    for book in books:
        receive(store, terms, book, _SOURCE)


def _keep_all(store: Store, held: Iterable[Sheet], book: bytes) -> None:
    for number, numbered in enumerate(held):
        with store.writing():
            kept = store.keep(book + bytes([number]))
            store.commit(Draft(numbered, _WHEN, "bench", Submission(workbook_hash=kept)))


def _fresh(position: Path) -> Iterator[Path]:
    return (position / f"store-{number}" for number in count())


def _dump(file: Path, kept: dict[str, object], sheet: Sheet) -> None:
    kept[sheet.key] = sheet.to_document()
    with file.open("w", encoding="utf-8") as target:
        json.dump(kept, target, ensure_ascii=False, indent=2)


def _database(file: Path) -> sqlite3.Connection:
    database = sqlite3.connect(file)
    database.execute("PRAGMA synchronous=FULL")
    database.executescript(
        "CREATE TABLE revisions (key TEXT, number INTEGER, data BLOB, PRIMARY KEY (key, number));"
        "CREATE TABLE heads (key TEXT PRIMARY KEY, data BLOB);"
        "CREATE TABLE received (hash TEXT PRIMARY KEY, data BLOB);"
    )
    return database


def _insert(database: sqlite3.Connection, sheet: Sheet, number: int, book: bytes) -> None:
    digest = hash_of(book)
    data = Revision(
        number, number - 1, "", Draft(sheet, _WHEN, "bench", Submission(workbook_hash=digest))
    ).to_json()
    with database:
        database.execute("INSERT OR IGNORE INTO received VALUES (?, ?)", (digest, book))
        database.execute("INSERT INTO revisions VALUES (?, ?, ?)", (sheet.key, number, data))
        database.execute(
            "INSERT OR REPLACE INTO heads VALUES (?, ?)", (sheet.key, head_bytes(data))
        )


def _large(sheet: Sheet, sheets: int, rounds: int) -> str:
    """Race looking through a store of many sheets against reading the bytes of its files."""
    form = load_form()
    terms = Terms(form, sheet.edition.year)
    with tempfile.TemporaryDirectory() as position:
        folder = Path(position) / "store"
        store = laid_out(Store(folder, form), sheet, sheets)

        def read_all() -> None:
            for file in folder.rglob("*.json"):
                file.read_bytes()

        def opened() -> None:
            if len(Store(folder, form).heads()) != sheets:
                raise AssertionError

        def looked_through() -> None:
            if audit(store):
                raise AssertionError

        rivals: dict[str, Callable[[], object]] = {
            "reading every byte (limit)": read_all,
            "audit": looked_through,
            "opening: heads()": opened,
            "newest revision of each: last()": lambda: [
                store.last(key, terms.fiscal_year) for key in store.keys(terms.fiscal_year)
            ],
            "status: heads, checks, conflicts": lambda: sheet_statuses(store, terms),
        }
        rows = race(rivals, next(iter(rivals)), rounds)
    audited = next(row.seconds for row in rows if row.name == "audit")
    each = f"audit {audited / (sheets * REVISIONS) * 1e6:,.0f} µs a revision"
    return table(f"A store of {sheets:,} sheets × {REVISIONS} revisions ({each})", rows, "limit")


def laid_out(store: Store, sheet: Sheet, sheets: int) -> Store:
    """Fill a store with sheets of five revisions by writing its files as they are, without a flush: not durable."""
    store.create()
    for number in range(sheets):
        numbered, before = _numbered(sheet, number), b""
        folder = on_disk(store.revision_file(numbered.key, numbered.edition.year, 1)).parent
        folder.mkdir(parents=True)
        for revision in range(1, REVISIONS + 1):
            now = numbered.with_values({"purpose": f"第{revision}稿"})
            draft = Draft(now, _WHEN, "bench", Submission("評価シート/a.xlsx"))
            parent = hash_of(before) if before else ""
            before = Revision(revision, revision - 1, parent, draft).to_json()
            (folder / f"{revision}.json").write_bytes(before)
        head = on_disk(store.head_file(numbered.key, numbered.edition.year))
        head.parent.mkdir(parents=True, exist_ok=True)
        head.write_bytes(head_bytes(before))
    return store


def _merging(sheet: Sheet) -> str:
    head = sheet.with_values({"purpose": "甲"})
    incoming = sheet.with_values({"outline": "乙"})
    laps = 200

    def all_laps(numbered: Sheet, other: Sheet) -> Callable[[], object]:
        return lambda: [merge(sheet, numbered, other) for _ in range(laps)]

    def compare_once() -> list[str]:
        return [path for path in head if head[path] != incoming[path]]

    rivals: dict[str, Callable[[], object]] = {
        "comparing two sheets field by field (limit)": lambda: [
            compare_once() for _ in range(laps)
        ],
        "merge, nothing changed": all_laps(sheet, sheet),
        "merge, a change on either side": all_laps(head, incoming),
    }
    rows = [replace(row, seconds=row.seconds / laps) for row in race(rivals, next(iter(rivals)), 5)]
    times = ", ".join(f"{row.name}: {row.seconds * 1e6:,.0f} µs" for row in rows)
    return table("Merge one sheet", rows, "limit") + f"\n{times}\n"


def _numbered(sheet: Sheet, number: int) -> Sheet:
    """Return the sheet under a key of its own, in a budget program of its own."""
    paths = sheet.edition.definition.identity.key
    codes = ("01", "02", *(f"{number // 100**position % 100:02}" for position in (2, 1, 0)), "01")
    values = {**sheet, **dict(zip(paths, codes, strict=True))}
    return Sheet(sheet.edition, "-".join(codes), values)
