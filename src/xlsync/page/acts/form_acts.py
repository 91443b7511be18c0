"""Acts about the form: a changed one tried on all that there is, put into use, and the one before put back."""

from __future__ import annotations

import hashlib
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from xlsync.city.form_rehearsal import rehearse
from xlsync.city.form_trial import checked_template, living_workbooks, tried_form
from xlsync.city.settings import refuse_unsuitable_form
from xlsync.disk import create_once
from xlsync.exchange.form_adoption import (
    adopt_form,
    adopt_previous,
    previous_form,
    refuse_unadoptable,
)
from xlsync.exchange.form_dry_run import dry_run
from xlsync.finding_catalogue import SEVERITY_WORDS
from xlsync.form.library import FORM_FILE, content_hash, load_form
from xlsync.page.acts.office_act import ActInput, FilledForm, OfficeAct, ShownPlan, parts_of
from xlsync.page.page_context import city, context, source
from xlsync.page.sessions import make_private_folder
from xlsync.page.uploads import form_file_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from xlsync.city.form_rehearsal import FormRehearsal
    from xlsync.city.settings import CitySettings
    from xlsync.exchange import Source
    from xlsync.exchange.form_dry_run import FormDryRun, SheetDryRun
    from xlsync.form.library import Form
    from xlsync.page.page_jobs import JobRun
    from xlsync.page.uploads import Upload

_FORMS: Final = "forms"
_NAMED: Final = 20


def _file_input() -> ActInput:
    hint = f"{FORM_FILE} と drawing.xlsx を、2つ一緒に選びます。"
    return ActInput("file", "様式のファイル", "files", hint)


def _trial_inputs() -> tuple[ActInput, ...]:
    return (_file_input(),)


def _adoption_inputs() -> tuple[ActInput, ...]:
    loss = "欄に入らなくなる内容があることを確かめ、それでよい"
    return _file_input(), ActInput("loss", loss, "tick", is_needed=False)


def _uploaded_form(uploads: Sequence[Upload]) -> Form:
    """Return the form whose files were uploaded; FormError where it cannot be used in the city."""
    names = form_file_names([upload.file for upload in uploads])
    digest = hashlib.sha256("".join(sorted(each.digest for each in uploads)).encode()).hexdigest()
    parent = context().page_folder / _FORMS
    make_private_folder(parent)
    folder = parent / digest
    folder.mkdir(mode=0o700, exist_ok=True)
    for upload, name in zip(uploads, names, strict=True):
        create_once(folder / name, upload.file_bytes)
    changed = load_form(str(folder), Path())
    checked_template(changed, city().terms.fiscal_year)
    refuse_unsuitable_form(city().folder, changed)
    refuse_unadoptable(city().store, city().terms, changed)
    return changed


def _plan_trial(filled: FilledForm) -> ShownPlan:
    changed = _uploaded_form(filled.uploads)
    count = len(living_workbooks(city()))
    return ShownPlan(
        f"登録データと、職員のファイル {count}件の写しで試します。何も書き換えません。",
        {"form": content_hash(changed), "files": count},
        button="試す",
        work=partial(_try, city(), changed),
    )


def _try(settings: CitySettings, changed: Form, run: JobRun) -> None:
    def show(files: Sequence[Path], _label: str) -> Iterable[Path]:
        return run.steps(files)

    run.say(_trial_lines(tried_form(settings, changed, show)))
    files = living_workbooks(settings)
    if files:
        run.say(_rehearsal_lines(rehearse(settings, changed, files, 0, show)))


def _plan_adoption(filled: FilledForm) -> ShownPlan:
    settings = city()
    changed = _uploaded_form(filled.uploads)
    result = dry_run(settings.store, settings.terms, changed, ())
    loses = any(sheet.lost or sheet.unfit for sheet in result.dry_runs)
    fault = "欄に入らなくなる内容があります。確かめてよければ、印を付けてもう一度選んでください"
    faults = (fault,) if loses and not filled.is_ticked("loss") else ()
    number = settings.store.stored_form.number + 1
    return ShownPlan(
        f"様式を第{number}版に変えます。職員のファイルは、開かれていないときに新しい様式に書き換わります。",
        {"form": content_hash(changed), "version": number},
        parts_of({"変わること": list(_trial_lines(result))}),
        faults,
        "この様式を使い始める",
        partial(_adopt, settings, changed, source("様式の変更")),
        f"第{number}版",
    )


def _adopt(settings: CitySettings, changed: Form, decided: Source, run: JobRun) -> None:
    number = adopt_form(settings.store, settings.terms, changed, decided)
    run.say([f"様式の第{number}版を使い始めました（登録データに控えがあります）"])


def _plan_back(_filled: FilledForm) -> ShownPlan:
    settings = city()
    former = previous_form(settings.store)
    versions = settings.store.stored_form.versions.numbers()
    return ShownPlan(
        "一つ前の様式に戻します。前の様式の欄の内容も戻ります。",
        {"form": content_hash(former), "version": settings.store.stored_form.number},
        parts_of({"様式の版": [f"第{number}版" for number in versions]}),
        button="一つ前の様式に戻す",
        work=partial(_go_back, settings, source("様式の変更")),
    )


def _go_back(settings: CitySettings, decided: Source, run: JobRun) -> None:
    run.say(
        [f"様式の第{adopt_previous(settings.store, settings.terms, decided)}版を使い始めました"]
    )


def _trial_lines(result: FormDryRun) -> Iterator[str]:
    yield from _named("新しい欄", [field.title for field in result.new])
    yield from _named("なくなる欄", [field.title for field in result.gone])
    yield from _named("新たに指摘になるもの", list(_findings(result.dry_runs)))
    yield from _named("行き先がなくなる内容", list(_lost(result.dry_runs)))
    yield from (
        f"確かめられなかったもの {file}：{reason}" for file, reason in result.unread[:_NAMED]
    )
    if result.is_clean:
        yield "新たな指摘も、失われる内容もありません"


def _named(heading: str, listed: Sequence[str]) -> Iterator[str]:
    yield from (f"{heading}：{each}" for each in listed[:_NAMED])
    if len(listed) > _NAMED:
        yield f"{heading}：ほか {len(listed) - _NAMED}件"


def _findings(sheets: Iterable[SheetDryRun]) -> Iterator[str]:
    for sheet in sheets:
        for finding in (*sheet.failing, *sheet.unfit):
            yield f"{sheet.key} {SEVERITY_WORDS[finding.severity]} {finding.message}"


def _lost(sheets: Iterable[SheetDryRun]) -> Iterator[str]:
    for sheet in sheets:
        yield from (f"{sheet.key} {lost.field_label}「{lost.shown}」" for lost in sheet.lost)


def _rehearsal_lines(rehearsal: FormRehearsal) -> Iterator[str]:
    upgraded = sum(book.is_upgraded for book in rehearsal.workbooks)
    yield f"新しい様式に書き換わるファイル {upgraded}件（約{max(1, round(rehearsal.expected_seconds))}秒）"
    kept = [f"{book.file}（{book.reason}）" for book in rehearsal.workbooks if not book.is_upgraded]
    yield from _named("書き換わらないファイル", kept)
    displaced = [
        f"{book.file}（{book.displaced_count}件）"
        for book in rehearsal.workbooks
        if book.displaced_count
    ]
    yield from _named("移せない内容のあるファイル", displaced)


FORM_ACTS: Final = (
    OfficeAct(
        "try-form",
        "直した様式を試す（予行）",
        "様式",
        "いまあるすべてのシートとファイルの写しで試します。何も書き換えません。",
        _plan_trial,
        _trial_inputs,
    ),
    OfficeAct(
        "adopt-form",
        "直した様式を使い始める",
        "様式",
        "様式を新しい版にします。前の版は残り、戻せます。",
        _plan_adoption,
        _adoption_inputs,
    ),
    OfficeAct(
        "former-form",
        "一つ前の様式に戻す",
        "様式",
        "いまの版の前に使っていた様式に戻します。",
        _plan_back,
    ),
)

__all__ = ["FORM_ACTS"]
