"""The typer commands for what the buttons in Excel do: `press` on a file, `live` in the open workbook, `serve` by HTTP."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from xlsync.cli.options import HERE, AsJson, CityFolder
from xlsync.cli.usage import JapaneseTyper

button_app = JapaneseTyper()


@button_app.command()
def press(
    verb: Annotated[
        Literal["validate", "submit", "pull", "diff", "summary", "selftest"],
        typer.Argument(
            metavar="ボタン",
            help="検証、提出、反映、差分、部別集計、自己診断。",
            show_default=False,
        ),
    ],
    file: Annotated[
        Path, typer.Argument(metavar="ファイル", help="Excelファイル。", show_default=False)
    ],
    out: Annotated[
        Path | None,
        typer.Option("--out", help="色、メモ、書き込みを行った写しを置くファイル（新しい名前）。"),
    ] = None,
    as_json: AsJson = False,
    city: CityFolder = HERE,
) -> None:
    """Excelのボタンを押したときと同じことを、ファイルに対して行います（FILEそのものは書き換えません）。"""
    from xlsync.cli.commands.press import show_press

    raise typer.Exit(show_press(city, verb, file, out, as_json=as_json))


@button_app.command()
def live(
    verb: Annotated[
        Literal["validate", "submit", "pull", "diff", "summary", "selftest", "unmark"],
        typer.Argument(
            help="検証、提出、反映、差分、部別集計、自己診断、印を消す。", show_default=False
        ),
    ],
    book: Annotated[
        str,
        typer.Option(
            "--book", help="開いているファイルの名前。", show_default="選んでいるファイル"
        ),
    ] = "",
    url: Annotated[
        str,
        typer.Option(
            "--url",
            help="xlsync serve の宛先（市のフォルダがほかのパソコンにあるとき）。鍵は XLSYNC_KEY に。",
        ),
    ] = "",
    city: CityFolder = HERE,
) -> None:
    """Excelで開いているファイルを、保存しないまま確かめ、提出します（WindowsのExcelとxlwingsが必要です）。"""
    from xlsync.cli.commands.live import Way, show_live

    raise typer.Exit(show_live(Way(city, url), verb, book))


@button_app.command()
def serve(
    host: Annotated[
        str, typer.Option("--host", help="待ち受ける宛先。", show_default="このパソコンだけ")
    ] = "",
    port: Annotated[
        int | None,
        typer.Option("--port", min=0, max=65_535, help="ポート番号。", show_default="8765"),
    ] = None,
    new_key: Annotated[
        str, typer.Option("--new-key", help="この部（または全庁）の鍵を作って表示し、終わります。")
    ] = "",
    role: Annotated[
        Literal["office", "department", "it"] | None,
        typer.Option(
            "--role",
            help="鍵の役割（企画、部の閲覧、情報システム）。",
            show_default="全庁は office、ほかは department",
        ),
    ] = None,
    city: CityFolder = HERE,
) -> None:
    """企画担当の画面を開けるようにし、Excelのボタンにも HTTP で答えます。"""
    from xlsync.cli.commands import serve

    if new_key:
        raise typer.Exit(serve.new_key(city, new_key, role))
    raise typer.Exit(serve.serve_city(city, host, port))


@button_app.command()
def page(
    port: Annotated[
        int | None,
        typer.Option("--port", min=0, max=65_535, help="ポート番号。", show_default="8765"),
    ] = None,
    no_browser: Annotated[
        bool, typer.Option("--no-browser", help="ブラウザーは開かず、入り口の番地だけを示します。")
    ] = False,
    city: CityFolder = HERE,
) -> None:
    """企画担当の画面を、このパソコンのブラウザーで開きます。"""
    from xlsync.cli.commands.page import open_page

    raise typer.Exit(open_page(city, port, with_browser=not no_browser))
