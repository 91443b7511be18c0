"""What the page does not do, and how it says so: what happened, that nothing was lost, and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from xlsync.errors import (
    EncryptedWorkbook,
    SettingsError,
    Stale,
    StoreBusy,
    WorkbookError,
    XlsyncError,
)

NOTHING_CHANGED: Final = "何も変わっていません。"


@dataclass(frozen=True, slots=True)
class RefusalText:
    """What a refusal says: its status and title, what happened, and what to do."""

    status_code: int
    title: str
    what: str
    advice: str = ""


class PageRefused(Exception):
    """A visit that is not answered otherwise."""

    def __init__(self, text: RefusalText) -> None:
        super().__init__(text)
        self.text = text


def unknown_page(what: str = "この番地の画面はありません") -> PageRefused:
    """Return the refusal of what is not there, or is not to be known of."""
    return PageRefused(
        RefusalText(404, "見つかりません", f"{what}。", "上のメニューから選び直してください。")
    )


def forbidden(what: str) -> PageRefused:
    """Return the refusal of what a visitor may not do."""
    advice = "必要なときは、企画担当か情報システム担当に相談してください。"
    return PageRefused(
        RefusalText(403, "この操作はできません", f"{what}。{NOTHING_CHANGED}", advice)
    )


def refusal_of(fault: XlsyncError) -> RefusalText:
    """Return what an error of ours says on the page."""
    sentence = f"{fault}".rstrip("。") + "。"
    if isinstance(fault, Stale):
        return RefusalText(
            409,
            "登録しませんでした",
            sentence,
            "ほかの人の内容は上書きしていません。いまの内容を確かめて、もう一度決めてください。",
        )
    if isinstance(fault, StoreBusy):
        advice = "少し待ってから、「戻る」で前の画面に戻り、もう一度押してください。入力した内容は残っています。"
        return RefusalText(503, "いま書き込み中です", sentence, advice)
    if isinstance(fault, EncryptedWorkbook | WorkbookError):
        return RefusalText(422, "このファイルは使えません", sentence, NOTHING_CHANGED)
    if isinstance(fault, SettingsError):
        return RefusalText(422, "設定を使えません", sentence, NOTHING_CHANGED)
    return RefusalText(
        422, "できませんでした", sentence, "内容を確かめて、もう一度お試しください。"
    )


BUG: Final = RefusalText(
    500,
    "プログラムの不具合です",
    "処理を終えられませんでした。登録済みの内容は失われていません。",
    "もう一度お試しください。続くときは、記録（store/log/serve.log）とともに情報システム担当に連絡してください。",
)

__all__ = ["BUG", "PageRefused", "RefusalText", "forbidden", "refusal_of", "unknown_page"]
