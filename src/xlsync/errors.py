"""Why the program could not do what it was asked.

    XlsyncError                 any of these; `str(error)` is one Japanese sentence for the person at the screen
    ├── SettingsError           xlsync.toml says something we cannot follow
    ├── FormError               form.toml or drawing.xlsx says something we cannot follow
    ├── SheetError              a JSON document is not a sheet of this form
    ├── WorkbookError           a file cannot be taken as a workbook of ours
    │   ├── NotAWorkbook        it is something else (a picture, a .xls, a text file …)
    │   ├── EncryptedWorkbook   it asks for a password
    │   ├── DamagedWorkbook     cut off or broken, or still being written: looking again later may help
    │   ├── HostileWorkbook     beyond the limits no honest workbook comes near
    │   ├── UnwritableWorkbook  it can be read, but must not be written into (signed, shared with a revision log …)
    │   └── NotOurForm          a sound workbook with no worksheet of our form, or of an edition we do not know
    ├── StoreError              the store cannot be read or written
    │   ├── StoreDamaged        what it holds contradicts itself
    │   └── StoreBusy           another program is writing
    ├── ProtocolError           what a button sends or is answered is not as docs/protocol.md says
    └── ExcelError              the Excel at hand, or the workbook open in it, cannot be used

An error is about the program's task. What is wrong with a department's *data* is a finding, which is a value.
Every error carries `where` (a file, entry or cell) apart from the reason, so that callers that know more can say it.
"""

from __future__ import annotations

__all__ = [
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
    "StoreBusy",
    "StoreDamaged",
    "StoreError",
    "UnwritableWorkbook",
    "WorkbookError",
    "XlsyncError",
]


class XlsyncError(Exception):
    """The task could not be done; `reason` is a Japanese sentence, `where` names the file, entry or cell."""

    def __init__(self, reason: str, where: str = "") -> None:
        super().__init__(reason, where)
        self.reason = reason
        self.where = where

    def __str__(self) -> str:
        return f"{self.where}：{self.reason}" if self.where else self.reason


class SettingsError(XlsyncError):
    """xlsync.toml cannot be followed."""


class FormError(XlsyncError):
    """The form's definition or drawing cannot be followed."""


class SheetError(XlsyncError):
    """A JSON document is not a sheet of this form."""


class WorkbookError(XlsyncError):
    """A file cannot be taken as a workbook of ours."""


class NotAWorkbook(WorkbookError):
    """The bytes are no OOXML workbook."""


class EncryptedWorkbook(WorkbookError):
    """The workbook opens only with a password."""


class DamagedWorkbook(WorkbookError):
    """The workbook is cut off or broken; it may still be being written."""


class HostileWorkbook(WorkbookError):
    """The workbook is beyond the limits of honest ones."""


class UnwritableWorkbook(WorkbookError):
    """The workbook may be read but not written into."""


class NotOurForm(WorkbookError):
    """No worksheet of our form is in the workbook."""


class StoreError(XlsyncError):
    """The store cannot be read or written."""


class StoreDamaged(StoreError):
    """What the store holds contradicts itself."""


class StoreBusy(StoreError):
    """Another program is writing to the store."""


class ProtocolError(XlsyncError):
    """A button's request or answer cannot be taken: cut off, unknown, or beyond the limits."""


class ExcelError(XlsyncError):
    """The Excel at hand, or the workbook open in it, cannot be used."""
