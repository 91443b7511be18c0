"""The findings on tables: rows that nobody can find, and what must hold of rows."""

from __future__ import annotations

from typing import Final

from xlsync.finding_entry import Entry

TABLE_FINDINGS: Final = {
    "lost-table": Entry(
        "error",
        "「{field}」の表が見つかりません。見出しの行や表の列を削除した場合は「元に戻す」で戻すか、新しい様式に写してください。"
        "この表は登録済みの内容のままにし、ほかの欄は受け取りました。",
    ),
    "lost-worksheet": Entry(
        "error",
        "様式のシート「{shown}」が、このファイルにありません。削除した場合は「元に戻す」で戻すか、配布したファイルに入力し直してください。"
        "このシートの{count}欄は登録済みの内容のままにし、ほかのシートの欄は受け取りました。",
    ),
    "row-repeated": Entry(
        "error",
        "「{field}」の「{shown}」は、「{other}」と同じです。{labels}が同じ行は1つだけです。どちらかを直すか、要らない行を削除してください。",
    ),
}
