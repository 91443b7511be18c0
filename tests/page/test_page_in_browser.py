"""The page as people use it: Chromium, keyboard, an input method, scripts off, a narrow screen; axe finds nothing anywhere.

One server of `xlsync page` and one browser; each test leaves the city as the next ones can use it.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from werkzeug.test import Client

from tests import cities, papers
from tests.cities import typed
from tests.page.served import Served, check, is_clean, opened
from tests.page.visits import HERE, HOST, Office
from xlsync.city.settings import read_settings
from xlsync.errors import SettingsError, Stale, StoreBusy, StoreError, WorkbookError
from xlsync.page.guard import allow
from xlsync.page.refusals import forbidden, unknown_page
from xlsync.page.visitors import EVERYONE

pytestmark = pytest.mark.browser

SHEET = f"/sheets/{papers.CLEAN}"
OTHER = "01-02-01-10-12-01"


def test_every_screen_is_accessible_and_fits_a_narrow_window(
    served: Served, chromium: Browser
) -> None:
    page = opened(served, chromium)
    screens = [
        "/",
        "/sheets",
        "/sheets?q=ない",
        SHEET,
        f"{SHEET}/compare?from=1&to=2",
        "/conflicts",
    ]
    screens += [f"/acts/return?sheet={OTHER}", f"/acts/confirm?sheet={OTHER}", "/record", "/health"]
    screens += ["/help", "/nichts", "/review", "/register", "/summaries"]
    screens += ["/figures", "/rollover", "/settings", "/publish", "/work", "/work/receive"]
    screens += [
        f"/work/exclude?sheet={OTHER}",
        "/work/close",
        "/work/grades",
        "/work/files/past.zip",
    ]
    for screen in screens:
        page.set_viewport_size({"width": 1366, "height": 900})
        page.goto(served.address + screen)
        check(page, served)
        page.set_viewport_size({"width": 320, "height": 640})
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= 320, (screen, wide)
        if screen == "/sheets":  # where a row is a card
            check(page, served)
    stranger = chromium.new_context(locale="ja-JP").new_page()
    served.watch(stranger)
    stranger.goto(f"{served.address}/login")
    check(stranger, served)
    assert is_clean(served)


def test_a_search_by_an_input_method_waits_for_the_word_and_the_address_can_be_mailed(
    served: Served, chromium: Browser
) -> None:
    page = opened(served, chromium)
    page.goto(f"{served.address}/sheets")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.focus("#q")
    keyboard = page.context.new_cdp_session(page)
    for composed in ("n", "ね", "ねっ", "ネット"):
        keyboard.send(
            "Input.imeSetComposition",
            {"text": composed, "selectionStart": len(composed), "selectionEnd": len(composed)},
        )
        page.wait_for_timeout(300)
    assert [url for url in asked if "part=results" in url] == []
    keyboard.send("Input.insertText", {"text": "ネット"})
    expect(page.locator("[data-count]")).to_have_text("1件")
    expect(page.locator("#said")).to_have_text("1件を表示しています")
    assert page.evaluate("document.activeElement.id") == "q"
    check(page, served)
    address = page.url
    assert "q=%E3%83%8D%E3%83%83%E3%83%88" in address
    colleague = opened(served, chromium)
    colleague.goto(address)
    expect(colleague.locator("[data-count]")).to_have_text("1件")
    page.get_by_role("link", name="情報通信ネットワーク運営業務").click()
    page.wait_for_url("**/sheets/*")
    page.go_back()
    expect(page.locator("[data-count]")).to_have_text("1件")
    expect(page.locator("h1")).to_have_text("シート一覧")
    assert is_clean(served)


def test_a_conflict_is_settled_with_the_keyboard_and_a_save_meanwhile_is_told(
    served: Served, chromium: Browser
) -> None:
    page, colleague = opened(served, chromium), opened(served, chromium)
    colleague.goto(served.address + SHEET)
    page.goto(f"{served.address}/sheets")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    tab_to(page, page.locator("#q"))
    page.keyboard.type("情報政策課")
    expect(page.locator("#said")).to_have_text("5件を表示しています")
    tab_to(page, page.locator(".facets").get_by_role("link", name="入力の重なり"))
    page.keyboard.press("Enter")
    expect(page.locator("[data-count]")).to_have_text("1件")
    tab_to(page, page.locator("table.list").get_by_role("link"))
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text(papers.CLEAN)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # past the menu
    tab_to(page, page.locator("textarea[name='text.purpose']"))
    page.keyboard.type("Keyboardで決めた目的")
    expect(page.locator("input[name='choice.purpose'][value='own']")).to_be_checked()
    tab_to(page, page.get_by_role("button", name="選んだ内容を登録する"))
    page.keyboard.press("Enter")
    page.wait_for_load_state()
    expect(page.locator("#said")).to_contain_text("1件を登録しました")
    check(page, served)
    expect(colleague.locator("#newer")).to_be_visible()
    check(colleague, served)
    colleague.check("input[name='choice.outline'][value='ours']")
    colleague.get_by_role("button", name="選んだ内容を登録する").click()
    expect(colleague.locator(".fault")).to_contain_text("登録しませんでした")
    expect(colleague.locator("input[name='choice.outline'][value='ours']")).to_be_checked()
    check(colleague, served)
    city = read_settings(served.folder)
    head = city.store.head(papers.CLEAN, 2018)
    assert head is not None
    assert head["purpose"] == "Keyboardで決めた目的"
    assert is_clean(served)


def tab_to(page: Page, wanted: Locator) -> None:
    """Press Tab until something has the focus, which is to be seen all the way."""
    page.wait_for_load_state()  # before its styles are there, the browser shows the focus in its own way
    focus = "[document.activeElement !== document.body, getComputedStyle(document.activeElement).outlineStyle]"
    for _ in range(80):
        page.keyboard.press("Tab")
        assert page.evaluate(focus) == [True, "solid"], page.url
        if wanted.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(wanted)


def test_without_scripts_one_searches_settles_and_returns_a_sheet(
    served: Served, chromium: Browser
) -> None:
    page = opened(served, chromium, java_script_enabled=False)
    page.goto(f"{served.address}/sheets")
    page.fill("#q", "社会保障")
    page.get_by_role("button", name="さがす").click()
    page.check("input[name=sheet]")
    page.get_by_role("button", name="差戻し").click()
    page.get_by_role("button", name="差戻し").click()
    expect(page.locator(".fault")).to_contain_text("理由を書いてください")
    page.fill("#comment", "目的が前年と同じです")
    page.get_by_role("button", name="差戻し").click()
    expect(page.locator(".lead")).to_contain_text("差戻し中")
    expect(page.locator(".warn")).to_contain_text("目的が前年と同じです")
    page.goto(served.address + SHEET)
    page.check("input[name='choice.outline'][value='own']")
    page.fill("[name='text.outline']", "スクリプトなしで決めた概要")
    page.get_by_role("button", name="選んだ内容を登録する").click()
    expect(page.locator("#said")).to_contain_text("1件を登録しました")
    page.goto(served.address + SHEET)
    expect(page.locator("#contents")).to_contain_text("スクリプトなしで決めた概要")


def test_a_save_in_the_shared_folder_is_told_and_what_one_types_stays(
    served: Served, chromium: Browser
) -> None:
    page = opened(served, chromium)
    page.goto(f"{served.address}/acts/return?sheet={OTHER}")
    page.fill("#comment", "書きかけの理由")
    settings = read_settings(served.folder)
    city = cities.City(settings.store, settings.terms, brought=50, copies=20)
    city.bring_one(typed(city.give_out(OTHER), {"outline": "届いた概要"}), "評価シート/n.xlsx")
    expect(page.locator("#newer")).to_be_visible()
    expect(page.locator("#comment")).to_have_value("書きかけの理由")
    listed = opened(served, chromium)
    listed.goto(f"{served.address}/sheets?q={OTHER}")
    again = typed(city.give_out(OTHER), {"outline": "二度目の概要"})
    city.bring_one(again, "評価シート/n.xlsx", "別の職員")
    expect(listed.locator("td.when")).to_contain_text("別の職員")
    expect(listed.locator("#newer")).to_be_hidden()
    for window in (page, listed):
        window.get_by_role("button", name="自動の更新を止める").click()
        expect(window.get_by_role("button", name="自動の更新を始める")).to_be_visible()
    expect(page.locator("#newer")).to_be_hidden()
    expect(page.locator("#comment")).to_have_value("書きかけの理由")
    assert is_clean(served)


def test_paper_has_the_heads_on_each_sheet_and_no_buttons(
    served: Served, chromium: Browser
) -> None:
    page = opened(served, chromium)
    page.goto(f"{served.address}/sheets?q=情報政策課")
    page.emulate_media(media="print")
    assert not page.locator("nav[aria-label=メニュー]").is_visible()
    assert page.locator("table.list").is_visible()
    assert page.locator(".filter-words").is_visible()
    display = "getComputedStyle(document.querySelector('thead')).display"
    assert page.evaluate(display) == "table-header-group"
    assert page.pdf(prefer_css_page_size=True)[:5] == b"%PDF-"
    page.emulate_media(media="screen", forced_colors="active", reduced_motion="reduce")
    page.goto(served.address + SHEET)
    check(page, served)
    assert is_clean(served)


FAULTS = {
    "403": forbidden("この画面を見ることはできません"),
    "404": unknown_page(),
    "409": Stale("このシートは、その間に変わりました（第5版）"),
    "422-workbook": WorkbookError("ひな形のファイルではありません", "届いたファイル.xlsx"),
    "422-settings": SettingsError("[deadline] の date を読めません", "xlsync.toml"),
    "422": StoreError("理由を書いてください"),
    "500": ZeroDivisionError("a bug"),
    "503": StoreBusy("ほかの処理が登録データに書き込んでいます"),
}


def raising(office: Office) -> Client:
    """A signed-in browser of a page one of whose screens ends with any fault."""

    @allow(EVERYONE)
    def show(name: str) -> str:
        raise FAULTS[name]

    office.app.add_url_rule("/faults/<name>", view_func=show, methods=["GET"])
    return office.officer().client


def test_every_refusal_and_fault_is_accessible_and_fits_a_narrow_window(
    served: Served, chromium: Browser, office: Office
) -> None:
    client = raising(office)
    page = opened(served, chromium)
    visits = {name: (f"/faults/{name}", HOST) for name in FAULTS}
    visits["421"] = "/sheets", "evil.example"
    for name, (address, host) in visits.items():
        answer = client.get(address, headers={"Host": host}, environ_base=HERE)
        assert answer.status_code == int(name[:3]), name
        body = answer.get_data(as_text=True)
        page.route(
            "**/faults",
            lambda route, _, body=body: route.fulfill(body=body, content_type="text/html"),
        )
        page.set_viewport_size({"width": 1366, "height": 900})
        page.goto(f"{served.address}/faults")
        expect(page.locator("h1")).to_be_visible()
        assert "Traceback" not in page.content()
        check(page, served)
        page.set_viewport_size({"width": 320, "height": 640})
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, name
    assert is_clean(served)
