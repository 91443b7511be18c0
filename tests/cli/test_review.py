"""`xlsync review` and `[review]`: what the planning office sees of changes that wait, and decides one by one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import papers
from tests.cities import typed
from tests.cli.test_form_adopt import moved, without_pledge
from tests.commands import Run, living
from tests.papers import NO_ROOM_FOR_PLEDGE, form_folder, in_field
from xlsync.city.settings import find_settings
from xlsync.ooxml import read_cells
from xlsync.workbook.reading.form_reader import read

NAME = "project.name"
FIELD = f"{papers.CLEAN}:{NAME}"


@pytest.fixture
def reviewed(filled: Path, run: Run) -> Path:
    """A city whose office looks at its own fields; a department has changed one of them and one of its own."""
    setting(filled, '[review]\nfields = "office"\n')
    mine = living(filled)
    mine.write_bytes(typed(mine.read_bytes(), {NAME: "新しい名前", "purpose": "新しい目的"}))
    said = run("import", mine)
    assert "企画担当の確認待ちです" in said.out
    return mine


def proposing(folder: Path, run: Run, path: str, text: str) -> Path:
    """The workbook of somebody whose change of a field waits; every change does."""
    setting(folder, '[review]\nfields = "all"\n')
    mine = living(folder)
    mine.write_bytes(typed(mine.read_bytes(), {path: text}))
    run("import", mine)
    (waits,) = run("review", "--json").json["waiting"]
    assert (waits["path"], waits["to"], waits["has-field"]) == (path, text, True)
    return mine


def test_what_waits_in_a_field_that_a_new_form_drops_is_listed_until_it_is_closed(
    filled: Path, run: Run
) -> None:
    mine = proposing(filled, run, "mayoral_pledge", "公約９")
    assert run("form", "adopt", "--yes", without_pledge(filled / "form-new")).code == 0
    said = run("review")
    assert "「公約９」" in said.out
    assert "いまの様式には、この内容を入れる欄がありません" in said.out
    assert "確認待ち 1件" in run("status").out
    said = run("review", "--accept", "all")
    assert (said.code, "欄がありません" in said.err) == (1, True)
    run("import", mine)
    listed = read_cells(mine)["第2版に移せなかった内容"].values()
    assert "公約９" in {str(cell) for cell in listed}
    assert run("review", "--reject", f"{papers.CLEAN}:mayoral_pledge").code == 0
    assert run("audit").code == 0


def test_what_waits_in_a_renamed_field_goes_on_waiting_in_the_upgraded_workbook(
    filled: Path, run: Run
) -> None:
    mine = proposing(filled, run, "outline", "新しい概要")
    run("form", "adopt", "--yes", moved(filled / "form-new"))
    assert "様式を第2版に" in run("import", mine).out
    (reading,) = read(mine.read_bytes(), find_settings(filled).terms.form)
    assert reading.sheet["plan.outline"] == "新しい概要"
    (waits,) = run("review", "--json").json["waiting"]
    assert (waits["path"], waits["to"]) == ("plan.outline", "新しい概要")
    assert run("review", "--accept", "all").code == 0
    assert run("import", mine, "--json").json["receipts"][0]["outcome"] == "unchanged"


def test_what_waits_in_a_field_of_another_kind_now_is_proposed_again_as_it_was_typed(
    filled: Path, run: Run
) -> None:
    mine = proposing(filled, run, "mayoral_pledge", "公約９")
    kind = in_field("mayoral_pledge", 'kind = "text"', 'kind = "quantity"')
    run("form", "adopt", "--yes", form_folder(filled / "form-new", kind, NO_ROOM_FOR_PLEDGE))
    assert "いまの様式には" in run("review").out
    run("import", mine)
    (reading,) = read(mine.read_bytes(), find_settings(filled).terms.form)
    assert str(reading.sheet["mayoral_pledge"]) == "公約９"
    waiting = run("review", "--json").json["waiting"]
    assert [(one["to"], one["has-field"]) for one in waiting] == [
        ("公約９", True),
        ("公約９", False),
    ]


def setting(folder: Path, lines: str) -> None:
    file = folder / "xlsync.toml"
    file.write_text(f"{file.read_text(encoding='utf-8')}\n{lines}", encoding="utf-8")


def value(file: Path, path: str = NAME) -> object:
    return read(file.read_bytes())[0].sheet[path]


def registered(run: Run, path: str = NAME) -> object:
    (record,) = (
        one for one in run("status", "--json").json["sheets"] if one["key"] == papers.CLEAN
    )
    return record["title"] if path == NAME else record["revision"]


def test_what_waits_is_listed_with_both_values_and_counted(reviewed: Path, run: Run) -> None:
    former = registered(run)
    said = run("review")
    assert said.code == 1
    assert f"[確認待ち] {FIELD}:1" in said.out
    assert f"登録済み「{former}」→ 変更「新しい名前」" in said.out
    (waits,) = run("review", "--json").json["waiting"]
    assert (waits["path"], waits["from"], waits["to"]) == (NAME, former, "新しい名前")
    (sheet,) = (one for one in run("status", "--json").json["sheets"] if one["key"] == papers.CLEAN)
    assert (sheet["waiting"], sheet["state"]) == (1, "入力済・確認待ち 1件")
    assert value(reviewed) == "新しい名前"


def test_an_accepted_change_is_registered_and_in_the_history_of_who_brought_it(
    reviewed: Path, run: Run
) -> None:
    shown = run("review", "--accept", "all", "--dry-run")
    assert f"[登録する予定] {papers.CLEAN}" in shown.out
    assert (registered(run), "確認待ち 1件" in shown.out) == ("情報化推進事業", True)
    said = run("review", "--accept", FIELD, "--json")
    assert (said.code, len(said.json["accepted"]), said.json["waiting"]) == (0, 1, [])
    assert registered(run) == "新しい名前"
    back = run("revert", papers.CLEAN, "--to", "1", "--dry-run")
    assert "第1版の内容に戻すと、2欄が変わります" in back.out
    assert "「新しい名前」 → 「情報化推進事業」" in back.out
    assert run("revert", papers.CLEAN, "--to", "9", "--dry-run").code == 3
    assert registered(run) == "新しい名前"
    assert "新しい名前" in run("history", papers.CLEAN).out
    assert run("import", reviewed, "--json").json["receipts"][0]["outcome"] == "unchanged"
    assert run("audit").code == 0


def test_a_rejected_change_is_taken_out_of_the_file_by_the_next_write_back(
    reviewed: Path, run: Run
) -> None:
    former = registered(run)
    said = run("review", "--reject", papers.CLEAN, "--comment", "要綱のとおりです")
    assert (said.code, "[登録しません]" in said.out, "確認待ち 0件" in said.out) == (0, True, True)
    assert registered(run) == former
    said = run("import", reviewed)
    assert "要綱のとおりです" in said.out
    assert value(reviewed) == former
    assert value(reviewed, "purpose") == "新しい目的"


def test_a_sheet_that_cannot_have_the_key_typed_into_it_stops_no_other(
    filled: Path, run: Run
) -> None:
    setting(filled, '[review]\nfields = "office"\n')
    *_, before, last = papers.edition().definition.identity.key
    first, second, third = papers.KEYS[:3]
    changes = {first: {last: "77"}, second: {before: "14", last: "77"}, third: {NAME: "新しい名前"}}
    for key, texts in changes.items():
        file = living(filled, key)
        file.write_bytes(typed(file.read_bytes(), texts))
        run("import", file)
    said = run("review", "--accept", "all", "--json")
    taken = f"{first[:-2]}77"
    assert f"{second}：番号「{taken}」は、いま別の事業の番号です" in said.err
    by_word = {word: [each["key"] for each in said.json[word]] for word in ("accepted", "skipped")}
    assert by_word == {"accepted": [first, third], "skipped": [second, second]}
    assert (said.code, {each["key"] for each in said.json["waiting"]}) == (1, {second})
    assert taken in {each["key"] for each in run("status", "--json").json["sheets"]}


def test_two_values_for_one_field_are_accepted_by_number_only(
    reviewed: Path, filled: Path, run: Run
) -> None:
    other = filled / "乙.xlsx"
    other.write_bytes(typed(reviewed.read_bytes(), {NAME: "乙の名前"}))
    run("import", other)
    said = run("review", "--accept", "all")
    assert said.code == 1
    assert f"--accept {FIELD}:2" in said.err
    assert run("review", "--accept", f"{FIELD}:2", "--json").json["accepted"][0]["to"] == "乙の名前"
    assert registered(run) == "乙の名前"


def test_a_change_that_is_both_accepted_and_rejected_is_refused_and_waits_still(
    reviewed: Path, run: Run
) -> None:
    said = run("review", "--accept", "all", "--reject", papers.CLEAN)
    assert said.code == 3
    assert "両方" in said.err
    (waits,) = run("review", "--json").json["waiting"]
    assert waits["path"] == NAME
    assert reviewed.exists()


@pytest.mark.usefixtures("reviewed")
def test_what_does_not_wait_cannot_be_decided(run: Run) -> None:
    said = run("review", "--accept", f"{papers.CLEAN}:purpose")
    assert said.code == 3
    assert "確認待ちの変更がありません" in said.err


def test_import_review_lets_every_change_wait_once(filled: Path, run: Run) -> None:
    mine = living(filled)
    mine.write_bytes(typed(mine.read_bytes(), {"purpose": "新しい目的"}))
    (receipt,) = run("import", mine, "--review", "--json").json["receipts"]
    assert receipt["changes"] == []
    assert [one["path"] for one in run("review", "--json").json["waiting"]] == ["purpose"]
    (again,) = run("import", mine, "--json").json["receipts"]
    assert again["changes"] == []
    assert run("review", "--accept", "all").code == 0


@pytest.mark.parametrize(
    ("lines", "where"),
    [
        ('[review]\nfields = "stuff"\n', "fields"),
        ('[review]\nfields = ["nowhere"]\n', "nowhere"),
        ('[review]\nafter = "deadline"\n', "[deadline]"),
    ],
)
def test_wrong_settings_are_refused_by_their_entry(
    folder: Path, run: Run, lines: str, where: str
) -> None:
    setting(folder, lines)
    said = run("status", "-C", folder)
    assert said.code == 3
    assert where in said.err


def test_what_waits_on_a_sheet_that_does_not_count_is_not_listed_but_can_be_decided(
    reviewed: Path, run: Run
) -> None:
    assert reviewed.exists()
    assert run("sheets", "exclude", papers.CLEAN, "--reason", "対象外").code == 0
    told = run("review")
    assert (told.code, "確認待ち 0件" in told.out) == (0, True)
    assert "対象外・廃止のシートの確認待ち 1件は示していません" in told.out
    assert run("review", "--accept", "all").code == 3
    assert run("review", "--accept", FIELD).code == 0
    assert "対象外・廃止" not in run("review").out
