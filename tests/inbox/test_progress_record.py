"""With the record and without it every output is the same, whatever was done to the store in between."""

from __future__ import annotations

import dataclasses
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import papers
from tests.cities import City, typed
from tests.cities import city as new_city
from tests.store.on_disk import on_disk
from xlsync.derived.derived_record import DerivedRecord
from xlsync.exchange.city_inputs import CityInputs
from xlsync.exchange.file_record import FileRecord
from xlsync.exchange.known_receipts import receive_unless_known
from xlsync.exchange.program_findings import with_program_findings
from xlsync.exchange.receipt import Receipt, Source
from xlsync.exchange.receive import receive
from xlsync.inbox.status.progress_record import ReadingEnded, city_progress, wrongly_recorded
from xlsync.sheet_keys import SheetId
from xlsync.store import Distribution, record_distribution
from xlsync.store.register_acts import RegisterAct, write_register_act
from xlsync.store.stage_acts import StageAct, write_stage_act

KEY, OTHER = SheetId(papers.CLEAN), SheetId(papers.KEYS[1])
WHEN = "2018-07-03T09:00:00+09:00"


def _type(city: City, folder: Path) -> None:
    city.bring(typed((folder / "a.xlsx").read_bytes(), {"purpose": f"目的{city.brought}"}))


def _type_into_another_copy(city: City, folder: Path) -> None:
    data = typed((folder / "a.xlsx").read_bytes(), {"purpose": f"別の目的{city.brought}"})
    city.bring(data, "評価シート/b.xlsx", "別の職員")


def _change_a_neighbour(city: City, _folder: Path) -> None:
    document = papers.official_document(OTHER)
    document["purpose"] = f"目的{city.brought}"
    city.bring(papers.changed_sheet(document, {}).to_json(), "登録")


def _hand_in(city: City, _folder: Path) -> None:
    kind: Any = "submit" if city.brought % 2 else "return"
    city.brought += 1
    write_stage_act(city.store.files, KEY, 2018, StageAct(kind, 1, WHEN, "企画", "理由"))


def _exclude_or_restore(city: City, _folder: Path) -> None:
    kind: Any = "exclude" if city.brought % 2 else "restore"
    city.brought += 1
    write_register_act(
        city.store.files, OTHER, 2018, RegisterAct(kind, "2018-07-01", "理由", WHEN, "企画")
    )


def _give_out(city: City, _folder: Path) -> None:
    city.brought += 1
    given = Distribution(WHEN, "企画", f"shared/{city.brought}.xlsx", 1)
    record_distribution(city.store.files, KEY, 2018, given)


def _damage(city: City, _folder: Path) -> None:
    file = on_disk(city.store.revision_file(OTHER, 2018, city.store.last(OTHER, 2018)))
    file.write_bytes(file.read_bytes()[:-7])
    on_disk(city.store.head_file(OTHER, 2018)).unlink(missing_ok=True)


def _decide_otherwise(city: City, _folder: Path) -> None:
    city.terms = dataclasses.replace(city.terms, complete_programs=not city.terms.complete_programs)


ACTS: dict[str, Callable[[City, Path], None]] = {
    "a workbook is saved": _type,
    "another copy is saved": _type_into_another_copy,
    "a sheet of the program changes": _change_a_neighbour,
    "handed in or returned": _hand_in,
    "excluded or restored": _exclude_or_restore,
    "given out": _give_out,
    "a revision is damaged": _damage,
    "the office decides otherwise": _decide_otherwise,
    "nothing": lambda _city, _folder: None,
}


@contextmanager
def _without_record(city: City) -> Iterator[None]:
    """Put the record aside for a while."""
    file = DerivedRecord(city.store.folder).file
    aside = file.with_name("aside")
    if file.exists():
        file.rename(aside)
    try:
        yield
    finally:
        file.unlink(missing_ok=True)
        if aside.exists():
            aside.rename(file)


def _told(city: City, data: bytes) -> list[Receipt]:
    """What an import of a workbook tells, twice known to bring nothing or not."""
    source = Source("評価シート/a.xlsx", WHEN, "職員", "評価シート/a.xlsx", saved=WHEN)
    with FileRecord(CityInputs(city.store, city.terms)) as known:
        receipts = receive_unless_known(
            known, data, source, lambda own: receive(city.store, city.terms, data, own)
        )
    return with_program_findings(city.store, city.terms, receipts)


@settings(
    max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(acts=st.lists(st.sampled_from(sorted(ACTS)), min_size=2, max_size=4))
def test_with_the_record_and_without_it_all_is_told_alike(
    tmp_path_factory: pytest.TempPathFactory, acts: list[str]
) -> None:
    folder = tmp_path_factory.mktemp("city")
    city = new_city(folder)
    city.register(KEY, OTHER, papers.KEYS[2])
    (folder / "a.xlsx").write_bytes(city.give_out(KEY))
    for act in acts:
        ACTS[act](city, folder)
        _law(city, (folder / "a.xlsx").read_bytes())


def _law(city: City, data: bytes) -> None:
    for _ in range(3):  # noted, confirmed, told by the record
        receipts = _told(city, data)
    recorded = city_progress(city.store, city.terms)
    with _without_record(city):
        assert city_progress(city.store, city.terms) == recorded
        assert _told(city, data) == receipts
    assert city_progress(city.store, city.terms) == recorded


def _opened_by(read: Callable[[], object]) -> set[str]:
    """Return the files that a function opens and the folders that it lists."""
    opened: set[str] = set()
    listening = [True]

    def hear(event: str, arguments: tuple[object, ...]) -> None:
        if listening and event in {"open", "os.listdir", "os.scandir"}:
            opened.add(os.fspath(arguments[0]) if isinstance(arguments[0], str | Path) else "")

    sys.addaudithook(hear)
    try:
        read()
    finally:
        listening.clear()  # a hook cannot be taken away again
    return opened


def test_whatever_a_status_is_derived_from_is_an_input_of_it(city: City, tmp_path: Path) -> None:
    """A file that was opened while it was derived is one of which a change gives another digest."""
    city.register(KEY, OTHER)
    (tmp_path / "a.xlsx").write_bytes(city.give_out(KEY))
    for act in (_type, _type_into_another_copy, _hand_in, _exclude_or_restore, _give_out):
        act(city, tmp_path)
    inputs = CityInputs(city.store, city.terms)
    inputs.record.delete()
    opened = _opened_by(lambda: city_progress(city.store, city.terms))
    store = str(city.store.folder)
    files = {Path(name) for name in opened if name.startswith(store) and name.endswith(".json")}
    assert len(files) > 10
    before = CityInputs(city.store, city.terms).of_programs(inputs.programs)
    for file in files - {city.store.folder / "store.json"}:
        data = file.read_bytes()
        file.write_bytes(data + b" ")
        after = CityInputs(city.store, city.terms).of_programs(inputs.programs)
        assert after != before, file
        file.write_bytes(data)


def test_what_is_recorded_is_told_until_an_input_changes(city: City, tmp_path: Path) -> None:
    city.register(KEY, OTHER)
    (tmp_path / "a.xlsx").write_bytes(city.give_out(KEY))
    true = city_progress(city.store, city.terms)
    record = DerivedRecord(city.store.folder)
    rows = record.rows("progress")
    title = true.sheet_progress[0].recorded_line.title.encode()
    assert any(title in row.derived_data for row in rows.values())
    marked = {
        name: dataclasses.replace(row, derived_data=row.derived_data.replace(title, "印".encode()))
        for name, row in rows.items()
    }
    assert wrongly_recorded(city.store, city.terms) == []
    record.save("progress", marked)
    assert wrongly_recorded(city.store, city.terms) == sorted(
        {city.terms.program_of_key(true.sheet_progress[0].key)}
    )
    assert city_progress(city.store, city.terms).sheet_progress[0].line.title == "印"
    assert (
        city_progress(city.store, city.terms).sheet_progress[0].status
        == true.sheet_progress[0].status
    )
    _type(city, tmp_path)
    assert city_progress(city.store, city.terms).sheet_progress[0].line.title.encode() == title


def test_a_reading_that_is_ended_reads_no_further_program_and_records_nothing(city: City) -> None:
    city.register(KEY, OTHER)
    DerivedRecord(city.store.folder).delete()
    asked: list[bool] = []

    def after_the_first() -> bool:
        asked.append(len(asked) > 0)
        return asked[-1]

    with pytest.raises(ReadingEnded):
        city_progress(city.store, city.terms, None, after_the_first)
    assert asked == [False, True]
    assert not DerivedRecord(city.store.folder).rows("progress")
