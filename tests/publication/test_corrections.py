"""What changed since the last publication: in full for the office, without former texts for readers."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests import papers
from xlsync.publication.corrections import corrections_since
from xlsync.publication.last_publication import last_published_year
from xlsync.publication.published_year import LeftOutSheet, PublishedYear
from xlsync.publication.write_publication import PublicationContents, publish

FIRST, OTHER = papers.KEYS[:2]


def changed(year: PublishedYear, key: str, values: dict[str, Any]) -> PublishedYear:
    """The year with other values in a sheet."""
    sheets = tuple(
        replace(each, sheet=each.sheet.with_values(values)) if each.sheet.key == key else each
        for each in year.public_sheets
    )
    return replace(year, public_sheets=sheets, as_of="2018-09-01")


def listed(target: Path) -> list[dict[str, Any]]:
    """The rows of the list of corrections that readers have."""
    rows = json.loads((target / "data/2018/corrections.json").read_bytes())["rows"]
    assert isinstance(rows, list)
    return rows


def test_figures_and_texts_are_corrected_and_no_former_text_is_shown(
    year: PublishedYear, tmp_path: Path
) -> None:
    target = tmp_path / "公表"
    assert corrections_since(target, year) == []
    publish(target, PublicationContents(year))
    assert corrections_since(target, year) == []
    assert listed(target) == []
    other = changed(
        year, FIRST, {"purpose": "直した目的", "costs.2017-settled.personnel_cost": 18_794}
    )
    figure = "costs.2017-settled.personnel_cost"
    found = {
        each.path: (each.words_before, each.words_after)
        for each in corrections_since(target, other)
    }
    assert found[figure] == ("18,793千円", "18,794千円")
    assert found["purpose"][1] == "直した目的"
    publish(target, PublicationContents(other))
    rows = {row["path"]: row for row in listed(target)}
    assert (rows[figure]["before"], rows[figure]["after"]) == ("18,793千円", "18,794千円")
    assert (rows["purpose"]["before"], rows["purpose"]["after"]) == (None, None)
    former = str(year.public_sheets[0].sheet["purpose"])[:20]
    everything = [file for file in target.rglob("*") if file.suffix in {".json", ".csv", ".html"}]
    assert not any(former in file.read_text(encoding="utf-8-sig") for file in everything)
    page = (target / "corrections.html").read_text(encoding="utf-8")
    assert "18,793千円" in page
    again = {file: file.read_bytes() for file in target.rglob("*") if file.is_file()}
    publish(target, PublicationContents(other))
    assert {file: file.read_bytes() for file in target.rglob("*") if file.is_file()} == again


def test_sheets_that_come_and_go_are_listed_and_the_list_grows(
    year: PublishedYear, tmp_path: Path
) -> None:
    target = tmp_path / "公表"
    without = replace(year, public_sheets=year.public_sheets[1:])
    publish(target, PublicationContents(without))
    publish(target, PublicationContents(year))
    publish(target, PublicationContents(without))
    assert [(row["kind"], row["key"]) for row in listed(target)] == [
        ("新しく公表", FIRST),
        ("公表を取りやめ", FIRST),
    ]


def test_a_publication_that_cannot_be_read_counts_as_none(
    year: PublishedYear, tmp_path: Path
) -> None:
    target = tmp_path / "公表"
    publish(target, PublicationContents(year))
    for file in (target / "data/2018/sheets").iterdir():
        file.write_text("[1]", encoding="utf-8")
    assert corrections_since(target, year) == []


def test_a_year_is_read_back_as_it_was_published(year: PublishedYear, tmp_path: Path) -> None:
    target = tmp_path / "公表"
    left_out = LeftOutSheet(
        year.public_sheets[0].sheet, year.public_sheets[0].unit_names, "対象外", "内部事務のため"
    )
    typed = changed(year, OTHER, {"purpose": "公表した目的"})
    marked = replace(typed.public_sheets[1], stage="final", is_corrected=True, former_keys=("9-9",))
    sheets = (marked, *typed.public_sheets[2:])
    published = replace(typed, public_sheets=sheets, left_out_sheets=(left_out,))
    publish(target, PublicationContents(published))
    again = last_published_year(target, year.edition, year.publisher, year.budget_names)
    for name in ("edition", "counts", "as_of", "departments"):
        assert getattr(again, name) == getattr(published, name)
    for read, written in zip(again.public_sheets, published.public_sheets, strict=True):
        assert read.sheet.same_content(written.sheet)
        assert read.changed_on == "", "only the store knows it"
        assert replace(read, sheet=written.sheet, changed_on=written.changed_on) == written
    [said] = again.left_out_sheets
    assert (said.sheet.id, said.sheet.title) == (left_out.sheet.id, left_out.sheet.title)
    assert replace(said, sheet=left_out.sheet) == left_out
