"""Small forms of other families than the shipped one, defined by data alone, and sheets of them filled in as JSON.

`tests/data/forms/` has a form.toml for each; the drawing is laid out from it, a line for each field.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import openpyxl

from xlsync.form.definition import read_definition
from xlsync.form.edition import Edition
from xlsync.form.expansion import edition_of
from xlsync.form.library import Form, load_form
from xlsync.form.nesting import nested
from xlsync.sheet import key_of

FOLDER: Final = Path(__file__).parent / "data" / "forms"
YEAR: Final = 2018


@dataclass(frozen=True)
class SmallForm:
    """A form by its name, what the office fills into two sheets of it, as JSON values by path, and what the staff type.

    `other` is what somebody else types into the first of the fields typed as text.
    """

    name: str
    sheets: tuple[Mapping[str, Any], ...]
    typed: Mapping[str, str | float]
    other: str

    def folder(self, folder: Path) -> Path:
        """The form in a folder: form.toml and drawing.xlsx."""
        made = folder / "form"
        made.mkdir(parents=True, exist_ok=True)
        definition = (FOLDER / f"{self.name}.toml").read_text(encoding="utf-8")
        (made / "form.toml").write_text(definition, encoding="utf-8")
        (made / "drawing.xlsx").write_bytes(drawing(self.name))
        return made

    def form(self, folder: Path) -> Form:
        """The form, loaded from a folder."""
        return load_form(str(self.folder(folder)))

    def documents(self, edition: Edition) -> dict[str, bytes]:
        """The JSON of its sheets by key."""
        made = {}
        for values in self.sheets:
            parsed = {
                path: field.kind.from_json(values.get(path))
                for path, field in edition.by_path.items()
            }
            key = key_of(edition, parsed)
            assert key is not None
            head = {"form": edition.form, "edition": edition.year, "key": key}
            document = {**head, **nested(edition, parsed)}
            made[key] = json.dumps(document, ensure_ascii=False, default=str).encode()
        return made


@cache
def drawing(name: str) -> bytes:
    """A drawing with a line for each field: its part, its place on the axes, its label, its cell."""
    return laid_out((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


def laid_out(text: str, *, upwards: bool = False) -> bytes:
    """The drawing of a definition with a line for each field, the first one at the bottom if `upwards`.

    Of a form with several worksheets each of the last parts has one of its own.
    """
    edition = edition_of(read_definition(text, "form.toml"), YEAR, "form.toml")
    parts = list(dict.fromkeys(field.part for field in edition.fields))
    first = len(parts) - len(edition.worksheets)
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for number, title in enumerate(edition.worksheets):
        page = book.create_sheet(title)
        page["A1"] = edition.definition.title
        fields = [
            each for each in edition.fields if max(0, parts.index(each.part) - first) == number
        ]
        for row, field in enumerate(fields[::-1] if upwards else fields, 3):
            words = (field.part, field.axis_label, field.label, f"[[{field.origin}]]")
            for column, word in enumerate(words, 1):
                page.cell(row, column, word or None)
        page.column_dimensions["D"].width = 40
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


SMALL_FORMS: Final = (
    SmallForm(
        "kenshu",
        (
            {
                "office": "総務課",
                "course": "会計-初級",
                "trainee": "山田 太郎",
                "held": "2019-05-01",
                "q1": "理解できた",
            },
            {"office": "税務課", "course": "会計", "trainee": "初級-山田 太郎"},
        ),
        {
            "learned": "複式簿記の考え方",
            "use": "決算の資料に使う",
            "teacher": "鈴木 一郎",
            "reported": "R元.6.3",
        },
        "伝票の読み方",
    ),
    SmallForm(
        "bihin",
        (
            {"cabinet": "本庁/3階 A-01", "items.0.name": "=机", "items.0.count": 3},
            {"cabinet": "西庁舎", "items.0.name": "椅子"},
        ),
        {"items.0.state": "良", "items.1.name": "ホワイトボード", "items.1.count": 2},
        "廃棄",
    ),
    SmallForm(
        "hojokin",
        (
            {
                "bureau": "市民局",
                "room": "協働室",
                "grant.group": "12345",
                "grant.number": "A-01",
                "grant.name": "防犯灯設置補助",
                "scope": "簡易",
                "answers.need.answer": "はい",
            },
            {
                "bureau": "産業局",
                "room": "農政室",
                "grant.group": "12345-A",
                "grant.number": "01",
                "grant.name": "新規就農補助",
                "scope": "通常",
            },
        ),
        {"answers.effect.answer": "一部", "target": "20件", "actual": "12件"},
        "いいえ",
    ),
    SmallForm(
        "jikangai",
        (
            {
                "unit.bureau": "総務局",
                "unit.division": "人事課",
                "unit.section": "給与係",
                "unit.team": "一班",
                "person.number": "0012345",
                "month": "04",
                "person.name": "佐藤 花子",
                "days.01.hours": 1.5,
            },
            {
                "unit.bureau": "総務局",
                "unit.division": "人事課",
                "person.number": "0012346",
                "month": "04",
                "person.name": "鈴木 一郎",
            },
        ),
        {"days.02.hours": 2, "days.02.work": "月末の締め"},
        "窓口の対応",
    ),
)
