"""Which fields of an official form tell its sheets apart and say whose they are, by their labels."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from xlsync.workbook.official.form_words import plain
from xlsync.workbook.official.official_field import (
    KEY,
    LEVELS,
    OFFICE,
    REQUIRED,
    TITLE,
    FieldKind,
    OfficialField,
)

_UNITS: Final = (
    ("部", "局", "部局", "部等", "部名", "局名", "部局名", "部等名"),
    ("課", "室", "課名", "課等", "室名", "課等名", "担当課", "所管課", "担当部署", "所属"),
    ("係", "係名", "係等", "班", "担当係", "係等名"),
)
_KEYS: Final = (
    *(
        "整理番号",
        "管理番号",
        "事業番号",
        "登録番号",
        "受付番号",
        "事業コード",
        "職員番号",
        "許可番号",
    ),
    *("文書番号", "番号", "コード"),
)
_TITLES: Final = (
    *(
        "事業名",
        "事業の名称",
        "工事名",
        "研修名",
        "補助金名",
        "施設名",
        "件名",
        "題名",
        "建築物の名称",
    ),
    *("の名称", "名称"),
)
_NO_TITLES: Final = ("予算",)
"""What a label begins with that names what several sheets share."""
_NO_KEYS: Final = ("電話", "郵便", "個人番号", "口座", "証書", "fax")
_WORDS: Final = frozenset({"文章", "氏名", "文章（改行あり）"})


def with_roles(fields: Sequence[OfficialField]) -> list[OfficialField]:
    """Return the fields with a key, a title and units of the organization guessed by their labels."""
    usable = [field for field in fields if _is_usable(field)]
    roles = _levels(usable)
    rest = [field for field in usable if field.cell not in roles]
    key = _first_that_ends(rest, _KEYS)
    title = _first_that_ends(_titles_among(rest, key), _TITLES)
    roles |= _role(TITLE, title) | _role(KEY, key or title or next(iter(rest), None))
    return [_with_role(field, roles) for field in fields]


def _role(role: str, field: OfficialField | None) -> dict[str, str]:
    return {} if field is None else {field.cell: role}


def _is_usable(field: OfficialField) -> bool:
    return not field.field_words.heading and field.value_kind.word in _WORDS


def _levels(fields: Sequence[OfficialField]) -> dict[str, str]:
    """Return the levels of the organization by cell, from the top."""
    cells = []
    for words in _UNITS:
        unit = next((field for field in fields if plain(field.field_words.label) in words), None)
        cells += [] if unit is None else [unit.cell]
    return dict(zip(cells, LEVELS, strict=False))


def _first_that_ends(fields: Sequence[OfficialField], words: Sequence[str]) -> OfficialField | None:
    """Return the first field whose label ends with the first of the words that any has."""
    likely = [field for field in fields if not _is_no_key(field)]
    ending = [
        field for word in words for field in likely if plain(field.field_words.label).endswith(word)
    ]
    return ending[0] if ending else None


def _titles_among(
    fields: Iterable[OfficialField], key: OfficialField | None
) -> list[OfficialField]:
    """Return the fields that may be a sheet's title."""
    others = (field for field in fields if field is not key)
    return [each for each in others if not plain(each.field_words.label).startswith(_NO_TITLES)]


def _is_no_key(field: OfficialField) -> bool:
    return any(word in plain(field.field_words.label) for word in _NO_KEYS)


def _with_role(field: OfficialField, roles: Mapping[str, str]) -> OfficialField:
    """Return a field with its role: the office fills it in, and every sheet has it."""
    role = roles.get(field.cell, "")
    if not role:
        return field
    is_key = role == KEY
    return replace(
        field,
        role_word=role,
        filled_by=OFFICE,
        requirement=REQUIRED,
        value_kind=field.value_kind if field.value_kind.word == "氏名" else FieldKind("文章"),
        remark=f"{field.remark}。シートを見分ける番号でよいか確かめてください"
        if is_key
        else field.remark,
        is_sure=field.is_sure and not is_key,
    )
