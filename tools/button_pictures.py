"""Make the pictures of docs/ja/buttons.md: the ribbon, a sheet with marks and notes, the list 検証結果.

Drawn from `customUI14.xml` and from the answer to 検証 on a workbook of the demo, so they show what the buttons are made of;
none is a picture of Excel's own window. Run from the project's root: `.venv/bin/python -m tools.button_pictures` (needs
what `tools/install-office.sh` installs, and chromium: `apt-get install chromium`).
"""

from __future__ import annotations

import base64
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from html import escape
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree as ET

import openpyxl

from tests import office

ROOT: Final = Path(__file__).resolve().parent.parent
PICTURES: Final = ROOT / "docs" / "pictures"
ADDIN: Final = ROOT / "addin"
RIBBON: Final = "{http://schemas.microsoft.com/office/2009/07/customui}"
BOOK: Final = "01-02-01-09-11-01_*.xlsx"
"""The demo's workbook with two blank fields and a sum that is wrong."""
DPI: Final = 100
PART: Final = (384, 280, 1236, 264)
"""Left, top, width and height of the part of the page that is shown, in dots: 事業計画 and the costs."""

_STYLE: Final = """
* { box-sizing: border-box } body { margin: 0; font: 14px "IPAPGothic", sans-serif; color: #222; background: #fff }
.tabs { padding: 8px 0 0 12px; background: #f0f0f0 } .tabs span { display: inline-block; padding: 5px 13px }
.tabs .ours { background: #fff; color: #217346; border-bottom: 3px solid #217346 }
.ribbon { display: flex; height: 108px } .group { display: flex; flex-direction: column; border-right: 1px solid #ccc }
.buttons { display: flex; flex: 1; padding: 6px 8px 0 }
.title { text-align: center; color: #666; font-size: 12px; padding: 3px }
.large { width: 78px; text-align: center } .large img { width: 40px; height: 40px; display: block; margin: 2px auto 5px }
.small { display: flex; flex-direction: column } .normal { padding: 2px 10px; white-space: nowrap }
.normal img { width: 18px; height: 18px; vertical-align: middle; margin-right: 6px }
.note { position: absolute; background: #ffffe1; border: 1px solid #555; padding: 4px 6px; font-size: 12px; line-height: 1.3;
  white-space: pre-wrap; box-shadow: 2px 2px 3px #999 }
.corner { position: absolute; border: 6px solid transparent; border-top-color: #d00000; border-right-color: #d00000 }
table { border-collapse: collapse; background: #fff } td { border: 1px solid #ccc; padding: 2px 5px; vertical-align: top }
.edge, .word { white-space: nowrap }
.edge { background: #e6e6e6; text-align: center; color: #555 } .head { font-weight: bold } .link { color: #0563c1;
  text-decoration: underline }
"""


def main() -> None:
    """Play the demo in a temporary folder, press 検証 on one of its workbooks, and draw."""
    with tempfile.TemporaryDirectory() as folder:
        city = Path(folder) / "demo"
        _xlsync("demo", city)
        book = next((city / "shared" / "評価シート").rglob(BOOK))
        marked = Path(folder) / "marked.xlsx"
        answer = _xlsync("press", "validate", book, "--out", marked, "--json", "-C", city)
        changes = json.loads(answer)["changes"]
        _photograph("buttons-ribbon", ribbon(), (600, 145))
        _photograph("buttons-list", listed(changes), (1000, 226))
        _photograph("buttons-marks", marks(marked, changes), PART[2:])


def ribbon() -> str:
    """The tab as its definition says, in HTML."""
    tab = next(ET.parse(ADDIN / "customUI14.xml").iter(f"{RIBBON}tab"))  # noqa: S314 - our own file
    others = [f"<span>{name}</span>" for name in ("ファイル", "ホーム", "挿入", "データ", "表示")]
    own_tab = f'<span class="ours">{escape(tab.get("label", ""))}</span>'
    groups = "".join(_group(group) for group in tab)
    return f'<div class="tabs">{"".join(others)}{own_tab}</div><div class="ribbon">{groups}</div>'


def _group(group: ET.Element) -> str:
    large = "".join(_button(item) for item in group if item.get("size") == "large")
    small = "".join(_button(item) for item in group if item.get("size") != "large")
    title = escape(group.get("label", ""))
    buttons = f'<div class="buttons">{large}<div class="small">{small}</div></div>'
    return f'<div class="group">{buttons}<div class="title">{title}</div></div>'


def _button(button: ET.Element) -> str:
    icon = _picture(ADDIN / "icons" / f"{button.get('image')}.png")
    return f'<div class="{button.get("size")}">{icon}{escape(button.get("label", ""))}</div>'


def listed(changes: list[dict[str, Any]]) -> str:
    """The list 検証結果 as the add-in lays it out, in HTML: the first column links to the cell."""
    table = next(item for item in changes if item["kind"] == "table")
    rows = [("head", "", table["columns"])]
    rows += [("", item["cell"], item["texts"]) for item in changes if item["kind"] == "row"]
    letters = "".join(f'<td class="edge">{chr(ord("A") + i)}</td>' for i in range(len(rows[0][2])))
    lines = "".join(_line(number, *row) for number, row in enumerate(rows, 1))
    return f'<table><tr><td class="edge">&nbsp;</td>{letters}</tr>{lines}</table>'


def _line(number: int, kind: str, cell: str, texts: list[str]) -> str:
    first = f"word {'link' if cell else ''}"
    classes = [first, "", "", *(["word"] * (len(texts) - 3))]
    cells = "".join(
        f'<td class="{item} {kind}">{escape(text)}</td>'
        for item, text in zip(classes, texts, strict=True)
    )
    return f'<tr><td class="edge">{number}</td>{cells}</tr>'


def marks(marked: Path, changes: list[dict[str, Any]]) -> str:
    """A part of the marked page as LibreOffice prints it; two notes laid over it, with the words they have in the file."""
    [pdf] = office.convert([marked], "pdf", marked.parent / "pdf")
    page = marked.with_suffix(".png")
    page.write_bytes(_part(pdf, "-png"))
    dots = _part(pdf)
    sheet = openpyxl.load_workbook(marked)[changes[0]["worksheet"]]
    plan = _right_top(dots, lambda r, g, b: r > 250 and 230 < g < 250 and 190 < b < 220)  # noqa: PLR2004 - yellow
    cost = _right_top(dots, lambda r, g, b: r > 200 and g < 190 and b < 190 and r > g + 40)  # noqa: PLR2004 - red
    notes = _note(plan, _words(sheet["I19"]), 300) + _note(cost, _words(sheet["AA14"]), 330, -360)
    return _picture(page) + notes


def _words(cell: Any) -> str:
    """The note's own words; where the mark is missing, the failure says so."""
    return str(cell.comment.text)


def _note(at: tuple[int, int], text: str, width: int, aside: int = 14) -> str:
    """A red corner on the cell, and its note beside or below it."""
    x, y = at
    below = 52 if aside < 0 else 12
    corner = f'<div class="corner" style="left:{x - 12}px;top:{y}px"></div>'
    style = f"left:{x + aside}px;top:{y + below}px;width:{width}px"
    return f'{corner}<div class="note" style="{style}">{escape(text)}</div>'


def _part(pdf: Path, *form: str) -> bytes:
    left, top, width, height = map(str, PART)
    shown = ["-x", left, "-y", top, "-W", width, "-H", height, "-r", str(DPI)]
    command = ["pdftoppm", "-singlefile", "-f", "1", *shown, *form, str(pdf)]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout


def _right_top(dots: bytes, wanted: Callable[[int, int, int], bool]) -> tuple[int, int]:
    """The right upper corner of what has a colour, in a PPM of the part."""
    width, height = PART[2:]
    colours = dots[-width * height * 3 :]
    matches = [i for i in range(width * height) if wanted(*colours[3 * i : 3 * i + 3])]
    rows, columns = zip(*(divmod(i, width) for i in matches), strict=True)
    return max(columns) + 1, min(rows)


def _picture(file: Path) -> str:
    return f'<img src="data:image/png;base64,{base64.b64encode(file.read_bytes()).decode()}">'


def _photograph(name: str, body: str, size: tuple[int, ...]) -> None:
    """Keep what a browser shows of a page."""
    picture = PICTURES / f"{name}.png"
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "page.html"
        page.write_text(f'<meta charset="utf-8"><style>{_STYLE}</style>{body}', encoding="utf-8")
        command = list(_browser(page, picture, size, Path(folder) / "profile"))
        subprocess.run(command, check=True, capture_output=True)
    print(picture)


def _browser(page: Path, picture: Path, size: tuple[int, ...], profile: Path) -> Iterator[str]:
    yield from ("chromium", "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars")
    yield f"--user-data-dir={profile}"
    yield f"--window-size={size[0]},{size[1]}"
    yield f"--screenshot={picture}"
    yield page.as_uri()


def _xlsync(*words: str | Path) -> str:
    """What our own command prints; 1 says that there was something to tell."""
    command = [Path(sys.executable).with_name("xlsync"), *words]
    done = subprocess.run(command, check=False, stdout=subprocess.PIPE, text=True)
    if done.returncode > 1:
        done.check_returncode()
    return done.stdout


if __name__ == "__main__":
    main()
