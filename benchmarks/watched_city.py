"""A city whose folder is watched by the real program, for the measurements."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from xlsync.canonical_json import parse_json
from xlsync.city.settings import CitySettings, read_settings
from xlsync.cli.commands.demo import official_sheets
from xlsync.cli.commands.init import create_city
from xlsync.exchange import export_known, template_of
from xlsync.exchange.receipt import Source
from xlsync.exchange.receive import receive
from xlsync.ooxml.patch.patch import patch_cells
from xlsync.sheet import Sheet, sheet_of
from xlsync.workbook.reading.form_reader import read

EDITION = 2018
_MAIN = "from xlsync.cli import main; main()"
PROJECTS = 8
"""Of a budget program: each save has all of them checked against each other."""


@contextmanager
def city_of(
    count: int, *, events: str = "auto", quiet: float = 10
) -> Iterator[tuple[CitySettings, list[tuple[str, Path]]]]:
    """Found a city with so many registered sheets, their workbooks given out."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "市"
        sys.stdout, kept = open(os.devnull, "w", encoding="utf-8"), sys.stdout  # noqa: PTH123, SIM115
        city = create_city(folder, "つくば市", EDITION)
        sys.stdout = kept
        file = folder / "xlsync.toml"
        text = file.read_text(encoding="utf-8").replace('events = "auto"', f'events = "{events}"')
        patient = text.replace("# quiet-seconds = 10 ", f"quiet-seconds = {quiet} ")
        file.write_text(patient, encoding="utf-8")
        city = read_settings(folder)
        yield city, [_book(city, sheet) for sheet in sheets_of(city, count)]


def sheets_of(city: CitySettings, count: int) -> Iterator[Sheet]:
    """Yield so many sheets of projects, eight in a budget program, in 24 divisions."""
    edition = city.terms.form.at(EDITION)
    officials = official_sheets(edition)
    for number in range(count):
        document = parse_json(officials[number % 5].to_json())
        codes = (
            f"{number // (90 * PROJECTS) % 90 + 10:02}",
            f"{number // PROJECTS % 90 + 10:02}",
            f"{number % PROJECTS + 10:02}",
        )
        document["budget"]["moku"], document["budget"]["program"], document["project"]["number"] = (
            codes
        )
        document["key"] = "-".join((*document["key"].split("-")[:3], *codes))
        document["organization"]["division"] = f"{number % 24}課"
        yield sheet_of(edition, document)


def _book(city: CitySettings, sheet: Sheet) -> tuple[str, Path]:
    source = Source("登録", "2018-05-01T09:00:00+09:00", "企画担当")
    receive(city.store, city.terms, sheet.to_json(), source)
    head = sheet.with_revision(1)
    copy = f"{zlib.crc32(sheet.key.encode()):08x}"
    data = export_known(template_of(city.terms), head, copy, city.store, city.terms)
    file = city.sheets / sheet.division / f"{sheet.key}.xlsx"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)
    return sheet.key, file


def save(key: str, file: Path, chance: random.Random) -> float:
    """Save a book in Excel's way over SMB, with something new in it; give when it was whole (time.time)."""
    data = file.read_bytes()
    reading = read(data)[0]
    address = (reading.worksheet, reading.cells["purpose"])
    temporary = file.with_name(f"{chance.randrange(16**8):08X}.tmp")
    temporary.write_bytes(patch_cells(data, {address: f"{key}に書いた"}))
    temporary.replace(file)
    return time.time()


@contextmanager
def watching(city: CitySettings) -> Iterator[subprocess.Popen[bytes]]:
    """Let the real watcher work in a process of its own."""
    command = [sys.executable, "-c", _MAIN, "watch", "-C", str(city.folder)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:  # noqa: S603
        try:
            yield process
        finally:
            process.terminate()


def until(true: Callable[[], object], patience: float) -> None:
    """Wait until something is so; TimeoutError where it does not come true."""
    end = time.monotonic() + patience
    while not true():
        if time.monotonic() > end:
            raise TimeoutError("never came true")
        time.sleep(0.2)


def says(city: CitySettings, count: int) -> bool:
    """True where the watcher has taken note of so many files that say nothing new."""
    file = city.store.folder / "log/watch.log"
    return file.exists() and file.read_text(encoding="utf-8").count("変更なし") >= count
