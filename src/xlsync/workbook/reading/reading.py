"""A reading: one worksheet of our form as it was read, before anything is decided about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

from xlsync.finding import Finding
from xlsync.ooxml.titled_references import split_title
from xlsync.sheet import Sheet
from xlsync.workbook.stamp import Stamp

if TYPE_CHECKING:
    from xlsync.computed import Share
    from xlsync.workbook.reading.table_reading import TableCells

State = Literal["intact", "moved", "healed", "misplaced", "ambiguous", "lost", "absent"]
"""How a field was found: by its name where the template has it, by its name elsewhere, by labels; or not, and why.

A misplaced name stands where another field's labels, or none, are; of an absent field the whole worksheet is not there."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A side chosen on the worksheet 入力の重なり, in the store's words: theirs is the workbook's value, ours the store's.

    `mark` says for exactly which conflict; `worksheet` and `cell` where it was chosen.
    """

    side: Literal["ours", "theirs"]
    mark: str
    worksheet: str = ""
    cell: str = ""


HandInWord = Literal["", "open", "submit", "endorse", "asked", "unclear"]
"""What the cell of チェック says about handing in; "" where it is blank, "unclear" where nobody can tell."""


@dataclass(frozen=True, slots=True)
class HandInCell:
    """What staff say about handing in on チェック.

    Attributes:
        hand_in_word: What the cell says.
        typed: The very text that stands there.
        mark: Tells which write of ours put a word there last, "" where none did.
        person: Who hands in, as typed beside it.
        day_text: When, as typed beside it.
        worksheet: The title of チェック in the workbook.
        cell: The address of the cell.

    """

    hand_in_word: HandInWord
    typed: str = ""
    mark: str = ""
    person: str = ""
    day_text: str = ""
    worksheet: str = ""
    cell: str = ""


RequestWord = Literal["", "clear", "restore", "undo", "unclear"]
"""What the cell 操作 of チェック asks for; "" for nothing, "unclear" where nobody can tell."""


@dataclass(frozen=True, slots=True)
class RequestCell:
    """What staff ask for on チェック: the word, the very text, the mark of our last write, and where it stands."""

    request_word: RequestWord
    typed: str = ""
    mark: str = ""
    worksheet: str = ""
    cell: str = ""


@dataclass(frozen=True, slots=True)
class Answers:
    """What staff say on the worksheets beside the form.

    Attributes:
        choices: The sides chosen for conflicts, by path.
        hand_in_cell: Whether the sheet is handed in, None where the workbook has no cell for it.
        request_cell: What is asked for, None likewise.

    """

    choices: Mapping[str, Choice] = field(default_factory=dict)
    hand_in_cell: HandInCell | None = None
    request_cell: RequestCell | None = None


_OTHER_KEY: Final = (
    "発行時の事業コード（{issued}）と、シートに入力された事業コード（{shown}）が違います。"
    "コードを元に戻すか、その事業用に配布したファイルに入力してください"
)


@dataclass(frozen=True)
class FieldCells:
    """Where the fields lie on a worksheet, and on the `further_worksheets` where a form has several.

    `addresses` gives the address of each field found, as a formula on the first worksheet writes it; `live` the share of each
    computed field that still has its own formula; `repaired` the state of each field that has no name any more (healed,
    ambiguous or lost) and of each whose name is misplaced. `version` is the number of the form's version that says so, 0 for a
    form of no store. `table_cells` says where the rows of each table are; a table that was not found is lost.
    """

    addresses: Mapping[str, str] = field(default_factory=dict, repr=False)
    live: Mapping[str, Share] = field(default_factory=dict, repr=False)
    repaired: Mapping[str, State] = field(default_factory=dict, repr=False)
    version: int = 0
    table_cells: Mapping[str, TableCells] = field(default_factory=dict)
    further_worksheets: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reading:
    """One sheet of our form, read: its values, the findings on its cells, and where each field lies.

    Attributes:
        worksheet: The title of its worksheet, of several the first.
        stamp: What the workbook says of its form, key and revision; None where that was lost.
        sheet: The values of its fields.
        findings: What could not be read, or was read differently from how it was typed.
        field_cells: Where each field lies; see the properties `cells`, `live`, `repaired` and `version`.
        is_hidden: Whether the worksheet's tab is hidden.
        last_modified_by: Who saved the workbook last, as it says itself.
        stamp_doubt: A Japanese sentence where nobody can tell from the stamps what the worksheet is.
        answers: What staff say of this sheet on the worksheets beside the form.

    Example:
        >>> (reading,) = read("sheet.xlsx")
        >>> reading.worksheet, reading.sheet.key, reading.cells["purpose"]
        ('評価シート', '01-02-01-08-14-01', 'B25')

    """

    worksheet: str
    stamp: Stamp | None
    sheet: Sheet
    findings: tuple[Finding, ...]
    field_cells: FieldCells = FieldCells()
    is_hidden: bool = False
    last_modified_by: str | None = None
    stamp_doubt: str | None = None
    answers: Answers = field(default_factory=Answers, repr=False)

    @property
    def choices(self) -> Mapping[str, Choice]:
        """The sides chosen for conflicts of this sheet, by path."""
        return self.answers.choices

    @property
    def key_doubt(self) -> str:
        """A Japanese sentence where the page shows another key than the stamp, "" elsewhere; the store may know both."""
        issued = "" if self.stamp is None else self.stamp.key
        if not issued or self.sheet.key == issued:
            return ""
        return _OTHER_KEY.format(issued=issued, shown=self.sheet.key)

    @property
    def doubt(self) -> str | None:
        """A Japanese sentence where stamp and page contradict each other, None where they do not."""
        return self.stamp_doubt or self.key_doubt or None

    @property
    def worksheets(self) -> tuple[str, ...]:
        """The titles of all its worksheets, in the order of the form."""
        return (self.worksheet, *self.field_cells.further_worksheets)

    @property
    def cells(self) -> Mapping[str, str]:
        """The address of each field found, by path, as a formula on the first worksheet writes it."""
        return self.field_cells.addresses

    def cell_of(self, path: str) -> tuple[str, str]:
        """Return worksheet and address of the cell of the field at a `path`."""
        return split_title(self.cells[path], self.worksheet)

    @property
    def live(self) -> Mapping[str, Share]:
        """The share of each computed field that still has its own formula, by path."""
        return self.field_cells.live

    @property
    def repaired(self) -> Mapping[str, State]:
        """The state of each field whose name is gone or misplaced, by path."""
        return self.field_cells.repaired

    @property
    def version(self) -> int:
        """The number of the form's version that the worksheet was read by, 0 for a form of no store."""
        return self.field_cells.version

    @property
    def unlocated(self) -> frozenset[str]:
        """The paths of the fields nobody can say the place of: their None means nothing, not blank."""
        return frozenset(path for path, state in self.repaired.items() if state != "healed")
