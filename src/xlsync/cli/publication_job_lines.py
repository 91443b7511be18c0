"""Publications that workers make, on the terminal: which wait, how far they are, what became of the last ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from xlsync.cli.console import complain, say
from xlsync.cli.job_queues import publication_queue
from xlsync.errors import StoreError
from xlsync.page.page_jobs import STATE_WORDS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from xlsync.city.settings import CitySettings
    from xlsync.store.postgres_publications import QueuedPublication

_STATES: Final[Mapping[str, str]] = {
    **STATE_WORDS,
    "waiting": "待っています",
    "running": "作っています",
}
_NOT_THERE: Final = "番号{number}の公表は、待っているものにも作っているものにもありません"


def cancel_publication(city: CitySettings, number: int, folder: Path) -> None:
    """Let a publication not be made, or end before its next step; StoreError where there is none."""
    if not publication_queue(city).cancel(number):
        raise StoreError(_NOT_THERE.format(number=number), str(folder))
    complain(f"番号{number}の公表を取りやめます。作っている途中のものは、次の区切りで止まります")


def say_publications(publications: list[QueuedPublication]) -> None:
    """Print each publication, and what was said of it."""
    for each in publications:
        target = each.wanted.get("target", "")
        say(f"{each.city_name}の公表 {each.number}（{target}）：{_state_words(each)}")
        for line in each.result_lines:
            say(f"  {line}")


def _state_words(each: QueuedPublication) -> str:
    words = _STATES.get(each.state, each.state)
    if not each.is_open:
        return words
    if each.is_cancelled:
        return "中止しています"
    return f"{words} {each.steps_done}／{each.steps_total}" if each.steps_total else words


__all__ = ["cancel_publication", "say_publications"]
