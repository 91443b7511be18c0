"""What jobs do: workbooks, summaries, a list of sheets, figures, the year change; each as the command of that name does it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Final

from xlsync.city.living_workbooks import writable_workbooks, write_back_into
from xlsync.city.published_years import done_words, has_parquet, other_published_years
from xlsync.city.summary_files import departments_of, survey_of, write_summaries
from xlsync.city.usual_names import rename_to_todays_keys
from xlsync.city.workbook_export import export_living
from xlsync.city.year_change import carry_out, ledger_file
from xlsync.exchange.figures.figures_run import keep_figures_of, run_figures
from xlsync.exchange.register.register_run import run_register
from xlsync.exchange.rollover.rollover_run import rolled_over_words
from xlsync.inbox.followup.written_words import written_words
from xlsync.publication.publication_folder import manifest_for
from xlsync.publication.write_publication import PublicationContents, kept_books, publish

if TYPE_CHECKING:
    from pathlib import Path

    from xlsync.city.settings import CitySettings
    from xlsync.exchange import Receipt, Source
    from xlsync.exchange.figures.figures_plan import FiguresPlan
    from xlsync.exchange.register.register_plan import RegisterPlan
    from xlsync.exchange.rollover.rollover_plan import RolloverPlan
    from xlsync.inbox.followup.summary_refresh import WrittenSummary
    from xlsync.inbox.followup.write_back_file import WriteBackResult
    from xlsync.page.page_jobs import JobRun
    from xlsync.publication.book.books import Bookbinder
    from xlsync.publication.published_year import PublishedYear
    from xlsync.sheet import Sheet
    from xlsync.sheet_keys import SheetId

PUBLICATION_FOLDER: Final = "公表"
"""Where the page publishes to, beside the city's settings."""
NoteChanged = Callable[[Collection["SheetId"]], None]


def make_summaries(city: CitySettings, run: JobRun) -> None:
    """Write the summary of every department and of the whole city where it changed; one that is open waits."""
    seen = survey_of(city)
    for department in run.steps(departments_of(seen)):
        for summary in write_summaries(city, seen, [department], city.summaries):
            run.say([_summary_words(summary)])


def _summary_words(written: WrittenSummary) -> str:
    words = {"written": "書き換えました", "unchanged": "同じ内容です"}
    if written.fate != "waiting":
        return f"{written.file.name}：{words[written.fate]}"
    who = written.opened.who if written.opened is not None else ""
    return (
        f"{written.file.name}：{f'{who} さんが' if who else ''}開いているため、書き換えていません"
    )


def make_workbooks(city: CitySettings, sheet_ids: Sequence[SheetId], run: JobRun) -> None:
    """Write the workbook of each sheet that has none yet, and bring those that exist up to date where nobody has them open."""
    year = city.terms.fiscal_year
    revisions = [city.store.find_newest(sheet_id, year) for sheet_id in sheet_ids]
    for renamed in rename_to_todays_keys(city, sheet_ids):
        run.say([f"{renamed.former_file.name}：{renamed.hindrance or renamed.file.name}"])
    heads = [revision.sheet for revision in revisions if revision is not None]
    for head in run.steps(heads):
        _make_workbook(city, head, run)


def _make_workbook(city: CitySettings, head: Sheet, run: JobRun) -> None:
    exported = export_living(city, [head])
    run.say(f"{key}：作りました（{file.name}）" for key, file in exported.created.items())
    run.say(f"{key}：作れません（{reason}）" for key, reason in exported.refused.items())
    existing = [file for files in exported.existing.values() for file in files]
    for file in writable_workbooks(city, existing):
        run.say(write_back_words(file, write_back_into(city, file)))


def write_back_words(file: Path, result: WriteBackResult) -> list[str]:
    """Return in a sentence what became of a workbook, none where nothing did."""
    match result.fate:
        case "nothing":
            return []
        case "written":
            return [f"{file.name}：書き戻しました（{written_words(result, 'か所')}）"]
        case "open":
            who = f"{result.who} さんが" if result.who else ""
            return [f"{file.name}：{who}開いているため、書き戻していません"]
        case "unreceived":
            return [f"{file.name}：まだ受け取っていない入力があるため、書き戻していません"]
        case _:
            return [f"{file.name}：書き戻していません（{result.reason}）"]


def register_list(
    city: CitySettings, plan: RegisterPlan, source: Source, note: NoteChanged, run: JobRun
) -> None:
    """Carry a list of sheets out, then make or renew their workbooks."""
    receipts = list(run_register(city.store, city.terms, plan, source, run.steps))
    say_receipts(receipts, run)
    note([receipt.sheet_id for receipt in receipts if receipt.sheet_id])
    counted = frozenset(city.store.counted_keys(city.terms.fiscal_year))
    make_workbooks(city, plan.to_export(receipts, counted), run)


def take_figures_in(
    city: CitySettings, plan: FiguresPlan, source: Source, note: NoteChanged, run: JobRun
) -> None:
    """Carry the figures of a file out, then write them into the workbooks."""
    keep_figures_of(city.store, city.terms, plan, source, source.when[:10])
    receipts = list(run_figures(city.store, city.terms, plan, source, run.steps))
    say_receipts(receipts, run)
    note([receipt.sheet_id for receipt in receipts if receipt.sheet_id])
    make_workbooks(city, [figures.sheet.id for figures in plan.sheet_figures], run)


def say_receipts(receipts: Sequence[Receipt], run: JobRun) -> None:
    """Say how many sheets were registered, and which not."""
    undone = [receipt for receipt in receipts if receipt.undone_reason]
    run.say([f"登録しました {len(receipts) - len(undone)}件"])
    run.say(f"{receipt.key}：登録していません（{receipt.undone_reason}）" for receipt in undone)


def change_year(city: CitySettings, plan: RolloverPlan, source: Source, run: JobRun) -> None:
    """Make next year's sheets, write the ledger, and make that year the city's."""
    ledger = ledger_file(city, plan.to_year)
    done = carry_out(city, plan, source, ledger, run.steps)
    left_out = [(planned.sheet.key, reason) for planned, reason in done if reason]
    run.say([rolled_over_words(plan, len(done) - len(left_out))])
    damaged = [(each.key, each.reason) for each in plan.unfinished_sheets.damaged]
    refused = [(planned.sheet.key, planned.fault) for planned in plan.with_fate("refused")]
    run.say(f"{key}：作っていません（{reason}）" for key, reason in (*damaged, *refused))
    run.say(f"{key}：{reason}" for key, reason in left_out)
    if left_out:
        run.say(["残りは「年度更新」の画面で続けられます"])
    run.say([f"台帳 {ledger.name}（市のフォルダ）"])


def publish_year(
    city: CitySettings,
    year: PublishedYear,
    target: Path,
    binder: Bookbinder | None,
    run: JobRun,
) -> None:
    """Write what is published of a year into a folder as a whole: tables and site, and the books where something binds them."""
    if binder is not None:
        _make_pages(binder, run)
    others = tuple(other_published_years(city.store, city.terms, target, year))
    for contents in run.steps([PublicationContents(year, others, binder, has_parquet())]):
        publish(target, contents)
    run.say([f"{done_words(year)}：{target}（{len(year.public_sheets)}件）"])
    if binder is not None:
        return
    books = kept_books(target, manifest_for(target, year), year.edition.year)
    run.say(f"前回の内容のまま残したPDF：{path}" for path in books)


def _make_pages(binder: Bookbinder, run: JobRun) -> None:
    """Make the pages of the books that are not kept from the last time."""
    continued = [f"{each.sheet.key} {each.sheet.title}" for each in binder.continued()]
    run.say(f"枠に入りきらない文章があり、続きのページが付きます：{words}" for words in continued)
    steps = run.steps(range(binder.missing()))
    for count in binder.pages():
        for _ in islice(steps, count):
            pass
    for _ in steps:
        pass


__all__ = [
    "PUBLICATION_FOLDER",
    "change_year",
    "make_summaries",
    "make_workbooks",
    "publish_year",
    "register_list",
    "say_receipts",
    "take_figures_in",
    "write_back_words",
]
