"""Which sheet a key means: the one that has it today, else one that had it formerly; and which keys a sheet has and had."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from xlsync.canonical_json import parse_json
from xlsync.errors import SheetError, StoreDamaged, StoreError
from xlsync.sheet_keys import SheetId, fault_of_key
from xlsync.store.known_keys import KeyOwners, KnownKeys
from xlsync.store.store_files import StoreFiles, has_revisions, numbers_in, safe_key

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping

_AMBIGUOUS: Final = (
    "この番号は、いまはどの事業の番号でもなく、以前は{count}つの事業（いまの番号：{listed}）の番号でした。"
    "いまの番号で指定してください"
)


class SheetIds(StoreFiles):
    """The part of a store that tells the sheet of a key, and the keys of a sheet."""

    _known_keys: KnownKeys
    _keys_at: dict[tuple[int, SheetId, int], str]

    def id_of(self, key: str, edition: int) -> SheetId:
        """Return the id of the sheet that a person means by a key, or by an id; of no sheet, the id that a new one would have.

        Raises:
            StoreError: Nobody has the key today, and several sheets had it formerly.

        """
        owners = self.owners_of(key, edition)
        if owners.todays_owners:
            return owners.todays_owners[0]
        if len(owners.former_owners) > 1:
            listed = "、".join(self.key_of(sheet_id, edition) for sheet_id in owners.former_owners)
            raise StoreError(_AMBIGUOUS.format(count=len(owners.former_owners), listed=listed), key)
        return owners.former_owners[0] if owners.former_owners else SheetId(key)

    def owners_of(self, key: str, edition: int) -> KeyOwners:
        """Return the sheets that have a key today, and those that had it formerly; a sheet always answers to its id."""
        if fault_of_key(key):
            return KeyOwners()
        known = self._known_keys.by_id(edition)
        candidates = self._candidates(key, edition, known)
        if not known:
            return KeyOwners(tuple(candidates))
        today = [each for each in candidates if self._todays_key(each, edition, known) == key]
        former = (each for each in candidates if each not in today)
        return KeyOwners(
            tuple(today), tuple(each for each in former if self._had(each, edition, key))
        )

    def _candidates(
        self, key: str, edition: int, known: Mapping[SheetId, tuple[str, ...]]
    ) -> list[SheetId]:
        """Return the registered sheets that may have had a key: the one with this id, and those whose file names it."""
        named = {SheetId(key)}
        for sheet_id, keys in known.items():
            if key in (keys or self.keys_of_revisions(sheet_id, edition)):
                named.add(sheet_id)
        return sorted(each for each in named if self._is_registered(each, edition))

    def key_of(self, sheet_id: SheetId, edition: int) -> str:
        """Return the key that the sheet of `sheet_id` has today, the id where it never had another or nobody can tell."""
        return self._todays_key(sheet_id, edition, self._known_keys.by_id(edition))

    def keys_of(self, sheet_id: SheetId, edition: int) -> tuple[str, ...]:
        """Return every key that the sheet of `sheet_id` has or had, in the order in which they were first used."""
        if sheet_id not in self._known_keys.by_id(edition):
            return (sheet_id,)
        return tuple(dict.fromkeys(filter(None, self.keys_of_revisions(sheet_id, edition))))

    def keys_by_id(self, edition: int, sheet_ids: Iterable[SheetId]) -> dict[SheetId, str]:
        """Return the key of today of each of the sheets of `sheet_ids`, by id."""
        known = self._known_keys.by_id(edition)
        return {each: self._todays_key(each, edition, known) for each in sheet_ids}

    def new_id(self, key: str, edition: int) -> SheetId:
        """Return the id of a new sheet: its key, with a number after it where another sheet has that id."""
        sheet_id, number = SheetId(key), 2
        while self._is_registered(sheet_id, edition):
            sheet_id = SheetId(f"{key}~{number}")
            number += 1
        return sheet_id

    def _todays_key(self, sheet_id: SheetId, edition: int, known: Container[SheetId]) -> str:
        if sheet_id not in known:
            return sheet_id
        return self._key_at(sheet_id, edition, self._last(sheet_id, edition) or 0) or sheet_id

    def _had(self, sheet_id: SheetId, edition: int, key: str) -> bool:
        """Whether a sheet had a key: of a revision that cannot be read, what the sheet's file says is believed."""
        return key == sheet_id or not {key, ""}.isdisjoint(
            self.keys_of_revisions(sheet_id, edition)
        )

    def _is_registered(self, sheet_id: SheetId, edition: int) -> bool:
        return has_revisions(self.files / "revisions" / str(edition) / safe_key(sheet_id))

    def keys_of_revisions(self, sheet_id: SheetId, edition: int) -> tuple[str, ...]:
        """Return the key that each revision gives the sheet of `sheet_id`, oldest first, "" where one cannot be read."""
        last = self._last(sheet_id, edition)
        if last is None:
            return ("",)
        return tuple(self._key_at(sheet_id, edition, number) for number in range(1, last + 1))

    def _last(self, sheet_id: SheetId, edition: int) -> int | None:
        """Return the number of the newest revision, None where the folder cannot be listed."""
        try:
            return max(numbers_in(self.revision_file(sheet_id, edition, 1).parent), default=0)
        except StoreDamaged:
            return None

    def _key_at(self, sheet_id: SheetId, edition: int, number: int) -> str:
        """Return the key that a revision gives its sheet, "" where it cannot be read or is another's."""
        position = edition, sheet_id, number
        if position not in self._keys_at:
            try:
                data = self.revision_file(sheet_id, edition, number).read_bytes()
                sheet = parse_json(data)["sheet"]
                key = sheet["key"] if sheet.get("id", sheet["key"]) == sheet_id else ""
            except (OSError, SheetError, KeyError, TypeError, AttributeError):
                return ""
            self._keys_at[position] = key if isinstance(key, str) else ""
        return self._keys_at[position]
