"""Acts of one shape on the page: asked for, shown, carried out once; and lists that are made when somebody asks."""

from __future__ import annotations

import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests import cities, papers
from tests.cities import typed
from tests.official_forms import evaluation
from tests.page.visits import Office, forms_in, text_of
from tests.papers import form_folder, in_field
from xlsync.city.settings import read_settings
from xlsync.page.acts import ACTS, FILES
from xlsync.store.lineage_acts import lineage_act
from xlsync.workbook.list_workbook import list_workbook

OTHER = "01-02-01-10-12-01"
THIRD = next(key for key in papers.KEYS if key not in {OTHER, papers.CLEAN})
TIERS = '[[tier]]\nname = "二次評価"\ngrades = ["A", "B", "C"]\n'


def brought(office: Office, key: str, **values: str) -> bytes:
    """A workbook of a sheet as somebody has filled it in."""
    settings = office.city.settings()
    return typed(
        cities.City(settings.store, settings.terms, brought=60, copies=20).give_out(key), values
    )


def counted(office: Office) -> set[str]:
    return set(office.store.counted_keys(2018))


def test_every_act_and_every_list_is_offered_and_can_be_opened(office: Office) -> None:
    officer = office.officer()
    page = officer.page("/work")
    for name in (*ACTS, *FILES):
        assert f'/{name}"' in page, name
    for name in ACTS:
        assert ACTS[name].title in text_of(officer.get(f"/work/{name}"))
    assert officer.get("/work/dance").status_code == 404
    assert officer.get("/work/files/dance.xlsx").status_code == 404


def test_a_sheet_is_excluded_with_a_reason_and_comes_back(office: Office) -> None:
    officer = office.officer()
    assert f"{OTHER}</textarea>" in officer.page(f"/work/exclude?sheet={OTHER}"), (
        "as chosen in a list"
    )
    without = officer.plan("exclude", {"keys": OTHER, "reason": " "})
    assert (without.status_code, "理由を入力してください" in text_of(without)) == (422, True)
    assert f"{OTHER}</textarea>" in text_of(without), "what was typed stays"
    done = officer.act("exclude", {"keys": f"{OTHER}\n{THIRD}", "reason": "小さな事業"})
    assert done.startswith("done")
    assert counted(office).isdisjoint({OTHER, THIRD})
    assert {OTHER, THIRD} <= set(office.changed)
    pointless = officer.plan("exclude", {"keys": OTHER, "reason": "もう一度"})
    assert "いま「対象外」です" in text_of(pointless)
    same = text_of(officer.plan("exclude", {"keys": OTHER, "reason": "小さな事業"}))
    for words in ("すでに記録してあります。何も変わりません", "対象外のまま（すでに記録"):
        assert words in same
    officer.act("restore", {"keys": OTHER, "reason": "やはり対象"})
    assert OTHER in counted(office)
    for keys in ("", "01-99", "<b>"):
        assert officer.plan("retire", {"keys": keys, "reason": "x"}).status_code == 422
    assert "対象外にする" in office.log()


def test_a_double_click_and_a_plan_of_yesterday_do_nothing_twice(office: Office) -> None:
    officer = office.officer()
    shown = text_of(officer.plan("exclude", {"keys": OTHER, "reason": "小さな事業"}))
    action, hidden = forms_in(shown)[0]
    assert officer.send(action, {**hidden, "plan": "0" * 64}).status_code == 409
    assert OTHER in counted(office)
    assert officer.send(action, hidden).status_code == 303
    assert office.ended().startswith("done")
    assert officer.send(action, hidden).status_code == 303
    office.ended()
    assert len(list((office.store.folder / f"register/2018/{OTHER}").glob("*.json"))) == 1


def test_a_key_is_changed_and_an_earlier_revision_comes_back(office: Office) -> None:
    officer = office.officer()
    new = "01-02-01-10-12-99"
    taken = officer.plan("change-key", {"keys": OTHER, "new_key": papers.CLEAN})
    assert "別の事業の番号です" in text_of(taken)
    assert officer.act("change-key", {"keys": OTHER, "new_key": new}).startswith("done")
    assert office.store.id_of(new, 2018) == OTHER
    shown = text_of(officer.plan("revert", {"keys": papers.CLEAN, "number": "1"}))
    assert "もとの値に戻る欄" in shown
    before = office.store.revision(papers.CLEAN, 2018, 1).sheet["purpose"]
    assert officer.act("revert", {"keys": papers.CLEAN, "number": "1"}).startswith("done")
    head = office.store.head(papers.CLEAN, 2018)
    assert head is not None
    assert (head["purpose"], head.revision) == (before, 5)
    for number in ("0", "9", "x", ""):
        assert officer.plan("revert", {"keys": papers.CLEAN, "number": number}).status_code == 422


def test_a_revert_that_something_overtook_is_refused(office: Office) -> None:
    officer = office.officer()
    shown = text_of(officer.plan("revert", {"keys": papers.CLEAN, "number": "1"}))
    settings = office.city.settings()
    city = cities.City(settings.store, settings.terms, brought=80, copies=30)
    city.bring_one(brought(office, papers.CLEAN, outline="その間の保存"), "評価シート/z.xlsx")
    action, hidden = forms_in(shown)[0]
    assert officer.send(action, hidden).status_code == 409
    assert office.store.last(papers.CLEAN, 2018) == 5


def test_a_year_is_kept_changed_described_closed_and_the_change_taken_back(office: Office) -> None:
    officer = office.officer()
    assert officer.act("snapshot", {"name": "評価の終わり"}).startswith("done")
    again = text_of(officer.plan("snapshot", {"name": "評価の終わり"}))
    assert "もうあります" in again
    assert not forms_in(again)
    assert "まだ" in text_of(officer.get("/work/close")), "nothing to close yet"
    roll_over(office)
    assert officer.act("undo-rollover", {}).startswith("done")
    assert office.city.settings().terms.fiscal_year == 2018
    roll_over(office)
    fields = {"keys": OTHER, "relation": "統合", "former": f"{OTHER}\n{THIRD}=40", "reason": "再編"}
    assert officer.act("lineage", fields).startswith("done")
    act = lineage_act(office.store.files, OTHER, 2019)
    assert act is not None
    assert [str(each.amount_share) for each in act.predecessors] == ["1", "0.4"]
    too_much = {**fields, "keys": THIRD}
    assert "100%を超えます" in text_of(officer.plan("lineage", too_much))
    assert officer.act("close", {"year": "2018", "protect": "1"}).startswith("done")
    assert "もう締めている" in officer.act("undo-rollover", {})
    assert officer.act("reopen-year", {"year": "2018"}).startswith("done")
    assert officer.act("undo-rollover", {}).startswith("done")


def roll_over(office: Office) -> None:
    """Begin the next year by its screen."""
    officer = office.officer()
    action, hidden = forms_in(officer.page("/rollover"))[-1]
    assert officer.send(action, {**hidden, "year": "2019"}).status_code == 303
    assert office.ended().startswith("done"), office.ended()


def test_grades_of_a_meeting_are_taken_in_and_taken_back(office: Office) -> None:
    officer = office.officer()
    assert "評価の段階" in text_of(officer.get("/work/grades")), "none in the settings"
    office.settings(TIERS)
    rows = [[OTHER, "ネットワーク", "B", "成果は出ている"]]
    table = list_workbook("結果", ["事業コード", "事業名", "二次評価", "二次評価 理由"], rows)
    done = officer.act("grades", {"file": (io.BytesIO(table), "会議.xlsx"), "tier": ""})
    assert done.startswith("done"), done
    kept = json.loads(next((office.store.folder / "grades").rglob("1.json")).read_bytes())
    assert "成果は出ている" in json.dumps(kept, ensure_ascii=False)
    unread = officer.plan("grades", {"file": (io.BytesIO(b"abc"), "会議.xls"), "tier": ""})
    assert unread.status_code == 422
    assert officer.plan("grades", {"tier": ""}).status_code == 422
    assert officer.act("revert-grades", {"tier": "二次評価"}).startswith("done")
    book = officer.get("/work/files/grades.xlsx")
    assert openpyxl.load_workbook(io.BytesIO(book.get_data())).sheetnames


def test_a_file_that_came_by_mail_is_checked_and_then_received(office: Office) -> None:
    officer = office.officer()
    data = brought(office, OTHER, purpose="メールで届いた目的")
    fields = {"file": [(io.BytesIO(data), "届いた.xlsx"), (io.BytesIO(b"PK"), "壊れた.xlsx")]}
    shown = text_of(officer.plan("receive", fields))
    assert "シート 1件、受け取れないもの 1件" in shown
    assert "「メールで届いた目的」" in shown, "what differs from the store"
    assert office.store.last(OTHER, 2018) == 1, "only checked"
    action, hidden = forms_in(shown)[0]
    assert officer.send(action, hidden).status_code == 303
    assert "登録しました" in office.ended()
    head = office.store.head(OTHER, 2018)
    assert head is not None
    assert head["purpose"] == "メールで届いた目的"
    revision = office.store.revision(OTHER, 2018, 2)
    assert revision.draft.submission.workbook_hash
    refused = officer.plan("receive", {"file": [(io.BytesIO(b"PK"), "../../壊れた.xlsx")]})
    assert "受け取れるシートがありません" in text_of(refused)


def test_what_lies_in_the_shared_folder_is_received_where_nobody_watches(office: Office) -> None:
    officer = office.officer()
    file = office.folder / "shared/評価シート/保存した.xlsx"
    file.write_bytes(brought(office, OTHER, purpose="共有フォルダに保存した目的"))
    (office.folder / "shared/評価シート/壊れた.xlsx").write_bytes(b"PK")
    done = officer.act("sweep", {})
    assert "登録しました" in done, done
    assert "壊れた.xlsx" in done
    head = office.store.head(OTHER, 2018)
    assert head is not None
    assert head["purpose"] == "共有フォルダに保存した目的"


def test_reminders_are_drafted_noted_and_saved(office: Office) -> None:
    officer = office.officer()
    assert "という部はありません" in text_of(officer.plan("remind", {"department": "ない部"}))
    assert officer.act("remind", {"sender": "企画課", "encoding": "utf-8"}).startswith("done")
    data = officer.get("/work/files/reminders.zip?make=1").get_data()
    names = zipfile.ZipFile(io.BytesIO(data)).namelist()
    assert names
    assert all(name.endswith(".eml") for name in names)
    assert (office.folder / "催促の記録.csv").read_text(encoding="utf-8-sig").count("\n") == len(
        names
    ) + 1


def files_of(folder: Path) -> list[tuple[io.BytesIO, str]]:
    """The files of a form as a browser sends them."""
    return [
        (io.BytesIO((folder / name).read_bytes()), name) for name in ("form.toml", "drawing.xlsx")
    ]


def test_a_changed_form_is_tried_adopted_and_put_back(office: Office, tmp_path: Path) -> None:
    officer = office.officer()
    changed = form_folder(
        tmp_path / "form", in_field("purpose", 'label = "事業の目的"', 'label = "事業のねらい"')
    )
    assert officer.plan("adopt-form", {"file": files_of(changed)[:1]}).status_code == 422
    other = (io.BytesIO(b"PK"), "別の様式.xlsx")
    too_many = text_of(officer.plan("try-form", {"file": [*files_of(changed), other]}))
    assert "form.toml と drawing.xlsx を1つずつ選んでください" in too_many
    tried = officer.act("try-form", {"file": files_of(changed)})
    assert tried.startswith("done"), tried
    assert officer.plan("former-form", {}).status_code == 422, "there is none before"
    adopted = officer.act("adopt-form", {"file": files_of(changed)})
    assert "使い始めました" in adopted, adopted
    assert officer.act("former-form", {}).startswith("done")
    wrong: list[Any] = [(io.BytesIO(b"x = ["), "form.toml")]
    assert officer.plan("adopt-form", {"file": wrong}).status_code == 422


def test_a_backup_is_made_and_checked(office: Office, tmp_path: Path) -> None:
    officer = office.officer()
    assert officer.plan("back-up", {}).status_code == 422, "no folder in the settings"
    office.settings(f'[backup]\nfolder = "{tmp_path / "控え"}"\n')
    made = officer.act("back-up", {})
    assert "控えをとりました" in made, made
    assert "すべて戻せます" in officer.act("check-backups", {})


def test_a_backup_is_restored_beside_the_city(office: Office, tmp_path: Path) -> None:
    officer = office.officer()
    assert "[backup]" in text_of(officer.get("/work/restore-aside"))
    office.settings(f'[backup]\nfolder = "{tmp_path / "控え"}"\n')
    officer.act("back-up", {})
    (name,) = re.findall(r'<option value="([^"]+)"', officer.page("/work/restore-aside"))
    done = officer.act("restore-aside", {"snapshot": name})
    assert "登録データに異常はありません" in done, done
    (restored,) = office.folder.parent.glob("市_戻した控え_*")
    settings = read_settings(restored)
    assert settings.store.last(papers.CLEAN, 2018) == office.store.last(papers.CLEAN, 2018)
    again = text_of(officer.plan("restore-aside", {"snapshot": name}))
    assert "もう戻してあります" in again
    assert officer.plan("restore-aside", {"snapshot": "../../etc"}).status_code == 422


def test_a_form_is_made_of_an_official_workbook_in_two_steps(office: Office) -> None:
    officer = office.officer()
    official = (io.BytesIO(evaluation()), "様式.xlsx")
    assert officer.act("new-form", {"file": official}).startswith("done")
    listed = officer.get("/work/files/made-forms?make=1&name=様式_様式の定義.xlsx").get_data()
    assert "様式の定義" in openpyxl.load_workbook(io.BytesIO(listed)).sheetnames
    made = officer.act("new-form", {"file": (io.BytesIO(listed), "様式_様式の定義.xlsx")})
    assert "様式の様式.zip を作りました" in made, made
    data = officer.get("/work/files/made-forms?make=1&name=様式の様式.zip").get_data()
    assert {"form.toml", "drawing.xlsx"} <= {*zipfile.ZipFile(io.BytesIO(data)).namelist()}
    for wrong in (b"", b"PK", brought(office, OTHER)):
        refused = officer.plan("new-form", {"file": (io.BytesIO(wrong), "様式.xlsx")})
        assert refused.status_code == 422
    other = officer.get("/work/files/made-forms?make=1&name=../../store.json")
    assert other.status_code == 422


def test_the_form_in_use_can_be_taken_away_and_tried(office: Office) -> None:
    officer = office.officer()
    data = officer.get("/work/files/form.zip").get_data()
    archive = zipfile.ZipFile(io.BytesIO(data))
    assert "docs/form.md" in archive.namelist()
    files = [(io.BytesIO(archive.read(name)), name) for name in ("form.toml", "drawing.xlsx")]
    assert "新たな指摘も、失われる内容もありません" in officer.act("try-form", {"file": files})
    seals = officer.get("/work/files/seals.csv").get_data().decode("utf-8-sig")
    assert len(seals.splitlines()) == 1 + sum(
        len(office.store.revisions(key, 2018)) for key in office.store.keys(2018)
    )


def test_the_deadline_is_changed_in_its_lines_alone(office: Office) -> None:
    officer = office.officer()
    office.settings('\n[deadline]  # 期限\n# 説明\ndate = 2018-05-31\n\n[watch]\nevents = "auto"\n')
    before = (office.folder / "xlsync.toml").read_text(encoding="utf-8")
    assert officer.act("deadline", {"day": "2018-08-31"}).startswith("done")
    after = (office.folder / "xlsync.toml").read_text(encoding="utf-8")
    assert set(before.splitlines()) ^ set(after.splitlines()) == {
        "date = 2018-05-31",
        "date = 2018-08-31",
        "closed = false",
    }
    assert "8月31日" in officer.page("/settings")
    assert "いまと同じです" in text_of(officer.plan("deadline", {"day": "2018-08-31"}))
    for day in ("明日", "2018-13-01", '2018-01-01\n[serve]\nhost = "0.0.0.0"'):
        assert officer.plan("deadline", {"day": day}).status_code == 422, day
    assert (office.folder / "xlsync.toml").read_text(encoding="utf-8") == after
    officer.act("deadline", {"day": "", "closed": "1"})
    assert office.city.settings().deadline.closed


def test_a_list_of_the_city_is_replaced_once_it_can_be_read(office: Office) -> None:
    officer = office.officer()
    good = "部,課,メール,担当者\n政策イノベーション部,情報政策課,joho@city.example,山田\n".encode(
        "cp932"
    )
    wrong = "部,課,メール,担当者\n政策イノベーション部,情報政策課,アドレスではない,山田\n".encode()
    refused = officer.plan(
        "replace-list", {"list": "連絡先.csv", "file": (io.BytesIO(wrong), "x.csv")}
    )
    assert refused.status_code == 422
    assert "2行目" in text_of(refused)
    for _ in range(2):
        fields = {"list": "連絡先.csv", "file": (io.BytesIO(good), "連絡先.csv")}
        if "いまと同じ" not in text_of(officer.plan("replace-list", fields)):
            fields = {"list": "連絡先.csv", "file": (io.BytesIO(good), "連絡先.csv")}
            assert officer.act("replace-list", fields).startswith("done")
    assert (office.folder / "連絡先.csv").read_bytes() == good
    other = officer.plan("replace-list", {"list": "../xlsync.toml", "file": (io.BytesIO(b""), "x")})
    assert other.status_code == 422
    names = zipfile.ZipFile(io.BytesIO(officer.get("/work/files/lists.zip").get_data())).namelist()
    assert "連絡先.csv" in names


@pytest.mark.parametrize(
    ("address", "first"),
    [
        ("status.xlsx", "提出状況"),
        ("lineage.xlsx", "事業の新旧対照"),
        ("staffing.xlsx", "定員との照合"),
    ],
)
def test_a_list_is_a_workbook(office: Office, address: str, first: str) -> None:
    answer = office.officer().get(f"/work/files/{address}")
    assert answer.status_code == 200, text_of(answer)[-500:]
    names = openpyxl.load_workbook(io.BytesIO(answer.get_data())).sheetnames
    assert any(first in name for name in names), names


@pytest.mark.parametrize(
    ("address", "ending", "count"),
    [
        ("tables.zip?make=1&format=csv", ".csv", 1),
        ("tables.zip?make=1&format=json&axes=1", ".json", 2),
        (f"past.zip?make=1&day=2030-01-01&keys={OTHER}", ".xlsx", 1),
        (f"trials.zip?make=1&keys={OTHER}", ".xlsx", 1),
    ],
)
def test_files_are_had_in_one_archive(
    office: Office, address: str, ending: str, count: int
) -> None:
    answer = office.officer().get(f"/work/files/{address}")
    assert answer.status_code == 200, text_of(answer)[-500:]
    names = zipfile.ZipFile(io.BytesIO(answer.get_data())).namelist()
    assert len([name for name in names if name.endswith(ending)]) >= count


@pytest.mark.parametrize(
    "address",
    ["past.zip?make=1&day=x", "past.zip?make=1&day=1990-01-01", "reconciliation.xlsx?make=1",
     "snapshot.zip?make=1&name=ない", "reflection.xlsx", "trials.zip?make=1&keys=99-99"],
)  # fmt: skip
def test_a_list_that_cannot_be_made_says_why_in_a_sentence(office: Office, address: str) -> None:
    answer = office.officer().get(f"/work/files/{address}")
    assert answer.status_code == 422
    assert 'role="alert"' in text_of(answer)


def test_the_list_of_plans_is_replaced_and_shared_indicators_are_put_into_their_sheets(
    office: Office,
) -> None:
    officer = office.officer()
    assert "共通の指標の一覧がありません" in text_of(officer.plan("indicators", {}))
    listed = "計画,大,中,小,名称,いつから,いつまで\n総合戦略,Ⅳ,12,1,観光,H27,H31\n".encode("cp932")
    wrong = officer.plan("plans", {"file": (io.BytesIO(b"a,b\n1,2\n"), "x.csv")})
    assert (wrong.status_code, "見出し" in text_of(wrong)) == (422, True)
    assert officer.act("plans", {"file": (io.BytesIO(listed), "x.csv")}).startswith("done")
    assert "総合戦略,Ⅳ,12,1,観光" in (office.folder / "施策.csv").read_text(encoding="utf-8-sig")
    again = officer.plan("plans", {"file": (io.BytesIO(listed), "x.csv")})
    assert "同じもの 1件" in text_of(again)
    shared = f"指標,年度,目標,実績,事業コード\n来場者数,H30,120人,118人,{OTHER}、{THIRD}\n"
    (office.folder / "指標.csv").write_text(shared, encoding="utf-8")
    settings = office.folder / "xlsync.toml"
    told = settings.read_text(encoding="utf-8")
    assert "[plans]" in told
    settings.write_text(told.replace("[plans]", '[plans]\nindicators = "指標.csv"'), "utf-8")
    shown = officer.plan("indicators", {})
    assert "変わるシート 2件" in text_of(shown), text_of(shown)
    assert officer.act("indicators", {}).startswith("done")
    assert "変わるシート 0件" in text_of(officer.plan("indicators", {}))


def test_an_act_that_reads_one_file_takes_no_second_one_in_silence(office: Office) -> None:
    officer = office.officer()
    listed = "計画,大,中,小,名称\n総合戦略,1,,,観光\n".encode()

    def files(*names: str) -> dict[str, Any]:
        return {"file": [(io.BytesIO(listed), name) for name in names]}

    refused = officer.plan("plans", files("a.csv", "b.csv"))
    assert (refused.status_code, "1つだけ選んで" in text_of(refused)) == (422, True)
    assert officer.plan("plans", files("a.csv")).status_code == 200
    assert 'type="file" multiple' not in officer.page("/work/plans")
    assert 'type="file" multiple' in officer.page("/work/receive")


def test_what_is_said_of_an_act_waits_for_the_next_screen_and_no_part_takes_it(
    office: Office,
) -> None:
    officer = office.officer()
    shown = text_of(officer.plan("deadline", {"day": "2018-08-31"}))
    action, hidden = forms_in(shown)[-1]
    answer = officer.send(action, hidden)
    assert answer.status_code == 303
    assert "ました" not in officer.page("/sheets?part=results")
    of_script = {"Accept": "*/*"}
    assert officer.get("/jobs/none", **of_script).status_code == 404, (
        "a whole page, which no one sees"
    )
    said = officer.page(answer.headers["Location"])
    assert re.search(r'id="said"><p class="message">[^<]*ました', said), said[:3000]
    assert '<p class="message">' not in officer.page(answer.headers["Location"])
