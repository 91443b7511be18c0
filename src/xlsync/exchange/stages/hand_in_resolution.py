"""Two copies that say different things about handing in: what each says, and the planning office's decision about it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, Literal

from xlsync.errors import StoreError
from xlsync.exchange.stages.hand_in_cell import ACT_OF_WORD, CONFLICT, RESOLVED, stage_of
from xlsync.exchange.stages.workbook_acts import possible_acts
from xlsync.sheet_stage import STAGE_WORDS, WITH_STAFF, state_of
from xlsync.store.stage_acts import ActSource, StageAct, stage_acts, write_stage_act
from xlsync.workbook.reading.page_answers import hand_in_word_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlsync.exchange.receipt import Source, Terms
    from xlsync.sheet_keys import SheetId
    from xlsync.sheet_stage import StageActKind
    from xlsync.store import CopyState, Store

HAND_IN_FIELD: Final = "提出"
"""What the cell is called where a field would be named."""


@dataclass(frozen=True, slots=True)
class HandInOffer:
    """What one copy says in its cell for handing in, against what is recorded.

    Attributes:
        copy_name: The name of the copy's state.
        file: Where the copy lies.
        typed_word: What the cell said: 提出する.
        kept_word: The stage that the acts have led to.

    """

    copy_name: str
    file: str
    typed_word: str
    kept_word: str

    def to_document(self) -> dict[str, Any]:
        """Return it as JSON, as a field in conflict has it."""
        return {
            "path": HAND_IN_FIELD,
            "ours": self.kept_word,
            "theirs": self.typed_word,
            "copy": self.copy_name,
            "file": self.file,
        }


def hand_in_offers(store: Store, terms: Terms, sheet_id: SheetId) -> list[HandInOffer]:
    """Return what the copies of a sheet say that contradicts what is recorded."""
    kept = STAGE_WORDS[stage_of(store, terms, sheet_id)]
    return [
        HandInOffer(name, state.copy_file.path, state.copy_file.hand_in_words[CONFLICT], kept)
        for name, state in sorted(store.copy_states(sheet_id, terms.fiscal_year).items())
        if CONFLICT in state.copy_file.hand_in_words
    ]


def resolve_hand_in(
    store: Store,
    terms: Terms,
    sheet_id: SheetId,
    side: Literal["ours", "theirs"],
    source: Source,
) -> None:
    """Decide what copies say differently: what is recorded stays, or what they say is recorded by the office.

    The cells of the copies then say what is recorded, at the next write-back.

    Raises:
        StoreError: No copy says anything else, they say several things, or what they say is not possible at this stage.

    """
    year = terms.fiscal_year
    with store.writing():
        offers = hand_in_offers(store, terms, sheet_id)
        if not offers:
            raise StoreError(f"「{HAND_IN_FIELD}」に入力の重なりはありません", sheet_id)
        if side == "theirs":
            _record(store, terms, sheet_id, offers, source)
        for name, state in store.copy_states(sheet_id, year).items():
            if CONFLICT in state.copy_file.hand_in_words:
                store.save_copy_state(sheet_id, year, name, _with_answer(state))
    store.touch_head(sheet_id, year)


def _record(
    store: Store, terms: Terms, sheet_id: SheetId, offers: Sequence[HandInOffer], source: Source
) -> None:
    """Write the acts that the copies' word stands for, as the office's."""
    words = sorted({offer.typed_word for offer in offers})
    if len(words) > 1:
        raise StoreError(
            f"「{HAND_IN_FIELD}」は複数のファイルの内容が違います（{'、'.join(words)}）。"
            "登録済みのままにする（--ours 提出）か、`xlsync submit`・`xlsync endorse` で記録してください",
            sheet_id,
        )
    since = terms.procedure_rules.since
    written = stage_acts(store.files, sheet_id, terms.fiscal_year, since)
    state = state_of(act.stage_act_kind for act in written)
    kind = ACT_OF_WORD[hand_in_word_of(words[0])]
    kinds: Sequence[StageActKind] = possible_acts(state, kind)
    if not kinds and not (kind == "withdraw" and state.stage in WITH_STAFF):
        raise StoreError(f"いま「{state.word}」のため、「{words[0]}」は記録できません", sheet_id)
    number, file = store.last(sheet_id, terms.fiscal_year), offers[0].file
    for each in kinds:
        by_office = ActSource(file=file)
        act = StageAct(each, number, source.when, source.who, source.file, act_source=by_office)
        write_stage_act(store.files, sheet_id, terms.fiscal_year, act)


def _with_answer(state: CopyState) -> CopyState:
    """Return a copy's state from which nothing is asked any more; its cell is set at the next write-back."""
    words = dict(state.copy_file.hand_in_words)
    typed = words.pop(CONFLICT)
    file = replace(state.copy_file, hand_in_words={**words, RESOLVED: typed})
    return replace(state, copy_file=file)


__all__ = ["HAND_IN_FIELD", "HandInOffer", "hand_in_offers", "resolve_hand_in"]
