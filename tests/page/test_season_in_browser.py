"""A whole season by the page alone, in an empty folder: founded, given out, filled in, checked, published, rolled over."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import papers
from tests.cities import typed
from tests.page.served import XLSYNC, Served, check, is_clean
from xlsync.city.settings import read_settings
from xlsync.workbook.list_workbook import list_workbook

pytestmark = pytest.mark.browser
KEYS = ("01-02-01-08-14-01", "01-02-01-08-14-02", "01-02-01-08-14-03")


@contextmanager
def opened_page(folder: Path) -> Iterator[str]:
    """`xlsync page` in a folder, as an officer runs it; the address it opens the browser at."""
    command = [XLSYNC, "page", "--no-browser", "--port", "0", "-C", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as program:
        assert program.stdout is not None
        try:
            yield program.stdout.readline().decode().strip()
        finally:
            program.terminate()
            program.wait(60)


def a_list() -> bytes:
    """The office's list of projects, with headings of the form."""
    edition = papers.edition()
    identity = edition.definition.identity
    paths = [*identity.key, identity.title, *(level.field for level in identity.organization)]
    units = ["総務部", "総務課", "総務係", "その他"][: len(identity.organization)]
    rows = [
        [*key.split("-"), f"{number}番目の事業", *units] for number, key in enumerate(KEYS, start=1)
    ]
    return list_workbook("一覧", [edition.by_path[path].title for path in paths], rows)


def ended(page: Page) -> None:
    """Wait for the job at hand."""
    expect(page.locator(".job").first).to_contain_text(re.compile("　終わりました"), timeout=60_000)


def test_a_season_by_the_page_alone(tmp_path: Path, chromium: Browser) -> None:
    folder = tmp_path / "市"
    folder.mkdir()
    with opened_page(folder) as entry:
        served = Served(folder, entry.partition("/found")[0])
        page = chromium.new_context(locale="ja-JP").new_page()
        page.set_default_timeout(30_000)
        page.goto(entry)
        check(page, served)
        page.fill("#name", "つくば市")
        page.fill("#year", "2018")
        page.get_by_role("button", name="作る").click()
        page.wait_for_url(f"{served.address}/", timeout=60_000)
        served.watch(page)
        expect(page.locator("main")).to_contain_text("まだ登録された事業がありません")
        check(page, served)
        register(page, served)
        fill_in(page, served)
        decide(page, served)
        publish_and_roll_over(page, served)
        assert is_clean(served)


def register(page: Page, served: Served) -> None:
    page.get_by_role("link", name="登録・配布").click()
    page.set_input_files("#file", {"name": "一覧.xlsx", "mimeType": "", "buffer": a_list()})
    page.get_by_role("button", name="確かめる").click()
    expect(page.locator(".lead")).to_contain_text("新規 3")
    page.get_by_role("button", name="3件を登録し").click()
    ended(page)
    assert len(list((served.folder / "shared/評価シート").rglob("*.xlsx"))) == 3


def fill_in(page: Page, served: Served) -> None:
    """Staff type into one workbook; the office receives the shared folder."""
    workbook = next((served.folder / "shared").rglob(f"{KEYS[0]}*.xlsx"))
    workbook.write_bytes(typed(workbook.read_bytes(), {"purpose": "職員が入力した目的"}))
    page.goto(f"{served.address}/work/sweep")
    page.get_by_role("button", name="確かめる").click()
    page.get_by_role("button", name="3件を見て受け取る").click()
    ended(page)
    page.goto(f"{served.address}/sheets/{KEYS[0]}")
    expect(page.locator("#contents")).to_contain_text("職員が入力した目的")


def decide(page: Page, served: Served) -> None:
    """The office hands in for staff, returns one, receives, confirms and fixes; others are out of scope."""
    page.goto(f"{served.address}/work/exclude?sheet={KEYS[2]}")
    page.fill("#reason", "内部管理の事業")
    page.get_by_role("button", name="確かめる").click()
    page.get_by_role("button", name="1件を対象外にする").click()
    ended(page)
    act(page, served, "return", KEYS[1], "目的を入力してください")
    for kind in ("submit", "accept", "confirm", "finalize"):
        act(page, served, kind, KEYS[0])
    page.get_by_role("link", name="集計・出力").click()
    page.get_by_role("button", name="集計を作り直す").click()
    ended(page)
    assert (served.folder / "shared/集計/全庁.xlsx").exists()
    check(page, served)


def act(page: Page, served: Served, kind: str, key: str, comment: str = "") -> None:
    page.goto(f"{served.address}/acts/{kind}?sheet={key}")
    page.fill("#comment", comment)
    page.get_by_role("button", name="1件を").click()
    expect(page.locator("#said")).to_contain_text("1件を記録しました")


def publish_and_roll_over(page: Page, served: Served) -> None:
    page.get_by_role("link", name="公表").click()
    if page.locator("input[name=names]").count():
        page.check("input[name=names]")
    page.get_by_role("button", name="1件の公表用のフォルダを作る").click()
    ended(page)
    assert list((served.folder / "公表").rglob("*.csv"))
    page.get_by_role("link", name="年度更新").click()
    page.fill("#year", "2019")
    page.get_by_role("button", name="2019年度を始める").click()
    ended(page)
    page.get_by_role("link", name="シート一覧").click()
    expect(page.locator(".brand")).to_contain_text("R1年度")
    page.locator("details.years summary").click()
    page.get_by_role("link", name="2018年度").click()
    expect(page.locator(".strip").first).to_be_visible()
    check(page, served)
    assert read_settings(served.folder).terms.fiscal_year == 2019
