"""Whether an entry says what its kind needs, and nothing that is not the kind's."""

from __future__ import annotations

from typing import Final

from xlsync.kinds import KINDS

_OPTIONS: Final = ("unit", "choices", "multiline", "calendar", "decimals", "shape")
"""The entries of a field that only some kinds take."""


def refuse_wrong_options(name: str, entry: object) -> None:
    """Raise ValueError (a Japanese sentence) where there is no such kind, or what the entry says is none of it."""
    if name not in KINDS:
        raise ValueError(f"kind の「{name}」は使えません（使えるもの：{'、'.join(KINDS)}）")
    kind = KINDS[name]
    for option in _OPTIONS:
        value = getattr(entry, option)
        is_there = value is not None and value is not False
        takers = "・".join(other.name for other in KINDS.values() if option in other.options)
        if option in kind.needed and not is_there:
            raise ValueError(f"{option} は kind が {takers} のときに（そのときだけ）書きます")
        if is_there and option not in kind.options:
            raise ValueError(f"{option} は kind が {takers} のときだけ書けます")


__all__ = ["refuse_wrong_options"]
