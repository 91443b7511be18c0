"""Lists, figures, summaries and the year change from the page: shown first, done once, in a job that survives."""

from __future__ import annotations

import io
import re
import threading
from functools import partial

import openpyxl
import pytest

from tests import cities, papers
from tests.budget_files import GENERAL, HEAD, KEY, LINE, MAP
from tests.cities import typed
from tests.page.visits import HOST, Office, Visit, forms_in, text_of
from xlsync.city.register_list import REGISTER_HEADINGS
from xlsync.city.year_change import planned_rollover
from xlsync.cli.page_server import page_of, page_server_of
from xlsync.errors import StoreBusy
from xlsync.exchange import Source
from xlsync.exchange.register.register_plan import plan_register
from xlsync.ooxml.read.reader import open_workbook
from xlsync.page.job_works import change_year, register_list
from xlsync.page.page_context import EXTENSION
from xlsync.page.page_jobs import JobRun, Jobs
from xlsync.workbook.list_workbook import list_workbook

NEW = "01-02-01-08-14-77"
OTHER = "01-02-01-10-12-01"


def a_list(office: Office, **changed: str) -> bytes:
    """The city's register with a new project, and other names where said."""
    officer = office.officer()
    book = openpyxl.load_workbook(io.BytesIO(officer.get("/register.xlsx").get_data()))
    rows = [list(row) for row in book.active.iter_rows(values_only=True)]  # type: ignore[union-attr]
    title = next(i for i, cell in enumerate(rows[0]) if cell == "事務事業 事務事業名")
    number = next(i for i, cell in enumerate(rows[0]) if cell == "事務事業 事務事業名（番号）")
    for row in rows[1:]:
        row[title] = changed.get(str(row[title]), row[title])
    new = [*rows[1]]
    new[title], new[number], new[-1] = "新しい事業", "77", None
    return list_workbook("台帳", [str(cell) for cell in rows[0]], [*rows[1:], new])


def upload(visit: Visit, address: str, data: bytes, name: str, **fields: str):  # type: ignore[no-untyped-def]  # noqa: ANN201
    """Send a file."""
    token = forms_in(visit.page("/register"))[0][1]["form_token"][0]
    answer = visit.send(address, {"form_token": token, "file": (io.BytesIO(data), name), **fields})
    return visit.get(answer.headers["Location"]) if answer.status_code == 303 else answer


def test_a_list_is_shown_before_anything_is_registered_and_then_done_once(
    office: Office,
) -> None:
    officer = office.officer()
    before = [*office.store.keys(2018)]
    shown = upload(
        officer, "/register/preview", a_list(office, 情報化推進事業="情報化事業"), "一覧.xlsx"
    )
    page = text_of(shown)
    assert shown.status_code == 200, page
    assert "新規 <b>1</b>・変更 <b>1</b>・同じ 4" in page
    assert [*office.store.keys(2018)] == before
    action, hidden = forms_in(page)[0]
    assert officer.send(action, hidden).status_code == 303
    said = office.ended()
    assert said.startswith("done"), said
    assert NEW in said
    head = office.store.head(NEW, 2018)
    assert head is not None
    assert head.title == "新しい事業"
    assert [*(office.folder / "shared/評価シート").rglob(f"{NEW}*.xlsx")] != []
    again = officer.send(action, hidden)
    assert again.status_code == 409, "a double click, reload or back registers nothing twice"
    assert office.store.last(NEW, 2018) == 1
    assert "山田花子" in officer.page(f"/sheets/{NEW}")


def test_a_name_that_somebody_else_changed_meanwhile_is_not_told_as_registered(
    office: Office,
) -> None:
    settings = office.city.settings()
    data = a_list(office, 情報化推進事業="一覧の名前")
    mapping = REGISTER_HEADINGS.read(settings)
    plan = plan_register(settings.store, settings.terms, data, "一覧.xlsx", mapping)
    head = office.store.head(KEY, 2018)
    assert head is not None
    city = cities.City(settings.store, settings.terms, brought=40, copies=9)
    city.bring_one(head.with_values({"project.name": "ほかの名前"}).to_json(), "登録")
    source = Source("一覧", office.context.moment, "山田花子")
    work = partial(register_list, settings, plan, source, lambda _ids: None)
    office.context.jobs.begin("登録", "", work)
    told = office.ended()
    assert "登録しました 1件" in told, told
    assert f"{KEY}：登録していません（そのあとに変わっています" in told
    now = office.store.head(KEY, 2018)
    assert now is not None
    assert now["project.name"] == "ほかの名前"


def test_a_bad_row_is_named_by_its_number_and_nothing_can_be_confirmed(office: Office) -> None:
    book = openpyxl.load_workbook(io.BytesIO(a_list(office)))
    sheet = book.active
    assert sheet is not None
    for cell in sheet[3]:
        cell.value = "?" if (cell.column or 0) <= 8 else cell.value
    officer = office.officer()
    page = text_of(upload(officer, "/register/preview", cities.saved(book), "一覧.xlsx"))
    assert "3行目" in page
    assert "/register/run" not in page


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("一覧.xls", bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600),
        ("一覧.xlsx", b"PK\x03\x04 no zip"),
        ("写真.png", b"\x89PNG\r\n"),
        ("空.csv", b""),
    ],
)
def test_an_upload_that_is_no_list_is_a_sentence(office: Office, name: str, data: bytes) -> None:
    refused = upload(office.officer(), "/register/preview", data, name)
    assert refused.status_code == 422
    assert "このファイルは使えません" in text_of(refused)


def test_an_upload_beyond_the_limit_is_a_sentence(office: Office) -> None:
    officer = office.officer()
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.xlsx"\r\n\r\n'
    refused = officer.client.post(
        "/register/preview",
        base_url=f"http://{HOST}",
        headers={"Origin": f"http://{HOST}"},
        data=head + b"0" * (25 * 2**20) + b"\r\n--x--\r\n",
        content_type="multipart/form-data; boundary=x",
        buffered=True,
    )
    assert refused.status_code == 413
    assert "20 MB まで" in text_of(refused)


def test_a_list_that_was_shown_before_the_store_changed_is_not_carried_out(office: Office) -> None:
    officer = office.officer()
    page = text_of(upload(officer, "/register/preview", a_list(office), "一覧.xlsx"))
    action, hidden = forms_in(page)[0]
    assert officer.send(action, {**hidden, "plan": "0" * 64}).status_code == 409
    assert officer.send(action, {**hidden, "file": "../../../etc/passwd"}).status_code == 422
    assert NEW not in [*office.store.keys(2018)]


def test_workbooks_and_summaries_are_made_and_can_be_taken_away(office: Office) -> None:
    officer = office.officer()
    assert officer.submit("/register", 1, {}).status_code == 303
    assert office.ended().startswith("done")
    assert len([*(office.folder / "shared/評価シート").rglob("*.xlsx")]) == 5
    assert officer.submit("/summaries", 0, {}).status_code == 303
    assert office.ended().startswith("done")
    page = officer.page("/summaries")
    assert "全庁.xlsx" in page
    taken = officer.get("/summaries/全庁.xlsx")
    assert open_workbook(taken.get_data()).worksheets
    department = office.with_key("政策イノベーション部")
    own = department.page("/summaries")
    assert "政策イノベーション部.xlsx" in own
    assert "全庁.xlsx" not in own
    for name in ("全庁.xlsx", "..%2Fxlsync.toml", "%2Fetc%2Fpasswd"):
        assert department.get(f"/summaries/{name}").status_code == 404


def test_one_job_at_a_time_cancelled_between_two_steps_and_there_after_a_restart(
    office: Office,
) -> None:
    jobs, may_go_on, at_second = office.context.jobs, threading.Event(), threading.Event()
    done: list[int] = []

    def work(run: JobRun) -> None:
        for step in run.steps([1, 2, 3, 4]):
            done.append(step)
            if step == 2:
                at_second.set()
                may_go_on.wait(30)
            run.say([f"{step}件目を作りました"])

    job = jobs.begin("長い処理", "山田花子", work)
    assert at_second.wait(30)
    officer = office.officer()
    page = officer.page("/summaries")
    assert "長い処理" in page
    assert "1／4" in page
    assert officer.submit("/summaries", 0, {}).status_code == 503
    with pytest.raises(StoreBusy, match="長い処理"):
        jobs.begin("ほかの処理", "", work)
    restarted = Jobs(jobs.folder, jobs.now)
    assert [each.job_state for each in restarted.newest(5)] == ["broken"]
    cancel = next(form for form in forms_in(page) if form[0] == "/jobs/cancel")
    assert officer.send(*cancel).status_code == 303
    may_go_on.set()
    jobs.wait(30)
    assert done == [1, 2]
    ended_job = Jobs(jobs.folder, jobs.now).find(job.number)
    assert ended_job is not None
    assert (ended_job.job_state, ended_job.steps_done) == ("cancelled", 2)
    assert [*ended_job.result_lines] == ["1件目を作りました", "2件目を作りました"]


def test_what_was_done_to_the_end_before_anybody_could_cancel_it_is_done(office: Office) -> None:
    def work(run: JobRun) -> None:
        jobs.cancel(run.job.number)
        run.say(["設定を変えました"])

    jobs = office.context.jobs
    jobs.begin("短い処理", "山田花子", work)
    assert office.ended() == "done 設定を変えました"


def test_a_job_that_fails_says_why_and_lets_the_next_one_begin(office: Office) -> None:
    def fail(run: JobRun) -> None:
        run.say(["ここまで"])
        raise ZeroDivisionError

    office.context.jobs.begin("失敗", "", fail)
    office.context.jobs.wait(30)
    job = office.context.jobs.newest(1)[0]
    assert (job.job_state, job.result_lines[0]) == ("failed", "ここまで")
    assert "不具合" in job.result_lines[1]
    office.context.jobs.begin("次", "", lambda run: run.say(["よし"]))
    assert office.ended() == "done よし"


def test_a_job_that_says_much_keeps_its_beginning_and_how_it_ends(office: Office) -> None:
    def work(run: JobRun) -> None:
        for first in range(1, 1001, 50):
            run.say(f"{number}枚目" for number in range(first, first + 50))
        raise StoreBusy("最後の理由")

    office.context.jobs.begin("長い処理", "", work)
    office.context.jobs.wait(60)
    page = office.officer().page("/summaries")
    said = re.findall(r"<li>([^<]+)</li>", page.split("長い処理")[1])[:400]
    assert said[:2] + said[299:302] == ["1枚目", "2枚目", "300枚目", "（ほか 602行）", "903枚目"]
    assert (len(said), said[-1]) == (400, "最後の理由")
    again = Jobs(office.context.jobs.folder, office.context.jobs.now)
    assert [*again.newest(1)[0].result_lines] == said, "also after a restart"


def test_the_year_changes_only_where_its_number_was_typed(office: Office) -> None:
    officer = office.officer()
    before = sorted(
        path for path in office.store.folder.rglob("*.json") if "page" not in path.parts
    )
    page = officer.page("/rollover")
    assert "2018年度 → 2019年度" in page
    assert officer.get("/rollover.xlsx").get_data()[:2] == b"PK"
    action, hidden = forms_in(page)[0]
    wrong = officer.send(action, {**hidden, "year": "2018"})
    assert wrong.headers["Location"].endswith("?fault=year#start")
    after = sorted(path for path in office.store.folder.rglob("*.json") if "page" not in path.parts)
    assert after == before, "a rehearsal writes nothing"
    assert officer.send(action, {**hidden, "year": "2019"}).status_code == 303
    assert office.ended().startswith("done"), office.ended()
    assert office.city.settings().terms.fiscal_year == 2019
    assert "2018年度" not in officer.page("/sheets").split("<details")[0]


def test_a_year_change_that_left_a_sheet_out_is_finished_on_the_page(office: Office) -> None:
    settings = office.city.settings()
    plan = planned_rollover(settings, 2019)
    city = cities.City(settings.store, settings.terms, brought=40, copies=9)
    data = typed(city.give_out(OTHER), {"purpose": "あとから届いた目的"})
    city.bring_one(data, "評価シート/n.xlsx", "職員")
    source = Source("年度更新", office.context.moment, "山田花子")
    office.context.jobs.begin("年度更新", "", partial(change_year, settings, plan, source))
    told = office.ended()
    assert told.startswith("done"), told
    assert f"{OTHER}：確かめたあとに変わっています" in told
    officer = office.officer()
    page = officer.page("/rollover")
    assert "2019年度への年度更新の残り" in page
    action, hidden = forms_in(page)[0]
    assert officer.send(action, {**hidden, "plan": "0" * 64}).status_code == 409
    assert officer.send(action, hidden).status_code == 303
    assert "シートを作りました 1件" in office.ended()
    head = office.store.head(OTHER, 2019)
    assert head is not None
    assert head["purpose"] == "あとから届いた目的"
    assert "年度更新の残り" not in officer.page("/rollover")
    assert officer.send(action, hidden).status_code == 409


def test_a_damaged_sheet_is_named_before_and_after_the_year_change(office: Office) -> None:
    for file in ("revisions/2018/{}/1.json", "sheets/2018/{}.json"):
        (office.store.folder / file.format(OTHER)).write_bytes(b"{")
    officer = office.officer()
    page = officer.page("/rollover")
    assert "次のシートは作りません" in page
    assert f"<li>{OTHER}：" in page
    action, hidden = forms_in(page)[0]
    assert officer.send(action, {**hidden, "year": "2019"}).status_code == 303
    told = office.ended()
    assert f"{OTHER}：作っていません（" in told
    assert "シートを作りました 4件" in told


def test_the_end_of_the_server_breaks_a_job_off_between_two_steps(office: Office) -> None:
    at_first, may_go_on, done = threading.Event(), threading.Event(), []

    def work(run: JobRun) -> None:
        for step in run.steps([1, 2, 3]):
            at_first.set()
            may_go_on.wait(30)
            done.append(step)

    city = office.city.settings()
    with page_of(city, lambda _ids: None, page_server_of(city, is_open=False)) as app:
        app.extensions[EXTENSION].jobs.begin("長い処理", "山田花子", work)
        assert at_first.wait(30)
        threading.Timer(0.2, may_go_on.set).start()
    assert done == [1], "the server has waited for the step"
    job = office.context.jobs.newest(1)[0]
    assert (job.job_state, job.steps_done, job.ended_when != "") == ("broken", 1, True)
    assert "サーバーが止まったため" in office.officer().page("/summaries")


def test_changes_that_wait_are_accepted_or_not_on_what_was_looked_at(office: Office) -> None:
    office.settings('[review]\nfields = "all"\n')
    settings = office.city.settings()
    city = cities.City(settings.store, settings.terms, brought=40, copies=9)
    data = typed(city.give_out(OTHER), {"purpose": "新しい目的", "outline": "新しい概要"})
    city.bring_one(data, "評価シート/n.xlsx", "職員")
    officer = office.officer()
    page = officer.page("/review")
    assert "新しい" in page
    assert "職員" in page
    action, hidden = forms_in(page)[0]
    numbers = re.findall(r'name="number" value="(\d+)"', page)
    assert len(numbers) == 2
    for chosen in ([], ["x"]):
        nothing = officer.send(action, {**hidden, "number": chosen, "closing": "accept"})
        assert (nothing.status_code, "変更を選んでください" in text_of(nothing)) == (422, True)
    assert "0件" not in officer.page("/review").split("<main")[1]
    stale = officer.send(action, {**hidden, "seen": "99", "number": numbers, "closing": "accept"})
    assert stale.status_code == 409
    assert (
        officer.send(action, {**hidden, "number": numbers[:1], "closing": "accept"}).status_code
        == 303
    )
    action, hidden = forms_in(officer.page("/review"))[0]
    rejected = {**hidden, "number": numbers[1:], "closing": "reject", "comment": "前のままに"}
    assert officer.send(action, rejected).status_code == 303
    assert "確認を待っている変更はありません" in officer.page("/review")
    head = office.store.head(OTHER, 2018)
    assert head is not None
    changed = {head["purpose"], head["outline"]} & {"新しい目的", "新しい概要"}
    assert len(changed) == 1


def explain(officer: Visit, data: bytes) -> None:
    """Say on the page what the headings of the financial system mean."""
    page = text_of(upload(officer, "/headings/figures", data, "決算.csv"))
    action, hidden = forms_in(page)[0]
    edition = papers.edition()
    written = dict(entry.split("=", 1) for entry in MAP if "=" in entry)
    words = {"名称": "name", "年度": "year", "繰越": "carried-over"}
    said = {name: words.get(text) or edition.expand(text) for name, text in written.items()}
    headings = hidden["heading"]
    meaning = [said.get(heading, "") for heading in headings]
    fields = {**hidden, "meaning": meaning, "basis": "決算", "unit": "円", "rounding": "四捨五入"}
    nameless = officer.send(action, {**fields, "kind": ""})
    assert (nameless.status_code, "まだ何も控えていません" in text_of(nameless)) == (422, True)
    assert officer.send(action, {**fields, "kind": "決算"}).status_code == 303


def test_figures_of_a_kind_the_city_knows_are_shown_and_taken_in(office: Office) -> None:
    officer = office.officer()
    assert "まだ決めてありません" in officer.page("/figures")
    refused = upload(officer, "/figures/preview", b"a,b\n1,2\n", "決算.csv", kind="決算")
    assert refused.status_code == 422
    assert "見出しの対応を決める" in text_of(refused)
    assert "`" not in text_of(refused)
    data = f"{HEAD}\n{LINE}\n".encode("cp932")
    explain(officer, data)
    page = text_of(upload(officer, "/figures/preview", data, "決算.csv", kind="決算"))
    assert "うち変わる <b>1</b>" in page, page[-1500:]
    action, hidden = forms_in(page)[0]
    assert officer.send(action, hidden).status_code == 303
    assert office.ended().startswith("done"), office.ended()
    head = office.store.head(KEY, 2018)
    assert head is not None
    assert head[GENERAL] == 25_777
    assert officer.send(action, hidden).status_code == 409
    kept = (office.folder / "財務データの見出し.csv").read_text(encoding="utf-8-sig")
    assert "costs.{-1}-settled.sources.general" in kept, "holds next year, too"
    book = officer.get("/work/files/reconciliation.xlsx?make=1&kind=決算")
    assert openpyxl.load_workbook(io.BytesIO(book.get_data())).sheetnames
    assert "登録しました 1件" in officer.act("undo-figures", {"kind": "決算"})


def test_headings_of_the_citys_own_list_are_explained_once(office: Office) -> None:
    officer = office.officer()
    rows = [[OTHER, "別の名前"]]
    data = list_workbook("一覧", ["わが市の番号", "わが市の呼び名"], rows)
    unknown = upload(officer, "/register/preview", data, "一覧.xlsx")
    assert "見出し" in text_of(unknown)
    page = text_of(upload(officer, "/headings/register", data, "一覧.xlsx"))
    action, hidden = forms_in(page)[0]
    title = papers.edition().definition.identity.title
    assert officer.send(action, {**hidden, "meaning": ["key", "nichts"]}).status_code == 422
    assert officer.send(action, {**hidden, "meaning": ["key", title]}).status_code == 303
    shown = text_of(upload(officer, "/register/preview", data, "一覧.xlsx"))
    assert "変更 <b>1</b>" in shown, shown[-1500:]
    assert upload(officer, "/headings/register", b"\x00\xff", "x.bin").status_code == 422
    assert officer.get("/headings/dance").status_code == 404


def test_settings_are_changed_once_they_can_be_followed_and_what_they_were_is_kept(
    office: Office,
) -> None:
    officer = office.officer()
    file = office.folder / "xlsync.toml"
    before = file.read_text(encoding="utf-8")
    later = f"{before}\n[deadline]\ndate = 2018-08-31\n"
    action, hidden = forms_in(officer.page("/settings"))[0]
    for text, said in (
        (f"{before}\n[deadline]\ndate = 明日\n", "登録していません"),
        (f"{before}\n[deadline]\nday = 2018-08-31\n", "知らない項目名"),
        (f'{before}\n[libreoffice]\nprogram = "/bin/sh"\n', "この画面では変えられません"),
        (before.replace("2018", "2019"), "この画面では変えられません"),
    ):
        refused = officer.send(action, {**hidden, "text": text})
        assert refused.status_code == 422
        assert said in text_of(refused)
    assert file.read_text(encoding="utf-8") == before
    assert officer.send(action, {**hidden, "text": later.replace("\n", "\r\n")}).status_code == 303
    assert file.read_text(encoding="utf-8") == later
    assert "8月31日（金）" in officer.page("/settings")
    stale = officer.send(action, {**hidden, "text": before})
    assert (stale.status_code, "その間に変わりました" in text_of(stale)) == (422, True)
    assert officer.get("/settings/1").get_data().decode() == before
    assert officer.get("/settings/9").status_code == 404
    assert "設定の変更" in office.log()


def test_what_is_published_is_shown_first_and_written_as_a_whole(office: Office) -> None:
    officer = office.officer()
    assert "公表できるシートがありません" in officer.page("/publish")
    for kind in ("accept", "confirm"):
        assert officer.submit(f"/acts/{kind}?sheet={OTHER}", 0, {}).status_code == 303
    page = officer.page("/publish")
    assert "公表するシート <b>1</b>件" in page
    action, hidden = forms_in(page)[0]
    assert officer.send(action, {**hidden, "plan": "0" * 64}).status_code == 409
    assert not (office.folder / "公表").exists()
    assert officer.send(action, hidden).status_code == 303
    assert office.ended().startswith("done"), office.ended()
    assert [*(office.folder / "公表").rglob("*.csv")] != []
    assert "まとめた本（PDF）" in officer.page("/publish")


def test_a_kept_moment_is_published_as_it_was_and_a_preview_lies_elsewhere(office: Office) -> None:
    officer = office.officer()
    for kind in ("accept", "confirm"):
        assert officer.submit(f"/acts/{kind}?sheet={OTHER}", 0, {}).status_code == 303
    assert officer.act("snapshot", {"name": "議会前"}).startswith("done")
    head = office.store.head(OTHER, 2018)
    assert head is not None
    before = str(head["outline"]).splitlines()[0]
    city = cities.City(office.store, office.city.settings().terms, brought=60, copies=60)
    changed = typed(city.give_out(OTHER), {"outline": "あとから変わった概要"})
    city.bring_one(changed, f"評価シート/{OTHER}.xlsx", "職員")
    page = officer.page("/publish?moment=議会前")
    assert "時点「議会前」　公表するシート <b>1</b>件" in page
    assert '<option value="plan">' in page or "LibreOffice がこのパソコンにない" in page
    action, hidden = forms_in(page)[0]
    assert officer.send(action, {**hidden, "moment": [""]}).status_code == 409, "another content"
    assert officer.send(action, hidden).status_code == 303
    assert office.ended().startswith("done"), office.ended()
    said = published(office, "公表")
    assert (before in said, "あとから変わった概要" in said) == (True, False)
    action, hidden = forms_in(officer.page("/publish?preview=1"))[0]
    assert officer.send(action, {**hidden, "names": "confirmed"}).status_code == 303
    assert office.ended().startswith("done"), office.ended()
    assert "あとから変わった概要" in published(office, "公表の下見")
    assert "下見のフォルダを作りました（公表しないでください）" in officer.page("/jobs")
    assert published(office, "公表") == said
    gone = officer.get("/publish?moment=ない時点")
    assert (gone.status_code, "ない時点" in text_of(gone)) == (422, True)


def published(office: Office, folder: str) -> str:
    """The tables of a folder of publication."""
    tables = sorted((office.folder / folder).rglob("*.csv"))
    return "\n".join(table.read_text(encoding="utf-8-sig") for table in tables)
