"""The nested document of a sheet and its values by path, each made of the other by the shape of the edition."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from xlsync.errors import SheetError
from xlsync.form.row_documents import list_of_rows, read_rows, without_tables

if TYPE_CHECKING:
    from xlsync.form.edition import Edition, Step, Tree
    from xlsync.kinds import Value


def nested(edition: Edition, values: Mapping[str, Value]) -> dict[str, Any]:
    """Return the values as nested dicts and lists, in form order and as JSON writes each kind."""
    document: dict[str, Any] = {}
    for path, field in edition.by_path.items():
        _insert(document, field.steps, field.kind.to_json(values[path]))
    for table in edition.tables:
        document[table.path] = list_of_rows(table, values)
    return document


def flat(edition: Edition, document: Any) -> dict[str, Value]:
    """Return the values of a nested document by path; SheetError names the path that is missing, unknown or wrong."""
    values: dict[str, Value] = {}
    _read_tree(without_tables(edition, document), edition.tree, (), values)
    for table in edition.tables:
        read_rows(table, document, values)
    return values


def filled_up(edition: Edition, document: Any, absent: Mapping[str, Value]) -> Any:
    """Return a nested document with every field: those it does not have are as in `absent`, blank where it has none.

    What it has is not looked at, nor changed.
    """
    whole = _filled_up(document, edition.tree, absent)
    if not isinstance(document, dict):
        return whole
    return {**{table.path: list_of_rows(table, absent) for table in edition.tables}, **whole}


def _filled_up(document: Any, tree: Tree, absent: Mapping[str, Value]) -> Any:
    branches = _children(document, is_list=0 in tree)
    if branches is None:
        return document
    whole = dict(branches)
    for step, inner in tree.items():
        if isinstance(inner, dict):
            whole[step] = _filled_up(branches.get(step, [] if 0 in inner else {}), inner, absent)
        elif step not in branches:
            whole[step] = inner.kind.to_json(absent.get(inner.path))
    return [whole[step] for step in sorted(whole, key=int)] if 0 in tree else whole


def _read_tree(
    document: Any, tree: Tree, above: tuple[Step, ...], values: dict[str, Value]
) -> None:
    """Put the values of a document of exactly the tree's shape into `values`; nothing beyond the shape is looked into."""
    branches = _branches(document, tree, above)
    for step, inner in tree.items():
        if isinstance(inner, dict):
            _read_tree(branches[step], inner, (*above, step), values)
            continue
        try:
            values[inner.path] = inner.kind.from_json(branches[step])
        except ValueError as fault:
            raise SheetError(str(fault), inner.path) from fault


def _branches(document: Any, tree: Tree, above: tuple[Step, ...]) -> dict[Step, Any]:
    """Return what lies below one step of the document; SheetError unless it has the steps of the tree and no others."""
    branches = _children(document, is_list=0 in tree)
    if branches is None:
        raise SheetError("項目の形が様式と違います", _dotted(above))
    unknown = [step for step in branches if step not in tree]
    missing = [step for step in tree if step not in branches]
    if unknown or missing:
        word = "様式にない項目です" if unknown else "項目がありません"
        path = _dotted((*above, (unknown or missing)[0]))
        raise SheetError(f"{word}（{path}）", path)
    return branches


def _children(document: Any, *, is_list: bool) -> dict[Step, Any] | None:
    if is_list:
        return dict(enumerate(document)) if isinstance(document, list) else None
    return document if isinstance(document, dict) else None


def _dotted(steps: tuple[Step, ...]) -> str:
    return ".".join(str(step) for step in steps)[:200]


def _insert(document: dict[str, Any], steps: tuple[str | int, ...], value: object) -> None:
    """Set the value at a path of a nested document, whose lists grow in order."""
    here: Any = document
    for step, following in pairwise(steps):
        here = _child(here, step, [] if isinstance(following, int) else {})
    _child(here, steps[-1], value)


def _child(parent: Any, step: str | int, new: object) -> Any:
    """Return what stands at a step of a dict or list, put there now where nothing does."""
    if not isinstance(parent, list):
        return parent.setdefault(step, new)
    if len(parent) == step:
        parent.append(new)
    return parent[int(step)]
