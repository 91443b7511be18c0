"""The pages of the PDF books on the terminal: what is to be made, how far it is, what does not fit on its page."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

from xlsync.cli.console import complain, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlsync.publication.book.books import Bookbinder

_SHOWN: Final = 20
_ALONE: Final = "作り直すときは --without-book を付けずに実行してください"
_WITHOUT: Final = "PDFを作らないときは --without-book を付けてください"


def say_books(binder: Bookbinder | None) -> None:
    """Say what making the books takes, and what hinders it."""
    if binder is None or not binder.published_year.public_sheets:
        return
    if binder.maker.libreoffice.executable is None:
        say(f"  LibreOfficeがないため、PDFを作れません。{_WITHOUT}")
        return
    if binder.maker.fonts == "":
        say(
            f"  日本語のフォント（IPAexゴシックなど）がないため、PDFを作れません。先に入れてください。{_WITHOUT}"
        )
        return
    say(f"  PDF：これから作るページ {binder.missing()}件（ほかは前回のものを使います）")
    continued = binder.continued()
    for public in continued[:_SHOWN]:
        cells = (f"「{each.heading}」（セル{each.cell}）" for each in binder.long_texts_of(public))
        words = f"{public.sheet.key} {public.sheet.title}{'、'.join(cells)}"
        say(f"  枠に入りきらない文章があり、続きのページが付きます：{words}")
    if len(continued) > _SHOWN:
        say(f"  ほか{len(continued) - _SHOWN}件")


def say_kept_books(paths: Sequence[str]) -> None:
    """Say which books stay as they were where none are made."""
    if paths:
        names = "、".join(path.rpartition("/")[2] for path in paths)
        say(f"  PDFは作り直さず、前回の内容のまま残します：{names}（{_ALONE}）")


def make_pages(binder: Bookbinder | None) -> None:
    """Make the pages that are not there yet, and say on a terminal how far that is.

    Raises:
        WorkbookError: LibreOffice is not there, or does not make the pages of some sheet.

    """
    if binder is None:
        return
    total, count = binder.missing(), 0
    for number in binder.pages():
        count += number
        if sys.stderr.isatty():
            complain(f"PDFのページ {count}／{total}件")


__all__ = ["make_pages", "say_books", "say_kept_books"]
