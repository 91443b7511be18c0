"""`xlsync seals`: the list of all revisions with the codes that people keep on paper."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from xlsync.cli.console import minute_of, put_json, say
from xlsync.cli.current_city import current_city
from xlsync.store import read_seal_list

if TYPE_CHECKING:
    from xlsync.store import SealLine

_LAST: Final = 40
"""Lines shown by default: a page."""


def show_seals(folder: Path, first: int | None, *, as_json: bool) -> int:
    """Print the list from a line's number on, by default its last lines; return the exit code."""
    city = current_city(folder)
    city.store.check_format()
    lines = read_seal_list(city.store.files).seal_lines
    shown = lines[-_LAST:] if first is None else [line for line in lines if line.number >= first]
    if as_json:
        put_json({"lines": [_document(line) for line in shown]})
        return 0
    say("  通番  受け取り          年度  事業コード         版    照合番号")
    for line in shown:
        say(_row(line))
    if lines:
        say(f"最後の行の控え：{lines[-1].anchor}")
    else:
        say("まだありません。次に受け取ったときに作られます。")
    return 0


def _document(line: SealLine) -> dict[str, Any]:
    sealed = line.sealed
    return {
        "number": line.number,
        "when": sealed.when,
        "edition": sealed.fiscal_year,
        "key": sealed.key,
        "revision": sealed.revision,
        "sha256": sealed.digest,
        "chain": line.chain,
        "code": line.code,
    }


def _row(line: SealLine) -> str:
    sealed = line.sealed
    when = minute_of(sealed.when)
    return (
        f"{line.number:>6}  {when:<16}  {sealed.fiscal_year}  {sealed.key:<17}"
        f"  {sealed.revision:>4}  {line.code}"
    )
