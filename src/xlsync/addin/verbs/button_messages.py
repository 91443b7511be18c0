"""How the buttons speak of sheets, findings and values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from xlsync.exchange.blame import spoken_time
from xlsync.exchange.past_editions import city_of_year
from xlsync.exchange.reconcile.choices import BLANK
from xlsync.finding import Finding
from xlsync.finding_catalogue import SEVERITIES
from xlsync.finding_counts import CLASS_WORDS, class_of, count_findings
from xlsync.merging import json_as_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    from xlsync.exchange import Receipt, Terms
    from xlsync.exchange.blame import Origin
    from xlsync.form.edition import Edition
    from xlsync.inbox.config import InboxConfig
    from xlsync.store import Store

LONGEST: Final = 1000
"""Characters of one text in a note, a list or a question: a box of Excel's shows about so many."""
_NAMED: Final = 5


def cut(text: str, most: int = LONGEST) -> str:
    """Return a text of at most `most` characters, the last one … if it was longer."""
    return text if len(text) <= most else text[: most - 1] + "…"


def city_of(config: InboxConfig, receipt: Receipt) -> tuple[Store, Terms]:
    """Return store and terms of the fiscal year that a receipt's sheet is of."""
    terms = config.terms
    return city_of_year(config.store, terms, receipt.edition or terms.fiscal_year)


def edition_of(config: InboxConfig, receipt: Receipt) -> Edition:
    """Return the edition that a receipt's paths belong to."""
    _, terms = city_of(config, receipt)
    return terms.form.at(receipt.edition or terms.fiscal_year)


def title_of(edition: Edition, path: str) -> str:
    """Return a field's title, "" for a path of no field."""
    field = edition.by_path.get(path)
    return field.title if field is not None else ""


def shown(edition: Edition, path: str, document: Any) -> str:
    """Return a JSON value of a change or conflict as displayed text, a blank one as （空欄）."""
    return cut(json_as_text(edition, path, document) or BLANK)


def by_whom(origin: Origin | None) -> str:
    """Return who set a value and when: 佐藤 花子、2018/07/02 09:05."""
    words = () if origin is None else (origin.who, spoken_time(origin.when))
    return "、".join(word for word in words if word) or "変更者の記録なし"


def counted(findings: Iterable[Finding]) -> str:
    """Return the numbers of findings as 未入力 2件・注意 1件, "" where there are only notes."""
    counts = count_findings(findings)
    return counts.words if counts else ""


def class_word(finding: Finding) -> str:
    """Return the word for what a finding is counted as."""
    return CLASS_WORDS[class_of(finding.code, finding.severity)]


def named(titles: Sequence[str]) -> str:
    """Return the first titles in quotes, with など if there are more."""
    quoted = "".join(f"「{title}」" for title in titles[:_NAMED])
    return quoted + ("など" if len(titles) > _NAMED else "")


def of_sheet(receipts: Sequence[Receipt], receipt: Receipt) -> str:
    """Return the worksheet's name as a heading, "" if the workbook has one sheet."""
    return f"【{receipt.worksheet or receipt.key}】" if len(receipts) > 1 else ""


def gravest_first(findings: Iterable[Finding]) -> list[Finding]:
    """Sort findings by severity, errors first; the sort is stable."""
    return sorted(findings, key=lambda finding: SEVERITIES.index(finding.severity))
