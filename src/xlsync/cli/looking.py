"""`xlsync status` and `xlsync audit`: what the store holds, and whether it is sound."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from xlsync.checks import Context, check
from xlsync.cli import ATTENTION
from xlsync.cli.screen import put_json, say
from xlsync.cli.settings import City, find_city
from xlsync.sheet import Sheet
from xlsync.store import audit

BLANK_CODES = frozenset({"required", "required-with"})


@dataclass(frozen=True, slots=True)
class Standing:
    """How far one project has come."""

    sheet: Sheet
    blank: int
    errors: int
    warnings: int
    open_conflicts: int
    when: str
    who: str

    @property
    def word(self) -> str:
        """The state in a word, as on the board."""
        if self.open_conflicts:
            return f"競合 {self.open_conflicts}件"
        if self.blank:
            return f"入力中（{self.blank}件未入力）"
        return f"エラー {self.errors}件" if self.errors else "提出済"

    def to_document(self) -> dict[str, Any]:
        """Give the standing as JSON."""
        sheet = self.sheet
        return {
            "key": sheet.key,
            "department": sheet.department,
            "division": sheet.division,
            "section": sheet.section,
            "title": sheet.title,
            "revision": sheet.revision,
            "state": self.word,
            "blank": self.blank,
            "errors": self.errors,
            "warnings": self.warnings,
            "conflicts": self.open_conflicts,
            "when": self.when,
            "who": self.who,
        }


def standings(city: City) -> list[Standing]:
    """Give the standing of every project of the city's edition, by department, division, section and key."""
    heads = city.store.heads(city.terms.edition)
    return sorted((_standing(city, head) for head in heads), key=_order)


def _order(one: Standing) -> tuple[str, ...]:
    return (one.sheet.department, one.sheet.division, one.sheet.section, one.sheet.key)


def _standing(city: City, head: Sheet) -> Standing:
    findings = check(head, Context(city.store.program(head), city.terms.rates))
    errors = [found for found in findings if found.severity == "error"]
    blank = sum(found.code in BLANK_CODES for found in errors)
    draft = city.store.revision(head.key, head.edition.year, head.revision or 1).draft
    return Standing(
        sheet=head,
        blank=blank,
        errors=len(errors) - blank + len(head.unreadable),
        warnings=sum(found.severity == "warning" for found in findings),
        open_conflicts=len(draft.conflicts),
        when=draft.when,
        who=draft.who,
    )


def show_status(folder: Path, *, as_json: bool) -> int:
    """Print the standings and give the exit code."""
    city = find_city(folder.resolve())
    found = standings(city)
    if as_json:
        put_json({"edition": city.terms.edition, "sheets": [one.to_document() for one in found]})
    else:
        _say_table(city, found)
    return ATTENTION if any(one.errors or one.blank or one.open_conflicts for one in found) else 0


def _say_table(city: City, found: list[Standing]) -> None:
    from rich.console import Console
    from rich.table import Table

    done = sum(one.word == "提出済" for one in found)
    edition = city.terms.form.at(city.terms.edition)
    table = Table(
        title=f"{city.name}　{edition.title}", title_justify="left", caption_justify="left"
    )
    for heading in ("課・係", "事業コード", "事務事業名", "状況", "注意", "最終受領"):
        table.add_column(heading, overflow="fold")
    for one in found:
        who = f"{one.sheet.division} {one.sheet.section}"
        last = f"{one.when[:16].replace('T', ' ')} {one.who}"
        table.add_row(who, one.sheet.key, one.sheet.title, one.word, str(one.warnings or ""), last)
    Console().print(table)
    say(f"提出済 {done}／{len(found)}件")


def show_audit(folder: Path, *, as_json: bool) -> int:
    """Print every damage of the store and give the exit code."""
    city = find_city(folder.resolve())
    found = audit(city.store)
    if as_json:
        put_json({"damages": [damage.to_document() for damage in found]})
        return ATTENTION if found else 0
    for damage in found:
        say(f"{damage.file}：{damage.message}")
    sheets = sum(len(city.store.keys(year)) for year in city.store.editions())
    say(
        f"シート {sheets}件を確かめました。"
        + (f"異常 {len(found)}件。" if found else "異常はありません。")
    )
    return ATTENTION if found else 0
