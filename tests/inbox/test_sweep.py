"""What is saved in the folder is in the store, whatever program saved it and however often anybody looked meanwhile."""

from __future__ import annotations

import os
import time
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from tests import papers
from tests.cities import saved, through_openpyxl
from tests.watching import (
    QUIET,
    SEQUENCES,
    Desk,
    Steps,
    desk,
    excel_local,
    in_pieces,
    owner,
    saying,
    vanish,
    zipped,
)
from xlsync.exchange import Receipt
from xlsync.inbox.config import BOARD_PAGE, Deadline
from xlsync.inbox.intake.read_stable import signature_of
from xlsync.store import audit
from xlsync.workbook.reading.sandbox import SandboxReader

BOOK = f"政策イノベーション部/情報政策課/{papers.CLEAN}_情報化推進事業.xlsx"


@pytest.fixture
def here(tmp_path: Path) -> Desk:
    return desk(tmp_path)


@pytest.mark.parametrize("save", SEQUENCES, ids=lambda save: save.__name__)
@pytest.mark.parametrize("look", ["at every step", "seldom"])
def test_every_way_of_saving_ends_in_one_receipt(
    here: Desk, save: Callable[[Path, bytes], Steps], look: str
) -> None:
    issued = here.town.give_out()
    book = here.put(BOOK, issued)
    assert here.outcomes() == ["unchanged"]
    told: list[Receipt] = []
    for number in range(2):
        for _ in save(book, saying(issued, f"{number}回目の保存")):
            if look == "at every step":
                told += here.run(0.5).receipts
        assert told == []
        told += [one for done in here.rest() for one in done.receipts]
        assert [one.outcome for one in told] == ["accepted"]
        assert here.purpose() == f"{number}回目の保存"
        told = []
    assert here.town.revisions() == 3
    assert audit(here.town.store) == []


def test_a_file_that_grows_slowly_is_waited_for(here: Desk) -> None:
    data = saying(here.town.give_out(), "ゆっくり")
    file = here.sheets / "a.xlsx"
    for _ in in_pieces(file, data, 20):
        assert here.run(QUIET * 0.9).receipts == ()
    assert here.outcomes() == ["accepted"]


def test_a_copy_with_its_final_size_and_holes_is_held_until_it_is_whole(here: Desk) -> None:
    data = saying(here.town.give_out(), "穴があった")
    file = here.put("a.xlsx", data)
    whole = file.stat()
    with file.open("r+b") as target:  # a member is still zeros: the directory at the end is there
        target.seek(len(data) // 2)
        target.write(bytes(2000))
    assert here.outcomes() == []
    assert here.run(5).held == 1
    file.write_bytes(data)
    os.utime(file, ns=(whole.st_atime_ns, whole.st_mtime_ns))
    assert here.outcomes() == ["accepted"]
    assert here.sweep.troubles == {}


def test_what_stays_damaged_is_told_after_ten_minutes_and_never_given_up(here: Desk) -> None:
    data = here.town.give_out()
    file = here.put("a.xlsx", data[:-300])
    here.rest()
    assert here.sweep.troubles == {}
    for _ in range(15):
        here.run(60)
    assert "保存し直してください" in here.sweep.troubles["a.xlsx"]
    file.write_bytes(data)
    assert here.outcomes() == ["unchanged"]
    assert here.sweep.troubles == {}


def test_a_file_rewritten_for_ever_gets_a_line_and_stops_nobody(here: Desk) -> None:
    other = here.town.give_out()
    for second in range(620):
        here.put("落ち着かない.xlsx", f"{second}".encode())
        if second == 300:
            here.put("a.xlsx", saying(other, "その間に"))
        here.run(1)
    assert here.purpose() == "その間に"
    assert "書き込みが続いています" in here.sweep.troubles["落ち着かない.xlsx"]


def test_an_open_book_is_taken_all_the_same(here: Desk) -> None:
    file = here.put("a.xlsx", saying(here.town.give_out(), "開いたまま"))
    owner(file)
    assert here.outcomes() == ["accepted"]


def test_the_same_values_again_are_unchanged_whatever_the_files_hash(here: Desk) -> None:
    data = saying(here.town.give_out(), "同じ")
    file = here.put("a.xlsx", data)
    assert here.outcomes() == ["accepted"]
    file.write_bytes(through_openpyxl(data))
    assert here.outcomes() == ["unchanged"]
    os.utime(file)
    assert here.outcomes() == []  # only its time changed: nobody is asked
    assert here.town.revisions() == 2


def test_a_renamed_or_moved_file_says_nothing_new(here: Desk) -> None:
    file = here.put("a.xlsx", saying(here.town.give_out(), "移す"))
    assert here.outcomes() == ["accepted"]
    (here.sheets / "別の課").mkdir()
    file.rename(here.sheets / "別の課" / unicodedata.normalize("NFD", "ガイド.xlsx"))
    assert here.outcomes() == ["unchanged"]
    assert list(here.sweep.entries) == [unicodedata.normalize("NFD", "別の課/ガイド.xlsx")]


def test_a_deleted_file_takes_nothing_from_the_store(here: Desk) -> None:
    file = here.put("a.xlsx", saying(here.town.give_out(), "消す"))
    here.put("b.pdf", b"x")
    here.rest()
    file.unlink()
    here.rest()
    assert here.sweep.entries == {}
    assert here.purpose() == "消す"


def test_a_restarted_watcher_takes_nothing_twice_and_misses_nothing(here: Desk) -> None:
    issued = here.town.give_out()
    file = here.put("a.xlsx", saying(issued, "一度だけ"))
    here.rest()
    here.restart()
    assert here.outcomes() == []
    file.write_bytes(saying(issued, "留守の間に"))
    here.restart()
    assert here.outcomes() == ["accepted"]
    (here.town.store.folder / "inbox.json").write_bytes(b"{")
    here.restart()
    assert here.outcomes() == ["unchanged"]
    assert here.town.revisions() == 3


@pytest.mark.parametrize(
    "damaged",
    [
        b"",
        bytes(4096),
        b"[]",
        b"[" * 100_000,
        b'{"format":1,"files":[]}',
        b'{"format":1,"files":{"a.xlsx":{}}}',
        b'{"format":1,"files":{"a.xlsx":{"look":{},"sheets":[]}}}',
        b'{"format":1,"files":{"a.xlsx":null}}',
    ],
    ids=lambda damaged: repr(damaged[:40]),
)
def test_a_damaged_index_is_written_anew_and_no_save_is_taken_twice(
    here: Desk, damaged: bytes
) -> None:
    here.put("a.xlsx", saying(here.town.give_out(), "一度だけ"))
    here.rest()
    count = here.town.revisions()
    index = here.town.store.folder / "inbox.json"
    index.write_bytes(damaged)
    here.restart()
    assert (here.outcomes(), here.town.revisions()) == (["unchanged"], count)
    assert index.read_bytes() != damaged


def test_a_share_that_disappears_is_waited_for_and_caught_up_with(here: Desk) -> None:
    issued = here.town.give_out()
    here.put("a.xlsx", saying(issued, "前"))
    here.rest()
    come_back = vanish(here)
    assert "共有フォルダを開けません" in here.run(60).away
    here.sheets.mkdir(parents=True)  # the empty folder a share is mounted on
    assert "空になっています" in here.run(3600).away
    assert list(here.sweep.entries) == ["a.xlsx"]
    here.sheets.rmdir()
    here.office.shared.rmdir()
    come_back()
    assert here.outcomes() == []
    here.put("a.xlsx", saying(issued, "後"))
    assert here.outcomes() == ["accepted"]


def test_a_folder_that_people_emptied_is_no_lost_share(here: Desk) -> None:
    file = here.put("a.xlsx", here.town.give_out())
    (here.office.shared / BOARD_PAGE).write_text("ここにある")
    here.rest()
    file.unlink()
    assert here.run().away == ""
    assert here.sweep.entries == {}


def test_a_folder_nobody_can_list_is_told_and_its_files_are_not_forgotten(
    here: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    here.put("a.xlsx", here.town.give_out())
    here.put("人事課/b.xlsx", b"not for us")
    real = os.open

    def refuse(path: str, *given: int, **options: int) -> int:
        if path == "人事課":
            raise PermissionError(13, "Permission denied")
        return real(path, *given, **options)

    monkeypatch.setattr(os, "open", refuse)
    here.rest()
    assert "見ることができません" in here.sweep.troubles["人事課"]
    here.sweep.entries["人事課/b.xlsx"] = here.sweep.entries["a.xlsx"]
    here.run()
    assert list(here.sweep.entries) == ["a.xlsx", "人事課/b.xlsx"]


def test_what_is_no_file_is_told_and_nothing_hangs(here: Desk, tmp_path: Path) -> None:
    outside = tmp_path / "外.xlsx"
    outside.write_bytes(saying(here.town.give_out(), "外から"))
    os.mkfifo(here.sheets / "管.xlsx")
    (here.sheets / "リンク.xlsx").symlink_to(outside)
    (here.sheets / "輪").symlink_to(here.sheets)
    (here.sheets / "箱.xlsx").mkdir()
    (here.sheets / "古い.xls").write_bytes(b"\xd0\xcf\x11\xe0")
    here.put("箱.xlsx/中.xlsx", saying(here.town.give_out(), "箱の中"))
    assert here.outcomes() == ["accepted"]
    assert here.purpose() == "箱の中"
    assert set(here.sweep.troubles) == {"管.xlsx", "リンク.xlsx", "輪", "箱.xlsx", "古い.xls"}
    assert "中は見ません" in here.sweep.troubles["輪"]


def test_bad_files_are_told_and_stop_nobody(here: Desk) -> None:
    here.put("写真.xlsx", b"\x89PNG....")
    here.put("爆弾.xlsx", zipped({"[Content_Types].xml": b"x", "xl/x.xml": bytes(30 * 2**20)}))
    with (here.sheets / "大きい.xlsx").open("wb") as big:
        big.truncate(200 * 2**20)
    here.put("何か.xlsx", saved(_other_book()))
    for number in range(300):
        (here.sheets / f"資料{number}.pdf").touch()
    here.put("a.xlsx", saying(here.town.give_out(), "ほかは無事"))
    with SandboxReader(here.town.terms.form) as reader:
        here.sweep.read_workbook = reader.read
        assert here.outcomes().count("accepted") == 1
    assert set(here.sweep.troubles) == {"写真.xlsx", "爆弾.xlsx", "大きい.xlsx", "何か.xlsx"}
    assert "大きすぎます" in here.sweep.troubles["大きい.xlsx"]


def test_a_bug_of_ours_holds_one_file_and_stops_nobody(
    here: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    read = here.sweep.read_workbook

    def faulty(data: bytes) -> object:
        if data == bad:
            raise ZeroDivisionError
        return read(data)

    bad = here.town.give_out()
    here.put("a.xlsx", bad)
    here.put("b.xlsx", saying(here.town.give_out(), "無事"))
    here.sweep.read_workbook = faulty  # type: ignore[assignment]
    assert here.outcomes() == ["accepted"]
    assert "ZeroDivisionError" in caplog.text


def test_an_archive_of_workbooks_is_taken_apart(here: Desk) -> None:
    inside = zipped(
        {
            "評価/a.xlsx": saying(here.town.give_out(), "圧縮して"),
            "評価/写真.xlsx": b"\x89PNG",
            "読んでください.txt": b"x",
        }
    )
    here.put("提出.zip", inside)
    assert sorted(here.outcomes()) == ["accepted", "refused"]
    assert here.purpose() == "圧縮して"
    here.restart()
    assert here.outcomes() == []


@pytest.mark.parametrize(
    "held", [{"中.zip": b"PK\3\4"}, {"memo.txt": b"x"}], ids=["nested", "empty"]
)
def test_an_archive_without_workbooks_or_with_archives_is_told(
    here: Desk, held: dict[str, bytes]
) -> None:
    here.put("変.zip", zipped(held))
    assert here.outcomes() == []
    assert "圧縮ファイルの中" in here.sweep.troubles["変.zip"]


def test_a_workbook_named_zip_is_a_workbook(here: Desk) -> None:
    here.put("a.zip", saying(here.town.give_out(), "名前だけ"))
    assert here.outcomes() == ["accepted"]


def test_a_leftover_is_rescued_only_where_its_book_is_missing(here: Desk) -> None:
    issued = here.town.give_out()
    book = here.put("a.xlsx", issued)
    here.put("5C0DA120", saying(issued, "古い途中"))
    here.put("DEADBEEF", b"something else")
    assert here.outcomes(*here.rest(), here.run(700)) == ["unchanged"]
    assert here.purpose() != "古い途中"
    for step, _ in enumerate(excel_local(book, saying(issued, "名前を変えられなかった"))):
        if step == 4:  # the book is deleted, and Excel dies
            break
    assert not book.exists()
    assert here.outcomes(*here.rest(), here.run(700)) == ["accepted"]
    assert here.purpose() == "名前を変えられなかった"


def test_a_leftover_that_settles_with_its_book_is_no_rescue(here: Desk) -> None:
    """Excel's old name of the book, seen by a watcher that knows of neither yet."""
    issued = here.town.give_out()
    here.put("6AF04530.tmp", saying(issued, "前の版"))
    here.run()
    here.put("b.xlsx", saying(issued, "いまの版"))
    here.run()
    told = here.run(700).receipts
    assert [(one.outcome, one.file.rpartition("/")[2]) for one in told] == [("accepted", "b.xlsx")]
    assert here.purpose() == "いまの版"


def test_a_change_that_shows_in_nothing_is_found_by_the_nightly_hashing(here: Desk) -> None:
    issued = here.town.give_out()
    file = here.put("a.xlsx", saying(issued, "昼甲"))
    here.rest()
    before = here.sweep.entries["a.xlsx"]
    file.write_bytes(saying(issued, "夜乙"))
    # as a server would have it that keeps neither times nor numbers apart
    look = signature_of(file.stat())
    here.sweep.entries["a.xlsx"] = replace(before, signature=look)
    here.restart_with(here.sweep.entries)
    assert here.outcomes() == []
    here.sweep.hash_everything()
    assert here.outcomes(here.run(), *here.rest()) == ["accepted"]
    assert here.purpose() == "夜乙"


def test_after_the_close_saves_are_held_for_the_office(here: Desk) -> None:
    here.settle(deadline=Deadline(closed=True))
    here.put("a.xlsx", saying(here.town.give_out(), "締切後"))
    assert here.outcomes() == []
    assert "締め切られています" in here.sweep.troubles["a.xlsx"]
    here.restart()
    assert here.outcomes() == []
    here.settle(deadline=Deadline())
    assert here.outcomes() == ["accepted"]
    assert here.sweep.troubles == {}


def test_a_store_that_fails_loses_nothing(here: Desk) -> None:
    here.put("a.xlsx", saying(here.town.give_out(), "あとで"))
    file = here.town.store.folder / "store.json"
    kept = file.read_bytes()
    file.unlink()
    here.town.store._format_checked = False  # noqa: SLF001 - as another process would find it
    assert here.outcomes() == []
    file.write_bytes(kept)
    assert here.outcomes(here.run(60)) == ["accepted"]


def test_names_no_system_can_decode_are_taken_and_remembered(here: Desk) -> None:
    name = os.fsdecode(b"\xff\xfe\n.xlsx")
    here.put(name, saying(here.town.give_out(), "名前が変"))
    assert here.outcomes() == ["accepted"]
    here.restart()
    assert list(here.sweep.entries) == [name]
    assert here.outcomes() == []


def test_ten_thousand_other_files_cost_little(here: Desk) -> None:
    for number in range(10_000):
        (here.sheets / f"資料{number}.pdf").touch()
    here.run()
    began = time.perf_counter()
    here.run()
    assert time.perf_counter() - began < 1.0


def _other_book() -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"] = "会議の資料"
    return book
