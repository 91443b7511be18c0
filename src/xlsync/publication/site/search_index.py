"""The index of the search that needs no server: a script with an entry for each project, so that it works from a folder."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from xlsync.publication.published_year import PublicSheet

_MOST: Final = 400
"""Characters of words for each project."""


def search_index(entries: Iterable[tuple[str, PublicSheet]]) -> bytes:
    """Return the script: for each project its address, its title, where it belongs, and the words it is found by."""
    lines = [
        json.dumps(
            [address, public.sheet.title or public.sheet.key, _belongs(public), words_of(public)],
            ensure_ascii=False,
        )
        for address, public in entries
    ]
    # "</" and the two separators end a script, or a line of it, in an older browser
    text = ",\n".join(lines).replace("</", "<\\/").replace("\u2028", " ").replace("\u2029", " ")
    return f"window.XLSYNC_PROJECTS=[\n{text}\n];\n".encode("utf-8", "replace")


def words_of(public: PublicSheet) -> str:
    """Return the words a project is found by: its keys and what it says in a line, folded as the search folds them."""
    sheet = public.sheet
    fields = [
        field for field in sheet.edition.fields if field.kind.is_free_text or field.kind.is_choice
    ]
    short = [sheet.text(field.path) for field in fields if not field.multiline]
    words = dict.fromkeys((sheet.title, sheet.key, sheet.id, *public.former_keys, *short))
    return folded(" ".join(word for word in words if word not in {"", "-"}))[:_MOST]


def folded(text: str) -> str:
    """Return a text as it is compared: width, letter case and katakana do not count.

    >>> folded("ＡＢＣ　カタカナ")
    'abc かたかな'
    """
    plain = unicodedata.normalize("NFKC", text).lower()
    return "".join(
        chr(ord(character) - 0x60) if "ァ" <= character <= "ヶ" else character
        for character in plain
    )


def _belongs(public: PublicSheet) -> str:
    return " ".join(filter(None, public.unit_names))


__all__ = ["folded", "search_index", "words_of"]
