"""What several commands may be told: their options and arguments, with the words people read."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

CityFolder = Annotated[
    Path,
    typer.Option(
        "--city",
        "-C",
        help="市のフォルダ（xlsync.toml のある場所）。",
        show_default="現在のフォルダ",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="結果をJSONで出します。")]
Notes = Annotated[bool, typer.Option("--notes", help="参考の指摘も表示します。")]
Paths = Annotated[
    list[Path], typer.Argument(help="ブック、フォルダ、またはJSONシート。", show_default=False)
]
Key = Annotated[
    str, typer.Argument(help="事業コード（01-02-01-08-14-01 など）。", show_default=False)
]
FormName = Annotated[
    str, typer.Option("--form", help="様式の名前、または form.toml のあるフォルダ。")
]
Year = Annotated[int, typer.Option("--edition", help="対象年度（西暦）。")]
Check = Annotated[bool, typer.Option("--check", help="書き換えず、最新かどうかだけを確かめます。")]

HERE = Path()
FORM = "jimu-jigyo-hyoka"
EDITION = 2018
