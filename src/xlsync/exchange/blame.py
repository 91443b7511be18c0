"""Who brought the values that the store holds now, and when."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from xlsync.form.tables import row_of

if TYPE_CHECKING:
    from collections.abc import Collection

    from xlsync.sheet import Sheet
    from xlsync.store import Store


class Origin(NamedTuple):
    """Who brought a field's value, when (ISO 8601), in which file, and as which revision (0 where that is not known)."""

    who: str = ""
    when: str = ""
    file: str = ""
    revision: int = 0

    def words(self) -> str:
        """Return when and by whom as people read it, "" where neither is known."""
        return f"{spoken_time(self.when)} {self.who}".strip()


def spoken_time(moment: str) -> str:
    """Return an ISO 8601 time as people write it: 2018/07/02 09:05."""
    return moment[:16].replace("-", "/").replace("T", " ")


def blame_fields(store: Store, head: Sheet, paths: Collection[str]) -> dict[str, Origin]:
    """Return the newest revision's author and time that changed each path; paths that no revision changed are left out."""
    origin_by_path: dict[str, Origin] = {}
    wanted = set(paths)
    for number in range(head.revision or 0, 0, -1):
        if origin_by_path.keys() >= wanted:
            break
        revision = store.find_revision(head.id, head.edition.year, number)
        if revision is None:
            continue
        draft = revision.draft
        origin = Origin(draft.who, draft.when, draft.submission.file, number)
        for change in revision.draft.changes:
            for path in _touched(change["path"], wanted):
                origin_by_path.setdefault(path, origin)
    return origin_by_path


def _touched(changed: str, wanted: Collection[str]) -> list[str]:
    """Return which of the wanted paths a change speaks of: its own; of a row as a whole its cells, of a cell its row."""
    of_row = row_of(changed)
    if of_row is None:
        return [changed] if changed in wanted else []
    table, row_id, column = of_row
    row = f"{table}.{row_id}"
    if column:
        return [path for path in (changed, row) if path in wanted]
    return [path for path in wanted if path == row or path.startswith(f"{row}.")]
