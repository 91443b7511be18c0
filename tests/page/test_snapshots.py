"""The snapshot of all sheets: renewed in part it is what a look at everything gives; lists need nothing else."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from werkzeug.test import Client

from tests import cities, papers
from tests.cities import typed
from tests.page.visits import Office, Visit
from xlsync.derived.derived_record import DerivedRecord
from xlsync.errors import SettingsError
from xlsync.inbox.config import InboxConfig
from xlsync.inbox.status.progress_record import ReadingEnded
from xlsync.page.application import create_page
from xlsync.page.entry_tokens import make_entry_token
from xlsync.page.sessions import FOLDER
from xlsync.page.sheet_snapshot import SheetRow, Snapshots

OTHER = "01-02-01-10-12-01"
THIRD = next(key for key in papers.KEYS if key not in {OTHER, papers.CLEAN})


def bring(office: Office, key: str, **values: str) -> None:
    settings = office.city.settings()
    number = 40 + papers.KEYS.index(key)
    city = cities.City(settings.store, settings.terms, brought=number, copies=number)
    city.bring_one(typed(city.give_out(key), values), f"評価シート/{key}.xlsx", "職員")


def shown(rows: tuple[SheetRow, ...]) -> list[object]:
    return [(row.board_line, row.seen_number, row.sheet_state, row.search_text) for row in rows]


def test_some_sheets_read_again_are_as_all_of_them_read_anew(office: Office) -> None:
    snapshots = office.context.sheet_snapshots
    before = snapshots.latest
    bring(office, OTHER, outline="新しい概要")
    bring(office, THIRD, outline="ほかの概要")
    part = snapshots.renew_of([OTHER])
    assert part.version == before.version + 1
    assert part.by_id[OTHER].seen_number == before.by_id[OTHER].seen_number + 1
    everything = snapshots.renew()
    anew = Snapshots(office.city.config).renew()
    assert shown(everything.sheet_rows) == shown(anew.sheet_rows)
    assert everything.counts == anew.counts
    assert snapshots.renew_of(["99-99"]).sheet_rows == everything.sheet_rows, "an unknown one"


def test_settings_that_changed_are_followed_also_where_no_sheet_is_read_again(
    office: Office,
) -> None:
    snapshots = office.context.sheet_snapshots
    before = snapshots.latest
    office.settings("\n[deadline]\ndate = 2018-07-31\n")
    after = snapshots.renew_of([])
    assert (after.version, len(after.sheet_rows)) == (before.version + 1, len(before.sheet_rows))


def test_a_list_reads_no_sheet_of_the_store(office: Office) -> None:
    officer = office.officer()
    officer.get("/")
    revisions = office.store.folder / "revisions"
    revisions.rename(revisions.with_name("away"))
    for address in ("/sheets", "/sheets?q=情報&state=conflict", "/sheets.csv", "/"):
        assert officer.get(address).status_code == 200, address


def test_the_end_of_the_server_ends_the_first_look_at_a_store(office: Office) -> None:
    DerivedRecord(office.store.folder).delete()
    snapshots = Snapshots(office.city.config)
    snapshots.end()
    with pytest.raises(ReadingEnded):
        snapshots.renew()
    assert not snapshots.is_published(0)
    assert shown(Snapshots(office.city.config).renew().sheet_rows)


def test_until_a_store_can_be_read_visitors_are_told_why_it_cannot(office: Office) -> None:
    is_mended = threading.Event()

    def config() -> InboxConfig:
        if not is_mended.is_set():
            raise SettingsError("設定が読めません", "xlsync.toml")
        return office.city.config()

    snapshots = Snapshots(config)
    following = threading.Thread(target=snapshots.follow)
    following.start()
    try:
        page = create_page(replace(office.context, sheet_snapshots=snapshots))
        visit = Visit(office, Client(page))
        token = make_entry_token(office.store.folder / FOLDER, "山田花子", office.moment)
        visit.get(f"/enter?token={token}")
        refused = visit.get("/")
        assert refused.status_code == 503
        said = refused.get_data(as_text=True)
        assert "登録データを読めません" in said
        assert "xlsync.toml：設定が読めません。" in said
        is_mended.set()
        assert snapshots.is_published(60)
        assert visit.get("/").status_code == 200
    finally:
        snapshots.end()
        following.join(60)
