"""Sheets that the store cannot read any more: every command over a city names them, and goes on with the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlsync.cli.console import complain
from xlsync.store.register_acts import faults_of_register
from xlsync.store.stage_acts import faults_of_stages

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlsync.city.settings import CitySettings
    from xlsync.store import DamagedSheet


def complain_damaged(
    city: CitySettings, known: Sequence[DamagedSheet] | None = None
) -> Sequence[DamagedSheet]:
    """Print on standard error which sheets and which acts about sheets cannot be read, and return the sheets.

    `known` are the sheets where the caller knows them.
    """
    damaged = city.store.damaged(city.terms.fiscal_year) if known is None else known
    for sheet in damaged:
        complain(
            f"{sheet.key}：{sheet.reason}。このシートを除いて続けます。"
            f"`xlsync history {sheet.key}` で読める版を確かめ、`xlsync revert` で戻せます"
        )
    for file, reason in faults_of_register(city.store.files):
        complain(f"{file}：{reason}。この記録を除いて数えます")
    complain_damaged_stages(city)
    return damaged


def complain_damaged_stages(city: CitySettings) -> None:
    """Print on standard error which acts cannot be read that lead sheets to their stages."""
    for file, reason in faults_of_stages(city.store.files):
        complain(f"{file}：{reason}。この記録を除いて状況を示します")
