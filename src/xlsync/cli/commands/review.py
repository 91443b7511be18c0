"""`xlsync review`: what waits for the planning office, accepted or rejected one by one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from xlsync.city.board_update import renew_board
from xlsync.city.clock_and_user import now, user
from xlsync.cli import ATTENTION
from xlsync.cli.console import complain, put_json, say
from xlsync.cli.current_city import current_city
from xlsync.errors import StoreBusy, StoreError, StoreUnreachable
from xlsync.exchange.blame import spoken_time
from xlsync.exchange.review_acts import (
    Proposal,
    accept_changes,
    close_registered,
    open_proposals,
    reject_changes,
)
from xlsync.merging import json_as_text
from xlsync.store import Decision
from xlsync.store.register_acts import uncounted_keys

if TYPE_CHECKING:
    from xlsync.city.settings import CitySettings
    from xlsync.sheet_keys import SheetId

ALL: Final = "all"
_NO_FIELD: Final = (
    "いまの様式には、この内容を入れる欄がありません（欄がなくなったか、種類が変わりました）。"
    "必要な内容はほかの欄に書き写し、この変更は --reject で終わりにしてください"
)


@dataclass(frozen=True, slots=True)
class ReviewOptions:
    """What the options say; what to accept and to reject is named as all, KEY, KEY:PATH or KEY:PATH:NUMBER."""

    accept: Sequence[str] = ()
    reject: Sequence[str] = ()
    comment: str = ""
    as_json: bool = False
    year: int | None = None
    is_dry_run: bool = False

    @property
    def decides(self) -> bool:
        """Whether anything is decided, and not only shown."""
        return bool(self.accept or self.reject) and not self.is_dry_run


@dataclass
class Reviewed:
    """What was decided, and what was passed over: it must be named alone, or its sheet cannot have it."""

    accepted: list[Proposal] = field(default_factory=list)
    rejected_proposals: list[Proposal] = field(default_factory=list)
    skipped: list[Proposal] = field(default_factory=list)
    refused_proposals: list[Proposal] = field(default_factory=list)


def review_changes(folder: Path, options: ReviewOptions) -> int:
    """Decide what is named, else list everything that waits, and return the exit code."""
    city = current_city(folder, options.year)
    if options.decides:
        close_registered(city.store, city.terms.fiscal_year, Decision("accept", now(), user()))
    waiting = open_proposals(city.store, city.terms.fiscal_year)
    uncounted = uncounted_keys(city.store.files, city.terms.fiscal_year)
    reviewed = Reviewed()
    for name in options.accept:
        _choose_accepted(city, reviewed, waiting, name)
    for name in options.reject:
        reviewed.rejected_proposals += _named(city, waiting, name)
    _refuse_both(reviewed)
    if options.decides:
        _decide(city, reviewed, options.comment)
    every = open_proposals(city.store, city.terms.fiscal_year)
    left = [proposal for proposal in every if proposal.sheet_id not in uncounted]
    if options.as_json:
        put_json({**_document(reviewed, left), "done": options.decides})
    else:
        _say_reviewed(reviewed, is_dry_run=options.is_dry_run)
        _say_waiting(left, len(every) - len(left))
        _say_past(city)
    return ATTENTION if left else 0


def _named(city: CitySettings, waiting: Iterable[Proposal], name: str) -> list[Proposal]:
    """Return the proposals that a name means; StoreError where there are none."""
    key, _, rest = name.partition(":")
    meant = _meant_sheets(city, key)
    path, _, number = rest.partition(":")
    named = [
        proposal
        for proposal in waiting
        if proposal.sheet_id in meant
        and path in {"", proposal.pending_change.path}
        and number in {"", str(proposal.pending_change.number)}
    ]
    if not named:
        raise StoreError(
            "確認待ちの変更がありません。`xlsync review` で一覧を確かめてください", name
        )
    return named


def _meant_sheets(city: CitySettings, key: str) -> set[SheetId]:
    """Return the sheets that a key means; "all" means those that count."""
    store, year = city.store, city.terms.fiscal_year
    return set(store.counted_keys(year)) if key == ALL else {store.id_of(key, year)}


def _choose_accepted(
    city: CitySettings, reviewed: Reviewed, waiting: Iterable[Proposal], name: str
) -> None:
    """Choose what a name means, but of one field several values or a value since overtaken only where it is named alone.

    What has no field in the form in use is never chosen.
    """
    named = _named(city, waiting, name)
    fields = [(proposal.key, proposal.pending_change.path) for proposal in named]
    for proposal, named_field in zip(named, fields, strict=True):
        is_overtaken = proposal.is_overtaken and ":" not in name
        if fields.count(named_field) > 1 or is_overtaken or not proposal.has_field:
            reviewed.skipped.append(proposal)
        else:
            reviewed.accepted.append(proposal)


def _refuse_both(reviewed: Reviewed) -> None:
    """Raise StoreError, before anything is decided, where a proposal is to be accepted and rejected."""
    accepted = {_option_value(proposal) for proposal in reviewed.accepted}
    both = [name for name in map(_option_value, reviewed.rejected_proposals) if name in accepted]
    if both:
        raise StoreError("--accept と --reject の両方で指定されています", both[0])


def _decide(city: CitySettings, reviewed: Reviewed, comment: str) -> None:
    store, edition, when, who = city.store, city.terms.fiscal_year, now(), user()
    _accept(city, reviewed, Decision("accept", when, who, comment))
    for key, numbers in _by_id(reviewed.rejected_proposals).items():
        reject_changes(store, key, edition, numbers, Decision("reject", when, who, comment))
    if reviewed.accepted or reviewed.rejected_proposals:
        renew_board(city, (), complain)


def _accept(city: CitySettings, reviewed: Reviewed, decision: Decision) -> None:
    """Accept what was chosen, but of a sheet that cannot have it, of which the reason is said."""
    refused: set[SheetId] = set()
    for key, numbers in _by_id(reviewed.accepted).items():
        try:
            accept_changes(city.store, key, city.terms.fiscal_year, numbers, decision)
        except (StoreBusy, StoreUnreachable):
            raise
        except StoreError as fault:
            complain(str(fault))
            refused.add(key)
    chosen = reviewed.accepted
    reviewed.accepted = [each for each in chosen if each.sheet_id not in refused]
    reviewed.refused_proposals = [each for each in chosen if each.sheet_id in refused]


def _by_id(proposals: Iterable[Proposal]) -> dict[SheetId, set[int]]:
    numbers: dict[SheetId, set[int]] = {}
    for proposal in proposals:
        numbers.setdefault(proposal.sheet_id, set()).add(proposal.pending_change.number)
    return numbers


def _document(reviewed: Reviewed, left: Iterable[Proposal]) -> dict[str, Any]:
    return {
        "accepted": _documents(reviewed.accepted),
        "rejected": _documents(reviewed.rejected_proposals),
        "skipped": _documents([*reviewed.skipped, *reviewed.refused_proposals]),
        "waiting": _documents(left),
    }


def _documents(proposals: Iterable[Proposal]) -> list[dict[str, Any]]:
    return [proposal.to_document() for proposal in proposals]


def _say_reviewed(reviewed: Reviewed, *, is_dry_run: bool) -> None:
    accepted, rejected = (
        ("登録する予定", "登録しない予定") if is_dry_run else ("登録", "登録しません")
    )
    for proposal in reviewed.accepted:
        say(f"[{accepted}] {_words(proposal)}")
    for proposal in reviewed.rejected_proposals:
        say(f"[{rejected}] {_words(proposal)}")
    if is_dry_run:
        say("まだ何も決めていません。")
    for proposal in reviewed.skipped:
        complain(f"{_words(proposal)}：{_reason_skipped(proposal)}")


def _reason_skipped(proposal: Proposal) -> str:
    if not proposal.has_field:
        return _NO_FIELD
    return (
        "同じ欄の変更がほかにもあるか、登録済みの内容がその後に変わっています。"
        f"登録するときは --accept {_option_value(proposal)} と指定してください"
    )


def _say_waiting(left: Sequence[Proposal], uncounted: int) -> None:
    for proposal in left:
        change = proposal.pending_change
        say(f"[確認待ち] {_words(proposal)}")
        overtaken = "、登録済みの内容がその後に変わっています" if proposal.is_overtaken else ""
        say(f"    {change.who} {spoken_time(change.when)} {change.submission.file}{overtaken}")
        if not proposal.has_field:
            say(f"    {_NO_FIELD}")
    if uncounted:
        say(f"対象外・廃止のシートの確認待ち {uncounted}件は示していません")
    say(f"確認待ち {len(left)}件")


def _say_past(city: CitySettings) -> None:
    """Say how many changes of the sheets of earlier years wait."""
    for year in city.store.editions():
        count = len(open_proposals(city.store, year)) if year < city.terms.fiscal_year else 0
        if count:
            say(
                f"{year}年度のシートの確認待ち {count}件（`xlsync review --edition {year}` で見られます）"
            )


def _words(proposal: Proposal) -> str:
    edition, change = proposal.edition, proposal.pending_change
    before, after = (
        json_as_text(edition, change.path, value) or "空欄"
        for value in (proposal.registered, change.after)
    )
    title = edition.by_path[change.path].title
    return f"{_option_value(proposal)} {title}　登録済み「{before}」→ 変更「{after}」"


def _option_value(proposal: Proposal) -> str:
    """Return the name by which an option can mean just this proposal."""
    return f"{proposal.key}:{proposal.pending_change.path}:{proposal.pending_change.number}"
