"""A form that changed completely after the year change: last year's sheets are read and taken in the form of then."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Final

import openpyxl

from tests import example_forms
from tests.commands import Run
from tests.page.visits import Office
from xlsync import open_city
from xlsync.ooxml.patch.patch import patch_cells
from xlsync.workbook.reading.form_reader import read

YEAR: Final = example_forms.YEAR
THEN: Final = ("--edition", YEAR)


def next_form(folder: Path, then: str, now: str) -> Path:
    """An example form as the successor of another one: it reads the codes that there are, and takes over nothing else."""
    shutil.copytree(example_forms.FOLDER / now, folder)
    old, new = (example_forms.form(name).definition for name in (then, now))
    [code], [own_code] = old.identity.key, new.identity.key
    written = (example_forms.FOLDER / then / "form.toml").read_text(encoding="utf-8")
    text = (folder / "form.toml").read_text(encoding="utf-8")
    text = text.replace(f'id = "{new.id}"', f'id = "{old.id}"')
    before, _, entry = text.partition(f'path = "{own_code}"')
    entry = re.sub('shape = ".*"', _shape(written, code), entry, count=1)
    former = "" if code == own_code else f'former = ["{code}"]'
    text = f'{before}path = "{own_code}"\n{former}{entry}'
    (folder / "form.toml").write_text(text, encoding="utf-8")
    return folder


def _shape(text: str, path: str) -> str:
    found = re.search(f'path = "{re.escape(path)}".*?(shape = ".*?")', text, re.DOTALL)
    assert found is not None
    return found[1]


def rolled_over(tmp_path: Path, run: Run, name: str) -> Path:
    """A city whose sheets of an example form were rolled over into the next year."""
    folder = tmp_path / "市"
    form = example_forms.FOLDER / name
    assert run("init", folder, *THEN, "--form", form).code == 0
    assert run("import", "-C", folder, *sorted((form / "examples").glob("*.json"))).code in {0, 1}
    return folder


def made_of_last_year(folder: Path, out: Path, run: Run) -> dict[str, bytes]:
    """What commands make of last year's sheets: the bytes of files by path, and what the commands say."""
    city = ("-C", folder, *THEN)
    assert run("summarize", *city, "--out", out / "集計").code == 0
    assert run("summarize", *city, "--out", out / "表", "--format", "json").code == 0
    shown = ("--all", "--without-book", "--yes", "--names-confirmed")
    assert run("publish", out / "公表", *city, *shown).code == 0
    files = {str(file.relative_to(out)): file.read_bytes() for file in out.rglob("*.*")}
    [key, *_] = [sheet.key for sheet in open_city(folder).store.heads(YEAR)]
    for words in (("history", key, "--years"), ("history", key), ("status",), ("sheets", "list")):
        files[" ".join(words)] = run(*words, *city).out.encode()
    return files


def test_summaries_publication_and_history_of_last_year_are_the_same_after_another_form_was_adopted(
    tmp_path: Path, run: Run
) -> None:
    folder = rolled_over(tmp_path, run, "hojokin")
    assert run("rollover", "-C", folder, YEAR + 1, "--yes").code == 0
    before = made_of_last_year(folder, tmp_path / "前", run)
    changed = next_form(tmp_path / "様式", "hojokin", "gyosei-review")
    assert run("form", "adopt", "-C", folder, "--yes", changed).code == 0
    after = made_of_last_year(folder, tmp_path / "後", run)
    assert before.keys() == after.keys()
    assert [name for name, data in before.items() if after[name] != data] == []
    assert run("audit", "-C", folder).code == 0
    assert_years_show_the_former_form(folder, run)


def assert_years_show_the_former_form(folder: Path, run: Run) -> None:
    """What last year's form says of years stands in this year's history too, marked, and nothing of it twice."""
    [key, *_] = [sheet.key for sheet in open_city(folder).store.heads(YEAR)]
    words = ("history", key, "--years", "-C", folder)
    then = [each for each in run(*words, *THEN).out.splitlines() if "：" in each]
    assert len(then) > 3
    now = run(*words, "--out", folder / "推移.xlsx").out.splitlines()
    mark = f"（{YEAR}年度の様式の欄）"
    assert [each.replace(mark, "") for each in now if mark in each] == then
    titles = [each.partition("：")[0].strip() for each in then]
    dropped = [each for each in now if "いまの様式にない欄" in each]
    assert dropped
    assert not [each for each in dropped if any(title.split()[-1] in each for title in titles)]
    with Office(folder).at_work() as office:
        shown = office.officer().page(f"/sheets/{key}")
    assert all(f"{title}{mark}" in shown for title in titles)
    page = openpyxl.load_workbook(folder / "推移.xlsx")["推移"]
    rows = {str(row[0]): row[1:] for row in page.iter_rows(values_only=True)}
    for line in then:
        title, _, said = line.strip().partition("：")
        values = [each.split(" ")[-1] for each in said.split("、")]
        assert [each for each in rows[f"{title}{mark}"] if each] == values


def test_what_is_typed_into_last_years_workbook_is_taken_in_the_form_of_then(
    tmp_path: Path, run: Run
) -> None:
    folder = rolled_over(tmp_path, run, "keikaku-hyoka")
    assert run("export", "-C", folder, "04-220").code == 0
    [book] = (folder / "shared/評価シート").rglob("*.xlsx")
    assert run("rollover", "-C", folder, YEAR + 1, "--yes").code == 0
    changed = next_form(tmp_path / "様式", "keikaku-hyoka", "gyosei-review")
    adopted = run("form", "adopt", "-C", folder, "--yes", changed)
    assert (adopted.code, "確かめられませんでした" in adopted.out + adopted.err) == (0, False)
    store = open_city(folder).store
    [page] = read(book.read_bytes(), store.form)
    assert (page.version, "unit.author" in store.form.at(YEAR).by_path) == (1, False)
    typed = {(page.worksheet, page.cells["unit.author"]): "あとから直した人"}
    book.write_bytes(patch_cells(book.read_bytes(), typed))
    assert "→ 「あとから直した人」" in run("diff", "-C", folder, book).out
    assert run("import", "-C", folder, book).code == 0
    assert "担当 作成者" in run("review", "-C", folder, *THEN).out
    assert run("review", "-C", folder, *THEN, "--accept", "all").code == 0
    head = store.at_form_version(1).head("04-220", YEAR)
    assert head is not None
    assert head["unit.author"] == "あとから直した人"
    [page] = read(book.read_bytes(), store.form)
    assert (page.version, page.sheet["unit.author"]) == (1, "あとから直した人")
    assert "変更なし" in run("import", "-C", folder, book).out
