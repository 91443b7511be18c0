"""The fields of several worksheets of an official form as those of one form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from xlsync.workbook.official.official_field import OPTIONAL, STAFF, OfficialField
from xlsync.workbook.official.titled_cell import titled_cell

_AGAIN: Final = (
    "シート「{title}」にも同じ欄名があります。同じ内容なら、種類を「欄にしない」にしてください"
)


def fields_of_pages(
    titles: Sequence[str], pages: Sequence[Sequence[OfficialField]]
) -> list[OfficialField]:
    """Return the fields of all worksheets: those of a further one with its title at their cells and in their groups.

    What tells the form's sheets apart and names them is on the first worksheet that has it.
    """
    first, *further = pages
    single = [field for field in first if not field.field_words.heading]
    labels = {field.field_words.label for field in single}
    fields = list(first)
    for title, page in zip(titles[1:], further, strict=True):
        roles = {field.role_word for field in fields} - {""}
        for field in page:
            own = _without_role(field) if field.role_word in roles else field
            is_again = not field.field_words.heading and field.field_words.label in labels
            asked = _asked_about(own, titles[0]) if is_again else own
            fields.append(_on_further_page(asked, title))
    return fields


def _without_role(field: OfficialField) -> OfficialField:
    """Return a field that tells no sheets apart, and is filled in like any other."""
    return replace(field, role_word="", filled_by=STAFF, requirement=OPTIONAL)


def _asked_about(field: OfficialField, first: str) -> OfficialField:
    """Return a field that the first worksheet has too, with a question to the office."""
    return replace(field, remark=_AGAIN.format(title=first), is_sure=False)


def _on_further_page(field: OfficialField, title: str) -> OfficialField:
    """Return a field with the title of its worksheet at its cell and in its group."""
    words = replace(field.field_words, group=f"{title} {field.field_words.group}".strip())
    return replace(field, field_words=words, cell=titled_cell(title, field.cell))


__all__ = ["fields_of_pages"]
