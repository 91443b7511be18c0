"""The official form as it comes back."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

from tests import papers
from tests.fuzz.seeds import filled, parts_of
from tests.ooxml import samples
from tests.ugly.sample import Sample, Verdict, accept, finding, refuse
from xlsync.form.library import load_form
from xlsync.ooxml import patch_cells
from xlsync.ooxml.patch.patch import Formula
from xlsync.workbook.template.template import build_template

_SHEET = "xl/worksheets/sheet1.xml"
_BOOK = "xl/workbook.xml"
_ROW = 6
_NOTHING = object()


@cache
def _field(kind: str, filled_by: str = "staff") -> str:
    """The path of the first field of a kind."""
    fields = papers.edition().fields
    return next(f.path for f in fields if f.kind.name == kind and f.filled_by == filled_by)


def _cell(path: str) -> str:
    return build_template(load_form(), papers.EDITION).addresses[path]


def _typed(value: object, kind: str = "money", filled_by: str = "staff") -> Callable[[], bytes]:
    """A filled form in which this was typed into the first field of a kind."""

    def make() -> bytes:
        spot = (papers.edition().worksheet, _cell(_field(kind, filled_by)))
        return patch_cells(filled(), {spot: value}, overwrite_formulas=True)  # type: ignore[dict-item]

    return make


def _edited(name: str, change: Callable[[str], str]) -> Callable[[], bytes]:
    """A filled form with the text of one part changed."""

    def make() -> bytes:
        parts = dict(parts_of(filled()))
        changed = change(parts[name].decode())
        assert changed != parts[name].decode()
        return samples.zipped({**parts, name: changed})

    return make


def _raw(kind: str, inside: str, typed: str = "") -> Callable[[], bytes]:
    """A filled form with the contents of one cell written by hand."""

    def change(text: str) -> str:
        at = _cell(_field(kind))
        return re.sub(
            rf'<c r="{at}"( s="\d+")?[^>]*?(?:/>|>.*?</c>)',
            rf'<c r="{at}"\1{typed}>{inside}</c>',
            text,
            count=1,
        )

    return _edited(_SHEET, change)


def _without_names(text: str) -> str:
    return re.sub("<definedNames>.*</definedNames>", "", text, flags=re.DOTALL)


def _without_name(text: str) -> str:
    name = papers.edition().by_path[_field("money")].cell_name
    return re.sub(rf'<definedName name="{re.escape(name)}".*?</definedName>', "", text)


def _lost_name(text: str) -> str:
    """The name refers to nothing any more, as after its row was deleted."""
    name = papers.edition().by_path[_field("money")].cell_name
    return re.sub(rf'(<definedName name="{re.escape(name)}"[^>]*>)[^<]*', r"\g<1>#REF!", text)


def _renamed(text: str) -> str:
    return (
        text.replace('name="評価シート"', 'name="R1 &amp; わたしの"')
        .replace("評価シート!", "'R1 &amp; わたしの'!")
        .replace("'評価シート'!", "'R1 &amp; わたしの'!")
    )


def _down(number: str) -> str:
    return str(int(number) + (int(number) >= _ROW))


def _row_inserted() -> bytes:
    """A row inserted above the sixth, as Excel does it: cells, merges and names move."""
    parts = dict(parts_of(filled()))
    sheet = re.sub(r'(<row r=")(\d+)', lambda m: m[1] + _down(m[2]), parts[_SHEET].decode())
    sheet = re.sub(r'(<c r="[A-Z]+)(\d+)', lambda m: m[1] + _down(m[2]), sheet)
    sheet = re.sub(
        r'<mergeCell ref="([A-Z]+)(\d+):([A-Z]+)(\d+)"',
        lambda m: f'<mergeCell ref="{m[1]}{_down(m[2])}:{m[3]}{_down(m[4])}"',
        sheet,
    )
    book = re.sub(r"(\$[A-Z]+\$)(\d+)", lambda m: m[1] + _down(m[2]), parts[_BOOK].decode())
    return samples.zipped({**parts, _SHEET: sheet, _BOOK: book})


def _copied(copies: int) -> Callable[[], bytes]:
    """The worksheet copied within its book: each copy has the names again, in its own scope."""

    def make() -> bytes:
        parts = dict(parts_of(filled()))
        book, related = parts[_BOOK].decode(), parts["xl/_rels/workbook.xml.rels"].decode()
        tabs = book.count("<sheet ")
        names = re.findall(r'<definedName [^>]*localSheetId="0".*?</definedName>', book)
        kind = f"{samples.RELATIONS}/worksheet"
        for n in range(copies):
            title = f"評価シート ({n + 2})"
            part = f"worksheets/copy{n}.xml"
            parts[f"xl/{part}"] = parts[_SHEET]
            relation = f'<Relationship Id="rIdC{n}" Type="{kind}" Target="{part}"/>'
            related = related.replace("</Relationships>", f"{relation}</Relationships>")
            tab = f'<sheet xmlns:q="{samples.RELATIONS}" name="{title}" sheetId="{90 + n}" q:id="rIdC{n}"/>'
            book = book.replace("</sheets>", f"{tab}</sheets>")
            own = "".join(names).replace('localSheetId="0"', f'localSheetId="{tabs + n}"')
            own = own.replace("'評価シート'!", f"'{title}'!").replace("評価シート!", f"'{title}'!")
            book = book.replace("</definedNames>", f"{own}</definedNames>")
        return samples.zipped({**parts, _BOOK: book, "xl/_rels/workbook.xml.rels": related})

    return make


def _at(kind: str, code: str, filled_by: str = "staff") -> Verdict:
    return finding(code, _field(kind, filled_by))


def _form(name: str, make: Callable[[], bytes], verdict: Verdict) -> Sample:
    return Sample(f"form: {name}", make, verdict, form=True)


SAMPLES = (
    _form("as given out", filled, accept()),
    _form("worksheet renamed", _edited(_BOOK, _renamed), accept()),
    _form("row inserted", _row_inserted, accept()),
    _form("worksheet copied twice", _copied(2), accept()),
    _form("all names lost", _edited(_BOOK, _without_names), finding("healed", "")),
    _form("one name lost", _edited(_BOOK, _without_name), finding("healed", "")),
    _form("name of nothing", _edited(_BOOK, _lost_name), finding("healed", "")),
    _form("text in a money cell", _typed("約500"), _at("money", "unreadable")),
    _form("thousands grouped wrongly", _typed("2,33"), _at("money", "unreadable")),
    _form("boolean in a money cell", _typed(value=True), _at("money", "unreadable")),
    _form("decimals in a money cell", _typed(0.5), _at("money", "unreadable")),
    _form("full width", _typed("２３，３８７"), _at("money", "normalised")),
    _form("full-width dash", _typed("－"), _at("money", "normalised")),
    _form("spaces", _typed("\u3000"), accept()),
    _form("error value", _raw("money", "<v>#SPILL!</v>", ' t="e"'), _at("money", "cell-error")),
    _form("NaN", _raw("money", "<v>NaN</v>"), _at("money", "cell-error")),
    _form(
        "string index out of range",
        _raw("money", "<v>99999</v>", ' t="s"'),
        _at("money", "cell-error"),
    ),
    _form("formula", _typed(Formula("1000+234", 1234)), _at("money", "formula")),
    _form(
        "formula with an error",
        _raw("money", "<f>A1/0</f><v>#DIV/0!</v>", ' t="e"'),
        _at("money", "cell-error"),
    ),
    _form(
        "formula without result", _raw("money", "<f>A1</f>"), _at("money", "formula-without-result")
    ),
    _form(
        "formula typed over",
        _typed(1, "money", "computed"),
        _at("money", "formula-replaced", "computed"),
    ),
    _form("control characters", _typed("事\x01業\ufffe"), _at("money", "unreadable")),
    _form("lone surrogate", _typed("\ud800"), _at("money", "unreadable")),
    _form("40,000 digits", _raw("money", f"<v>{'9' * 40_000}</v>"), _at("money", "cell-error")),
    _form("text of 32,767 signs", _typed("あ" * 32_767), _at("money", "unreadable")),
    _form(
        "only values",
        _edited(_BOOK, lambda text: _without_names(text).replace("評価シート", "Sheet1")),
        accept(),
    ),
    Sample(
        "form: another workbook", lambda: samples.book(""), refuse("NotOurForm", "様式"), form=True
    ),
)
