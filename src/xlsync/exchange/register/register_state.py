"""Take sheets out of the count, or back into it: what that means is shown first, and all of them are done or none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from xlsync.errors import StoreError
from xlsync.store.register_acts import (
    RegisterAct,
    register_acts,
    write_register_act,
)

if TYPE_CHECKING:
    from xlsync.exchange.receipt import Terms
    from xlsync.sheet import Sheet
    from xlsync.sheet_keys import SheetId
    from xlsync.store import Store
    from xlsync.store.register_acts import ActKind

COUNTED: Final = "対象"
STATE_WORDS: Final[Mapping[ActKind, str]] = MappingProxyType(
    {"retire": "廃止・完了", "exclude": "対象外", "restore": COUNTED}
)
"""What each act makes of a sheet."""

ALREADY_RECORDED: Final = "すでに記録してあります。何も変わりません。"
"""Says of an act about sheets that it is written about all of them already."""


@dataclass(frozen=True, slots=True)
class RegisteredSheet:
    """A sheet of the register, and the newest act about it, None where there is none."""

    sheet: Sheet
    act: RegisterAct | None = None

    @property
    def is_counted(self) -> bool:
        """Whether it is in sums and on the board."""
        return self.act is None or self.act.act_kind == "restore"

    def already_says(self, act: RegisterAct) -> bool:
        """Whether the newest act about it is this one, whoever wrote it and when."""
        mine = self.act
        return mine is not None and replace(mine, when=act.when, who=act.who) == act

    def outcome_words(self, act: RegisterAct) -> str:
        """Return in Japanese what an act makes of it: 対象 → 対象外, or 対象外のまま where it is written already."""
        if self.already_says(act):
            return f"{self.state}のまま（すでに記録してあります）"
        return f"{self.state} → {STATE_WORDS[act.act_kind]}（{act.from_day}から）"

    @property
    def state(self) -> str:
        """Its state in a word: 対象, 対象外, 廃止・完了."""
        return COUNTED if self.act is None else STATE_WORDS[self.act.act_kind]


def registered_sheets(store: Store, terms: Terms) -> list[RegisteredSheet]:
    """Return every readable sheet of the terms' edition by key, those that do not count among them."""
    year = terms.fiscal_year
    acts = {key: register_acts(store.files, key, year) for key in store.keys(year)}
    return [
        RegisteredSheet(head, acts[head.id][-1] if acts[head.id] else None)
        for head in store.heads(year)
    ]


def refuse_pointless(
    store: Store, terms: Terms, keys: Sequence[str], act: RegisterAct
) -> list[RegisteredSheet]:
    """Return the sheets of these keys; StoreError, naming each, where any is not registered or is so already.

    Those about which this very act is written stay: somebody goes on after a run that did not come to its end.
    """
    listed = {registered.sheet.id: registered for registered in registered_sheets(store, terms)}
    named = {store.id_of(key, terms.fiscal_year): key for key in keys}
    reasons = list(_reasons(listed, named, act))
    if reasons:
        raise StoreError("何もしていません。" + "。".join(reasons))
    return [listed[sheet_id] for sheet_id in named]


def set_register_state(
    store: Store, terms: Terms, keys: Sequence[str], act: RegisterAct
) -> list[RegisteredSheet]:
    """Write an act about each of these sheets, and return them as they were; nothing is written where any is refused."""
    with store.writing():
        sheets = refuse_pointless(store, terms, keys, act)
        for registered in (sheet for sheet in sheets if not sheet.already_says(act)):
            write_register_act(store.files, registered.sheet.id, terms.fiscal_year, act)
    for registered in sheets:
        store.touch_head(registered.sheet.id, terms.fiscal_year)
    return sheets


def _reasons(
    listed: Mapping[SheetId, RegisteredSheet], keys: Mapping[SheetId, str], act: RegisterAct
) -> Iterator[str]:
    for sheet_id, key in keys.items():
        registered = listed.get(sheet_id)
        if registered is None:
            yield f"{key} は登録されていません"
        elif registered.is_counted == (act.act_kind == "restore") and not registered.already_says(
            act
        ):
            yield f"{key} {registered.sheet.title} は、いま「{registered.state}」です"


__all__ = [
    "ALREADY_RECORDED",
    "COUNTED",
    "STATE_WORDS",
    "RegisteredSheet",
    "refuse_pointless",
    "registered_sheets",
    "set_register_state",
]
