"""A button pressed, end to end: over the shared folder and over HTTP, beside the same work in one process, and a command."""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import itertools
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path

from benchmarks.clock import race, table
from xlsync.addin.client.web_way import WebWay
from xlsync.addin.dispatch import press
from xlsync.addin.protocol.changes import Request, Verb
from xlsync.addin.protocol.request import pack
from xlsync.addin.protocol.tsv import to_tsv
from xlsync.addin.ways.folder_way import FOLDER
from xlsync.city.city_paths import InputFile
from xlsync.city.file_intake import receive_files
from xlsync.city.office import office_of
from xlsync.city.settings import CitySettings, find_settings
from xlsync.cli.commands.export import export_keys
from xlsync.cli.commands.init import create_city
from xlsync.exchange import Source, inspect
from xlsync.exchange.receive import receive
from xlsync.form.library import SHIPPED
from xlsync.ooxml.patch.patch import patch_cells
from xlsync.workbook.reading.form_reader import read

_MAIN = "from xlsync.cli import main; main()"
_WHEN = dt.datetime(2018, 7, 3, 9, tzinfo=dt.UTC)


@dataclass
class Buttons:
    """A city with a living workbook, and what it is pressed by; every press brings something new."""

    city: CitySettings
    file: Path
    port: int
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def asked(self, verb: Verb) -> Request:
        """A press whose workbook holds what was never typed before."""
        number = next(self.numbers)
        data = self.file.read_bytes()
        reading = read(data, self.city.terms.form)[0]
        address = reading.worksheet, reading.cells["purpose"]
        typed = patch_cells(data, {address: f"{number}回目"})
        return Request(f"{number:032x}", verb, str(self.file), "計測", typed)

    def in_process(self, asked: Request) -> int:
        """Press without any way; give the bytes of the answer."""
        return len(to_tsv(press(office_of(self.city), asked, _WHEN).answer))

    def by_http(self, asked: Request) -> None:
        """Press at `xlsync serve`."""
        assert not WebWay(f"http://127.0.0.1:{self.port}").press(asked).failed  # noqa: S101 - measures nothing else

    def by_folder(self, asked: Request) -> None:
        """Press at `xlsync watch`, looking for the answer as the add-in does."""
        desk = self.city.shared / FOLDER
        part = desk / "in" / f"{asked.id}.part"
        part.write_bytes(pack(asked))
        part.rename(part.with_suffix(".request"))
        answer = desk / "out" / f"{asked.id}.answer"
        while not answer.exists():
            time.sleep(0.05)
        answer.unlink()

    def by_command(self, word: str, asked: Request) -> None:
        """Start the command line on a file that was saved somewhere else."""
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "a.xlsx"
            file.write_bytes(asked.workbook)
            command = [sys.executable, "-c", _MAIN, word, str(file), "-C", str(self.city.folder)]
            subprocess.run(command, check=False, capture_output=True)  # noqa: S603 - our own program


def buttons(rounds: int) -> str:
    """Return the tables of 検証 and 提出, and how many bytes go out and come back."""
    with tempfile.TemporaryDirectory() as folder, _buttons(Path(folder)) as at:
        terms, store = at.city.terms, at.city.store

        def checked(asked: Request) -> None:
            inspect(terms, asked.workbook, Source("a.xlsx", _WHEN.isoformat(), "計測"), store)

        def received(asked: Request) -> None:
            source = Source("a.xlsx", _WHEN.isoformat(), "計測", state=asked.id)
            receive(store, terms, asked.workbook, source)

        pages = [
            _raced(at, "validate", "A press of 検証, end to end", "check", checked, rounds),
            _raced(at, "submit", "A press of 提出, end to end", "import", received, rounds),
        ]
        sizes = []
        for verb, word in (("validate", "検証"), ("submit", "提出")):
            asked = at.asked(verb)  # type: ignore[arg-type]  # both are verbs
            out, back = len(pack(asked)), at.in_process(asked)
            sizes.append(f"{word}: {out:,} bytes out, {back:,} back.")
    return "\n".join(pages) + "\n" + " ".join(sizes) + "\n"


def _raced(  # noqa: PLR0913, PLR0917 - what a race is of
    at: Buttons,
    verb: Verb,
    title: str,
    word: str,
    plain: Callable[[Request], None],
    rounds: int,
) -> str:
    waiting: list[Request] = []
    name = f"the same work in process, as `{word}` does it"
    rivals: dict[str, Callable[[], object]] = {
        name: lambda: plain(waiting.pop()),
        "the press in process": lambda: at.in_process(waiting.pop()),
        "over HTTP (`xlsync serve`)": lambda: at.by_http(waiting.pop()),
        "over the folder (`xlsync watch`)": lambda: at.by_folder(waiting.pop()),
        f"`xlsync {word}` started": lambda: at.by_command(word, waiting.pop()),
    }
    rows = race(rivals, name, rounds, before=lambda: waiting.append(at.asked(verb)))
    return table(title, rows, "in process")


@contextlib.contextmanager
def _buttons(folder: Path) -> Iterator[Buttons]:
    """A city with the official sheets, its watcher and its server at work."""
    with contextlib.redirect_stdout(io.StringIO()):
        create_city(folder, "計測市", 2018)
        examples = resources.files("xlsync") / "forms" / SHIPPED[0] / "examples"
        with resources.as_file(examples) as folder_of_sheets:
            receive_files(
                find_settings(folder), map(InputFile, sorted(folder_of_sheets.glob("*.json")))
            )
        export_keys(folder, [], every=True)
    city = find_settings(folder)
    file = min(city.sheets.rglob("*.xlsx"))
    with _running(folder, "watch"), _running(folder, "serve", "--port", "0"):
        log = city.store.folder / "log/serve.log"
        _until(lambda: log.exists() and "開始" in log.read_text(encoding="utf-8"))
        _until((city.shared / FOLDER / "in").is_dir)
        port = int(
            log.read_text(encoding="utf-8").partition("開始 ")[2].split()[0].rpartition(":")[2]
        )
        yield Buttons(city, file, port)


@contextlib.contextmanager
def _running(folder: Path, *words: str) -> Iterator[None]:
    command = [sys.executable, "-c", _MAIN, *words, "-C", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:  # noqa: S603 - our own program
        try:
            yield
        finally:
            process.terminate()


def _until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not true():
        if time.monotonic() > end:
            raise TimeoutError
        time.sleep(0.05)


if __name__ == "__main__":
    print(buttons(int(sys.argv[1]) if sys.argv[1:] else 7))
