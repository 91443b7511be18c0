"""`xlsync audit`: whether the store is sound."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from xlsync.cli import ATTENTION
from xlsync.cli.console import put_json, say
from xlsync.cli.current_city import current_city
from xlsync.cli.every_form import Outcome, for_each_form
from xlsync.derived.derived_record import FILE, DerivedRecord
from xlsync.inbox.status.progress_record import wrongly_recorded
from xlsync.store import Damage, audit, rebuild

if TYPE_CHECKING:
    from xlsync.city.settings import CitySettings
    from xlsync.store.rebuild import Restored


_WRONG_RECORD: Final = (
    "計算結果の控えが、登録データから計算し直した結果と{count}か所で合いません。"
    "`xlsync audit --rebuild` で消してください。登録データには影響ありません"
)


def show_audit(
    folder: Path, anchors: Mapping[int, str], *, as_json: bool, rebuilding: bool = False
) -> int:
    """Print every damage of the store of each form, restoring first what follows from revisions if told to.

    Return the exit code. With `anchors`, which are of one store, that of the folder alone is read.
    """
    act = partial(_audit, anchors=anchors, as_json=as_json, rebuilding=rebuilding)
    if anchors:
        code, document = act(folder)
        if as_json:
            put_json(document)
        return code
    return for_each_form(folder, act, as_json=as_json)


def _audit(folder: Path, *, anchors: Mapping[int, str], as_json: bool, rebuilding: bool) -> Outcome:
    city = current_city(folder)
    if rebuilding:
        DerivedRecord(city.store.folder).delete()
    restored = rebuild(city.store) if rebuilding else None
    damages = audit(city.store, anchors)
    damages = damages or _damages_of_record(city)  # of a damaged store the record is the least
    if not as_json:
        _say(damages, restored, len(city.store.listable_sheets()))
    return ATTENTION if damages else 0, _document(damages, restored)


def _damages_of_record(city: CitySettings) -> list[Damage]:
    """Return what the record of what was derived says otherwise than the store, as one damage."""
    wrong = wrongly_recorded(city.store, city.terms)
    message = _WRONG_RECORD.format(count=len(wrong))
    return [Damage(FILE, message, derived=True)] if wrong else []


def _document(damages: Sequence[Damage], restored: Sequence[Restored] | None) -> dict[str, Any]:
    document: dict[str, Any] = {"damages": [damage.to_document() for damage in damages]}
    if restored is not None:
        document["restored"] = [file.to_document() for file in restored]
    return document


def _say(damages: Sequence[Damage], restored: Sequence[Restored] | None, sheets: int) -> None:
    for file in restored or ():
        say(f"{file.file}：{file.message}")
    for damage in damages:
        say(f"{damage.file}：{damage.message}")
    if restored is not None:
        say(f"作り直したもの {len(restored)}件。")
    result = f"異常 {len(damages)}件。" if damages else "異常はありません。"
    say(f"シート {sheets}件を確かめました。{result}")
