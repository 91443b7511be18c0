"""`xlsync form try`: what a changed form would do to every sheet there is, grouped by kind and counted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from xlsync.carry_over import LostValue
from xlsync.city.form_rehearsal import FormRehearsal, rehearse
from xlsync.city.form_trial import checked_template, living_workbooks, tried_form
from xlsync.cli import ATTENTION
from xlsync.cli.console import complain, progress, put_json, say
from xlsync.cli.current_city import current_city
from xlsync.cli.new_keys_list import say_if_keys_change
from xlsync.cli.rehearsal_lines import NAMED, say_first, say_rehearsal
from xlsync.errors import FormError
from xlsync.exchange.form_dry_run import FormDryRun, SheetDryRun
from xlsync.exchange.form_effects import FieldEffect
from xlsync.finding import Finding
from xlsync.finding_catalogue import SEVERITY_WORDS
from xlsync.form.library import load_form

if TYPE_CHECKING:
    from xlsync.city.settings import CitySettings
    from xlsync.form.edition import Field
    from xlsync.form.library import Form

_QUOTED: Final = 40
"""Characters that are shown of a value."""


@dataclass(frozen=True, slots=True)
class TryOptions:
    """What the options of `xlsync form try` say; `sample` is how many workbooks are tried, 0 for all."""

    year: int | None = None
    examples: int = 3
    sample: int = 0
    as_json: bool = False


def try_form(folder: Path, form: str, options: TryOptions) -> int:
    """Try a changed form over the city's store and living workbooks, print what it would do, and return the exit code.

    Its adoption is rehearsed too, but for another edition than the one now taken in: that has no workbooks.
    """
    city = current_city(folder)
    changed = _changed(city, form)
    is_current = options.year in {None, city.terms.fiscal_year}
    rehearsal = None
    checked_template(changed, options.year or city.terms.fiscal_year)
    if is_current:
        rehearsal = rehearse(city, changed, living_workbooks(city), options.sample, progress)
    result = tried_form(current_city(folder, options.year), changed, progress)
    if options.as_json:
        adoption = None if rehearsal is None else rehearsal.to_document()
        put_json({**result.to_document(), "adoption": adoption})
    else:
        _say_result(result, rehearsal, form, options.examples)
        say_if_keys_change(current_city(folder, options.year), changed)
    is_clean = result.is_clean and (rehearsal is None or rehearsal.is_clean)
    return 0 if is_clean else ATTENTION


def _say_result(
    result: FormDryRun, rehearsal: FormRehearsal | None, form: str, examples: int
) -> None:
    say_dry_run(result, form, examples)
    if rehearsal is not None:
        say_rehearsal(rehearsal)
    _say_total(result, is_adoptable=rehearsal is None or rehearsal.is_clean)


def _changed(city: CitySettings, form: str) -> Form:
    changed = load_form(form, Path())
    if (Path(form) / "form.toml").resolve() == (city.folder / city.terms.form.where).resolve():
        reason = (
            "いま使っている様式そのものです。フォルダを写し、写したほうを直して指定してください"
        )
        raise FormError(reason, changed.where)
    return changed


def say_dry_run(result: FormDryRun, form: str, examples: int) -> None:
    """Print what a changed form in a folder would do, with some examples of each kind."""
    say(f"{result.edition.title}を {form} の様式で試しました（何も書き換えていません）")
    _say_findings("新たに指摘になるもの", result.dry_runs, "failing", examples)
    _say_findings("内容が欄に合わなくなるもの", result.dry_runs, "unfit", examples)
    _say_lost(result.dry_runs, examples)
    _say_fields("新しい欄（どのシートでも空欄から始まります）", result.new)
    _say_fields("なくなる欄", result.gone)
    _say_effects(result.effects)
    for file, reason in result.unread[:NAMED]:
        complain(f"{file}：確かめられませんでした。{reason}")


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
    if fields:
        say(f"\n■ {title}")
    say_first([f"  {field.path}「{field.title}」" for field in fields], "欄")


def _say_effects(effects: Iterable[FieldEffect]) -> None:
    """Print the fields whose values go elsewhere, or are read as another kind."""
    lines = [line for effect in effects if (line := _effect_line(effect))]
    if lines:
        say("\n■ 移る欄、種類が変わる欄（内容は引き継ぎます）")
    say_first([f"  {line}" for line in lines], "欄")


def _effect_line(effect: FieldEffect) -> str:
    """Return what becomes of a field, "" where it is gone."""
    if effect.heir is None:
        return ""
    into = f" → {effect.heir.path}「{effect.heir.title}」" if effect.is_moved else ""
    line = f"{effect.field.path}「{effect.field.title}」{into}：{effect.filled_count}シート"
    if not effect.is_retyped:
        return line
    unread = f"（うち新しい種類では読めないもの {effect.unread_count}シート）"
    return f"{line}、種類が変わります{unread if effect.unread_count else ''}"


def _say_total(result: FormDryRun, *, is_adoptable: bool) -> None:
    workbooks = sum(bool(sheet.file) for sheet in result.dry_runs)
    words = f"シート {len(result.dry_runs) - workbooks}件"
    if workbooks:
        words += f"、まだ受け取っていない内容のあるファイル {workbooks}件"
    if result.unread:
        words += f"、確かめられなかったファイル {len(result.unread)}件"
    say(f"\n{words}")
    if result.is_clean and is_adoptable:
        say("新たな指摘も、失われる内容もありません。この様式を配れます。")
        return
    if result.is_clean:
        say("新たな指摘も、失われる内容もありません。書き換えられないファイルを確かめてください。")
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
    return line if len(line) <= _QUOTED else line[: _QUOTED - 1] + "…"
