"""A workbook as Excel writes it when somebody saves: the same content in the parts and attributes that Excel has of its own.

Made after files of Excel 2016 and 365 in Japanese: every text in the table of shared strings, some in runs with furigana;
an order of calculation; ids of revisions (xr:uid); where the file was (x15ac:absPath); people of comments; no wish for a
full calculation, and the application's name.
"""

from __future__ import annotations

import io
import zipfile
from typing import Any, Final

from lxml import etree

MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_R: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES: Final = "http://schemas.openxmlformats.org/package/2006/content-types"
_MC: Final = "http://schemas.openxmlformats.org/markup-compatibility/2006"
_XR: Final = "http://schemas.microsoft.com/office/spreadsheetml/2014/revision"
_X15AC: Final = "http://schemas.microsoft.com/office/spreadsheetml/2010/11/ac"
_XML: Final = "{http://www.w3.org/XML/1998/namespace}space"
_UID: Final = "{00000000-0001-0000-0000-000000000000}"
_DEFAULT: Final[Any] = {None: MAIN}
_HEADER: Final = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n'
_NEW: Final = {
    "xl/sharedStrings.xml": (
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml",
        f"{_R}/sharedStrings",
    ),
    "xl/calcChain.xml": (
        "application/vnd.openxmlformats-officedocument.spreadsheetml.calcChain+xml",
        f"{_R}/calcChain",
    ),
    "xl/persons/person.xml": (
        "application/vnd.ms-excel.person+xml",
        "http://schemas.microsoft.com/office/2017/10/relationships/person",
    ),
}
_PERSONS: Final = (
    b'<personList xmlns="http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments">'
    b'<person displayName="\xe5\xba\x83\xe5\xb3\xb6 \xe8\x8a\xb1" id="{6F1E6C3C-0D5B-4B57-9F0B-2B3A0C1D2E3F}"'
    b' userId="S::hana@city.example" providerId="AD"/></personList>'
)
_APP: Final = (
    b'<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
    b"<Application>Microsoft Excel</Application><AppVersion>16.0300</AppVersion></Properties>"
)


def saved_by_excel(data: bytes) -> bytes:
    """The workbook as Excel would save it without any change."""
    with zipfile.ZipFile(io.BytesIO(data)) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    strings: dict[str, int] = {}
    chain = etree.Element(f"{{{MAIN}}}calcChain", nsmap=_DEFAULT)
    worksheets = sorted(name for name in parts if name.startswith("xl/worksheets/sheet"))
    for number, name in enumerate(worksheets, start=1):
        parts[name] = _worksheet(parts[name], number, strings, chain)
    parts["xl/workbook.xml"] = _workbook(parts["xl/workbook.xml"])
    parts["xl/sharedStrings.xml"] = _written(_table(strings))
    parts["xl/calcChain.xml"] = _written(chain)
    parts["xl/persons/person.xml"] = _HEADER + _PERSONS
    parts["docProps/app.xml"] = _HEADER + _APP
    parts["[Content_Types].xml"] = _types(parts["[Content_Types].xml"])
    parts["xl/_rels/workbook.xml.rels"] = _relations(parts["xl/_rels/workbook.xml.rels"])
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name, part in parts.items():
            target.writestr(name, part)
    return out.getvalue()


def _worksheet(part: bytes, number: int, strings: dict[str, int], chain: etree._Element) -> bytes:
    root = _extended(etree.fromstring(part), {"xr": _XR})
    root.set(f"{{{_XR}}}uid", _UID.replace("0001", f"{number:04}", 1))
    for cell in root.iter(f"{{{MAIN}}}c"):
        if cell.get("t") == "inlineStr":
            text = "".join(map(str, cell.itertext()))
            cell.set("t", "s")
            for inner in list(cell):
                cell.remove(inner)
            value = etree.SubElement(cell, f"{{{MAIN}}}v")
            value.text = str(strings.setdefault(text, len(strings)))
        if cell.find(f"{{{MAIN}}}f") is not None:
            etree.SubElement(chain, f"{{{MAIN}}}c", r=cell.get("r", ""), i=str(number))
    return _written(root)


def _table(strings: dict[str, int]) -> etree._Element:
    count = str(len(strings))
    table = etree.Element(f"{{{MAIN}}}sst", nsmap=_DEFAULT, count=count, uniqueCount=count)
    for text, index in strings.items():
        item = etree.SubElement(table, f"{{{MAIN}}}si")
        runs = [text] if index % 3 or len(text) < len("二文字") else [text[:2], text[2:]]
        for position, run in enumerate(runs):
            _add_run(item, run, plain=len(runs) == 1, bold=position == 0)
        if text[:1] > "一":  # read by its furigana, which is no part of the text
            phonetic = etree.SubElement(item, f"{{{MAIN}}}rPh", sb="0", eb="1")
            etree.SubElement(phonetic, f"{{{MAIN}}}t").text = "ヨミガナ"
            etree.SubElement(item, f"{{{MAIN}}}phoneticPr", fontId="1")
    return table


def _add_run(item: etree._Element, text: str, *, plain: bool, bold: bool) -> None:
    parent = item if plain else etree.SubElement(item, f"{{{MAIN}}}r")
    if not plain:
        properties = etree.SubElement(parent, f"{{{MAIN}}}rPr")
        if bold:
            etree.SubElement(properties, f"{{{MAIN}}}b")
        etree.SubElement(properties, f"{{{MAIN}}}sz", val="9")
        etree.SubElement(properties, f"{{{MAIN}}}rFont", val="ＭＳ Ｐゴシック")
        etree.SubElement(properties, f"{{{MAIN}}}family", val="3")
        etree.SubElement(properties, f"{{{MAIN}}}charset", val="128")
    element = etree.SubElement(parent, f"{{{MAIN}}}t")
    element.text = text
    if text != text.strip() or "\n" in text:
        element.set(_XML, "preserve")


def _workbook(part: bytes) -> bytes:
    root = _extended(etree.fromstring(part), {"mc": _MC, "x15": _X15, "xr": _XR})
    version = etree.Element(f"{{{MAIN}}}fileVersion", appName="xl", lastEdited="7")
    root.insert(0, version)
    place = etree.fromstring(
        f'<mc:AlternateContent xmlns:mc="{_MC}"><mc:Choice Requires="x15">'
        f'<x15ac:absPath url="K:\\評価シート\\" xmlns:x15ac="{_X15AC}"/></mc:Choice></mc:AlternateContent>'
    )
    properties = root.find(f"{{{MAIN}}}workbookPr")
    assert properties is not None
    properties.addnext(place)
    calculation = root.find(f"{{{MAIN}}}calcPr")
    assert calculation is not None
    del calculation.attrib["fullCalcOnLoad"]
    calculation.set("calcId", "191029")
    return _written(root)


_X15: Final = "http://schemas.microsoft.com/office/spreadsheetml/2010/11/main"


def _extended(root: etree._Element, prefixes: dict[str, str]) -> etree._Element:
    """The element with more prefixes, which programs that do not know them may ignore."""
    names: Any = {**root.nsmap, **prefixes, "mc": _MC}
    wider = etree.Element(root.tag, {str(key): str(value) for key, value in root.items()}, names)
    wider.set(f"{{{_MC}}}Ignorable", " ".join(prefix for prefix in prefixes if prefix != "mc"))
    wider.extend(list(root))
    return wider


def _types(part: bytes) -> bytes:
    root = etree.fromstring(part)
    for name, (kind, _) in _NEW.items():
        etree.SubElement(root, f"{{{_TYPES}}}Override", PartName=f"/{name}", ContentType=kind)
    return _written(root)


def _relations(part: bytes) -> bytes:
    root = etree.fromstring(part)
    for number, (name, (_, kind)) in enumerate(_NEW.items(), start=100):
        target = name.removeprefix("xl/")
        etree.SubElement(
            root, f"{{{_PACKAGE}}}Relationship", Id=f"rId{number}", Type=kind, Target=target
        )
    return _written(root)


def _written(root: etree._Element) -> bytes:
    return _HEADER + etree.tostring(root, encoding="UTF-8", xml_declaration=False)
