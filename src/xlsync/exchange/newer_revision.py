"""Acts are decided on what somebody looked at: refuse them where something newer was stored since."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlsync.errors import Stale

if TYPE_CHECKING:
    from xlsync.sheet_keys import SheetId
    from xlsync.store import Store


def refuse_newer(store: Store, key: SheetId, edition: int, seen: int | None) -> None:
    """Raise Stale where a sheet has another newest revision than `seen`; None takes any. Call within `store.writing`."""
    number = store.last(key, edition)
    if seen is not None and number != seen:
        raise Stale(
            f"登録していません。確かめたあとに、このシートは第{number}版になりました（確かめたのは第{seen}版です）。"
            "いまの内容を確かめてから、もう一度実行してください",
            store.key_of(key, edition),
        )


__all__ = ["refuse_newer"]
