"""`xlsync form adopt`: put a changed form into use, or go back to the one before."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from xlsync.city.board_update import renew_board
from xlsync.city.clock_and_user import now, user
from xlsync.city.settings import refuse_unsuitable_form
from xlsync.cli.commands.form_check import checked_template
from xlsync.cli.commands.form_try import say_dry_run, tried_form
from xlsync.cli.console import complain, put_json, say
from xlsync.cli.current_city import current_city
from xlsync.errors import FormError
from xlsync.exchange import Source
from xlsync.exchange.form_adoption import adopt_form, adopt_previous, refuse_unadoptable
from xlsync.form.library import load_form

if TYPE_CHECKING:
    from xlsync.city.settings import CitySettings

FIRST_STEP = "変えたい様式のフォルダを指定してください（一つ前に戻すときは --back）"


def adopt(
    folder: Path, form: str | None, *, back: bool, founded_on: str | None, as_json: bool
) -> int:
    """Put a changed form, or the previous version, into use, print what that means, and return the exit code."""
    city = current_city(folder)
    source = Source("様式の変更", now(), user())
    number = (
        adopt_previous(city.store, source)
        if back
        else _adopt_changed(city, form, founded_on, source, as_json=as_json)
    )
    renew_board(current_city(folder), (), complain)
    if as_json:
        put_json({"form": city.terms.form.id, "version": number})
        return 0
    say(f"様式の第{number}版を使い始めました（登録データに控えがあります）。")
    return 0


def _adopt_changed(
    city: CitySettings, form: str | None, founded_on: str | None, source: Source, *, as_json: bool
) -> int:
    if form is None:
        raise FormError(FIRST_STEP, "form adopt")
    changed = load_form(form, Path())
    old = load_form(founded_on, Path()) if founded_on else None
    checked_template(changed, city.terms.fiscal_year)
    refuse_unsuitable_form(city.folder, changed)
    refuse_unadoptable(city.terms, changed)
    if old is None and not as_json:
        say_dry_run(tried_form(city, changed), form, 3)
    return adopt_form(city.store, city.terms, changed, source, old)
