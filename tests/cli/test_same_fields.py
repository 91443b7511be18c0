"""Fields that two forms of a city share: typed once in one form, kept in step in the other."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import openpyxl
import pytest

from tests import papers
from tests.commands import Run, city_with_a_workbook, ended, living
from tests.crash_sweep import run as in_a_process
from tests.example_forms import FOLDER
from tests.store.disk_calls import KILLED, Call, Seen, dying_at
from tests.watching import saying
from xlsync import open_city
from xlsync.cli.forms_in_step import FormsInStep
from xlsync.exchange.same_as.owner_notes import owner_findings
from xlsync.form.library import load_form
from xlsync.ooxml.patch.patch import patch_cells
from xlsync.sheet import Sheet
from xlsync.sheet_keys import SheetId
from xlsync.store import audit
from xlsync.store.shared_fields import shared_fields
from xlsync.workbook.reading.form_reader import read

KEY = papers.CLEAN
SAME = {"place.name": "project.name", "remarks": "purpose"}


def equipment_form(folder: Path) -> Path:
    """The form of equipment, two fields of which are those of the evaluation sheet."""
    made = Path(shutil.copytree(FOLDER / "bihin", folder / "備品様式"))
    text = (made / "form.toml").read_text(encoding="utf-8")
    for path, other in SAME.items():
        line = f'path = "{path}"\n'
        assert text.count(line) == 1
        text = text.replace(line, f'{line}same-as = "jimu-jigyo-hyoka:{other}"\n')
    (made / "form.toml").write_text(text, encoding="utf-8")
    return made


def equipment(place: str) -> bytes:
    """A place of equipment as the office registers it, with a name that is not the project's."""
    document = {
        "form": "bihin-tenken",
        "edition": 2018,
        "key": KEY,
        "unit": {"department": "総務部", "division": "管財課"},
        "place": {"code": KEY, "name": place},
    }
    return json.dumps(document, ensure_ascii=False).encode()


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The city that `city` copies."""
    folder = tmp_path_factory.mktemp("same") / "市"
    city_with_a_workbook(folder)
    form = equipment_form(folder.parent)
    assert ended("form", "add", "備品", "--form", form, "-C", folder) == 0
    return folder


@pytest.fixture
def city(founded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A city with an evaluation sheet, and the form of equipment without a sheet yet; the working directory."""
    folder = Path(shutil.copytree(founded, tmp_path / "市"))
    monkeypatch.chdir(folder)
    Path("備品.json").write_bytes(equipment("管財課の倉庫"))
    return folder


def place(folder: Path) -> Sheet:
    head = open_city(folder / "forms/備品").store.head(SheetId(KEY), 2018)
    assert head is not None
    return head


def workbook(folder: Path) -> Path:
    (file,) = (folder / "shared/備品/評価シート").rglob(f"{KEY}_*.xlsx")
    return file


def typed(data: bytes, values: dict[str, str], folder: Path) -> bytes:
    (reading,) = read(data, load_form(str(folder / "forms/備品/form")))
    cells = {reading.cell_of(path): value for path, value in values.items()}
    return patch_cells(data, cells)


def test_what_is_typed_in_one_form_is_in_the_other_and_stays_the_same(city: Path, run: Run) -> None:
    said = run("import", "備品.json", "-C", "forms/備品")
    assert "点検票 1件を、元の内容に合わせました" in said.out
    owner = papers.sheet(KEY)
    assert {path: place(city)[path] for path in SAME} == {
        path: owner[other] for path, other in SAME.items()
    }
    history = run("history", KEY, "-C", "forms/備品").out
    assert "「管財課の倉庫」 →" in history  # what had been typed is in the history
    assert run("export", "--all", "-C", "forms/備品").code == 0
    file = workbook(city)
    store = open_city("forms/備品").store
    (note,) = owner_findings(store, place(city))
    assert (note.code, note.message[:4]) == ("same-as-from", "評価シー")
    carried = openpyxl.load_workbook(file)["_xlsync.check"]
    assert any(cell.value == note.message for row in carried.iter_rows() for cell in row)
    values = {"remarks": "職員が直した特記事項", "check.person": "田中　一郎"}
    file.write_bytes(typed(file.read_bytes(), values, city))
    checked = run("check", file, "-C", "forms/備品")
    assert "評価シート 01-02-01-08-14-01 と同じ内容にする欄" in checked.out
    received = run("import", file, "-C", "forms/備品", "--json").json["receipts"][0]
    assert [found["code"] for found in received["findings"]].count("same-as-kept") == 1
    assert (place(city)["remarks"], place(city)["check.person"]) == (owner["purpose"], "田中　一郎")
    living(city).write_bytes(saying(living(city).read_bytes(), "新しい目的"))
    assert run("watch", "--once").code in {0, 1}
    assert place(city)["remarks"] == "新しい目的"
    (reading,) = read(file.read_bytes(), load_form(str(city / "forms/備品/form")))
    assert reading.sheet["remarks"] == "新しい目的"
    again = run("watch", "--once")
    assert again.code in {0, 1}
    revisions = len(open_city("forms/備品").store.revisions(KEY, 2018))
    assert run("export", "--all").code == 0
    assert len(open_city("forms/備品").store.revisions(KEY, 2018)) == revisions
    assert run("audit").code == 0


def test_a_form_that_cannot_be_read_gives_no_field_back_to_staff(city: Path, run: Run) -> None:
    assert run("import", "備品.json", "-C", "forms/備品").code in {0, 1}
    (city / "store").rename(city / "どこかへ移した登録データ")
    said = run("export", "--all", "-C", "forms/備品")
    assert "同じ内容にする欄をそのままにしています" in said.err
    store = open_city("forms/備品").store
    assert {*shared_fields(store.files, SheetId(KEY), 2018)} == {*SAME}
    assert place(city)["remarks"] == papers.sheet(KEY)["purpose"]


@pytest.mark.skipif(os.name == "nt", reason="symbolic links want rights there")
def test_a_sheet_that_cannot_take_a_value_is_named_and_not_counted(city: Path, run: Run) -> None:
    assert run("import", "備品.json", "-C", "forms/備品").code in {0, 1}
    store = open_city("forms/備品").store
    copies = store.copies_folder(SheetId(KEY), 2018)
    assert isinstance(copies, Path)
    shutil.rmtree(copies, ignore_errors=True)
    copies.parent.mkdir(parents=True, exist_ok=True)
    copies.symlink_to(copies)  # cannot be listed, not by root either
    living(city).write_bytes(saying(living(city).read_bytes(), "新しい目的"))
    said = run("import", living(city))
    assert "元の内容に合わせました" not in said.out
    assert f"{KEY} 登録データにあるこのシートの記録が壊れている" in said.err
    assert place(city)["remarks"] == papers.sheet(KEY)["purpose"]


def test_a_fault_of_the_program_itself_is_logged_and_the_watcher_goes_on(
    caplog: pytest.LogCaptureFixture,
) -> None:
    FormsInStep(Path("\0")).renew()  # no system has such a folder, and none says so by an OSError
    assert "不具合 ほかの様式と同じ欄" in caplog.text


def dying_after_owners() -> Seen:
    """Ends the process, as a kill does, once the owners of a sheet's fields are on the disk, before their values are."""
    are_written = False

    def seen(call: Call) -> object:
        nonlocal are_written
        if are_written:
            os._exit(KILLED)
        names = [Path(part).parts for part in call.given if isinstance(part, str | Path)]
        are_written = call.name in {"link", "rename"} and any(
            parts[-4:-2] == ("shared", "2018") for parts in names
        )
        return 0 if call.name in {"fsync", "fdatasync"} else None

    return seen


@pytest.mark.skipif(not hasattr(os, "fork"), reason="a system without fork")
def test_a_kill_between_owner_and_value_is_made_good_by_the_next_run(city: Path) -> None:
    words = ("import", f"{city}/備品.json", "-C", f"{city}/forms/備品")
    before = shutil.copytree(city, city.parent / "前")
    for dying, owned in ((dying_at(60), set()), (dying_after_owners(), {*SAME})):
        shutil.rmtree(city)
        shutil.copytree(before, city)
        code, said = in_a_process(words, dying)
        assert code == KILLED, said
        store = open_city(city / "forms/備品").store
        assert {*shared_fields(store.files, SheetId(KEY), 2018)} == owned
        assert [damage for damage in audit(store) if not damage.derived] == []
        if owned:
            assert place(city)["remarks"] != papers.sheet(KEY)["purpose"]
        code, said = in_a_process(words)
        assert code in {0, 1}, said
        assert place(city)["remarks"] == papers.sheet(KEY)["purpose"]
        assert {*shared_fields(store.files, SheetId(KEY), 2018)} == {*SAME}
