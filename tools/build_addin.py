"""`addin/xlsync.xlam` is what the sources beside it make, byte for byte: VBA, ribbon, icons, texts (make addin).

pyOpenVBA puts the modules into the VBA project of an empty add-in that Excel itself saved; everything around the project
is written here. Parts are stored, not deflated: another zlib would make other bytes of the same sources.
"""

from __future__ import annotations

import sys
import tempfile
import zipfile
from collections.abc import Iterable, Mapping
from io import BytesIO
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from pyopenvba import ExcelFile

ADDIN: Final = Path(__file__).resolve().parent.parent / "addin"
BUILT: Final = ADDIN / "xlsync.xlam"
CONFIG: Final = "config"
"""The worksheet that holds the settings and texts, as `Settings.bas` names it."""

_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
_HEAD: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_RIBBON: Final = "http://schemas.microsoft.com/office/2007/relationships/ui/extensibility"
_RIBBON_PART: Final = "customUI/customUI14.xml"


def modules(addin: Path = ADDIN) -> dict[str, str]:
    """Every module's source as the VBA editor keeps it: ASCII, lines ended by CR LF."""
    return {
        file.stem: file.read_text(encoding="ascii").replace("\n", "\r\n")
        for file in sorted((addin / "vba").glob("*.bas"))
    }


def texts(addin: Path = ADDIN) -> dict[str, str]:
    r"""Settings and texts by key, `\n` and `\\` read."""
    lines = (addin / "texts.tsv").read_text(encoding="utf-8").splitlines()
    pairs = [line.split("\t") for line in lines]
    texts = {key: _meant(text) for key, text in pairs}
    if len(texts) < len(pairs):
        raise ValueError("a key stands twice in texts.tsv")
    return texts


def built(addin: Path = ADDIN) -> bytes:
    """The add-in's bytes."""
    parts = package_of(modules(addin))
    icons = sorted((addin / "icons").glob("*.png"))
    parts[_RIBBON_PART] = (addin / "customUI14.xml").read_bytes()
    parts["customUI/_rels/customUI14.xml.rels"] = _relations(
        (icon.stem, f"{_OFFICE}/image", f"images/{icon.name}") for icon in icons
    )
    parts |= {f"customUI/images/{icon.name}": icon.read_bytes() for icon in icons}
    parts["xl/worksheets/sheet1.xml"] = _config(texts(addin))
    parts |= _properties()
    _add_ribbon(parts)
    return zipped(parts)


def main(arguments: list[str]) -> int:
    """Write the add-in, or with --check tell whether the committed one is what the sources make."""
    data = built()
    if arguments == ["--check"]:
        if BUILT.exists() and BUILT.read_bytes() == data:
            return 0
        print(f"{BUILT.name} is not what addin/ makes: run `make addin`", file=sys.stderr)
        return 1
    BUILT.write_bytes(data)
    print(f"{BUILT.name}: {len(data):,} bytes")
    return 0


def package_of(sources: Mapping[str, str]) -> dict[str, bytes]:
    """The parts of an add-in that holds these modules, and no other."""
    with tempfile.TemporaryDirectory(prefix="addin-") as folder:
        path = Path(folder) / "empty.xlam"
        with ExcelFile.create_new(path) as file:
            project = file.vba_project()
            for name, source in sources.items():
                project.add_module(name, source)
            project.delete_module("Module1")
            file.save()
        with zipfile.ZipFile(path) as package:
            return {name: package.read(name) for name in package.namelist()}


def _add_ribbon(parts: dict[str, bytes]) -> None:
    """Make the ribbon, its icons and the renamed worksheet known to the package."""
    _replace(
        parts,
        "[Content_Types].xml",
        "<Override",
        '<Default Extension="png" ContentType="image/png"/><Override',
    )
    ribbon = f'<Relationship Id="rId4" Type="{_RIBBON}" Target="{_RIBBON_PART}"/></Relationships>'
    _replace(parts, "_rels/.rels", "</Relationships>", ribbon)
    _replace(parts, "xl/workbook.xml", 'name="Sheet1"', f'name="{CONFIG}"')


def _replace(parts: dict[str, bytes], name: str, old: str, new: str) -> None:
    text = parts[name].decode("utf-8")
    if old not in text:
        raise ValueError(f"{name} has no {old}")
    parts[name] = text.replace(old, new, 1).encode("utf-8")


def _config(settings: Mapping[str, str]) -> bytes:
    """The worksheet of settings and texts: a key and its text in each row."""
    rows = "".join(
        f'<row r="{number}">{_cell(f"A{number}", key)}{_cell(f"B{number}", text)}</row>'
        for number, (key, text) in enumerate(settings.items(), start=1)
    )
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return (
        f'{_HEAD}<worksheet xmlns="{space}"><sheetPr codeName="Sheet1"/>'
        f'<dimension ref="A1:B{len(settings)}"/><sheetViews><sheetView tabSelected="1" workbookViewId="0"/></sheetViews>'
        '<sheetFormatPr defaultRowHeight="14.5"/><cols><col min="1" max="1" width="20" customWidth="1"/>'
        '<col min="2" max="2" width="100" customWidth="1"/></cols>'
        f"<sheetData>{rows}</sheetData></worksheet>"
    ).encode()


def _cell(address: str, text: str) -> str:
    return f'<c r="{address}" t="inlineStr"><is><t xml:space="preserve">{escape(text)}</t></is></c>'


def _properties() -> dict[str, bytes]:
    """Who made it and what the list of add-ins calls it; the empty add-in names somebody else."""
    core = f"{_PACKAGE}/metadata/core-properties"
    extended = "http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"
    return {
        "docProps/core.xml": (
            f'{_HEAD}<cp:coreProperties xmlns:cp="{core}" xmlns:dc="http://purl.org/dc/elements/1.1/">'
            "<dc:title>評価シート（xlsync）</dc:title><dc:creator>xlsync</dc:creator>"
            "<dc:description>評価シートの検証・提出・反映・差分・部別集計のボタン</dc:description></cp:coreProperties>"
        ).encode(),
        "docProps/app.xml": (
            f'{_HEAD}<Properties xmlns="{extended}"><Application>Microsoft Excel</Application>'
            "<AppVersion>16.0300</AppVersion></Properties>"
        ).encode(),
    }


def _relations(relations: Iterable[tuple[str, str, str]]) -> bytes:
    lines = "".join(
        f"<Relationship Id={quoteattr(name)} Type={quoteattr(kind)} Target={quoteattr(target)}/>"
        for name, kind, target in relations
    )
    return (
        f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{lines}</Relationships>'.encode()
    )


def zipped(parts: Mapping[str, bytes]) -> bytes:
    """One file of the parts; the list of content types first, as Excel writes it."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name in sorted(parts, key=lambda name: (name != "[Content_Types].xml", name)):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.create_system = 0  # the same bytes on every system
            package.writestr(entry, parts[name])
    return out.getvalue()


def _meant(text: str) -> str:
    return "\\".join(part.replace("\\n", "\n") for part in text.split("\\\\"))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
