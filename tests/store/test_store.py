"""The store: revisions written once, heads that follow from them, one writer at a time."""

from __future__ import annotations

import json
import multiprocessing
import os
from dataclasses import replace
from pathlib import Path

import pytest
from filelock import FileLock

from tests import papers
from tests.cities import City
from tests.store.on_disk import on_disk
from xlsync.disk import is_temporary
from xlsync.errors import StoreBusy, StoreDamaged, StoreError
from xlsync.sheet import Sheet
from xlsync.store import Draft, Store, Submission, audit
from xlsync.store.store_location import StoreLocation
from xlsync.store.store_path import entries_below, remove, replace_whole

KEY, YEAR = papers.CLEAN, papers.EDITION


def draft(sheet: Sheet, who: str = "甲") -> Draft:
    return Draft(sheet, "2018-07-02T09:00:00+09:00", who)


def numbered(number: int) -> Sheet:
    return papers.with_values(KEY, {"purpose": f"{number}稿"})


def opened_again(store: Store) -> Store:
    """As another program has it."""
    return Store(StoreLocation(store.folder, store.files))


def filled(store: Store, count: int = 3) -> None:
    with store.writing():
        for number in range(1, count + 1):
            assert store.commit(draft(numbered(number))).number == number


def test_a_commit_is_read_again(either_city: City) -> None:
    store = either_city.store
    filled(store)
    assert store.editions() == [YEAR]
    assert store.keys(YEAR) == [KEY]
    head = store.head(KEY, YEAR)
    assert head is not None
    assert head.revision == 3
    assert head.same_content(numbered(3))
    assert [revision.sheet["purpose"] for revision in store.revisions(KEY, YEAR)] == [
        "1稿",
        "2稿",
        "3稿",
    ]
    assert [revision.parent for revision in store.revisions(KEY, YEAR)] == [0, 1, 2]
    assert [sheet.key for sheet in store.heads()] == [KEY]
    assert audit(store) == []


def test_the_files_are_those_of_the_contract(either_city: City) -> None:
    filled(either_city.store, 2)
    folder = either_city.store.files
    head = json.loads((folder / f"sheets/{YEAR}/{KEY}.json").read_bytes())
    assert list(head)[:4] == ["form", "edition", "key", "revision"]
    assert head["revision"] == 2
    revision = json.loads((folder / f"revisions/{YEAR}/{KEY}/1.json").read_bytes())
    assert {"sheet", "parent", "when", "who", "file", "workbook", "changes", "findings"} <= set(
        revision
    )
    assert (revision["who"], revision["when"], revision["parent"]) == (
        "甲",
        "2018-07-02T09:00:00+09:00",
        0,
    )
    assert [entry for entry in entries_below(folder) if is_temporary(entry.name)] == []


def test_revisions_are_never_written_again(either_city: City) -> None:
    filled(either_city.store, 1)
    file = either_city.store.revision_file(KEY, YEAR, 1)
    before = (file.read_bytes(), file.stat().st_mtime_ns, file.stat().st_ino)
    with either_city.store.writing():
        either_city.store.commit(draft(numbered(2)))
    assert (file.read_bytes(), file.stat().st_mtime_ns, file.stat().st_ino) == before


def test_what_was_never_stored_is_not_there(either_city: City) -> None:
    assert either_city.store.heads() == []
    assert either_city.store.head(KEY, YEAR) is None
    assert either_city.store.revisions(KEY, YEAR) == []
    with pytest.raises(StoreDamaged):
        either_city.store.revision(KEY, YEAR, 1)
    assert audit(either_city.store) == []


@pytest.mark.parametrize(
    "damage", ["missing", "stale", "empty", "cut", "no json", "other", "folder", "latin"]
)
def test_a_head_that_is_missing_stale_or_broken_is_taken_from_the_revisions(
    either_city: City, damage: str
) -> None:
    filled(either_city.store)
    file = either_city.store.head_file(KEY, YEAR)
    whole = file.read_bytes()
    remove(file)
    match damage:
        case "stale":
            replace_whole(file, numbered(2).with_revision(2).to_json())
        case "folder":
            replace_whole(file / "x", b"")
            remove(file / "x")
        case "missing":
            pass
        case _:
            replace_whole(
                file,
                {
                    "empty": b"",
                    "cut": whole[:500],
                    "no json": b"x",
                    "other": b"{}",
                    "latin": b"\xff",
                }[damage],
            )
    head = opened_again(either_city.store).head(KEY, YEAR)
    assert head is not None
    assert (head.revision, head["purpose"]) == (3, "3稿")
    assert [one["purpose"] for one in either_city.store.heads()] == ["3稿"]
    assert [one.derived for one in audit(either_city.store)] == [True]


@pytest.mark.parametrize("damage", ["missing", "stale"])
def test_the_next_commit_heals_the_head(either_city: City, damage: str) -> None:
    filled(either_city.store)
    file = either_city.store.head_file(KEY, YEAR)
    remove(file)
    if damage == "stale":
        replace_whole(file, numbered(2).with_revision(2).to_json())
    with either_city.store.writing():
        assert either_city.store.commit(draft(numbered(4))).number == 4
    assert json.loads(file.read_bytes())["revision"] == 4
    assert audit(either_city.store) == []


def test_a_head_newer_than_every_revision_is_not_thrown_away(either_city: City) -> None:
    """The last revision was lost (a restored backup, a careless hand): the head is all that is left of it."""
    filled(either_city.store)
    remove(either_city.store.revision_file(KEY, YEAR, 3))
    damages = audit(either_city.store)
    assert damages
    assert not all(damage.derived for damage in damages)
    with pytest.raises(StoreDamaged), either_city.store.writing():
        either_city.store.commit(draft(numbered(9)))
    assert b"3\xe7\xa8\xbf" in either_city.store.head_file(KEY, YEAR).read_bytes()


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "{}", '{"format": "1"}', '{"format": true}', "\x00"]
)
def test_a_broken_store_file_is_named(either_city: City, text: str) -> None:
    replace_whole(either_city.store.files / "store.json", text.encode())
    with pytest.raises(StoreError) as told:
        opened_again(either_city.store).heads()
    assert str(either_city.store.files) in told.value.where


def test_a_newer_format_is_refused(either_city: City) -> None:
    replace_whole(either_city.store.files / "store.json", b'{"format": 4}')
    with pytest.raises(StoreError, match="更新してください"):
        opened_again(either_city.store).heads()
    with (
        pytest.raises(StoreError, match="更新してください"),
        opened_again(either_city.store).writing(),
    ):
        pass


def test_a_missing_store_is_named(tmp_path: Path) -> None:
    for task in (Store.heads, Store.editions, audit):
        with pytest.raises(StoreError, match="登録データがありません"):
            task(Store(tmp_path / "nowhere"))
    assert not (tmp_path / "nowhere").exists()


def hold(folder: str, held: object, free: object) -> None:
    with FileLock(Path(folder) / ".lock"):
        held.set()  # type: ignore[attr-defined]
        free.wait(30)  # type: ignore[attr-defined]


def test_a_store_another_program_writes_to_is_busy(city: City) -> None:
    context = multiprocessing.get_context("spawn")
    held, free = context.Event(), context.Event()
    other = context.Process(target=hold, args=(str(city.store.folder), held, free))
    other.start()
    try:
        assert held.wait(30)
        with pytest.raises(StoreBusy, match="書き込み中"), city.store.writing(patience=0.1):
            pytest.fail("two writers at once")
        assert city.store.heads() == []
    finally:
        free.set()
        other.join(30)
    with city.store.writing(patience=5):
        city.store.commit(draft(numbered(1)))


def test_whoever_comes_second_is_told_so(
    either_city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the lock (a network disk that has none) the revision's number is the compare-and-swap."""
    filled(either_city.store, 1)
    slow = opened_again(either_city.store)
    monkeypatch.setattr(slow, "last", lambda *_: 0)  # it looked before the other wrote
    with pytest.raises(StoreBusy, match="もう一度"):
        slow.commit(draft(numbered(7)))
    assert [revision.sheet["purpose"] for revision in either_city.store.revisions(KEY, YEAR)] == [
        "1稿"
    ]


def test_a_received_workbook_is_kept_once_by_its_hash(either_city: City) -> None:
    digest = either_city.store.keep(b"bytes")
    assert either_city.store.keep(b"bytes") == digest
    assert digest == "277089d91c0bdf4f2e6862ba7e4a07605119431f5d13f726dd352b06f1b206a9"
    assert either_city.store.received(digest) == b"bytes"
    with pytest.raises(StoreDamaged):
        either_city.store.received("0" * 64)


@pytest.mark.parametrize("key", ["", " ", "x" * 101, "あ" * 21, "01\n"])
def test_a_key_that_cannot_be_stored_is_refused(city: City, key: str) -> None:
    with pytest.raises(StoreError):
        on_disk(city.store.head_file(key, YEAR))


def test_editions_stay_apart(either_city: City) -> None:
    filled(either_city.store, 1)
    other = Sheet(papers.edition(2020), KEY, {"purpose": "次の版"})
    with either_city.store.writing():
        either_city.store.commit(draft(other))
    assert either_city.store.editions() == [2018, 2020]
    assert [sheet["purpose"] for sheet in either_city.store.heads()] == ["1稿", "次の版"]
    assert [sheet["purpose"] for sheet in either_city.store.heads(2020)] == ["次の版"]


def test_a_program_is_its_projects_and_no_others(either_city: City) -> None:
    with either_city.store.writing():
        for key in papers.KEYS:
            either_city.store.commit(draft(papers.sheet(key)))
        first = papers.sheet()
        values = {**first, "project.number": "02"}
        either_city.store.commit(draft(Sheet(first.edition, "01-02-01-08-14-02", values)))
    found = [sheet.key for sheet in either_city.store.program(papers.sheet())]
    assert found == ["01-02-01-08-14-01", "01-02-01-08-14-02"]


def test_reading_a_store_changes_nothing(either_city: City) -> None:
    either_city.register()
    remove(either_city.store.head_file(KEY, YEAR))

    def seen() -> dict[str, tuple[int, bytes]]:
        entries = entries_below(either_city.store.files)
        files = [entry for entry in entries if entry.is_file()]
        return {str(file): (file.stat().st_mtime_ns, file.read_bytes()) for file in files}

    before = seen()
    store = opened_again(either_city.store)
    store.heads()
    store.program(papers.sheet())
    audit(store)
    assert seen() == before


def test_a_name_no_encoding_knows_is_kept_as_it_was(either_city: City) -> None:
    """Bytes of a file's name that are no UTF-8 come as lone surrogates."""
    name = os.fsdecode(b"\x95\x5d\x89\xbf.xlsx")
    with either_city.store.writing():
        either_city.store.commit(
            replace(draft(numbered(1)), submission=Submission(file=name), who="\udc81")
        )
    assert [
        one.draft.submission.file for one in opened_again(either_city.store).revisions(KEY, YEAR)
    ] == [name]
    json.loads(either_city.store.revision_file(KEY, YEAR, 1).read_text(encoding="utf-8"))
    assert audit(either_city.store) == []


@pytest.mark.parametrize("number", [float("nan"), float("inf"), -float("inf")])
def test_what_json_has_no_number_for_leaves_nothing_behind(
    either_city: City, number: float
) -> None:
    filled(either_city.store, 1)
    before = sorted(map(str, entries_below(either_city.store.files)))
    with pytest.raises(ValueError, match="JSON"), either_city.store.writing():
        either_city.store.commit(replace(draft(numbered(2)), findings=({"facts": number},)))
    assert sorted(map(str, entries_below(either_city.store.files))) == before
    assert audit(either_city.store) == []


def test_a_leftover_of_a_killed_program_is_no_memory(city: City) -> None:
    """Else what it was about to say would be an open conflict for ever."""
    city.register(KEY)
    memories = city.store.copy_states(KEY, YEAR)
    (name,) = memories
    file = city.store.folder / f"taken/{YEAR}/{KEY}/{name}.json"
    (file.parent / f".{file.name}.77.part").write_bytes(file.read_bytes())
    assert city.store.copy_states(KEY, YEAR) == memories


@pytest.mark.parametrize("place", ["revisions/2018/memo", "revisions/note"])
def test_a_stray_file_does_not_close_the_store(either_city: City, place: str) -> None:
    filled(either_city.store, 1)
    replace_whole(either_city.store.files / place, b"x")
    assert len(either_city.store.heads()) == 1
    assert [damage.file for damage in audit(either_city.store)] == [place]


def test_a_revision_rewritten_by_hand_is_not_taken_for_what_was_received(either_city: City) -> None:
    filled(either_city.store, 2)
    file = either_city.store.revision_file(KEY, YEAR, 2)
    replace_whole(file, file.read_bytes().replace("2稿".encode(), "偽稿".encode()))
    with pytest.raises(StoreDamaged, match="書き換え"):
        either_city.store.revision(KEY, YEAR, 2)
    head = either_city.store.head(KEY, YEAR)
    assert head is not None
    assert head["purpose"] == "2稿"
    remove(either_city.store.head_file(KEY, YEAR))
    with pytest.raises(StoreDamaged, match="書き換え"):
        either_city.store.head(KEY, YEAR)
