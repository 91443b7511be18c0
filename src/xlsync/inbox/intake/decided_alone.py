"""What becomes of a file whose intake fails: the others go on, and it is tried again."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Final

from xlsync.disk import is_disk_unwritable
from xlsync.errors import XlsyncError
from xlsync.inbox.intake.ingest import IngestResult
from xlsync.inbox.log_messages import line

LOG: Final = logging.getLogger("xlsync.watch")
_BUG: Final = "プログラムの不具合で受け取れません。記録（store/log）を開発者に送ってください"


def decided_alone(
    source_path: str,
    decide: Callable[[], IngestResult],
    raised: tuple[type[XlsyncError], ...] = (),
) -> IngestResult:
    """Return what is decided about a file; any failure, even a bug, concerns that file alone, which is tried again.

    What concerns all files is raised: an error of one of the types `raised`, or a disk that is full or read-only.
    """
    try:
        return decide()
    except XlsyncError as fault:
        if isinstance(fault, raised) or is_disk_unwritable(fault):
            raise
        return IngestResult(None, str(fault))
    except Exception:
        LOG.exception("不具合 %s", line(source_path))
        return IngestResult(None, _BUG)


__all__ = ["decided_alone"]
