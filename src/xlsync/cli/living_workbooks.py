"""Write-back on the command line: living workbooks brought up to date, and a line about each that says so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from xlsync.cli.city_paths import is_vacant, shown, source_path
from xlsync.cli.console import now, progress, say, user
from xlsync.exchange import Source
from xlsync.inbox.followup.write_back_file import WriteBackResult, write_back

if TYPE_CHECKING:
    from xlsync.cli.settings import City
    from xlsync.sheet import Sheet

_WORKBOOKS: Final = (".xlsx", ".xlsm")


def reflect(city: City, files: Iterable[Path]) -> Iterator[tuple[Path, WriteBackResult]]:
    """Bring the workbooks among the files up to date that lie below 評価シート/; none where the settings say so."""
    mine = [file for file in files if city.write_back and _is_living(city, file)]
    for file in progress(mine, "反映中"):
        place = source_path(file, city)
        source = Source(
            shown(file, city), now(), user(), place, lambda place: is_vacant(place, city)
        )
        yield file, write_back(city.store, city.terms, file.resolve(), source)


def living_files(city: City, sheet: Sheet, usual: Path) -> list[Path]:
    """Give the living workbooks of a sheet that are there: at the usual place, and where the store last saw them."""
    memories = city.store.copy_states(sheet.key, sheet.edition.year).values()
    places = (city.folder / memory.source_path for memory in memories if memory.source_path)
    found = dict.fromkeys((usual, *places))
    return [file for file in found if _is_living(city, file) and file.is_file()]


def say_reflection(name: str, reflection: WriteBackResult) -> None:
    """Print what came of bringing a workbook up to date; nothing where it was so already."""
    match reflection.fate:
        case "written":
            left = f"、計算式のある{len(reflection.left)}欄はそのまま" if reflection.left else ""
            fields = f"{reflection.fields}欄" if reflection.fields else "チェックの表示"
            say(f"反映 {name}（{fields}{left}）")
        case "open":
            who = f"{reflection.who} さんが" if reflection.who else ""
            say(f"{who}開いているため反映していません {name}。閉じてからもう一度実行してください")
        case "unreceived":
            say(
                f"受け取っていない入力があるため反映していません {name}。先に `xlsync import` で受け取ってください"
            )
        case "changed":
            say(
                f"いま保存されたため反映していません {name}。もう一度 `xlsync import` を実行してください"
            )
        case "refused":
            say(f"反映できません {name}：{reflection.reason}")
        case "nothing":
            pass


def _is_living(city: City, file: Path) -> bool:
    below = file.resolve().is_relative_to(city.sheets.resolve())
    return below and file.suffix.lower() in _WORKBOOKS
