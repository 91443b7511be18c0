"""What the screens show and do: lists that agree with their counts, conflicts settled, acts carried out, nothing lost."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import cities, papers
from tests.cities import typed
from tests.page.conftest import PURPOSES
from tests.page.visits import Office, forms_in, text_of
from xlsync.errors import (
    EncryptedWorkbook,
    SettingsError,
    Stale,
    StoreBusy,
    StoreError,
    XlsyncError,
)
from xlsync.exchange.field_conflicts import field_conflicts
from xlsync.page.page_words import coded
from xlsync.page.refusals import refusal_of
from xlsync.page.search_words import searchable, searched_words
from xlsync.word_marks import marked
from xlsync.workbook.reading.form_reader import read

SHEET = f"/sheets/{papers.CLEAN}"
OTHER = "01-02-01-10-12-01"
YEAR = 2018


def found(page: str) -> int:
    """How many sheets a list says it shows."""
    match = re.search(r"<span data-count>([\d,]+)件</span>", page)
    assert match is not None
    return int(match[1].replace(",", ""))


def listed(page: str) -> list[str]:
    """The codes in a list."""
    return re.findall(r'<td class="code">([^<]+)</td>', page)


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ("情報化", 2),
        ("　情報化　推進　", 1),
        ("ｼｬｶｲ", 0),
        ("社会保障", 1),
        ("いのべーしょん", 5),
        ("イノベーション　ネットワーク", 1),
        ("０１-０２-０１-１０", 2),
        ("丙", 1),
        ("<script>", 0),
    ],
)
def test_a_search_does_not_mind_width_or_kana_and_wants_all_words(
    office: Office, query: str, codes: int
) -> None:
    page = office.officer().page(f"/sheets?q={quote(query)}")
    assert (found(page), len(listed(page))) == (codes, codes)
    assert "<script>" not in page.replace('<script src="/static/page.js" defer></script>', "")


def test_count_table_facet_and_file_agree_also_after_a_save_arrives(office: Office) -> None:
    officer = office.officer()
    for _ in range(2):
        page = officer.page("/sheets?state=conflict")
        file = officer.get("/sheets.csv?state=conflict").get_data().decode("utf-8-sig")
        rows = list(csv.reader(io.StringIO(file)))[1:]
        facet = re.search(r"入力の重なり<span class=\"count-right\">(\d+)</span>", page)
        assert facet is not None
        assert found(page) == len(listed(page)) == len(rows) == int(facet[1])
        city = cities.City(office.store, office.city.settings().terms, brought=40, copies=9)
        issued = city.give_out(OTHER)
        for person in "丁戊":
            data = typed(issued, {"purpose": f"{person}の目的"})
            city.bring_one(data, f"評価シート/番号_{person}.xlsx", person)
        office.context.sheet_snapshots.renew()
    assert found(officer.page("/sheets?state=conflict")) == 2


def test_a_narrow_filter_on_a_late_page_shows_its_hits(office: Office) -> None:
    page = office.officer().page("/sheets?page=3&q=ネットワーク")
    assert (found(page), len(listed(page))) == (1, 1)


def test_the_sheets_before_and_behind_are_those_of_the_list(office: Office) -> None:
    officer = office.officer()
    codes = listed(officer.page("/sheets?q=情報政策課"))
    page = officer.page(f"/sheets/{codes[1]}?q=情報政策課")
    assert "2／5" in page
    before, behind = (re.search(rf'rel="{rel}" href="([^"]+)"', page) for rel in ("prev", "next"))
    assert before is not None
    assert behind is not None
    assert before[1].startswith(f"/sheets/{codes[0]}?q=")
    assert behind[1].startswith(f"/sheets/{codes[2]}?q=")
    assert 'rel="next"' not in officer.page(f"/sheets/{codes[-1]}?q=情報政策課")


def test_what_somebody_typed_is_shown_as_typed_everywhere(office: Office) -> None:
    officer = office.officer()
    shown = "&lt;img src=x onerror=alert(1)&gt;&#34;&#39;&amp;amp; 𠮷葛󠄀髙"
    plain = re.compile(r"</?mark>")
    for address in ("/conflicts", SHEET):
        page = officer.page(address)
        assert "<img" not in page
        assert shown in plain.sub("", page)
    conflict = field_conflicts(office.store, office.city.settings().terms, head(office))[0]
    settle(office, officer_choice=f"copy:{conflict.offers[1].copy_name}")
    for address in (SHEET, f"{SHEET}/compare?from=2&to=5"):
        page = officer.page(address)
        assert "<img" not in page
        assert shown in plain.sub("", page), address


def head(office: Office):  # type: ignore[no-untyped-def]  # noqa: ANN201
    """The sheet in conflict as the store has it."""
    return office.store.head(papers.CLEAN, YEAR)


def settle(office: Office, officer_choice: str, text: str = "") -> int:
    """The officer settles the purpose on the sheet's screen; the status of the answer."""
    fields = {"choice.purpose": officer_choice, "text.purpose": text}
    return office.officer().submit(SHEET, 0, fields).status_code


@pytest.mark.parametrize("choice", ["ours", "乙.xlsx", "丙.xlsx", "own"])
def test_a_conflict_is_settled_by_either_side_any_file_or_a_text_of_the_offices_own(
    office: Office, choice: str
) -> None:
    page = office.officer().page(SHEET)
    for word in ("登録済み（第2版）", "情報化_乙.xlsx", "情報化_丙.xlsx", "別の内容にする"):
        assert word in page
    conflict = field_conflicts(office.store, office.city.settings().terms, head(office))[0]
    names = {offer.file[-6:]: f"copy:{offer.copy_name}" for offer in conflict.offers}
    kept = {
        "ours": PURPOSES["甲"],
        "乙.xlsx": PURPOSES["乙"],
        "丙.xlsx": PURPOSES["丙"],
        "own": "まとめた目的\n二行目",
    }
    assert settle(office, names.get(choice, choice), "まとめた目的\r\n二行目") == 303
    assert head(office)["purpose"] == kept[choice]
    assert office.changed == [papers.CLEAN]
    again = office.officer().page(SHEET)
    assert "入力の重なり 1" in again, "the other field is still open"
    history = again.split('id="history"')[1]
    assert "山田花子" in history
    assert "画面（企画・情報システム、このパソコン）" in history


def test_two_officers_on_one_conflict_the_second_is_told_and_keeps_her_choice(
    office: Office,
) -> None:
    first, second = office.officer(), office.officer()
    action, hidden = forms_in(second.page("/conflicts"))[0]
    assert first.submit(SHEET, 0, {"choice.purpose": "ours"}).status_code == 303
    told = second.send(action, {**hidden, "choice.outline": "own", "text.outline": "わたしの概要"})
    assert told.status_code == 409
    page = text_of(told)
    assert "登録しませんでした" in page
    assert "わたしの概要</textarea>" in page
    assert re.search(r'name="choice.outline" value="own"\s+checked', page)
    assert office.store.last(papers.CLEAN, YEAR) == 5
    action, hidden = forms_in(page)[0]
    done = second.send(action, {**hidden, "choice.outline": "own", "text.outline": "わたしの概要"})
    assert done.status_code == 303
    assert head(office)["outline"] == "わたしの概要"


def test_a_save_between_opening_and_settling_is_shown_before_anything_is_registered(
    office: Office,
) -> None:
    officer = office.officer()
    action, hidden = forms_in(officer.page("/conflicts"))[0]
    offer = field_conflicts(office.store, office.city.settings().terms, head(office))[0].offers[0]
    city = cities.City(office.store, office.city.settings().terms, brought=40, copies=9)
    state = office.store.copy_state(papers.CLEAN, YEAR, offer.copy_name)
    assert state is not None
    workbook = next((office.store.folder / "received").glob("*.xlsx"))
    stamp = read(workbook.read_bytes())[0]
    assert stamp.sheet.key == papers.CLEAN
    newer = typed(_workbook_of(office, offer.copy_name), {"purpose": "乙がさらに直した目的"})
    assert city.bring_one(newer, "評価シート/情報化_乙.xlsx", "乙").outcome == "conflict"
    told = officer.send(action, {**hidden, "choice.purpose": f"copy:{offer.copy_name}"})
    assert told.status_code == 409
    assert "乙がさらに直した" in re.sub("</?mark>", "", text_of(told))
    assert head(office)["purpose"] == PURPOSES["甲"]


def _workbook_of(office: Office, copy_name: str) -> bytes:
    """The workbook of 乙 as it was received."""
    for revision in office.store.revisions(papers.CLEAN, YEAR):
        submission = revision.draft.submission
        if submission.file.endswith("乙.xlsx"):
            return (office.store.folder / f"received/{submission.workbook_hash}.xlsx").read_bytes()
    raise AssertionError(copy_name)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "選んでから"),
        ({"choice.purpose": "copy:0000-zz"}, "もうありません"),
        ({"choice.no.such": "ours"}, "入力の重なりはありません"),
        ({"choice.no.such": "own", "text.no.such": "x"}, "様式にない項目"),
        ({"choice.purpose": "own", "text.purpose": "長" * 40_000}, "長すぎて"),
    ],
)
def test_a_form_that_chooses_nothing_sensible_registers_nothing(
    office: Office, fields: dict[str, str], said: str
) -> None:
    told = office.officer().submit(SHEET, 0, fields)
    assert told.status_code == 422
    assert said in text_of(told)
    assert office.store.last(papers.CLEAN, YEAR) == 4


def test_a_sheet_is_returned_with_a_reason_and_the_fields_it_is_about(office: Office) -> None:
    officer = office.officer()
    address = f"/acts/return?sheet={OTHER}"
    without = officer.submit(address, 0, {"field": ["purpose"], "comment": " "})
    assert without.status_code == 422
    assert "理由を書いてください" in text_of(without)
    assert 'value="purpose" checked' in text_of(without)
    done = officer.submit(address, 0, {"field": ["purpose"], "comment": "目的が\n前年と同じです"})
    assert done.status_code == 303
    page = officer.page(f"/sheets/{OTHER}")
    for word in ("差戻し中", "前年と同じです", "事業の目的", "差戻し 1件を記録しました"):
        assert word in page
    again = officer.submit(address, 0, {"field": ["purpose"], "comment": "目的が\n前年と同じです"})
    assert again.status_code == 303
    assert "差戻し 1件は、すでに記録してあります" in officer.page(f"/sheets/{OTHER}")
    city = cities.City(office.store, office.city.settings().terms, brought=40, copies=9)
    assert "前年と同じです" in _texts(city.give_out(OTHER)), "on チェック of its own workbook"
    assert "差戻し" in office.log()


def _texts(workbook: bytes) -> str:
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(workbook))
    return "\n".join(
        str(cell) for page in book for row in page.iter_rows(values_only=True) for cell in row
    )


def test_many_sheets_at_once_a_changed_one_is_left_out_and_named(office: Office) -> None:
    officer = office.officer()
    codes = listed(officer.page("/sheets"))
    address = "/acts/return?" + "&".join(f"sheet={code}" for code in codes)
    page = officer.page(address)
    assert "差戻し　5件" in page
    assert all(code in page for code in codes)
    action, hidden = forms_in(page)[0]
    city = cities.City(office.store, office.city.settings().terms, brought=40, copies=9)
    city.bring_one(typed(city.give_out(OTHER), {"outline": "新しい概要"}), "評価シート/x.xlsx")
    told = officer.send(action, {**hidden, "comment": "全件"})
    assert told.status_code == 409
    assert f"{OTHER}" in text_of(told)
    assert "確かめたあとに第2版になりました" in text_of(told)
    assert [officer.page(f"/sheets/{code}").count("差戻し中の理由") for code in codes] == [0] * 5
    action, hidden = forms_in(text_of(told))[0]
    assert officer.send(action, {**hidden, "comment": "全件"}).status_code == 303
    returned = {code for code in codes if "差戻し中の理由" in officer.page(f"/sheets/{code}")}
    assert returned == {*codes} - {OTHER}


def test_an_act_twice_by_a_double_click_is_done_once(office: Office) -> None:
    officer = office.officer()
    action, hidden = forms_in(officer.page(f"/acts/accept?sheet={OTHER}"))[0]
    assert [officer.send(action, hidden).status_code for _ in range(2)] == [303, 303]
    page = officer.page(f"/sheets/{OTHER}")
    assert page.count("<b>受付</b>") == 1


def test_all_that_a_filter_shows_can_be_meant(office: Office) -> None:
    page = office.officer().page("/acts/return?all=1&q=ネットワーク")
    assert "差戻し　1件" in page
    assert office.officer().get("/acts/return").status_code == 404
    assert office.officer().get("/acts/dance?all=1").status_code == 404
    assert "公表　0件" in office.officer().page("/acts/publish?all=1")


def test_two_revisions_are_compared_with_their_words_marked(office: Office) -> None:
    page = office.officer().page(f"{SHEET}/compare?from=1&to=2")
    assert "違う欄 2" in page
    assert "<mark>" in page
    assert "ほかの" in page
    assert "違う欄 0" in office.officer().page(f"{SHEET}/compare?from=2&to=2")
    assert office.officer().get(f"{SHEET}/compare?from=0&to=9").status_code == 404


def test_any_revision_is_had_as_a_workbook_and_what_came_as_it_came(office: Office) -> None:
    officer = office.officer()
    for number, purpose in ((1, papers.sheet()["purpose"]), (4, PURPOSES["甲"])):
        response = officer.get(f"{SHEET}/workbook/{number}")
        assert read(response.get_data())[0].sheet["purpose"] == purpose
        assert "filename*=UTF-8''01-02-01-08-14-01_" in response.headers["Content-Disposition"]
    came = officer.get(f"{SHEET}/received/3").get_data()
    assert read(came)[0].sheet["purpose"] == PURPOSES["乙"]
    for address in (f"{SHEET}/received/1", f"{SHEET}/workbook/9", "/sheets/..%2F..%2Fx/workbook/1"):
        assert officer.get(address).status_code == 404


def test_today_counts_what_is_to_be_done_and_each_line_leads_to_it(office: Office) -> None:
    office.settings("[deadline]\ndate = 2018-07-01\n")
    officer = office.officer()
    page = officer.page("/")
    tasks = re.findall(r'<td><a href="([^"]+)">([^<]+)</a></td><td class="number">(\d+)件', page)
    counts = {what: int(count) for _, what, count in tasks}
    assert counts["入力の重なりを決める"] == 2
    late = next(address for address, what, _ in tasks if what.startswith("期限を過ぎて"))
    assert (
        found(officer.page(late.replace("&amp;", "&")))
        == counts["期限を過ぎて提出されていないシート"]
    )
    assert "9日過ぎています" in page


def test_the_record_names_person_role_and_way(office: Office) -> None:
    settle(office, "ours")
    page = office.officer().page("/record?q=入力の重なりの決定")
    assert "山田花子" in page
    assert "画面（企画・情報システム、このパソコン）" in page
    assert papers.CLEAN in page


def test_the_record_has_every_revision_and_is_narrowed_by_person_way_and_day(
    office: Office,
) -> None:
    officer = office.officer()
    page = officer.page(f"/record?q={papers.CLEAN}")
    assert re.findall(r"2018年度 第(\d)版", page) == ["4", "3", "2", "1"]
    assert [person for person in PURPOSES if person in page] == [*PURPOSES]
    by_file = officer.page(f"/record?q={papers.CLEAN}&way=file&who=乙")
    assert re.findall(r"2018年度 第(\d)版", by_file) == ["3"]
    assert "記録はありません" in officer.page("/record?from=1999-01-01&to=1999-12-31")
    assert "記録はありません" in officer.page("/record?from=9999&who=<b>")
    (office.store.folder / f"revisions/2018/{papers.CLEAN}/4.json").write_bytes(b"{")
    assert "第4版" in officer.page(f"/record?q={papers.CLEAN}")


def test_a_dead_watcher_is_said_on_every_screen_and_the_audit_reads_the_store(
    office: Office,
) -> None:
    officer = office.officer()
    for address in ("/", "/sheets", SHEET, "/help"):
        assert "見張りが動いていません" in officer.page(address)
    assert "異常はありません" in text_of(officer.submit("/health", 0, {}))
    anchor = re.search(r"<code>(\d+:[0-9a-f-]+)</code>", officer.page("/health"))
    assert anchor is not None
    assert "異常はありません" in text_of(officer.submit("/health", 0, {"anchors": anchor[1]}))
    wrong = officer.submit("/health", 0, {"anchors": "照合番号"})
    assert (wrong.status_code, "まだ点検していません" in text_of(wrong)) == (422, True)
    head = office.store.folder / f"sheets/2018/{OTHER}.json"
    head.unlink()
    assert "作り直したもの" in text_of(officer.submit("/health", 0, {"rebuild": "1"}))
    assert head.exists()
    assert "python" in text_of(officer.submit("/health", 1, {})).lower()
    broken = office.store.folder / "revisions/2018" / papers.CLEAN / "2.json"
    broken.write_bytes(broken.read_bytes()[:-40])
    assert "異常 " in text_of(officer.submit("/health", 0, {}))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("`xlsync watch` を", "<code>xlsync watch</code> を"),
        ("`a` と `b`", "<code>a</code> と <code>b</code>"),
        ("`<img src=x>` & <b>", "<code>&lt;img src=x&gt;</code> &amp; &lt;b&gt;"),
        ("片方だけ ` です", "片方だけ ` です"),
        ("``", "``"),
        ("", ""),
    ],
)
def test_a_command_in_a_sentence_is_shown_as_one_and_nothing_else_becomes_markup(
    text: str, shown: str
) -> None:
    assert str(coded(text)) == shown


def test_no_command_stands_between_backquotes_on_a_screen(office: Office) -> None:
    officer = office.officer()
    for address in ("/", "/health", "/login", "/figures", "/rollover"):
        assert "`" not in text_of(officer.get(address)), address
    assert "<code>xlsync watch</code>" in officer.page("/health")
    assert "<code>xlsync page</code>" in text_of(office.visitor().get("/enter?token=x"))


def test_key_and_title_are_called_what_the_form_calls_them(office: Office) -> None:
    officer, words = office.officer(), papers.edition().definition.words
    heads = f'<th scope="col">{words.key}</th><th scope="col">{words.title}</th>'
    for address in ("/sheets", f"/acts/accept?sheet={OTHER}", "/publish"):
        assert heads in officer.page(address), address
    assert f'<th scope="col">{words.key}</th>' in officer.page("/record")
    assert f"{words.title}・{words.key}・" in officer.page("/sheets")
    head = officer.get("/sheets.csv").get_data().decode("utf-8-sig").splitlines()[0]
    assert head.startswith(f"{words.key},{words.title},")


def test_a_session_can_be_ended_by_it(office: Office) -> None:
    colleague, it = office.officer(), office.with_key("情報システム課", "it")
    forms = [form for form in forms_in(it.page("/health")) if form[0] == "/health/sessions"]
    for action, hidden in forms:
        if it.get("/health").status_code == 200:
            it.send(action, hidden)
    assert colleague.get("/").status_code == 303


@pytest.mark.parametrize(
    ("fault", "status", "said"),
    [
        (StoreBusy("書き込み中です"), 503, "入力した内容は残っています"),
        (Stale("新しい版ができました"), 409, "上書きしていません"),
        (EncryptedWorkbook("パスワードが付いています", "a.xlsx"), 422, "何も変わっていません"),
        (SettingsError("鍵のファイルを読めません"), 422, "設定"),
        (StoreError("空きがありません"), 422, "空きがありません"),
    ],
)
def test_what_cannot_be_done_is_a_sentence_that_says_what_became_of_it(
    fault: XlsyncError, status: int, said: str
) -> None:
    text = refusal_of(fault)
    assert text.status_code == status
    assert said in f"{text.title}{text.what}{text.advice}"


def test_a_quiet_moment_is_shown_with_the_year_only_where_it_is_another(office: Office) -> None:
    officer = office.officer()
    assert "7月2日 09:06" in officer.page(SHEET)
    office.moment += dt.timedelta(days=300)
    assert "2018年7月2日 09:06" in office.officer().page(SHEET)


@given(st.text(max_size=60), st.text(max_size=60))
def test_marked_parts_are_the_texts_and_what_is_not_marked_is_in_both(
    before: str, after: str
) -> None:
    left, right = marked(before, after)
    assert "".join(part.text for part in left) == before
    assert "".join(part.text for part in right) == after
    same = ["".join(part.text for part in side if not part.is_changed) for side in (left, right)]
    assert same[0] == same[1]
    if before == after:
        assert not any(part.is_changed for part in (*left, *right))


@given(st.text(max_size=30))
def test_whatever_is_typed_is_found_by_itself(text: str) -> None:
    assert all(word in searchable(text) for word in searched_words(text))
