"""Who brought the values that the store holds now, and when."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

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
            if change["path"] in wanted:
                origin_by_path.setdefault(change["path"], origin)
    return origin_by_path
