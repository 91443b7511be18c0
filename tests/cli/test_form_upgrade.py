"""Workbooks of a former version of the form, brought to the version in use: what was typed, added, and has no place."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import openpyxl
import pytest
from openpyxl.cell import Cell
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment
from openpyxl.formatting.rule import Rule
from openpyxl.styles import PatternFill
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.worksheet.datavalidation import DataValidation

from tests import papers
from tests.cities import WORKSHEET, saved, typed
from tests.cli.test_form_adopt import assert_sound, moved, redrawn, without_pledge
from tests.commands import EXAMPLES, Run, living
from tests.exchange.test_choices import together
from tests.form_changes import FIELD, RULE, SWAPPED
from tests.papers import NO_ROOM_FOR_PLEDGE, form_folder, in_field
from xlsync import open_city
from xlsync.city.settings import find_settings
from xlsync.ooxml import Formula, patch_cells, read_cells
from xlsync.ooxml.patch.package_editor import PackageEdit
from xlsync.ooxml.patch.properties import put_defined_name
from xlsync.workbook.checks.answer_cells import HAND_IN
from xlsync.workbook.checks.visible_sheet import PAGE
from xlsync.workbook.reading.form_reader import read
from xlsync.workbook.stamp import STAMP_NAME

pytestmark = pytest.mark.filterwarnings("ignore:.* extension is not supported")  # by openpyxl
KEY = papers.CLEAN
OTHER = "01-02-01-10-11-01"
COVERED = (25, 3)
"""A cell that the merged area of 事業の目的 covers."""
TYPED = {
    "purpose": "前の様式に書いた目的",
    "outline": "前の様式に書いた概要",
    "mayoral_pledge": "公約９",
    "costs.2017-settled.overtime_hours": 12.5,
}


def swapped(folder: Path) -> Path:
    """The shipped form with 事業の目的 and 事業の概要 in each other's place."""
    drawing = form_folder(folder) / "drawing.xlsx"
    drawing.write_bytes(patch_cells(drawing.read_bytes(), {WORKSHEET: SWAPPED}))
    return folder


CHANGES: Mapping[str, Callable[[Path], Path]] = {
    "a field added": lambda folder: redrawn(form_folder(folder, added=FIELD), "AE20", "[[supplement]]"),
    "a field dropped": without_pledge,
    "a field renamed": moved,
    "a field of another part": lambda folder: form_folder(
        folder, in_field("outline", 'part = "purpose"', 'part = "years"')
    ),
    "a list reworded": lambda folder: form_folder(folder, ('"A 任意的事業"', '"A 任意の事業"')),
    "another kind": lambda folder: form_folder(
        folder, in_field("mayoral_pledge", 'kind = "text"', 'kind = "quantity"'), NO_ROOM_FOR_PLEDGE
    ),
    "the page redrawn": swapped,
    "a rule added": lambda folder: form_folder(folder, added=RULE),
}  # fmt: skip
EXTENSIONS = (
    '<extLst><ext uri="{78C0D931-6437-407d-A8EE-F0AAD7539E65}"'
    ' xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"><x14:conditionalFormattings>'
    '<x14:conditionalFormatting xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main">'
    '<x14:cfRule type="expression" priority="9" id="{00000000-0001-0000-0000-000000000000}"><xm:f>自分用!$A$1="急ぎ"</xm:f>'
    "<x14:dxf><font><b/></font></x14:dxf></x14:cfRule><xm:sqref>AE6</xm:sqref></x14:conditionalFormatting>"
    '<x14:conditionalFormatting xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main">'
    '<x14:cfRule type="expression" priority="8" id="{00000000-0002-0000-0000-000000000000}"><xm:f>自分用!$A$1=$B$25</xm:f>'
    "<x14:dxf><font><b/></font></x14:dxf></x14:cfRule><xm:sqref>AE7</xm:sqref></x14:conditionalFormatting>"
    '</x14:conditionalFormattings></ext><ext uri="{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}"'
    ' xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main">'
    '<x14:dataValidations xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main" count="1">'
    '<x14:dataValidation type="list" allowBlank="1"><x14:formula1><xm:f>自分用!$A$1:$A$3</xm:f></x14:formula1>'
    "<xm:sqref>AE8</xm:sqref></x14:dataValidation></x14:dataValidations></ext></extLst>"
)
"""Rules that name another worksheet, as Excel writes them in extensions of the page: two formats, and a list."""
HEIRS = {"a field renamed": {"outline": "plan.outline"}}


def with_additions(data: bytes) -> bytes:
    """A workbook as somebody keeps it who adds notes, a comment and a worksheet."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    page = book[WORKSHEET]
    page["AE5"] = "欄外のメモ"
    page["AE6"] = "=1+2"
    page["AE20"] = "ここにも"
    page["B25"].comment = Comment("目的のコメント", "係")
    fill = DifferentialStyle(fill=PatternFill("solid", bgColor="FFC000"))
    for cells, formula in (("AE5:AE6", 'AE5="急ぎ"'), ("B25", "LEN(B25)>900")):
        page.conditional_formatting.add(cells, Rule("expression", formula=[formula], dxf=fill))
    marks = DataValidation("list", '"急ぎ,済"')
    marks.add("AE5")
    page.add_data_validation(marks)
    book["チェック"]["J12"], book["チェック"]["D1"] = "チェックのメモ", "付ける"
    own = book.create_sheet("自分用")
    own["A1"], own["B1"] = "控え", f"='{WORKSHEET}'!B25"
    return saved(book)


def with_extensions(data: bytes) -> bytes:
    """A workbook with rules in extensions of its page."""
    edit = PackageEdit(data)
    entry = edit.workbook.worksheet(WORKSHEET)
    assert entry is not None
    text = edit.text(entry.part)
    assert "extLst" not in text
    edit.put(entry.part, text.replace("</worksheet>", f"{EXTENSIONS}</worksheet>"))
    return edit.finished()


def extended_rules(file: Path) -> set[tuple[str, str]]:
    """The cells and the formula of each rule in extensions of a workbook's page, as an XML parser reads them."""
    edit = PackageEdit(file.read_bytes())
    entry = edit.workbook.worksheet(WORKSHEET)
    assert entry is not None
    xm = "{http://schemas.microsoft.com/office/excel/2006/main}"
    x14 = "{http://schemas.microsoft.com/office/spreadsheetml/2009/9/main}"
    page = ET.fromstring(edit.part(entry.part))  # noqa: S314 - our own bytes
    rules = [*page.iter(f"{x14}conditionalFormatting"), *page.iter(f"{x14}dataValidation")]
    return {
        (str(rule.findtext(f".//{xm}sqref")), str(rule.findtext(f".//{xm}f"))) for rule in rules
    }


@pytest.fixture
def city(run: Run, folder: Path) -> Path:
    """A city with one sheet, whose workbook somebody has typed and added to."""
    assert run("import", "-C", folder, EXAMPLES / f"{KEY}.json").code in {0, 1}
    run("export", "-C", folder, KEY)
    file = living(folder)
    file.write_bytes(with_extensions(typed(with_additions(file.read_bytes()), TYPED)))
    return folder


def head(folder: Path, key: str = KEY) -> dict[str, Any]:
    sheet = open_city(folder).store.head(key, papers.EDITION)
    assert sheet is not None
    return dict(sheet)


def everything_in(file: Path) -> str:
    """All texts of a workbook."""
    cells = (cell for page in read_cells(file).values() for cell in page.values())
    return "\n".join(map(str, cells))


@pytest.mark.parametrize("change", CHANGES)
def test_a_workbook_of_the_former_version_comes_back_upgraded(
    run: Run, city: Path, change: str
) -> None:
    file = living(city)
    before = file.read_bytes()
    said = run("form", "adopt", "--yes", "-C", city, CHANGES[change](city / "form-new"))
    assert (said.code, "第2版" in said.out) == (0, True), said.err
    said = run("import", "-C", city, file)
    assert "様式を第2版に" in said.out, said
    form = find_settings(city).terms.form
    (reading,) = read(file, form)
    assert reading.stamp is not None
    assert (reading.version, reading.stamp.version) == (2, 2)
    sheet = head(city)
    assert {path: reading.sheet[path] for path in sheet} == sheet
    heirs = HEIRS.get(change, {})
    assert sheet[heirs.get("outline", "outline")] == TYPED["outline"]
    assert sheet["purpose"] == TYPED["purpose"]
    for text in (*(str(value) for value in TYPED.values()), "欄外のメモ", "ここにも", "控え"):
        assert text in everything_in(file), text
    assert "目的のコメント" in comments(file)
    assert_additions_stay(file, is_moved=change == "the page redrawn")
    assert (find_settings(city).store.folder / "received").is_dir()
    assert before in [kept.read_bytes() for kept in (city / "store/received").iterdir()]
    after = file.read_bytes()
    run("import", "-C", city, file)
    run("export", "-C", city, KEY)
    assert file.read_bytes() == after
    assert any("事業費" in message for message in checked(run, city, file)) == ("rule" in change)
    assert_sound(run, city)


def assert_additions_stay(file: Path, *, is_moved: bool) -> None:
    """Formats and lists added to the page, and what stands on チェック, stay; the format of a cell that moved is listed."""
    book = openpyxl.load_workbook(file)
    page, checks = book[WORKSHEET], book["チェック"]
    assert (checks["J12"].value, checks["D1"].value) == ("チェックのメモ", "付ける")
    formats = {
        (str(area.sqref), formula)
        for area in page.conditional_formatting
        for rule in area.rules
        for formula in rule.formula
    }
    assert ("AE5:AE6", 'AE5="急ぎ"') in formats
    assert (("B25", "LEN(B25)>900") in formats) != is_moved
    assert not is_moved or "=LEN(B25)>900" in listed(file)
    lists = {str(rule.sqref): rule.formula1 for rule in page.data_validations.dataValidation}
    assert lists["AE5"] == '"急ぎ,済"'
    extended = extended_rules(file)
    assert {("AE6", '自分用!$A$1="急ぎ"'), ("AE8", "自分用!$A$1:$A$3")} <= extended
    assert (("AE7", "自分用!$A$1=$B$25") in extended) != is_moved
    assert not is_moved or "=自分用!$A$1=$B$25" in listed(file)


def comments(file: Path) -> list[str]:
    book = openpyxl.load_workbook(file)
    cells = (cell for row in book[WORKSHEET].iter_rows() for cell in row)
    return [cell.comment.text for cell in cells if cell.comment]


def test_a_cell_that_asks_to_choose_again_asks_in_the_new_form_too(run: Run, city: Path) -> None:
    book = living(city)
    data = book.read_bytes()
    mine = book.with_name(f"{book.stem} - コピー.xlsx")
    book.write_bytes(patch_cells(data, {(PAGE, HAND_IN): "提出する"}))
    run("import", "-C", city, book)
    mine.write_bytes(patch_cells(data, {(PAGE, HAND_IN): "所属長確認済"}))
    run("import", "-C", city, mine)
    assert read_cells(mine)[PAGE][HAND_IN] == "選び直し"
    run("form", "adopt", swapped(city / "form-new"), "-C", city, "--yes")
    run("export", "-C", city, "--all")
    assert read_cells(mine)[PAGE][HAND_IN] == "選び直し"
    assert read_cells(book)[PAGE][HAND_IN] == "提出する"
    told = run("conflicts", "-C", city, "--json").json["conflicts"]
    assert [(each["path"], each["ours"], each["theirs"]) for each in told] == [
        ("提出", "提出済", "所属長確認済")
    ]
    assert "「所属長確認済」" in run("conflicts", "-C", city).out
    assert run("resolve", KEY, "-C", city).code == 3
    said = run("resolve", KEY, "--theirs", "提出", "-C", city)
    assert (said.code, "「提出」をファイルのとおりにしました" in said.out) == (0, True)
    assert run("conflicts", "-C", city).code == 0
    run("export", "-C", city, "--all")
    assert [read_cells(file)[PAGE][HAND_IN] for file in (book, mine)] == ["所属長確認済"] * 2


def test_what_found_no_place_is_listed_in_the_workbook(run: Run, city: Path) -> None:
    file = living(city)
    run("form", "adopt", "--yes", "-C", city, CHANGES["a field dropped"](city / "form-new"))
    assert "移せなかった内容" in run("import", "-C", city, file).out
    assert "公約９" in listed(file)


def listed(file: Path) -> str:
    """All texts of the worksheet that lists what found no place."""
    return "\n".join(map(str, read_cells(file)["第2版に移せなかった内容"].values()))


def test_what_a_field_holds_beside_its_value_is_listed(run: Run, city: Path) -> None:
    """A formula of somebody's own, a struck text, the comment of a field that is gone, a text under a merged area."""
    file = living(city)
    book = openpyxl.load_workbook(io.BytesIO(file.read_bytes()), rich_text=True)
    page, cells = book[WORKSHEET], read(file)[0].cells
    struck = TextBlock(InlineFont(strike=True), "取り消した目的")
    page[cells["purpose"]] = CellRichText(struck, "残した目的")
    page[cells["mayoral_pledge"]].comment = Comment("公約のコメント", "係")
    hours = cells["costs.2017-settled.overtime_hours"]
    row, column = COVERED
    page._cells[COVERED] = Cell(page, row, column, "隠れた内容")  # noqa: SLF001 - openpyxl drops it
    book["チェック"]["C30"] = "一覧の上に書いたメモ"
    formula = Formula("120+135", cached=255)
    file.write_bytes(patch_cells(saved(book), {(WORKSHEET, hours): formula}))
    run("form", "adopt", "--yes", "-C", city, CHANGES["a field dropped"](city / "form-new"))
    run("import", "-C", city, file)
    for text in (
        "=120+135",
        "取り消した目的",
        "公約のコメント",
        "隠れた内容",
        "一覧の上に書いたメモ",
    ):
        assert text in listed(file), text
    (reading,) = read(file, find_settings(city).terms.form)
    assert reading.sheet["purpose"] == "残した目的"
    assert reading.sheet["costs.2017-settled.overtime_hours"] == 255


@pytest.fixture
def two_pages(run: Run, city: Path) -> Path:
    """A workbook with the pages of two sheets, each with something typed."""
    file = living(city)
    run("import", "-C", city, file, EXAMPLES / f"{OTHER}.json")
    run("export", "-C", city, OTHER)
    second = living(city, OTHER)
    data = typed(second.read_bytes(), {"mayoral_pledge": "公約２", "purpose": "二つめの目的"})
    book = openpyxl.load_workbook(io.BytesIO(together(file.read_bytes(), data)))
    book["二つめ"]["AE7"] = "二つめのメモ"
    file.write_bytes(saved(book))
    second.unlink()
    assert run("import", "-C", city, file).code in {0, 1}
    return file


@pytest.mark.parametrize("change", ["a field dropped", "a rule added"])
def test_each_of_several_pages_is_upgraded_in_its_place(
    run: Run, city: Path, two_pages: Path, change: str
) -> None:
    run("form", "adopt", "--yes", "-C", city, CHANGES[change](city / "form-new"))
    assert "様式を第2版に" in run("import", "-C", city, two_pages).out
    readings = read(two_pages, find_settings(city).terms.form)
    assert [(reading.worksheet, reading.version) for reading in readings] == [
        (WORKSHEET, 2),
        ("二つめ", 2),
    ]
    for reading in readings:
        sheet = head(city, reading.sheet.key)
        assert {path: reading.sheet[path] for path in sheet} == sheet
    assert [reading.sheet["purpose"] for reading in readings] == [TYPED["purpose"], "二つめの目的"]
    for text in ("公約９", "公約２", "欄外のメモ", "二つめのメモ", "控え"):
        assert text in everything_in(two_pages), text
    if change == "a field dropped":
        assert "公約９" in listed(two_pages)
        second = set(read_cells(two_pages)["第2版に移せなかった内容 2"].values())
        assert "公約２" in second
        assert any(str(text).startswith("二つめ ") for text in second)
    after = two_pages.read_bytes()
    run("import", "-C", city, two_pages)
    run("export", "-C", city, KEY)
    assert two_pages.read_bytes() == after
    checked(run, city, two_pages)
    assert_sound(run, city)


def test_a_page_beside_a_trial_page_stays_until_that_is_deleted_and_both_commands_say_so(
    run: Run, city: Path, two_pages: Path
) -> None:
    """The pages share the lists of one version, and a trial page is never received."""
    trial = with_second_page_on_trial(two_pages.read_bytes())
    two_pages.write_bytes(trial)
    form = CHANGES["a field dropped"](city / "form-new")
    run("import", "-C", city, two_pages)
    (kept,) = run("form", "try", form, "-C", city, "--json").json["adoption"]["kept"]
    assert (Path(kept["file"]).name, kept["reason"]) == (two_pages.name, "お試し用のファイルです")
    run("form", "adopt", "--yes", "-C", city, form)
    said = run("import", "-C", city, two_pages)
    assert "試し提出用のシートが同じファイルにあるため、もとの様式のままです" in said.out + said.err
    readings = read(two_pages, find_settings(city).terms.form)
    assert [reading.version for reading in readings] == [1, 1]
    assert outdated(run, city)[KEY] == [two_pages.relative_to(city).as_posix()]
    book = openpyxl.load_workbook(io.BytesIO(two_pages.read_bytes()))
    del book["二つめ"]
    two_pages.write_bytes(saved(book))
    assert "様式を第2版に" in run("import", "-C", city, two_pages).out
    (reading,) = read(two_pages, find_settings(city).terms.form)
    assert (reading.version, reading.sheet["purpose"]) == (2, TYPED["purpose"])


def with_second_page_on_trial(data: bytes) -> bytes:
    """The workbook whose second page is for trying out, as one copied in from a trial workbook."""
    stamp = read(data)[1].stamp
    assert stamp is not None
    edit = PackageEdit(data)
    put_defined_name(edit, "二つめ", STAMP_NAME, f'"{stamp.as_trial().text()}"', hidden=True)
    return edit.finished()


def test_a_workbook_with_something_not_received_is_not_upgraded(run: Run, city: Path) -> None:
    file = living(city)
    before = file.read_bytes()
    run("form", "adopt", "--yes", "-C", city, CHANGES["a rule added"](city / "form-new"))
    run("export", "-C", city, KEY)
    assert file.read_bytes() == before


def test_the_page_of_a_day_is_that_of_the_version_in_use_then(run: Run, city: Path) -> None:
    run("form", "adopt", "--yes", "-C", city, moved(city / "form-new"))
    assert run("export", "-C", city, KEY, "--at", "2099-01-01", "--out", city).code == 0
    (now,) = read(city / f"{KEY}_2099-01-01時点.xlsx", find_settings(city).terms.form)
    assert (now.version, now.sheet["plan.outline"] is None) == (2, False)
    assert run("history", "-C", city, KEY, "--edition", "2018").code == 0
    assert run("history", "-C", city, KEY, "--edition", "2017").code == 3


def test_the_watcher_upgrades_what_it_had_taken_in_before(run: Run, city: Path) -> None:
    assert run("watch", "-C", city, "--once").code in {0, 1}
    run("form", "adopt", "--yes", "-C", city, CHANGES["a rule added"](city / "form-new"))
    assert run("watch", "-C", city, "--once").code in {0, 1}
    (reading,) = read(living(city), find_settings(city).terms.form)
    assert reading.version == 2
    assert reading.sheet["purpose"] == TYPED["purpose"]


def checked(run: Run, city: Path, file: Path) -> set[str]:
    """Every error and warning of the first page that `xlsync check` says; チェック says them all."""
    receipt = run("check", "-C", city, file, "--json").json["receipts"][0]
    said = {found["message"] for found in receipt["findings"] if found["severity"] != "note"}
    assert said <= {str(value) for value in read_cells(file)["チェック"].values()}
    return said


def test_the_status_shows_who_still_has_a_workbook_of_the_former_version(
    run: Run, city: Path
) -> None:
    """One was given out and never saved, one is open somewhere, until both are closed and written."""
    run("import", "-C", city, living(city), EXAMPLES / f"{OTHER}.json")
    run("export", "-C", city, OTHER)
    assert outdated(run, city) == {KEY: [], OTHER: []}
    run("form", "adopt", "--yes", "-C", city, CHANGES["a rule added"](city / "form-new"))
    files = {key: [living(city, key).relative_to(city).as_posix()] for key in (KEY, OTHER)}
    assert outdated(run, city) == files
    assert run("status", "-C", city).out.count("古い様式") == 2
    run("import", "-C", city, living(city))
    assert outdated(run, city) == {**files, KEY: []}
    assert "古い様式" in (city / "shared/提出状況.html").read_text(encoding="utf-8")
    run("import", "-C", city, living(city, OTHER))
    assert outdated(run, city) == {KEY: [], OTHER: []}
    assert "古い様式" not in (city / "shared/提出状況.html").read_text(encoding="utf-8")


def outdated(run: Run, city: Path) -> dict[str, list[str]]:
    """The workbooks of each sheet that `xlsync status` calls outdated."""
    sheets = run("status", "-C", city, "--json").json["sheets"]
    return {sheet["key"]: sheet["outdated"] for sheet in sheets}


def test_every_summary_names_the_version_it_was_made_by(run: Run, city: Path) -> None:
    run("form", "adopt", "--yes", "-C", city, CHANGES["a rule added"](city / "form-new"))
    assert run("summarize", "-C", city).code in {0, 1}
    assert run("summarize", "-C", city, "--format", "json").code in {0, 1}
    books = sorted((city / "shared/集計").glob("*.xlsx"))
    assert len(books) == 2
    for file in books:
        with zipfile.ZipFile(file) as package:
            pages = [name for name in package.namelist() if name.startswith("xl/worksheets/sheet")]
            for page in pages:
                assert "様式第2版" in package.read(page).decode(), (file, page)
    tables = [file for file in (city / "shared/集計").glob("*.json") if "schema" not in file.name]
    assert {json.loads(file.read_bytes())["form_version"] for file in tables} == {2}
