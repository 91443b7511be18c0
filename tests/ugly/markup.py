"""XML that is odd, and XML that is out to harm."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from tests.ooxml import samples
from tests.ugly.sample import Sample, accept, hold, refuse
from xlsync.ooxml.read.reader import CellError

SHEET = "xl/worksheets/sheet1.xml"
_STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
_MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"
_ENTITY = '<!DOCTYPE a [<!ENTITY b "c">]>'
_LOL = '<!DOCTYPE a [<!ENTITY b "cccc"><!ENTITY d "&b;&b;"><!ENTITY e "&d;&d;">]>'
_ONE = '<row r="1"><c r="A1"><v>1</v></c><c r="B1" t="inlineStr"><is><t>二</t></is></c></row>'
_READ = accept(A1=1, B1="二")
_ALL = {
    "shared_strings": samples.shared_strings("<t>一</t>"),
    "styles": samples.styles("yyyy/m/d"),
}
_USED = _ONE + '<row r="2"><c r="A2" t="s"><v>0</v></c><c r="B2" s="1"><v>43191</v></c></row>'


def sheet(rows: str, before: str = "", after: str = "", **more: str) -> Callable[[], bytes]:
    """A workbook with these rows."""
    return lambda: samples.book(rows, before, after, **more)


def part(name: str, change: Callable[[str], str | bytes]) -> Callable[[], bytes]:
    """A workbook that uses all its parts, one of them changed."""

    def make() -> bytes:
        parts = samples.parts(samples.sheet(_USED), **_ALL)
        return samples.zipped(parts | {name: change(str(parts[name]))})

    return make


def whole(text: Callable[[str], str | bytes]) -> Callable[[], bytes]:
    """A workbook whose worksheet part is written in another way."""
    return lambda: samples.zipped(samples.parts(text(samples.sheet(_ONE))))


def _prologue(text: str, words: str) -> str:
    """The part with words between its declaration and its root."""
    if not text.startswith("<?xml"):
        return words + text
    head, mark, rest = text.partition("?>")
    return head + mark + words + rest


def _utf16(text: str) -> bytes:
    return text.replace("UTF-8", "UTF-16").encode("utf-16")


def _prefixed(text: str) -> str:
    text = text.replace("<worksheet xmlns=", "<x:worksheet xmlns:x=")
    for name in ("sheetData", "row", "c", "v", "is", "t"):
        for start in (f"<{name}", f"</{name}"):
            for end in (" ", ">", "/"):
                text = text.replace(start + end, start.replace(name, f"x:{name}") + end)
    return text.replace("</worksheet>", "</x:worksheet>")


_PARTS = (
    *("[Content_Types].xml", "_rels/.rels", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"),
    *(SHEET, "xl/sharedStrings.xml", "xl/styles.xml"),
)
_DOCTYPES = tuple(
    Sample(
        f"{what} in {name.rpartition('/')[2]}",
        part(name, lambda text, words=words: _prologue(text, words)),  # type: ignore[misc]
        refuse("HostileWorkbook", "DOCTYPE"),
    )
    for name in _PARTS
    for what, words in (("DOCTYPE", _ENTITY), ("billion laughs", _LOL))
)
_HARM = (
    Sample(
        "DOCTYPE in UTF-16",
        whole(lambda text: _utf16(_prologue(text, _ENTITY))),
        refuse("HostileWorkbook", "DOCTYPE"),
    ),
    Sample("UTF-7", whole(lambda text: text.replace("UTF-8", "UTF-7")), hold("XML")),
    Sample("UTF-32", whole(lambda text: text.encode("utf-32")), hold()),
    Sample("bytes that are no UTF-8", whole(lambda text: text.encode() + b"\xff"), hold("XML")),
    Sample("unknown entity", sheet('<row r="1"><c r="A1"><v>&lol;</v></c></row>'), hold()),
    Sample("unclosed element", whole(lambda text: text.replace("</sheetData>", "")), hold("XML")),
    Sample("worksheet cut off", whole(lambda text: text[:-30]), hold()),
    Sample("worksheet empty", whole(lambda _: ""), hold()),
    Sample("worksheet of zeros", whole(lambda text: bytes(len(text))), hold()),
    Sample(
        "deep XML in the workbook part",
        part(
            "xl/workbook.xml",
            lambda text: text.replace("<sheets>", "<a>" * 65 + "</a>" * 65 + "<sheets>"),
        ),
        refuse("HostileWorkbook", "深すぎて"),
    ),
    Sample(
        "deep XML in a prefixed worksheet",
        whole(
            lambda text: _prefixed(text).replace(
                "<x:sheetData>", "<a>" * 65 + "</a>" * 65 + "<x:sheetData>"
            )
        ),
        refuse("HostileWorkbook", "深すぎて"),
    ),
    Sample("comments without end", whole(lambda text: text + "<!--" * 200_000), hold()),
    Sample(
        "200,001 cells",
        lambda: samples.book(
            "".join(
                f'<row r="{n}"><c r="A{n}"><v>{n * 7919 % 99991}</v></c></row>'
                for n in range(1, 200_002)
            )
        ),
        refuse("HostileWorkbook", "200,000個を超えている"),
    ),
)
_ODD = (
    Sample("Strict", part(SHEET, lambda text: text.replace(samples.MAIN, _STRICT)), _READ),
    Sample("UTF-16", whole(_utf16), _READ),
    Sample(
        "UTF-16 big end first",
        whole(
            lambda text: (
                "\ufeff".encode("utf-16-be") + text.replace("UTF-8", "UTF-16").encode("utf-16-be")
            )
        ),
        _READ,
    ),
    *(Sample(f"UTF-16 {name}", part(name, _utf16), _READ) for name in _PARTS),
    Sample("BOM", whole(lambda text: text.encode("utf-8-sig")), _READ),
    Sample("prefixed namespace", whole(_prefixed), _READ),
    Sample("no declaration", whole(lambda text: text.partition("\n")[2]), _READ),
    Sample(
        "carriage returns",
        whole(lambda text: text.replace("\n", "\r\n").replace("><", ">\r\n<")),
        accept(A1=1),
    ),
    Sample("single quotes", whole(lambda text: text.replace('"', "'")), _READ),
    Sample(
        "white space in tags",
        whole(lambda text: text.replace("<c r=", "<c\n  r = ").replace("</c>", "</c >")),
        _READ,
    ),
    Sample("comments", whole(lambda text: text.replace("<c ", "<!-- <c r='A9'> --><c ")), _READ),
    Sample(
        "processing instruction",
        whole(lambda text: text.replace("<row", "<?a <c r='A9'>?><row")),
        _READ,
    ),
    Sample(
        "CDATA",
        sheet('<row r="1"><c r="A1" t="str"><v><![CDATA[<&]]>x</v></c></row>'),
        accept(A1="<&x"),
    ),
    Sample(
        "character references",
        sheet('<row r="1"><c r="A1" t="str"><v>&#x65E5;&#26412;&lt;</v></c></row>'),
        accept(A1="日本<"),
    ),
    Sample(
        "alternate content",
        sheet(
            f'<mc:AlternateContent xmlns:mc="{_MC}"><mc:Choice Requires="x"><row r="1"><c r="A1"><v>9</v></c></row>'
            f"</mc:Choice><mc:Fallback>{_ONE}</mc:Fallback></mc:AlternateContent>"
        ),
        _READ,
        patch="UnwritableWorkbook",
    ),
    Sample(
        "attribute order",
        sheet('<row r="1"><c t="inlineStr" s="0" r="B1"><is><t>二</t></is></c></row>'),
        accept(B1="二"),
    ),
    Sample(
        "unknown elements and attributes",
        sheet(f'{_ONE}<row r="2" q:w="1" xmlns:q="urn:q"><q:z/></row>'),
        _READ,
    ),
    Sample("shared strings and dates", part(SHEET, str), accept(A2="一", B2=date(2018, 4, 1))),
    Sample(
        "string index out of range",
        sheet('<row r="1"><c r="A1" t="s"><v>7</v></c></row>', **_ALL),
        accept(A1=CellError("7")),
    ),
)
SAMPLES = (*_DOCTYPES, *_HARM, *_ODD)
