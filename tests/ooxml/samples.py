"""Small workbooks for the tests, built part by part, so that a test can make any one part odd."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml"

CONTENT_TYPES = f"""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Types xmlns="{_PACKAGE}/content-types">\
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>\
<Default Extension="xml" ContentType="application/xml"/>\
<Override PartName="/xl/workbook.xml" ContentType="{_SPREADSHEET}.sheet.main+xml"/>\
<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_SPREADSHEET}.worksheet+xml"/>\
</Types>"""
ROOT_RELATIONS = f"""<Relationships xmlns="{_PACKAGE}/relationships">\
<Relationship Id="rId1" Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>"""
WORKBOOK = f"""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets>\
<sheet name="評価シート" sheetId="1" r:id="rId1"/></sheets></workbook>"""


def relations(**targets: str) -> str:
    """A relationships part: kind=target, the kinds' ids counted from rId1."""
    items = "".join(
        f'<Relationship Id="rId{n}" Type="{RELATIONS}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(targets.items(), start=1)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{items}</Relationships>'


def sheet(rows: str, before: str = "", after: str = "") -> str:
    """A worksheet part with these `<row>` elements."""
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet xmlns="{MAIN}"'
        f' xmlns:r="{RELATIONS}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>'
    )


def parts(worksheet: str | bytes, **more: str) -> dict[str, str | bytes]:
    """The parts of a workbook with one worksheet; `shared_strings`, `styles`, `calc_chain` on demand."""
    targets = {"worksheet": "worksheets/sheet1.xml"}
    found: dict[str, str | bytes] = {
        "[Content_Types].xml": CONTENT_TYPES,
        "_rels/.rels": ROOT_RELATIONS,
        "xl/workbook.xml": more.pop("workbook", WORKBOOK),
        "xl/worksheets/sheet1.xml": worksheet,
    }
    for key, text in more.items():
        first, *words = key.split("_")
        kind = first + "".join(word.title() for word in words)
        targets[kind] = f"{kind}.xml"
        found[f"xl/{kind}.xml"] = text
        override = f'<Override PartName="/xl/{kind}.xml" ContentType="{_SPREADSHEET}.{kind}+xml"/>'
        types = str(found["[Content_Types].xml"])
        found["[Content_Types].xml"] = types.replace("</Types>", f"{override}</Types>")
    found["xl/_rels/workbook.xml.rels"] = relations(**targets)
    return found


def zipped(files: Mapping[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """An archive of the files in this order, all of one date."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, (2018, 4, 1, 9, 30, 0)), content, method)
    return out.getvalue()


def book(rows: str, before: str = "", after: str = "", **more: str) -> bytes:
    """A workbook whose one worksheet, 評価シート, has these rows."""
    return zipped(parts(sheet(rows, before, after), **more))


def shared_strings(*items: str, count: int = 0) -> str:
    """A shared strings part with these items' contents and a false count."""
    inside = "".join(f"<si>{item}</si>" for item in items)
    return f'<sst xmlns="{MAIN}" count="{count}" uniqueCount="{count}">{inside}</sst>'


def styles(*formats: str) -> str:
    """A styles part: style 0 is General, style n shows the n-th number format."""
    codes = "".join(
        f'<numFmt numFmtId="{163 + n}" formatCode="{code}"/>'
        for n, code in enumerate(formats, start=1)
    )
    cells = "".join(f'<xf numFmtId="{163 + n}"/>' for n in range(1, len(formats) + 1))
    return (
        f'<styleSheet xmlns="{MAIN}"><numFmts>{codes}</numFmts>'
        f'<cellXfs><xf numFmtId="0"/>{cells}</cellXfs></styleSheet>'
    )


def unzipped(data: bytes) -> dict[str, bytes]:
    """The files of an archive by name, read by another program than ours."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}
