"""Write the pictures of docs/ja/page.md: five official sheets and one conflict, served, and photographed in Chromium."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

from playwright.sync_api import sync_playwright

from xlsync.ooxml.patch.patch import patch_cells
from xlsync.workbook.reading.form_reader import read

ROOT: Final = Path(__file__).resolve().parent.parent
EXAMPLES: Final = ROOT / "src/xlsync/forms/jimu-jigyo-hyoka/examples"
PICTURES: Final = ROOT / "docs/pictures"
OFFICER: Final = "山田花子"
KEY: Final = "01-02-01-08-14-01"
SCREENS: Final = {
    "page-today": "/",
    "page-list": "/sheets",
    "page-conflicts": "/conflicts",
    "page-numbers": "/summaries",
}
PURPOSES: Final = {
    "山田": "市役所の業務効率化と質の高い住民サービスを提供するため。",
    "佐藤": "庁内業務の効率化と市民サービスの向上を図る。",
}


def main() -> None:
    """Write the pictures."""
    with tempfile.TemporaryDirectory() as name:
        city = Path(name) / "市"
        _run("init", str(city), "--name", "つくば市")
        _run("import", "-C", str(city), str(EXAMPLES))
        _run("export", "-C", str(city), "--all")
        workbook = next((city / "shared").rglob(f"{KEY}*.xlsx"))
        for person, purpose in PURPOSES.items():
            _run(
                "import",
                "-C",
                str(city),
                str(_typed(workbook, Path(name), person, purpose)),
                who=person,
            )
        _photograph(city)


def _run(*words: str, who: str = OFFICER) -> None:
    """Run the program as somebody; findings in the sheets are no failure."""
    subprocess.run([_program(), *words], check=False, capture_output=True, env=_named(who))


def _named(who: str) -> dict[str, str]:
    return {**os.environ, "LOGNAME": who}


def _program() -> str:
    return str(Path(sys.executable).with_name("xlsync"))


def _typed(workbook: Path, folder: Path, person: str, purpose: str) -> Path:
    data = workbook.read_bytes()
    reading = read(data)[0]
    file = folder / f"情報化_{person}.xlsx"
    cell = (reading.worksheet, reading.cells["purpose"])
    file.write_bytes(patch_cells(data, {cell: purpose}))
    return file


def _photograph(city: Path) -> None:
    command = [_program(), "page", "--no-browser", "--port", "8931", "-C", str(city)]
    env, nowhere = _named(OFFICER), subprocess.DEVNULL
    watch = [_program(), "watch", "-C", str(city)]
    with (
        subprocess.Popen(watch, stdout=nowhere, stderr=nowhere, env=env) as watcher,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=nowhere, env=env) as server,
    ):
        lines = iter((server.stdout or sys.stdin.buffer).readline, b"")
        entry = next(line.decode().strip() for line in lines if b"/enter" in line)
        with sync_playwright() as playwright:
            chromium = playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=["--no-sandbox"]
            )
            page = chromium.new_page(viewport={"width": 1360, "height": 760}, locale="ja-JP")
            page.goto(entry)
            while page.locator(".strip:not([hidden])").count():  # until the watcher is seen
                page.wait_for_timeout(1_000)
                page.reload()
            for name, address in SCREENS.items():
                page.goto(f"http://127.0.0.1:8931{address}")
                page.screenshot(path=PICTURES / f"{name}.png")
            chromium.close()
        server.terminate()
        watcher.terminate()


if __name__ == "__main__":
    main()
