"""`xlsync store copy`: a store copied between a folder and a database, and compared there."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from xlsync.city.further_forms import name_in_database
from xlsync.cli.console import complain, progress, put_json, say
from xlsync.store.store_location import files_at
from xlsync.store.store_transfer import transfer

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def copy_between(folder: Path, source: str, target: str, *, as_json: bool) -> int:
    """Copy a store to another location, print what was copied, and return the exit code.

    A database without a city's name means that of the city in `folder`.
    """
    city = name_in_database(folder)
    old, new = (files_at(Path.cwd(), location, city) for location in (source, target))
    done = transfer(old, new, _shown, complain)
    if as_json:
        put_json({"from": str(old), "to": str(new), **asdict(done)})
        return 0
    size = f"{done.byte_count / 1024 / 1024:,.1f}MB"
    say(
        f"登録データを写し、すべて同じであることを確かめました：{done.file_count:,}ファイル（{size}）"
    )
    say(f"  写すもと：{old}")
    say(f"  写す先　：{new}（今回書いたのは{done.written_count:,}ファイル）")
    say(
        "使い始めるには、xlsync.toml の [folders] store を写す先に書き換え、見張りを始め直してください。"
    )
    return 0


def _shown(names: Sequence[str]) -> Iterable[str]:
    return progress(names, "写しています")
