"""Whether every path an edition names is a field of it, and each field is there once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from xlsync.errors import FormError

if TYPE_CHECKING:
    from xlsync.form.edition import Edition, Field


def refuse_duplicates(fields: tuple[Field, ...], where: str) -> None:
    """Raise FormError where a field lies below another, or two have one path or one cell name."""
    stems = {field.steps[:depth] for field in fields for depth in range(1, len(field.steps))}
    nested = next((field.path for field in fields if field.steps in stems), None)
    if nested is not None:
        raise FormError(f"欄「{nested}」の下に別の欄が定義されています", where)
    _refuse_repeated([field.path for field in fields], where)
    _refuse_repeated([field.cell_name.casefold() for field in fields], where)


def _refuse_repeated(names: list[str], where: str) -> None:
    repeated = {name for name in names if names.count(name) > 1}
    if repeated:
        raise FormError(f"同じ欄が二度定義されています（{min(repeated)}）", where)


def refuse_dangling(edition: Edition, where: str) -> None:
    """Raise FormError where the identity, a rule, a `required` or the summary names a field that the form does not have."""
    for path, owner in _named_paths(edition):
        if path not in edition.by_path:
            raise FormError(f"{owner} が、定義にない欄「{path}」を指しています", where)
    entries = {entry.path for entry in edition.definition.field}
    _refuse_unknown_plans(edition, entries, where)
    for page in edition.definition.summary:
        for path in filter(None, page.paths):
            if path not in entries:  # with its axes in braces
                message = f"[[summary]] の「{page.title}」が、定義にない欄「{path}」を指しています"
                raise FormError(message, where)


def refuse_unfit_tables(edition: Edition, where: str) -> None:
    """Raise FormError where a table has the name of a field or of what stands beside the fields, or there are two of it."""
    names = [str(field.steps[0]) for field in edition.fields]
    names += ["form", "edition", "key", "id", "revision", "unreadable"]
    for table in edition.tables:
        if table.path in names:
            raise FormError(f"[[table]] の path「{table.path}」は、ほかの欄と同じ名前です", where)
        names.append(table.path)


def _refuse_unknown_plans(edition: Edition, entries: set[str], where: str) -> None:
    for plan in edition.definition.plan:
        for path in filter(None, (plan.codes, plan.title)):
            if path not in entries:
                message = f"[[plan]] の「{plan.name}」が、定義にない欄「{path}」を指しています"
                raise FormError(message, where)


def refuse_unknown_phase_fields(edition: Edition, where: str) -> None:
    """Raise FormError where a phase asks for a field that the form does not have, or that is computed."""
    for name, fields in edition.definition.phases.items():
        unknown = fields.unknown_paths(edition)
        if unknown:
            raise FormError(f"[phases.{name}] の「{unknown[0]}」という入力欄はありません", where)


def refuse_former_paths(edition: Edition, where: str) -> None:
    """Raise FormError where a field takes over (`former`) from a field that the form still has, or from one twice."""
    for path, former in edition.former_paths.items():
        living = next((name for name in former if name in edition.by_path), None)
        if living is not None:
            raise FormError(f"{path} の former「{living}」は、まだある欄です", where)
        if len(set(former)) < len(former):
            raise FormError(f"{path} の former に同じ欄が二度あります", where)


def refuse_unknown_classes(edition: Edition, where: str) -> None:
    """Raise FormError where a field is not required with a word that no list of choices has."""
    for field in edition.fields:
        if field.exempt_classes is None:
            continue
        path, words = field.exempt_classes
        kind = edition.by_path[path].kind
        unknown = [word for word in words if word not in kind.listed()]
        if unknown:
            reason = f"{field.path} の required の says「{unknown[0]}」が、「{path}」の選択肢にありません"
            raise FormError(reason, where)


def refuse_unknown_submission(edition: Edition, where: str) -> None:
    """Raise FormError where the field of [submission] is no choice that offers its words."""
    cells = edition.definition.submission
    if cells is None:
        return
    kind = edition.by_path[cells.field].kind
    unknown = [word for word in cells.words if word not in kind.listed()]
    if unknown:
        reason = f"[submission] の「{unknown[0]}」が、「{cells.field}」の選択肢にありません"
        raise FormError(reason, where)


def _named_paths(edition: Edition) -> Iterator[tuple[str, str]]:
    """Yield every path that is named outside a field's own entry, with who names it."""
    identity = edition.definition.identity
    named = [*identity.key, *identity.program, *(level.field for level in identity.organization)]
    for path in (*named, *filter(None, [identity.title])):
        yield path, "[identity]"
    cells = edition.definition.submission
    for path in cells.paths if cells is not None else ():
        yield path, "[submission]"
    for rule in edition.rules:
        for path in (rule.path, *rule.parts):
            yield path, f"規則 {rule.code}"
    for field in edition.fields:
        if isinstance(field.required, str):
            yield field.required, f"{field.path} の required"
        if field.exempt_classes is not None:
            yield field.exempt_classes[0], f"{field.path} の required"
