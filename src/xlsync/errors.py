"""Why the program could not do what it was asked.

    XlsyncError                 error                any of these
    ├── SettingsError           settings             xlsync.toml says something we cannot follow
    ├── FormError               form                 form.toml or drawing.xlsx says something we cannot follow
    ├── SheetError              sheet                a JSON document is not a sheet of this form
    ├── WorkbookError           workbook             a file cannot be taken as a workbook of ours
    │   ├── NotAWorkbook        not-a-workbook       it is something else (a picture, a .xls, a text file …)
    │   ├── EncryptedWorkbook   encrypted-workbook   it asks for a password
    │   ├── DamagedWorkbook     damaged-workbook     cut off, broken, or still being written: try again later
    │   ├── HostileWorkbook     hostile-workbook     beyond the limits no honest workbook comes near
    │   ├── UnwritableWorkbook  unwritable-workbook  can be read, but not written into (signed, revision log …)
    │   └── NotOurForm          not-our-form         no worksheet of our form, or of an unknown edition
    ├── StoreError              store                the store cannot be read or written
    │   ├── StoreDamaged        store-damaged        what it holds contradicts itself
    │   ├── StoreBusy           store-busy           another program is writing
    │   ├── StoreUnreachable    store-unreachable   the database of the store does not answer
    │   └── Stale               stale                something newer was stored than what an act was decided on
    ├── BackupError             backup               a backup cannot be made, read or restored
    ├── BackgroundError         background           the system refuses a program that is to run in the background
    ├── ProtocolError           protocol             a button's request or answer is not as docs/protocol.md says
    └── ExcelError              excel                the Excel at hand, or its open workbook, cannot be used

The second column is the class's `code`: scripts and logs may depend on it, so a code never changes or gets another meaning.
An error is about the program's task. What is wrong with a department's *data* is a finding, which is a value.
"""

from __future__ import annotations

from typing import ClassVar

__all__ = [
    "BackgroundError",
    "BackupError",
    "DamagedWorkbook",
    "EncryptedWorkbook",
    "ExcelError",
    "FormError",
    "HostileWorkbook",
    "NotAWorkbook",
    "NotOurForm",
    "ProtocolError",
    "SettingsError",
    "SheetError",
    "Stale",
    "StoreBusy",
    "StoreDamaged",
    "StoreError",
    "StoreUnreachable",
    "UnwritableWorkbook",
    "WorkbookError",
    "XlsyncError",
]


class XlsyncError(Exception):
    """The task could not be done. `str(error)` is one Japanese sentence for the person at the screen.

    Attributes:
        reason: The sentence without the place.
        where: The file, entry or cell, "" where there is none; callers that know more may say it themselves.
        code: What kind of error it is, in ASCII: one for each class, the same in every release.

    """

    code: ClassVar[str] = "error"

    def __init__(self, reason: str, where: str = "") -> None:
        super().__init__(reason, where)
        self.reason = reason
        self.where = where

    def __str__(self) -> str:
        return f"{self.where}：{self.reason}" if self.where else self.reason


class SettingsError(XlsyncError):
    """xlsync.toml cannot be followed."""

    code: ClassVar[str] = "settings"


class FormError(XlsyncError):
    """The form's definition or drawing cannot be followed."""

    code: ClassVar[str] = "form"


class SheetError(XlsyncError):
    """A JSON document is not a sheet of this form."""

    code: ClassVar[str] = "sheet"


class WorkbookError(XlsyncError):
    """A file cannot be taken as a workbook of ours."""

    code: ClassVar[str] = "workbook"


class NotAWorkbook(WorkbookError):
    """The bytes are no OOXML workbook."""

    code: ClassVar[str] = "not-a-workbook"


class EncryptedWorkbook(WorkbookError):
    """The workbook opens only with a password."""

    code: ClassVar[str] = "encrypted-workbook"


class DamagedWorkbook(WorkbookError):
    """The workbook is cut off or broken; it may still be being written."""

    code: ClassVar[str] = "damaged-workbook"


class HostileWorkbook(WorkbookError):
    """The workbook is beyond the limits of honest ones."""

    code: ClassVar[str] = "hostile-workbook"


class UnwritableWorkbook(WorkbookError):
    """The workbook may be read but not written into."""

    code: ClassVar[str] = "unwritable-workbook"


class NotOurForm(WorkbookError):
    """No worksheet of our form is in the workbook."""

    code: ClassVar[str] = "not-our-form"


class StoreError(XlsyncError):
    """The store cannot be read or written."""

    code: ClassVar[str] = "store"


class StoreDamaged(StoreError):
    """What the store holds contradicts itself."""

    code: ClassVar[str] = "store-damaged"


class StoreNewer(StoreError):
    """A later version of xlsync wrote the store."""

    code: ClassVar[str] = "store-newer"


class StoreUnreachable(StoreError):
    """The database that holds the store does not answer: nothing is wrong with what it holds."""

    code: ClassVar[str] = "store-unreachable"


class StoreBusy(StoreError):
    """Another program is writing to the store."""

    code: ClassVar[str] = "store-busy"


class Stale(StoreError):
    """Something newer was stored than what was looked at when an act was decided."""

    code: ClassVar[str] = "stale"


class BackupError(XlsyncError):
    """A backup cannot be made, read or restored."""

    code: ClassVar[str] = "backup"


class BackgroundError(XlsyncError):
    """A program cannot be made to run in the background."""

    code: ClassVar[str] = "background"


class ProtocolError(XlsyncError):
    """A button's request or answer cannot be taken: cut off, unknown, or beyond the limits."""

    code: ClassVar[str] = "protocol"


class ExcelError(XlsyncError):
    """The Excel at hand, or the workbook open in it, cannot be used."""

    code: ClassVar[str] = "excel"
