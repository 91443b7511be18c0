"""The versions of a form in a store: each written once, one of them in use, and a way from any of them to any other."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.papers import edited_form, in_field
from tests.store.on_disk import on_disk
from xlsync.disk import TEMPORARY
from xlsync.errors import StoreDamaged
from xlsync.form.library import Form, form_files, load_form
from xlsync.store.form_versions import Adoption, FormVersions, form_in_use

WHEN, WHO = "2018-07-02T09:00:00+09:00", "企画課"


@pytest.fixture
def versions(tmp_path: Path) -> FormVersions:
    return FormVersions(tmp_path / "store", load_form().id)


def titled(tmp_path: Path, title: str) -> Form:
    """A version of the shipped form with another word at one field."""
    replaced = in_field("organization.department", 'label = "部等名"', f'label = "{title}"')
    return edited_form(tmp_path / title, replaced)


def adopted(versions: FormVersions, form: Form) -> int:
    number = versions.keep(form)
    versions.adopt(number, WHEN, WHO)
    return number


def test_before_the_first_adoption_no_version_is_in_use(versions: FormVersions) -> None:
    assert (versions.current(), versions.numbers(), versions.adoptions()) == (0, [], [])


def test_an_adopted_version_is_read_from_the_store_whatever_becomes_of_its_folder(
    versions: FormVersions, tmp_path: Path
) -> None:
    form = titled(tmp_path, "体制")
    assert adopted(versions, load_form()) == 1
    assert adopted(versions, form) == 2
    (tmp_path / "体制/form.toml").write_text("", encoding="utf-8")
    assert versions.current() == 2
    assert versions.form(2).definition == form.definition
    assert versions.form(2).drawing() == form.drawing()
    assert versions.form(1).definition == load_form().definition
    assert versions.adoptions() == [Adoption(1, WHEN, WHO), Adoption(2, WHEN, WHO)]


def test_a_form_of_the_same_content_is_the_same_version(
    versions: FormVersions, tmp_path: Path
) -> None:
    assert adopted(versions, load_form()) == 1
    assert versions.keep(edited_form(tmp_path / "copy")) == 1
    assert versions.numbers() == [1]


@pytest.mark.parametrize("file", ["form.toml", "drawing.xlsx"])
def test_what_is_edited_in_a_forms_folder_is_in_use_once_it_is_adopted_in_a_long_running_program_too(
    tmp_path: Path, file: str
) -> None:
    folder = tmp_path / "store"
    folder.mkdir()
    founded = titled(tmp_path, "体制")
    versions = FormVersions(folder, founded.id)
    (folder / "store.json").write_text(f'{{"form": "{founded.id}"}}', encoding="utf-8")
    assert adopted(versions, founded) == 1
    before = founded.drawing()
    edited = tmp_path / "体制" / file
    if file == "form.toml":
        text = edited.read_text(encoding="utf-8")
        edited.write_text(text.replace('"体制"', '"部等"'), encoding="utf-8")
    else:
        edited.write_bytes(before + b"\0")
    in_use = form_in_use(folder, str(tmp_path / "体制"), Path())
    assert (in_use.version, in_use.definition, in_use.drawing()) == (1, founded.definition, before)
    assert adopted(versions, load_form(str(tmp_path / "体制"))) == 2, (
        "not taken for what was read before"
    )
    assert form_files(versions.form(2))[file] == edited.read_bytes()


@pytest.mark.parametrize(
    ("in_use", "previous"),
    [
        ([], 0),
        ([1], 0),
        ([1, 2], 1),
        ([1, 2, 3], 2),
        ([1, 2, 1], 0),
        ([1, 2, 3, 2], 1),
        ([1, 2, 3, 2, 1], 0),
        ([1, 2, 1, 2], 1),
        ([1, 2, 1, 3], 1),
        ([1, 2, 3, 1], 3),
        ([1, 2, 3, 1, 3], 2),
    ],
)
def test_the_previous_version_is_the_one_in_use_before_unless_it_was_gone_back_to(
    versions: FormVersions, in_use: list[int], previous: int
) -> None:
    for number in in_use:
        versions.adopt(number, WHEN, WHO)
    assert versions.previous() == previous


def test_a_version_that_was_kept_and_not_adopted_is_not_in_use(
    versions: FormVersions, tmp_path: Path
) -> None:
    adopted(versions, load_form())
    assert versions.keep(titled(tmp_path, "体制")) == 2
    assert (versions.numbers(), versions.current()) == ([1, 2], 1)


def test_the_half_written_version_of_a_killed_process_is_written_anew(
    versions: FormVersions,
) -> None:
    half = on_disk(versions.folder / f".1{TEMPORARY}")
    half.mkdir(parents=True)
    (half / "form.toml").write_bytes(b"half")
    assert versions.numbers() == []
    assert adopted(versions, load_form()) == 1
    assert not half.exists()


def test_the_way_between_two_versions_leads_back_to_where_they_parted(
    versions: FormVersions, tmp_path: Path
) -> None:
    adopted(versions, load_form())
    adopted(versions, titled(tmp_path, "二"))
    adopted(versions, titled(tmp_path, "三"))
    versions.adopt(1, WHEN, WHO)  # back to the first
    assert adopted(versions, titled(tmp_path, "四")) == 4
    assert versions.record(4)["before"] == 1
    assert versions.steps(1, 3) == [2, 3]
    assert versions.steps(3, 1) == [2, 1]
    assert versions.steps(3, 4) == [2, 1, 4]
    assert versions.steps(4, 4) == []


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b'{"hash": 1, "before": 0}'])
def test_a_damaged_version_is_named_by_its_file(versions: FormVersions, data: bytes) -> None:
    adopted(versions, load_form())
    file = on_disk(versions.folder / "1/version.json")
    file.write_bytes(data)
    with pytest.raises(StoreDamaged) as told:
        versions.verify(1)
    assert told.value.where == str(file)


def test_a_version_that_was_deleted_is_missed_by_name(
    versions: FormVersions, tmp_path: Path
) -> None:
    adopted(versions, titled(tmp_path, "体制"))
    on_disk(versions.folder / "1/form.toml").unlink()
    with pytest.raises(StoreDamaged, match="様式の版"):
        versions.verify(1)
    on_disk(versions.folder / "1/version.json").unlink()
    assert versions.numbers() == []
    assert versions.mentioned() == [1]
