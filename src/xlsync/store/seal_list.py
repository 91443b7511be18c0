"""The list of seals (台帳): one line for each revision ever written, chained by hash, so that none is replaced unseen.

    seals/000001.txt    the first 500 lines; seals/000002.txt the next, …
    number TAB when TAB edition TAB key as the name of a file TAB revision TAB SHA-256 of the revision's file TAB chain

`chain` is the SHA-256 of the chain of the line before and of the rest of this line. Lines are only ever added. A chain seals
every revision but the newest, which nothing follows; the list names that one too. Whoever can write into the store could
write the whole list again: so people keep the code of its last line on paper, and the audit compares.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from xlsync.sheet_keys import ON_DISK, SheetId, key_of_name, name_on_disk
from xlsync.store.store_files import SEALS, seal_file
from xlsync.store.store_path import StorePath, names_in, replace_whole

LINES: Final = 500
"""Lines of a file. The last file is replaced whole by each commit, like every file of the store."""
_START: Final = (0, "0" * 64)
"""The number and chain that the first line goes on from."""
_FILE: Final = re.compile(r"[0-9]{6}\.txt")
_LINE: Final = re.compile(
    r"(?P<number>[1-9][0-9]{0,8})\t(?P<when>[0-9T:.+Z-]{1,40})\t(?P<edition>[0-9]{4})"
    rf"\t(?P<key>{ON_DISK})"
    r"\t(?P<revision>[1-9][0-9]{0,8})\t(?P<digest>[0-9a-f]{64})\t(?P<chain>[0-9a-f]{64})"
)
_WHEN: Final = re.compile(r"[0-9T:.+Z-]{1,40}")
_CODE_LENGTH: Final = 20


@dataclass(frozen=True, slots=True)
class Sealed:
    """A revision's file as it was written: when, which sheet, its number, and the SHA-256 of the file."""

    when: str
    fiscal_year: int
    key: str
    revision: int
    digest: str


@dataclass(frozen=True, slots=True)
class SealLine:
    """A line of the list."""

    number: int
    sealed: Sealed
    chain: str

    @property
    def code(self) -> str:
        """The code that stands for this line and all before it, as people note it on paper."""
        digits = self.chain[:_CODE_LENGTH]
        return "-".join(digits[at : at + 4] for at in range(0, _CODE_LENGTH, 4))

    @property
    def anchor(self) -> str:
        """The line's number and its code, as `audit` takes them from paper."""
        return f"{self.number}:{self.code}"

    def to_text(self) -> str:
        """Return the line as it is in the file."""
        return f"{_content(self.number, self.sealed)}\t{self.chain}\n"


@dataclass(frozen=True, slots=True)
class SealList:
    """The lines whose chain holds, in order, and what is wrong elsewhere: a file's name and a Japanese reason."""

    seal_lines: tuple[SealLine, ...] = ()
    faults: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class _Segment:
    """One file of the list; `chain_end` is the number and chain that the next line goes on from."""

    seal_lines: tuple[SealLine, ...]
    fault: str
    chain_end: tuple[int, str]


def _content(number: int, sealed: Sealed) -> str:
    when = sealed.when if _WHEN.fullmatch(sealed.when) else "-"
    key = name_on_disk(sealed.key)
    parts = (number, when, sealed.fiscal_year, key, sealed.revision, sealed.digest)
    return "\t".join(map(str, parts))


def _chained(before: tuple[int, str], sealed: Sealed) -> SealLine:
    number, chain = before
    content = _content(number + 1, sealed)
    return SealLine(number + 1, sealed, _chain_of(chain, content))


def _chain_of(before: str, content: str) -> str:
    return hashlib.sha256(f"{before}\t{content}".encode()).hexdigest()


def read_seal_list(folder: StorePath) -> SealList:
    """Read the whole list of a store's folder."""
    lines: list[SealLine] = []
    faults: list[tuple[str, str]] = []
    end, expected = _START, 1
    for number in _file_numbers(folder):
        segment = _read_segment(seal_file(folder, number), end)
        fault = segment.fault if number == expected else "前の台帳のファイルがありません"
        if fault:
            faults.append((f"{SEALS}/{seal_file(folder, number).name}", fault))
        lines += segment.seal_lines
        end, expected = segment.chain_end, number + 1
    return SealList(tuple(lines), tuple(faults))


def append_seals(folder: StorePath, entries: Iterable[Sealed]) -> None:
    """Add lines to the list of a store's folder. The caller holds the lock.

    A file that is damaged stays as it is, for the audit to name; the list goes on in the next one.
    """
    number, segment = _last_segment(folder)
    left = list(entries)
    while left:
        if segment.fault or len(segment.seal_lines) >= LINES:
            number, segment = number + 1, _Segment((), "", segment.chain_end)
        room = LINES - len(segment.seal_lines)
        added = list(_lines_after(segment.chain_end, left[:room]))
        left = left[room:]
        segment = _Segment((*segment.seal_lines, *added), "", (added[-1].number, added[-1].chain))
        replace_whole(seal_file(folder, number), _bytes_of(segment.seal_lines))


def _lines_after(end: tuple[int, str], entries: Sequence[Sealed]) -> Iterator[SealLine]:
    for sealed in entries:
        line = _chained(end, sealed)
        end = (line.number, line.chain)
        yield line


def _bytes_of(lines: Iterable[SealLine]) -> bytes:
    return "".join(line.to_text() for line in lines).encode("ascii")


def _last_segment(folder: StorePath) -> tuple[int, _Segment]:
    """Return the last file's number and content; its first line is not compared with the file before."""
    numbers = _file_numbers(folder)
    if not numbers:
        return 1, _Segment((), "", _START)
    return numbers[-1], _read_segment(seal_file(folder, numbers[-1]), None)


def _file_numbers(folder: StorePath) -> list[int]:
    names = (name for name in names_in(folder / SEALS) if _FILE.fullmatch(name))
    return sorted(int(name.partition(".")[0]) for name in names)


def _read_segment(file: StorePath, before: tuple[int, str] | None) -> _Segment:
    """Read one file; `before` is the end of the file before it, None where nothing is known of that."""
    try:
        text = file.read_bytes().decode("ascii", "replace")
    except OSError as fault:
        return _Segment((), f"読めません（{fault.strerror}）", before or _START)
    *texts, rest = text.split("\n")
    lines: list[SealLine] = []
    wrong: list[int] = []
    end = before
    for at, line in enumerate(map(_line_of, texts), start=1):
        if line is not None and _continues(end, line):
            lines.append(line)
        else:
            wrong.append(at)
        end = end if line is None else (line.number, line.chain)
    if rest or not texts:
        wrong.append(len(texts) + 1)
    return _Segment(tuple(lines), _reason(wrong), end or _START)


def _reason(wrong: Sequence[int]) -> str:
    return f"版の台帳の{wrong[0]}行目が壊れているか、書き換えられています" if wrong else ""


def _continues(end: tuple[int, str] | None, line: SealLine) -> bool:
    """True where a line's chain and number follow from the line before, also where nothing is known of that."""
    return end is None or line == _chained(end, line.sealed)


def _line_of(text: str) -> SealLine | None:
    """Parse a line, None where it is none."""
    match = _LINE.fullmatch(text)
    key = None if match is None else key_of_name(match["key"])
    if match is None or key is None:
        return None
    sealed = Sealed(
        match["when"], int(match["edition"]), SheetId(key), int(match["revision"]), match["digest"]
    )
    return SealLine(int(match["number"]), sealed, match["chain"])
