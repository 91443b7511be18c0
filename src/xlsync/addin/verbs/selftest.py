"""自己診断: what the client says of its machine and what this side knows, as a list the user can send."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from xlsync.addin.protocol.changes import Message, Row, Table
from xlsync.addin.verbs.access import may_see
from xlsync.addin.verbs.button_messages import cut
from xlsync.addin.verbs.pressing import VerbResult
from xlsync.addin.verbs.workbook_location import OUTSIDE
from xlsync.errors import XlsyncError
from xlsync.exchange.blame import spoken_time
from xlsync.inbox.heartbeat import is_watcher_alive, read_heartbeat
from xlsync.version import VERSION

if TYPE_CHECKING:
    from xlsync.addin.protocol.changes import Level
    from xlsync.addin.verbs.pressing import Press
    from xlsync.exchange.incoming import Incoming

_COLUMNS: Final = ("項目", "内容", "状態", "すること")
_GOOD: Final = "良好"
_CARE: Final = "注意"
_MAIL: Final = "この一覧を企画担当に送ってください"


def selftest(press: Press) -> VerbResult:
    """List everything; a store that cannot be read is a line of the list and no failure."""
    lines = [*_of_client(press), *_of_city(press), *_of_watcher(press), *_of_workbook(press)]
    rows = tuple(Row("", "", tuple(map(cut, line))) for line in lines)
    care = sum(line[2] == _CARE for line in lines)
    summary = (
        f"自己診断で、注意が{care}件あります。一覧「自己診断」の「すること」を見てください。"
        if care
        else "自己診断は、すべて良好です。"
    )
    level: Level = "warning" if care else "info"
    return VerbResult(
        (Table("自己診断", _COLUMNS), *rows, Message(level, f"{summary}困ったときは、{_MAIL}。"))
    )


Line = tuple[str, str, str, str]


def _good(name: str, state: str) -> Line:
    return name, state, _GOOD, ""


def _care(name: str, state: str, to_do: str) -> Line:
    return name, state, _CARE, to_do


def _of_client(press: Press) -> Iterator[Line]:
    request = press.request
    yield _good("このパソコン：アドイン", request.client or "（記録なし）")
    yield (
        _good("このパソコン：利用者", request.user)
        if request.user
        else _care(
            "このパソコン：利用者",
            "わかりません",
            "Excelの［オプション］でユーザー名を入力してください",
        )
    )
    for name, value in request.facts:
        yield _good(f"このパソコン：{name}", value)


def _of_city(press: Press) -> Iterator[Line]:
    config = press.config
    edition = config.terms.form.at(config.terms.fiscal_year)
    yield _good("xlsync", f"{VERSION}　{config.name}　{edition.title}")
    deadline = config.deadline
    day = f"{deadline.day:%Y/%m/%d}" if deadline.day else "決まっていません"
    if deadline.closed:
        yield _care(
            "提出期限",
            f"{day}（締め切られています）",
            "変更が必要なときは企画担当に連絡してください",
        )
    elif deadline.day is not None and press.pressed_at.date() > deadline.day:
        yield _care("提出期限", f"{day}（過ぎています）", "提出できますが、「期限後」と示されます")
    else:
        yield _good("提出期限", day)
    try:
        count = len(config.store.keys(config.terms.fiscal_year))
        yield _good("登録データ", f"{count}件のシート")
    except XlsyncError as fault:
        yield _care("登録データ", str(fault.reason), _MAIL)
    if config.sheets.is_dir():
        yield _good("共有フォルダ", config.sheets.name)
    else:
        yield _care("共有フォルダ", "見つかりません", _MAIL)


def _of_watcher(press: Press) -> Iterator[Line]:
    beat = read_heartbeat(press.config.store.folder)
    if beat is None:
        yield _care("見張り（xlsync watch）", "動いた記録がありません", _MAIL)
    elif not is_watcher_alive(press.config.store.folder, press.pressed_at):
        state = f"止まっています（最後の記録 {spoken_time(beat.when)}）"
        yield _care("見張り（xlsync watch）", state, _MAIL)
    elif beat.mode == "away":
        yield _care("見張り（xlsync watch）", beat.reason, "共有フォルダが戻るまで待ってください")
    else:
        yield _good("見張り（xlsync watch）", f"動いています（{spoken_time(beat.when)}）")


def _of_workbook(press: Press) -> Iterator[Line]:
    name = press.request.file
    if press.source.source_path.startswith(OUTSIDE):
        to_do = (
            f"共有フォルダの「{press.config.sheets.name}」の中のブックで作業してください"
            "（［提出］は、どこにあるブックからでもできます）"
        )
        yield _care("ブックの場所", name or "（開いていません）", to_do)
    else:
        yield _good("ブックの場所", press.source.source_path)
    if not press.request.workbook:
        yield _care(
            "ブック", "送られていません", "配布したファイルを開いてから、もう一度押してください"
        )
        return
    try:
        incoming_sheets = press.incoming_sheets
    except XlsyncError as fault:
        yield _care("ブック", fault.reason, "配布したファイルを開いてから、もう一度押してください")
        return
    for incoming in incoming_sheets:
        if may_see(press, incoming):
            yield from _of_sheet(press, incoming)
        else:
            yield _care(
                f"シート「{incoming.worksheet}」",
                f"{press.department}のシートではありません",
                "部等名を確かめ、違うときは企画担当に連絡してください",
            )


def _of_sheet(press: Press, incoming: Incoming) -> Iterator[Line]:
    head = f"シート「{incoming.worksheet}」"
    stamp = incoming.stamp
    yield _good(f"{head}：様式", incoming.sheet.edition.title)
    if stamp.is_trial:
        to_do = "提出するときは、配布したファイルに入力してください"
        yield _care(f"{head}：発行印", "試し用（登録されません）", to_do)
    elif stamp.copy:
        yield _good(f"{head}：発行印", f"第{stamp.base_revision}版から作成、写し {stamp.copy}")
    else:
        yield _care(
            f"{head}：発行印",
            "ありません",
            "配布したブックを使ってください（ないままでも提出はできます）",
        )
    if incoming.barred:
        yield _care(f"{head}：事業コード", incoming.key or "わかりません", incoming.barred)
        return
    yield _good(f"{head}：事業コード", f"{incoming.key}　{incoming.sheet.title}")
    if incoming.unlocated:
        state = f"{len(incoming.unlocated)}欄のセルが見つかりません"
        yield _care(
            f"{head}：欄", state, "「元に戻す」で様式の形に戻すか、新しい様式に写してください"
        )
    yield _in_store(press, incoming, head)


def _in_store(press: Press, incoming: Incoming, head: str) -> Line:
    try:
        revision = press.config.store.last(incoming.sheet_id, incoming.sheet.edition.year)
    except XlsyncError as fault:
        return _care(f"{head}：登録データ", fault.reason, _MAIL)
    if not revision:
        return _care(f"{head}：登録データ", "まだありません", "［提出］を押すと受け取られます")
    return _good(f"{head}：登録データ", f"第{revision}版")
