"""Return fields with figures of the financial system back to staff: what the sheets hold stays, and may be typed over."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar

from xlsync.errors import StoreError
from xlsync.exchange.figures.file_kinds import column_meaning
from xlsync.kinds import fold
from xlsync.store.figure_imports import figures_imports, write_figures_import

if TYPE_CHECKING:
    from xlsync.exchange.receipt import Source, Terms
    from xlsync.form.edition import Edition
    from xlsync.sheet_keys import SheetId
    from xlsync.store import Store
    from xlsync.store.figure_imports import FiguresImport

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Release:
    """What giving fields back does.

    Attributes:
        kind_name: The kind of file that filled them.
        paths: The fields.
        sheet_ids: The sheets that have figures there.
        remaining: What is left of the file that was taken in.

    """

    kind_name: str
    paths: tuple[str, ...]
    sheet_ids: tuple[SheetId, ...]
    remaining: FiguresImport

    def to_document(self, edition: Edition) -> dict[str, Any]:
        """Return it as JSON."""
        fields = [
            {"path": path, "title": edition.by_path[path].title if path in edition.by_path else ""}
            for path in self.paths
        ]
        return {"kind": self.kind_name, "fields": fields, "sheets": len(self.sheet_ids)}


def plan_release(
    store: Store, terms: Terms, kind: str, fields: Sequence[str], reason: str
) -> Release:
    """Return what giving fields back would do; nothing is written.

    Args:
        store: The store.
        terms: The city's form and fiscal year.
        kind: The kind of file.
        fields: Paths, titles or labels of fields, none for all that the kind fills.
        reason: Why.

    Raises:
        StoreError: No such file was taken in, it fills no such field, or there is no reason.

    """
    if not reason.strip():
        raise StoreError("理由（--reason）を書いてください")
    imports = figures_imports(store.files, terms.fiscal_year)
    if kind not in imports:
        listed = "、".join(imports) or "なし"
        raise StoreError(f"「{kind}」という種類は取り込んでいません（取り込んだ種類：{listed}）")
    imported = imports[kind]
    filled = list(dict.fromkeys(p for figures in imported.field_figures.values() for p in figures))
    edition = terms.form.at(terms.fiscal_year)
    paths = tuple(_named(edition, filled, written) for written in fields) or tuple(filled)
    ids = tuple(
        sheet_id
        for sheet_id, figures in imported.field_figures.items()
        if not figures.keys().isdisjoint(paths)
    )
    return Release(kind, paths, ids, _without(imported, paths, reason.strip()))


def _named(edition: Edition, filled: Sequence[str], written: str) -> str:
    """Return the filled field that a path, title or label means; StoreError where that is none or several."""
    word = fold(written)
    meant = [
        path
        for path in filled
        if path in edition.by_path and word == fold(edition.by_path[path].label)
    ]
    path = meant[0] if len(meant) == 1 else column_meaning(edition, written)
    if path in filled:
        return path
    listed = "、".join(edition.by_path[path].title for path in filled if path in edition.by_path)
    raise StoreError(
        f"「{written}」は数字が入っている欄ではありません。次のどれかにしてください：{listed}"
    )


def release_figures(store: Store, terms: Terms, release: Release, source: Source) -> None:
    """Write down what is left of the file; StoreError where it is another one by now."""
    with store.writing():
        now = figures_imports(store.files, terms.fiscal_year).get(release.kind_name)
        if now is None or (now.when, now.as_of) != (
            release.remaining.when,
            release.remaining.as_of,
        ):
            raise StoreError(
                "示したあとに数字が変わりました。もう一度実行してください", release.kind_name
            )
        after = replace(release.remaining, when=source.when, who=source.who)
        write_figures_import(store.files, release.kind_name, terms.fiscal_year, after)
    for sheet_id in release.sheet_ids:
        store.touch_head(sheet_id, terms.fiscal_year)


def _without(imported: FiguresImport, paths: Collection[str], reason: str) -> FiguresImport:
    """Return a file as though it had no columns for some fields."""
    figures = {
        key: _values_without(by_path, paths) for key, by_path in imported.field_figures.items()
    }
    lines = [_line_without(line, paths) for line in imported.details["lines"]]
    details = {
        **imported.details,
        "lines": [line for line in lines if line["yen"]],
        "reason": reason,
    }
    left = {key: by_path for key, by_path in figures.items() if by_path}
    return replace(imported, details=details, field_figures=left)


def _line_without(line: Mapping[str, Any], paths: Collection[str]) -> dict[str, Any]:
    return {
        **line,
        "yen": _values_without(line["yen"], paths),
        "sheets": {key: _values_without(yen, paths) for key, yen in line["sheets"].items()},
    }


def _values_without(by_path: Mapping[str, T], paths: Collection[str]) -> dict[str, T]:
    return {path: value for path, value in by_path.items() if path not in paths}


__all__ = ["Release", "plan_release", "release_figures"]
