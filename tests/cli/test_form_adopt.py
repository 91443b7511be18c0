"""`xlsync form adopt`: a form changed in mid-year, its old revisions and workbooks, the way back, and stores of before."""

from __future__ import annotations

import io
import json
import shutil
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from tests import papers
from tests.cities import WORKSHEET, typed
from tests.commands import EXAMPLES, Run, living
from tests.papers import NO_PLAN_OF_PLEDGES, NO_ROOM_FOR_PLEDGE, form_folder, in_field
from xlsync import open_city
from xlsync.city.settings import find_settings
from xlsync.cli.commands.form_adopt import AdoptOptions, adopt
from xlsync.ooxml import patch_cells
from xlsync.ooxml.patch.package_editor import PackageEdit
from xlsync.ooxml.read.reader import Workbook
from xlsync.workbook.reading.form_reader import read
from xlsync.workbook.stamp_carriers import document_stamp
from xlsync.workbook.stamp_writing import put_stamp

KEY = papers.CLEAN
OLD_STORE = Path(__file__).parents[1] / "data/store-format-1.zip"
"""Two official sheets, one of them changed by a workbook, in a store that format 1's program has written."""
FITS_MOVED = ('code = "fits-outline"\nof = "outline"', 'code = "fits-outline"\nof = "plan.outline"')


def moved(folder: Path) -> Path:
    """The shipped form with 事業の概要 under another path, in definition and drawing."""
    field = in_field("outline", 'path = "outline"', 'path = "plan.outline"\nformer = ["outline"]')
    return redrawn(form_folder(folder, field, FITS_MOVED), "B32", "[[plan.outline]]")


def without_pledge(folder: Path) -> Path:
    """The shipped form without 市長公約."""
    entry, _ = in_field("mayoral_pledge", "path", "path")
    without = (("[[field]]\n" + entry, ""), NO_ROOM_FOR_PLEDGE, NO_PLAN_OF_PLEDGES)
    return redrawn(form_folder(folder, *without), "C13", None)


def redrawn(folder: Path, cell: str, text: str | None) -> Path:
    drawing = folder / "drawing.xlsx"
    drawing.write_bytes(patch_cells(drawing.read_bytes(), {WORKSHEET: {cell: text}}))
    return folder


@pytest.fixture
def city(run: Run, folder: Path) -> Path:
    """A city with the five official sheets, and a workbook of one."""
    assert run("import", "-C", folder, EXAMPLES).code in {0, 1}
    run("export", "-C", folder, KEY)
    return folder


def sheet_of(folder: Path, key: str = KEY) -> dict[str, object]:
    head = open_city(folder).store.head(key, papers.EDITION)
    assert head is not None
    return dict(head)


def assert_sound(run: Run, folder: Path, key: str = KEY) -> None:
    """Every command works on, and the audit finds nothing."""
    assert run("audit", "-C", folder).code == 0
    for words in (["status"], ["history", key], ["conflicts"], ["summarize"], ["export", "--all"]):
        assert run(words[0], "-C", folder, *words[1:]).code in {0, 1}, words


def test_a_moved_field_keeps_its_values_in_every_revision(run: Run, city: Path) -> None:
    before = sheet_of(city)
    said = run("form", "adopt", "--yes", "-C", city, moved(city / "form-new"))
    assert said.code == 0
    assert "第2版を使い始めました" in said.out
    after = sheet_of(city)
    assert after.pop("plan.outline") == before.pop("outline")
    assert after == before
    assert_sound(run, city)


def test_a_workbook_of_the_former_version_loses_nothing_that_is_stored(
    run: Run, city: Path
) -> None:
    before = sheet_of(city)
    data = living(city).read_bytes()
    run("form", "adopt", "--yes", "-C", city, moved(city / "form-new"))
    file = city / "旧様式.xlsx"
    file.write_bytes(typed(data, {"purpose": "あとから直した目的"}))
    run("import", "-C", city, file)
    after = sheet_of(city)
    assert after["purpose"] == "あとから直した目的"
    assert after["plan.outline"] == before["outline"]
    assert_sound(run, city)


def test_a_dropped_field_is_kept_in_the_revisions_and_comes_back_with_the_former_version(
    run: Run, city: Path
) -> None:
    workbook = city / "公約.xlsx"
    workbook.write_bytes(typed(living(city).read_bytes(), {"mayoral_pledge": "公約８"}))
    assert run("import", "-C", city, workbook).code in {0, 1}
    before = sheet_of(city)
    said = run("form", "adopt", "--yes", "-C", city, without_pledge(city / "form-new"))
    assert (said.code, "公約８" in said.out) == (0, True)  # named, before it is adopted
    assert "mayoral_pledge" not in sheet_of(city)
    newest = open_city(city).store.newest(KEY, papers.EDITION)
    assert newest is not None
    assert [lost.shown for lost in newest.lost] == ["公約８"]
    assert_sound(run, city)
    assert run("form", "adopt", "--yes", "-C", city, "--back").code == 0
    assert sheet_of(city) == before
    assert_sound(run, city)


def test_a_form_edited_where_it_lies_is_not_used_before_it_is_adopted(
    run: Run, tmp_path: Path
) -> None:
    folder = tmp_path / "own"
    run("init", folder, "--name", "試験市", "--own-form")
    assert run("import", "-C", folder, EXAMPLES).code in {0, 1}
    assert run("status", "-C", folder).err == ""
    (folder / "form/form.toml").write_text("broken", encoding="utf-8")
    said = run("status", "-C", folder)
    assert said.code in {0, 1}
    assert "form の様式は、いま使っている様式（第1版）と違い" in said.err
    assert_sound(run, folder)
    shutil.rmtree(folder / "form")
    moved(folder / "form")
    assert "outline" in sheet_of(folder)
    for words in (["import", EXAMPLES / f"{KEY}.json"], ["export", KEY]):
        assert "まだ使われていません" in run(*words, "-C", folder).err
    assert run("form", "adopt", "--yes", "-C", folder, folder / "form").code == 0
    assert run("status", "-C", folder).err == ""
    assert "plan.outline" in sheet_of(folder)
    (folder / "store/forms/jimu-jigyo-hyoka/1/version.json").write_text("{", encoding="utf-8")
    assert run("status", "-C", folder).code == 1  # names the sheets that cannot be read now


def test_a_form_whose_key_is_of_other_fields_is_refused_and_nothing_is_adopted(
    run: Run, city: Path
) -> None:
    other = form_folder(city / "form-new", ('"project.number"]', '"budget.account"]'))
    said = run("form", "adopt", "--yes", "-C", city, other)
    assert (said.code, "key" in said.err) == (3, True)
    assert open_city(city).store.stored_form.number == 1


def test_the_first_version_has_none_before_it(run: Run, city: Path) -> None:
    said = run("form", "adopt", "--yes", "-C", city, "--back")
    assert (said.code, "一つ前の様式の版がありません" in said.err) == (3, True)
    assert run("form", "adopt", "--yes", "-C", city).code == 3


def unpacked(folder: Path) -> Path:
    shutil.rmtree(folder / "store")
    with zipfile.ZipFile(OLD_STORE) as packed:
        packed.extractall(folder)
    return folder


def test_a_store_of_the_program_before_is_read_and_goes_on(run: Run, folder: Path) -> None:
    unpacked(folder)
    revisions = sorted((folder / "store/revisions").rglob("*.json"))
    before = [file.read_bytes() for file in revisions]
    key = "01-02-01-10-11-01"
    assert sheet_of(folder, key)["purpose"] == "目的を書き直した"
    run("export", "-C", folder, key)
    file = living(folder, key)
    file.write_bytes(typed(file.read_bytes(), {"purpose": "また書き直した"}))
    assert run("import", "-C", folder, file).code in {0, 1}
    newest = open_city(folder).store.newest(key, papers.EDITION)
    assert newest is not None
    assert (newest.number, newest.form_version) == (3, 1)
    assert [file.read_bytes() for file in revisions] == before
    assert run("audit", "-C", folder).code == 0


def test_a_store_damaged_by_the_former_guide_recovers(run: Run, folder: Path) -> None:
    """The form was edited in place, as the guide of format 1 said: no revision could be read any more."""
    unpacked(folder)
    old, new = form_folder(folder / "form-old"), moved(folder / "form")
    settings = folder / "xlsync.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(
        text.replace('form = "jimu-jigyo-hyoka"', 'form = "form"'), encoding="utf-8"
    )
    said = run("audit", "-C", folder)
    assert said.code != 0
    assert "form adopt" in said.out + said.err
    assert run("form", "adopt", "--yes", "-C", folder, new, "--from", old).code == 0
    assert_sound(run, folder, "01-02-01-10-11-01")
    assert sheet_of(folder, "01-02-01-10-11-01")["purpose"] == "目的を書き直した"


def test_json_names_the_version(run: Run, city: Path) -> None:
    said = run("form", "adopt", "--yes", "-C", city, moved(city / "form-new"), "--json")
    assert json.loads(said.out) == {"form": "jimu-jigyo-hyoka", "version": 2}


def test_a_workbook_of_the_former_version_comes_in_by_its_own_names(run: Run, city: Path) -> None:
    data = living(city).read_bytes()
    run("form", "adopt", "--yes", "-C", city, moved(city / "form-new"))
    file = city / "旧様式.xlsx"
    file.write_bytes(
        typed(data, {"purpose": "あとから直した目的", "outline": "旧様式に書いた概要"})
    )
    said = run("import", "-C", city, file)
    assert "欄が見つかりません" not in said.out
    after = sheet_of(city)
    assert (after["purpose"], after["plan.outline"]) == ("あとから直した目的", "旧様式に書いた概要")
    assert_sound(run, city)


def test_what_is_typed_into_a_field_that_is_no_more_is_kept_and_said_once(
    run: Run, city: Path
) -> None:
    data = living(city).read_bytes()
    run("form", "adopt", "--yes", "-C", city, without_pledge(city / "form-new"))
    file = city / "旧様式.xlsx"
    file.write_bytes(data)
    assert "この欄がない" not in run("import", "-C", city, file).out
    file.write_bytes(typed(data, {"mayoral_pledge": "公約９"}))
    said = run("import", "-C", city, file)
    assert "「公約９」は、いまの様式にこの欄がない" in said.out
    assert "公約９" in run("history", "-C", city, KEY).out
    newest = open_city(city).store.newest(KEY, papers.EDITION)
    assert newest is not None
    assert [value["value"] for value in newest.draft.unplaced] == ["公約９"]
    assert "no-field" in {found["code"] for found in newest.draft.findings}
    assert "この欄がない" not in run("import", "-C", city, file).out
    again = open_city(city).store.newest(KEY, papers.EDITION)
    assert again is not None
    assert again.number == newest.number
    assert_sound(run, city)
    assert run("form", "adopt", "--yes", "-C", city, "--back").code == 0
    assert sheet_of(city)["mayoral_pledge"] == "公約９"
    assert_sound(run, city)


def test_a_new_workbook_names_the_version_it_is_drawn_by(run: Run, city: Path) -> None:
    key = "01-02-01-10-11-01"
    run("form", "adopt", "--yes", "-C", city, moved(city / "form-new"))
    run("export", "-C", city, key)
    (reading,) = read(living(city, key), find_settings(city).terms.form)
    assert reading.stamp is not None
    assert (reading.stamp.version, reading.version) == (2, 2)
    (old,) = read(living(city), find_settings(city).terms.form)
    assert old.version == 1
    assert "outline" in old.sheet


def test_a_workbook_of_a_version_nobody_has_is_held_and_said(run: Run, city: Path) -> None:
    edit = PackageEdit(living(city).read_bytes())
    stamp = document_stamp(Workbook(edit.package))
    assert stamp is not None
    put_stamp(edit, [WORKSHEET], replace(stamp, version=7))
    file = city / "よその様式.xlsx"
    file.write_bytes(typed(edit.finished(), {"purpose": "よその目的"}))
    said = run("import", "-C", city, file)
    assert "第7版" in said.out + said.err
    assert sheet_of(city)["purpose"] != "よその目的"


@pytest.fixture
def small(run: Run, folder: Path) -> Path:
    """A city with one sheet, which has a 市長公約, and its workbook."""
    document = json.loads((EXAMPLES / f"{KEY}.json").read_bytes())
    document["mayoral_pledge"] = "公約８"
    file = folder / "シート.json"
    file.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    assert run("import", "-C", folder, file).code in {0, 1}
    run("export", "-C", folder, KEY)
    return folder


def test_a_form_that_loses_values_is_shown_and_refused_where_nobody_can_be_asked(
    run: Run, small: Path
) -> None:
    form = without_pledge(small / "form-new")
    said = run("form", "adopt", "-C", small, form)
    assert (said.code, "公約８" in said.out, "--yes" in said.err) == (3, True, True)
    assert "新しい様式に書き換わるファイル 1件" in said.out
    assert open_city(small).store.stored_form.number == 1
    assert run("form", "adopt", "-C", small, form, "--yes").code == 0
    assert open_city(small).store.stored_form.number == 2


class Terminal(io.StringIO):
    """A keyboard."""

    def isatty(self) -> bool:
        return True


def test_whoever_sits_at_a_terminal_is_asked(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    form = str(without_pledge(small / "form-new"))
    for answer in ("n\n", ""):
        monkeypatch.setattr(sys, "stdin", Terminal(answer))
        assert adopt(small, form, AdoptOptions()) == 1
        assert open_city(small).store.stored_form.number == 1
    monkeypatch.setattr(sys, "stdin", Terminal("はい\n"))
    assert adopt(small, form, AdoptOptions()) == 0
    assert open_city(small).store.stored_form.number == 2
