"""Take the last import of figures back, as one act: its record first, then each field that says what the import wrote."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from xlsync.errors import StoreError
from xlsync.exchange.blame import Origin, blame_fields
from xlsync.exchange.receive import receive
from xlsync.exchange.sheet_of_key import json_with_id
from xlsync.merging import Change, changes_between, replace_fields
from xlsync.store import with_documents
from xlsync.store.figure_imports import sound_imports, write_figures_import

if TYPE_CHECKING:
    from xlsync.exchange.receipt import Receipt, Source, Terms
    from xlsync.sheet import Sheet
    from xlsync.sheet_keys import SheetId
    from xlsync.store import Store
    from xlsync.store.figure_imports import FiguresImport


@dataclass(frozen=True, slots=True)
class UndoneSheet:
    """A sheet as it is to be once the import is taken back, and what that changes; `newer_paths` stay as they are."""

    sheet: Sheet
    changes: tuple[Change, ...]
    newer_paths: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FiguresUndo:
    """What taking an import back would do.

    Attributes:
        kind_name: The kind of file.
        undone_import: The import.
        imports: All records of the kind, by which it is known whether another one came since.
        undone_sheets: The sheets that it filled.

    """

    kind_name: str
    undone_import: FiguresImport
    imports: tuple[FiguresImport, ...]
    undone_sheets: tuple[UndoneSheet, ...]

    @property
    def changed(self) -> tuple[UndoneSheet, ...]:
        """The sheets in which something changes."""
        return tuple(undone for undone in self.undone_sheets if undone.changes)

    @property
    def file_words(self) -> str:
        """What stands as the file of each revision that it makes."""
        return _file_words(self.undone_import.file)

    def to_document(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {
            "kind": self.kind_name,
            "file": self.undone_import.file,
            "sheets": [_document(undone) for undone in self.undone_sheets],
        }


def plan_figures_undo(store: Store, terms: Terms, kind: str) -> FiguresUndo:
    """Return what taking the last import of a kind back would do; nothing is written.

    A field goes back where the import was the last to change it; one that says something newer stays. Where the record of it
    is written already, what an interrupted run has left is done.

    Raises:
        StoreError: No import of the kind can be taken back.
        StoreDamaged: The last record of the kind cannot be read.

    """
    imports = tuple(sound_imports(store.files, kind, terms.fiscal_year))
    undone = _undone_import(kind, imports)
    sheets = tuple(
        _undone_sheet(store, sheet, undone, tuple(undone.field_figures[sheet.id]))
        for sheet in store.heads(terms.fiscal_year)
        if sheet.id in undone.field_figures
    )
    return FiguresUndo(kind, undone, imports, sheets)


def keep_undo(store: Store, terms: Terms, plan: FiguresUndo, source: Source) -> None:
    """Write down that an import is taken back, unless that is the newest record already; call it before `run_undo`.

    StoreError where another record of the kind was written since the plan was made.
    """
    year, kind = terms.fiscal_year, plan.kind_name
    with store.writing():
        imports = tuple(sound_imports(store.files, kind, year))
        if imports != plan.imports:
            raise StoreError("示したあとに数字が変わりました。もう一度実行してください", kind)
        if not imports[-1].undone_file:
            before = imports[-2] if len(imports) > 1 else plan.undone_import.without_figures()
            undo = before.as_undo(plan.undone_import.file, source.when, source.who)
            write_figures_import(store.files, kind, year, undo)
    for undone in plan.undone_sheets:
        store.touch_head(undone.sheet.id, year)


def run_undo(
    store: Store,
    terms: Terms,
    plan: FiguresUndo,
    source: Source,
    progress: Callable[[Sequence[UndoneSheet]], Iterable[UndoneSheet]],
) -> Iterator[Receipt]:
    """Write the former values into the sheets; yield the receipt of each."""
    for undone in progress(plan.changed):
        yield from receive(store, terms, json_with_id(undone.sheet), source)


def _undone_import(kind: str, imports: Sequence[FiguresImport]) -> FiguresImport:
    if not imports:
        raise StoreError(f"「{kind}」という種類は取り込んでいません")
    last = imports[-1]
    if last.is_release:
        raise StoreError(
            f"「{kind}」は、取り込みのあとで欄を職員に戻しています。取り消すときは、前のファイルを取り込み直してください"
        )
    return imports[-2] if last.undone_file else last


def _undone_sheet(
    store: Store, sheet: Sheet, undone: FiguresImport, paths: Sequence[str]
) -> UndoneSheet:
    here = [path for path in paths if path in sheet.edition.by_path]
    blamed = blame_fields(store, sheet, here)
    own = [path for path in here if _is_of_import(blamed.get(path), undone)]
    newer = [path for path in here if _is_newer(blamed.get(path), undone)]
    values = dict(_former_values(store, sheet.id, sheet.edition.year, own, blamed))
    former = replace_fields(sheet, with_documents(sheet, values), values)
    return UndoneSheet(former, changes_between(sheet, former), tuple(newer))


def _former_values(
    store: Store,
    sheet_id: SheetId,
    year: int,
    paths: Iterable[str],
    blamed: Mapping[str, Origin],
) -> Iterator[tuple[str, Any]]:
    """Yield what each field said before the revision that brought its figure."""
    for path in paths:
        revision = store.find_revision(sheet_id, year, blamed[path].revision)
        changes = () if revision is None else revision.draft.changes
        yield from ((path, change["from"]) for change in changes if change["path"] == path)


def _is_of_import(origin: Origin | None, undone: FiguresImport) -> bool:
    """Whether the import was the last to change a field."""
    return origin is not None and origin.file == undone.file and origin.when >= undone.when


def _is_newer(origin: Origin | None, undone: FiguresImport) -> bool:
    """Whether somebody changed a field after the import."""
    if origin is None or origin.when < undone.when:
        return False
    return origin.file not in {undone.file, _file_words(undone.file)}


def _file_words(file: str) -> str:
    return f"取り消し（{file}）"


def _document(undone: UndoneSheet) -> dict[str, Any]:
    changes = [change.to_document() for change in undone.changes]
    named = {"key": undone.sheet.key, "title": undone.sheet.title}
    return {**named, "changes": changes, "newer": list(undone.newer_paths)}


__all__ = ["FiguresUndo", "UndoneSheet", "keep_undo", "plan_figures_undo", "run_undo"]
