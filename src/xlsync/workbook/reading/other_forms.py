"""Why no sheet of a form is in a workbook: its stamps name another form, or it is none of ours at all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from xlsync.workbook.stamp import STAMP_NAME, stamp_of
from xlsync.workbook.stamp_carriers import document_stamp

if TYPE_CHECKING:
    from xlsync.form.library import Form
    from xlsync.ooxml.read.reader import Workbook

_NOTHING: Final = (
    "{title}の様式が見つかりません。配布した様式のファイルか確かめてください"
    "（様式の見出しがない表や、一部だけを写したものは読み取れません）"
)
_OTHER: Final = (
    "別の様式（{named}）のファイルです。ここで集めているのは「{title}」（{here}）です。"
    "その様式のフォルダに保存し直してください。入力した内容はファイルにそのまま残っています"
)


def reason_of_none(workbook: Workbook, form: Form) -> str:
    """Return in Japanese why nothing of a form is in a workbook."""
    names = (name.refers_to for name in workbook.names if name.name.casefold() == STAMP_NAME)
    stamps = [stamp_of(text) for text in names] or [document_stamp(workbook)]
    others = {stamp.form_name for stamp in stamps if stamp is not None} - {form.id}
    title = form.definition.words.sheet
    if not others:
        return _NOTHING.format(title=form.definition.page.worksheet)
    listed = "、".join(sorted(others))
    return _OTHER.format(named=listed, title=title, here=form.id)


__all__ = ["reason_of_none"]
