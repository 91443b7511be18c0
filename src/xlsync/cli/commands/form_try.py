"""`xlsync form try`: what a changed form would do to every sheet there is, grouped by kind and counted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from xlsync.carry_over import LostValue
from xlsync.city.city_paths import display_path, files_in, read_file
from xlsync.cli import ATTENTION
from xlsync.cli.commands.form_check import checked_template
from xlsync.cli.console import complain, progress, put_json, say
from xlsync.cli.current_city import current_city
from xlsync.errors import FormError, WorkbookError
from xlsync.exchange.form_dry_run import FormDryRun, SheetDryRun, dry_run
from xlsync.finding import Finding
from xlsync.finding_catalogue import SEVERITY_WORDS
from xlsync.form.library import load_form

if TYPE_CHECKING:
    from xlsync.city.settings import CitySettings
    from xlsync.form.edition import Field
    from xlsync.form.library import Form

_NAMED = 20


def try_form(folder: Path, form: str, year: int | None, *, examples: int, as_json: bool) -> int:
    """Try a changed form over the city's store and living workbooks, print what it would do, and return the exit code."""
    city = current_city(folder, year)
    changed = _changed(city, form)
    checked_template(changed, city.terms.fiscal_year)
    result = tried_form(city, changed)
    if as_json:
        put_json(result.to_document())
    else:
        say_dry_run(result, form, examples)
    return 0 if result.is_clean else ATTENTION


def tried_form(city: CitySettings, changed: Form) -> FormDryRun:
    """Return what a changed form would do to the city's store and living workbooks."""
    unread: list[tuple[str, str]] = []
    result = dry_run(city.store, city.terms, changed, _workbooks(city, unread))
    return replace(result, unread=(*unread, *result.unread))


def _changed(city: CitySettings, form: str) -> Form:
    changed = load_form(form, Path())
    if (Path(form) / "form.toml").resolve() == (city.folder / city.terms.form.where).resolve():
        reason = (
            "いま使っている様式そのものです。フォルダを写し、写したほうを直して指定してください"
        )
        raise FormError(reason, changed.where)
    return changed


def _workbooks(city: CitySettings, unread: list[tuple[str, str]]) -> Iterator[tuple[str, bytes]]:
    files = list(files_in([city.sheets])) if city.sheets.is_dir() else []
    for file in progress(files, "読み取り中"):
        try:
            yield display_path(file, city), read_file(file)
        except WorkbookError as fault:
            unread.append((display_path(file, city), fault.reason))


def say_dry_run(result: FormDryRun, form: str, examples: int) -> None:
    """Print what a changed form in a folder would do, with some examples of each kind."""
    say(f"{result.edition.title}を {form} の様式で試しました（何も書き換えていません）")
    _say_findings("新たに指摘になるもの", result.dry_runs, "failing", examples)
    _say_findings("内容が欄に合わなくなるもの", result.dry_runs, "unfit", examples)
    _say_lost(result.dry_runs, examples)
    _say_fields("新しい欄（どのシートでも空欄から始まります）", result.new)
    _say_fields("なくなる欄", result.gone)
    for file, reason in result.unread[:_NAMED]:
        complain(f"{file}：確かめられませんでした。{reason}")
    _say_total(result)


def _say_findings(title: str, sheets: Sequence[SheetDryRun], name: str, examples: int) -> None:
    groups: dict[tuple[str, str], list[tuple[SheetDryRun, Finding]]] = {}
    for sheet in sheets:
        for finding in getattr(sheet, name):
            groups.setdefault((finding.severity, finding.code), []).append((sheet, finding))
    if groups:
        say(f"\n■ {title}")
    for (severity, code), listed in sorted(groups.items(), key=lambda group: -len(group[1])):
        number = len({(sheet.key, sheet.file) for sheet, _ in listed})
        say(f"  {SEVERITY_WORDS[severity]} {code}：{number}シート、{len(listed)}か所")
        _say_examples([(sheet, finding.message) for sheet, finding in listed], examples)


def _say_lost(sheets: Sequence[SheetDryRun], examples: int) -> None:
    groups: dict[str, list[tuple[SheetDryRun, LostValue]]] = {}
    for sheet in sheets:
        for lost in sheet.lost:
            groups.setdefault(lost.path, []).append((sheet, lost))
    if groups:
        say("\n■ 入力されている内容の行き先がなくなる欄")
    for path, listed in groups.items():
        say(f"  {path}「{listed[0][1].field_label}」：{len(listed)}シート")
        _say_examples([(sheet, f"「{_short(lost.shown)}」") for sheet, lost in listed], examples)


def _say_examples(listed: Sequence[tuple[SheetDryRun, str]], examples: int) -> None:
    for sheet, text in listed[:examples]:
        file = f"（{sheet.file}）" if sheet.file else ""
        say(f"    {sheet.key} {sheet.title}{file} {text}")
    if len(listed) > examples > 0:
        say(f"    ほか{len(listed) - examples}か所")


def _say_fields(title: str, fields: Sequence[Field]) -> None:
    if not fields:
        return
    say(f"\n■ {title}")
    for field in fields[:_NAMED]:
        say(f"  {field.path}「{field.title}」")
    if len(fields) > _NAMED:
        say(f"  ほか{len(fields) - _NAMED}欄")


def _say_total(result: FormDryRun) -> None:
    workbooks = sum(bool(sheet.file) for sheet in result.dry_runs)
    words = f"シート {len(result.dry_runs) - workbooks}件"
    if workbooks:
        words += f"、まだ受け取っていない内容のあるファイル {workbooks}件"
    if result.unread:
        words += f"、確かめられなかったファイル {len(result.unread)}件"
    say(f"\n{words}")
    if result.is_clean:
        say("新たな指摘も、失われる内容もありません。この様式を配れます。")
        return
    counts = (
        f"指摘が増えるもの {_count(result.dry_runs, 'failing')}件",
        f"内容が合わなくなるもの {_count(result.dry_runs, 'unfit')}件",
        f"内容の行き先がなくなるもの {_count(result.dry_runs, 'lost')}件",
    )
    say("、".join(counts))


def _count(sheets: Iterable[SheetDryRun], name: str) -> int:
    return sum(bool(getattr(sheet, name)) for sheet in sheets)


def _short(text: str) -> str:
    line = text.replace("\n", " ")
    return line if len(line) <= _NAMED * 2 else line[: _NAMED * 2 - 1] + "…"
