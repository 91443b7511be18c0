"""Cells as programs really write them, and as none should."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from tests.ooxml import samples
from tests.ugly.markup import sheet
from tests.ugly.sample import Sample, accept, hold, refuse
from xlsync.ooxml.read.reader import CellError

_STRINGS = samples.shared_strings(
    "<t>一</t>",
    '<r><t>事</t></r><r><rPr><b/></rPr><t xml:space="preserve">業 </t></r>',
    '<t>課長</t><rPh sb="0" eb="2"><t>カチョウ</t></rPh><phoneticPr fontId="1"/>',
    "<t>a_x000D_b</t>",
    "<t>_x005F_x000D_</t>",
    count=4_000_000_000,
)
_DATES = samples.styles("yyyy/m/d", "[h]:mm", "ggge&quot;年&quot;")
_1904 = samples.WORKBOOK.replace("<sheets>", '<workbookPr date1904="1"/><sheets>')


def _typed(name: str, value: object, attributes: str, inside: str, **more: str) -> Sample:
    """A sample of one cell, A1, that reads as this value."""
    make = sheet(f'<row r="1"><c r="A1"{attributes}>{inside}</c></row>', **more)
    return Sample(name, make, accept(A1=value))


def _text(name: str, text: str) -> Sample:
    """A sample of one text, kept as typed."""
    return _typed(name, text, ' t="inlineStr"', f"<is><t>{text}</t></is>")


def _merges(count: int) -> str:
    inside = "".join(f'<mergeCell ref="A{n}:B{n}"/>' for n in range(2, count + 2))
    return f'<mergeCells count="{count}">{inside}</mergeCells>'


_VALUES = (
    _typed("error #SPILL!", CellError("#SPILL!"), ' t="e"', "<v>#SPILL!</v>"),
    _typed("error nobody knows", CellError("#未知!"), ' t="e"', "<v>#未知!</v>"),
    _typed("NaN", CellError("NaN"), "", "<v>NaN</v>"),
    _typed("INF", CellError("INF"), ' t="n"', "<v>INF</v>"),
    _typed("1e999", CellError("1e999"), "", "<v>1e999</v>"),
    _typed("4,400 digits", CellError("7" * 4400), ' t="s"', f"<v>{'7' * 4400}</v>"),
    _typed("0.1+0.2", 0.30000000000000004, "", "<v>0.30000000000000004</v>"),
    _typed("style out of range", 5, ' s="9999"', "<v>5</v>", styles=_DATES),
    _typed("style of 4,400 digits", 5, f' s="{"1" * 4400}"', "<v>5</v>", styles=_DATES),
    _typed("style that is no number", 5, ' s="x"', "<v>5</v>", styles=_DATES),
    _typed("odd boolean", CellError("yes"), ' t="b"', "<v>yes</v>"),
    _typed("unknown type", "1", ' t="zz"', "<v>1</v>"),
    _typed("ISO date", date(2018, 4, 1), ' t="d"', "<v>2018-04-01</v>"),
    _typed("no ISO date", CellError("4月1日"), ' t="d"', "<v>4月1日</v>"),
    _typed("serial 60", 60, ' s="1"', "<v>60</v>", styles=_DATES),
    _typed("serial 59", date(1900, 2, 28), ' s="1"', "<v>59</v>", styles=_DATES),
    _typed("negative date", -1, ' s="1"', "<v>-1</v>", styles=_DATES),
    _typed("date after 9999", 1e300, ' s="1"', "<v>1e300</v>", styles=_DATES),
    _typed("elapsed hours", timedelta(hours=36), ' s="2"', "<v>1.5</v>", styles=_DATES),
    _typed("era", datetime(2018, 4, 1, 12), ' s="3"', "<v>43191.5</v>", styles=_DATES),  # noqa: DTZ001
    _typed("1904 dates", date(2018, 4, 1), ' s="1"', "<v>41729</v>", styles=_DATES, workbook=_1904),
    _typed("shared-string count 4e9", "一", ' t="s"', "<v>0</v>", shared_strings=_STRINGS),
    _typed("rich text", "事業 ", ' t="s"', "<v>1</v>", shared_strings=_STRINGS),
    _typed("furigana", "課長", ' t="s"', "<v>2</v>", shared_strings=_STRINGS),
    _typed("_x000D_", "a\rb", ' t="s"', "<v>3</v>", shared_strings=_STRINGS),
    _typed("_x005F_", "_x000D_", ' t="s"', "<v>4</v>", shared_strings=_STRINGS),
    _typed(
        "inline furigana",
        "課",
        ' t="inlineStr"',
        '<is><t>課</t><rPh sb="0" eb="1"><t>カ</t></rPh></is>',
    ),
    _typed("control character", "\x01", ' t="inlineStr"', "<is><t>_x0001_</t></is>"),
    _typed("lone surrogate", "\ud842", ' t="inlineStr"', "<is><t>_xD842_</t></is>"),
    _typed("surrogate pair", "𠮷", ' t="inlineStr"', "<is><t>_xD842__xDFB7_</t></is>"),
    _text("NFD", "か\u3099"),
    _text("IVS", "葛\U000e0100"),
    _text("gaiji", "\ue000\U000f0000"),
    _text("zero width", "事\u200b務\ufeff"),
    _text("bidi marks", "\u202eabc\u202c"),
    _text("formula as text", "=HYPERLINK(1)"),
    _text("full-width digits", "１２３"),
    _text("40,000 signs", "あ" * 40_000),
)
_SHAPES = (
    Sample(
        "self-closing rows and cells",
        sheet('<row r="1"/><row r="2"><c r="A2"/><c r="B2" s="1"/></row><row/>'),
        accept(),
    ),
    Sample(
        "self-closing sheet data",
        lambda: samples.zipped(
            samples.parts(samples.sheet("").replace("<sheetData></sheetData>", "<sheetData/>"))
        ),
        accept(),
    ),
    Sample(
        "rows out of order",
        sheet('<row r="9"><c r="A9"><v>9</v></c></row><row r="2"><c r="A2"><v>2</v></c></row>'),
        accept(A9=9, A2=2),
    ),
    Sample(
        "cells out of order",
        sheet('<row r="1"><c r="Z1"><v>9</v></c><c r="A1"><v>2</v></c></row>'),
        accept(Z1=9, A1=2),
    ),
    Sample(
        "cells without addresses",
        sheet("<row><c><v>1</v></c><c><v>2</v></c></row><row><c/><c><v>3</v></c></row>"),
        accept(A1=1, B1=2, B2=3),
    ),
    Sample(
        "a cell twice",
        sheet('<row r="1"><c r="A1"><v>1</v></c></row><row r="2"><c r="C5"><v>2</v></c></row>'),
        accept(A1=1),
        patch="UnwritableWorkbook",
    ),
    Sample(
        "a cell in another row",
        sheet('<row r="2"><c r="C5"><v>4</v></c></row>'),
        accept(C5=4),
        patch="UnwritableWorkbook",
    ),
    Sample(
        "a cell in a cell",
        sheet('<row r="5"><c r="C5"><c r="A1"/><v>4</v></c></row>'),
        accept(),
        patch="UnwritableWorkbook",
    ),
    Sample(
        "a row beyond 32 bits",
        sheet(f'<row r="{"1" * 4400}"/>'),
        accept(),
        patch="UnwritableWorkbook",
    ),
    Sample(
        "XFD1048576",
        sheet('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'),
        accept(XFD1048576=1),
    ),
    Sample(
        "beyond the last column", sheet('<row r="1"><c r="XFE1"><v>1</v></c></row>'), hold("番地")
    ),
    Sample(
        "beyond the last row", sheet('<row r="1"><c r="A1048577"><v>1</v></c></row>'), hold("番地")
    ),
    Sample("no address", sheet('<row r="1"><c r="いろは"><v>1</v></c></row>'), hold("番地")),
    Sample(
        "dimension too small",
        sheet('<row r="3"><c r="F3"><v>1</v></c></row>', '<dimension ref="A1:A1"/>'),
        accept(F3=1),
    ),
    Sample(
        "dimension of everything",
        sheet('<row r="3"><c r="F3"><v>1</v></c></row>', '<dimension ref="A1:XFD1048576"/>'),
        accept(F3=1),
    ),
    Sample(
        "dimension of nothing",
        sheet('<row r="3"><c r="F3"><v>1</v></c></row>', '<dimension ref="#REF!"/>'),
        accept(F3=1),
    ),
    Sample(
        "merge of everything",
        sheet(
            '<row r="1"><c r="A1"><v>1</v></c></row>',
            "",
            '<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>',
        ),
        accept(A1=1),
        patch="UnwritableWorkbook",
    ),
    Sample(
        "40,000 merges",
        sheet('<row r="1"><c r="A1"><v>1</v></c></row>', "", _merges(40_000)),
        refuse("HostileWorkbook", "結合"),
    ),
    Sample(
        "merges that overlap",
        sheet(
            "",
            "",
            '<mergeCells count="9"><mergeCell ref="A1:C3"/><mergeCell ref="B2:D4"/></mergeCells>',
        ),
        accept(),
    ),
    Sample(
        "merge of nothing",
        sheet("", "", '<mergeCells><mergeCell ref="#REF!"/><mergeCell/></mergeCells>'),
        accept(),
    ),
    Sample(
        "16,384 column styles",
        sheet(
            "",
            "<cols>"
            + "".join(f'<col min="{n}" max="{n}" style="0"/>' for n in range(1, 16_385))
            + "</cols>",
        ),
        accept(),
    ),
)
_EMPTY = '<row r="1"><c r="A1" t="s"><v></v></c><c r="B1" t="e"><v></v></c><c r="C1" t="b"><v/></c>'
_TWO_STRINGS = '<c r="A1" t="inlineStr"><is><t>事</t></is><is><t>業</t></is></c>'
_INNER = '<c r="B1" t="inlineStr"><is><t><b/>務</t></is></c>'
_FORMULAS = (
    Sample(
        "text in odd places",
        sheet(f'<row r="1">{_TWO_STRINGS}{_INNER}</row>'),
        accept(A1="事業", B1="務"),
    ),
    Sample("empty values", sheet(f"{_EMPTY}</row>"), accept()),
    Sample(
        "formula with an empty text",
        sheet('<row r="1"><c r="A1" t="str"><f>""</f><v></v></c></row>'),
        accept(A1=""),
    ),
    Sample(
        "formula without a cached value",
        sheet('<row r="1"><c r="A1"><f>1+1</f></c></row>'),
        accept(),
    ),
    Sample(
        "shared formula whose master is gone",
        sheet('<row r="5"><c r="C5"><f t="shared" si="3"/><v>4</v></c></row>'),
        accept(C5=4),
        patch="UnwritableWorkbook",
    ),
    Sample(
        "array formula",
        sheet(
            '<row r="5"><c r="B5"><f t="array" ref="B5:D6">1</f><v>1</v></c><c r="C5"><v>2</v></c></row>'
        ),
        accept(C5=2),
        patch="UnwritableWorkbook",
    ),
    Sample(
        "dynamic array",
        sheet(
            '<row r="5"><c r="C5" cm="1"><f t="array" ref="C5">SEQUENCE(3)</f><v>1</v></c></row>'
        ),
        accept(C5=1),
        patch="UnwritableWorkbook",
    ),
    Sample(
        "empty formula",
        sheet('<row r="5"><c r="C5"><f/><v>1</v></c></row>'),
        accept(C5=1),
        patch="UnwritableWorkbook",
    ),
    Sample(
        "formula of 100,000 signs",
        sheet(f'<row r="1"><c r="A1"><f>{"1+" * 50_000}1</f><v>1</v></c></row>'),
        accept(A1=1),
    ),
)
SAMPLES = (*_VALUES, *_SHAPES, *_FORMULAS)
