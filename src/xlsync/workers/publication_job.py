"""A publication that a worker makes: noted step by step in the database, cancelled between two, begun again after a kill."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from xlsync.city.bookbinding import bookbinder
from xlsync.city.confirmed_names import unconfirmed_names
from xlsync.city.publication_order import (
    city_of_order,
    digest_of_year,
    order_of,
    year_of_order,
)
from xlsync.errors import SettingsError, Stale, StoreBusy, StoreUnreachable, XlsyncError
from xlsync.page.job_works import publish_year
from xlsync.page.page_jobs import Job, JobCancelled, JobRun

if TYPE_CHECKING:
    from xlsync.city.publication_order import PublicationOrder
    from xlsync.city.settings import CitySettings
    from xlsync.page.page_jobs import JobState
    from xlsync.store.postgres_publications import PublicationQueue

LOG: Final = logging.getLogger("xlsync.work")
_CHANGED: Final = (
    "確かめたあとに、公表する内容が変わりました。`xlsync publish` でもう一度確かめてください"
)
_NAMES: Final = (
    "まだ確かめられていない氏名などの候補があります。`xlsync publish` でもう一度確かめてください"
)
_FAULT: Final = "プログラムの不具合です。処理係の記録とともに情報システム担当に連絡してください"
_NOT_REACHED: Final = (
    "公表先の上のフォルダが、処理係のコンピューターにありません。"
    "どのコンピューターからも同じ場所に見えるフォルダか、市のフォルダの中を指定してください"
)


def make_publication(
    city: CitySettings, queue: PublicationQueue, number: int
) -> JobState | Literal[""]:
    """Make a publication that is wanted; return what became of it, "" where it was finished already.

    Raises:
        StoreUnreachable: The database does not answer: it is made again.
        StoreBusy: Somebody writes for too long: it is made again.

    """
    wanted = queue.begin(number)
    if wanted is None:
        return ""
    run = _run(queue, number)
    try:
        _publish(city, order_of(wanted), run)
    except JobCancelled:
        return _ended(queue, run, "cancelled")
    except (StoreUnreachable, StoreBusy):
        raise
    except XlsyncError as fault:
        return _ended(queue, run, "failed", str(fault))
    except Exception:
        LOG.exception("不具合 公表 %s", number)
        return _ended(queue, run, "failed", _FAULT)
    return _ended(queue, run, "done")


def _run(queue: PublicationQueue, number: int) -> JobRun:
    def write(job: Job) -> None:
        is_cancelled = queue.note_progress(
            number, (job.steps_done, job.steps_total), job.result_lines
        )
        # After the last step it is too late: the folder is written.
        if is_cancelled and (job.steps_done < job.steps_total or not job.steps_total):
            raise JobCancelled

    return JobRun(Job(number, "公表", "", ""), write)


def _ended(queue: PublicationQueue, run: JobRun, state: JobState, *lines: str) -> JobState:
    queue.end(run.job.number, state, [*run.job.result_lines, *lines])
    return state


def _publish(city: CitySettings, order: PublicationOrder, run: JobRun) -> None:
    target = city.folder / order.target
    if Path(order.target).is_absolute() and not target.parent.is_dir():
        raise SettingsError(_NOT_REACHED, order.target)
    with city_of_order(city, order.fiscal_year, order.snapshot_name) as then:
        year = year_of_order(then, order.fiscal_year, has_unconfirmed=order.has_unconfirmed)
        if digest_of_year(year) != order.shown_digest:
            raise Stale(_CHANGED, order.target)
        if unconfirmed_names(then, year):
            raise Stale(_NAMES, order.target)
        binder = None if order.without_book else bookbinder(then, year, order.book_order)
        publish_year(then, year, target, binder, run)


__all__ = ["make_publication"]
