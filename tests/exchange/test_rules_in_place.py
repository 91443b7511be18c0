"""A version of the form that changes only lists, rules and checks: the page of an issued workbook stays as people made it."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill

from tests import exploring, node_tools, office, papers
from tests.cities import WORKSHEET, City, cells_of, city, saved, typed
from tests.form_changes import RULE
from tests.ooxml import pages, samples
from tests.ooxml.test_rules_replacement import RULES
from tests.papers import edited_form, in_field
from xlsync.exchange import Source, bring_up_to_date, export_known, template_of
from xlsync.exchange.check_context import findings_on
from xlsync.exchange.form_adoption import adopt_form
from xlsync.exchange.incoming import read_incoming
from xlsync.ooxml import read_cells

PLANNER = Source("様式の変更", "2018-06-01T09:00:00+09:00", "企画")
STAFF = Source("評価シート/a.xlsx", "2018-07-01T09:00:00+09:00", "職員")
CHANGES = (
    ('items = ["A 任意的事業"', 'items = ["0 調整中", "A 任意の事業"'),
    in_field("purpose", 'required = "always"', 'required = "never"'),
)
"""A list that is longer and says something else, a field that nobody has to fill; beside them a rule."""
WORDS = st.text("あ漢aｱ0１ -=+'\"<&\n", min_size=1, max_size=12)
MARGIN = st.tuples(st.sampled_from(["AE", "AG", "AH"]), st.integers(1, 70)).map(
    lambda at: f"{at[0]}{at[1]}"
)


@dataclass(frozen=True)
class Edits:
    """What somebody does to a workbook: texts in fields, notes at the margin, colours of cells, a comment, a worksheet."""

    fields: Mapping[str, Any]
    notes: Mapping[str, str]
    coloured: frozenset[str]
    comment: str
    own: str

    def made_in(self, data: bytes) -> bytes:
        """Return the workbook with them."""
        book = openpyxl.load_workbook(io.BytesIO(data))
        page, cells = book[WORKSHEET], cells_of(data)
        for path, value in self.fields.items():
            page[cells[path]] = value
        for address, text in self.notes.items():
            page[address] = text
            page[address].data_type = "s"
        for path in self.coloured:
            page[cells[path]].fill = PatternFill("solid", fgColor="FFFFCC99")
            page[cells[path]].font = Font(name="ＭＳ 明朝", sz=9, bold=True)
        if self.comment:
            page[cells["outline"]].comment = Comment(self.comment, "係")
        if self.own:
            book.create_sheet("自分用")["B2"] = f"='{WORKSHEET}'!{cells['purpose']}"
            book["自分用"]["A1"] = self.own
        return saved(book)


EDITS = st.builds(
    Edits,
    fields=st.fixed_dictionaries(
        {},
        optional={
            "purpose": WORDS.filter(lambda text: text[0] not in "='"),
            "classification": st.sampled_from(["A 任意的事業", "A 任意の事業", "B 政策的事業"]),
            "costs.2017-settled.overtime_hours": st.integers(0, 999),
        },
    ),
    notes=st.dictionaries(MARGIN, WORDS, max_size=3),
    coloured=st.frozensets(st.sampled_from(["purpose", "outline", "classification"])),
    comment=st.sampled_from(["", "目的のコメント"]),
    own=st.sampled_from(["", "控え"]),
)


@dataclass(repr=False)
class ChangedCity:
    """A city in which a version of lists and rules was adopted, and the terms of before."""

    city: City
    before: Any

    def issued(self) -> bytes:
        """A workbook of the former version, of the sheet as it is now."""
        self.city.copies += 1
        return export_known(
            template_of(self.before),
            self.city.head(),
            f"{self.city.copies:08x}",
            self.city.store,
            self.before,
        )

    def upgraded(self, data: bytes) -> bytes:
        """The workbook once it was received and written back."""
        self.city.bring_one(data)
        update = bring_up_to_date(self.city.store, self.city.terms, data, STAFF)
        assert update is not None
        assert (update.version, update.displaced_count) == (2, 0)
        return update.data

    def wrong(self, data: bytes) -> set[str]:
        """The errors and warnings of a workbook's cells, as the program says them."""
        terms, store = self.city.terms, self.city.store
        (incoming,) = read_incoming(terms, data, STAFF, store=store)
        findings = findings_on(store, terms, incoming, incoming.sheet)
        return {one.message for one in findings if one.severity != "note" and one.cell}


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory) -> ChangedCity:
    """The city, for all tests: each takes a copy of its own."""
    folder = tmp_path_factory.mktemp("town")
    town = city(folder)
    town.register(papers.CLEAN)
    form = edited_form(folder / "form-new", *CHANGES, added=RULE)
    adopt_form(town.store, town.terms, form, PLANNER)
    before = replace(town.terms, form=town.store.form.of_version(1))
    town.terms = replace(town.terms, form=town.store.form)
    return ChangedCity(town, before)


@settings(max_examples=exploring.examples(1), suppress_health_check=exploring.ONE_FIXTURE)
@given(edits=EDITS)
def test_what_was_typed_and_formatted_stays_and_the_checks_are_the_new_versions(
    changed: ChangedCity, edits: Edits
) -> None:
    data = edits.made_in(changed.issued())
    after = changed.upgraded(data)
    cells, old_cells = read_cells(after), read_cells(data)
    own = [title for title in old_cells if title in {WORKSHEET, "自分用"}]
    assert {title: cells[title] for title in own} == {title: old_cells[title] for title in own}
    for title in own:
        assert pages.formats(after, title) == pages.formats(data, title)
        assert comments(after, title) == comments(data, title)
    assert without_brackets(changed.wrong(after)) <= without_brackets(
        {str(value) for value in cells["チェック"].values()}
    )
    before_parts, parts = samples.unzipped(data), samples.unzipped(after)
    ours = {f"xl/worksheets/sheet{number}.xml" for number in (2, 4, 5)}
    for name in before_parts.keys() - ours - {"xl/worksheets/sheet1.xml", *STATED}:
        assert parts[name] == before_parts[name], name
    assert pages_rules_cut(parts) == pages_rules_cut(before_parts)


STATED = {"xl/workbook.xml", "xl/styles.xml", "docProps/custom.xml", "[Content_Types].xml"}
"""Parts that hold names, formats and the stamp."""


def pages_rules_cut(parts: Mapping[str, bytes]) -> str:
    """The form's page without its lists and conditional formats."""
    return RULES.sub("", parts["xl/worksheets/sheet1.xml"].decode())


def comments(data: bytes, title: str) -> dict[str, str]:
    cells = (
        cell for row in openpyxl.load_workbook(io.BytesIO(data))[title].iter_rows() for cell in row
    )
    return {cell.coordinate: cell.comment.text for cell in cells if cell.comment}


def without_brackets(texts: set[str]) -> set[str]:
    return {text.partition("（")[0] for text in texts}


MANY = Edits(
    {
        "purpose": "目的を書いた",
        "classification": "A 任意的事業",
        "costs.2017-settled.overtime_hours": 12,
    },
    {"AE5": "欄外"},
    frozenset({"outline"}),
    "コメント",
    "控え",
)


def test_a_page_with_a_field_dragged_elsewhere_is_drawn_again(changed: ChangedCity) -> None:
    book = openpyxl.load_workbook(io.BytesIO(changed.issued()))
    page = book[WORKSHEET]
    page.insert_rows(1)
    for defined in page.defined_names.values():
        text = str(defined.attr_text)
        head, _, row = text.rpartition("$")
        if row.isdigit():
            defined.attr_text = f"{head}${int(row) + 1}"
    data = saved(book)
    changed.city.bring_one(data)
    update = bring_up_to_date(changed.city.store, changed.city.terms, data, STAFF)
    assert update is None or cells_of(update.data) == cells_of(changed.issued())


@pytest.mark.node
def test_the_open_xml_sdk_finds_nothing_in_a_workbook_with_rules_in_place(
    changed: ChangedCity, tmp_path: Path
) -> None:
    file = tmp_path / "after.xlsx"
    file.write_bytes(changed.upgraded(typed(changed.issued(), MANY.fields)))
    assert node_tools.faults(file) == []


@pytest.mark.office
def test_libreoffice_checks_a_workbook_with_rules_in_place_as_the_program_does(
    changed: ChangedCity, tmp_path: Path
) -> None:
    file = tmp_path / "after.xlsx"
    file.write_bytes(changed.upgraded(MANY.made_in(changed.issued())))
    (again,) = office.resave([file], tmp_path / "saved")
    cells = read_cells(again)
    wrong = without_brackets(changed.wrong(again.read_bytes()))
    assert wrong <= without_brackets({str(value) for value in cells["チェック"].values()})
    assert any("事業費" in message for message in wrong)
    old = read_cells(file)[WORKSHEET]
    assert {at: value for at, value in cells[WORKSHEET].items() if at in old} == old
