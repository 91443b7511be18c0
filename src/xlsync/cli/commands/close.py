"""`xlsync close YEAR`: close a past year's workbooks, once it is said what that does."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from xlsync.city.city_paths import display_path
from xlsync.city.clock_and_user import now, user
from xlsync.city.closed_year import ClosedFile, close_year, refuse_present_year
from xlsync.city.year_change import at_year
from xlsync.cli import ATTENTION
from xlsync.cli.agreement import Agreement
from xlsync.cli.console import complain, progress, put_json, say
from xlsync.cli.current_city import current_city
from xlsync.exchange import Source

if TYPE_CHECKING:
    from xlsync.city.settings import CitySettings

_QUESTION: Final = "締めますか"
_NOT_DONE: Final = "何もしていません。よければ --yes を付けて実行してください。"


def close_edition(folder: Path, year: int, agreement: Agreement, *, protects: bool) -> int:
    """Close a past year's edition where that is agreed, and return the exit code."""
    city = current_city(folder)
    refuse_present_year(city, year)
    about = {"edition": year, "sheets": len(city.store.keys(year))}
    if not agreement.as_json:
        _say_what_happens(year, about["sheets"], protects=protects)
    if not agreement.is_reached(_QUESTION):
        return _left(about, agreement)
    closed = _closed(city, year, protects=protects)
    hindered = [each for each in closed if each.hindrance]
    for each in hindered:
        complain(f"{display_path(each.file, city)}：{each.hindrance}")
    if agreement.as_json:
        put_json({**about, "done": True, "files": [_document(city, each) for each in closed]})
    else:
        say(
            f"締めました。ファイル {len(closed) - len(hindered)}件、そのままのファイル {len(hindered)}件"
        )
    return ATTENTION if hindered else 0


def _left(about: dict[str, int], agreement: Agreement) -> int:
    if agreement.as_json:
        put_json({**about, "done": False})
    elif not agreement.is_dry_run:
        say(_NOT_DONE)
    return 0 if agreement.is_dry_run else ATTENTION


def _say_what_happens(year: int, count: int, *, protects: bool) -> None:
    how = "書き込めないようにし（写すことはできます）、" if protects else ""
    say(f"{year}年度のシート {count}件のファイルを{how}{year}年度のフォルダに移します。")
    say("開かれているファイルと、まだ受け取っていない内容のあるファイルは、そのままにします。")


def _closed(city: CitySettings, year: int, *, protects: bool) -> list[ClosedFile]:
    source = Source("年度の締め", now(), user())
    shown = lambda all_: progress(all_, "締めています")  # noqa: E731
    return list(close_year(at_year(city, year), source, shown, protects=protects))


def _document(city: CitySettings, closed: ClosedFile) -> dict[str, str]:
    return {"file": display_path(closed.file, city), "reason": closed.hindrance}


__all__ = ["close_edition"]
