"""The audit names each damage that was planted, and says nothing of a clean store."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import papers
from tests.cities import City
from tests.store.backends import Backend
from tests.store.disk_calls import REAL, Call, unlisted, watching
from tests.store.lived_in import lived_in
from tests.store.on_disk import on_disk
from xlsync.form.library import load_form
from xlsync.store import Draft, Store, audit
from xlsync.store.form_versions import FormVersions
from xlsync.store.lock import holding

KEY, YEAR = papers.CLEAN, papers.EDITION
OTHER = papers.KEYS[1]
REVISIONS = f"revisions/{YEAR}/{KEY}"


def rewritten(file: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """The JSON file with a change, in its canonical form, sealed anew where it was sealed: as a forger would."""
    document = json.loads(file.read_bytes())
    change(document)
    if "seal" in document:
        document["seal"] = hashlib.sha256(written({**document, "seal": ""})).hexdigest()
    file.write_bytes(written(document))


def written(document: dict[str, Any]) -> bytes:
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()


def flipped(file: Path, at: int) -> None:
    """The file with one bit the other way round."""
    data = bytearray(file.read_bytes())
    data[at] ^= 1
    file.write_bytes(data)


def zeroed(file: Path) -> None:
    """The file as a power cut leaves it where its bytes never reached the disk."""
    file.write_bytes(bytes(file.stat().st_size))


def cut_off(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def swapped(one: Path, other: Path) -> None:
    first, second = one.read_bytes(), other.read_bytes()
    one.write_bytes(second)
    other.write_bytes(first)


def memory(folder: Path) -> Path:
    return next((folder / "taken").rglob("*.json"))


def noted(file: Path) -> None:
    """One more item, and the old seal."""
    file.write_bytes(file.read_bytes().replace(b'"who": ', b'"note": "x",\n  "who": ', 1))


def set_value(name: str, value: Any) -> Callable[[dict[str, Any]], None]:
    def change(document: dict[str, Any]) -> None:
        document[name] = value

    return change


def in_sheet(name: str, value: Any) -> Callable[[dict[str, Any]], None]:
    def change(document: dict[str, Any]) -> None:
        document["sheet"][name] = value

    return change


def received(folder: Path) -> Path:
    return min((folder / "received").iterdir())


def moved(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    source.rename(target)


def retyped(file: Path) -> None:
    """The same JSON in another layout."""
    file.write_text(json.dumps(json.loads(file.read_bytes())), encoding="utf-8")


def made_a_folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


def emptied(folder: Path) -> None:
    for file in folder.iterdir():
        file.unlink()


GRAVE: dict[str, tuple[Callable[[Path], object], str]] = {
    "a bit of the first revision flipped": (
        lambda f: flipped(f / REVISIONS / "1.json", 5000),
        f"{REVISIONS}/1.json",
    ),
    "a bit of the last revision flipped": (
        lambda f: flipped(f / REVISIONS / "3.json", 5000),
        f"{REVISIONS}/3.json",
    ),
    "a bit of the last revision's seal flipped": (
        lambda f: flipped(f / REVISIONS / "3.json", 20),
        f"{REVISIONS}/3.json",
    ),
    "a revision full of zeros": (
        lambda f: zeroed(f / REVISIONS / "2.json"),
        f"{REVISIONS}/2.json",
    ),
    "a revision cut in two": (
        lambda f: cut_off(f / REVISIONS / "3.json"),
        f"{REVISIONS}/3.json",
    ),
    "a revision renamed": (
        lambda f: moved(f / REVISIONS / "2.json", f / REVISIONS / "02.json"),
        f"{REVISIONS}/02.json",
    ),
    "two sheets' first revisions swapped": (
        lambda f: swapped(f / REVISIONS / "1.json", f / f"revisions/{YEAR}/{OTHER}/1.json"),
        f"{REVISIONS}/1.json",
    ),
    "two sheets' only revisions swapped": (
        lambda f: swapped(
            f / f"revisions/{YEAR}/{papers.KEYS[2]}/1.json", f / f"revisions/{YEAR}/{OTHER}/1.json"
        ),
        f"revisions/{YEAR}/{OTHER}/1.json",
    ),
    "the store's own file damaged": (
        lambda f: (f / "store.json").write_bytes(bytes(40)),
        "store.json",
    ),
    "the store's own file missing": (lambda f: (f / "store.json").unlink(), "store.json"),
    "a memory damaged": (lambda f: flipped(memory(f), 1), "taken/"),
    "a memory of another sheet": (
        lambda f: rewritten(memory(f), in_sheet("key", OTHER)),
        "taken/",
    ),
    "a memory full of zeros": (lambda f: zeroed(memory(f)), "taken/"),
    "a foreign file among the heads": (
        lambda f: (f / f"sheets/{YEAR}/メモ.txt").write_bytes(b"x"),
        f"sheets/{YEAR}/メモ.txt",
    ),
    "a foreign file among the memories": (
        lambda f: (f / "taken/Thumbs.db").write_bytes(b"x"),
        "taken/Thumbs.db",
    ),
    "a revision cut off": (
        lambda f: (f / REVISIONS / "2.json").write_bytes(b'{"revision": 2,'),
        f"{REVISIONS}/2.json",
    ),
    "a revision emptied": (
        lambda f: (f / REVISIONS / "3.json").write_bytes(b""),
        f"{REVISIONS}/3.json",
    ),
    "a revision missing in the middle": (
        lambda f: (f / REVISIONS / "2.json").unlink(),
        f"{REVISIONS}/2.json",
    ),
    "the first revision missing": (
        lambda f: (f / REVISIONS / "1.json").unlink(),
        f"{REVISIONS}/1.json",
    ),
    "the last revision missing": (lambda f: (f / REVISIONS / "3.json").unlink(), KEY),
    "every revision missing": (lambda f: emptied(f / REVISIONS), KEY),
    "the revisions' folder missing": (
        lambda f: moved(f / REVISIONS, f.parent / "away"),
        f"sheets/{YEAR}/{KEY}.json",
    ),
    "a revision changed": (
        lambda f: rewritten(f / REVISIONS / "2.json", in_sheet("purpose", "書き換え")),
        f"{REVISIONS}/3.json",
    ),
    "a revision retyped": (lambda f: retyped(f / REVISIONS / "3.json"), f"{REVISIONS}/3.json"),
    "a revision's number changed": (
        lambda f: rewritten(f / REVISIONS / "3.json", set_value("revision", 4)),
        f"{REVISIONS}/3.json",
    ),
    "a revision's parent changed": (
        lambda f: rewritten(f / REVISIONS / "3.json", set_value("parent", 1)),
        f"{REVISIONS}/3.json",
    ),
    "a revision's chain broken": (
        lambda f: rewritten(f / REVISIONS / "3.json", set_value("parent_hash", "0" * 64)),
        f"{REVISIONS}/3.json",
    ),
    "another sheet's revision": (
        lambda f: shutil.copy(
            f / f"revisions/{YEAR}/{papers.KEYS[1]}/1.json", f / REVISIONS / "3.json"
        ),
        f"{REVISIONS}/3.json",
    ),
    "a revision without an item": (
        lambda f: rewritten(f / REVISIONS / "3.json", lambda d: d.pop("who")),
        f"{REVISIONS}/3.json",
    ),
    "a revision with an odd item": (
        lambda f: rewritten(f / REVISIONS / "3.json", set_value("changes", ["x"])),
        f"{REVISIONS}/3.json",
    ),
    "a revision with changes that are none": (
        lambda f: rewritten(f / REVISIONS / "3.json", set_value("changes", {"a": 1})),
        f"{REVISIONS}/3.json",
    ),
    "a revision with findings that are numbers": (
        lambda f: rewritten(f / REVISIONS / "3.json", set_value("findings", [1])),
        f"{REVISIONS}/3.json",
    ),
    "a revision with an unknown item": (
        lambda f: noted(f / REVISIONS / "3.json"),
        f"{REVISIONS}/3.json",
    ),
    "a revision of no year": (
        lambda f: rewritten(f / REVISIONS / "3.json", in_sheet("edition", 1)),
        f"{REVISIONS}/3.json",
    ),
    "a revision that is a folder": (
        lambda f: made_a_folder(f / REVISIONS / "3.json"),
        f"{REVISIONS}/3.json",
    ),
    "a received workbook missing": (lambda f: received(f).unlink(), "received/"),
    "a received workbook changed": (lambda f: received(f).write_bytes(b"x"), "received/"),
    "a received workbook cut off": (
        lambda f: received(f).write_bytes(received(f).read_bytes()[:-1]),
        "received/",
    ),
    "a foreign file among the received": (
        lambda f: (f / "received/手紙.xlsx").write_bytes(b"x"),
        "received/手紙.xlsx",
    ),
    "a foreign file among the revisions": (
        lambda f: (f / REVISIONS / "3 - コピー.json").write_bytes(b"x"),
        f"{REVISIONS}/3 - コピー.json",
    ),
    "a revision beyond a gap": (
        lambda f: moved(f / REVISIONS / "3.json", f / REVISIONS / "7.json"),
        f"{REVISIONS}/",
    ),
    "a sheet from nowhere": (
        lambda f: (f / f"sheets/{YEAR}/01-01-01-01-01-01.json").write_bytes(b"{}"),
        f"sheets/{YEAR}/01-01-01-01-01-01.json",
    ),
    "a folder that is no key": (
        lambda f: (f / f"revisions/{YEAR}/新しいフォルダー").mkdir(),
        f"revisions/{YEAR}/新しいフォルダー",
    ),
    "a folder that is no year": (
        lambda f: (f / "revisions/２０１８").mkdir(),
        "revisions/２０１８",
    ),
    "a file where a year should be": (
        lambda f: (f / "revisions/2017").write_bytes(b"x"),
        "revisions/2017",
    ),
    "a year before all forms": (
        lambda f: moved(f / REVISIONS, f / f"revisions/1000/{KEY}"),
        "revisions/1000",
    ),
}


EMPTY_FOLDERS = {"a folder that is no key", "a folder that is no year"}
"""Damages that a database, in which there are no empty folders, cannot have."""


@pytest.mark.parametrize("name", GRAVE)
def test_a_planted_damage_is_named(lived_copy: Path, backend: Backend, name: str) -> None:
    plant, file = GRAVE[name]
    plant(lived_copy)
    damages = audit(Store(backend.laid_out(lived_copy)))
    if name in EMPTY_FOLDERS and not backend.has_empty_folders:
        assert damages == []
        return
    grave = [damage for damage in damages if not damage.derived]
    assert [damage for damage in grave if file in damage.file], damages
    assert all(damage.message for damage in damages)


DERIVED: dict[str, Callable[[Path], object]] = {
    "full of zeros": lambda f: zeroed(f / f"sheets/{YEAR}/{KEY}.json"),
    "flipped in its number": lambda f: rewritten(
        f / f"sheets/{YEAR}/{KEY}.json", set_value("revision", 7)
    ),
    "another sheet's": lambda f: shutil.copy(
        f / f"sheets/{YEAR}/{OTHER}.json", f / f"sheets/{YEAR}/{KEY}.json"
    ),
    "missing": lambda f: (f / f"sheets/{YEAR}/{KEY}.json").unlink(),
    "changed": lambda f: rewritten(
        f / f"sheets/{YEAR}/{KEY}.json", set_value("purpose", "手で直した")
    ),
    "behind": lambda f: rewritten(f / f"sheets/{YEAR}/{KEY}.json", set_value("revision", 2)),
    "cut off": lambda f: (f / f"sheets/{YEAR}/{KEY}.json").write_bytes(b'{"form":'),
}


@pytest.mark.parametrize("name", DERIVED)
def test_a_damaged_head_is_named_and_can_be_rebuilt(
    lived_copy: Path, backend: Backend, name: str
) -> None:
    DERIVED[name](lived_copy)
    damages = audit(Store(backend.laid_out(lived_copy)))
    assert [(damage.file, damage.derived) for damage in damages] == [
        (f"sheets/{YEAR}/{KEY}.json", True)
    ]


def test_a_sound_revision_is_not_blamed_for_its_neighbour(
    lived_copy: Path, backend: Backend
) -> None:
    flipped(lived_copy / REVISIONS / "2.json", 5000)
    damages = audit(Store(backend.laid_out(lived_copy)))
    assert [damage.file for damage in damages] == [f"{REVISIONS}/2.json"]


def test_a_store_with_a_broken_file_of_its_own_is_looked_through_all_the_same(
    lived_copy: Path, backend: Backend
) -> None:
    (lived_copy / "store.json").write_bytes(b"")
    flipped(lived_copy / REVISIONS / "2.json", 5000)
    damages = audit(Store(backend.laid_out(lived_copy)))
    assert [damage.file for damage in damages] == [
        "store.json",
        f"{REVISIONS}/2.json",
    ]


@given(at=st.integers(0, 10**6), bit=st.integers(0, 7), file=st.integers(0, 10**6))
def test_no_bit_of_a_store_flips_unseen(lived: Path, at: int, bit: int, file: int) -> None:
    """Save in a memory, which is sealed by nothing: there a text may say something else, and the merge asks again."""
    files = sorted(
        one
        for name in ("revisions", "sheets", "received", "seals")
        for one in (lived / name).rglob("*.*")
    )
    chosen = files[file % len(files)]
    whole = chosen.read_bytes()
    data = bytearray(whole)
    data[at % len(data)] ^= 1 << bit
    chosen.write_bytes(data)
    try:
        named = [damage.file for damage in audit(Store(lived))]
    finally:
        chosen.write_bytes(whole)
    assert named == [chosen.relative_to(lived).as_posix()]


def test_a_head_changed_by_hand_does_not_pass_for_what_was_received(
    lived_copy: Path, backend: Backend
) -> None:
    """The revisions are the truth; a head that contradicts its own revision must not enter the next merge."""
    DERIVED["changed"](lived_copy)
    head = Store(backend.laid_out(lived_copy)).head(KEY, YEAR)
    assert head is not None
    assert head["purpose"] == "3稿"


def test_leftovers_of_a_killed_program_are_no_damage(city: City) -> None:
    folder = lived_in(city)
    for place in (REVISIONS, f"sheets/{YEAR}", "received"):
        (folder / place / ".4.json.123.part").write_bytes(b"half")
    assert audit(Store(folder)) == []


def test_a_damage_speaks_json(city: City) -> None:
    folder = lived_in(city)
    DERIVED["missing"](folder)
    assert [set(damage.to_document()) for damage in audit(Store(folder))] == [
        {"file", "message", "derived"}
    ]


def test_one_damage_does_not_hide_another(lived_copy: Path, backend: Backend) -> None:
    GRAVE["a revision cut off"][0](lived_copy)
    GRAVE["a received workbook changed"][0](lived_copy)
    (lived_copy / f"revisions/{YEAR}/{papers.KEYS[2]}/1.json").write_bytes(b"")
    files = {
        damage.file.split("/")[-1] if "received" not in damage.file else "received"
        for damage in audit(Store(backend.laid_out(lived_copy)))
    }
    assert {"2.json", "1.json", "received"} <= files


def test_a_version_of_the_form_that_cannot_be_read_is_the_damage_that_is_told(
    lived: Path, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(lived, tmp_path / "store"))
    versions = FormVersions(folder, load_form().id)
    versions.adopt(versions.keep(load_form()), "2018-07-02T09:00:00+09:00", "企画課")
    on_disk(versions.folder / "1/version.json").write_bytes(b"{}")
    (damage,) = audit(Store(folder))
    assert damage.file == "version.json"
    assert "様式" in damage.message


@pytest.mark.parametrize("code", [errno.EIO, errno.EACCES])
@pytest.mark.parametrize(
    "name",
    [
        "seals",
        "revisions",
        f"revisions/{YEAR}",
        REVISIONS,
        "sheets",
        f"sheets/{YEAR}",
        "taken",
        f"taken/{YEAR}",
        f"taken/{YEAR}/{KEY}",
        "received",
        "acts",
        f"acts/{YEAR}",
        f"acts/{YEAR}/{KEY}",
        "distributions",
        f"distributions/{YEAR}",
        f"forms/{papers.edition().form}",
    ],
)
def test_a_folder_that_cannot_be_listed_is_named_and_the_rest_is_looked_at(
    lived: Path, tmp_path: Path, name: str, code: int
) -> None:
    folder = Path(shutil.copytree(lived, tmp_path / "store"))
    (folder / name).mkdir(parents=True, exist_ok=True)
    elsewhere = "taken" if name.startswith("sheets") else "sheets"
    (folder / elsewhere / "strange.txt").write_bytes(b"")
    anchors = {1: "0000-0000-0000-0000-0000"} if name == "seals" else {}
    with unlisted(folder / name, code):
        named = [damage.file for damage in audit(Store(folder), anchors)]
    assert sorted(named) == sorted([name, f"{elsewhere}/strange.txt"])


@pytest.mark.skipif(not hasattr(os, "fork"), reason="a system without fork")
@pytest.mark.parametrize("unwritten", ["seals", "sheets"])
def test_a_commit_on_its_way_is_no_damage(
    city: City, monkeypatch: pytest.MonkeyPatch, unwritten: str
) -> None:
    """The audit runs while another program writes: between a revision, its line and its head nothing is wrong."""
    city.register(KEY)
    reached, writes_so_far = os.pipe()
    may_go_on, go_on = os.pipe()

    def waiting(call: Call) -> None:
        if call.name == "replace" and f"/{unwritten}/" in str(call.given[1]):
            REAL["write"](writes_so_far, b"x")
            os.read(may_go_on, 1)

    def telling(folder: Path, patience: float) -> AbstractContextManager[None]:
        os.write(go_on, b"x")
        return holding(folder, patience)

    writer = os.fork()
    if writer == 0:
        try:
            with watching(waiting), city.store.writing():
                sheet = papers.with_values(KEY, {"purpose": "次の稿"})
                city.store.commit(Draft(sheet, "2018-07-02T09:00:00+09:00", "甲"))
        finally:
            os._exit(0)
    monkeypatch.setattr(sys.modules["xlsync.store.store_audit"], "holding", telling)
    os.read(reached, 1)
    damages = audit(Store(city.store.folder))
    os.write(go_on, b"x")  # also where the audit never asked for the lock
    assert os.waitpid(writer, 0)[1] == 0
    assert damages == []
    assert city.revisions(KEY) == 2
