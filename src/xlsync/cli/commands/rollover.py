"""`xlsync rollover YEAR`: make next year's sheets of this year's, once it is shown what that does; or take that back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from xlsync.city.clock_and_user import now, user
from xlsync.city.rollover_rehearsal import rehearse_rollover
from xlsync.city.year_change import (
    carry_out,
    ledger_file,
    planned_rollover,
    settings_notes,
    undo_rollover,
    write_ledger,
    year_after_undo,
)
from xlsync.cli import ATTENTION, INTERRUPTED
from xlsync.cli.abandoned_files import remove_abandoned
from xlsync.cli.agreement import ASK, Agreement
from xlsync.cli.cancellable_steps import CancellableSteps, StepsCancelled
from xlsync.cli.change_lines import say_first
from xlsync.cli.console import complain, progress, put_json, say
from xlsync.cli.current_city import current_city
from xlsync.exchange import Source
from xlsync.exchange.rollover.carried_sheets import SHEET_FATE_WORDS
from xlsync.exchange.rollover.rollover_run import rolled_over_words
from xlsync.year_shift import FATE_WORDS

if TYPE_CHECKING:
    from xlsync.city.settings import CitySettings
    from xlsync.exchange.rollover.carried_sheets import PlannedRollover
    from xlsync.exchange.rollover.rollover_plan import RolloverPlan
    from xlsync.form.edition import Edition
    from xlsync.year_shift import FieldFate

_QUESTION: Final = "このとおり年度更新しますか"
_NOT_DONE: Final = "何もしていません。よければ --yes を付けて実行してください。"
_NAMED: Final = 5
_FATES: Final[tuple[FieldFate, ...]] = ("carried", "shifted", "emptied", "computed", "due", "ended")


@dataclass(frozen=True, slots=True)
class RolloverOptions:
    """What the options of `xlsync rollover` say.

    `ledger` is where the ledger is written, None for its usual file; `trial_folder` where a rehearsal leaves its workbooks.
    """

    agreement: Agreement = ASK
    ledger: Path | None = None
    trial_folder: Path | None = None


def roll_over(folder: Path, year: int, options: RolloverOptions) -> int:
    """Show what a roll-over does, carry it out where that is agreed, and return the exit code."""
    city = current_city(folder)
    plan = planned_rollover(city, year)
    notes = settings_notes(city, plan)
    if not options.agreement.as_json:
        _say_plan(city, plan, notes)
    if options.trial_folder is not None:
        return _rehearsed(city, plan, options.trial_folder, _document(plan, notes), options)
    if not options.agreement.is_reached(_QUESTION):
        return _left(city, plan, notes, options)
    remove_abandoned(city.folder)
    ledger = options.ledger or ledger_file(city, year)
    source = Source("年度更新", now(), user())
    steps = CancellableSteps("シートを作成中", is_whole=True)
    try:
        done = carry_out(city, plan, source, ledger, steps)
    except StepsCancelled:
        return _cancelled(plan, notes, steps, as_json=options.agreement.as_json)
    return _report(plan, done, ledger, {**_document(plan, notes), "done": True}, options)


def _cancelled(
    plan: RolloverPlan, notes: Sequence[str], steps: CancellableSteps, *, as_json: bool
) -> int:
    """Say how far the year change came, and return the exit code; the city stays in the year before until it is finished."""
    if as_json:
        put_json({**_document(plan, notes), "done": False, **steps.to_document()})
    else:
        say(f"対象年度は{plan.from_year}年度のままです。")
    steps.complain()
    return INTERRUPTED


def _rehearsed(
    city: CitySettings,
    plan: RolloverPlan,
    folder: Path,
    document: dict[str, Any],
    options: RolloverOptions,
) -> int:
    """Write the workbooks of a rehearsal, and return the exit code; nothing is rolled over."""
    folder.mkdir(parents=True, exist_ok=True)
    remove_abandoned(folder)
    source = Source("年度更新の予行", now(), user())
    done = rehearse_rollover(
        city, plan, folder, source, lambda all_: progress(all_, "予行しています")
    )
    for key, reason in done.refused.items():
        complain(f"{key}：{reason}")
    if options.agreement.as_json:
        files = {key: str(file) for key, file in done.created.items()}
        put_json({**document, "done": False, "trial_files": files})
    else:
        say(
            f"\n予行のファイル {len(done.created)}件を {folder} に作りました（年度更新はしていません）。"
        )
        say(
            "開いて確かめられます。入力しても登録されません。確かめたら、フォルダごと消してかまいません。"
        )
    return ATTENTION if done.refused else 0


def undo(folder: Path, year: int, agreement: Agreement) -> int:
    """Make the edition before the city's again, or show what that does, and return the exit code."""
    city, as_json = current_city(folder), agreement.as_json
    if agreement.is_dry_run:
        return _show_undo(city, year, as_json=as_json)
    from_year = undo_rollover(city, year, Source("年度更新の取消し", now(), user()))
    if as_json:
        put_json({"edition": from_year, "undone": year})
    else:
        say(f"年度更新を取り消しました。対象年度は{from_year}年度です。")
        say(
            f"{year}年度のファイルをすでに配っているときは、まだ使わないよう職員に知らせてください。"
        )
        say(f"もう一度年度更新するときは `xlsync rollover {year}` を実行します。")
    return 0


def _show_undo(city: CitySettings, year: int, *, as_json: bool) -> int:
    """Say what taking a roll-over back does, and return the exit code; nothing is written."""
    from_year, count = year_after_undo(city, year), len(city.store.keys(year))
    if as_json:
        put_json({"edition": from_year, "undone": year, "sheets": count, "done": False})
    else:
        say(
            f"{year}年度のシート {count}件を使わないことにし、対象年度を{from_year}年度に戻します。"
        )
    return 0


def _document(plan: RolloverPlan, notes: Sequence[str]) -> dict[str, Any]:
    return {**plan.to_document(), "settings": list(notes)}


def _left(
    city: CitySettings, plan: RolloverPlan, notes: Sequence[str], options: RolloverOptions
) -> int:
    """Say that nothing was done, write the ledger where one is asked for, and return the exit code."""
    if options.ledger is not None:
        write_ledger(city, plan, options.ledger, now())
    if options.agreement.as_json:
        put_json({**_document(plan, notes), "done": False})
    else:
        if options.ledger is not None:
            say(f"台帳 {options.ledger}")
        if not options.agreement.is_dry_run:
            say(_NOT_DONE)
    return 0 if options.agreement.is_dry_run else ATTENTION


def _say_plan(city: CitySettings, plan: RolloverPlan, notes: Sequence[str]) -> None:
    form = city.terms.form
    old, new = (form.at(year).expand("{0年度}") for year in (plan.from_year, plan.to_year))
    say(f"年度更新　{old} → {new}　（様式 第{form.version or 1}版）")
    _say_carried(plan)
    _say_sheets("廃止・完了のため作らないシート", [sheet for sheet, _ in plan.ended_sheets])
    _say_sheets("ほかの事業に移ったため作らないシート", plan.given_sheets)
    _say_sheets(f"{new}だけにあるシート", plan.added_sheets)
    _say_sheets("番号・名称・所属が変わったシート", [sheet for _, sheet in plan.renamed_sheets])
    say()
    for line in _field_lines(city, plan):
        say(line)
    _say_formless(plan, old)
    for line in (*_unfinished_lines(plan, old), *notes):
        say(f"確かめてください　{line}")


def _say_carried(plan: RolloverPlan) -> None:
    for fate, word in SHEET_FATE_WORDS.items():
        _say_sheets(word, [planned.sheet for planned in plan.with_fate(fate)])
    for refused in plan.with_fate("refused"):
        say(f"  {refused.sheet.key} {refused.sheet.title}：{refused.fault}")
    descended = [planned.sheet for planned in plan.planned if planned.former_revisions]
    _say_sheets("うち統合・分割・改称・移管の前の事業から作るシート", descended)
    excluded = [planned.sheet for planned in plan.planned if planned.excluding]
    _say_sheets("うち対象外のままにするシート", excluded)


def _say_sheets(title: str, sheets: Sequence[Any]) -> None:
    if sheets:
        say(f"{title} {len(sheets)}件{_some(sheet.key for sheet in sheets)}")


def _some(keys: Iterator[str]) -> str:
    """Return the first keys in brackets."""
    listed = list(keys)
    more = f" ほか{len(listed) - _NAMED}件" if len(listed) > _NAMED else ""
    return f"（{'、'.join(listed[:_NAMED])}{more}）"


def _field_lines(city: CitySettings, plan: RolloverPlan) -> Iterator[str]:
    """Yield how many cells of the sheets have which fate, for each entry of the form."""
    totals: dict[str, Counter[FieldFate | Literal["marked"]]] = {}
    old, new = (city.terms.form.at(year) for year in (plan.from_year, plan.to_year))
    for path, counter in plan.counts().items():
        edition = new if path in new.by_path else old
        totals.setdefault(_entry_title(edition, path), Counter()).update(counter)
    for title, counter in totals.items():
        words = [f"{FATE_WORDS[fate]} {counter[fate]}" for fate in _FATES if counter[fate]]
        words += (
            [f"うち「昨年度のシートから」の印 {counter['marked']}"] if counter["marked"] else []
        )
        if words:
            yield f"  {title}：{'、'.join(words)}"


def _say_formless(plan: RolloverPlan, old: str) -> None:
    """Say what last year's sheets said in fields that the form has no more, and where it can still be read."""
    values = (value.field_label for _, values in plan.formless_sheets for value in values)
    counts = Counter(values)
    if counts:
        say(f"いまの様式にない欄の内容（引き継ぎません。{old}の版の記録には残っています）")
        say_first([f"  {label}：{count}" for label, count in counts.items()])


def _entry_title(edition: Edition, path: str) -> str:
    """Return what the fields of one entry are called together, without the years that tell them apart."""
    field = edition.by_path[path]
    return " ".join(filter(None, (field.part, edition.expand(field.entry.label))))


def _unfinished_lines(plan: RolloverPlan, old: str) -> Iterator[str]:
    unfinished = plan.unfinished_sheets
    for damaged in unfinished.damaged:
        yield f"{damaged.key}：{damaged.reason}。このシートは作りません"
    for keys, words in (
        (unfinished.conflicting, "入力の重なりが決まっていないシート"),
        (unfinished.undecided, "確認待ちの変更があるシート"),
        (unfinished.unconfirmed, "まだ確認済になっていないシート"),
    ):
        if keys:
            yield f"{old}の{words} {len(keys)}件{_some(iter(keys))}。いま登録されている内容から作ります"


def _report(
    plan: RolloverPlan,
    done: Sequence[tuple[PlannedRollover, str]],
    ledger: Path,
    document: dict[str, Any],
    options: RolloverOptions,
) -> int:
    left_out = [(planned, reason) for planned, reason in done if reason]
    for planned, reason in left_out:
        complain(f"{planned.sheet.key}：{reason}")
    if options.agreement.as_json:
        reasons = {planned.sheet.key: reason for planned, reason in left_out}
        put_json({**document, "ledger": str(ledger), "left_out": reasons})
    else:
        say(f"\n{rolled_over_words(plan, len(done) - len(left_out))}。")
        say(f"台帳 {ledger}")
        say(
            "次に、台帳（一覧）を `xlsync sheets add` で確かめ、`xlsync export --all` でファイルを配ります。"
        )
        say(
            f"まだだれも入力していない間は `xlsync rollover {plan.to_year} --undo` で取り消せます。"
        )
    is_clean = not left_out and not plan.with_fate("refused") and not plan.unfinished_sheets.damaged
    return 0 if is_clean else ATTENTION


__all__ = ["RolloverOptions", "roll_over", "undo"]
