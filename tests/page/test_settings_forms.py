"""設定 by forms: what is filled in stands in xlsync.toml, the rest of it stays, and who changed what is kept."""

from __future__ import annotations

import datetime as dt
import io
import tomllib
from typing import Any

import pytest

from tests import papers
from tests.page.visits import Office, forms_in, text_of
from xlsync.city.contacts import read_contacts

WRITTEN = """
[deadline]  # 期限
# 説明
closed = false

[watch]
events = "auto"  # 見張り
"""
PHASE = {
    "name": "計画",
    "from": "2018-04-02",
    "until": "2018-05-31",
    "part.costs": "1",
    "extension": "総務部　総務課 2018-06-15",
    "reminders": "2018-05-24\n2018-05-30",
    "required": "事業の目的",
}


@pytest.fixture
def changed(office: Office) -> Office:
    office.settings(WRITTEN)
    return office


def entries(office: Office) -> dict[str, Any]:
    return tomllib.loads((office.folder / "xlsync.toml").read_text(encoding="utf-8"))


def test_a_phase_is_added_changed_and_taken_away_and_comments_stay(changed: Office) -> None:
    officer = changed.officer()
    before = entries(changed)
    assert officer.act("phase", PHASE).startswith("done")
    (phase,) = entries(changed)["phase"]
    assert phase == {
        "name": "計画", "from": dt.date(2018, 4, 2), "until": dt.date(2018, 5, 31),
        "closed": ["costs"], "extension": {"総務部 総務課": dt.date(2018, 6, 15)},
        "reminders": [dt.date(2018, 5, 24), dt.date(2018, 5, 30)], "required": ["purpose"],
    }  # fmt: skip
    assert changed.city.settings().deadline.phase_name == "計画"
    page = officer.page("/work/phase?former=計画")
    for words in ('value="2018-05-31"', "総務部 総務課 2018-06-15", "事業の目的</textarea>"):
        assert words in page, words
    assert 'name="part.costs" value="1" checked' in page
    officer.act("phase", {**PHASE, "former": "計画", "name": "計画書", "part.costs": ""})
    (phase,) = entries(changed)["phase"]
    assert (phase["name"], "closed" in phase) == ("計画書", False)
    assert changed.city.settings().deadline.phase_name == "計画書"
    officer.act("phase", {"former": "計画書", "gone": "1"})
    left = entries(changed)
    assert left.pop("submission", {}) == {}
    assert left == before
    text = (changed.folder / "xlsync.toml").read_text(encoding="utf-8")
    assert "# 説明\n" in text
    assert 'events = "auto"  # 見張り' in text


@pytest.mark.parametrize(
    ("name", "fields", "words"),
    [
        ("phase", {**PHASE, "name": " "}, "段階の名前を入力してください"),
        ("phase", {**PHASE, "until": "2018-03-01"}, "until が from より前"),
        ("phase", {**PHASE, "extension": "2018-06-15"}, "のように書いてください"),
        ("phase", {**PHASE, "reminders": "明日"}, "のように書いてください"),
        ("phase", {**PHASE, "required": "ない欄"}, "「ない欄」という入力欄はありません"),
        ("phase", {"former": "ない段階"}, "設定にもうありません"),
        ("phase", {**PHASE, "name": '"\n[serve]\nhost = "0.0.0.0"' * 3}, "name"),
        ("rates", {"2017-settled.per-person": "七千"}, "数字で書いてください"),
        ("rates", {"2017-settled.per-person": "7107.2"}, "数字で書いてください"),
        ("rates", {"2017-settled.per-person": "-1", "2017-settled.per-hour": "1"}, "per-person"),
        ("tier", {"name": "", "grades": "A"}, "評価の段階の名前を入力してください"),
        ("review-rules", {"fields": "parts", "handed-in": "act"}, "部分を1つ以上"),
        ("publisher", {"city-code": "1"}, "city-code"),
        ("contacts", {"to.政策イノベーション部": "アドレスではない"}, "メールアドレスではありません"),
    ],
)  # fmt: skip
def test_what_cannot_be_so_is_said_and_the_form_comes_back_filled_in(
    changed: Office, name: str, fields: dict[str, str], words: str
) -> None:
    before = (changed.folder / "xlsync.toml").read_bytes()
    refused = changed.officer().plan(name, fields)
    shown = text_of(refused)
    assert (refused.status_code, words in shown) == (422, True), shown.split("<main")[1][:800]
    for text in filter(None, fields.values()):
        assert text.strip().split("\n")[0][:4].replace('"', "&#34;") in shown
    assert (changed.folder / "xlsync.toml").read_bytes() == before


def test_rates_owners_tiers_and_rules_are_chosen_and_shown_again(changed: Office) -> None:
    officer = changed.officer()
    rates = {"2017-settled.per-person": "7,107.2", "2017-settled.per-hour": "2.526"}
    assert officer.act("rates", rates).startswith("done")
    assert entries(changed)["rates"] == {"2017-settled": {"per-person": 7107.2, "per-hour": 2.526}}
    assert 'value="7,107.2"' in officer.page("/work/rates")
    officer.act("rates", dict.fromkeys(rates, ""))
    assert "rates" not in entries(changed)
    officer.act("owners", {"how": "parts", "part.costs": "1"})
    assert entries(changed)["owners"] == {"office": ["costs"]}
    officer.act("owners", {"how": "form"})
    assert changed.city.settings().terms.office_parts is None
    tier = {"name": "二次評価", "grades": "A\nB", "grade": "years.2017.overall"}
    assert officer.act("tier", tier).startswith("done")
    (written,) = entries(changed)["tier"]
    assert written == {"name": "二次評価", "grades": ["A", "B"], "grade": "years.{-1}.overall"}
    shown = officer.page("/work/tier?former=二次評価")
    assert '<option value="years.2017.overall" selected>' in shown
    officer.act("review-rules", {"fields": "all", "handed-in": "act", "after": "2018-06-30"})
    rules = changed.city.settings().terms.procedure_rules
    assert (rules.handing_in, rules.review_rules.reviewed_fields) == ("act", "all")
    officer.act("publisher", {"city-code": "082201", "licence": "CC BY 4.0"})
    assert entries(changed)["publication"] == {"city-code": "082201", "licence": "CC BY 4.0"}


def test_contacts_are_a_line_a_unit_and_other_columns_stay(changed: Office) -> None:
    file = changed.folder / "連絡先.csv"
    file.write_text(
        "部,課,メール,担当者,内線\n政策イノベーション部,,bu@city.example,部長,1\n別の部,別の課,x@city.example,,9\n",
        encoding="utf-8-sig",
    )
    officer = changed.officer()
    assert 'value="bu@city.example"' in officer.page("/work/contacts")
    fields = {
        "to.政策イノベーション部": "bu2@city.example",
        "person.政策イノベーション部": "次長",
        "to.政策イノベーション部　情報政策課": "joho@city.example kacho@city.example",
        "to.別の部　別の課": "",
    }
    assert officer.act("contacts", fields).startswith("done")
    rows = file.read_text(encoding="utf-8-sig").splitlines()
    assert rows == [
        "部,課,メール,担当者,内線",
        "政策イノベーション部,,bu2@city.example,次長,1",
        "政策イノベーション部,情報政策課,joho@city.example kacho@city.example,,",
    ]
    contacts = read_contacts(changed.city.settings())
    assert len(contacts.of(("政策イノベーション部", "情報政策課")).addresses) == 2
    assert list((changed.store.folder / "page/lists/連絡先.csv").glob("*.csv"))


def test_a_contact_that_the_form_does_not_ask_for_stays(changed: Office) -> None:
    officer = changed.officer()
    action, hidden = forms_in(officer.page("/work/contacts"))[0]
    rows = "部,課,メール,担当者\n新しい部,新しい課,new@city.example,\n"
    (changed.folder / "連絡先.csv").write_text(rows, encoding="utf-8-sig")
    shown = officer.send(action, {**hidden, "to.政策イノベーション部": "bu@city.example"})
    assert "- 新しい部" not in text_of(shown)
    run, fields = forms_in(text_of(shown))[-1]
    assert officer.send(run, fields).status_code == 303
    assert changed.ended().startswith("done")
    said = (changed.folder / "連絡先.csv").read_text(encoding="utf-8-sig")
    assert ("new@city.example" in said, "bu@city.example" in said) == (True, True)


def test_the_units_of_the_city_come_from_a_list_that_the_settings_then_name(
    changed: Office,
) -> None:
    officer = changed.officer()
    head = changed.store.head(papers.CLEAN, 2018)
    assert head is not None
    listed = f"{','.join(head.units)}\n".encode()
    fields = {"list": "組織.csv", "file": (io.BytesIO(listed), "組織.csv")}
    assert officer.act("replace-list", fields).startswith("done")
    assert entries(changed)["organization"] == {"file": "組織.csv"}
    assert changed.city.settings().organization is not None
    wrong = {"list": "組織.csv", "file": (io.BytesIO(b"\xff\xfe\x00"), "組織.csv")}
    assert officer.plan("replace-list", wrong).status_code == 422


def test_a_list_that_lies_there_already_is_named_by_the_settings(changed: Office) -> None:
    officer = changed.officer()
    listed = "計画,大,中,小,名称,いつから,いつまで\n総合戦略,4,,,観光,H27,\n".encode()
    (changed.folder / "施策.csv").write_bytes(listed)

    def fields() -> dict[str, Any]:
        return {"list": "施策.csv", "file": (io.BytesIO(listed), "施策.csv")}

    assert "[plans] file = 施策.csv" in text_of(officer.plan("replace-list", fields()))
    done = officer.act("replace-list", fields())
    assert (done.startswith("done"), "前の一覧" in done) == (True, False), "nothing was replaced"
    assert entries(changed)["plans"] == {"file": "施策.csv"}
    assert "いまと同じです" in text_of(officer.plan("replace-list", fields()))


def test_who_changed_the_settings_when_and_how_is_kept(changed: Office) -> None:
    officer = changed.officer()
    officer.act("deadline", {"day": "2018-06-29"})
    officer.act("publisher", {"licence": "CC BY 4.0"})
    page = officer.page("/settings")
    assert page.index("+ licence") < page.index("+ date = 2018-06-29")
    assert page.count("7月10日 09:00</time> 山田花子") == 2
    assert b"closed = false" in officer.get("/settings/1").get_data()


SETTINGS_SCREENS = (
    "deadline",
    "phase",
    "review-rules",
    "owners",
    "rates",
    "tier",
    "publisher",
    "replace-list",
)


@pytest.mark.parametrize(
    ("broken", "sentence"),
    [
        (b"\n[deadline\n", "設定として読めません"),
        ("\n# 期限".encode("cp932"), "設定として読めません"),
        (b"\n[owners]\noffice = 3\n\n[rates]\nx = 1\n", "owners"),
    ],
    ids=["no TOML", "Shift_JIS", "other kinds of values"],
)
def test_settings_that_somebody_broke_by_hand_are_told_in_a_sentence(
    changed: Office, broken: bytes, sentence: str
) -> None:
    officer = changed.officer()
    with (changed.folder / "xlsync.toml").open("ab") as file:
        file.write(broken)
    for address in ("/settings", *(f"/work/{name}" for name in SETTINGS_SCREENS)):
        answer = officer.get(address)
        said = text_of(answer)
        is_told = sentence in said or (sentence == "owners" and address.endswith("list"))
        assert (answer.status_code in {200, 422}, is_told) == (True, True), address


@pytest.mark.parametrize("name", ["phase", "tier"])
def test_what_is_not_there_yet_cannot_be_taken_away(changed: Office, name: str) -> None:
    officer = changed.officer()
    assert 'name="gone"' not in officer.page(f"/work/{name}")
    refused = officer.plan(name, {"former": "", "gone": "1"})
    assert (refused.status_code, "設定にもうありません" in text_of(refused)) == (422, True)


def test_settings_that_changed_meanwhile_are_not_overwritten(changed: Office) -> None:
    officer = changed.officer()
    action, hidden = forms_in(text_of(officer.plan("publisher", {"licence": "CC BY 4.0"})))[-1]
    changed.settings('\n[log]\nformat = "json"\n')
    assert officer.send(action, hidden).status_code == 409
    assert "publication" not in entries(changed)
