"""A whole season by the page alone, in an empty folder, by its guide (docs/ja/page.md): from a list to the next year.

The officer clicks what the guide names; staff are played by a script that fills in the real workbooks in the shared folder.
"""

from __future__ import annotations

import re
import subprocess
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import papers
from tests.cities import through_openpyxl, typed
from tests.page import served as serving
from tests.page.served import Served, check, is_clean
from xlsync.city.settings import read_settings
from xlsync.ooxml.patch.patch import patch_cells
from xlsync.workbook.checks.answer_cells import HAND_IN
from xlsync.workbook.checks.visible_sheet import PAGE
from xlsync.workbook.list_workbook import list_workbook
from xlsync.workbook.reading.page_answers import SUBMIT

pytestmark = pytest.mark.browser
KEYS = tuple(f"01-02-01-08-14-{number:02}" for number in range(1, 5))
FIRST, RETURNED, EXCLUDED, SILENT = KEYS
EMPTY = (
    "今日",
    "シート一覧",
    "入力の重なり",
    "登録・配布",
    "財務データ",
    "年度更新",
    "設定",
    "記録",
)
"""Screens that look different while there is nothing."""
UNITS = ("総務部", "総務課", "総務係")


@contextmanager
def opened_page(folder: Path) -> Iterator[str]:
    """`xlsync page` in a folder, as an officer runs it; the address it opens the browser at."""
    command = [serving.XLSYNC, "page", "--no-browser", "--port", "0", "-C", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as program:
        assert program.stdout is not None
        try:
            yield program.stdout.readline().decode().strip()
        finally:
            program.terminate()
            program.wait(60)


def a_list() -> bytes:
    """The office's list of projects: headings of the form, but that of the project, which is the city's own."""
    edition = papers.edition()
    identity = edition.definition.identity
    paths = [*identity.key, *(level.field for level in identity.organization)]
    rows = [
        [*key.split("-"), *UNITS[: len(identity.organization)], f"{number}番目の事業"]
        for number, key in enumerate(KEYS, start=1)
    ]
    return list_workbook(
        "一覧", [*(edition.by_path[path].title for path in paths), "うちの事業"], rows
    )


def ended(page: Page) -> None:
    """Wait for the job at hand."""
    expect(page.locator(".job").first).to_contain_text(re.compile("　終わりました"), timeout=60_000)


def menu(page: Page, words: str) -> None:
    page.get_by_label("メニュー").get_by_role("link", name=words).click()
    expect(page.locator("h1")).to_be_visible()


def work(page: Page, words: str) -> None:
    """One of すべての仕事."""
    menu(page, "すべての仕事")
    page.get_by_role("link", name=words, exact=True).click()


def shown_and_done(page: Page, button: str) -> None:
    """Look at what is shown, and let it be done."""
    page.get_by_role("button", name="確かめる").click()
    page.get_by_role("button", name=button).click()
    ended(page)


def sheet(page: Page, key: str) -> None:
    """A sheet, found in the list."""
    menu(page, "シート一覧")
    page.fill("#q", key)
    expect(page.locator("[data-count]")).to_have_text("1件")
    page.locator("table.list a").first.click()
    expect(page.locator("h1")).to_contain_text(key)


def chosen(page: Page, name: str, data: bytes, button: str = "確かめる") -> None:
    page.set_input_files("#file", {"name": name, "mimeType": "", "buffer": data})
    page.get_by_role("button", name=button).click()


def workbook(served: Served, key: str) -> Path:
    return next((served.folder / "shared/評価シート").rglob(f"{key}*.xlsx"))


def receive(page: Page) -> None:
    """Take in what lies in the shared folder."""
    work(page, "共有フォルダから受け取る")
    shown_and_done(page, "件を見て受け取る")


def test_a_season_by_the_page_alone(tmp_path: Path, chromium: Browser) -> None:
    folder = tmp_path / "市"
    folder.mkdir()
    with opened_page(folder) as entry:
        served = Served(folder, entry.partition("/found")[0])
        page = chromium.new_context(locale="ja-JP").new_page()
        page.set_default_timeout(30_000)
        found_city(page, served, entry)
        decide_settings(page)
        register(page, served)
        settle(page, served)
        take_figures(page, served)
        remind(page, served)
        return_and_confirm(page, served)
        grade(page)
        publish(page, served)
        roll_over(page, served)
        assert is_clean(served)


def found_city(page: Page, served: Served, entry: str) -> None:
    page.goto(entry)
    check(page, served)
    page.fill("#name", "つくば市")
    page.fill("#year", "2018")
    page.get_by_role("button", name="作る").click()
    page.wait_for_url(f"{served.address}/", timeout=60_000)
    served.watch(page)
    expect(page.locator("main")).to_contain_text("まだ登録された事業がありません")
    for screen in EMPTY:
        menu(page, screen)
        check(page, served)


def decide_settings(page: Page) -> None:
    """The deadline, the tier of the meeting, and what publications say of the city."""
    setting(page, "提出期限を変える", {"提出期限": "2018-05-31"})
    setting(
        page,
        "評価の段階を加える・直す",
        {"評価の段階の名前": "二次評価", "評価の選択肢": "A\nB\nC"},
    )
    of_city = {"団体コード": "082201", "利用条件": "CC BY 4.0", "問い合わせ先": "企画課"}
    setting(page, "公表の設定を変える", of_city)


def setting(page: Page, form: str, texts: dict[str, str], button: str = "この設定にする") -> None:
    """Change a setting by its form; the page of settings says so."""
    menu(page, "設定")
    page.get_by_role("link", name=form).click()
    for label, text in texts.items():
        page.get_by_label(label).fill(text)
    page.get_by_role("button", name="確かめる").click()
    page.get_by_role("button", name=button).click()
    expect(page.locator("h1")).to_have_text("設定")
    expect(page.locator("#said")).to_contain_text("ました")


def register(page: Page, served: Served) -> None:
    """The list, whose headings are explained once, and the workbooks."""
    menu(page, "登録・配布")
    page.get_by_role("link", name="見出しの対応").click()
    chosen(page, "一覧.xlsx", a_list(), "見出しを読み取る")
    edition = papers.edition()
    title = edition.by_path[edition.definition.identity.title].title
    page.get_by_label("うちの事業").select_option(label=title)
    page.get_by_role("button", name="この対応を控える").click()
    chosen(page, "一覧.xlsx", a_list())
    expect(page.locator(".lead")).to_contain_text(f"新規 {len(KEYS)}")
    page.get_by_role("button", name=f"{len(KEYS)}件を登録し").click()
    ended(page)
    assert len(list((served.folder / "shared/評価シート").rglob("*.xlsx"))) == len(KEYS)


def settle(page: Page, served: Served) -> None:
    """Two people fill in one workbook, one of them a copy; the office decides."""
    file = workbook(served, FIRST)
    issued = file.read_bytes()
    file.write_bytes(through_openpyxl(issued, {"purpose": "甲が入力した目的"}))
    copy = file.with_name(f"{file.stem} - コピー.xlsx")
    copy.write_bytes(typed(issued, {"purpose": "乙が入力した目的"}))
    receive(page)
    menu(page, "入力の重なり")
    check(page, served)
    page.get_by_label(re.compile("コピー")).check()
    page.get_by_role("button", name="選んだ内容を登録する").click()
    expect(page.locator("#said")).to_contain_text("1件を登録しました")
    sheet(page, FIRST)
    expect(page.locator("#contents")).to_contain_text("乙が入力した目的")
    copy.unlink()


def take_figures(page: Page, served: Served) -> None:
    """A file of the financial system, its columns explained once."""
    edition = papers.edition()
    names = [edition.by_path[path].title for path in edition.definition.identity.key]
    rows = [f"{','.join(key.split('-'))},{number}234567" for number, key in enumerate(KEYS, 1)]
    data = "\r\n".join([",".join([*names, "一般"]), *rows]).encode("cp932")
    menu(page, "財務データ")
    page.get_by_role("link", name="見出しの対応を決める").click()
    chosen(page, "決算.csv", data, "見出しを読み取る")
    page.get_by_label("種類の名前").fill("歳出決算")
    page.get_by_label("区分").select_option("決算")
    target = edition.by_path["costs.2017-settled.sources.general"].title
    page.get_by_label("一般", exact=True).select_option(label=target)
    page.get_by_role("button", name="この対応を控える").click()
    chosen(page, "決算.csv", data)
    expect(page.locator("table")).to_contain_text("1,235")
    check(page, served)
    page.get_by_role("button", name=f"{len(KEYS)}件に取り込む").click()
    ended(page)
    sheet(page, FIRST)
    expect(page.locator("#contents")).to_contain_text("1,235")


def remind(page: Page, served: Served) -> None:
    """Whom to write to, and the drafts."""
    menu(page, "設定")
    page.get_by_role("link", name="連絡先を変える").click()
    unit = page.get_by_role("group", name="　".join(UNITS[:2]), exact=True)
    unit.get_by_label("メール").fill("somu@city.example")
    check(page, served)
    page.get_by_role("button", name="確かめる").click()
    page.get_by_role("button", name="置き換える").click()
    expect(page.locator("h1")).to_have_text("設定")
    work(page, "催促文の下書きを作る")
    shown_and_done(page, "1通の下書きを作る")
    menu(page, "すべての仕事")
    with page.expect_download() as download:
        page.get_by_role("link", name="催促文の下書き", exact=True).click()
    with zipfile.ZipFile(download.value.path()) as archive:
        (mail,) = archive.namelist()
        assert b"somu@city.example" in archive.read(mail)


def act(page: Page, word: str, key: str, comment: str = "") -> None:
    sheet(page, key)
    page.get_by_role("link", name=word, exact=True).click()
    page.fill("#comment", comment)
    page.get_by_role("button", name="1件を").click()
    expect(page.locator("#said")).to_contain_text("1件を記録しました")


def act_on_several(page: Page, word: str, keys: tuple[str, ...]) -> None:
    menu(page, "シート一覧")
    for key in keys:
        page.get_by_label(f"{key} ").check()
    page.get_by_role("button", name=word, exact=True).click()
    expect(page.locator("h1")).to_contain_text(f"{len(keys)}件")
    page.get_by_role("button", name=f"{len(keys)}件を").click()
    expect(page.locator("#said")).to_contain_text(f"{len(keys)}件を記録しました")


def return_and_confirm(page: Page, served: Served) -> None:
    """One is returned, mended and handed in again by its section; two are confirmed and fixed, one does not count."""
    sheet(page, EXCLUDED)
    page.get_by_role("link", name="対象外にする").click()
    page.get_by_label("理由").fill("内部管理の事業")
    shown_and_done(page, "1件を対象外にする")
    act(page, "差戻し", RETURNED, "目的を入力してください")
    receive(page)  # writes what was returned into the workbook
    file = workbook(served, RETURNED)
    answered = typed(file.read_bytes(), {"purpose": "直した目的"})
    file.write_bytes(patch_cells(answered, {(PAGE, HAND_IN): SUBMIT}))
    receive(page)
    menu(page, "今日")
    page.get_by_role("link", name="再提出されたシート").click()
    expect(page.locator("table.list")).to_contain_text(RETURNED)
    act(page, "提出", FIRST)
    for word in ("受付", "確認", "確定"):
        act_on_several(page, word, (FIRST, RETURNED))


def grade(page: Page) -> None:
    """The table of the meeting."""
    table = list_workbook(
        "結果", ["事業コード", "二次評価", "二次評価 理由"], [[FIRST, "B", "成果は出ている"]]
    )
    work(page, "評価の結果を取り込む")
    page.set_input_files("#file", {"name": "会議.xlsx", "mimeType": "", "buffer": table})
    shown_and_done(page, "1件に取り込む")


def publish(page: Page, served: Served) -> None:
    menu(page, "集計・出力")
    page.get_by_role("button", name="集計を作り直す").click()
    ended(page)
    assert (served.folder / "shared/集計/全庁.xlsx").exists()
    menu(page, "公表")
    if page.locator("input[name=names]").count():
        page.check("input[name=names]")
    check(page, served)
    page.get_by_role("button", name="2件の公表用のフォルダを作る").click()
    ended(page)
    published = (served.folder / "公表").rglob("*.csv")
    assert any("082201" in file.read_text("utf-8-sig") for file in published)


def roll_over(page: Page, served: Served) -> None:
    menu(page, "年度更新")
    with page.expect_download():
        page.get_by_role("link", name="予行の台帳").click()
    page.fill("#year", "2019")
    page.get_by_role("button", name="2019年度を始める").click()
    ended(page)
    work(page, "終わった年度を締める")
    shown_and_done(page, "2018年度を締める")
    menu(page, "シート一覧")
    expect(page.locator(".brand")).to_contain_text("R1年度")
    page.locator("details.years summary").click()
    page.get_by_role("link", name="2018年度").click()
    expect(page.locator(".strip").first).to_be_visible()
    check(page, served)
    assert read_settings(served.folder).terms.fiscal_year == 2019
