"""A field whose cell is lost keeps what the store has: it was neither changed nor cleared by anyone."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests import papers, strategies
from tests.cities import City, cells_of, codes, typed
from tests.healing.pages import Paper, filled
from xlsync.computed import results, share_of
from xlsync.exchange.incoming import Incoming, complete
from xlsync.merging import merge
from xlsync.ooxml.patch.patch import patch_cells
from xlsync.ooxml.patch.properties import set_defined_name
from xlsync.sheet import Sheet
from xlsync.workbook.reading.form_reader import read
from xlsync.workbook.reading.reading import FieldCells, Reading
from xlsync.workbook.stamp import Stamp

EDITION = papers.edition()
GENERAL = "costs.2017-settled.sources.general"
TOTAL = "costs.2017-settled.project_cost"
STAFF = [f.path for f in EDITION.fields if f.path not in EDITION.definition.identity.key]
WORKSHEET = "評価シート"


def without(data: bytes, path: str, *labels: str) -> bytes:
    """The workbook with a field's name broken and labels cleared, so that the field cannot be found."""
    named = EDITION.by_path[path].cell_name
    broken = set_defined_name(data, WORKSHEET, named, f"'{WORKSHEET}'!#REF!")
    return patch_cells(broken, {(WORKSHEET, label): None for label in labels})


def lost_outline(data: bytes) -> bytes:
    """The workbook in which nobody can say where 事業の概要 is."""
    broken = without(data, "purpose", "A25", "A32")
    return without(broken, "outline")


def test_a_lost_field_is_not_cleared_in_the_store(city: City) -> None:
    city.register(papers.CLEAN)
    data = city.give_out()
    before = city.head()
    receipt = city.bring_one(lost_outline(data))
    assert [change.path for change in receipt.changes] == []
    assert dict(city.head()) == dict(before)
    assert {path for code, path in codes(receipt) if code == "lost-cell"} == {"purpose", "outline"}


def test_what_others_wrote_into_a_lost_field_stays(city: City) -> None:
    city.register(papers.CLEAN)
    mine, theirs = city.give_out(), city.give_out()
    city.bring_one(typed(theirs, {"outline": "新しい概要"}), "評価シート/b.xlsx")
    receipt = city.bring_one(lost_outline(typed(mine, {"legal_basis": "新しい法令"})))
    assert receipt.outcome == "accepted"
    assert city.head()["outline"] == "新しい概要"
    assert city.head()["legal_basis"] == "新しい法令"


def test_a_lost_field_found_again_is_taken(city: City) -> None:
    city.register(papers.CLEAN)
    data = city.give_out()
    city.bring_one(lost_outline(data))
    receipt = city.bring_one(typed(data, {"outline": "直した概要"}))
    assert receipt.outcome == "accepted"
    assert [change.path for change in receipt.changes] == ["outline"]


def test_a_sum_over_a_lost_part_stays_and_follows_its_other_parts(city: City) -> None:
    city.register(papers.CLEAN)
    data = city.give_out()
    before = city.head()
    national = "costs.2017-settled.sources.national"
    old, total = before[national] or 0, before[TOTAL]
    assert isinstance(old, int)
    assert isinstance(total, int)
    broken = data
    for axis in ("2016-settled", "2017-settled", "2018-initial", "2019-initial"):
        broken = without(broken, f"costs.{axis}.sources.general", "X24")
    receipt = city.bring_one(typed(broken, {national: old + 100}))
    assert GENERAL in {path for code, path in codes(receipt) if code == "lost-cell"}
    head = city.head()
    assert (head[national], head[TOTAL], head[GENERAL]) == (old + 100, total + 100, before[GENERAL])


def test_a_healed_field_is_taken_like_any_other(city: City) -> None:
    city.register(papers.CLEAN)
    data = typed(city.give_out(), {GENERAL: 12345})
    receipt = city.bring_one(without(data, GENERAL))
    assert city.head()[GENERAL] == 12345
    assert ("healed", "") in codes(receipt)


def test_a_first_import_leaves_a_lost_field_blank_and_says_so_once(city: City) -> None:
    city.register(papers.CLEAN)
    data = lost_outline(city.give_out())
    other = City(city.store, city.terms)
    (reading,) = read(data)
    assert reading.sheet["outline"] is None
    receipt = other.bring_one(data)
    assert [code for code, path in codes(receipt) if path == "outline"] == ["lost-cell"]


def test_a_copy_of_the_worksheet_in_one_workbook_is_taken_once(city: City) -> None:
    city.register(papers.CLEAN)
    paper = filled()
    for other in (paper.copy("評価シート (2)"), _nameless(paper.copy("控え"))):
        assert city.bring_one(paper.save(other)).outcome == "unchanged"


def _nameless(paper: Paper) -> Paper:
    paper.forget()
    return paper


def test_a_nameless_workbook_of_a_known_sheet_is_taken_in(city: City) -> None:
    city.register(papers.CLEAN)
    paper = filled()
    paper.forget()
    assert city.bring_one(paper.save()).outcome == "unchanged"


def test_names_and_cells_are_where_openpyxl_finds_them() -> None:
    paper = filled()
    paper.insert_rows(20, 3)
    (reading,) = read(paper.save())
    assert dict(reading.cells) == cells_of(paper.save())


@given(st.data())
def test_a_sheet_with_lost_fields_merges_as_if_nobody_had_touched_them(data: st.DataObject) -> None:
    base = data.draw(strategies.sheets(EDITION, papers.CLEAN))
    ours = data.draw(strategies.sheets(EDITION, papers.CLEAN))
    drawn = data.draw(strategies.sheets(EDITION, papers.CLEAN))
    gone = frozenset(data.draw(st.sets(st.sampled_from(STAFF), max_size=30)))
    whole, arrival = _lost(base, drawn, gone)
    theirs = complete(arrival, base).sheet
    assert theirs.same_content(whole)
    merged = merge(base, ours, theirs)
    typed_by_people = gone - set(
        EDITION.formulas
    )  # a lost total follows its parts, which somebody may have changed
    assert not {conflict.path for conflict in merged.conflicts} & typed_by_people
    for path in typed_by_people:
        assert merged.sheet[path] == ours[path]
        assert merged.sheet.unreadable.get(path) == ours.unreadable.get(path)


def _lost(base: Sheet, drawn: Sheet, gone: frozenset[str]) -> tuple[Sheet, Incoming]:
    """A sheet in which the gone fields are as in the base, and the arrival that is read when their cells are lost."""

    def shares(sheet: Sheet, *, of_gone: bool) -> dict[str, object]:
        found = {
            path: share_of(rule, sheet)
            for path, rule in EDITION.formulas.items()
            if (path in gone) is of_gone and path not in sheet.unreadable
        }
        return {path: share for path, share in found.items() if share is not None}

    live = shares(drawn, of_gone=False)
    values = {path: (base if path in gone else drawn)[path] for path in drawn}
    unreadable = {p: t for p, t in drawn.unreadable.items() if p not in gone}
    kept = {p: t for p, t in base.unreadable.items() if p in gone}
    both = {**live, **shares(base, of_gone=True)}
    whole = Sheet(
        drawn.edition,
        drawn.key,
        {**values, **results(EDITION, both, values)},  # type: ignore[arg-type]
        drawn.revision,
        {**unreadable, **kept},
    )
    read_ = {path: None if path in gone else value for path, value in values.items()}
    sheet = Sheet(
        drawn.edition,
        drawn.key,
        {**read_, **results(EDITION, live, read_)},  # type: ignore[arg-type]
        drawn.revision,
        unreadable,
    )
    stamp = Stamp(EDITION.form, EDITION.year, papers.CLEAN)
    reading = Reading(
        "評価シート",
        stamp,
        sheet,
        (),
        field_cells=FieldCells(live=live, repaired=dict.fromkeys(gone, "lost")),  # type: ignore[arg-type]
    )
    return whole, Incoming(sheet, stamp, "職員", reading)
