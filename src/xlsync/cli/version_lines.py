"""What `xlsync --version` says: all that somebody who helps from afar asks first; nothing of it needs a city."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from xlsync.city.diagnosis.machine_checks import versions
from xlsync.inbox.intake.libreoffice import find_libreoffice
from xlsync.store.migration import FORMAT


def version_lines() -> Iterator[str]:
    """Yield the lines; the first is the program's name and version, as scripts read it."""
    known = versions()
    packages = (
        f"{name} {version or 'なし'}" for name, version in known.items() if name not in _SHOWN
    )
    libreoffice = find_libreoffice("auto")
    yield f"xlsync {known['xlsync']}"
    yield f"Python {known['python']}　{sys.executable}"
    yield f"システム {known['system']}　画面の文字コード {sys.stdout.encoding or '不明'}"
    yield f"登録データの書式 {FORMAT}"
    yield f"LibreOffice {libreoffice or 'なし'}"
    yield f"部品 {'、'.join(packages)}"
    yield "市のフォルダやこのパソコンの状態は `xlsync doctor` で表示します"


_SHOWN = ("xlsync", "python", "system")
"""What has a line of its own."""


__all__ = ["version_lines"]
