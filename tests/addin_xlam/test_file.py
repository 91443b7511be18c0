"""The add-in as a file: what its sources make, alike to every reader, and what VBA's compiler would take."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
import zipfile
from importlib.metadata import version
from pathlib import Path

import openpyxl
import pytest
import python_calamine
from pyopenvba import ExcelFile, check_file

import build_addin
from tests import office
from xlsync.addin.client.carrying_out import HEAD

ADDIN = build_addin.ADDIN
SOURCES = sorted((ADDIN / "vba").glob("*.bas"))
MODULES = {file.stem: file.read_text(encoding="ascii") for file in SOURCES}
RIBBON = "{http://schemas.microsoft.com/office/2009/07/customui}"
PACKAGE = "{http://schemas.openxmlformats.org/package/2006/relationships}"
TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"
CHANGING_KEYS = {"verb.", "setting.", "fact."}
"""Keys put together at run time, or asked for by what another module says."""


def test_the_committed_add_in_is_what_its_sources_make() -> None:
    first = build_addin.built()
    assert first == build_addin.built()
    assert build_addin.BUILT.read_bytes() == first


def test_every_button_has_its_sub_and_every_sub_its_button() -> None:
    buttons = {button.get("onAction") for button in ribbon_buttons()}
    subs = re.findall(r"^Public Sub (\w+)\(control As Object\)$", MODULES["Ribbon"], re.MULTILINE)
    assert sorted(str(name) for name in buttons) == sorted(subs)
    assert (
        re.findall(r"^(?:Public|Private) (?:Sub|Function) (\w+)", MODULES["Ribbon"], re.MULTILINE)
        == subs
    )


def test_every_button_has_its_icon_its_words_and_a_key_of_its_own() -> None:
    parts = package()
    related = {
        one.get("Id"): one.get("Target") or ""
        for one in ET.fromstring(parts["customUI/_rels/customUI14.xml.rels"])  # noqa: S314 - our own
    }
    buttons = ribbon_buttons()
    assert [button.get("label") for button in buttons] == [
        "検証", "差分", "提出", "反映", "部別集計", "自己診断", "印を消す", "設定",
    ]  # fmt: skip
    for button in buttons:
        icon = parts[f"customUI/{related[button.get('image')]}"]
        assert icon[:8] == b"\x89PNG\r\n\x1a\n"
        assert icon[16:24] == b"\0\0\0\x20\0\0\0\x20", "32 x 32"
        assert button.get("screentip")
        assert str(button.get("supertip")).endswith("。")
    assert len({button.get("keytip") for button in buttons}) == len(buttons)
    assert set(related) == {button.get("image") for button in buttons}


def test_the_package_knows_its_ribbon() -> None:
    parts = package()
    related = ET.fromstring(parts["_rels/.rels"]).iter(f"{PACKAGE}Relationship")  # noqa: S314 - our own
    kinds = {one.get("Target"): one.get("Type") for one in related}
    assert kinds["customUI/customUI14.xml"] == (
        "http://schemas.microsoft.com/office/2007/relationships/ui/extensibility"
    )
    types = ET.fromstring(parts["[Content_Types].xml"])  # noqa: S314 - our own
    assert types.find(f"{TYPES}Override[@PartName='/xl/workbook.xml']").get("ContentType") == (  # type: ignore[union-attr]
        "application/vnd.ms-excel.addin.macroEnabled.main+xml"
    )
    assert types.find(f"{TYPES}Default[@Extension='png']") is not None


@pytest.mark.parametrize("name", MODULES)
def test_a_module_is_ascii_and_declares_all_it_uses(name: str) -> None:
    source = MODULES[name]
    assert source.isascii()
    assert source.startswith(f'Attribute VB_Name = "{name}"\nOption Explicit\n')
    assert max(len(line) for line in source.splitlines()) <= 128
    assert not re.search(r"\bDeclare\b|\bShell\b|ADODB|Scripting|WScript", source)


def test_only_the_module_of_windows_reaches_out_of_excel() -> None:
    outward = re.compile(
        r"CreateObject|SaveCopyAs|MsgBox|ActiveProtectedViewWindow|FollowHyperlink|Environ"
    )
    found = {name for name, source in MODULES.items() if outward.search(source)}
    assert found == {"Host", "Machine"}
    files = re.compile(r"^\s*(Open|Kill|Name|Put|Get|MkDir)\b|GetAttr|FileLen", re.MULTILINE)
    assert {name for name, source in MODULES.items() if files.search(source)} == {"Machine"}


@pytest.mark.slow
def test_the_compiler_has_nothing_against_it() -> None:
    from pyvbaanalysis import analyze_office_file

    found = analyze_office_file(str(build_addin.BUILT))
    assert set(MODULES) <= set(found)
    assert {name: told for name, told in found.items() if told} == {}


@pytest.mark.slow
def test_the_compiler_would_say_so(tmp_path: Path) -> None:
    from pyvbaanalysis import analyze_office_file

    wrong = dict(build_addin.modules())
    wrong["Ribbon"] = wrong["Ribbon"].replace('PressButton "submit"', 'PresButton "submit"')
    file = tmp_path / "wrong.xlam"
    file.write_bytes(build_addin.zipped(build_addin.package_of(wrong)))
    assert [one.code for one in analyze_office_file(str(file))["Ribbon"]] == ["unknown-call"]


def test_every_text_that_is_asked_for_is_there_and_every_text_is_asked_for() -> None:
    asked = set(re.findall(r'"([a-z]+\.(?!tsv)[a-z]+)"', "".join(MODULES.values())))
    asked |= {
        "title",
        "unexpected",
        *(f"verb.{one.get('id', '')[6:].lower()}" for one in ribbon_buttons()),
    }
    there = set(build_addin.texts())
    assert {key for key in asked if key not in there} <= {"verb.unmark", "verb.settings"}
    assert {key for key in there - asked if not key.startswith("setting.")} == set()


def test_every_text_is_a_polite_sentence_that_the_message_box_can_show() -> None:
    for key, text in build_addin.texts().items():
        text.encode("cp932")
        if key.partition(".")[0] in {"book", "folder", "http", "answer", "wait", "unexpected"}:
            assert text.endswith("。"), key


def test_marks_are_written_as_the_protocol_says_and_as_the_other_clients_do() -> None:
    said = build_addin.texts()
    protocol = (ADDIN.parent / "docs" / "protocol.md").read_text(encoding="utf-8")
    former = (said["mark.none"], said["mark.was"].replace("{1}", "RRGGBB"), said["mark.kept"])
    assert [text for text in former if f"`{text}`" not in protocol] == []
    assert said["mark.head"] == HEAD


def test_it_tells_its_version() -> None:
    assert f'CLIENT As String = "xlam {version("xlsync")}"' in MODULES["Requests"]


@pytest.mark.parametrize("name", MODULES)
def test_every_reader_finds_the_same_source(name: str) -> None:
    wanted = MODULES[name].replace("\n", "\r\n")
    with ExcelFile(build_addin.BUILT) as file:
        assert file.get_module(name) == wanted
    assert by_olevba()[f"{name}.bas"] == wanted


def test_the_file_is_whole_to_every_reader() -> None:
    report = check_file(build_addin.BUILT)
    assert report.ok, report.issues
    said = build_addin.texts()
    book = openpyxl.load_workbook(io.BytesIO(as_workbook()), keep_vba=True)
    assert {
        str(key.value): str(text.value or "") for key, text in book["config"].iter_rows()
    } == said
    again = io.BytesIO()
    book.save(again)
    assert book.vba_archive
    book.vba_archive.close()  # openpyxl leaves it open, and it cannot be closed after its buffer
    with zipfile.ZipFile(again) as saved:
        kept = saved.read("xl/vbaProject.bin")
    assert kept == package()["xl/vbaProject.bin"]
    rows = python_calamine.CalamineWorkbook.from_path(str(build_addin.BUILT)).get_sheet_by_index(0)
    assert {str(row[0]): str(row[1]) for row in rows.to_python()} == said


@pytest.mark.office
def test_libreoffice_opens_it(tmp_path: Path) -> None:
    copy = tmp_path / "addin.xlsm"
    copy.write_bytes(as_workbook())
    (made,) = office.convert([copy], "csv:Text - txt - csv (StarCalc):44,34,76", tmp_path / "out")
    assert "（元の塗り：なし）" in made.read_text(encoding="utf-8")


def test_nothing_tells_where_or_when_it_was_made() -> None:
    parts = package()
    for name, data in parts.items():
        for word in (b"/work/", b"/tmp/", b"/home/", b"C:\\Users", b"William"):
            assert word not in data, name
    with zipfile.ZipFile(build_addin.BUILT) as file:
        assert {info.date_time for info in file.infolist()} == {(1980, 1, 1, 0, 0, 0)}


@pytest.mark.parametrize("name", ["install.cmd", "uninstall.cmd"])
def test_the_scripts_are_what_a_japanese_command_prompt_reads(name: str) -> None:
    data = (ADDIN / name).read_bytes()
    text = data.decode("cp932")
    assert data.count(b"\r\n") == data.count(b"\n") == len(text.splitlines())
    code = [line for line in text.splitlines() if not line.strip().startswith("echo ")]
    assert "\n".join(code).isascii()
    assert not re.search(r"\b(runas|reg|powershell|netsh|schtasks)\b", text, re.IGNORECASE)
    assert text.index("tasklist") < min(
        text.index(word) for word in ("copy /b", "del /q") if word in text
    )


def test_the_scripts_leave_no_settings_where_excel_opens_everything() -> None:
    text = (ADDIN / "install.cmd").read_text(encoding="cp932")
    into = re.findall(r'copy /b /y "[^"]+" "([^"]+)"', text)
    assert into == ["%TARGET%", r"%APPDATA%\xlsync\xlsync-addin.tsv"]
    gone = re.findall(r'del /q "([^"]+)"', (ADDIN / "uninstall.cmd").read_text(encoding="cp932"))
    assert sorted(gone) == sorted(
        ["%TARGET%", r"%APPDATA%\xlsync\xlsync-addin.tsv", r"%APPDATA%\xlsync\addin.tsv"]
    )


def test_the_example_of_settings_is_read() -> None:
    text = (ADDIN / "xlsync-addin.example.tsv").read_text(encoding="utf-16")
    names = [line.split("\t")[0] for line in text.splitlines()]
    assert {f"setting.{name}" for name in names} <= set(build_addin.texts())
    assert (ADDIN / "xlsync-addin.example.tsv").read_bytes()[:2] == b"\xff\xfe"


def ribbon_buttons() -> list[ET.Element]:
    """The buttons in their order."""
    return list(ET.parse(ADDIN / "customUI14.xml").iter(f"{RIBBON}button"))  # noqa: S314 - our own


def package() -> dict[str, bytes]:
    """The parts of the committed add-in."""
    with zipfile.ZipFile(build_addin.BUILT) as file:
        return {name: file.read(name) for name in file.namelist()}


def as_workbook() -> bytes:
    """The add-in under the content type of a workbook with macros: openpyxl and LibreOffice know no add-ins."""
    parts = package()
    kind = b"application/vnd.ms-excel.%b.macroEnabled.main+xml"
    types = parts["[Content_Types].xml"].replace(kind % b"addin", kind % b"sheet")
    assert types != parts["[Content_Types].xml"]
    return build_addin.zipped({**parts, "[Content_Types].xml": types})


def by_olevba() -> dict[str, str]:
    """The sources as oletools extracts them, in a process of its own: it sets the process up for itself."""
    code = (
        "import json, sys; from oletools.olevba import VBA_Parser\n"
        "found = VBA_Parser(sys.argv[1]).extract_all_macros()\n"
        "print(json.dumps({name: text for _, _, name, text in found}))"
    )
    run = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code, build_addin.BUILT],
        capture_output=True, check=True, encoding="utf-8",
    )  # fmt: skip
    found: dict[str, str] = json.loads(run.stdout)
    return found
