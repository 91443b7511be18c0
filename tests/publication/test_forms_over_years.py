"""A project whose form was replaced by another one: its page says what each year's form says, nothing twice."""

from __future__ import annotations

from itertools import pairwise
from typing import Final

import pytest

from tests import example_forms
from xlsync.form.library import Form, load_form
from xlsync.kinds import DASH
from xlsync.publication.open_data.sheet_tables import year_of
from xlsync.publication.public_fields import public_sheet
from xlsync.publication.published_year import PublicSheet
from xlsync.publication.site.page_content import site_parts
from xlsync.publication.site.project_charts import charts_of
from xlsync.publication.site.site_parts import SitePart
from xlsync.sheet import Sheet
from xlsync.summary.figures.unit_names import names_of

YEAR: Final = example_forms.YEAR


def published(sheet: Sheet) -> PublicSheet:
    """A sheet as it is published, as one of a project of all these years."""
    public = public_sheet(sheet.with_id("1"))
    return PublicSheet(public, names_of(sheet), "confirmed")


def filled_later(name: str, years: int = 1) -> Sheet:
    """What a filled sheet of an example says, in its form of a later year."""
    sheet, edition = example_forms.filled(name)[0], example_forms.form(name).at(YEAR + years)
    values = {path: sheet[path] for path in edition.by_path if path in sheet.edition.by_path}
    return Sheet(edition, sheet.key, values)


def leaves(parts: tuple[SitePart, ...]) -> list[str]:
    """Everything that a page says, one after the other."""
    said: list[str] = []
    for part in parts:
        for text in part.site_texts:
            said += [text.text, *(earlier for _, earlier in text.earlier_texts)]
        for row in (row for table in part.site_tables for row in table.site_rows):
            said += row.texts
        for cells in (cells for table in part.site_row_tables for cells in table.row_texts):
            said += cells
    return said


def with_other_texts(sheet: Sheet) -> Sheet:
    """The sheet with other words in what is no figure of a year."""
    paths = [
        path for path in example_forms.texts(sheet.edition) if year_of(path.split(".")) is None
    ]
    return sheet.with_values({path: f"{sheet[path]}（改）" for path in paths if sheet[path]})


@pytest.mark.parametrize(("then", "now"), list(pairwise(example_forms.NAMES)))
def test_a_page_over_two_forms_says_all_that_each_years_sheet_says(then: str, now: str) -> None:
    former, newest = example_forms.filled(then)[0], filled_later(now, 2)
    between = with_other_texts(filled_later(then, 1))
    years = [published(former), published(between), published(newest)]
    said = leaves(site_parts(years))
    for public in years:
        identity = public.sheet.edition.definition.identity
        above = {identity.title, *(level.field for level in identity.organization)}
        for path, field in public.sheet.edition.by_path.items():
            value = public.sheet[path]
            if value not in {None, DASH} and path not in above:
                words = field.words(value)
                assert {words, words.removesuffix(field.unit)} & set(said), (public.sheet.key, path)


CHANGES: Final = (
    ('label = "うち一般財源"', 'label = "市の負担"'),
    (
        'path = "grant.purpose"\nlabel = "目的"',
        'path = "grant.aim"\nlabel = "ねらい"\nformer = ["grant.purpose"]',
    ),
    ("grant.purpose", "grant.aim"),
    ('former = ["grant.aim"]', 'former = ["grant.purpose"]'),
    ('unit = "件"', 'unit = "団体"'),
)
"""Another word for an amount, another path and word for a text, another unit for a count."""


@pytest.fixture(scope="module")
def form(tmp_path_factory: pytest.TempPathFactory) -> Form:
    """The form of the grants, with changes."""
    folder = tmp_path_factory.mktemp("様式")
    shipped = example_forms.FOLDER / "hojokin"
    text = (shipped / "form.toml").read_text(encoding="utf-8")
    for old, new in CHANGES:
        assert old in text, old
        text = text.replace(old, new)
    (folder / "form.toml").write_text(text, encoding="utf-8")
    (folder / "drawing.xlsx").write_bytes((shipped / "drawing.xlsx").read_bytes())
    return load_form(str(folder))


def over_two_forms(form: Form) -> list[PublicSheet]:
    """A grant's sheets of two years, the later one in the changed form, with another aim."""
    sheet = example_forms.filled("hojokin")[0]
    edition = form.at(YEAR + 1)
    shared = {path: sheet[path] for path in edition.by_path if path in sheet.edition.by_path}
    later = Sheet(edition, sheet.key, shared | {"grant.aim": "新しいねらい"})
    return [published(later), published(sheet)]


def test_a_field_with_another_title_stands_beside_its_heir_with_both_titles(form: Form) -> None:
    years = over_two_forms(form)
    parts = site_parts(years)
    texts = {text.words: text for part in parts for text in part.site_texts}
    assert texts["ねらい"].text == "新しいねらい"
    purpose = years[1].sheet.text("grant.purpose")
    assert texts["ねらい"].earlier_texts == ((f"{YEAR}年度のシート、様式では「目的」", purpose),)
    assert "目的" not in texts
    rows = {
        row.words: row for part in parts for table in part.site_tables for row in table.site_rows
    }
    assert rows["市の負担"].earlier_words == (f"{YEAR}年度の様式では「うち一般財源」",)
    assert "うち一般財源" not in rows


def test_a_number_in_another_unit_stands_in_a_part_of_its_own(form: Form) -> None:
    parts = site_parts(over_two_forms(form))
    counts = {
        part.heading: row.unit
        for part in parts
        for table in part.site_tables
        for row in table.site_rows
        if row.words == "交付件数"
    }
    assert counts == {"決算・予算": "団体", f"決算・予算（{YEAR}年度の様式の欄）": "件"}
    anchors = [part.anchor for part in parts]
    assert len(set(anchors)) == len(anchors)


def test_forms_that_split_an_amount_in_other_parts_have_charts_of_their_own() -> None:
    former = example_forms.filled("keikaku-hyoka")[0]
    newest = filled_later("gyosei-review")
    charts = charts_of([published(former)])

    assert charts[0] in charts_of([published(newest), published(former)])
