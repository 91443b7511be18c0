"""The list of seals: no revision is replaced unseen, not even the newest; neither a kill nor an old store loses the list."""

from __future__ import annotations

import multiprocessing
import shutil
from pathlib import Path

import pytest

from tests import papers
from tests.cities import City
from tests.store.commands import without_list
from tests.store.lived_in import lived_in
from tests.store.test_audit import KEY, REVISIONS, YEAR, in_sheet, rewritten, set_value
from xlsync.store import Draft, Store, audit, read_seal_list, rebuild, seal_list
from xlsync.store.revision import hash_of, head_bytes

LIST = "seals/000001.txt"


def save(folder: Path, purpose: str, key: str = KEY) -> None:
    store = Store(folder)
    with store.writing():
        sheet = papers.with_values(key, {"purpose": purpose})
        store.commit(Draft(sheet, "2018-07-02T09:00:00+09:00", "甲"))


def rewrite_newest(folder: Path) -> None:
    """The newest revision with another purpose and a new seal, its head with the same: as a forger would."""
    file = folder / REVISIONS / "3.json"
    rewritten(file, in_sheet("purpose", "書き換え"))
    (folder / f"sheets/{YEAR}/{KEY}.json").write_bytes(head_bytes(file.read_bytes()))


def list_again(folder: Path) -> None:
    """The whole list, made again from what is on the disk."""
    for file in (folder / "seals").iterdir():
        file.unlink()
    rebuild(Store(folder))


def damaged_files(folder: Path, **anchors: str) -> list[str]:
    codes = {int(name[1:]): code for name, code in anchors.items()}
    return [damage.file for damage in audit(Store(folder), codes)]


def test_the_newest_revision_sealed_again_is_named(city: City) -> None:
    folder = lived_in(city)
    rewrite_newest(folder)
    assert damaged_files(folder) == [f"{REVISIONS}/3.json"]
    rebuild(Store(folder))
    assert damaged_files(folder) == [f"{REVISIONS}/3.json"], "rebuilding must not vouch for it"


def test_a_newest_revision_taken_away_with_its_head_is_named(city: City) -> None:
    folder = lived_in(city)
    (folder / REVISIONS / "3.json").unlink()
    before = (folder / REVISIONS / "2.json").read_bytes()
    (folder / f"sheets/{YEAR}/{KEY}.json").write_bytes(head_bytes(before))
    assert damaged_files(folder) == [f"{REVISIONS}/3.json"]


def test_a_sheet_taken_away_whole_is_named(city: City) -> None:
    folder = lived_in(city)
    shutil.rmtree(folder / REVISIONS)
    (folder / f"sheets/{YEAR}/{KEY}.json").unlink()
    assert f"{REVISIONS}/3.json" in damaged_files(folder)


def test_a_second_line_for_a_revision_makes_no_forgery_right(city: City) -> None:
    folder = lived_in(city)
    line = read_seal_list(folder).seal_lines[-1].sealed
    rewrite_newest(folder)
    data = (folder / REVISIONS / "3.json").read_bytes()
    forged = seal_list.Sealed(line.when, YEAR, KEY, 3, hash_of(data))
    seal_list.append_seals(folder, [forged])
    assert damaged_files(folder) == [f"{REVISIONS}/3.json"]


def test_whoever_writes_the_list_again_is_betrayed_by_the_code_on_paper(city: City) -> None:
    folder = lived_in(city)
    code = read_seal_list(folder).seal_lines[-1].code
    assert damaged_files(folder, _7=code) == []
    rewrite_newest(folder)
    list_again(folder)
    assert damaged_files(folder) == []
    assert damaged_files(folder, _7=code) == ["seals"]


def test_a_code_on_paper_holds_while_revisions_come(city: City) -> None:
    folder = lived_in(city)
    code = read_seal_list(folder).seal_lines[3].code
    save(folder, "4稿")
    assert damaged_files(folder, _4=code) == []
    assert damaged_files(folder, _5=code) == ["seals"]
    assert damaged_files(folder, _400=code) == ["seals"]


@pytest.mark.parametrize("number", range(7))
def test_a_line_altered_or_taken_out_is_named(city: City, number: int) -> None:
    folder = lived_in(city)
    file = folder / LIST
    lines = file.read_text(encoding="ascii").splitlines(keepends=True)
    assert len(lines) == 7
    altered = lines[number].replace(f"\t{YEAR}\t", f"\t{YEAR + 1}\t")
    file.write_text("".join([*lines[:number], altered, *lines[number + 1 :]]), encoding="ascii")
    assert damaged_files(folder) == [LIST]
    file.write_text("".join([*lines[:number], *lines[number + 1 :]]), encoding="ascii")
    assert LIST in damaged_files(folder) or number == 6
    assert damaged_files(folder) != []


def test_a_damaged_list_stays_as_it_is_and_stops_no_save(city: City) -> None:
    folder = lived_in(city)
    (folder / LIST).write_bytes(b"\0" * 700)
    save(folder, "4稿")
    assert (folder / LIST).read_bytes() == b"\0" * 700
    assert damaged_files(folder) == [LIST]
    assert [line.sealed.revision for line in read_seal_list(folder).seal_lines] == [4]


def test_a_long_list_goes_on_in_further_files(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seal_list, "LINES", 3)
    folder = lived_in(city)
    assert len(list((folder / "seals").iterdir())) == 3
    assert [line.number for line in read_seal_list(folder).seal_lines] == list(range(1, 8))
    assert damaged_files(folder) == []
    (folder / "seals/000002.txt").unlink()
    assert "seals/000003.txt" in damaged_files(folder)


def test_a_store_of_an_earlier_release_is_listed_at_the_first_write(city: City) -> None:
    folder = lived_in(city)
    before = [line.sealed for line in read_seal_list(folder).seal_lines]
    without_list(folder)
    assert damaged_files(folder) == []
    assert read_seal_list(folder).seal_lines == ()
    save(folder, "4稿")
    *listed, last = (line.sealed for line in read_seal_list(folder).seal_lines)
    assert sorted(listed, key=str) == sorted(before, key=str)
    assert (last.key, last.revision) == (KEY, 4)
    assert damaged_files(folder) == []


def test_a_list_taken_away_whole_is_noticed(city: City) -> None:
    folder = lived_in(city)
    (folder / LIST).unlink()
    assert len(damaged_files(folder)) == 7


def commit_some(folder: Path, key: str) -> None:
    for number in range(10):
        save(folder, f"{number}稿", key)


def test_several_writers_at_once_leave_one_list(city: City) -> None:
    city.register()
    folder = city.store.folder
    spawn = multiprocessing.get_context("spawn")
    writers = [spawn.Process(target=commit_some, args=(folder, key)) for key in papers.KEYS[:3]]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
        assert writer.exitcode == 0
    assert len(read_seal_list(folder).seal_lines) == 35
    assert damaged_files(folder) == []


def test_a_revision_that_says_nonsense_for_its_time_is_listed_too(city: City) -> None:
    folder = lived_in(city)
    rewritten(folder / REVISIONS / "3.json", set_value("when", "きのう\tの夜\n"))
    list_again(folder)
    assert damaged_files(folder) == []
    assert "-" in [line.sealed.when for line in read_seal_list(folder).seal_lines]
