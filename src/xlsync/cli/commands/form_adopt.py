"""`xlsync form adopt`: put a changed form into use, or go back to the one before, once it is shown what that does."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from xlsync.city.board_update import renew_board
from xlsync.city.clock_and_user import now, user
from xlsync.city.form_rehearsal import rehearse
from xlsync.city.form_trial import checked_template, living_workbooks, tried_form
from xlsync.city.settings import refuse_unsuitable_form
from xlsync.cli import ATTENTION, FAILED
from xlsync.cli.agreement import ASK, Agreement
from xlsync.cli.commands.form_try import say_dry_run
from xlsync.cli.console import complain, is_confirmed, progress, put_json, say
from xlsync.cli.current_city import current_city
from xlsync.cli.new_keys_list import given_keys, keys_of_list, write_keys
from xlsync.cli.rehearsal_lines import say_rehearsal
from xlsync.errors import FormError
from xlsync.exchange import Source
from xlsync.exchange.form_adoption import (
    adopt_form,
    adopt_form_with_keys,
    adopt_previous,
    previous_form,
    refuse_unadoptable,
)
from xlsync.form.library import load_form

if TYPE_CHECKING:
    from xlsync.city.form_rehearsal import FormRehearsal
    from xlsync.city.settings import CitySettings
    from xlsync.exchange.form_dry_run import FormDryRun
    from xlsync.form.library import Form

FIRST_STEP = "変えたい様式のフォルダを指定してください（一つ前に戻すときは --back）"
_REHEARSED: Final = 20
"""Workbooks that are tried before a form is adopted; `form try` tries all."""
_QUESTION: Final = "この様式を使い始めますか"
_NOT_ADOPTED: Final = "使い始めていません。様式はもとのままです。"
_LOSS: Final = (
    "入力されている内容に、新しい様式の欄に入らないものがあります（上の一覧）。`xlsync form try` で確かめ、それでよければ "
    "--yes を付けて実行してください。まだ何も変わっていません"
)


@dataclass(frozen=True, slots=True)
class AdoptOptions:
    """What the options of `xlsync form adopt` say."""

    back: bool = False
    founded_on: str | None = None
    agreement: Agreement = ASK
    keys_file: Path | None = None
    keys_out: Path | None = None


def adopt(folder: Path, form: str | None, options: AdoptOptions) -> int:
    """Put a changed form, or the previous version, into use, print what that means, and return the exit code.

    Unless it is agreed to beforehand, what it does to sheets and workbooks is shown first, and somebody at a terminal is asked.
    Where nobody can be asked, a form that values have no place in is refused. The previous version comes back at once: its
    fields get their values back.
    """
    city = current_city(folder)
    changed = previous_form(city.store) if options.back else _changed(city, form, options)
    if options.keys_out is not None:
        return write_keys(city, changed, options.keys_out)
    new_keys = keys_of_list(city, changed, options.keys_file)
    if new_keys is None:
        return FAILED
    if options.agreement.is_dry_run:
        return _show_only(city, changed, options)
    is_shown = not options.back and options.founded_on is None
    if is_shown and not _is_agreed(city, changed, options):
        say(_NOT_ADOPTED)
        return ATTENTION
    source = Source("様式の変更", now(), user())
    number = _adopted(city, changed, source, options)
    as_json = options.agreement.as_json
    city = current_city(folder)
    code = given_keys(city, new_keys, source, quiet=as_json)
    renew_board(city, (), complain)
    if as_json:
        put_json({"form": city.terms.form.id, "version": number})
    else:
        say(f"様式の第{number}版を使い始めました（登録データに控えがあります）。")
    return code


def _adopted(city: CitySettings, changed: Form, source: Source, options: AdoptOptions) -> int:
    """Put a form into use, and return the number of its version."""
    if options.back:
        return adopt_previous(city.store, city.terms, source)
    if options.keys_file is not None:
        return adopt_form_with_keys(city.store, city.terms, changed, source)
    old = load_form(options.founded_on, Path()) if options.founded_on else None
    return adopt_form(city.store, city.terms, changed, source, old)


def _show_only(city: CitySettings, changed: Form, options: AdoptOptions) -> int:
    """Print what putting a form into use would do to sheets and workbooks, and return the exit code."""
    result = tried_form(city, changed, progress)
    if options.agreement.as_json:
        put_json({"form": changed.id, "done": False, **result.to_document()})
    else:
        _show(result, _rehearsed(city, changed), changed.where)
        say(_NOT_ADOPTED)
    return 0


def _changed(city: CitySettings, form: str | None, options: AdoptOptions) -> Form:
    """Return the form to adopt, once it is sure that it can be."""
    if form is None:
        raise FormError(FIRST_STEP, "form adopt")
    changed = load_form(form, Path())
    checked_template(changed, city.terms.fiscal_year)
    refuse_unsuitable_form(city.folder, changed)
    has_keys = options.keys_file is not None or options.keys_out is not None
    refuse_unadoptable(city.store, city.terms, changed, has_keys=has_keys)
    return changed


def _is_agreed(city: CitySettings, changed: Form, options: AdoptOptions) -> bool:
    """Show what a form does, and return whether it is to be adopted.

    Raises:
        FormError: What somebody typed has no place in it, and nobody can be asked.

    """
    result = tried_form(city, changed, progress)
    rehearsal = None if options.agreement.is_given else _rehearsed(city, changed)
    if not options.agreement.as_json:
        _show(result, rehearsal, changed.where)
    if options.agreement.is_given:
        return True
    if options.agreement.can_ask:
        return is_confirmed(_QUESTION)
    if _loses_values(result, rehearsal):
        raise FormError(_LOSS, changed.where)
    return True


def _show(result: FormDryRun, rehearsal: FormRehearsal | None, form: str) -> None:
    say_dry_run(result, form, 3)
    if rehearsal is not None:
        say_rehearsal(rehearsal)


def _rehearsed(city: CitySettings, changed: Form) -> FormRehearsal | None:
    files = living_workbooks(city)
    return rehearse(city, changed, files, _REHEARSED, progress) if files else None


def _loses_values(result: FormDryRun, rehearsal: FormRehearsal | None) -> bool:
    """Whether anything that was typed or added has no place any more, or does not fit its field."""
    if any(sheet.lost or sheet.unfit for sheet in result.dry_runs):
        return True
    return rehearsal is not None and any(book.displaced_count for book in rehearsal.workbooks)
