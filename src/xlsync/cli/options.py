"""Options and arguments that several commands share, with their Japanese help, and the exit code."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, NoReturn

import typer

from xlsync.cli import ATTENTION
from xlsync.cli.completion import complete_key
from xlsync.form import SHIPPED_FORM

CityFolder = Annotated[
    Path,
    typer.Option(
        "--city",
        "-C",
        help="市のフォルダ（xlsync.toml のある場所）。",
        show_default="現在のフォルダ",
    ),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="何が起きるかを示すだけで、何もしません。")]
AsJson = Annotated[bool, typer.Option("--json", help="結果をJSONで出します。")]
Notes = Annotated[bool, typer.Option("--notes", help="参考の指摘も表示します。")]
Paths = Annotated[
    list[Path],
    typer.Argument(
        metavar="ファイル…", help="Excelファイル、フォルダ、またはJSON。", show_default=False
    ),
]
SeenRevision = Annotated[
    int | None,
    typer.Option(
        "--revision",
        min=1,
        help="確かめた版の番号。そのあとに新しい版ができていれば、何もしません。",
        show_default=False,
    ),
]
Key = Annotated[
    str,
    typer.Argument(
        metavar="事業コード",
        help="事業コード（01-02-01-08-14-01 など）。",
        show_default=False,
        autocompletion=complete_key,
    ),
]
FormName = Annotated[
    str, typer.Option("--form", help="様式の名前、または form.toml のあるフォルダ。")
]
KeysFile = Annotated[
    Path | None,
    typer.Option(
        metavar="一覧",
        help="新しい番号を記入した一覧（事業コードになる欄が変わる様式だけ）。",
    ),
]
KeysOut = Annotated[
    Path | None,
    typer.Option(
        metavar="ファイル",
        help="新しい番号を記入する一覧を書き出します。様式は使い始めません。",
    ),
]
Trial = Annotated[
    bool,
    typer.Option(
        "--trial", help="試し用のファイルを作ります（保存や提出をしても登録されません）。"
    ),
]
PresentUnits = Annotated[
    bool,
    typer.Option(
        "--present-organization",
        help="前の年度のシートを、いまの部・課・係でまとめます（書かなければ当時の名前です）。",
    ),
]
CityYear = Annotated[
    int | None,
    typer.Option("--edition", help="対象年度（西暦）。", show_default="設定の対象年度"),
]
Year = Annotated[int, typer.Option("--edition", help="対象年度（西暦）。")]
Check = Annotated[bool, typer.Option("--check", help="書き換えず、最新かどうかだけを確かめます。")]

Jobs = Annotated[
    int,
    typer.Option(
        "--jobs",
        min=1,
        max=64,
        help="同時に動かす処理の数。多くのファイルを確かめるときに、パソコンのコア数を指定すると早くなります。",
    ),
]
ExitZero = Annotated[
    bool,
    typer.Option("--exit-zero", help="未入力やエラーが残っていても、終了コードを0にします。"),
]


def end(code: int, *, exit_zero: bool = False) -> NoReturn:
    """End the command with its exit code; `exit_zero` makes "done, but something remains" a 0, so that && goes on."""
    raise typer.Exit(0 if exit_zero and code == ATTENTION else code)


HERE = Path()
FORM = SHIPPED_FORM
EDITION = 2018
