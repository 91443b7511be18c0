"""What is accepted can be read back, and one sheet that cannot be read never stops the others."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import papers
from tests.cities import City, typed
from tests.store.on_disk import on_disk
from xlsync.errors import SheetError, StoreDamaged
from xlsync.kinds.value import Quantity
from xlsync.sheet import Sheet
from xlsync.store import Draft, audit
from xlsync.store.revision import hash_of

KEY, OTHER, YEAR = papers.CLEAN, papers.KEYS[1], papers.EDITION
TARGET = "indicator.targets.2018"
TOO_LARGE = 10**16
"""Beyond what Excel keeps of a number, and beyond what the kind reads back."""


def draft(sheet: Sheet) -> Draft:
    return Draft(sheet, "2018-07-02T09:00:00+09:00", "甲")


def committed(city: City, *sheets: Sheet) -> None:
    with city.store.writing():
        for sheet in sheets:
            city.store.commit(draft(sheet))


def resealed(data: bytes) -> bytes:
    """A revision's bytes under a seal of their own, as the release that wrote them made it."""
    opening = b'{\n  "seal": "'
    unsealed = opening + data[len(opening) + 64 :]
    return opening + hash_of(unsealed).encode() + unsealed[len(opening) :]


def broken(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)


def with_target(number: int) -> Sheet:
    return papers.sheet().with_values({TARGET: Quantity(number, "件")})


def test_a_value_that_cannot_be_read_back_is_never_committed(city: City) -> None:
    with city.store.writing(), pytest.raises(SheetError, match="数"):
        city.store.commit(draft(with_target(TOO_LARGE)))
    assert city.store.keys(YEAR) == []
    assert not on_disk(city.store.revision_file(KEY, YEAR, 1)).exists()
    committed(city, with_target(10**14))
    assert city.store.heads()[0][TARGET] == Quantity(10**14, "件")


def test_a_value_that_an_earlier_release_accepted_is_shown_as_typed(city: City) -> None:
    committed(city, with_target(123456789), papers.sheet(OTHER))
    file = on_disk(city.store.revision_file(KEY, YEAR, 1))
    digits = str(TOO_LARGE).encode()
    file.write_bytes(resealed(file.read_bytes().replace(b"123456789", digits)))
    head = city.store.head(KEY, YEAR)
    assert head is not None
    assert (head[TARGET], dict(head.unreadable)) == (None, {TARGET: f"{TOO_LARGE}件"})
    assert head["purpose"] == papers.sheet()["purpose"]
    assert [sheet.key for sheet in city.store.heads()] == [KEY, OTHER]
    committed(city, with_target(5))
    assert city.store.heads()[0][TARGET] == Quantity(5, "件")


def test_several_values_that_an_earlier_release_accepted_are_shown_as_typed(city: City) -> None:
    paths = (TARGET, "indicator.targets.2019")
    values = {
        path: Quantity(number, "件")
        for path, number in zip(paths, (12345678, 87654321), strict=True)
    }
    committed(city, papers.sheet().with_values(values))
    file = on_disk(city.store.revision_file(KEY, YEAR, 1))
    data = file.read_bytes()
    for written in (b"12345678", b"87654321"):
        data = data.replace(written, str(TOO_LARGE).encode())
    file.write_bytes(resealed(data))
    head = city.store.head(KEY, YEAR)
    assert head is not None
    assert dict(head.unreadable) == dict.fromkeys(paths, f"{TOO_LARGE}件")


def test_a_clerk_corrects_such_a_value_in_the_same_workbook(city: City) -> None:
    city.register(KEY)
    data = city.give_out(KEY)
    receipt = city.bring_one(typed(data, {TARGET: "123456789件"}))
    assert receipt.outcome == "accepted"
    number = receipt.revision or 0
    file = on_disk(city.store.revision_file(KEY, YEAR, number))
    file.write_bytes(resealed(file.read_bytes().replace(b"123456789", str(TOO_LARGE).encode())))
    for state in (city.store.folder / "taken").rglob("*.json"):
        text = state.read_text(encoding="utf-8").replace("123456789", str(TOO_LARGE))
        state.write_text(text, encoding="utf-8")
    corrected = city.bring_one(typed(data, {TARGET: "12件"}))
    assert (corrected.outcome, corrected.revision) == ("accepted", number + 1)
    assert city.head(KEY)[TARGET] == Quantity(12, "件")


def test_a_sheet_whose_newest_revision_is_broken_is_read_from_its_head(city: City) -> None:
    committed(city, papers.sheet(purpose="一"), papers.sheet(purpose="二"))
    broken(on_disk(city.store.revision_file(KEY, YEAR, 2)))
    head = city.store.head(KEY, YEAR)
    assert head is not None
    assert (head["purpose"], head.revision) == ("二", 2)
    assert city.store.damaged(YEAR) == []
    assert [damage.file for damage in audit(city.store)] == [f"revisions/{YEAR}/{KEY}/2.json"]


def test_a_head_of_another_revision_does_not_stand_in_for_it(city: City) -> None:
    committed(city, papers.sheet(purpose="一"))
    older = on_disk(city.store.head_file(KEY, YEAR)).read_bytes()
    committed(city, papers.sheet(purpose="二"))
    on_disk(city.store.head_file(KEY, YEAR)).write_bytes(older)
    broken(on_disk(city.store.revision_file(KEY, YEAR, 2)))
    with pytest.raises(StoreDamaged):
        city.store.head(KEY, YEAR)


def test_one_damaged_sheet_is_named_and_the_others_are_read(city: City) -> None:
    committed(city, papers.sheet(), papers.sheet(OTHER))
    broken(on_disk(city.store.revision_file(KEY, YEAR, 1)))
    on_disk(city.store.head_file(KEY, YEAR)).unlink()
    assert [sheet.key for sheet in city.store.heads()] == [OTHER]
    assert [sheet.key for sheet in city.store.program(papers.sheet())] == []
    [damaged] = city.store.damaged(YEAR)
    assert (damaged.key, damaged.fiscal_year) == (KEY, YEAR)
    assert damaged.file == str(on_disk(city.store.revision_file(KEY, YEAR, 1)))
    assert city.store.damaged(YEAR, [OTHER]) == []


def test_the_readable_revisions_are_told_without_the_broken_one(city: City) -> None:
    committed(city, *(papers.sheet(purpose=word) for word in "一二三"))
    broken(on_disk(city.store.revision_file(KEY, YEAR, 2)))
    assert [revision.number for revision in city.store.revisions(KEY, YEAR)] == [1, 3]
    assert city.store.find_revision(KEY, YEAR, 2) is None
