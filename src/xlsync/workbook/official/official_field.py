"""What the office says of each field of an official form, in its own words: a row of the worksheet 様式の定義."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from xlsync.kinds import KINDS, Text

MULTILINE: Final = "文章（改行あり）"
KIND_WORDS: Final = {
    Text.office_word: Text.name,
    MULTILINE: Text.name,
    **{kind.office_word: name for name, kind in KINDS.items()},
}
"""The words for kinds of field that the office chooses from, and the kind in the definition."""
SUMMED_WORDS: Final = tuple(
    kind.office_word for kind in KINDS.values() if "unit" in kind.options and kind.is_amount
)
"""Those of which a field may be the sum of others."""
LISTED_WORDS: Final = tuple(kind.office_word for kind in KINDS.values() if "choices" in kind.needed)
"""Those that need a list of words."""
NO_FIELD: Final = "欄にしない"
"""The word for a cell that is no field after all."""
STAFF, OFFICE, COMPUTED = "担当課", "企画担当", "自動計算"
FILLERS: Final = {STAFF: "staff", OFFICE: "office", COMPUTED: "computed"}
REQUIRED, OPTIONAL = "必須", "任意"
KEY, TITLE = "番号（キー）", "名称"
LEVELS: Final = ("組織1", "組織2", "組織3", "組織4")
ROLES: Final = (KEY, TITLE, *LEVELS)


@dataclass(frozen=True, slots=True)
class FieldWords:
    """What a field is called: the group it belongs to, its label, and the heading or line number that tells it from others."""

    group: str = ""
    label: str = ""
    heading: str = ""


@dataclass(frozen=True, slots=True)
class FieldKind:
    """What is filled in: the office's word for the kind, the unit of a number, the words of a list."""

    word: str = "文章"
    unit: str = ""
    items: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OfficialField:
    """A row: `cell` is an address, or an area whose cells become one, of a further worksheet with its title: 別紙!B5.

    `summed_cells` are the addresses, on the same worksheet, that it is the sum of; `remark` says why it is a field or what is
    unsure.
    """

    field_words: FieldWords
    cell: str
    value_kind: FieldKind
    filled_by: str = STAFF
    requirement: str = OPTIONAL
    summed_cells: tuple[str, ...] = ()
    role_word: str = ""
    remark: str = ""
    is_sure: bool = True


@dataclass(frozen=True, slots=True)
class OfficialForm:
    """A form as guessed: its title, its worksheets, the year it is for, its fields.

    `form_remarks` say what of the official form cannot be kept or was left out.
    """

    title: str
    page_titles: tuple[str, ...]
    year: int
    official_fields: tuple[OfficialField, ...]
    form_remarks: tuple[str, ...] = ()
