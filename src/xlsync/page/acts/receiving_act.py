"""Files that came by mail or on a stick: checked first, then received as if they lay in the shared folder."""

from __future__ import annotations

import tempfile
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Final

from xlsync.city.city_paths import InputFile, input_files
from xlsync.city.file_checks import check_files, compare_files
from xlsync.city.file_intake import receive_files
from xlsync.city.form_trial import living_workbooks
from xlsync.city.living_workbooks import writable_workbooks, write_back_into
from xlsync.city.year_change import at_year
from xlsync.finding_counts import CLASS_WORDS, class_of
from xlsync.merging import json_as_text
from xlsync.page.acts.office_act import ActInput, FilledForm, OfficeAct, ShownPlan, parts_of
from xlsync.page.job_works import write_back_words
from xlsync.page.page_context import city, context, visitor

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from xlsync.city.settings import CitySettings
    from xlsync.exchange import Receipt
    from xlsync.page.job_works import NoteChanged
    from xlsync.page.page_jobs import JobRun
    from xlsync.page.uploads import Upload

_OUTCOMES: Final = {
    "accepted": "登録します",
    "unchanged": "いまと同じ内容です",
    "conflict": "入力の重なりになります",
    "refused": "受け取れません",
    "trial": "試し用のファイルです（登録しません）",
}
_DONE: Final = {**_OUTCOMES, "accepted": "登録しました", "conflict": "入力の重なりになりました"}


def _inputs() -> tuple[ActInput, ...]:
    return (
        ActInput("file", "Excelファイル（いくつでも。zipも）", "files"),
        ActInput("clearing", "多くの欄が空欄になっていても受け取る", "tick", is_needed=False),
        ActInput("late", "受付を締め切ったあとでも受け取る", "tick", is_needed=False),
    )


def _plan(filled: FilledForm) -> ShownPlan:
    settings = city()
    with tempfile.TemporaryDirectory(prefix="xlsync-") as folder:
        files = list(_written(filled.uploads, Path(folder), settings))
        receipts = check_files(settings, files)
        differing = compare_files(settings, files)
    sound = [receipt for receipt in receipts if receipt.outcome != "refused"]
    options = (filled.is_ticked("clearing"), filled.is_ticked("late"))
    work = partial(
        _receive, settings, filled.uploads, visitor().person, options, context().note_changed
    )
    names = "、".join(upload.file for upload in filled.uploads)
    digests = [upload.digest for upload in filled.uploads]
    return ShownPlan(
        f"{names}：シート {len(sound)}件、受け取れないもの {len(receipts) - len(sound)}件",
        {"versions": _versions(settings, sound), "digests": digests},
        parts_of(
            {
                "シート": list(map(_receipt_words, receipts)),
                "登録済みと違う欄": list(chain.from_iterable(map(_change_lines, differing))),
                "指摘": list(chain.from_iterable(map(_finding_lines, receipts))),
            }
        ),
        () if sound else ("受け取れるシートがありません",),
        f"{len(sound)}件を受け取る",
        work,
        names,
    )


def _versions(settings: CitySettings, receipts: Sequence[Receipt]) -> dict[str, int]:
    """Return the number of the newest revision of each sheet that is registered already."""
    year = settings.terms.fiscal_year
    ids = filter(None, (receipt.sheet_id for receipt in receipts))
    return {sheet_id: settings.store.last(sheet_id, year) for sheet_id in ids}


def _written(
    uploads: Sequence[Upload], folder: Path, settings: CitySettings
) -> Iterator[InputFile]:
    """Write uploaded files into a folder each of its own, and yield them, archives opened."""
    for number, upload in enumerate(uploads):
        file = folder / str(number) / upload.file
        file.parent.mkdir()
        file.write_bytes(upload.file_bytes)
        yield from input_files([file], settings)


def _receipt_words(receipt: Receipt, outcomes: Mapping[str, str] = _OUTCOMES) -> str:
    reason = f"（{receipt.reason}）" if receipt.outcome == "refused" else ""
    named = f"{Path(receipt.file).name}：{receipt.key} {receipt.title}".rstrip()
    return f"{named} {outcomes[receipt.outcome]}{reason}"


def _change_lines(receipt: Receipt) -> Iterator[str]:
    """Yield a line for each field that a sheet says otherwise than what is registered."""
    year = receipt.edition or city().terms.fiscal_year
    form = at_year(city(), year).terms.form.at(year)
    for change in receipt.changes:
        before, after = (
            json_as_text(form, change.path, value) for value in (change.before, change.after)
        )
        title = form.by_path[change.path].title
        yield f"{receipt.key}　{title}：「{before or '（空欄）'}」 → 「{after or '（空欄）'}」"


def _finding_lines(receipt: Receipt) -> Iterator[str]:
    for finding in receipt.findings:
        if finding.severity != "note":
            word = CLASS_WORDS[class_of(finding.code, finding.severity)]
            yield f"{receipt.key}　{finding.worksheet} {finding.cell}　{word}：{finding.message}"


def _receive(  # noqa: PLR0913, PLR0917 - what came, from whom, how it is taken, and whom to tell
    settings: CitySettings,
    uploads: Sequence[Upload],
    who: str,
    options: tuple[bool, bool],
    note: NoteChanged,
    run: JobRun,
) -> None:
    clearing, late = options
    with tempfile.TemporaryDirectory(prefix="xlsync-") as folder:
        files = list(_written(uploads, Path(folder), settings))
        receipts = receive_files(
            settings, run.steps(files), who=who, clearing_meant=clearing, after_deadline=late
        )
    note([receipt.sheet_id for receipt in receipts if receipt.sheet_id])
    for receipt in receipts:
        run.say([_receipt_words(receipt, _DONE)])


def _plan_sweep(_filled: FilledForm) -> ShownPlan:
    settings = city()
    files = [str(file) for file in living_workbooks(settings)]
    return ShownPlan(
        f"共有フォルダのファイル {len(files)}件を見て、保存された内容を受け取り、ほかの人の変更を書き戻します。"
        "見張りが動いているときは、自動で行われています。",
        {"files": files},
        button=f"{len(files)}件を見て受け取る" if files else "",
        work=partial(_sweep, settings, visitor().person, context().note_changed),
    )


def _sweep(settings: CitySettings, who: str, note: NoteChanged, run: JobRun) -> None:
    files = list(input_files([settings.sheets], settings))
    receipts = receive_files(settings, run.steps(files), who=who)
    changed = [each for each in receipts if each.outcome != "unchanged"]
    note([receipt.sheet_id for receipt in changed if receipt.sheet_id])
    for receipt in changed:
        run.say([_receipt_words(receipt, _DONE)])
    for file in run.steps([*writable_workbooks(settings, [each.file for each in files])]):
        run.say(write_back_words(file, write_back_into(settings, file)))
    run.say([f"新しい内容 {len(changed)}件"])


RECEIVING_ACTS: Final = (
    OfficeAct(
        "sweep",
        "共有フォルダから受け取る",
        "受領",
        "見張りを動かしていないときに、共有フォルダに保存された内容をまとめて受け取ります。",
        _plan_sweep,
    ),
    OfficeAct(
        "receive",
        "届いたファイルを受け取る",
        "受領",
        "メールなどで届いたファイルを確かめてから受け取ります。共有フォルダに保存されたものは、自動で受け取っています。",
        _plan,
        _inputs,
    ),
)

__all__ = ["RECEIVING_ACTS"]
