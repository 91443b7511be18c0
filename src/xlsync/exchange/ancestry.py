"""What a project's sheets of all earlier editions are, back through mergers and splits: which, and with what shares."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from xlsync.exchange.lineage import combined
from xlsync.sheet_keys import SheetId
from xlsync.store.lineage_acts import RELATION_WORDS, LineageAct, Relation, lineage_acts

if TYPE_CHECKING:
    from xlsync.sheet import Sheet
    from xlsync.store import Store

_WHOLE: Final = Decimal(1)
_PERCENT: Final = 100
Parts = Mapping[SheetId, Decimal]
"""Which sheets of an edition, and the share of their amounts."""


@dataclass(frozen=True, slots=True)
class Generation:
    """The sheets of one earlier edition that a sheet comes from.

    Attributes:
        fiscal_year: The edition.
        ancestors: They, each with the share of its amounts that is part of the sheet.
        relations: How they became it, on the way from that edition.
        is_whole: False where a part of the sheet had none in this edition, though it had one before.
        is_same: Whether it is one sheet, of the same id, as a whole.

    """

    fiscal_year: int
    ancestors: tuple[tuple[Sheet, Decimal], ...] = field(repr=False)
    relations: tuple[Relation, ...]
    is_whole: bool
    is_same: bool

    @property
    def sheet(self) -> Sheet:
        """What they say together: amounts by their shares added up, everything else as in the first."""
        return combined(self.ancestors)

    def sheet_of(self, sheet_id: str) -> Sheet | None:
        """Return the one of them that has an id, None where none has."""
        return next((sheet for sheet, _ in self.ancestors if sheet.id == sheet_id), None)

    @property
    def words(self) -> str:
        """How the sheet comes from them, for people; "" where it is the same one under its name of today."""
        how = "・".join(RELATION_WORDS[relation] for relation in self.relations)
        named = "、".join(_named(sheet, share) for sheet, share in self.ancestors)
        together = "の合計" if len(self.ancestors) > 1 else ""
        lacking = (
            "" if self.is_whole else "（ほかにこの年度のシートのない事業があり、合計は出せません）"
        )
        if self.is_same:
            return f"{how}：{named}" if how else ""
        return f"{how or '前身'}：{named}{together}{lacking}"


@dataclass
class Ancestry:
    """The earlier editions of a store, with what was said of where their sheets come from read once."""

    store: Store
    _acts: dict[int, Mapping[SheetId, LineageAct]] = field(default_factory=dict)
    _ids: dict[int, frozenset[SheetId]] = field(default_factory=dict)
    _editions: tuple[int, ...] = ()

    def generations(self, sheet_id: SheetId, year: int) -> Iterator[Generation]:
        """Yield the sheets of each earlier edition that a sheet comes from, the newest edition first."""
        waiting: dict[int, dict[SheetId, Decimal]] = {year: {sheet_id: _WHOLE}}
        skipped: set[int] = set()
        relations: tuple[Relation, ...] = ()
        while waiting:
            edition = max(waiting)
            parts = waiting.pop(edition)
            if edition < year:
                yield from self._generation((sheet_id, edition), parts, relations, skipped)
            for each, share in parts.items():
                act = self.acts(edition).get(each)
                relations += () if act is None or act.relation in relations else (act.relation,)
                self._go_back(edition, (each, share), act, waiting, skipped)

    def _go_back(
        self,
        edition: int,
        part: tuple[SheetId, Decimal],
        act: LineageAct | None,
        waiting: dict[int, dict[SheetId, Decimal]],
        skipped: set[int],
    ) -> None:
        """Add the predecessors of a part, and the editions between that have none of it."""
        each, share = part
        predecessors = (
            self._own(each, edition)
            if act is None
            else [(old.former_id, old.fiscal_year, old.amount_share) for old in act.predecessors]
        )
        for old, at, its_share in predecessors:
            before = waiting.setdefault(at, {})
            before[old] = before.get(old, Decimal(0)) + share * its_share
            skipped.update(range(at + 1, edition))

    def _generation(
        self,
        newest: tuple[SheetId, int],
        parts: Parts,
        relations: tuple[Relation, ...],
        skipped: Iterable[int],
    ) -> Iterator[Generation]:
        """Yield the generation of an edition, none where a sheet of it cannot be read."""
        sheet_id, edition = newest
        revisions = {each: self.store.find_newest(each, edition) for each in parts}
        sheets = [
            (revision.sheet, parts[each])
            for each, revision in revisions.items()
            if revision is not None
        ]
        if not sheets:
            return
        is_whole = edition not in skipped and len(sheets) == len(parts)
        is_same = dict(parts) == {sheet_id: _WHOLE}
        yield Generation(edition, tuple(sheets), relations, is_whole, is_same)

    def _own(self, sheet_id: SheetId, edition: int) -> list[tuple[SheetId, int, Decimal]]:
        """Return the newest earlier sheet of the same id, none where there is none."""
        if not self._editions:
            self._editions = tuple(sorted(self.store.editions(), reverse=True))
        earlier = (each for each in self._editions if each < edition)
        own = next((each for each in earlier if sheet_id in self.ids(each)), None)
        return [] if own is None else [(sheet_id, own, _WHOLE)]

    def acts(self, edition: int) -> Mapping[SheetId, LineageAct]:
        """Return what was said last of where each sheet of an edition comes from, by id."""
        if edition not in self._acts:
            self._acts[edition] = lineage_acts(self.store.files, edition)
        return self._acts[edition]

    def ids(self, edition: int) -> frozenset[SheetId]:
        """Return the ids of all sheets of an edition."""
        if edition not in self._ids:
            self._ids[edition] = frozenset(self.store.keys(edition))
        return self._ids[edition]


def _named(sheet: Sheet, share: Decimal) -> str:
    of = "" if share == _WHOLE else f"の{(share * _PERCENT).normalize():f}%"
    return f"{sheet.key} {sheet.title}".strip() + of


__all__ = ["Ancestry", "Generation"]
