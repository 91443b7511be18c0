"""The typer commands about the program itself; each calls a module of its own name, imported only then."""

from __future__ import annotations

from xlsync.cli.options import HERE, AsJson, CityFolder, end
from xlsync.cli.usage import JapaneseTyper

product_app = JapaneseTyper()


@product_app.command()
def doctor(city: CityFolder = HERE, as_json: AsJson = False) -> None:
    """このパソコンと市のフォルダの状態を確かめ、直すところと直しかたを示します。"""
    from xlsync.cli.commands.doctor import show_diagnoses

    end(show_diagnoses(city, as_json=as_json))
