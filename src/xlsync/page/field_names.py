"""Fields as people name them in settings: by their titles or labels, where these mean one field alone, else by their paths."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from xlsync.form.edition import Edition

_YEAR: Final = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


def lasting_path(edition: Edition, path: str) -> str:
    """Return a path with its years told from the edition's, so that it holds next year, too."""
    counted = _YEAR.sub(lambda match: f"{{{int(match[0]) - edition.year}}}", path)
    return counted if edition.expand(counted) == path else path


def title_of_path(edition: Edition, path: str) -> str:
    """Return the title of the field that a path means where nothing else is called so, else the path."""
    field = edition.by_path.get(edition.expand(path))
    return path if field is None or len(_paths_called(edition, field.title)) != 1 else field.title


def path_of_title(edition: Edition, words: str) -> str:
    """Return the path of the field called so, its years told from the edition's; what no field is called stays as it is."""
    paths = _paths_called(edition, words)
    return lasting_path(edition, paths[0]) if len(paths) == 1 else words


def _paths_called(edition: Edition, words: str) -> list[str]:
    titled = [field.path for field in edition.fields if field.title == words]
    return titled or [field.path for field in edition.fields if field.label == words]


__all__ = ["lasting_path", "path_of_title", "title_of_path"]
