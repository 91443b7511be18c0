"""The tables [[tier]] of xlsync.toml: the tiers of the evaluation, first to last."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from pydantic import Field

from xlsync.errors import SettingsError
from xlsync.exchange.tiers.tier import PART_WORDS, Tier
from xlsync.form.strict import Strict
from xlsync.kinds import fold
from xlsync.sheet_keys import fault_of_key

if TYPE_CHECKING:
    from xlsync.exchange.tiers.tier import TierPart
    from xlsync.form.edition import Edition

_NAME_LENGTH: Final = 20


class TierSettings(Strict):
    """A table as it is written; each part names a field of the form, "" where it is kept beside the sheets."""

    name: str = Field(min_length=1, max_length=_NAME_LENGTH)
    grade: str = ""
    reason: str = ""
    answer: str = ""
    follow_up: str = ""
    grades: list[str] = Field(default=[])


def tiers_of(tables: Sequence[TierSettings], edition: Edition, where: str) -> tuple[Tier, ...]:
    """Return the city's tiers; SettingsError where two have one name, or a field is none of the form's."""
    names = [table.name for table in tables]
    for name in names:
        if fault := fault_of_key(name):
            raise SettingsError(f"[[tier]] の name「{name}」が{fault}", where)
        if names.count(name) > 1:
            raise SettingsError(f"[[tier]] の「{name}」が二度あります", where)
    return tuple(
        Tier(table.name, dict(_paths(table, edition, where)), tuple(table.grades))
        for table in tables
    )


def _paths(table: TierSettings, edition: Edition, where: str) -> Iterator[tuple[TierPart, str]]:
    for part in PART_WORDS:
        written = getattr(table, part)
        if written:
            yield part, _path_of(written, edition, f"[[tier]]「{table.name}」の {part}", where)


def _path_of(written: str, edition: Edition, entry: str, where: str) -> str:
    """Return the field's path that a path (with {-1} for years) or a title means."""
    expanded = edition.expand(written)
    titled = [field.path for field in edition.fields if fold(field.title) == fold(expanded)]
    path = titled[0] if len(titled) == 1 else expanded
    if path not in edition.by_path or edition.by_path[path].filled_by == "computed":
        raise SettingsError(f"{entry} の「{written}」という入力欄は様式にありません", where)
    return path


__all__ = ["TierSettings", "tiers_of"]
