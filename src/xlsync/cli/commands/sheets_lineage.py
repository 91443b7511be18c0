"""`xlsync sheets lineage`: say where a sheet comes from (統合・分割・改称・移管), or show 事業の新旧対照."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Final

from xlsync.city.clock_and_user import now, user
from xlsync.cli.abandoned_files import remove_abandoned
from xlsync.cli.console import put_json, say
from xlsync.cli.current_city import current_city
from xlsync.disk import replace_whole
from xlsync.exchange import Source
from xlsync.exchange.lineage import last_years_sheet, record_lineage, refuse_unsound
from xlsync.exchange.lineage_entries import percent_words, predecessors_in, relation_of
from xlsync.exchange.lineage_table import lineage_rows, lineage_workbook
from xlsync.exchange.rollover.descendants import carry_descendants
from xlsync.store.lineage_acts import RELATION_WORDS, LineageAct

if TYPE_CHECKING:
    from xlsync.city.settings import CitySettings
    from xlsync.sheet import Sheet
    from xlsync.sheet_keys import SheetId

_PERCENT: Final = Decimal(100)
_LEFT_OUT: Final = (
    "確かめてください　{named}（{year}年度）は前身に入っていません。"
    "その内容と金額も引き継ぐときは、--from {key} も書いて、もう一度実行してください。"
)


@dataclass(frozen=True, slots=True)
class LineageOptions:
    """What the options say: former sheets as 番号 or 番号=割合(%), the word for the change, and why."""

    former_entries: Sequence[str] = ()
    word: str = ""
    reason: str = ""
    year: int | None = None
    is_dry_run: bool = False
    as_json: bool = False


def tell_lineage(folder: Path, key: str, options: LineageOptions) -> int:
    """Write down where a sheet comes from, and return the exit code."""
    city = current_city(folder, options.year)
    year = city.terms.fiscal_year
    sheet_id = city.store.id_of(key, year)
    act = LineageAct(
        relation_of(options.word),
        predecessors_in(city.store, year, options.former_entries),
        options.reason,
        now(),
        user(),
    )
    refuse_unsound(city.store, sheet_id, year, act)
    is_carried = not options.is_dry_run and _is_carried(city, sheet_id, act)
    head = city.store.head(sheet_id, year)
    own = _own_sheet_left_out(city, sheet_id, act)
    if options.as_json:
        left_out = [] if own is None else [own.key]
        about = {"key": key, "edition": year, **act.to_document(), "left_out": left_out}
        put_json({**about, "done": not options.is_dry_run})
        return 0
    say(f"{key} {head.title if head else ''}：{RELATION_WORDS[act.relation]}")
    for each in act.predecessors:
        old = city.store.head(each.former_id, each.fiscal_year)
        say(f"  {_named(old)}（{each.fiscal_year}年度）から {percent_words(each.amount_share)}")
    if own is not None:
        say(_LEFT_OUT.format(named=_named(own), year=own.edition.year, key=own.key))
    if not options.is_dry_run:
        _say_last_year(last_years_sheet(city.store, sheet_id, year))
    if is_carried:
        say(
            "昨年度から引き継ぐ内容も、これらのシートから入れ直しました（今年度入力された欄はそのままです）。"
        )
    return 0


def _own_sheet_left_out(city: CitySettings, sheet_id: SheetId, act: LineageAct) -> Sheet | None:
    """Return the sheet's own one of the year before where it is none of the predecessors, although there are some."""
    former = [each.former_id for each in act.predecessors]
    if not former or sheet_id in former:
        return None
    return city.store.head(sheet_id, act.predecessors[0].fiscal_year)


def _is_carried(city: CitySettings, sheet_id: SheetId, act: LineageAct) -> bool:
    """Write down where a sheet comes from; True where it was made anew of those sheets."""
    year = city.terms.fiscal_year
    record_lineage(city.store, sheet_id, year, act)
    source = Source("事業の新旧", act.when, act.who)
    is_carried = carry_descendants(city.store, year, [sheet_id], source) > 0
    city.store.touch_head(sheet_id, year)
    return is_carried


def show_lineage(folder: Path, out: Path | None, year: int | None, *, as_json: bool) -> int:
    """Print 事業の新旧対照, write it where that is wanted, and return the exit code."""
    city = current_city(folder, year)
    rows = lineage_rows(city.store, city.terms.fiscal_year)
    if out is not None:
        remove_abandoned(out.parent)
        replace_whole(out, lineage_workbook(rows, city.terms.form.definition))
    if as_json:
        put_json({"edition": city.terms.fiscal_year, "rows": [row.to_document() for row in rows]})
        return 0
    for row in rows:
        share = "" if row.share_percent == _PERCENT else f"（{row.share_percent:f}%）"
        say(
            f"{row.word}  {_named(row.old_sheet)} → {_named(row.new_sheet)}{share}  {row.reason}".rstrip()
        )
    say(f"変わった事業 {len(rows)}件")
    if out is not None:
        say(f"書き出しました {out}")
    return 0


def _named(sheet: Sheet | None) -> str:
    return "（なし）" if sheet is None else f"{sheet.key} {sheet.title}"


def _say_last_year(sheet: Sheet | None) -> None:
    if sheet is None:
        say("昨年度のシートとの比較はしません。")
    else:
        say("昨年度との比較には、これらのシートの金額を割合で合わせたものを使います。")


__all__ = ["LineageOptions", "show_lineage", "tell_lineage"]
