"""`xlsync form try`: what a changed form would do to every sheet there is, told by what it is and how often."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from xlsync.cli import ATTENTION
from xlsync.cli.city_paths import files_in, read_file, shown
from xlsync.cli.commands.form import sound_template
from xlsync.cli.console import complain, progress, put_json, say
from xlsync.cli.settings import City, find_city
from xlsync.errors import FormError, WorkbookError
from xlsync.exchange.form_dry_run import Lost, Rehearsal, Tried, rehearse
from xlsync.finding import SEVERITY_WORDS, Finding
from xlsync.form.library import load_form

if TYPE_CHECKING:
    from xlsync.form.edition import Field
    from xlsync.form.library import Form

_NAMED = 20


def try_form(folder: Path, form: str, year: int | None, *, examples: int, as_json: bool) -> int:
    """Try a changed form over the city's store and living workbooks, print what it would do, and give the exit code."""
    city = find_city(folder.resolve())
    changed = _changed(city, form)
    terms = city.terms if year is None else replace(city.terms, edition=year)
    sound_template(changed, terms.edition)
    unread: list[tuple[str, str]] = []
    made = rehearse(city.store, terms, changed, _workbooks(city, unread))
    made = replace(made, unread=(*unread, *made.unread))
    if as_json:
        put_json(made.to_document())
    else:
        _say(made, form, examples)
    return 0 if made.is_clean else ATTENTION


def _changed(city: City, form: str) -> Form:
    changed = load_form(form, Path())
    if (Path(form) / "form.toml").resolve() == (city.folder / city.terms.form.where).resolve():
        reason = (
            "いま使っている様式そのものです。フォルダを写し、写したほうを直して指定してください"
        )
        raise FormError(reason, changed.where)
    return changed


def _workbooks(city: City, unread: list[tuple[str, str]]) -> Iterator[tuple[str, bytes]]:
    files = list(files_in([city.sheets])) if city.sheets.is_dir() else []
    for file in progress(files, "読み取り中"):
        try:
            yield shown(file, city), read_file(file)
        except WorkbookError as fault:
            unread.append((shown(file, city), fault.reason))


def _say(made: Rehearsal, form: str, examples: int) -> None:
    say(f"{made.edition.title}を {form} の様式で試しました（何も書き換えていません）")
    _say_findings("新たに指摘になるもの", made.tried, "failing", examples)
    _say_findings("内容が欄に合わなくなるもの", made.tried, "unfit", examples)
    _say_lost(made.tried, examples)
    _say_fields("新しい欄（どのシートでも空欄から始まります）", made.new)
    _say_fields("なくなる欄", made.gone)
    for file, reason in made.unread[:_NAMED]:
        complain(f"{file}：確かめられませんでした。{reason}")
    _say_total(made)


def _say_findings(title: str, tried: Sequence[Tried], name: str, examples: int) -> None:
    groups: dict[tuple[str, str], list[tuple[Tried, Finding]]] = {}
    for one in tried:
        for found in getattr(one, name):
            groups.setdefault((found.severity, found.code), []).append((one, found))
    if groups:
        say(f"\n■ {title}")
    for (severity, code), listed in sorted(groups.items(), key=lambda group: -len(group[1])):
        sheets = len({(one.key, one.file) for one, _ in listed})
        say(f"  {SEVERITY_WORDS[severity]} {code}：{sheets}シート、{len(listed)}か所")
        _say_examples([(one, found.message) for one, found in listed], examples)


def _say_lost(tried: Sequence[Tried], examples: int) -> None:
    groups: dict[str, list[tuple[Tried, Lost]]] = {}
    for one in tried:
        for lost in one.lost:
            groups.setdefault(lost.path, []).append((one, lost))
    if groups:
        say("\n■ 入力されている内容の行き先がなくなる欄")
    for path, listed in groups.items():
        say(f"  {path}「{listed[0][1].field}」：{len(listed)}シート")
        _say_examples([(one, f"「{_short(lost.shown)}」") for one, lost in listed], examples)


def _say_examples(listed: Sequence[tuple[Tried, str]], examples: int) -> None:
    for one, text in listed[:examples]:
        place = f"（{one.file}）" if one.file else ""
        say(f"    {one.key} {one.title}{place} {text}")
    if len(listed) > examples > 0:
        say(f"    ほか{len(listed) - examples}か所")


def _say_fields(title: str, fields: Sequence[Field]) -> None:
    if not fields:
        return
    say(f"\n■ {title}")
    for made in fields[:_NAMED]:
        say(f"  {made.path}「{made.title}」")
    if len(fields) > _NAMED:
        say(f"  ほか{len(fields) - _NAMED}欄")


def _say_total(made: Rehearsal) -> None:
    workbooks = sum(bool(one.file) for one in made.tried)
    words = f"シート {len(made.tried) - workbooks}件"
    if workbooks:
        words += f"、まだ受け取っていない内容のあるブック {workbooks}件"
    if made.unread:
        words += f"、確かめられなかったブック {len(made.unread)}件"
    say(f"\n{words}")
    if made.is_clean:
        say("新たな指摘も、失われる内容もありません。この様式を配れます。")
        return
    counts = (
        f"指摘が増えるもの {_count(made.tried, 'failing')}件",
        f"内容が合わなくなるもの {_count(made.tried, 'unfit')}件",
        f"内容の行き先がなくなるもの {_count(made.tried, 'lost')}件",
    )
    say("、".join(counts))


def _count(tried: Iterable[Tried], name: str) -> int:
    return sum(bool(getattr(one, name)) for one in tried)


def _short(text: str) -> str:
    line = text.replace("\n", " ")
    return line if len(line) <= _NAMED * 2 else line[: _NAMED * 2 - 1] + "…"
