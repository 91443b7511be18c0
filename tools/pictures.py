"""Make the pictures of README and docs/ja: the demo's workbooks, printed by LibreOffice with the results they hold.

Nothing is calculated for the pictures: they show what a preview, a phone or a protected view shows.

Run from the project's root: `.venv/bin/python -m tools.pictures` (needs what `tools/install-office.sh` installs).
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests import office

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
DPI = 110


def main() -> None:
    """Play the demo in a temporary folder, print four workbooks, and keep their first pages."""
    with tempfile.TemporaryDirectory() as folder:
        city = Path(folder) / "demo"
        xlsync = Path(sys.executable).with_name("xlsync")
        subprocess.run([xlsync, "demo", city], check=True, stdout=subprocess.DEVNULL)
        sheets = city / "shared" / "評価シート"
        wanted = {
            "template": ROOT / "templates" / "sheet_template.xlsx",
            "sheet": next(sheets.rglob("01-02-01-08-14-01_*.xlsx")),
            "incomplete": next(sheets.rglob("01-02-01-10-11-01_*.xlsx")),
            "summary": city / "shared" / "集計" / "政策イノベーション部.xlsx",
        }
        named = [shutil.copy(file, Path(folder) / f"{name}.xlsx") for name, file in wanted.items()]
        PICTURES.mkdir(parents=True, exist_ok=True)
        files = [Path(file) for file in named]
        for pdf in office.convert(files, "pdf", Path(folder) / "pdf", recalculate=False):
            _draw(pdf, PICTURES / pdf.stem)
            if pdf.stem == "incomplete":
                _draw(pdf, PICTURES / "check", page=2)


def _draw(pdf: Path, picture: Path, page: int = 1) -> None:
    """Draw a page of a PDF; of a summary (A3, 概要) only the part that is filled."""
    summary = picture.name == "summary"
    part = ["-x", "20", "-y", "30", "-W", "1610", "-H", "870"] if summary else []
    dpi = str(DPI * 10 // 11 if summary else DPI)
    only = ["-png", "-singlefile", "-f", str(page), "-r", dpi]
    command = ["pdftoppm", *only, *part, str(pdf), str(picture)]
    subprocess.run(command, check=True)
    print(picture.with_suffix(".png"))


if __name__ == "__main__":
    main()
