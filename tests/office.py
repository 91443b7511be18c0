"""A real office program for the tests: LibreOffice without a screen, and poppler to look at its pages.

Every run has a profile of its own, so runs neither wait for each other nor for a LibreOffice that is
open on this machine, and the profile says: calculate every formula anew on loading. What comes back
is therefore what LibreOffice computes, never a cached value; unless the cached values are asked for, as
a preview or a phone shows them.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape

__all__ = [
    "FONT",
    "OfficeError",
    "colours",
    "convert",
    "missing",
    "pdf_pages",
    "points",
    "render",
    "resave",
]

FONT = "IPAGothic"
"""The Japanese font that stands in for ＭＳ ゴシック and 游ゴシック; without it pages break elsewhere."""

_FONTS = Path(__file__).with_name("fonts.conf")
"""Maps the fonts every Japanese office PC has to the one that stands in for them here."""

_XLSX = "xlsx:Calc MS Excel 2007 XML"

_ALWAYS, _NEVER = 0, 1
_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse">
<value>{mode}</value></prop></item>
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="ODFRecalcMode" oor:op="fuse">
<value>0</value></prop></item>
<item oor:path="/org.openoffice.Setup/L10N"><prop oor:name="ooSetupSystemLocale" oor:op="fuse">
<value>ja-JP</value></prop></item>
</oor:items>
"""

_MODULE = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE script:module PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "module.dtd">
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Module1" script:language="StarBasic">
%s</script:module>
"""


class OfficeError(Exception):
    """A program of the office did not do what was asked; its own words are in the message."""


def missing() -> list[str]:
    """What this machine lacks for the tests marked `office`; empty where all is there."""
    lacking = [name for name in ("soffice", "pdfinfo", "pdftoppm") if shutil.which(name) is None]
    if not _has_font():
        lacking.append(f"font {FONT}")
    return lacking


def convert(
    files: Sequence[Path], to: str, out: Path, timeout: float = 180, *, recalculate: bool = True
) -> list[Path]:
    """The files opened and saved as `to` ("pdf", "xlsx:Calc MS Excel 2007 XML" …) by one LibreOffice.

    The results lie in `out` (made if need be) in the order of `files`, each with its file's stem.
    Raises OfficeError when one was not made, or not within `timeout` seconds for all together.
    """
    results = [out / f"{file.stem}.{to.partition(':')[0]}" for file in files]
    _refuse_overwriting(files, results)
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="office-", ignore_cleanup_errors=True) as folder:
        profile = _profile(Path(folder), recalculate=recalculate)
        soffice = ["soffice", "--headless", "--norestore", f"-env:UserInstallation={profile}"]
        words = _run([*soffice, "--convert-to", to, "--outdir", out, *files], timeout)
    unmade = [result.name for result in results if not result.exists()]
    if unmade:
        raise OfficeError(f"LibreOffice did not make {', '.join(unmade)}:\n{words}")
    return results


def resave(files: Sequence[Path], out: Path) -> list[Path]:
    """The workbooks opened, calculated and saved again by LibreOffice, under their stems in `out`."""
    return convert(files, _XLSX, out)


def run_macro(folder: Path, macro: str, timeout: float) -> None:
    """Run the `Main` of a Basic module, which has to end the program, in a LibreOffice with a profile in `folder`."""
    profile = _profile(folder, recalculate=True)
    soffice = ["soffice", "--headless", "--norestore", f"-env:UserInstallation={profile}"]
    # The first start fills the profile with an empty library of macros.
    _run([*soffice, "--terminate_after_init"], timeout)
    module = folder / "user" / "basic" / "Standard" / "Module1.xba"
    module.write_text(_MODULE % escape(macro), encoding="utf-8")
    _run([*soffice, "macro:///Standard.Module1.Main"], timeout)


def pdf_pages(pdf: Path) -> int:
    """How many pages the PDF has."""
    for line in _run(["pdfinfo", pdf]).splitlines():
        if line.startswith("Pages:"):
            return int(line.removeprefix("Pages:"))
    raise OfficeError(f"pdfinfo counts no pages in {pdf}")


def render(pdf: Path, out: Path, dpi: int = 100) -> list[Path]:
    """A PNG for each page of the PDF, in page order, in `out` (made if need be)."""
    out.mkdir(parents=True, exist_ok=True)
    _run(["pdftoppm", "-png", "-r", str(dpi), pdf, out / pdf.stem])
    pages = out.glob(f"{pdf.stem}-*.png")
    return sorted(pages, key=lambda page: int(page.stem.rpartition("-")[2]))


def colours(pdf: Path, out: Path) -> set[tuple[int, int, int]]:
    """The colours (red, green, blue) of every point of the first page."""
    return {point for row in points(pdf, out, page=1, dpi=40) for point in row}


def points(pdf: Path, out: Path, *, page: int, dpi: int) -> list[list[tuple[int, int, int]]]:
    """The colours (red, green, blue) of a page, row by row."""
    number, picture = str(page), out / f"{pdf.stem}-{page}"
    _run(["pdftoppm", "-r", str(dpi), "-f", number, "-l", number, "-singlefile", pdf, picture])
    data = picture.with_name(f"{picture.name}.ppm").read_bytes()
    head, flat = data.split(b"\n255\n", 1)
    assert head.startswith(b"P6")
    width = int(head.split()[1])
    colours_of_all = list(zip(flat[::3], flat[1::3], flat[2::3], strict=True))
    return [colours_of_all[at : at + width] for at in range(0, len(colours_of_all), width)]


def _has_font() -> bool:
    return shutil.which("fc-list") is not None and FONT in _run(["fc-list", FONT, "family"])


def _refuse_overwriting(files: Sequence[Path], results: Sequence[Path]) -> None:
    """Two files of one stem, or a result on top of a source, would lose one without a word."""
    if len(set(results)) < len(results) or {file.resolve() for file in files} & {
        result.resolve() for result in results
    }:
        raise OfficeError(f"results would overwrite each other or a source: {sorted(results)}")


def _profile(folder: Path, *, recalculate: bool) -> str:
    """The folder made a LibreOffice profile with our settings, as the URL LibreOffice wants."""
    user = folder / "user"
    user.mkdir()
    mode = _ALWAYS if recalculate else _NEVER
    (user / "registrymodifications.xcu").write_text(_SETTINGS.format(mode=mode), encoding="utf-8")
    return folder.as_uri()


def _run(command: Sequence[str | Path], timeout: float = 60) -> str:
    """What the command printed. soffice leaves children behind, so its whole group ends with it."""
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={**os.environ, "LC_ALL": "C.UTF-8", "FONTCONFIG_FILE": str(_FONTS)},
        start_new_session=True,
        encoding="utf-8",
        errors="replace",
    ) as process:
        try:
            words, _ = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired as error:
            os.killpg(process.pid, signal.SIGKILL)
            raise OfficeError(f"{command[0]} was not done within {timeout:g} seconds") from error
    if process.returncode != 0:
        raise OfficeError(f"{command[0]} ended with {process.returncode}:\n{words}")
    return words
