"""A returned sheet's own workbook says why on チェック, until it is handed in again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests import papers
from tests.cities import City, typed
from xlsync.exchange import Source, bring_up_to_date, note_written
from xlsync.exchange.receipt import HandingIn, ProcedureRules
from xlsync.exchange.stages.return_findings import return_findings
from xlsync.exchange.stages.stage_plan import plan_act, run_plan
from xlsync.ooxml import read_cells
from xlsync.sheet_stage import StageActKind
from xlsync.store.stage_acts import FieldComment, StageAct
from xlsync.workbook.checks.visible_sheet import FIRST, PAGE

KEY = papers.CLEAN
FILE = "評価シート/a.xlsx"
LONG = "対象者の人数が前年度の報告と違います。" * 12
COMMENT = f"=目的を具体的に\n{LONG}"


def do(city: City, kind: StageActKind, comment: str = "", *fields: FieldComment) -> None:
    act = StageAct(kind, 0, "2018-07-03T09:00:00+09:00", "企画 山田", comment, fields)
    run_plan(city.store, city.terms, plan_act(city.store, city.terms, [KEY], act))


def sentences(data: bytes) -> list[str]:
    """What the list on チェック says."""
    cells = read_cells(data)[PAGE]
    return [str(value) for at, value in cells.items() if at[0] == "C" and int(at[1:]) >= FIRST]


def written_back(city: City, data: bytes) -> bytes | None:
    source = Source(FILE, "2018-07-05T09:00:00+09:00", "監視")
    update = bring_up_to_date(city.store, city.terms, data, source)
    if update is None:
        return None
    note_written(city.store, update, source)
    return update.data


def told(data: bytes) -> list[str]:
    return [sentence for sentence in sentences(data) if "差戻し" in sentence]


def ruled(city: City, handing_in: HandingIn) -> City:
    city.terms = replace(city.terms, procedure_rules=ProcedureRules(handing_in=handing_in))
    city.register(KEY)
    return city


@pytest.fixture
def returned(city: City) -> tuple[City, bytes]:
    """A city with a workbook of a sheet that was returned, its comments written into it."""
    ruled(city, "act")
    mine = typed(city.give_out(), {"purpose": "目的"})
    city.bring_one(mine)
    do(city, "submit")
    do(city, "return", COMMENT, FieldComment("purpose", "事業の目的", "短すぎます"))
    data = written_back(city, mine)
    assert data is not None
    return city, data


def test_the_comments_stand_on_the_list_and_nothing_of_them_is_cut(
    returned: tuple[City, bytes],
) -> None:
    city, data = returned
    made = [found.code for found in return_findings(city.store, city.terms, city.head())]
    assert made == ["sent-back"] * (len(made) - 1) + ["sent-back-field"]
    rows = told(data)
    assert all("企画 山田" in row for row in rows)
    assert "=目的を具体的に" in rows[0]
    whole = "".join(row.partition("。")[2].rpartition("）")[0] for row in rows[1:-1])
    assert whole == LONG
    assert "事業の目的" in rows[-1]
    assert "短すぎます" in rows[-1]


def test_they_stay_while_it_is_saved_and_vanish_when_it_is_handed_in_again(
    returned: tuple[City, bytes],
) -> None:
    city, data = returned
    saved = typed(data, {"purpose": "対象者を具体的に書いた目的"})
    city.bring_one(saved)
    again = written_back(city, saved) or saved
    assert told(again)
    assert told(city.give_out())
    do(city, "submit")
    answered = written_back(city, again)
    assert answered is not None
    assert told(answered) == []
    assert told(city.give_out()) == []
    assert written_back(city, answered) is None


def test_by_the_rule_of_complete_sheets_the_next_save_answers_it(city: City) -> None:
    ruled(city, "complete")
    mine = city.give_out()
    city.bring_one(mine)
    do(city, "return", "目的を直してください")
    data = written_back(city, mine)
    assert data is not None
    assert told(data)
    saved = typed(data, {"purpose": "直した目的"})
    city.bring_one(saved)
    answered = written_back(city, saved)
    assert answered is not None
    assert told(answered) == []


def test_a_comment_on_a_field_that_the_form_has_no_more_is_still_said(
    returned: tuple[City, bytes],
) -> None:
    city, data = returned
    do(city, "return", "", FieldComment("former.field", "なくなった欄", "内容"))
    again = written_back(city, data)
    assert again is not None
    [row] = told(again)
    assert "なくなった欄" in row
