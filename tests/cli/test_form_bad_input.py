"""Forms that cannot be adopted and versions that are missing: one sentence each, and nothing is half adopted."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests import papers
from tests.cities import typed
from tests.cli.test_form_adopt import FITS_MOVED, redrawn
from tests.commands import EXAMPLES, Run, Said, living
from tests.form_changes import changed_form
from tests.papers import NO_ROOM_FOR_PLEDGE, form_folder, in_field
from xlsync import open_city
from xlsync.city.settings import find_settings

KEY = papers.CLEAN
FORM = "jimu-jigyo-hyoka"
TAKEN_OVER = 'path = "plan.outline"\nformer = ["outline"]'


@pytest.fixture
def city(run: Run, folder: Path) -> Path:
    """A city with one sheet and its workbook."""
    assert run("import", "-C", folder, EXAMPLES / f"{KEY}.json").code in {0, 1}
    run("export", "-C", folder, KEY)
    return folder


def renamed(path: str, lines: str) -> tuple[str, str]:
    return in_field(path, f'path = "{path}"', lines)


BAD = {
    "without a field of the key": (
        [("[[field]]\n" + in_field("project.number", "path", "path")[0], "")],
        "project.number",
    ),
    "with a key of another shape": (
        [in_field("project.number", 'kind = "code"', 'kind = "code"\nshape = "##-##"')],
        f"読み取れません（{KEY}）",
    ),
    "with two renames onto one path": (
        [renamed("outline", TAKEN_OVER), renamed("purpose", TAKEN_OVER.replace('outline"]', 'purpose"]'))],
        "plan.outline",
    ),
    "with a cycle of renames": (
        [
            renamed("outline", 'path = "outline"\nformer = ["purpose"]'),
            renamed("purpose", 'path = "purpose"\nformer = ["outline"]'),
        ],
        "former",
    ),
    "that gives a field the path of another": (
        [
            ("[[field]]\n" + in_field("mayoral_pledge", "path", "path")[0], ""),
            NO_ROOM_FOR_PLEDGE,
            renamed("outline", TAKEN_OVER.replace("plan.outline", "mayoral_pledge")),
            (FITS_MOVED[0], FITS_MOVED[0].replace('"outline"', '"mayoral_pledge"')),
        ],
        "mayoral_pledge",
    ),
    "that takes over one field twice": (
        [renamed("outline", TAKEN_OVER.replace("]", ', "outline"]')), FITS_MOVED],
        "former",
    ),
}  # fmt: skip


def assert_one_sentence(said: Said) -> None:
    assert (said.code, said.out) == (3, ""), said
    assert said.err.startswith("xlsync: ")
    assert said.err.count("\n") == 1


def adopted(folder: Path) -> list[str]:
    """The files of the form's versions."""
    forms = folder / "store/forms"
    return sorted(file.relative_to(forms).as_posix() for file in forms.rglob("*"))


@pytest.mark.parametrize("name", BAD)
@pytest.mark.parametrize("command", ["try", "adopt"])
def test_a_wrong_definition_is_refused_in_a_sentence_and_nothing_is_adopted(
    run: Run, city: Path, name: str, command: str
) -> None:
    replaced, word = BAD[name]
    form = form_folder(city / "form-new", *replaced)
    if "mayoral_pledge" in word:
        redrawn(redrawn(form, "C13", None), "B32", "[[mayoral_pledge]]")
    before = adopted(city)
    said = run("form", command, form, "-C", city)
    assert_one_sentence(said)
    assert word in said.err
    assert adopted(city) == before
    assert find_settings(city).terms.form.version == 1
    assert run("audit", "-C", city).code == 0


def test_a_key_of_fewer_fields_is_shown_by_try_and_refused_without_a_list(
    run: Run, city: Path
) -> None:
    form = form_folder(city / "form-new", (', "project.number"]', "]"))
    before = adopted(city)
    assert "--keys-out" in run("form", "try", form, "-C", city).out
    said = run("form", "adopt", form, "-C", city)
    assert_one_sentence(said)
    assert "--keys-out" in said.err
    assert adopted(city) == before
    assert run("audit", "-C", city).code == 0


def test_a_field_renamed_there_and_back_again_keeps_its_values(run: Run, city: Path) -> None:
    file = living(city)
    file.write_bytes(typed(file.read_bytes(), {"outline": "行って戻る概要"}))
    run("import", "-C", city, file)
    for names in ({"renamed"}, {"dropped"}, {"renamed", "dropped"}, set[str]()):
        form = changed_form(city / f"form-{len(adopted(city))}", names)
        assert run("form", "adopt", "--yes", form, "-C", city).code == 0
        path = "plan.outline" if "renamed" in names else "outline"
        head = open_city(city).store.head(KEY, papers.EDITION)
        assert head is not None
        assert head[path] == "行って戻る概要"


def test_a_version_that_is_missing_is_named_and_its_return_makes_everything_good(
    run: Run, city: Path, tmp_path: Path
) -> None:
    """The first version is still needed by revisions, the second is in use."""
    file = living(city)
    run("form", "adopt", "--yes", changed_form(city / "form-new", {"renamed"}), "-C", city)
    for number, commands in ((1, ["status", "history"]), (2, ["status", "history", "import"])):
        folder = city / "store/forms" / FORM / str(number)
        shutil.move(folder, tmp_path / "aside")
        said = run("audit", "-C", city)
        assert said.code == 3 or f"第{number}版" in said.out + said.err, said
        for command in commands:
            words: dict[str, list[object]] = {"history": [KEY], "import": [file]}
            said = run(command, "-C", city, *words.get(command, []))
            assert said.code in {1, 3}, said
            named = f"forms/{FORM}/{number}" if number == 2 or command != "history" else "audit"
            assert named in said.out + said.err, said
        shutil.move(tmp_path / "aside", folder)
        assert run("audit", "-C", city).code == 0
    assert run("import", "-C", city, file).code in {0, 1}
    assert find_settings(city).terms.form.version == 2
