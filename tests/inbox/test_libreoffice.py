"""Workbooks saved as .xls or .ods are received through LibreOffice where it is installed, and left as they are."""

from __future__ import annotations

import contextlib
import http.server
import io
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

import openpyxl
import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont

from tests import office, papers
from tests.cities import WORKSHEET, City, city, saved
from tests.watching import desk, zipped
from xlsync.city.settings import read_settings
from xlsync.cli.settings_template import settings_text
from xlsync.errors import EncryptedWorkbook, HostileWorkbook, NotAWorkbook, SettingsError
from xlsync.form.library import load_form
from xlsync.inbox.intake.archive import read_member, workbooks_of
from xlsync.inbox.intake.libreoffice import LibreOffice, find_libreoffice
from xlsync.ooxml.opc.package import Package
from xlsync.store.store_audit import audit
from xlsync.workbook.reading.form_reader import read
from xlsync.workbook.reading.reading import Reading

GENERAL, HOURS = "costs.2017-settled.sources.general", "costs.2017-settled.overtime_hours"
MONEY, TEXT = "costs.2017-settled.sources.national", "years.2017.issues"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
ODS = b"application/vnd.oasis.opendocument.spreadsheet"
INSTALLED: Final = LibreOffice(find_libreoffice("auto"))


def changed(data: bytes) -> bytes:
    """A workbook as staff leave it: a struck figure, a number shown with its unit, a duration, a text in two runs."""
    cells = read(data)[0].cells
    book = openpyxl.load_workbook(io.BytesIO(data), rich_text=True)
    page = book[WORKSHEET]
    struck = TextBlock(InlineFont(strike=True), "120")
    page[cells[GENERAL]].value = CellRichText(struck, "135")
    page[cells[MONEY]].value = 98
    page[cells[MONEY]].number_format = '#,##0"千円"'
    page[cells[HOURS]].value = 1499.25 / 24
    page[cells[HOURS]].number_format = "[h]:mm"
    page[cells[TEXT]].value = CellRichText(TextBlock(InlineFont(b=True), "課題"), "は続く")
    return saved(book)


@dataclass(frozen=True)
class Saved:
    """A living workbook as it was changed, and saved by LibreOffice under its older endings."""

    xlsx: bytes
    files: Mapping[str, bytes]


@pytest.fixture(name="town")
def _town(tmp_path: Path) -> City:
    town = city(tmp_path / "city")
    town.register(papers.CLEAN)
    return town


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Saved:
    folder = tmp_path_factory.mktemp("old")
    town = city(folder / "city")
    town.register(papers.CLEAN)
    xlsx = changed(town.give_out())
    file = folder / "評価.xlsx"
    file.write_bytes(xlsx)
    files = {
        ending: office.convert([file], to, folder / "out", recalculate=False)[0].read_bytes()
        for ending, to in ((".xls", "xls:MS Excel 97"), (".ods", "ods"))
    }
    return Saved(xlsx, files)


def readings(name: str, data: bytes, libreoffice: LibreOffice = INSTALLED) -> list[Reading]:
    (member,) = workbooks_of(name, data, libreoffice)
    return read_member(member, libreoffice, read)


def findings_of_cells(reading: Reading) -> set[tuple[str, str]]:
    return {(finding.code, finding.path) for finding in reading.findings if finding.path}


@pytest.mark.office
@pytest.mark.parametrize("ending", [".xls", ".ods"])
def test_a_converted_file_is_read_like_the_xlsx_it_was_saved_from(old: Saved, ending: str) -> None:
    [before] = read(old.xlsx)
    [after] = readings(f"評価{ending}", old.files[ending])
    assert after.stamp == before.stamp
    assert not after.unlocated
    computed = {
        field.path for field in before.sheet.edition.fields if field.filled_by == "computed"
    }
    own = before.sheet.keys() - computed
    assert {path: after.sheet[path] for path in own} == {path: before.sheet[path] for path in own}
    assert [after.sheet[path] for path in (GENERAL, MONEY, HOURS, TEXT)] == [
        135,
        98,
        before.sheet[HOURS],
        "課題は続く",
    ]
    assert after.live == before.live
    assert findings_of_cells(after) == findings_of_cells(before)
    assert after.findings[0].code == "converted"
    assert f"このファイル（{ending}）は" in after.findings[0].message


@pytest.mark.office
def test_the_watcher_receives_it_and_leaves_the_file_as_it_is(old: Saved, tmp_path: Path) -> None:
    here = desk(tmp_path, papers.CLEAN)
    here.settle(libreoffice=INSTALLED)
    here.town.give_out()
    data = old.files[".xls"]
    file = here.put("課/評価.xls", data)
    assert here.outcomes() == ["accepted"]
    assert here.town.head()[GENERAL] == 135
    assert "書き戻せない" in here.sweep.troubles["課/評価.xls"]
    assert file.read_bytes() == data
    kept = here.town.store.folder / f"received/{sha256(data).hexdigest()}.xls"
    assert kept.read_bytes() == data
    assert audit(here.town.store) == []
    assert here.outcomes() == []
    here.settle(libreoffice=LibreOffice())
    here.run()
    assert "（.xls）です" in here.sweep.troubles["課/評価.xls"]


@pytest.mark.office
def test_an_archive_may_hold_it(old: Saved) -> None:
    members = workbooks_of("提出.zip", zipped({"課/評価.ods": old.files[".ods"]}), INSTALLED)
    assert [(member.name, member.old_ending) for member in members] == [("課/評価.ods", ".ods")]
    (reading,) = read_member(members[0], INSTALLED, read)
    assert reading.sheet[GENERAL] == 135
    with pytest.raises(NotAWorkbook, match=r"課/評価\.ods：受け取れない形式（\.ods）"):
        workbooks_of("提出.zip", zipped({"課/評価.ods": old.files[".ods"]}), LibreOffice())


def program(folder: Path, *lines: str) -> LibreOffice:
    """A program that is started like LibreOffice and does something else."""
    file = folder / "program"
    file.write_text("\n".join(("#!/bin/sh", *lines, "")), encoding="utf-8")
    file.chmod(0o700)
    return LibreOffice(file, 1)


def test_a_workbook_that_only_has_such_a_name_is_read_as_what_it_is(town: City) -> None:
    data = town.give_out()
    [reading] = readings("評価.xls", data, LibreOffice())
    assert reading.sheet == read(data)[0].sheet
    assert reading.findings[0].code == "converted"


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("古い.xls", OLE),
        ("表.xls", b"<html><table><tr><td>1"),
        ("文書.ods", zipped({"mimetype": b"application/vnd.oasis.opendocument.text"})),
        ("途中.ods", b"PK\x03\x04"),
    ],
)
def test_what_is_no_workbook_is_named_and_never_given_to_libreoffice(
    tmp_path: Path, name: str, data: bytes
) -> None:
    started = tmp_path / "started"
    with pytest.raises(NotAWorkbook, match=f"受け取れない形式（{Path(name).suffix}）"):
        readings(name, data, program(tmp_path, f"touch {started}"))
    assert not started.exists()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("評価.xls", OLE + "EncryptedPackage".encode("utf-16-le")),
        (
            "評価.ods",
            zipped({"mimetype": ODS, "META-INF/manifest.xml": b"<manifest:encryption-data>"}),
        ),
    ],
)
def test_a_file_with_a_password_is_refused_with_the_reason(
    tmp_path: Path, name: str, data: bytes
) -> None:
    with pytest.raises(EncryptedWorkbook, match="パスワード"):
        readings(name, data, program(tmp_path))


def test_a_conversion_without_end_is_ended_with_all_it_has_started(tmp_path: Path) -> None:
    late = tmp_path / "late"
    slow = program(tmp_path, f"(sleep 2; touch {late}) &", "sleep 60")
    began = time.monotonic()
    with pytest.raises(HostileWorkbook, match="1秒で終わりません"):
        readings("評価.ods", zipped({"mimetype": ODS}), slow)
    assert time.monotonic() - began < 10
    time.sleep(2)
    assert not late.exists()


def test_a_file_that_libreoffice_cannot_open_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotAWorkbook, match="LibreOfficeで開けません"):
        readings("評価.ods", zipped({"mimetype": ODS}), program(tmp_path, "exit 0"))


def test_a_program_that_cannot_be_started_is_no_fault_of_the_file(tmp_path: Path) -> None:
    here = desk(tmp_path, papers.CLEAN)
    broken = program(tmp_path)
    here.settle(libreoffice=broken)
    here.put("評価.ods", zipped({"mimetype": ODS}))
    assert broken.executable is not None
    broken.executable.chmod(0o600)
    assert here.outcomes() == []
    assert here.sweep.entries == {}
    here.run(600)
    assert "LibreOfficeを起動できません" in here.sweep.troubles["評価.ods"]


@pytest.mark.office
def test_a_hostile_file_reaches_neither_the_network_nor_other_files(tmp_path: Path) -> None:
    asked: list[str] = []
    secret = tmp_path / "secret.csv"
    secret.write_text("confidential,1\n", encoding="utf-8")
    range_source = (
        '<table:cell-range-source table:name="all" table:filter-name="Text - txt - csv (StarCalc)" '
        f'xlink:href="{secret.as_uri()}"/>'
    )
    with serving(asked) as port:
        data = spreadsheet(
            f'<table:table-cell table:formula="of:=WEBSERVICE(&quot;http://127.0.0.1:{port}/a&quot;)"/>',
            f"<table:table-cell table:formula=\"of:='{secret.as_uri()}'#$secret.A1\"/>",
            f"<table:table-cell table:formula=\"of:='http://127.0.0.1:{port}/b.ods'#$Sheet1.A1\"/>",
            f'<table:table-cell table:formula="of:=DDE(&quot;soffice&quot;;&quot;{secret}&quot;;&quot;A1&quot;)"/>',
            f'<table:table-cell><draw:frame><draw:image xlink:href="http://127.0.0.1:{port}/c.png"/></draw:frame></table:table-cell>',
            f"<table:table-cell>{range_source}</table:table-cell>",
        )
        converted = Package.open(INSTALLED.as_xlsx("表.ods", data))
    assert asked == []
    parts = b"".join(converted.part(name) for name in converted.names)
    assert b"confidential" not in parts
    assert b"<sheetData" in parts


def spreadsheet(*cells: str) -> bytes:
    """A .ods with these cells in its first row."""
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{urn}:1.0"'
        for name, urn in (
            ("office", "office"),
            ("table", "table"),
            ("draw", "drawing"),
            ("text", "text"),
        )
    )
    content = (
        f'<office:document-content {spaces} xmlns:xlink="http://www.w3.org/1999/xlink" '
        'xmlns:of="urn:oasis:names:tc:opendocument:xmlns:of:1.2" office:version="1.2">'
        '<office:body><office:spreadsheet><table:table table:name="Sheet1"><table:table-row>'
        f"{''.join(cells)}</table:table-row></table:table></office:spreadsheet></office:body>"
        "</office:document-content>"
    )
    manifest = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{ODS.decode()}"/>'
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
        "</manifest:manifest>"
    )
    return zipped(
        {
            "mimetype": ODS,
            "content.xml": content.encode(),
            "META-INF/manifest.xml": manifest.encode(),
        }
    )


@contextlib.contextmanager
def serving(asked: list[str]) -> Iterator[int]:
    """A web server on this machine that writes down what it is asked for; its port."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        do_HEAD = do_OPTIONS = do_PROPFIND = do_GET  # noqa: N815 (http.server calls them so)

    with http.server.HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


def test_the_settings_say_whether_and_which_libreoffice(tmp_path: Path) -> None:
    own = program(tmp_path).executable
    lines = {
        'program = "off"\n': LibreOffice(None, 60),
        f'program = "{own}"\nseconds = 5\n': LibreOffice(own, 5),
        "": LibreOffice(INSTALLED.executable, 60),
    }
    for text, expected in lines.items():
        written = settings_text("市", load_form(), "jimu-jigyo-hyoka", papers.EDITION, {})
        (tmp_path / "xlsync.toml").write_text(f"{written}\n[libreoffice]\n{text}", encoding="utf-8")
        assert read_settings(tmp_path).libreoffice == expected
    (tmp_path / "xlsync.toml").write_text(
        f'{written}\n[libreoffice]\nprogram = "/nowhere/soffice"\n', encoding="utf-8"
    )
    with pytest.raises(
        SettingsError, match=r"\[libreoffice\] program の「/nowhere/soffice」がありません"
    ):
        read_settings(tmp_path)
