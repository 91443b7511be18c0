"""Logs as JSON lines, for monitoring systems that collect them."""

from __future__ import annotations

import datetime as dt
import json
import logging
import re
from typing import Any, Final

_EVENT: Final = re.compile(r"[^\s（]+")


class JsonLines(logging.Formatter):
    """A formatter that makes one JSON object of each record.

    time (ISO 8601), level, log (`xlsync.watch`, `xlsync.serve`), event (the first word of the message: 受領, 保留, 不具合 …),
    message, form for one of a further form of the city, and traceback where there is one.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as a line of JSON."""
        message = record.getMessage()
        event = _EVENT.match(message)
        entries: dict[str, Any] = {
            "time": dt.datetime.fromtimestamp(record.created).astimezone().isoformat(),
            "level": record.levelname.lower(),
            "log": record.name,
            "event": event[0] if event is not None else "",
            "message": message,
        }
        if form := getattr(record, "form", ""):
            entries["form"] = form.strip("【】")
        if record.exc_info:
            entries["traceback"] = self.formatException(record.exc_info)
        return json.dumps(entries, ensure_ascii=False)
