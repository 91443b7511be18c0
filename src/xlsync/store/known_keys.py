"""Which keys (事業コード) a sheet has had: its id stays, its key is a field that changes.

    keys/<edition>/<id>.json   {"keys": ["01-02-01-08-14-01", "01-02-01-08-15-01"]}, in the order in which they were first used

Only a sheet that ever had a key other than its id has a file. It is derived from the revisions, and written before the
revision that brings a new key: a program killed in between leaves a key that the sheet never had, which `owners_of` looks up
in the revisions before it believes it, and `audit --rebuild` takes out again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from xlsync.canonical_json import canonical, parse_json
from xlsync.errors import SheetError
from xlsync.sheet_keys import SheetId, key_of_name
from xlsync.store.store_files import safe_key
from xlsync.store.store_path import StorePath, replace_whole, statuses_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

KEYS: Final = "keys"
_Identity = tuple[int, int, int]
"""Inode, time and size of a file: another after every replacement."""


@dataclass(frozen=True, slots=True)
class KeyOwners:
    """The sheets that have a key today, and those that had it formerly and have another one now."""

    todays_owners: tuple[SheetId, ...] = ()
    former_owners: tuple[SheetId, ...] = ()

    @property
    def every(self) -> tuple[SheetId, ...]:
        """All of them, those of today first."""
        return (*self.todays_owners, *self.former_owners)


class KnownKeys:
    """The files that name the keys of sheets, below a store's folder; each is parsed again only after it was replaced."""

    def __init__(self, folder: StorePath) -> None:
        """Read nothing yet."""
        self._folder = folder
        self._parsed: dict[StorePath, tuple[_Identity, tuple[str, ...]]] = {}

    def by_id(self, edition: int) -> dict[SheetId, tuple[str, ...]]:
        """Return every key that a sheet had, by id; of a file that cannot be read, none."""
        folder = self._folder / KEYS / str(edition)
        try:
            files = statuses_in(self._folder, f"{KEYS}/{edition}")
        except OSError:
            return {}
        known = {}
        for name, stat in files:
            key = key_of_name(name.removesuffix(".json")) if name.endswith(".json") else None
            if key is not None:
                identity = stat.st_ino, stat.st_mtime_ns, stat.st_size
                known[SheetId(key)] = self._keys_in(folder / name, identity)
        return known

    def write(self, sheet_id: SheetId, edition: int, keys: Sequence[str]) -> None:
        """Replace the file of a sheet's keys."""
        replace_whole(known_keys_file(self._folder, sheet_id, edition), document_of(keys))

    def _keys_in(self, file: StorePath, identity: _Identity) -> tuple[str, ...]:
        known = self._parsed.get(file)
        if known is None or known[0] != identity:
            known = identity, parsed_keys(file)
            self._parsed[file] = known
        return known[1]


def known_keys_file(folder: StorePath, sheet_id: str, edition: int) -> StorePath:
    """Return the file of a sheet's keys, below a store's folder."""
    return folder / KEYS / str(edition) / f"{safe_key(sheet_id)}.json"


def document_of(keys: Iterable[str]) -> bytes:
    """Return the bytes of a file that names these keys."""
    return canonical({"keys": list(keys)})


def parsed_keys(file: StorePath) -> tuple[str, ...]:
    """Return the keys that a file names; none where it cannot be read."""
    try:
        document = parse_json(file.read_bytes())
    except (OSError, SheetError):
        return ()
    keys = document.get("keys") if isinstance(document, dict) else None
    if not isinstance(keys, list):
        return ()
    return tuple(key for key in keys if isinstance(key, str))


def keys_in_order(sheet_id: str, keys: Iterable[str]) -> tuple[str, ...]:
    """Return the keys of a sheet's revisions once each, nothing where its id is the only one: then it needs no file."""
    ordered = tuple(dict.fromkeys(keys))
    return () if ordered == (sheet_id,) else ordered
