"""The file of a form: uploaded with it, or kept from the form before."""

from __future__ import annotations

from flask import request

from xlsync.errors import WorkbookError
from xlsync.page.page_context import context
from xlsync.page.uploads import Upload, keep_upload, kept_upload


def uploaded() -> Upload:
    """Return the file that was uploaded; WorkbookError where none was chosen."""
    file = request.files.get("file")
    if file is None:
        raise WorkbookError("ファイルを選んでください")
    with file.stream:
        data = file.stream.read()
    return keep_upload(context().sessions.folder, file.filename or "", data, context().now())


def uploaded_before() -> Upload:
    """Return the file that the form before had; WorkbookError where it is kept no longer."""
    fields = request.form
    return kept_upload(context().sessions.folder, fields.get("name", ""), fields.get("file", ""))


__all__ = ["uploaded", "uploaded_before"]
