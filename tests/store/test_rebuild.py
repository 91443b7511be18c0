"""What is derived is made anew, byte for byte; what is not stays, and is told of."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import papers
from tests.cities import City, typed
from tests.store.backends import Backend
from tests.store.disk_calls import state_of
from tests.store.lived_in import lived_in
from tests.store.on_disk import on_disk
from tests.store.test_audit import DERIVED, EMPTY_FOLDERS, GRAVE
from tests.strategies import sheets
from xlsync.form.library import load_form
from xlsync.sheet import Sheet
from xlsync.store import Draft, Revision, Store, Submission, audit, rebuild
from xlsync.store.revision import head_bytes, is_sealed, revision_of

KEY, YEAR = papers.CLEAN, papers.EDITION


@given(sheets(papers.edition()), st.integers(1, 10**6), st.text(max_size=20))
def test_the_head_can_be_cut_out_of_its_revision(sheet: Sheet, number: int, who: str) -> None:
    draft = Draft(
        sheet,
        "2018-07-02T09:00:00+09:00",
        who,
        Submission(file='\n  "sheet": {\n'),
        findings=({"a": {}},),
    )
    data = Revision(number, number - 1, "0" * 64, draft).to_json()
    assert is_sealed(data)
    assert head_bytes(data) == sheet.with_revision(number).to_json()
    assert revision_of(data, load_form(), "").to_json() == data


@pytest.mark.parametrize("name", DERIVED)
def test_a_damaged_head_is_made_anew(lived_copy: Path, backend: Backend, name: str) -> None:
    whole = backend.state(backend.laid_out(lived_copy))
    DERIVED[name](lived_copy)
    place = backend.laid_out(lived_copy)
    restored = rebuild(Store(place))
    assert [one.file for one in restored] == [f"sheets/{YEAR}/{KEY}.json"]
    assert backend.state(place) == whole
    assert audit(Store(place)) == []
    assert rebuild(Store(place)) == []


def test_all_heads_are_made_anew_byte_for_byte(lived_copy: Path, backend: Backend) -> None:
    whole = backend.state(backend.laid_out(lived_copy))
    heads = sorted((lived_copy / "sheets").rglob("*.json"))
    for number, head in enumerate(heads):
        head.write_bytes((b"", b"{", b"\x00" * 900, b"[]", head.read_bytes()[:-1])[number])
    damaged = backend.laid_out(lived_copy)
    shutil.rmtree(lived_copy / "sheets")
    for place in (damaged, backend.laid_out(lived_copy)):
        assert len(rebuild(Store(place))) == len(papers.KEYS)
        assert backend.state(place) == whole


@pytest.mark.parametrize("name", GRAVE)
def test_what_is_not_derived_stays_and_is_told_of(
    lived_copy: Path, backend: Backend, name: str
) -> None:
    GRAVE[name][0](lived_copy)
    if "store.json" in GRAVE[name][1]:
        return  # nothing is written into a store whose format nobody knows
    place = backend.laid_out(lived_copy)
    before = backend.contents(place)
    restored = {one.file for one in rebuild(Store(place))}
    after = backend.contents(place)
    assert {name for name in before | after if before.get(name) != after.get(name)} == restored
    assert all(name.startswith("sheets/") for name in restored)
    damages = audit(Store(place))
    is_expressed = backend.has_empty_folders or name not in EMPTY_FOLDERS
    assert any(GRAVE[name][1] in damage.file for damage in damages) == is_expressed
    assert [damage for damage in damages if damage.derived] == []
    assert rebuild(Store(place)) == []


def test_a_head_that_is_all_that_is_left_stays(lived_copy: Path, backend: Backend) -> None:
    (lived_copy / f"revisions/{YEAR}/{KEY}/3.json").unlink()
    place = backend.laid_out(lived_copy)
    before = backend.state(place)
    assert rebuild(Store(place)) == []
    assert backend.state(place) == before


def test_a_head_is_not_made_of_another_sheet_s_revision(lived_copy: Path, backend: Backend) -> None:
    revisions = lived_copy / f"revisions/{YEAR}"
    shutil.copy(revisions / papers.KEYS[2] / "1.json", revisions / papers.KEYS[1] / "1.json")
    place = backend.laid_out(lived_copy)
    before = backend.state(place)
    assert rebuild(Store(place)) == []
    assert backend.state(place) == before


def test_leftovers_go_and_nothing_else(city: City) -> None:
    folder = lived_in(city)
    whole = state_of(folder)
    left = [
        folder / f"revisions/{YEAR}/{KEY}/.4.json.123.part",
        folder / f"sheets/{YEAR}/.{KEY}.json.9.part",
        folder / f"received/.{'0' * 64}.xlsx.77.part",
        folder / f"taken/{YEAR}/{KEY}/.a-b.json.5.part",
    ]
    for file in left:
        file.write_bytes(b"half")
    half_copy = folder / "backup-0-1.part/heads"
    half_copy.mkdir(parents=True)
    theirs = folder / "received/日報.part"
    theirs.write_bytes(b"x")
    assert {one.file for one in rebuild(Store(folder))} == {
        *(file.relative_to(folder).as_posix() for file in left),
        "backup-0-1.part",
    }
    assert theirs.read_bytes() == b"x"
    theirs.unlink()
    assert state_of(folder) == whole


def test_an_ordinary_receive_heals_a_head_too(city: City) -> None:
    data = typed(_given(city), {"purpose": "新しい"})
    head = on_disk(city.store.head_file(KEY, YEAR))
    head.write_bytes(b"")
    assert city.bring_one(data).outcome == "accepted"
    assert audit(city.store) == []


def _given(city: City) -> bytes:
    city.register(KEY)
    return city.give_out()
