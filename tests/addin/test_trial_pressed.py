"""The buttons in a trial workbook: it is checked, told so, and nothing is stored or brought."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests import papers
from tests.addin.pressed import Desk, Screen, desk, failed, found, message
from xlsync.addin.protocol.changes import Mark, PutStamp, Row, Write
from xlsync.exchange.new_workbook import export_trial
from xlsync.inbox.config import Deadline


@pytest.fixture
def at(tmp_path: Path) -> Desk:
    return desk(tmp_path)


def trial(at: Desk) -> Screen:
    """A trial workbook on the screen, its purpose cleared."""
    city = at.city
    screen = Screen(export_trial(city.store, city.terms, city.head(), "7e57ab1e"))
    screen.type({"purpose": None})
    return screen


@pytest.mark.parametrize("is_closed", [False, True])
def test_a_trial_is_checked_by_its_buttons_and_not_stored(
    at: Desk,
    is_closed: bool,  # noqa: FBT001 - a parameter
) -> None:
    at.office = replace(at.office, deadline=Deadline(closed=is_closed))
    screen = trial(at)
    pressed = at.press("submit", screen)
    assert [receipt.outcome for receipt in pressed.receipts] == ["trial"]
    said = message(pressed.answer)
    assert "試し提出として内容を確かめました。登録していません。未入力 1件があります。" in said
    assert "提出期限" not in said
    assert found(pressed.answer, PutStamp) == []
    assert [row.texts[0] for row in found(pressed.answer, Row)] == ["未入力"]
    assert at.city.revisions() == 1
    states = at.city.store.copy_states(papers.CLEAN, papers.EDITION)
    assert [state.copy_file.path for state in states.values()] == ["登録"]


def test_a_trial_is_validated_and_told_that_it_is_one(at: Desk) -> None:
    answer = at.press("validate", trial(at)).answer
    assert len(found(answer, Mark)) == 1
    assert message(answer).endswith("試し用のファイルのため、［提出］を押しても登録されません。")


def test_nothing_is_brought_into_a_trial(at: Desk) -> None:
    screen = trial(at)
    pressed = at.press("pull", screen)
    assert found(pressed.answer, Write) == []
    assert "試し用のファイルです" in failed(pressed)


def test_a_trial_is_compared_and_nobody_is_asked_to_submit_it(at: Desk) -> None:
    said = message(at.press("diff", trial(at)).answer)
    assert said == "試し用のファイルです。登録済みの内容と1欄が違います。"
    tested = at.press("selftest", trial(at)).answer
    assert any("試し用（登録されません）" in row.texts for row in found(tested, Row))
