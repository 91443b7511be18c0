"""The stories of the planning office in Chromium: lists, conflicts, returns, uploads, work that goes on, refusals.

One server and one city, whose list has three pages, for all of them; each leaves it as the next ones can use it.
docs/page-stories.md says which is which.
"""

from __future__ import annotations

import io
import itertools
import re
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from playwright.sync_api import Browser, Page, expect

from tests import cities, papers
from tests.cities import typed
from tests.page.served import Served, check, is_clean, opened, serving
from xlsync.addin.ways.keys import FILE, add_key
from xlsync.city.clock_and_user import today, user
from xlsync.city.settings import read_settings
from xlsync.city.workbook_export import export_living
from xlsync.sheet import Sheet
from xlsync.store.revision import Draft
from xlsync.workbook.list_workbook import list_workbook

pytestmark = pytest.mark.browser

SHEET = f"/sheets/{papers.CLEAN}"
OTHER = "01-02-01-10-12-01"
RETURNED = next(key for key in papers.KEYS if key not in {OTHER, papers.CLEAN})
UNFINISHED = "01-02-01-09-11-01"
MISSING = {"legal_basis": "なし", "years.2017.plan": "窓口の改善"}
"""What nobody has filled in yet."""
NUMBERS = itertools.count(100, 20)
FURTHER = 205
"""Sheets of the city beside the official ones: a list of three pages."""
HALLS = 13
"""How many of them somebody returns at once."""


@pytest.fixture(scope="module")
def served(founded: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The page of the city with many further sheets, which no workbook has been made of."""
    folder = Path(shutil.copytree(founded, tmp_path_factory.mktemp("stories") / "市"))
    store = read_settings(folder).store
    for sheet in further_sheets():
        store.commit(Draft(sheet, "2018-07-01T09:00:00+09:00", "企画担当"))
    with serving(folder) as program:
        yield program


def further_sheets() -> Iterator[Sheet]:
    """Sheets whose keys come after the official ones."""
    model = papers.sheet()
    identity = model.edition.definition.identity
    for number in range(FURTHER):
        codes = ("09", "01", "01", "01", f"{number // 90 + 1:02}", f"{number % 90 + 1:02}")
        own = dict(zip(identity.key, codes, strict=True))
        title = f"{'会館' if number < HALLS else '公園'}{number + 1}の管理"
        units = {level.field: f"施設{level.name}" for level in identity.organization}
        values = {**model, **own, **units, identity.title: title}
        yield Sheet(model.edition, "-".join(codes), values)


def office_of(served: Served) -> cities.City:
    """The city's store, to bring workbooks to, as its watcher does."""
    settings = read_settings(served.folder)
    return cities.City(settings.store, settings.terms, brought=next(NUMBERS), copies=next(NUMBERS))


def bring(served: Served, key: str, who: str = "職員", **values: str) -> None:
    """Somebody fills in a sheet's workbook and saves it."""
    city = office_of(served)
    city.bring_one(typed(city.give_out(key), values), f"評価シート/{key}.xlsx", who)


def found(page: Page, count: int) -> None:
    expect(page.locator("[data-count]")).to_have_text(f"{count}件")


def test_narrowing_on_a_late_page_shows_the_hits_and_back_leads_through_the_list(
    served: Served, chromium: Browser
) -> None:
    page = opened(served, chromium)
    late, everything = f"{served.address}/sheets?page=3", len(papers.KEYS) + FURTHER
    page.goto(late)
    expect(page.locator(".pages")).to_contain_text("3／3ページ")
    found(page, everything)
    rows = page.locator("table.list tbody tr")
    expect(rows).to_have_count(everything - 200)
    rows.first.get_by_role("link").click()
    for number in (201, 202, 203):
        expect(page.locator(".crumbs")).to_contain_text(f"{number}／{everything}")
        if number < 203:
            page.get_by_role("link", name="次 ▶").click()
    for _ in range(3):
        page.go_back()
    expect(page.locator("h1")).to_have_text("シート一覧")
    assert page.url == late
    expect(rows).to_have_count(everything - 200)
    page.fill("#q", "情報化")
    found(page, 2)
    expect(rows).to_have_count(2)
    assert "page=3" not in page.url
    assert is_clean(served)


def test_counts_of_facet_table_and_file_agree_also_after_a_save(
    served: Served, chromium: Browser
) -> None:
    page = opened(served, chromium)
    page.goto(f"{served.address}/sheets?q=情報政策課")
    page.locator(".facets").get_by_role("link", name="提出済").click()
    before = agreed_count(page)
    bring(served, UNFINISHED, **MISSING)
    page.get_by_role("link", name="表示を新しくする").click()  # the focus is in the list
    found(page, before + 1)
    assert agreed_count(page) == before + 1
    assert is_clean(served)


def agreed_count(page: Page) -> int:
    """How many sheets the table has, as the choice on the left, the heading, the link and the file say, too."""
    shown = page.locator("table.list tbody tr").count()
    facet = page.locator(".facets li", has_text="提出済").first
    expect(facet.locator(".count-right")).to_have_text(str(shown))
    found(page, shown)
    with page.expect_download() as download:
        page.get_by_role("link", name=f"CSV で保存（{shown}件）").click()
    text = Path(download.value.path()).read_text(encoding="utf-8-sig")
    assert len(text.splitlines()) - 1 == shown
    return shown


def test_a_newer_value_of_the_file_is_shown_before_it_is_settled_then_it_is_chosen(
    served: Served, chromium: Browser
) -> None:
    page = opened(served, chromium)
    settings = read_settings(served.folder)
    (living,) = export_living(settings, [office_of(served).head(papers.CLEAN)]).created.values()
    assert "乙がさらに直した目的" not in texts_of(living.read_bytes())
    page.goto(f"{served.address}/conflicts")
    card = page.locator("fieldset", has_text="事業の目的")
    for words in ("登録済み", "情報化_乙.xlsx", "情報化_丙.xlsx", "乙", "丙"):
        expect(card).to_contain_text(words)
    city = office_of(served)
    revision = next(r for r in city.store.revisions(papers.CLEAN, 2018) if r.draft.who == "乙")
    came = city.store.folder / f"received/{revision.draft.submission.workbook_hash}.xlsx"
    newer = typed(came.read_bytes(), {"purpose": "乙がさらに直した目的"})
    city.bring_one(newer, "評価シート/情報化_乙.xlsx", "乙")
    card.get_by_label("情報化_乙.xlsx").check()
    page.get_by_role("button", name="選んだ内容を登録する").click()
    expect(page.locator(".fault")).to_contain_text("登録しませんでした")
    expect(card).to_contain_text("さらに直した")
    check(page, served)
    expect(card.get_by_label("情報化_乙.xlsx")).to_be_checked()
    page.get_by_role("button", name="選んだ内容を登録する").click()
    expect(page.locator("#said")).to_contain_text("1件を登録しました")
    history = page.locator("#history li").first
    expect(history).to_contain_text("画面（企画・情報システム、このパソコン）")
    expect(history).to_contain_text(user())
    head = office_of(served).head(papers.CLEAN)
    assert head["purpose"] == "乙がさらに直した目的"
    page.goto(f"{served.address}/conflicts")
    outline = page.locator("fieldset", has_text="概要")
    outline.get_by_label("登録済み").check()
    page.get_by_role("button", name="選んだ内容を登録する").click()
    expect(page.locator("h1")).to_have_text("入力の重なり")
    expect(page.locator("main")).to_contain_text("まだ決まっていない入力の重なりはありません")
    check(page, served)
    assert is_clean(served)


def test_two_versions_are_compared_on_screen_and_on_paper(
    served: Served, chromium: Browser
) -> None:
    page = opened(served, chromium)
    page.goto(f"{served.address}{SHEET}/compare?from=1&to=4")
    assert page.locator("mark").count() > 0
    expect(page.locator("main")).to_contain_text(re.compile("ほかの .*欄は同じです"))
    check(page, served)
    page.emulate_media(media="print")
    assert page.locator("table.wide thead th").count() == 3
    display = "getComputedStyle(document.querySelector('table.wide thead')).display"
    assert page.evaluate(display) == "table-header-group"
    assert not page.get_by_role("button", name="比べる").is_visible()
    assert is_clean(served)


def test_a_sheet_is_returned_saved_handed_in_again_confirmed_and_changed_after_all(
    served: Served, chromium: Browser
) -> None:
    with (served.folder / "xlsync.toml").open("a", encoding="utf-8") as settings:
        settings.write('\n[submission]\nhanded-in = "act"\n')
    page = opened(served, chromium)
    address = f"{served.address}/sheets/{RETURNED}"
    page.goto(address)
    page.get_by_role("link", name="差戻し").click()
    page.get_by_role("button", name="1件を").click()
    expect(page.locator("#fault")).to_contain_text("理由を書いてください")
    check(page, served)
    page.fill("#comment", "目的が前年と同じです")
    page.get_by_role("button", name="1件を").click()
    expect(page.locator(".lead")).to_contain_text("差戻し中")
    workbook = office_of(served).give_out(RETURNED)
    assert "目的が前年と同じです" in texts_of(workbook), "on チェック"
    board = served.folder / "shared/提出状況.html"
    for _ in range(120):
        if board.exists() and "差戻し" in board.read_text(encoding="utf-8"):
            break
        page.wait_for_timeout(250)
    assert "差戻し" in board.read_text(encoding="utf-8"), "on the board"
    bring(served, RETURNED, outline="直しかけの概要")
    expect(page.locator("#newer")).to_be_visible()
    page.get_by_role("link", name="表示を新しくする").click()
    expect(page.locator(".lead")).to_contain_text("差戻し中")
    for act, state in (("提出", "再提出"), ("受付", "受付"), ("確認", "確認済")):
        page.get_by_role("link", name=act, exact=True).click()
        page.get_by_role("button", name="1件を").click()
        expect(page.locator(".lead")).to_contain_text(state)
    bring(served, RETURNED, outline="確認のあとの概要")
    expect(page.locator("#newer")).to_be_visible()
    page.get_by_role("link", name="表示を新しくする").click()
    expect(page.locator(".lead")).to_contain_text("変更")
    page.goto(served.address)
    check(page, served)
    expect(page.get_by_role("link", name="提出・確認のあとに変わった")).to_be_visible()
    assert is_clean(served)


def texts_of(workbook: bytes) -> str:
    book = openpyxl.load_workbook(io.BytesIO(workbook))
    return "\n".join(
        str(cell) for page in book for row in page.iter_rows(values_only=True) for cell in row
    )


def test_of_several_sheets_one_that_changed_meanwhile_is_left_out_and_named(
    served: Served, chromium: Browser
) -> None:
    page = opened(served, chromium)
    page.goto(f"{served.address}/sheets?q=会館")
    found(page, HALLS)
    page.check("#tick-all")
    page.get_by_role("button", name="差戻し").click()
    expect(page.locator("h1")).to_contain_text(f"{HALLS}件")
    keys = page.locator("main td.code").all_inner_texts()
    assert keys == [sheet.key for sheet, _ in zip(further_sheets(), range(HALLS), strict=False)]
    bring(served, keys[4], outline="いま届いた概要")
    page.fill("#comment", "まとめて差し戻します")
    page.get_by_role("button", name=f"{HALLS}件を").click()
    expect(page.locator("main")).to_contain_text("確かめたあとに")
    expect(page.locator("tr", has_text=keys[4])).to_contain_text("除きます")
    expect(page.locator("#comment")).to_have_value("まとめて差し戻します")
    check(page, served)
    assert returned(page, served) == []
    page.get_by_role("button", name=f"{HALLS - 1}件を").click()
    expect(page.locator("#said")).to_contain_text(f"{HALLS - 1}件を記録しました")
    assert returned(page, served) == [key for key in keys if key != keys[4]]
    assert is_clean(served)


def returned(page: Page, served: Served) -> list[str]:
    """The keys of the halls that are returned, as the list of another window says."""
    window = page.context.new_page()
    window.goto(f"{served.address}/sheets?q=会館&state=returned")
    keys = window.locator("td.code").all_inner_texts()
    window.close()
    return keys


def a_list(served: Served, rows: list[list[str]]) -> bytes:
    """A list of sheets as an office writes it, with headings of the form."""
    head = office_of(served).head(papers.CLEAN)
    edition = head.edition
    identity = edition.definition.identity
    levels = [level.field for level in identity.organization]
    paths = [*identity.key, identity.title, *levels]
    own = [str(head[path]) for path in levels]
    titles = [edition.by_path[path].title for path in paths]
    return list_workbook("一覧", titles, [[*row, *own] for row in rows])


def test_a_list_with_bad_rows_is_named_by_its_rows_and_a_good_one_registered_once(
    served: Served, chromium: Browser
) -> None:
    page = opened(served, chromium)
    key = papers.CLEAN.split("-")
    good = [[*key[:-1], "88", "<img src=x onerror=alert(1)>\"' 𠮷葛󠄀髙"]]
    bad = [*good, ["x", *key[1:], "読めない番号"], ["", "", "", "", "", "", "番号なし"]]
    page.goto(f"{served.address}/register")
    upload(page, "一覧.xlsx", a_list(served, bad))
    expect(page.locator(".fault")).to_contain_text("3")
    assert page.get_by_role("button", name="登録").count() == 0
    check(page, served)
    page.goto(f"{served.address}/register")
    upload(page, "一覧.xlsx", a_list(served, good))
    expect(page.locator(".lead")).to_contain_text("新規 1")
    page.get_by_role("button", name="1件を登録し").dblclick()
    expect(page.locator(".job").first).to_contain_text("終わりました")
    check(page, served)
    page.go_back()
    new = "-".join((*key[:-1], "88"))
    assert office_of(served).store.last(new, 2018) == 1
    page.goto(f"{served.address}/sheets?q=𠮷葛󠄀")
    expect(page.locator("table.list")).to_contain_text("<img src=x onerror=alert(1)>\"' 𠮷葛󠄀髙")
    page.get_by_role("link", name="onerror").click()
    expect(page.locator("h1")).to_contain_text("<img src=x")
    assert "<img src=x" in page.title()
    assert is_clean(served)


def upload(page: Page, name: str, data: bytes) -> None:
    page.set_input_files("#file", {"name": name, "mimeType": "", "buffer": data})
    page.get_by_role("button", name="確かめる").click()


def test_what_is_no_workbook_is_refused_in_a_sentence(served: Served, chromium: Browser) -> None:
    page = opened(served, chromium)
    encrypted = bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 2000
    for name, data in (("古い.xls", b"\x09\x08"), ("暗号.xlsx", encrypted), ("空.xlsx", b"")):
        page.goto(f"{served.address}/work/receive")
        upload(page, name, data)
        expect(page.locator(".fault")).to_be_visible()
        assert "Traceback" not in page.content()
    check(page, served)
    assert is_clean(served)


def test_work_goes_on_without_its_browser_names_whose_files_are_open_and_is_cancelled(
    served: Served, chromium: Browser
) -> None:
    page = opened(served, chromium)
    make_all_workbooks(page, served)
    began = moved_on(page, 0)
    page.close()
    page = opened(served, chromium)
    page.goto(f"{served.address}/summaries")
    assert moved_on(page, began) > began, "it went on, and goes on"
    cancel(page)
    made, everything = steps(page)
    assert made < everything
    files = [*(served.folder / "shared/評価シート").rglob("*.xlsx")]
    assert len(files) == made, "the file at hand was made, and no other one"
    (settled,) = workbooks_of(served, papers.CLEAN)
    assert str(office_of(served).head(papers.CLEAN)["purpose"]) in texts_of(settled.read_bytes())
    owners = [*owner_files(workbooks_of(served, OTHER, papers.CLEAN), ("佐藤", "鈴木"))]
    for key in (OTHER, papers.CLEAN):
        bring(served, key, outline="書き戻しを待つ概要")
    make_all_workbooks(page, served)
    moved_on(page, len(papers.KEYS))
    cancel(page)
    said = page.locator(".job").first.locator("li", has_text="開いているため、書き戻していません")
    expect(said).to_have_count(2)
    for key, who in ((OTHER, "佐藤"), (papers.CLEAN, "鈴木")):
        expect(said.filter(has_text=key)).to_contain_text(who)
    for owner in owners:
        owner.unlink()
    assert is_clean(served)


def make_all_workbooks(page: Page, served: Served) -> None:
    page.goto(f"{served.address}/register")
    page.get_by_role("button", name="ファイルを作る・書き戻す").click()


def moved_on(page: Page, beyond: int) -> int:
    """Wait, without reading the page again, until the work at hand is further than so many steps; how far it is then."""
    further = "beyond => document.querySelector('.job[data-running] progress')?.value > beyond"
    page.wait_for_function(further, arg=beyond)
    return steps(page)[0]


def steps(page: Page) -> tuple[int, int]:
    """How many steps of the newest work are done, and of how many."""
    progress = page.locator(".job").first.locator("progress")
    done, every = progress.evaluate("bar => [bar.value, bar.max]")
    return int(done), int(every)


def cancel(page: Page) -> None:
    page.get_by_role("button", name="中止する").click()
    expect(page.locator(".job").first).to_contain_text("中止しました")


def workbooks_of(served: Served, *keys: str) -> list[Path]:
    shared = served.folder / "shared"
    return [file for key in keys for file in shared.rglob(f"{key}_*.xlsx")]


def owner_files(workbooks: list[Path], people: tuple[str, ...]) -> Iterator[Path]:
    """What Excel leaves beside a workbook while somebody has it open."""
    for workbook, who in zip(workbooks, people, strict=True):
        owner = workbook.with_name(f"~${workbook.name}")
        name = who.encode("cp932")
        owner.write_bytes(bytes([len(name)]) + name.ljust(54, b" ") + b"\0" * 108)
        yield owner


def test_the_form_of_a_removed_key_comes_back_filled_in_and_a_department_sees_its_own(
    served: Served, chromium: Browser
) -> None:
    key = add_key(served.folder, "全庁", today())
    page = signed_in(served, chromium, key)
    page.goto(f"{served.address}/acts/return?sheet={OTHER}")
    page.fill("#comment", "書きかけの理由")
    file = served.folder / FILE
    file.unlink()
    fresh = add_key(served.folder, "全庁", today())
    page.get_by_role("button", name="1件を").click()
    expect(page.locator("h1")).to_have_text("ログイン")
    check(page, served)
    page.fill("#person", "山田花子")
    page.fill("#key", fresh)
    page.get_by_role("button", name="ログインする").click()
    expect(page.locator("main")).to_contain_text("書きかけの理由")
    check(page, served)
    reader = add_key(served.folder, "福祉部", today())
    stranger = signed_in(served, chromium, reader)
    answer = stranger.goto(served.address + SHEET)
    assert answer is not None
    assert answer.status == 404
    stranger.goto(f"{served.address}/sheets")
    assert stranger.get_by_role("button", name="差戻し").count() == 0
    check(stranger, served)
    assert is_clean(served)


def signed_in(served: Served, chromium: Browser, key: str) -> Page:
    page = chromium.new_context(locale="ja-JP").new_page()
    served.watch(page)
    page.goto(f"{served.address}/login")
    page.fill("#person", "山田花子")
    page.fill("#key", key)
    page.get_by_role("button", name="ログインする").click()
    return page


@contextmanager
def evil_site(page_bytes: bytes) -> Iterator[str]:
    """Another site in the next tab."""

    class Evil(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(page_bytes)

        def log_message(self, *_: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Evil)
    thread = threading.Thread(target=partial(server.serve_forever, 0.05))
    thread.start()
    try:
        yield f"http://localhost:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_an_evil_page_can_neither_send_nor_frame_and_a_link_of_a_file_opens_signed_in(
    served: Served, chromium: Browser, tmp_path: Path
) -> None:
    before = office_of(served).store.last(OTHER, 2018)
    target = served.address
    evil = (
        f'<form method="post" action="{target}/acts/accept"><input name="sheet" value="1:{OTHER}">'
        f'<button>x</button></form><iframe src="{target}/" title="x"></iframe>'
    )
    page = opened(served, chromium)
    noted = [*served.said]
    with evil_site(evil.encode()) as address:
        page.goto(address)
        framed = page.frames[-1]
        assert "企画" not in framed.content()
        page.get_by_role("button", name="x").click()
        expect(page.locator("body")).to_contain_text("ほかのページから送られた操作")
    served.said[:] = noted  # the evil page is foreign, and says what was blocked
    assert office_of(served).store.last(OTHER, 2018) == before
    log = (office_of(served).store.folder / "log/page.log").read_text(encoding="utf-8")
    assert "POST /acts/accept" in log
    link = tmp_path / "提出状況.html"
    link.write_text(f'<a href="{target}{SHEET}">シート</a>', encoding="utf-8")
    page.goto(link.as_uri())
    page.get_by_role("link", name="シート").click()
    expect(page.locator("h1")).to_contain_text(papers.CLEAN)
    served.said[:] = [words for words in served.said if not words.startswith("file:")]
    assert is_clean(served)


def test_a_store_in_use_is_told_and_a_restart_keeps_session_and_form(
    founded: Path, tmp_path: Path, chromium: Browser
) -> None:
    folder = tmp_path / "市"
    shutil.copytree(founded, folder)
    with serving(folder) as served:
        page = opened(served, chromium)
        page.goto(f"{served.address}/acts/return?sheet={OTHER}")
        page.fill("#comment", "再起動の前の理由")
    with serving(folder, served.port) as served_again:
        served_again.cookies = served.cookies
        page.get_by_role("button", name="1件を").click()
        expect(page.locator(".lead")).to_contain_text("差戻し中")
        page.set_default_timeout(60_000)
        page.goto(f"{served.address}/acts/return?sheet={papers.CLEAN}")
        page.fill("#comment", "書き込み中の理由")
        with office_of(served_again).store.writing():
            page.get_by_role("button", name="1件を").click(no_wait_after=True)
            page.wait_for_timeout(1_000)
            assert office_of(served_again).store.last(papers.CLEAN, 2018) == 4
        expect(page.locator(".lead")).to_contain_text("差戻し中")
        page.goto(f"{served.address}/rollover")
        expect(page.locator(".strip").first).to_contain_text("見張りが動いていません")
        page.fill("#year", "2020")
        page.get_by_role("button", name="年度を始める").click()
        expect(page.locator("#fault")).to_contain_text("まだ何もしていません")
        page.fill("#year", "2019")
        page.get_by_role("button", name="年度を始める").click()
        expect(page.locator(".job").first).to_contain_text("終わりました")
        page.goto(f"{served.address}{SHEET}?edition=2018")
        expect(page.locator(".strip").last).to_be_attached()
        assert page.get_by_role("link", name="差戻し").count() == 0
        check(page, served_again)
        assert served_again.violations == []


def test_without_scripts_all_but_progress_is_the_same(served: Served, chromium: Browser) -> None:
    page = opened(served, chromium, java_script_enabled=False)
    page.goto(f"{served.address}/sheets?q=情報政策課")
    page.locator("table.list a").first.click()
    page.get_by_role("link", name="次 ▶").click()
    expect(page.locator(".crumbs")).to_contain_text("2／")
    page.goto(f"{served.address}/register")
    upload(page, "一覧.xlsx", a_list(served, [[*papers.CLEAN.split("-")[:-1], "77", "台本なし"]]))
    page.get_by_role("button", name="1件を登録し").click()
    for _ in range(60):
        if "終わりました" in page.locator(".job").first.inner_text():
            break
        page.get_by_role("link", name="いまの様子を見る").click()
        page.wait_for_timeout(250)
    expect(page.locator(".job").first).to_contain_text("終わりました")
    assert page.locator("#pause").is_hidden()


def test_large_letters_forced_colours_and_little_motion_cut_nothing(
    served: Served, chromium: Browser
) -> None:
    page = opened(
        served, chromium, forced_colors="active", reduced_motion="reduce",
        viewport={"width": 1280, "height": 900},
    )  # fmt: skip
    for screen in ("/", "/sheets?q=会館", SHEET, "/register", "/work", "/settings", "/record"):
        page.goto(served.address + screen)
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert page.evaluate("document.documentElement.scrollWidth") <= 1280, screen
    check(page, served)
    assert is_clean(served)


def test_what_runs_fails_or_is_refused_is_accessible_for_every_role(
    served: Served, chromium: Browser
) -> None:
    page = opened(served, chromium)
    keep_waiting(served)
    page.goto(f"{served.address}/review")
    expect(page.locator("main")).to_contain_text("確認を待つ概要")
    for screen in ("/review", f"/sheets/{OTHER}", "/work/contacts", "/work/rates", "/work/tier"):
        page.goto(served.address + screen)
        check(page, served)
    page.goto(f"{served.address}/work/phase")
    page.get_by_label("段階の名前").fill("決算")
    page.get_by_label("催促する日").fill("明日")
    page.get_by_role("button", name="確かめる").click()
    expect(page.locator("#fault")).to_be_visible()
    check(page, served)
    page.goto(f"{served.address}/work/exclude?sheet={OTHER}")
    page.fill("#reason", "対象でない")
    page.get_by_role("button", name="確かめる").click()
    with office_of(served).store.writing():
        page.get_by_role("button", name="対象外にする").click()
        expect(page.locator(".job").first).to_contain_text("実行中")
        check(page, served)
    expect(page.locator(".job").first).to_contain_text("終わりました")
    page.goto(f"{served.address}/work/restore?sheet={OTHER}")
    page.get_by_label("番号").or_(page.locator("#keys")).first.fill(OTHER)
    page.fill("#reason", "やはり対象")
    page.get_by_role("button", name="確かめる").click()
    page.get_by_role("button", name="対象に戻す").click()
    with (served.folder / "xlsync.toml").open("a", encoding="utf-8") as settings:
        settings.write(f'\n[backup]\nfolder = "{served.folder / "xlsync.toml"}/控え"\n')
    page.goto(f"{served.address}/work/back-up")
    page.get_by_role("button", name="確かめる").click()
    page.get_by_role("button", name="控えをとる").click()
    expect(page.locator(".job").first).to_contain_text("できませんでした")
    check(page, served)
    refused_by_role(served, chromium)
    assert is_clean(served)


def refused_by_role(served: Served, chromium: Browser) -> None:
    """What a department and the information systems section see, and what they are refused."""
    department = office_of(served).head(papers.CLEAN).units[0]
    reader = signed_in(served, chromium, add_key(served.folder, department, today()))
    for screen in ("/", SHEET, "/conflicts", "/summaries", "/settings"):
        reader.goto(served.address + screen)
        check(reader, served)
    monitor = signed_in(served, chromium, add_key(served.folder, "情報システム課", today(), "it"))
    for screen in ("/health", "/sheets"):
        monitor.goto(served.address + screen)
        check(monitor, served)
    expect(monitor.locator("h1")).to_contain_text("できません")


def keep_waiting(served: Served) -> None:
    """Let a change of a sheet wait for the office."""
    file = served.folder / "xlsync.toml"
    kept = file.read_text(encoding="utf-8")
    file.write_text(f'{kept}\n[review]\nfields = "all"\n', encoding="utf-8")
    bring(served, OTHER, outline="確認を待つ概要")
    file.write_text(kept, encoding="utf-8")
