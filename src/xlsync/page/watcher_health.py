"""Whether what runs beside the page is well: a sentence for each thing that is not, and what to do about it."""

from __future__ import annotations

import contextlib
import datetime as dt
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from xlsync.inbox.heartbeat import is_watcher_alive, read_heartbeat

if TYPE_CHECKING:
    from xlsync.city.settings import CitySettings

_LEAST_FREE: Final = 2**30
"""Bytes on the disk of the store below which somebody must act."""


@dataclass(frozen=True, slots=True)
class HealthItem:
    """How one thing is: its name, what is the case, whether it is well, and what to do where it is not."""

    name: str
    what: str
    is_well: bool = False
    advice: str = ""


def health_items(city: CitySettings, now: dt.datetime) -> list[HealthItem]:
    """Return how the watcher, the shared folder and the disk are."""
    return [_watcher(city, now), _shared_folder(city), _disk(city)]


def _watcher(city: CitySettings, now: dt.datetime) -> HealthItem:
    heartbeat = read_heartbeat(city.store.folder)
    if is_watcher_alive(city.store.folder, now) and heartbeat is not None:
        if heartbeat.mode == "away":
            what = f"見張りが共有フォルダを開けません（{heartbeat.reason}）。"
            return HealthItem("見張り", what, advice="つながりが戻ると、自動で続けます。")
        troubles = f"、確かめてほしいファイル {heartbeat.troubles}件" if heartbeat.troubles else ""
        what = f"動いています（ファイル {heartbeat.files}件{troubles}）。"
        return HealthItem("見張り", what, is_well=True)
    last = _last_words(heartbeat.when) if heartbeat is not None else ""
    what = f"見張りが動いていません{last}。職員の保存は、動き出したときにまとめて受け取ります。"
    advice = "情報システム担当は `xlsync watch` を始めてください。"
    return HealthItem("見張り", what, advice=advice)


def _last_words(when: str) -> str:
    moment = dt.datetime.fromisoformat(when)
    return f"（最後は {moment.month}月{moment.day}日 {moment:%H:%M}）"


def _shared_folder(city: CitySettings) -> HealthItem:
    with contextlib.suppress(OSError):  # a broken link to the network is no folder
        if city.sheets.is_dir():
            return HealthItem("共有フォルダ", f"開けます（{city.shared}）。", is_well=True)
    what = f"共有フォルダ（{city.sheets}）が見えません。"
    advice = "ネットワークと、xlsync.toml の [folders] shared を確かめてください。"
    return HealthItem("共有フォルダ", what, advice=advice)


def _disk(city: CitySettings) -> HealthItem:
    try:
        free = shutil.disk_usage(city.store.folder).free
    except OSError:
        what = f"登録データのディスク（{city.store.folder}）の空きを調べられません。"
        return HealthItem("ディスク", what, advice="サーバーのディスクを確かめてください。")
    words = f"登録データのディスクの空き {free / 2**30:,.1f} GB。"
    advice = (
        "" if free >= _LEAST_FREE else "空きを増やしてください。なくなると、何も受け取れません。"
    )
    return HealthItem("ディスク", words, free >= _LEAST_FREE, advice)


__all__ = ["HealthItem", "health_items"]
