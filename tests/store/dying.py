"""A program that receives workbooks and dies at its n-th call that changes the disk: `python dying.py FOLDER N FILE…`."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from xlsync.exchange import Source, Terms, receive
from xlsync.form.library import load_form
from xlsync.store import Store

CALLS = ("link", "replace", "fsync", "mkdir", "unlink", "rename")


def die_at(number: int) -> None:
    """Let the process end, as if killed, just before its n-th change of the disk."""
    left = [number]

    def dying(call: Any) -> Any:
        def instead(*args: Any, **options: Any) -> Any:
            left[0] -= 1
            if left[0] == 0:
                os._exit(9)
            return call(*args, **options)

        return instead

    for name in CALLS:
        setattr(os, name, dying(getattr(os, name)))


def main() -> None:
    """Receive each file, saying each receipt once it is given."""
    folder, number, *files = sys.argv[1:]
    store = Store(Path(folder))
    store.heads()
    die_at(int(number))
    for minute, file in enumerate(files):
        source = Source(Path(file).name, f"2018-07-02T09:{minute:02}:00+09:00", "職員")
        for receipt in receive(store, Terms(load_form(), 2018), Path(file).read_bytes(), source):
            sys.stdout.write(f"{receipt.key} {receipt.revision} {receipt.outcome}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
