"""What years cost: `python -m benchmarks.years [SHEETS]`: roll-over, reorganisation, and commands at five editions against one.

Processor seconds of each command as a process of its own, so that a busy machine does not count; bytes the store grew by.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.watched_city import sheets_of
from xlsync.city.settings import read_settings
from xlsync.exchange.receipt import Source
from xlsync.exchange.receive import receive
from xlsync.ooxml import patch_cells
from xlsync.workbook.reading.form_reader import read

FIRST, EDITIONS = 2018, 5
_MAIN = "from xlsync.cli import main; main()"
COMMANDS = {
    "status": ("status",),
    "summarize": ("summarize",),
    "sheets list": ("sheets", "list"),
    "history KEY": ("history", "{key}"),
    "history KEY --years": ("history", "{key}", "--years"),
    "conflicts": ("conflicts",),
    "review": ("review",),
    "sheets lineage": ("sheets", "lineage"),
    "rollover --dry-run": ("rollover", "{next}", "--dry-run"),
    "reorganize --dry-run": ("reorganize", "--dry-run"),
    "audit": ("audit",),
}


WORK = {
    "check FILE": ("check", "{file}"),
    "import FILE, changed": ("import", "{file}"),
    "export KEY": ("export", "{key}"),
    "watch --once": ("watch", "--once"),
    "publish": (
        *("publish", "{out}", "--all", "--without-book", "--yes", "--names-confirmed"),
        *("--edition", "{year}"),
    ),
    "backup create": ("backup", "create", "{kept}"),
}
"""What needs workbooks, and what writes: run once, each time into new folders and with another save of the file."""


@dataclass
class Measured:
    """A city's folder, and what each command in it took in processor and wall-clock seconds."""

    folder: Path
    lines: list[str] = field(default_factory=list)

    def run(self, *words: str) -> tuple[float, float]:
        """Run a command, and return its processor and wall-clock seconds."""
        before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        command = [sys.executable, "-c", _MAIN, *words]
        done = subprocess.run(command, cwd=self.folder, capture_output=True, check=False)  # noqa: S603 - our own words
        after, ended = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        if done.returncode not in {0, 1}:
            sys.exit(f"{words}: {done.returncode}\n{done.stderr.decode()}")
        spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        return spent, ended - began

    def tell(self, what: str, *words: str) -> None:
        """Run a command and print what it took."""
        processor, clock = self.run(*words)
        print(f"| {what} | {processor:.1f} s | {clock:.1f} s |", flush=True)


def work_of(measured: Measured, year: int, scratch: Path) -> dict[str, float]:
    """Return the processor seconds of what needs workbooks, once every sheet of a year has one that was received."""
    measured.run("export", "--all")
    measured.run("watch", "--once")
    file = workbooks_of(measured.folder, year)[0]
    key = file.name.partition("_")[0]
    folders = {"out": scratch / f"公表{year}", "kept": scratch / f"控え{year}"}
    named = {"file": file, "key": key, "year": year, **folders}
    spent = {}
    for what, words in WORK.items():
        if what.startswith("import"):
            save(file, f"{year}年度の保存")
        spent[what], _ = measured.run(*(word.format(**named) for word in words))
    return spent


def workbooks_of(folder: Path, year: int) -> list[Path]:
    """The living workbooks of a year, in order."""
    sheets = folder / "shared/評価シート"
    below = sheets / f"{year}年度" if year > FIRST else sheets
    files = sorted(below.rglob("*.xlsx"))
    return [file for file in files if year > FIRST or "年度" not in file.name]


def save(file: Path, words: str) -> None:
    """Type into a workbook, as its section does."""
    [page] = read(file.read_bytes())
    cells = {page.cells["purpose"]: words}
    file.write_bytes(patch_cells(file.read_bytes(), {page.worksheet: cells}))


def tell_saves(measured: Measured, year: int) -> None:
    """Print what a save of every sheet of a year costs, and by how much the store grows a save."""
    files, before = workbooks_of(measured.folder, year), size_of(measured.folder / "store")
    for file in files:
        save(file, "どのシートも一度ずつ保存した")
    measured.tell(f"import of {len(files)} changed workbooks", "import", "shared/評価シート")
    grown = size_of(measured.folder / "store") - before
    print(f"| store, bytes a save | {grown / len(files):,.0f} | |", flush=True)


def size_of(folder: Path) -> int:
    """The bytes of the files below a folder."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def founded(parent: Path, count: int) -> Measured:
    """A city with so many sheets of 2018, in 24 divisions, and a list of them."""
    folder = parent / "市"
    measured = Measured(parent)
    measured.run("init", str(folder), "--name", "つくば市")
    city = read_settings(folder)
    source = Source("登録", "2018-05-01T09:00:00+09:00", "企画担当")
    for sheet in sheets_of(city, count):
        receive(city.store, city.terms, sheet.to_json(), source)
    write_list(folder, "")
    with (folder / "xlsync.toml").open("a", encoding="utf-8") as settings:
        settings.write('\n[organization]\nfile = "組織.csv"\n')
    measured.folder = folder
    return measured


def write_list(folder: Path, new: str) -> None:
    """Write the list of units; with a `new` department two of its 24 divisions went there on the first of May 2019."""
    rows = ["部,課,係,いつから,いつまで,改編後の部,改編後の課,改編後の係"]
    for number in range(24):
        moves = bool(new) and number in {0, 1}
        until = f"2019-04-30,{new},{number}課," if moves else ",,,"
        rows.append(f"政策イノベーション部,{number}課,,,{until}")
        rows += [f"{new},{number}課,,2019-05-01,,,,"] if moves else []
    (folder / "組織.csv").write_text("\n".join(rows), encoding="utf-8")


def main() -> None:
    """Print what was measured."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    with tempfile.TemporaryDirectory(prefix="years-") as name:
        measured = founded(Path(name), count)
        key = next(iter((measured.folder / f"store/sheets/{FIRST}").rglob("*.json"))).stem
        at_one = {what: measured.run(*words_of(what, key, FIRST)) for what in COMMANDS}
        work_at_one = work_of(measured, FIRST, Path(name))
        print("| what | processor | clock |\n|---|---:|---:|")
        measured.tell("preview", "rollover", str(FIRST + 1), "--dry-run")
        measured.tell("roll-over with its ledger", "rollover", str(FIRST + 1), "--yes")
        measured.tell("export --all", "export", "--all")
        write_list(measured.folder, "デジタル部")
        measured.tell("preview of a reorganisation", "reorganize", "--dry-run")
        measured.tell(f"reorganisation of {count // 12} sheets", "reorganize", "--yes")
        for year in range(FIRST + 2, FIRST + EDITIONS):
            measured.run("rollover", str(year), "--yes")
        print("\n| command | one edition | five | ratio |\n|---|---:|---:|---:|")
        for what, (before, _) in at_one.items():
            after, _ = measured.run(*words_of(what, key, FIRST + EDITIONS - 1))
            print(
                f"| `{what}` | {before:.2f} s | {after:.2f} s | {after / before:.2f} |", flush=True
            )
        work_at_five = work_of(measured, FIRST + EDITIONS - 1, Path(name))
        for what, spent in work_at_one.items():
            after = work_at_five[what]
            print(f"| `{what}` | {spent:.2f} s | {after:.2f} s | {after / spent:.2f} |", flush=True)
        print("\n| what | processor | clock |\n|---|---:|---:|")
        tell_saves(measured, FIRST + EDITIONS - 1)
        print("\n| edition | bytes a sheet |\n|---|---:|")
        for year in range(FIRST, FIRST + EDITIONS):
            folders = (measured.folder / "store").glob(f"*/{year}")
            size = sum(map(size_of, folders))
            print(f"| {year} | {size / count:,.0f} |", flush=True)


def words_of(what: str, key: str, year: int) -> list[str]:
    """The words of a command."""
    return [word.format(key=key, next=year + 1) for word in COMMANDS[what]]


if __name__ == "__main__":
    main()
