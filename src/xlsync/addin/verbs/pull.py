"""反映: what others changed, to be written into the live workbook; where it was changed here too, the user is asked."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from xlsync.addin.protocol.changes import Ask, Message, PutStamp, Write
from xlsync.addin.verbs.button_messages import by_whom, cut, named
from xlsync.addin.verbs.pressing import VerbResult, ended, failure
from xlsync.exchange.blame import Origin
from xlsync.exchange.past_editions import city_of_year
from xlsync.exchange.reconcile.choices import BLANK
from xlsync.exchange.write_back.live_pull import CatchUp, LiveCell, catch_up

if TYPE_CHECKING:
    from xlsync.addin.protocol.changes import Change, Typed
    from xlsync.addin.verbs.pressing import Press
    from xlsync.form.edition import Edition

_SHOWN: Final = 300
"""Characters of a value in a question: Excel's box shows about a thousand in all."""
_LISTED: Final = 10


def pull(press: Press) -> VerbResult:
    """Bring the live workbook up to the store."""
    config = press.config
    updates = catch_up(
        config.store, config.terms, press.request.workbook, press.source, press.reader
    )
    if all(update.reason for update in updates):
        return failure(*(update.reason for update in updates))
    changes: list[Change] = []
    lines: list[str] = []
    for update in updates:
        _, terms = city_of_year(config.store, config.terms, update.fiscal_year)
        edition = terms.form.at(update.fiscal_year)
        changes += _changes(edition, update)
        head = f"【{update.stamped_worksheets[0]}】" if len(updates) > 1 else ""
        lines += _lines(edition, head, update)
    warned = any(update.reason or update.left_alone for update in updates)
    return VerbResult((*changes, Message("warning" if warned else "info", "\n".join(lines))))


def _changes(edition: Edition, update: CatchUp) -> Iterator[Change]:
    for to in update.writes:
        yield Write(to.worksheet, to.cell, to.value, to.current)
    for to in update.asks:
        yield Ask(to.worksheet, to.cell, to.value, to.current, _question(edition, to))
    if update.new_stamp:
        for worksheet in update.stamped_worksheets:
            yield PutStamp(worksheet, update.new_stamp)


def _question(edition: Edition, to: LiveCell) -> str:
    return (
        f"「{to.title}」は、登録データでもこのブックでも変わっています。\n\n"
        f"登録データ：{_words(edition, to.path, to.value)}\n（{by_whom(Origin(to.who, to.when))}）\n\n"
        f"このブック：{_words(edition, to.path, to.current)}\n\n"
        "はい＝登録データの内容にします\nいいえ＝このブックの内容のままにします\n"
        "キャンセル＝この欄と残りの欄は、いまは決めません"
    )


def _words(edition: Edition, path: str, value: Typed) -> str:
    """Return a cell's value as displayed text."""
    match value:
        case None | "":
            return BLANK
        case bool():
            return "TRUE" if value else "FALSE"
        case int() | float() | Decimal():
            return f"{value:,}{edition.by_path[path].unit}"
        case _:
            return cut(value, _SHOWN)


def _lines(edition: Edition, head: str, update: CatchUp) -> list[str]:
    """Say what is brought into one worksheet."""
    if update.reason:
        return [f"{head}{ended(update.reason)}"]
    lines = [*_written_lines(edition, head, update), *_overruling_lines(edition, head, update)]
    if update.asks:
        lines.append(
            f"{head}このブックでも変えていた{len(update.asks)}欄は、選んだとおりにしました。"
        )
    if update.left_alone:
        titles = [edition.by_path[path].title for path in update.left_alone]
        lines.append(
            f"{head}{named(titles)}の{len(titles)}欄は、計算式が入っているか、場所がわからないため、そのままにしています。"
            "［差分］で登録データの内容を確かめてください。"
        )
    if not lines:
        return [f"{head}ほかの人の変更はありません（第{update.revision}版まで反映済み）。"]
    return [*lines, "内容を確かめてから、上書き保存するか［提出］を押してください。"]


def _written_lines(edition: Edition, head: str, update: CatchUp) -> Iterator[str]:
    """Say which fields others changed, and who."""
    writes = [to for to in update.writes if not to.is_overruling]
    if not writes:
        return
    yield f"{head}ほかの人が変えた{len(writes)}欄を、このブックに書き込みました。"
    for to in writes[:_LISTED]:
        value = cut(_words(edition, to.path, to.value), 40)
        yield f"・{to.title}：{value}（{by_whom(Origin(to.who, to.when))}）"
    if len(writes) > _LISTED:
        yield f"・ほか{len(writes) - _LISTED}欄"


def _overruling_lines(edition: Edition, head: str, update: CatchUp) -> Iterator[str]:
    """Say what was typed here in each field for which the planning office decides: nobody was asked."""
    writes = [to for to in update.writes if to.is_overruling]
    if not writes:
        return
    yield f"{head}企画担当が内容を決める{len(writes)}欄を、登録データの内容にしました。違う場合は企画担当に連絡してください。"
    for to in writes:
        value, typed = (
            cut(_words(edition, to.path, shown), 40) for shown in (to.value, to.current)
        )
        yield f"・{to.title}：{value}（このブックでは「{typed}」でした）"
