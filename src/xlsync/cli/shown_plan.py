"""A file that would change many sheets: read, its plan shown, and then carried out, left, or refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

from xlsync.cli import ATTENTION, FAILED, INTERRUPTED
from xlsync.cli.cancellable_steps import CancellableSteps
from xlsync.cli.commands.export import export_sheets
from xlsync.cli.console import complain, put_json, say
from xlsync.cli.current_city import current_city
from xlsync.cli.receipt_lines import complain_not_done
from xlsync.errors import WorkbookError

if TYPE_CHECKING:
    from xlsync.exchange.receipt import Receipt
    from xlsync.sheet_keys import SheetId


ALL_STEPS: Final = CancellableSteps("")
"""Of an act that nobody can cancel."""


class Plan(Protocol):
    """What carrying a file out would do."""

    def to_document(self) -> dict[str, Any]:
        """Return it as JSON."""


def read_list(file: Path) -> bytes:
    """Return the contents of a list; WorkbookError where it cannot be read."""
    try:
        return file.read_bytes()
    except OSError as fault:
        raise WorkbookError(f"ファイルが読めません（{fault.strerror}）", str(file)) from fault


def refuse_plan(plan: Plan, sentence: str, *, as_json: bool) -> int:
    """Say that nothing is done since the file has faults, and return the exit code."""
    if as_json:
        put_json({**plan.to_document(), "done": False})
    else:
        complain(sentence)
    return FAILED


def leave_plan(plan: Plan, sentence: str, *, as_json: bool) -> None:
    """Say that nothing was done; "" says nothing to people."""
    if as_json:
        put_json({**plan.to_document(), "done": False})
    elif sentence:
        say(sentence)


def report_plan(
    folder: Path,
    plan: Plan,
    receipts: Sequence[Receipt],
    wanted: Sequence[SheetId],
    sentence: str,
    *,
    as_json: bool,
    count: int | None = None,
    steps: CancellableSteps = ALL_STEPS,
) -> int:
    """Say what was done, make or renew workbooks unless it was cancelled, and return the exit code.

    Args:
        folder: The city's folder.
        plan: What was carried out.
        receipts: What came of it, a receipt for each sheet.
        wanted: The sheets whose workbooks are to be made or renewed.
        sentence: What was done, without the number of sheets.
        as_json: Whether one JSON document is printed instead.
        count: How many sheets it was about, where some have no receipt since only what is kept beside them changed.
        steps: How far it came.

    """
    done = complain_not_done(receipts)
    if not as_json:
        say(f"{sentence} {len(done) if count is None or steps.is_cancelled else count}件")
    steps.complain()
    workbooks: Sequence[Mapping[str, Any]] = ()
    if wanted and not steps.is_cancelled:
        written = export_sheets(current_city(folder), wanted, quiet=as_json)
        workbooks, steps = written.documents, written.export_steps
    if as_json:
        documents = [receipt.to_document() for receipt in receipts]
        listed = {"receipts": documents, "workbooks": workbooks}
        put_json({**plan.to_document(), "done": True, **listed, **steps.to_document()})
    if steps.is_cancelled:
        return INTERRUPTED
    return ATTENTION if len(done) < len(receipts) else 0


__all__ = ["Plan", "leave_plan", "read_list", "refuse_plan", "report_plan"]
