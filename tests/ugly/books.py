"""Workbooks whose parts do not fit together in the usual way."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tests.ooxml import samples
from tests.ugly.markup import sheet
from tests.ugly.sample import Sample, accept, hold, refuse

_ROWS = '<row r="1"><c r="A1"><v>1</v></c></row>'
_READ = accept(A1=1)
_RELATIONS = "xl/_rels/workbook.xml.rels"
_ONE_SHEET = '<sheet name="評価シート" sheetId="1" r:id="rId1"/>'


def _with(changed: Mapping[str, str | bytes | None]) -> Callable[[], bytes]:
    """A sound workbook with parts changed, added, or (None) left out."""

    def make() -> bytes:
        found = {**samples.parts(samples.sheet(_ROWS)), **changed}
        return samples.zipped({n: content for n, content in found.items() if content is not None})

    return make


def _moved(sheet_to: str, target: str) -> Callable[[], bytes]:
    """A sound workbook whose worksheet part lies elsewhere, related by this target."""
    parts = samples.parts(samples.sheet(_ROWS))
    return _with(
        {
            "xl/worksheets/sheet1.xml": None,
            sheet_to: parts["xl/worksheets/sheet1.xml"],
            _RELATIONS: samples.relations(worksheet=target),
        }
    )


def _book(old: str, new: str, **more: str) -> Callable[[], bytes]:
    """A sound workbook with a text of its workbook part replaced."""
    assert old in samples.WORKBOOK
    return sheet(_ROWS, workbook=samples.WORKBOOK.replace(old, new), **more)


def _names(inside: str) -> Callable[[], bytes]:
    return _book("</sheets>", f"</sheets><definedNames>{inside}</definedNames>")


def _types(old: str, new: str) -> Callable[[], bytes]:
    return _with({"[Content_Types].xml": samples.CONTENT_TYPES.replace(old, new)})


def _tabs() -> bytes:
    """A chart sheet and a dialog sheet in front of a very hidden worksheet."""
    tabs = (
        '<sheet name="図" sheetId="7" r:id="rId2"/><sheet name="対話" sheetId="8" r:id="rId3"/>'
        '<sheet name="評価シート" sheetId="1" state="veryHidden" r:id="rId1"/>'
    )
    related = samples.relations(
        worksheet="worksheets/sheet1.xml", chartsheet="c.xml", dialogsheet="d.xml"
    )
    return _with(
        {
            "xl/workbook.xml": samples.WORKBOOK.replace(_ONE_SHEET, tabs),
            _RELATIONS: related,
            "xl/c.xml": f'<chartsheet xmlns="{samples.MAIN}"/>',
            "xl/d.xml": f'<dialogsheet xmlns="{samples.MAIN}"/>',
        }
    )()


def _root_also(kind: str, target: str) -> str:
    return samples.ROOT_RELATIONS.replace(
        "</Relationships>",
        f'<Relationship Id="rId9" Type="{kind}" Target="{target}"/></Relationships>',
    )


_SIGNED = "http://schemas.openxmlformats.org/package/2006/relationships/digital-signature/origin"
_ENABLED = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
_MAIN_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_LONG = "9" * 4400

SAMPLES = (
    # --- parts in other places
    Sample(
        "absolute target", _moved("xl/worksheets/sheet1.xml", "/xl/worksheets/sheet1.xml"), _READ
    ),
    Sample(
        "target with backslashes",
        _moved("xl/worksheets/sheet1.xml", "worksheets\\sheet1.xml"),
        _READ,
    ),
    Sample(
        "target with dots",
        _moved("xl/worksheets/sheet1.xml", "../xl/./worksheets/sheet1.xml"),
        _READ,
    ),
    Sample(
        "percent-encoded target", _moved("xl/worksheets/表.xml", "worksheets/%E8%A1%A8.xml"), _READ
    ),
    Sample("odd part name", _moved("a/b/c.bin", "../a/b/c.bin"), _READ),
    Sample(
        "target in other case", _moved("xl/worksheets/sheet1.xml", "Worksheets/SHEET1.XML"), _READ
    ),
    Sample(
        "target leads outside",
        _moved("xl/worksheets/sheet1.xml", "../../../etc/passwd"),
        hold("見つかりません"),
    ),
    Sample(
        "worksheet part missing", _with({"xl/worksheets/sheet1.xml": None}), hold("見つかりません")
    ),
    Sample(
        "worksheet related as something else",
        _with({_RELATIONS: samples.relations(styles="s.xml")}),
        accept(),
    ),
    Sample("workbook relationships missing", _with({_RELATIONS: None}), hold("見つかりません")),
    Sample(
        "root relationships missing",
        _with({"_rels/.rels": None}),
        refuse("NotAWorkbook", "ブックではありません"),
    ),
    Sample(
        "content types missing",
        _with({"[Content_Types].xml": None}),
        refuse("NotAWorkbook", "ブックではありません"),
    ),
    Sample(
        "workbook part missing",
        _with({"xl/workbook.xml": None}),
        refuse("NotAWorkbook", "ブックではありません"),
    ),
    Sample(
        "worksheet without content type",
        _types('<Override PartName="/xl/worksheets/sheet1.xml"', '<Override PartName="/x"'),
        _READ,
    ),
    Sample(
        "a Word document",
        _types(_MAIN_TYPE, "application/msword"),
        refuse("NotAWorkbook", "ブックではありません"),
    ),
    Sample(
        "an .xlsb",
        _types(_MAIN_TYPE, "application/vnd.ms-excel.sheet.binary.macroEnabled.main"),
        refuse("NotAWorkbook", ".xlsb"),
    ),
    Sample(
        "another XML as workbook part",
        _with({"xl/workbook.xml": "<html/>"}),
        refuse("NotAWorkbook", "保存し直し"),
    ),
    # --- tabs
    Sample("chart and dialog sheets, very hidden", _tabs, _READ),
    Sample("no worksheet", _book(_ONE_SHEET, ""), accept(), patch="UnwritableWorkbook"),
    Sample(
        "201 worksheets",
        _book(_ONE_SHEET, _ONE_SHEET * 201),
        refuse("HostileWorkbook", "シートが多すぎて"),
    ),
    Sample("two tabs of one title", _book(_ONE_SHEET, _ONE_SHEET * 2), _READ),
    Sample("title of 10,000 signs", _book("評価シート", "評" * 10_000), _READ),
    Sample("title with entities", _book("評価シート", "&lt;&amp;&#x27;!"), _READ),
    # --- names
    Sample(
        "names of nothing", _names('<definedName name="a">#REF!</definedName><definedName/>'), _READ
    ),
    Sample(
        "names in other books", _names('<definedName name="a">[1]Sheet1!$A$1</definedName>'), _READ
    ),
    Sample(
        "name of a tab that is not there",
        _names('<definedName name="a" localSheetId="9">1</definedName>'),
        _READ,
    ),
    Sample(
        "name of a tab of 4,400 digits",
        _names(f'<definedName name="a" localSheetId="{_LONG}">1</definedName>'),
        _READ,
    ),
    Sample(
        "25,000 names of nothing",
        _names("".join(f'<definedName name="n{n}">#REF!</definedName>' for n in range(25_000))),
        _READ,
    ),
    Sample(
        "100,001 names",
        _names("".join(f'<definedName name="n{n}">{n}</definedName>' for n in range(100_001))),
        refuse("HostileWorkbook", "名前の定義"),
    ),
    # --- what must stay as it is
    Sample(
        "macros",
        _with(
            {
                "[Content_Types].xml": samples.CONTENT_TYPES.replace(_MAIN_TYPE, _ENABLED),
                "xl/vbaProject.bin": bytes(range(256)) * 40,
            }
        ),
        _READ,
    ),
    Sample(
        "digital signature",
        _with(
            {
                "_rels/.rels": _root_also(_SIGNED, "_xmlsignatures/origin.sigs"),
                "_xmlsignatures/origin.sigs": b"",
            }
        ),
        _READ,
        patch="UnwritableWorkbook",
    ),
    Sample(
        "revision log",
        _with(
            {
                _RELATIONS: samples.relations(
                    worksheet="worksheets/sheet1.xml", revisionHeaders="revisions/h.xml"
                )
            }
        ),
        _READ,
        patch="UnwritableWorkbook",
    ),
    Sample(
        "external link", _with({"xl/externalLinks/externalLink1.xml": "<externalLink/>"}), _READ
    ),
    Sample(
        "number formats of 4,400 digits",
        sheet(
            '<row r="1"><c r="A1" s="1"><v>1</v></c></row>',
            styles=samples.styles("0").replace("164", _LONG),
        ),
        _READ,
    ),
    Sample(
        "styles that are no XML",
        sheet('<row r="1"><c r="A1" s="1"><v>1</v></c></row>', styles="<styleSheet"),
        hold("XML"),
    ),
    Sample(
        "shared strings that are no XML",
        sheet('<row r="1"><c r="A1" t="s"><v>0</v></c></row>', shared_strings="<sst><si>"),
        hold("保存し直し"),
    ),
)
