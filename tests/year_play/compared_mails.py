"""The drafts of mails to each 課, opened as a mail program opens them, and the list of who was reminded when."""

from __future__ import annotations

import csv
import email
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage
from html.parser import HTMLParser
from pathlib import Path
from typing import Final

from tests.year_play.sheet_paper import SheetPaper

_ASKED: Final = {
    "差し戻した": "returned",
    "ほかの人": "conflict",
    "まだ提出": "open",
    "入力は済": "complete",
}
_KEY: Final = r"\d\d(?:-\d\d){5}"
Asked = dict[str, tuple[str, str]]
"""What is asked for, and the state in words, by the sheet's key."""


def reminder_differences(folder: Path, papers: list[SheetPaper], encoding: str) -> Iterator[str]:
    """Compare the mails in a folder with what is left to do, the text as well as the table of each."""
    known = {paper.key: paper for paper in papers if paper.is_counted and paper.asked}
    shown: Asked = {}
    for file in sorted(folder.glob("*.eml")):
        message = email.message_from_bytes(file.read_bytes(), policy=policy.default)
        assert isinstance(message, EmailMessage)
        plain, page = _part(message, "plain"), _part(message, "html")
        listed = dict(_listed(plain))
        shown |= listed
        own = [known[key] for key in listed if key in known]
        divisions = {paper.units[1] for paper in own}
        if len(divisions) != 1 or not plain.startswith(divisions.pop()):
            yield f"{file.name}: about {sorted(listed)}"
        if f" {len(listed)}件" not in str(message["Subject"]):
            yield f"{file.name}: {message['Subject']} with {len(listed)} sheets"
        if (table := _table(page)) != {key: words for key, (_, words) in listed.items()}:
            yield f"{file.name}: table {table}, text {listed}"
        for paper in own:
            if paper.asked == "returned" and not (paper.comment in plain and paper.comment in page):
                yield f"{file.name}: lacks the comment {paper.comment}"
        yield from _of_encoding(file, message, encoding)
    expected = {key: (paper.asked, paper.words()) for key, paper in known.items()}
    if shown != expected:
        yield f"reminders: shown {sorted(shown.items())}, known {sorted(expected.items())}"


@dataclass(frozen=True, order=True)
class NotedMail:
    """A line of the list of who was reminded when: the day, 部 and 課, how many sheets, the mail's subject and file."""

    day: str
    unit: str
    count: str
    subject: str
    file_name: str


def record_differences(city: Path, expected: set[NotedMail]) -> Iterator[str]:
    """Compare the list of who was reminded when with the mails that were made."""
    with (city / "催促の記録.csv").open(encoding="utf-8-sig") as file:
        shown = [
            NotedMail(row["日時"][:10], row["部署"], row["件数"], row["件名"], row["ファイル"])
            for row in csv.DictReader(file)
        ]
    if sorted(shown) != sorted(expected):
        yield f"催促の記録: shown {sorted(shown)}, known {sorted(expected)}"


def mails_of(folder: Path, papers: list[SheetPaper], day: str) -> Iterator[NotedMail]:
    """Yield what is to be noted of the mails in a folder, if they are those that are to be made."""
    asked = [paper.units[:2] for paper in papers if paper.is_counted and paper.asked]
    for unit in sorted(set(asked)):
        file = folder / f"{'_'.join(unit)}.eml"
        message = email.message_from_bytes(file.read_bytes(), policy=policy.default)
        subject = str(message["Subject"]).replace("〜", "～")  # ISO-2022-JP has the first alone
        yield NotedMail(day, " ".join(unit), str(asked.count(unit)), subject, file.name)


def _of_encoding(file: Path, message: EmailMessage, encoding: str) -> Iterator[str]:
    """A mail in ISO-2022-JP consists of seven bits, unless a name in it has no character there."""
    charsets = {str(part.get_content_charset()) for part in message.iter_parts()}
    data = file.read_bytes()
    if not data.isascii():
        yield f"{file.name}: bytes of eight bits"
    if charsets != {encoding}:
        yield f"{file.name}: written in {charsets}, wanted {encoding}"


def _part(message: EmailMessage, subtype: str) -> str:
    part = message.get_body((subtype,))
    assert isinstance(part, EmailMessage)
    return str(part.get_content())


def _listed(text: str) -> Iterator[tuple[str, tuple[str, str]]]:
    asked = ""
    for line in text.splitlines():
        if line.startswith("■ "):
            asked = next(word for start, word in _ASKED.items() if line[2:].startswith(start))
        elif found := re.match(rf"・.*?({_KEY}) .*：(.*)$", line):
            yield found[1], (asked, found[2])


class _Cells(HTMLParser):
    """Collects the rows of the tables of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self._is_cell = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        if tag == "tr":
            self.rows.append([])
        elif tag == "td":
            self.rows[-1].append("")
            self._is_cell = True
        elif tag == "br" and self._is_cell:
            self.rows[-1][-1] += "\n"

    def handle_endtag(self, tag: str) -> None:
        self._is_cell = self._is_cell and tag != "td"

    def handle_data(self, data: str) -> None:
        if self._is_cell:
            self.rows[-1][-1] += data


def _table(page: str) -> dict[str, str]:
    """Return the state that the tables of a mail say of each sheet, by its key."""
    cells = _Cells()
    cells.feed(page)
    return {row[1]: row[3].partition("\n")[0] for row in cells.rows if row}


__all__ = ["NotedMail", "mails_of", "record_differences", "reminder_differences"]
