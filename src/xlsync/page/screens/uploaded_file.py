"""The files of a form: uploaded with it, or kept from the form before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import request

from xlsync.errors import WorkbookError
from xlsync.page.page_context import context
from xlsync.page.uploads import Upload, keep_upload, kept_upload

if TYPE_CHECKING:
    from werkzeug.datastructures import FileStorage


def uploaded() -> Upload:
    """Return the file that was uploaded; WorkbookError where none was chosen."""
    return every_uploaded()[0]


def every_uploaded() -> tuple[Upload, ...]:
    """Return the files that were uploaded; WorkbookError where none was chosen."""
    files = request.files.getlist("file")
    if not files:
        raise WorkbookError("ファイルを選んでください")
    return tuple(map(_kept, files))


def _kept(file: FileStorage) -> Upload:
    with file.stream:
        data = file.stream.read()
    return keep_upload(context().page_folder, file.filename or "", data, context().now())


def uploaded_before() -> Upload:
    """Return the file that the form before had; WorkbookError where it is kept no longer."""
    fields = request.values
    return kept_upload(context().page_folder, fields.get("name", ""), fields.get("file", ""))


def every_uploaded_before() -> tuple[Upload, ...]:
    """Return the files that the form before had; WorkbookError where one is kept no longer."""
    digests, names = request.form.getlist("upload"), request.form.getlist("upload_name")
    folder = context().page_folder
    named = zip(names, digests, strict=False)
    return tuple(kept_upload(folder, name, digest) for name, digest in named)


__all__ = ["every_uploaded", "every_uploaded_before", "uploaded", "uploaded_before"]
