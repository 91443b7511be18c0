"""Write-back on the command line: each workbook, and a line that says what came of it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from xlsync.city.city_paths import source_path
from xlsync.city.living_workbooks import writable_workbooks, write_back_into
from xlsync.cli.console import progress, say
from xlsync.exchange.city_inputs import CityInputs
from xlsync.exchange.file_record import FileRecord
from xlsync.inbox.followup.written_words import written_words

if TYPE_CHECKING:
    from xlsync.city.settings import CitySettings
    from xlsync.inbox.followup.write_back_file import WriteBackResult
    from xlsync.sheet_keys import SheetId


def write_back_all(
    city: CitySettings,
    files: Iterable[Path],
    likely_ids: Mapping[Path, Collection[SheetId]] = MappingProxyType({}),
    steps: Callable[[Sequence[Path]], Iterator[Path]] | None = None,
) -> Iterator[tuple[Path, WriteBackResult]]:
    """Write what the store knows better into the living workbooks among the files, and yield what came of each.

    `likely_ids` are the sheets that the files are known to hold, `steps` shows how far it is, a bar where None.
    """
    by_path = {source_path(file, city): ids for file, ids in likely_ids.items()}
    with FileRecord(CityInputs(city.store, city.terms), by_path) as known:
        writable = writable_workbooks(city, files)
        shown = progress(writable, "書き戻し中") if steps is None else steps(writable)
        for file in shown:
            yield file, write_back_into(city, file, known=known)


def say_write_back(name: str, result: WriteBackResult) -> None:
    """Print what came of a write-back; nothing where the workbook was up to date."""
    if line := _line(name, result):
        say(line)


def _line(name: str, result: WriteBackResult) -> str:
    match result.fate:
        case "written":
            return f"ファイルに書き戻しました（{written_words(result, 'か所')}） {name}"
        case "open":
            who = f"{result.who} さんが" if result.who else ""
            return (
                f"{who}開いているため書き戻していません {name}。閉じてからもう一度実行してください"
            )
        case "unreceived":
            return f"まだ受け取っていない入力があるため書き戻していません {name}。先に `xlsync import` で受け取ってください"
        case "changed":
            return f"いま保存されたため書き戻していません {name}。もう一度 `xlsync import` を実行してください"
        case "refused":
            return f"書き戻せません {name}：{result.reason}"
        case "nothing":
            return ""
