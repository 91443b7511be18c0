"""`xlsync rollover`: shown first, done once, taken back while nobody has typed; last year's sheets stay as they were."""

from __future__ import annotations

import io
import json
import re
import shutil
import zipfile
from pathlib import Path
from urllib.parse import quote

import openpyxl
import pytest

from tests import papers
from tests.cities import typed
from tests.commands import EXAMPLES, Run, ctrl_c_at_flush
from tests.crash_sweep import run as forked
from tests.made_once import made_once
from tests.rollover.moved_truth import leaves, moved
from tests.watcher import impatient
from xlsync import open_city
from xlsync.form.library import load_form
from xlsync.sheet import Sheet
from xlsync.sheet_keys import SheetId
from xlsync.store import audit
from xlsync.workbook.template.template import build_template

KEY = papers.CLEAN
NEW = 2019


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A city with the five official sheets of 2018, without workbooks, and the same rolled over into 2019: made once."""
    place = made_once(tmp_path_factory, "rollover", _make_places)
    return {"city": place / "city", "rolled": place / "rolled"}


def _make_places(place: Path) -> None:
    city, rolled = place / "city", place / "rolled"
    for words in (
        ("init", str(city), "--name", "つくば市"),
        ("import", "-C", str(city), str(EXAMPLES)),
    ):
        assert forked(words)[0] in {0, 1}
    impatient(city)
    shutil.copytree(city, rolled)
    assert forked(("rollover", str(NEW), "--yes", "-C", str(rolled)))[0] == 0


@pytest.fixture
def city(places: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the city; the working directory."""
    return copied(places["city"], tmp_path, monkeypatch)


@pytest.fixture
def rolled(places: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the city that was rolled over; the working directory."""
    return copied(places["rolled"], tmp_path, monkeypatch)


def copied(place: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(place, folder / "市")
    monkeypatch.chdir(folder / "市")
    return folder / "市"


def stored(folder: Path, year: int) -> dict[str, bytes]:
    """Every file of an edition's sheets in the store."""
    root = folder / "store"
    files = (
        file
        for name in ("sheets", "revisions")
        for file in (root / name / str(year)).rglob("*.json")
    )
    return {file.relative_to(root).as_posix(): file.read_bytes() for file in files}


def everything(folder: Path) -> dict[str, bytes]:
    return {str(file): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def state_of(run: Run) -> dict[str, str]:
    return {sheet["key"]: sheet["state"] for sheet in run("status", "--json").json["sheets"]}


def new_workbook(folder: Path, key: str = KEY) -> Path:
    return next((folder / f"shared/評価シート/{NEW}年度").rglob(f"{key}_*_{NEW}年度.xlsx"))


def typed_into(file: Path, changes: dict[str, object]) -> None:
    file.write_bytes(typed(file.read_bytes(), changes))


def test_what_would_happen_is_shown_and_nothing_is_written(city: Path, run: Run) -> None:
    before = everything(city)
    shown = run("rollover", NEW, "--dry-run")
    assert (shown.code, everything(city)) == (0, before)
    assert "作るシート 5件" in shown.out
    assert "次年度 R2年度の方向性：空欄にする 5" in shown.out
    assert "要する経費全体 総事業費：計算し直す 20、今年度はない欄 10" in shown.out
    assert "まだ確認済になっていないシート 5件" in shown.out
    unasked = run("rollover", NEW)
    assert (unasked.code, everything(city)) == (1, before)
    plan = run("rollover", NEW, "--json").json
    assert (plan["from"], plan["to"], plan["done"], len(plan["sheets"])) == (2018, NEW, False, 5)
    assert plan["fields"]["purpose"] == {"carried": 5, "marked": 5}
    assert plan["fields"]["years.2018.overall"] == {"emptied": 5}
    assert everything(city) == before


def test_a_sheet_with_an_open_conflict_is_named_and_keeps_nobody_from_rolling_over(
    city: Path, run: Run
) -> None:
    assert run("export", KEY).code == 0
    [file] = (city / "shared/評価シート").rglob(f"{KEY}*.xlsx")
    copy = city / "ほかの人.xlsx"
    shutil.copy2(file, copy)
    typed_into(copy, {"purpose": "ほかの人の目的"})
    typed_into(file, {"purpose": "本人の目的"})
    assert run("import", copy).code in {0, 1}
    assert "入力の重なり" in run("import", file).out
    shown = run("rollover", NEW, "--dry-run")
    assert f"入力の重なりが決まっていないシート 1件（{KEY}）" in shown.out
    assert run("rollover", NEW, "--dry-run", "--json").json["unfinished"]["conflicts"] == [KEY]
    assert run("rollover", NEW, "--yes").code == 0


def test_a_rehearsal_leaves_workbooks_to_look_at_that_are_never_taken(city: Path, run: Run) -> None:
    before = everything(city)
    shown = run("rollover", NEW, "--trial", "予行")
    assert (shown.code, "予行のファイル 5件" in shown.out) == (0, True)
    rehearsed = {Path(name): data for name, data in everything(city).items() if name not in before}
    assert {file.parent.name for file in rehearsed} == {"予行"}
    assert {name: Path(name).read_bytes() for name in before} == before
    (file,) = Path("予行").glob(f"{KEY}_*_{NEW}年度_試し用.xlsx")
    page = openpyxl.load_workbook(file)["評価シート"]
    purpose = json.loads(papers.official_bytes()[KEY])["purpose"]
    assert any(cell.value == purpose for row in page for cell in row)
    assert "R1年度版の様式です" in run("import", file).err + run("import", file).out
    assert run("rollover", NEW, "--yes").code == 0
    typed_into(file, {"purpose": "試し"})
    assert run("import", file, "--json").json["receipts"][0]["outcome"] == "trial"
    assert head_of(city, NEW)["purpose"] == purpose


def test_each_leaf_of_the_new_heads_is_as_moved_by_hand_over_two_years(
    rolled: Path, run: Run
) -> None:
    assert run("rollover", NEW + 1, "--yes").code == 0
    for key, data in papers.official_bytes().items():
        truth = json.loads(data)
        for year in (NEW, NEW + 1):
            truth = moved(truth)
            head = json.loads((rolled / f"store/sheets/{year}/{key}.json").read_bytes())
            assert head.pop("revision") == 1
            assert leaves(head) == leaves(truth)
    assert audit(open_city(rolled).store) == []


def test_last_years_sheets_stay_as_they_were_and_none_counts_as_handed_in(
    city: Path, run: Run
) -> None:
    before = stored(city, papers.EDITION)
    assert run("rollover", NEW, "--yes").code == 0
    assert stored(city, papers.EDITION) == before
    assert set(state_of(run).values()) == {"未着手"}
    assert run("status", "--json").json["edition"] == NEW
    assert "edition = 2019                   # 対象年度" in (city / "xlsync.toml").read_text(
        "utf-8"
    )


def test_a_second_run_changes_nothing(rolled: Path, run: Run) -> None:
    ledger = next(rolled.glob("年度更新の台帳_*.xlsx"))
    ledger.unlink()
    before = everything(rolled)
    again = run("rollover", NEW, "--yes")
    assert (again.code, "できているシート 5件" in again.out) == (0, True)
    ledger.unlink()
    assert everything(rolled) == before


def test_carried_text_is_marked_until_somebody_changes_it(rolled: Path, run: Run) -> None:
    assert run("export", KEY).code == 0
    file = new_workbook(rolled)
    marked = run("check", file, "--json").json["receipts"][0]["findings"]
    paths = {found["path"] for found in marked if found["code"] == "from-last-year"}
    assert paths == {"indicator.description", "individual_plan", "purpose", "outline"}
    listed = openpyxl.load_workbook(io.BytesIO(file.read_bytes()), data_only=True)["チェック"]
    assert any("昨年度のシートから" in str(cell.value) for row in listed for cell in row)
    typed_into(file, {"purpose": "今年度の目的"})
    found = run("import", file, "--json").json["receipts"][0]["findings"]
    assert {each["path"] for each in found if each["code"] == "from-last-year"} == paths - {
        "purpose"
    }


def test_it_can_be_taken_back_until_somebody_has_typed(rolled: Path, run: Run) -> None:
    assert run("export", KEY).code == 0
    shown = run("rollover", NEW, "--undo", "--dry-run")
    assert (shown.code, f"対象年度を{papers.EDITION}年度に戻します" in shown.out) == (0, True)
    assert run("status", "--json").json["edition"] == NEW
    assert run("rollover", NEW, "--undo", "--yes").code == 0
    assert run("status", "--json").json["edition"] == papers.EDITION
    assert run("rollover", NEW, "--yes").code == 0
    assert (run("status", "--json").json["edition"], audit(open_city(rolled).store)) == (NEW, [])
    file = new_workbook(rolled)
    typed_into(file, {"purpose": "今年度の目的"})
    assert run("import", file).code in {0, 1}
    refused = run("rollover", NEW, "--undo")
    assert (
        refused.code,
        f"もう入力されているシートが1件あるため、年度更新を取り消せません（{KEY}）" in refused.err,
    ) == (3, True)
    assert run("status", "--json").json["edition"] == NEW


def test_later_changes_of_last_year_come_in_where_nobody_has_typed(rolled: Path, run: Run) -> None:
    assert run("export", KEY).code == 0
    typed_into(new_workbook(rolled), {"outline": "今年度の概要"})
    assert run("import", new_workbook(rolled)).code in {0, 1}
    (rolled / "xlsync.toml").write_text(
        (rolled / "xlsync.toml").read_text("utf-8").replace("edition = 2019", "edition = 2018"),
        "utf-8",
    )
    late = {"key": KEY, "form": papers.edition().form, "edition": papers.EDITION, "revision": 1}
    (rolled / "late.json").write_text(
        json.dumps({**late, "purpose": "直した目的", "outline": "直した概要"})
    )
    assert run("import", "late.json").code in {0, 1}
    assert "昨年度のその後の変更を入れるシート 1件" in run("rollover", NEW, "--yes").out
    head = head_of(rolled, NEW)
    assert (head["purpose"], head["outline"]) == ("直した目的", "今年度の概要")


@pytest.mark.usefixtures("city")
def test_ended_projects_are_left_out_and_those_out_of_scope_stay_so(run: Run) -> None:
    ended, outside = papers.KEYS[1], papers.KEYS[2]
    assert run("sheets", "retire", ended, "--reason", "完了のため").code == 0
    assert run("sheets", "exclude", outside, "--reason", "内部管理のため").code == 0
    done = run("rollover", NEW, "--yes", "--json").json
    assert [sheet["key"] for sheet in done["ended"]] == [ended]
    assert run("status", "--json").json["edition"] == NEW
    listed = {sheet["key"]: sheet for sheet in run("sheets", "list", "--json").json["sheets"]}
    assert (ended in listed, listed[outside]["state"]) == (False, "対象外")


def test_a_sheet_registered_for_the_new_year_before_is_filled_where_it_is_blank(
    city: Path, run: Run
) -> None:
    settings = city / "xlsync.toml"
    settings.write_text(
        settings.read_text("utf-8").replace("edition = 2018", "edition = 2019"), "utf-8"
    )
    first = "会計,款,項,目,事業,事務事業名（番号）,事務事業名\r\n01,02,01,08,14,01,新しい名前\r\n"
    (city / "台帳.csv").write_bytes(first.encode("cp932"))
    assert run("sheets", "add", "台帳.csv", "--yes").code == 0
    told = run("rollover", NEW, "--yes").out
    assert "登録済みで、空欄に昨年度の内容を入れるシート 1件" in told
    assert "番号・名称・所属が変わったシート 1件" in told
    head = head_of(city, NEW)
    assert (head.title, head["purpose"] is None) == ("新しい名前", False)


def test_the_ledger_names_cells_of_both_years_templates_and_the_value(rolled: Path) -> None:
    page = openpyxl.load_workbook(next(rolled.glob("年度更新の台帳_*.xlsx")))["台帳"]
    rows = [[cell.value for cell in row] for row in page.iter_rows(min_row=3)]
    old, new = (build_template(load_form(), year).addresses for year in (papers.EDITION, NEW))
    cells = {row[10]: row for row in rows if row[0] == KEY and row[10]}
    assert set(cells) == set(load_form().at(NEW).by_path)
    targets = cells["indicator.targets.2018"]
    assert (targets[4], targets[6]) == (
        old["indicator.targets.2018"],
        new["indicator.targets.2018"],
    )
    assert (cells["purpose"][8], cells["legal_basis"][8]) == ("昨年度のシートから", None)
    head = json.loads((rolled / f"store/sheets/{NEW}/{KEY}.json").read_bytes())
    assert cells["purpose"][7] == head["purpose"]
    assert {row[2] for row in rows if row[0] == KEY and not row[10]} == {"今年度はない欄"}


@pytest.mark.parametrize(
    ("year", "sentence"),
    [
        (2017, "2017年度は、いまの対象年度（2018年度）より前です"),
        (2018, "2018年度より前のシートが登録されていません"),
        (9999, "年度 9999 の様式は作れません"),
    ],
)
def test_a_year_that_cannot_be_rolled_into_is_refused_in_a_sentence(
    city: Path, run: Run, year: int, sentence: str
) -> None:
    before = everything(city)
    said = run("rollover", year, "--yes")
    assert (said.code, sentence in said.err) == (3, True)
    assert everything(city) == before


def test_rates_of_last_years_periods_stop_no_command_after_the_year_changed(
    city: Path, run: Run
) -> None:
    with (city / "xlsync.toml").open("a", encoding="utf-8") as settings:
        settings.write('\n[rates."2016-settled"]\nper-person = 7326.4\nper-hour = 2.649\n')
    told = run("rollover", NEW, "--yes")
    assert (told.code, "人件費の単価（[rates]）がまだない年度区分：2017-settled" in told.out) == (
        0,
        True,
    )
    assert run("status").code == 1  # five sheets are not handed in


def test_a_year_without_evaluation_is_passed_over_with_what_both_years_have(
    city: Path, run: Run
) -> None:
    told = run("rollover", NEW + 1, "--yes").out
    assert "2019年度のシートはありません（評価をしなかった年度）" in told
    old = json.loads(papers.official_bytes()[KEY])
    new = json.loads((city / f"store/sheets/{NEW + 1}/{KEY}.json").read_bytes())
    targets = new["indicator"]["targets"]
    both = old["indicator"]["targets"].keys() & targets.keys()
    assert len(both) > 3
    assert {year: targets[year] for year in both} == {
        year: old["indicator"]["targets"][year] for year in both
    }
    assert (new["purpose"], new["organization"]) == (old["purpose"], old["organization"])
    assert not {*old["costs"]} & {*new["costs"]}
    assert {value for path, value in leaves(new["costs"]).items() if "total" not in path} == {None}
    assert run("status", "--json").json["edition"] == NEW + 1
    assert audit(open_city(city).store) == []


def test_a_damaged_sheet_is_named_and_stops_no_other(city: Path, run: Run) -> None:
    for file in (city / "store").rglob(f"{KEY}*"):
        shutil.rmtree(file) if file.is_dir() and file.parent.name == "taken" else None
    (city / f"store/revisions/2018/{KEY}/1.json").write_bytes(b"{")
    (city / f"store/sheets/2018/{KEY}.json").write_bytes(b"{")
    told = run("rollover", NEW, "--yes")
    assert (told.code, f"{KEY}：" in told.out, "シートを作りました 4件" in told.out) == (
        1,
        True,
        True,
    )
    again = run("rollover", NEW, "--yes").out
    assert f"新しく作るシートはありません。対象年度は{NEW}年度です。" in again


@pytest.fixture
def both(city: Path, run: Run) -> Path:
    """A city with the workbook of one sheet of 2018, and that of 2019 beside it."""
    assert run("export", KEY).code == 0
    assert run("rollover", NEW, "--yes").code == 0
    assert run("export", KEY).code == 0
    return city


def head_of(folder: Path, year: int) -> Sheet:
    head = open_city(folder).store.head(SheetId(KEY), year)
    assert head is not None
    return head


def old_workbook(folder: Path) -> Path:
    return next((folder / "shared/評価シート/政策イノベーション部").rglob(f"{KEY}_*.xlsx"))


def test_a_late_save_of_last_years_waits_for_the_office_and_is_answered(
    both: Path, run: Run
) -> None:
    before = head_of(both, papers.EDITION)
    typed_into(old_workbook(both), {"purpose": "遅れた直し"})
    (receipt,) = run("import", old_workbook(both), "--json").json["receipts"]
    assert (receipt["outcome"], receipt["edition"], receipt["changes"]) == (
        "accepted",
        papers.EDITION,
        [],
    )
    assert receipt["findings"][0]["code"] == "last-years-change"
    assert receipt["findings"][0]["message"].startswith(
        "H30年度のシートへの変更です。まだ登録せず、企画担当の確認待ちにしました"
    )
    assert head_of(both, papers.EDITION) == before
    assert head_of(both, NEW)["purpose"] == before["purpose"]
    told = run("review")
    assert (
        "2018年度のシートの確認待ち 1件（`xlsync review --edition 2018` で見られます）" in told.out
    )
    assert run("review", "--edition", papers.EDITION, "--accept", KEY).code == 0
    assert head_of(both, papers.EDITION)["purpose"] == "遅れた直し"
    assert "昨年度のその後の変更を入れるシート 1件" in run("rollover", NEW, "--yes").out
    assert head_of(both, NEW)["purpose"] == "遅れた直し"


def test_a_stray_copy_of_last_years_blocks_nothing_in_this_years_folder(
    both: Path, run: Run
) -> None:
    shutil.copy(old_workbook(both), new_workbook(both).with_name("コピー.xlsx"))
    typed_into(new_workbook(both), {"purpose": "今年度の目的"})
    assert run("watch", "--once").code in {0, 1}
    assert head_of(both, NEW)["purpose"] == "今年度の目的"
    assert open_city(both).store.last(KEY, papers.EDITION) == 1
    (receipt,) = run("import", old_workbook(both), "--json").json["receipts"]
    assert (receipt["outcome"], receipt["findings"][0]["code"]) == ("unchanged", "last-years")
    assert run("export", KEY).code == 0
    board = (both / f"shared/提出状況_{NEW}年度.html").read_text(encoding="utf-8")
    assert quote(f"{KEY}_情報化推進事業_{NEW}年度.xlsx") in board


def test_the_watchers_decisions_of_last_year_are_none_about_this_years_sheets(
    city: Path, run: Run
) -> None:
    assert run("export", KEY).code == 0
    typed_into(next((city / "shared/評価シート").rglob(f"{KEY}_*")), {"purpose": "昨年度の目的"})
    assert run("watch", "--once").code in {0, 1}
    assert run("rollover", NEW, "--yes").code == 0
    assert run("watch", "--once").code in {0, 1}
    assert state_of(run)[KEY] == "未着手"
    assert run("status", "--edition", papers.EDITION, "--json").json["edition"] == papers.EDITION
    assert (city / "shared/提出状況.html").exists()


def test_what_is_made_of_last_year_stays_byte_for_byte_whatever_the_new_year_brings(
    both: Path, run: Run
) -> None:
    last = ("--edition", str(papers.EDITION))
    publish = ("publish", *last, "--all", "--without-book", "--names-confirmed", "--yes")
    assert run("summarize", *last).code in {0, 1}
    assert run("watch", "--once").code in {0, 1}
    assert run(*publish, "公表").code in {0, 1}
    before = everything(both / "shared") | everything(both / "公表")
    told = run("status", *last, "--json").json
    typed_into(new_workbook(both), {"purpose": "今年度の目的"})
    assert run("watch", "--once").code in {0, 1}
    merged = ("--from", KEY, "--from", f"{papers.KEYS[1]}=60", "--as", "統合")
    assert run("sheets", "lineage", KEY, *merged).code == 0
    assert run("sheets", "retire", papers.KEYS[1], "--reason", "統合のため").code == 0
    assert run("accept", KEY, "--yes").code in {0, 1, 3}
    assert run("summarize").code in {0, 1}
    assert run("watch", "--once").code in {0, 1}
    assert run("summarize", *last).code in {0, 1}
    assert run(*publish, "公表").code in {0, 1}
    after = everything(both / "shared") | everything(both / "公表")
    new_years = f"{NEW}年度"
    changed = {name for name, data in before.items() if after.get(name) != data}
    assert {name for name in changed if new_years not in name} == set()
    assert run("status", *last, "--json").json == told
    assert (both / f"shared/集計/{new_years}/全庁.xlsx").exists()


def test_a_closed_years_workbooks_are_protected_and_moved_to_their_own_folder(
    both: Path, run: Run
) -> None:
    assert run("summarize", "--edition", papers.EDITION).code in {0, 1}
    before = old_workbook(both).read_bytes()
    assert run("close", NEW, "--yes").code == 3
    lock = old_workbook(both).with_name(f"~${old_workbook(both).name}")
    summary_lock = both / "shared/集計/~$全庁.xlsx"
    lock.write_bytes(b"")
    summary_lock.write_bytes(b"")
    said = run("close", papers.EDITION, "--yes")  # somebody has both open
    assert (said.code, "集計/全庁.xlsx：だれかが開いています" in said.err) == (1, True)
    assert old_workbook(both).read_bytes() == before
    lock.unlink()
    summary_lock.unlink()
    assert run("close", papers.EDITION, "--yes").code == 0
    (file,) = (both / "shared/評価シート/2018年度").rglob("*.xlsx")
    assert file.name == f"{KEY}_情報化推進事業_2018年度.xlsx"
    book = openpyxl.load_workbook(file)
    assert all(page.protection.sheet and not page.protection.password for page in book.worksheets)
    assert not any(cell.protection.locked is False for page in book for row in page for cell in row)
    assert (both / "shared/集計/2018年度/全庁.xlsx").exists()
    assert not list((both / "shared/集計").glob("*.xlsx"))
    (receipt,) = run("import", file, "--json").json["receipts"]
    assert receipt["outcome"] == "unchanged"
    opened = re.sub(rb'locked\s*="1"', b'locked="0"', (closed := parts_of(file))["xl/styles.xml"])
    assert opened != closed["xl/styles.xml"]
    with zipfile.ZipFile(file, "w") as package:
        for name, part in {**closed, "xl/styles.xml": opened}.items():
            package.writestr(name, part)
    said = run("close", papers.EDITION, "--yes")  # closes what was left open, too
    assert (said.code, "すでに締めてあります。残っていたファイルも確かめました" in said.out) == (
        0,
        True,
    )
    book = openpyxl.load_workbook(file)
    assert not any(cell.protection.locked is False for page in book for row in page for cell in row)
    assert "もう締めているため" in run("rollover", NEW, "--undo").err


def test_a_year_that_was_closed_by_mistake_is_opened_again_as_it_was(both: Path, run: Run) -> None:
    assert "2018年度は締めていません" in run("close", papers.EDITION, "--undo").err
    assert run("summarize", "--edition", papers.EDITION).code in {0, 1}
    file = old_workbook(both)
    before, files = parts_of(file), everything(both / "shared").keys()
    assert run("close", papers.EDITION, "--yes").code == 0
    closed = everything(both / "shared")
    assert run("close", papers.EDITION, "--undo", "--dry-run").code == 0
    assert run("close", papers.EDITION, "--undo").code == 1
    assert everything(both / "shared") == closed
    (moved_file,) = (both / "shared/評価シート/2018年度").rglob("*.xlsx")
    lock = moved_file.with_name(f"~${moved_file.name}")
    lock.write_bytes(b"")
    assert run("close", papers.EDITION, "--undo", "--yes").code == 1  # somebody has it open
    lock.unlink()
    said = run("close", papers.EDITION, "--undo", "--yes")
    assert (said.code, "締めたことは、すでに取り消してあります。" in said.out) == (0, True)
    assert parts_of(file) == before
    assert everything(both / "shared").keys() >= files
    assert audit(open_city(both).store) == []
    (receipt,) = run("import", file, "--json").json["receipts"]
    assert receipt["outcome"] == "unchanged"
    assert run("rollover", NEW, "--undo").code == 0


def parts_of(file: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(file) as package:
        return {name: package.read(name) for name in package.namelist()}


def test_closing_a_later_year_first_leaves_the_first_ones_workbooks_alone(
    both: Path, run: Run
) -> None:
    before = old_workbook(both).read_bytes()
    assert run("rollover", NEW + 1, "--yes").code == 0
    assert run("close", NEW, "--yes").code == 0
    assert old_workbook(both).read_bytes() == before
    assert openpyxl.load_workbook(new_workbook(both))["_xlsync"].protection.sheet


def test_ctrl_c_ends_the_closing_of_a_year_between_two_sheets(both: Path, run: Run) -> None:
    with ctrl_c_at_flush(6):
        said = run("close", papers.EDITION, "--yes")
    assert (said.code, "途中まで締めました" in said.out) == (130, True)
    assert "途中で中止しました" in said.err
    assert not (both / "shared/集計/2018年度").exists()
    assert run("close", papers.EDITION, "--yes").code == 0
    assert len(list((both / "shared/評価シート/2018年度").rglob("*.xlsx"))) == 1


def test_history_by_years_has_each_years_amount_once_as_the_newest_sheet_says_it(
    rolled: Path, run: Run
) -> None:
    change = {"key": KEY, "form": papers.edition().form, "edition": NEW, "revision": 1}
    costs = {
        "2018-settled": {"sources": {"general": 999}},
        "2017-settled": {"sources": {"general": 7}},
    }
    (rolled / "change.json").write_text(json.dumps({**change, "costs": costs}))
    assert run("import", "change.json").code in {0, 1}
    told = run("history", KEY, "--years", "--json").json
    assert told["editions"] == [papers.EDITION, NEW]
    (general,) = [row for row in told["years"] if row["field"].endswith("一般財源")]
    old = json.loads(papers.official_bytes()[KEY])["costs"]
    assert [(each["at"], each["value"], each["edition"]) for each in general["values"]] == [
        ("H28年度決算", old["2016-settled"]["sources"]["general"], papers.EDITION),
        ("H29年度決算", 7, NEW),
        ("H30年度当初", old["2018-initial"]["sources"]["general"], papers.EDITION),
        ("H30年度決算", 999, NEW),
        ("R1年度当初", old["2019-initial"]["sources"]["general"], NEW),
    ]
    told = run("history", KEY, "--years", "--out", "推移.xlsx").out
    assert "事業実施コスト 一般財源：H28年度決算 " in told
    pages = openpyxl.load_workbook("推移.xlsx")
    rows = [[cell.value for cell in row] for row in pages["推移"].iter_rows(min_row=2)]
    (shown,) = [row for row in rows if str(row[0]).endswith("一般財源")]
    by_year = dict(zip(rows[0], shown, strict=True))
    assert (by_year["H29年度決算"], by_year["H30年度決算"]) == ("7千円", "999千円")
    assert [row[0].value for row in pages["シートのつながり"].iter_rows(min_row=3)] == [
        "2019年度",
        "2018年度",
    ]
    assert run("history", KEY, "--out", "推移.xlsx").code == 2
    with (rolled / "xlsync.toml").open("a", encoding="utf-8") as settings:
        settings.write("\n[budget]\nskeleton = [2019]\n")
    told = run("history", KEY, "--years").out
    assert ("R1年度当初（骨格）" in told, "H30年度当初（" in told) == (True, False)
    assert "2019年度の当初は骨格予算です" in run("rollover", NEW, "--dry-run").out


def test_last_years_workbook_saved_over_this_years_keeps_nobody_from_getting_a_new_one(
    both: Path, run: Run
) -> None:
    shutil.copy(old_workbook(both), new_workbook(both))
    assert run("export", KEY).code == 0
    added = new_workbook(both).with_stem(f"{new_workbook(both).stem}（新）")
    (receipt,) = run("check", added, "--json").json["receipts"]
    assert (receipt["edition"], receipt["key"]) == (NEW, KEY)
    assert "既存 1件" in run("export", KEY).out


def test_the_history_of_a_project_that_has_ended_is_that_of_its_last_year(
    city: Path, run: Run
) -> None:
    assert run("sheets", "retire", KEY, "--reason", "完了のため").code == 0
    assert run("rollover", NEW, "--yes").code == 0
    assert run("history", KEY, "--json").json["edition"] == papers.EDITION
    assert run("history", "99-99").code == 3
    assert (city / f"store/revisions/{NEW}/{KEY}").exists() is False
