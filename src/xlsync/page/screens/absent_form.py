"""What an address of a form's page shows while the form is not served: why, or that there is none of that name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import Blueprint, redirect, request

from xlsync.page.form_pages import form_pages
from xlsync.page.guard import PUBLIC, allow
from xlsync.page.own_address import own_address
from xlsync.page.refusals import PageRefused, RefusalText, unknown_page

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

absent_form = Blueprint("absent_form", __name__)
_PATIENCE: Final = 10.0
"""Seconds for which a visit waits for the forms to be opened when the server has just started."""


@absent_form.get("/f/<form_name>/")
@absent_form.route("/f/<form_name>/<path:_rest>", methods=["GET", "POST"])
@allow(PUBLIC)
def open_later(form_name: str, _rest: str = "") -> Response:
    """Lead there again once the form is served, with what was sent, else say why it is not.

    Everybody is told, since whoever may open that form need not be known to the city's own.
    """
    pages = form_pages()
    if pages.is_known(_PATIENCE) and form_name in pages.by_form_name:
        return redirect(own_address(), 307)
    raise _refusal(form_name)


def _refusal(form_name: str) -> PageRefused:
    """Return the refusal of an address below a form that is not served."""
    if form_name not in form_pages().absent_reasons:
        return unknown_page()
    what = f"様式「{form_name}」の画面は、いま開けません。"
    kept = (
        ""
        if request.method == "GET"
        else "送られた内容は登録していません。「戻る」で前の画面に残っています。"
    )
    advice = (
        f"{kept}1分ほど待って、もう一度開いてください。それでも開けないときは、"
        "情報システム担当の方が、サーバーの記録（store/log/serve.log）を確かめてください。"
    )
    return PageRefused(RefusalText(503, "いま開けません", what, advice))


__all__ = ["absent_form"]
