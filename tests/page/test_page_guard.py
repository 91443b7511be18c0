"""Who is let in, what another page cannot do, and every route for every role."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path
from urllib.parse import quote

import pytest

from tests import papers
from tests.page.visits import DAY, HOST, Office, Visit, forms_in, text_of
from xlsync.addin.ways.keys import FILE, add_key
from xlsync.page.guard import HEADERS, allowed_roles
from xlsync.page.sessions import Sessions
from xlsync.page.visitors import ROLES, Visitor, roles_of

SHEET = f"/sheets/{papers.CLEAN}"
DEPARTMENT = "政策イノベーション部"


def test_nobody_sees_anything_before_signing_in(office: Office) -> None:
    stranger = office.visitor()
    response = stranger.get(f"{SHEET}?q=1")
    assert response.status_code == 303
    assert response.headers["Location"] == f"/login?next=/sheets/{papers.CLEAN}?q%3D1"
    assert "情報化推進事業" not in stranger.page("/login")
    assert stranger.get("/static/page.css").status_code == 200


def test_every_answer_has_the_strict_headers(office: Office) -> None:
    officer = office.officer()
    for address in ("/", SHEET, "/nichts", "/static/page.css", "/sheets.csv"):
        headers = officer.get(address).headers
        assert {name: headers[name] for name in HEADERS} == HEADERS, address
    cookie = office.visitor().client
    assert cookie is not None


def test_a_token_lets_in_once_and_for_five_minutes(office: Office) -> None:
    from xlsync.page.entry_tokens import make_entry_token

    folder = office.sessions.folder
    used, late = (make_entry_token(folder, "山田", office.moment) for _ in range(2))
    assert office.visitor().get(f"/enter?token={used}").status_code == 303
    assert office.visitor().get(f"/enter?token={used}").status_code == 403
    office.moment += dt.timedelta(minutes=6)
    refused = office.visitor().get(f"/enter?token={late}")
    assert refused.status_code == 403
    assert "xlsync page" in text_of(refused)
    for guessed in ("", "../../store.json", "a" * 43):
        assert office.visitor().get("/enter", token=guessed).status_code == 403


def test_a_key_that_lets_in_otherwise_for_another_form_opens_both(tmp_path: Path) -> None:
    sessions = Sessions(tmp_path, lambda: dt.datetime(2026, 11, 30, 9, tzinfo=dt.UTC))
    office = Visitor("山田", roles_of(["office"]), "", "key", "digest")
    reader = Visitor("山田", roles_of(["department"]), "総務部", "key", "digest")
    session_id = sessions.begin(reader, sessions.begin(office))
    session = sessions.find(session_id)
    assert session is not None
    assert session.visitors == (reader, office)
    session_id = sessions.begin(reader, session_id)
    again = sessions.find(session_id)
    assert again is not None
    assert again.visitors == (reader, office), "the same one is not kept twice"
    somebody_else = Visitor("佐藤", roles_of(["office"]), "", "key", "digest")
    other = sessions.find(sessions.begin(somebody_else, session_id))
    assert other is not None
    assert other.visitors == (somebody_else,)


def test_a_restart_signs_nobody_out_and_voids_no_form(office: Office) -> None:
    officer = office.officer()
    action, hidden = forms_in(officer.page(f"/acts/return?sheet={papers.CLEAN}"))[0]
    with Office(office.folder, office.moment).at_work() as again:
        later = Visit(again, officer.client)
        later.client.application = again.app
        done = later.send(action, {**hidden, "comment": "直してください"})
        assert done.status_code == 303, text_of(done)


@pytest.mark.parametrize("hours", [9.1, 12.1])
def test_a_session_ends_and_the_form_comes_back_filled(office: Office, hours: float) -> None:
    officer = office.with_key("全庁")
    action, hidden = forms_in(officer.page(f"/acts/return?sheet={papers.CLEAN}"))[0]
    if hours > 12:
        for _ in range(int(hours)):
            office.moment += dt.timedelta(hours=1)
            officer.get("/")
    office.moment += dt.timedelta(hours=hours if hours < 12 else 0.2)
    typed = {**hidden, "comment": "長い理由\nを書いた"}
    refused = officer.send(action, typed)
    assert (refused.status_code, "入力していた内容は残っています" in text_of(refused)) == (
        403,
        True,
    )
    assert office.store.last(papers.CLEAN, 2018) == 4
    _, kept = forms_in(text_of(refused))[0]
    from xlsync.addin.ways.keys import add_key

    key = add_key(office.folder, "全庁", dt.date(2018, 7, 10))
    resumed = officer.send("/login", {**kept, "person": "山田", "key": key})
    assert resumed.status_code == 200
    again, fields = forms_in(text_of(resumed))[0]
    assert (again, fields["comment"]) == (action, ["長い理由\nを書いた"])
    assert officer.send(again, fields).status_code == 303
    assert "長い理由" in officer.page(SHEET)


def test_a_key_removed_from_the_file_opens_nothing_any_more(office: Office) -> None:
    officer = office.with_key("全庁")
    assert officer.get("/").status_code == 200
    (office.folder / FILE).unlink()
    assert officer.get("/").headers["Location"].startswith("/login")


def test_wrong_keys_are_refused_without_saying_what_was_wrong_and_slowed_down(
    office: Office,
) -> None:
    stranger = office.visitor()
    for _ in range(5):
        refused = stranger.send("/login", {"person": "某", "key": "xlsync-falsch"})
        assert (refused.status_code, "氏名と鍵を確かめて" in text_of(refused)) == (403, True)
    assert stranger.send("/login", {"person": "某", "key": "xlsync-falsch"}).status_code == 429
    office.moment += dt.timedelta(seconds=61)
    assert stranger.send("/login", {"person": "某", "key": "xlsync-falsch"}).status_code == 403
    office.moment += dt.timedelta(seconds=61)


@pytest.mark.parametrize("origin", ["", "null", "http://evil.example", "http://127.0.0.1:9"])
def test_a_form_of_another_page_is_refused_and_noted(office: Office, origin: str) -> None:
    officer = office.officer()
    action, hidden = forms_in(officer.page(SHEET))[0]
    fields = {**hidden, "choice.purpose": "ours"}
    refused = officer.send(action, fields, origin)
    assert refused.status_code == 403
    assert office.store.last(papers.CLEAN, 2018) == 4
    assert "この操作はできません" in office.log()


def test_a_form_without_the_sessions_token_is_refused_and_can_be_sent_again(
    office: Office,
) -> None:
    officer = office.officer()
    action, hidden = forms_in(officer.page(SHEET))[0]
    hidden.pop("form_token")
    refused = officer.send(action, {**hidden, "choice.purpose": "ours"})
    assert refused.status_code == 403
    assert office.store.last(papers.CLEAN, 2018) == 4
    again, fields = forms_in(text_of(refused))[0]
    assert officer.send(again, fields).status_code == 303
    assert office.store.last(papers.CLEAN, 2018) == 5


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1:8765", 303),
        ("localhost:8765", 303),
        ("[::1]:8765", 303),
        ("192.168.1.5:8765", 303),
        ("kikaku:8765", 303),
        ("evil.example", 421),
    ],
)
def test_a_name_that_leads_here_by_a_trick_is_refused_with_the_line_to_add(
    office: Office, host: str, status: int
) -> None:
    refused = office.visitor().get("/", Host=host)
    assert refused.status_code == status
    if host == "evil.example":
        assert "hosts = [&#34;evil.example&#34;]" in text_of(refused)
        office.settings('[page]\nhosts = ["evil.example"]\n')
        assert office.visitor().get("/", Host=host).status_code == 303


def test_a_proxy_on_this_computer_names_people_and_the_settings_their_roles(
    office: Office,
) -> None:
    office.settings(
        '[serve]\nuser-header = "X-Remote-User"\n[page.people]\noffice = ["KIKAKU\\\\yamada"]\n'
        f'[page.people.departments]\n"{DEPARTMENT}" = ["SEISAKU\\\\sato"]\n'
    )
    yamada = Visit(office, office.visitor().client)
    assert "企画" in text_of(yamada.get("/", **{"X-Remote-User": "kikaku\\yamada"}))
    assert yamada.get("/").status_code == 303, "nobody without the header"
    sato = office.visitor()
    header = {"X-Remote-User": "SEISAKU\\sato"}
    assert sato.get("/", **header).status_code == 200
    assert sato.get("/record", **header).status_code == 403
    unknown = office.visitor().get("/", **{"X-Remote-User": "SOMU\\suzuki"})
    assert unknown.status_code == 403
    assert "SOMU\\suzuki さんは、この画面の利用者に登録されていません" in text_of(unknown)
    assert "[page.people] に「SOMU\\suzuki」" in text_of(unknown)
    outside = office.visitor().client.get(
        "/", base_url=f"http://{HOST}", headers=header, environ_base={"REMOTE_ADDR": "10.0.0.9"}
    )
    assert outside.status_code == 303, "whoever comes past the proxy is not believed"


def visitors(office: Office) -> dict[str, Visit]:
    """Somebody in each role, and somebody of another department."""
    return {
        "office": office.with_key("全庁"),
        "department": office.with_key(DEPARTMENT),
        "it": office.with_key("情報システム課", "it"),
        "other": office.with_key("福祉部"),
    }


def test_every_route_is_open_to_its_roles_and_to_no_other(office: Office) -> None:
    people = visitors(office)
    arguments = {"sheet_name": papers.CLEAN, "kind_name": "return", "number": 1, "name": "x"}
    arguments |= {"purpose_name": "register", "form_name": "備品", "_rest": "sheets"}
    adapter = office.app.url_map.bind(HOST)
    seen = set()
    for rule in office.app.url_map.iter_rules():
        if rule.endpoint == "static":
            continue
        roles = allowed_roles(office.app.view_functions[rule.endpoint])
        assert roles is not None, f"{rule.endpoint} says nothing of roles"
        values = {name: arguments[name] for name in rule.arguments}
        address = adapter.build(rule.endpoint, values)
        for role in ROLES if roles and rule.endpoint != "sign_in.leave" else ():
            for method in sorted((rule.methods or set()) & {"GET", "POST"}):
                response = (
                    people[role].get(f"{address}?sheet={papers.CLEAN}")
                    if method == "GET"
                    else people[role].send(address, {})
                )
                is_refused = response.status_code == 403 and "<h1>この操作は" in text_of(response)
                assert is_refused == (role not in roles), (rule.endpoint, role, method)
                assert response.status_code < 500, (rule.endpoint, role, method)
                seen.add((rule.endpoint, role))
    assert len(seen) >= 3 * 15


def test_a_sheet_of_another_department_is_not_there(office: Office) -> None:
    other = visitors(office)["other"]
    for address in (SHEET, f"{SHEET}/compare", f"{SHEET}/workbook/1"):
        assert other.get(address).status_code == 404, address
    assert "情報化推進事業" not in other.page("/sheets")
    assert "情報化推進事業" not in text_of(other.get("/sheets.csv"))
    assert "情報化推進事業" not in other.page("/conflicts")


def test_a_department_sees_conflicts_of_its_own_and_no_button(office: Office) -> None:
    department = visitors(office)["department"]
    page = department.page(SHEET)
    assert "乙" in page
    assert "選んだ内容を登録する" not in page
    refused = department.send(f"{SHEET}/conflicts", {"choice.purpose": "ours", "seen": 4})
    assert refused.status_code == 403
    assert office.store.last(papers.CLEAN, 2018) == 4


@pytest.mark.parametrize("origin", ["http://hyoka.city.example", "https://hyoka.city.example"])
def test_by_https_the_cookie_is_one_that_nobody_else_can_set(office: Office, origin: str) -> None:
    office.settings(f'\n[page]\norigin = "{origin}"\n')
    officer = office.visitor()
    key = add_key(office.folder, "全庁", DAY)
    signed = officer.send("/login", {"person": "山田花子", "key": key}, origin)
    name, *attributes = signed.headers["Set-Cookie"].split("; ")
    is_https = origin.startswith("https:")
    assert name.startswith("__Host-xlsync=" if is_https else "xlsync=")
    assert {"Path=/", "HttpOnly", "SameSite=Lax"} <= {*attributes}
    assert ("Secure" in attributes, any(each.startswith("Domain") for each in attributes)) == (
        is_https,
        False,
    )
    cookie_name, _, value = name.partition("=")
    assert opened_by(office, cookie_name, value) == 200
    plain = opened_by(office, "xlsync", value)
    assert plain == (303 if is_https else 200), "a cookie that a page by http has set"


def opened_by(office: Office, cookie_name: str, value: str) -> int:
    """What a browser with a cookie is answered."""
    browser = office.visitor()
    browser.client.set_cookie(cookie_name, value, domain="127.0.0.1")
    return browser.get("/sheets").status_code


def test_after_signing_out_the_cookie_opens_nothing(office: Office) -> None:
    officer = office.officer()
    page = officer.page("/")
    token = page.split('name="form_token" value="')[1].split('"')[0]
    kept = officer.client.get_cookie("xlsync", domain="127.0.0.1")
    assert kept is not None
    assert officer.send("/logout", {"form_token": token}).status_code == 303
    stolen = office.visitor()
    stolen.client.set_cookie("xlsync", kept.value, domain="127.0.0.1")
    assert stolen.get("/").status_code == 303


def test_leading_on_after_signing_in_never_leads_away(office: Office) -> None:
    from xlsync.addin.ways.keys import add_key

    key = add_key(office.folder, "全庁", dt.date(2018, 7, 10))
    plain = ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:1"]
    odd = [f"/{char}/evil.example" for char in "\t\r\n\0 \x0b\x1f\x7f"]
    for target in (*plain, *odd, "/a\r\nSet-Cookie: a=b", "/\t\\evil.example"):
        visit = office.visitor()
        fields = {"person": "山田", "key": key, "next": target}
        assert visit.send("/login", fields).headers["Location"] == "/", repr(target)
        again = visit.get(f"/login?next={quote(target)}")
        assert (again.status_code, again.headers["Location"]) == (303, "/"), repr(target)
    assert visit.get("/login?next=/sheets%3Fq%3D1").headers["Location"] == "/sheets?q=1"


def test_a_store_that_is_still_being_read_is_no_empty_list(founded: Path, tmp_path: Path) -> None:
    shutil.copytree(founded, tmp_path / "市")
    with Office(tmp_path / "市").at_work() as office:
        office.context.sheet_snapshots._published.clear()  # noqa: SLF001 - as it is before the first look
        refused = office.officer().get("/sheets")
        assert (refused.status_code, "読んでいます" in text_of(refused)) == (503, True)
        office.context.sheet_snapshots._published.set()  # noqa: SLF001
        assert office.officer().get("/sheets").status_code == 200
