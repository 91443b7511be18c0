"""Tables of rows of unknown number, as they are published: every row and cell that is public, and no other."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
from pypdf import PdfReader

from tests import office
from tests.tables.items import WORKSHEET, YEAR, edition, form, row, sheet
from xlsync.form.edition import Edition, Field
from xlsync.form.publication_pages import ReportLayout
from xlsync.kinds import Value
from xlsync.ooxml import read_cells
from xlsync.publication.book.book_pages import long_texts
from xlsync.publication.book.report_pages import report_rows
from xlsync.publication.corrections import corrections_since
from xlsync.publication.derivable_fields import derivable_fields
from xlsync.publication.last_publication import last_published_year
from xlsync.publication.open_data.data_package import data_files
from xlsync.publication.private_names import name_candidates
from xlsync.publication.public_fields import public_edition, public_sheet
from xlsync.publication.published_year import PublicSheet, PublishedYear, Publisher
from xlsync.publication.write_publication import PublicationContents, publish
from xlsync.sheet import Sheet
from xlsync.workbook.template.print_page import print_page
from xlsync.workbook.template.template import build_template

ROWS = {
    "R1": row("B-1", "机", 2, price=30_000, note="脚に傷"),
    "R2": row("B-2", "椅子", 5, price=0, state="要修理"),
    "R3": row("B-3", "書架", 1, price=None, note="秘密の備考"),
}
UNITS = ("総務部", "管財課")


def hiding(*paths: str) -> Edition:
    """The edition with some fields, or columns by "items." and their word, that are not public."""
    [items] = edition().tables
    fields, columns = (
        tuple(_with_public(each, is_public=each.path not in paths) for each in every)
        for every in (edition().fields, items.column_fields)
    )
    return replace(edition(), fields=fields, tables=(replace(items, column_fields=columns),))


def _with_public(field: Field, *, is_public: bool) -> Field:
    if is_public:
        return field
    return replace(field, entry=field.entry.model_copy(update={"public": False}))


def published(whole: Sheet, *hidden: str) -> PublishedYear:
    """A year with one sheet, without some fields or columns."""
    narrowed = Sheet(hiding(*hidden), whole.key, dict(whole), None, whole.unreadable)
    shown = PublicSheet(public_sheet(narrowed), UNITS, "final")
    return PublishedYear(Publisher("つくば市"), public_edition(narrowed.edition), (shown,))


def table(files: dict[str, bytes], name: str) -> list[dict[str, str]]:
    """The rows of a published CSV file."""
    return list(csv.DictReader(io.StringIO(files[f"{name}.csv"].decode("utf-8-sig"))))


def everything_in(folder: Path) -> str:
    """All that a folder of publication says."""
    files = (file for file in sorted(folder.rglob("*")) if file.is_file())
    return "\n".join(file.read_text(encoding="utf-8-sig") for file in files)


def test_every_row_is_in_the_open_data_with_its_id_its_figures_and_their_sums() -> None:
    files = data_files(published(sheet(ROWS)), has_parquet=True)
    assert "items.parquet" in files
    rows = table(files, "items")
    assert [each["行の識別番号"] for each in rows] == list(ROWS)
    assert [each["識別番号"] for each in rows] == ["A-01"] * 3
    assert [(each["品名"], each["取得価格（円）"], each["備考"]) for each in rows] == [
        ("机", "30000", "脚に傷"),
        ("椅子", "0", ""),
        ("書架", "", "秘密の備考"),
    ]
    prices = [each for each in table(files, "figures") if each["項目名"] == "items.price"]
    assert [(each["区分"], each["値"], each["記載"]) for each in prices] == [
        ("R1", "30000", "数値"),
        ("R2", "0", "数値"),
        ("R3", "", "未入力"),
    ]
    assert {(each["項目"], each["時点"]) for each in prices} == {("備品 取得価格", "")}
    [proof] = [
        each
        for each in table(files, "proof")
        if (each["範囲"], each["項目名"]) == ("全庁", "items.price")
    ]
    counts = (proof["合計"], proof["シート"], proof["数値"], proof["未入力"])
    assert counts == ("30000", "1", "2", "1")
    assert "要修理" in {each["記載される言葉"] for each in table(files, "choices")}
    descriptor = json.loads(files["datapackage.json"])
    [described] = [each for each in descriptor["resources"] if each["name"] == "items"]
    assert described["schema"]["foreignKeys"][0]["fields"] == "識別番号"
    formula = {each["名前（JSON・Parquet）"]: each["説明"] for each in table(files, "dictionary")}
    assert formula["total.price"] == "計算式：「備品」の各行の取得価格"


def test_a_table_called_like_one_of_ours_has_a_name_of_its_own() -> None:
    year = published(sheet(ROWS))
    [items] = year.edition.tables
    called = replace(items, whole=replace(items.whole, path="figures"))
    files = data_files(
        replace(year, edition=replace(year.edition, tables=(called,), rules=()), public_sheets=()),
        has_parquet=False,
    )
    assert {"figures.csv", "figures_.csv"} <= files.keys()


def test_the_page_of_the_site_says_every_cell_and_the_rows_of_earlier_years(tmp_path: Path) -> None:
    year = published(sheet(ROWS))
    publish(tmp_path / "公表", PublicationContents(year))
    page = (tmp_path / "公表/projects/A-01.html").read_text(encoding="utf-8")
    for words in ("備品（3件）", "机", "脚に傷", "30,000", "要修理", "取得価格（円）"):
        assert words in page
    assert page.index("備品（3件）") < page.index(">合計</h2>")
    before = public_edition(form().at(YEAR - 1))
    last = Sheet(before, "A-01", dict(public_sheet(sheet({"R7": row("B-7", "古い金庫")}))))
    earlier = PublishedYear(year.publisher, before, (PublicSheet(last, UNITS, "final"),))
    publish(tmp_path / "二年", PublicationContents(year, (earlier,)))
    page = (tmp_path / "二年/projects/A-01.html").read_text(encoding="utf-8")
    assert "備品（2025年度のシート）</summary>" in page
    assert "古い金庫" in page


def test_a_hidden_column_is_nowhere_and_names_in_rows_are_looked_for(tmp_path: Path) -> None:
    whole = sheet({**ROWS, "R4": row("B-4", "山田太郎様寄贈の机", note="鈴木花子氏から")})
    year = published(whole, "items.note")
    [shown] = year.public_sheets
    [found] = name_candidates(shown)
    assert (found.path, found.word) == ("items.R4.name", "山田太郎様")
    assert "備品「山田太郎様寄贈の机」" in found.field_title
    publish(tmp_path / "公表", PublicationContents(year))
    said = everything_in(tmp_path / "公表")
    assert "脚に傷" not in said
    assert "備考" not in said
    assert "書架" in said
    cells = read_cells(print_page(build_template(form(), YEAR), shown.sheet))[WORKSHEET]
    assert "秘密の備考" not in cells.values()
    assert "書架" in cells.values()


def test_rows_are_read_back_and_their_corrections_tell_no_former_text(tmp_path: Path) -> None:
    target, year = tmp_path / "公表", published(sheet(ROWS))
    publish(target, PublicationContents(year))
    again = last_published_year(target, year.edition, year.publisher, {})
    assert again.public_sheets[0].sheet.same_content(year.public_sheets[0].sheet)
    assert corrections_since(target, year) == []
    changed: dict[str, dict[str, Value]] = {
        "R1": {**ROWS["R1"], "price": 31_000},
        "R2": ROWS["R2"],
        "R9": row("B-9", "金庫"),
    }
    corrected = replace(published(sheet(changed)), as_of="2026-09-01")
    found = {each.path: each for each in corrections_since(target, corrected)}
    assert found["items.R1.price"].field_title == "備品「机」 取得価格"
    assert found["items.R1.price"].words_after == "31,000円"
    assert "書架" in found["items.R3"].words_before
    assert "金庫" in found["items.R9"].words_after
    publish(target, PublicationContents(corrected))
    said = everything_in(target)
    assert "秘密の備考" not in said
    assert "書架" not in said
    rows = json.loads((target / "data/2026/corrections.json").read_bytes())["rows"]
    by_path = {each["path"]: each for each in rows}
    assert by_path["items.R1.price"]["before"] == "30,000円"
    assert by_path["items.R3"]["before"] is None
    assert by_path["items.R3"]["label"] == "備品の行"


def test_a_hidden_column_is_given_away_by_its_total_where_a_sheet_has_one_row() -> None:
    [found] = derivable_fields(hiding("items.price"))
    assert (found.hidden_field.path, found.total_field.path) == ("items.price", "total.price")
    assert "表の行が1つのとき" in found.words
    [whole] = derivable_fields(hiding("total.price"))
    assert whole.hidden_field.path == "total.price"
    assert "公表する内訳の合計です" in whole.words
    assert derivable_fields(hiding("items.price", "total.price")) == []


def test_a_text_of_a_row_that_does_not_fit_is_told_with_its_row_and_cell() -> None:
    rows = {f"R{number}": row(f"B-{number}") for number in range(1, 61)}
    rows["R50"] = row("B-50", "金庫", note="長い備考。" * 30)
    year = published(sheet(rows, remarks="特記。" * 200))
    template = build_template(form(), YEAR)
    found = [(each.heading, each.cell) for each in long_texts(template, year.public_sheets[0])]
    assert found == [("点検 特記事項", "C6"), ("備品「金庫」 備考", "H58")]


def test_rows_stand_in_the_second_layout_with_the_columns_that_it_names() -> None:
    block = {"block": "rows", "title": "備品", "table": "items", "columns": ["name", "price"]}
    layout = ReportLayout.model_validate({"title": "一覧", "blocks": [block]})
    shown = published(sheet(ROWS)).public_sheets[0]
    lines = [
        "｜".join("".join(cell.printed_lines) for cell in each.report_cells)
        for each in report_rows(layout, shown)
    ]
    assert lines[2:] == ["備品", "品名｜取得価格（円）", "机｜30,000", "椅子｜0", "書架｜"]
    without = published(sheet(ROWS), "items.name", "items.price").public_sheets[0]
    assert len(list(report_rows(layout, without))) == 2


@pytest.mark.office
def test_the_printed_page_has_every_row_however_many_there_are(tmp_path: Path) -> None:
    rows = {f"R{number}": row(f"B-{number:04}") for number in range(1, 101)}
    shown = published(sheet(rows)).public_sheets[0]
    (tmp_path / "a.xlsx").write_bytes(print_page(build_template(form(), YEAR), shown.sheet))
    [pdf] = office.convert([tmp_path / "a.xlsx"], "pdf", tmp_path)
    text = "".join(page.extract_text() for page in PdfReader(pdf).pages)
    assert all(f"B-{number:04}" in text for number in range(1, 101))
    assert "佐藤" not in text
