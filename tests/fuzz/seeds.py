"""Sound workbooks to start from: small ones that use every part of a workbook, and filled official forms."""

from __future__ import annotations

import io
import re
import zipfile
from functools import cache

from tests import papers
from tests.fuzz.mutation import Parts
from tests.ooxml import samples
from xlsync.form.library import load_form
from xlsync.workbook.stamp import Stamp
from xlsync.workbook.template.fill import fill
from xlsync.workbook.template.template import build_template

_ROWS = (
    '<row r="1" spans="1:4" ht="20" customHeight="1"><c r="A1" s="1"><v>43191</v></c>'
    '<c r="B1" t="s"><v>1</v></c><c r="C1" t="inlineStr"><is><t xml:space="preserve"> a </t></is></c>'
    '<c r="D1" t="b"><v>1</v></c></row>'
    '<row r="2"><c r="A2"/><c r="B2" s="2"><f>SUM(A1:A2)</f><v>0.1</v></c>'
    '<c r="C2"><f t="shared" ref="C2:C3" si="0">A2*2</f><v>2</v></c><c r="D2" t="e"><v>#N/A</v></c></row>'
    '<row r="3"><c r="B3" t="str"><f>"a"</f><v>a</v></c><c r="C3"><f t="shared" si="0"/><v>4</v></c>'
    '<c r="E3" t="d"><v>2018-04-01</v></c></row><row r="5"/><row r="7"><c r="B7"><v>1E3</v></c></row>'
)
_BEFORE = '<dimension ref="A1:E7"/><cols><col min="1" max="3" width="9" style="1"/></cols>'
_AFTER = '<mergeCells count="1"><mergeCell ref="E4:F6"/></mergeCells>'
_NAMES = (
    '<definedNames><definedName name="a" localSheetId="0">評価シート!$A$1</definedName>'
    '<definedName name="b">#REF!</definedName></definedNames><calcPr calcId="1"/>'
)
_STRINGS = ("<t>一</t>", '<r><t>二</t></r><rPh sb="0" eb="1"><t>ニ</t></rPh>', "<t>_x000D_</t>")
_PROPERTIES = (
    '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"'
    ' xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"><property'
    ' fmtid="{D5CDD505-2E9C-101B-9397-08002B2CF9AE}" pid="2" name="p"><vt:lpwstr>v</vt:lpwstr>'
    "</property></Properties>"
)
_CALC = f'<calcChain xmlns="{samples.MAIN}"><c r="B2" i="1"/><c r="C2"/><c r="C3"/><c r="B3"/></calcChain>'


def _small() -> Parts:
    workbook = samples.WORKBOOK.replace("</sheets>", "</sheets>" + _NAMES)
    parts = samples.parts(
        samples.sheet(_ROWS, _BEFORE, _AFTER),
        workbook=workbook,
        shared_strings=samples.shared_strings(*_STRINGS),
        styles=samples.styles("yyyy/m/d", "[h]:mm"),
        calc_chain=_CALC,
    )
    parts["docProps/custom.xml"] = _PROPERTIES
    parts["_rels/.rels"] = samples.relations(officeDocument="xl/workbook.xml").replace(
        "</Relationships>",
        f'<Relationship Id="rId9" Type="{samples.RELATIONS}/custom-properties" Target="docProps/custom.xml"/>'
        "</Relationships>",
    )
    return _encoded(parts)


def _prefixed() -> Parts:
    """The small workbook with its worksheet's elements prefixed, which regular expressions give up on."""
    found = dict(_small())
    name = "xl/worksheets/sheet1.xml"
    text = re.sub(r"<(/?)([a-zA-Z])", r"<\1x:\2", found[name].decode())
    found[name] = text.replace("xmlns=", "xmlns:x=").encode()
    return tuple(found.items())


def _encoded(parts: dict[str, str | bytes]) -> Parts:
    return tuple((n, c.encode() if isinstance(c, str) else c) for n, c in parts.items())


@cache
def filled(key: str = papers.CLEAN) -> bytes:
    """A filled official form, as it is given out."""
    template = build_template(load_form(), papers.EDITION)
    sheet = papers.sheet(key)
    stamp = Stamp(sheet.edition.form, papers.EDITION, sheet.key, 1, "1f2e3d4c")
    return fill(template, sheet, stamp)


def parts_of(data: bytes) -> Parts:
    """The files of an archive in their order."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return tuple((name, archive.read(name)) for name in archive.namelist())


def _lean_form() -> Parts:
    """A filled form without its empty cells and its looks: five times cheaper to read."""
    found = dict(parts_of(filled()))
    name = "xl/worksheets/sheet1.xml"
    found[name] = re.sub(rb'<c r="[A-Z]+[0-9]+"(?: s="[0-9]+")?\s*/>', b"", found[name])
    kept = ("[Content", "_rels", "xl/work", "xl/_rels", "xl/sharedS", "docProps/custom")
    return tuple((n, content) for n, content in found.items() if n.startswith(kept))


@cache
def seeds() -> dict[str, Parts]:
    """The seeds by name; those named `form` are workbooks of ours."""
    return {
        "small": _small(),
        "prefixed": _prefixed(),
        "lean form": _lean_form(),
        "form": parts_of(filled()),
        **_ugly(),
    }


def _ugly() -> dict[str, Parts]:
    """The small ones of the ugly workbooks that can be read."""
    from tests.ugly import books, cells, markup  # they use what stands above

    found = {}
    for sample in (*markup.SAMPLES, *cells.SAMPLES, *books.SAMPLES):
        if sample.verdict.outcome == "accept" and len(data := sample.make()) < _SMALL:
            parts = parts_of(data)
            if sum(len(content) for _, content in parts) < 2 * _SMALL:
                found[f"ugly: {sample.name}"] = parts
    return found


def weights() -> dict[str, float]:
    """How often each seed is taken: the cheap ones more often."""
    ugly = [name for name in seeds() if name not in _WEIGHTS]
    return _WEIGHTS | {name: _UGLY / len(ugly) for name in ugly}


_SMALL = 8_000
_UGLY = 30.0
_WEIGHTS = {"small": 40.0, "prefixed": 20.0, "lean form": 8.0, "form": 2.0}
