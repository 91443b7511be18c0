"""`xlsync figures release`: give fields that hold figures of the financial system back to staff."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from xlsync.city.board_update import renew_board
from xlsync.city.clock_and_user import now, user
from xlsync.cli import ATTENTION, INTERRUPTED
from xlsync.cli.agreement import ASK, Agreement
from xlsync.cli.commands.export import export_sheets
from xlsync.cli.console import complain, put_json, say
from xlsync.cli.current_city import current_city
from xlsync.exchange import Source
from xlsync.exchange.figures.release import plan_release, release_figures
from xlsync.store.figure_imports import figures_imports

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from xlsync.city.settings import CitySettings
    from xlsync.exchange.figures.release import Release

_QUESTION: Final = "職員の欄に戻しますか"
_NOT_DONE: Final = "何もしていません。よければ --yes を付けて実行してください。"


@dataclass(frozen=True, slots=True)
class ReleaseOptions:
    """What the options of `xlsync figures release` say; without `field_names`, all that the kind fills."""

    field_names: Sequence[str]
    reason: str
    agreement: Agreement = ASK


def release_fields(folder: Path, kind: str, options: ReleaseOptions) -> int:
    """Show which fields would be given back, do so where that is agreed, and return the exit code."""
    city = current_city(folder)
    release = plan_release(city.store, city.terms, kind, options.field_names, options.reason)
    edition = city.terms.form.at(city.terms.fiscal_year)
    agreement = options.agreement
    if not agreement.as_json:
        for line in _lines(city, release):
            say(line)
    is_done, code = agreement.is_reached(_QUESTION), 0 if agreement.is_dry_run else ATTENTION
    if is_done:
        code = _carried_out(city, kind, release, quiet=agreement.as_json)
    if agreement.as_json:
        put_json({**release.to_document(edition), "done": is_done})
    elif not (is_done or agreement.is_dry_run):
        say(_NOT_DONE)
    return code


def _carried_out(city: CitySettings, kind: str, release: Release, *, quiet: bool) -> int:
    """Release the fields, bring the workbooks up to date, and return the exit code."""
    release_figures(city.store, city.terms, release, Source(kind, now(), user()))
    renew_board(city, (), complain)
    if not quiet:
        say("職員の欄に戻しました。数字はそのまま残り、職員が直せます。")
    written = export_sheets(current_city(city.folder), release.sheet_ids, quiet=quiet)
    return INTERRUPTED if written.export_steps.is_cancelled else 0


def _lines(city: CitySettings, release: Release) -> Iterator[str]:
    edition = city.terms.form.at(city.terms.fiscal_year)
    titles = [edition.by_path[path].title for path in release.paths if path in edition.by_path]
    yield f"{release.kind_name}：シート {len(release.sheet_ids)}件の {len(titles)}欄を、職員の欄に戻します"
    yield from (f"    {title}" for title in titles)
    for kind, imported in figures_imports(city.store.files, city.terms.fiscal_year).items():
        filled = {path for figures in imported.field_figures.values() for path in figures}
        if kind != release.kind_name and not filled.isdisjoint(release.paths):
            yield f"「{kind}」（{imported.basis}）の数字も入れた欄は、「{kind}」の欄のままです"


__all__ = ["ReleaseOptions", "release_fields"]
