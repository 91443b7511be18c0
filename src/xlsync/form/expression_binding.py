"""Expressions with their names looked up: of the axes that their field has the one entry, of others all."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeAlias

from xlsync.errors import FormError
from xlsync.expressions import BoundExpression, ExpressionError, Result, names_in
from xlsync.expressions.grammar import Name, parse
from xlsync.expressions.table_columns import COLUMN
from xlsync.form.expression_rules import CheckRule, ComputedRule

if TYPE_CHECKING:
    from xlsync.form.definition import AxisEntry
    from xlsync.form.edition import BoundRule, Edition, Field
    from xlsync.form.field_entry import FieldEntry


Combination: TypeAlias = "dict[str, AxisEntry]"


class Expansion(Protocol):
    """What is asked of a definition at a fiscal year while its entries are written out."""

    @property
    def where(self) -> str:
        """The file of the definition."""

    def in_force(self) -> list[FieldEntry]:
        """Return the entries that the form has in this year."""

    def kept(self, entry: FieldEntry, /) -> list[Combination]:
        """Return the combinations of its axes at which an entry has a field."""

    def combinations(self, *paths: str) -> list[Combination]:
        """Return every combination of the entries of the axes that paths name."""

    def path(self, path: str, combination: Combination, /) -> str:
        """Return a path written out."""

    def columns(self) -> Mapping[str, Field]:
        """Return the columns of all tables by path."""


def bound_expression(
    expansion: Expansion,
    text: str,
    combination: Combination,
    fields: Mapping[str, Field],
    greyed: Collection[str],
) -> BoundExpression:
    """Return an expression for one combination of the axes of its field; ExpressionError for what it cannot name."""
    syntax = parse(text)
    names: dict[Name, tuple[str, ...]] = {}
    for name in names_in(syntax):
        names[name] = tuple(_paths(expansion, name, combination, fields, greyed))
    paths = dict.fromkeys(path for each in names.values() for path in each)
    columns = expansion.columns()
    types = tuple((path, _type_of(path, fields, columns)) for path in paths)
    return BoundExpression(syntax, tuple(names.items()), types, text)


def _refuse_unknown(path: str, greyed: Collection[str]) -> None:
    if path and path not in greyed:
        raise ExpressionError(f"「{path}」という欄はありません")


def _columns_of(expansion: Expansion, words: str) -> list[str]:
    """Return the column that words name, or all columns of the table; none where they name neither."""
    columns = expansion.columns()
    return [path for path in columns if words in {path, path.partition(".")[0]}]


def _type_of(path: str, fields: Mapping[str, Field], columns: Mapping[str, Field]) -> str:
    """Return the type that an expression knows a field or a table's column by."""
    if path in fields:
        return fields[path].kind.expression_type
    kind = columns[path].kind
    return f"{COLUMN}{kind.expression_type}/{kind.cell_divisor}"


def _paths(
    expansion: Expansion,
    name: Name,
    combination: Combination,
    fields: Mapping[str, Field],
    greyed: Collection[str],
) -> Iterator[str]:
    """Yield the paths of the fields that a name stands for."""
    if name.is_label:
        raise ExpressionError(
            f"「{name.name_words}」という欄名はないか、いくつもあります。[path] で書いてください"
        )
    columns = _columns_of(expansion, name.name_words)
    if columns:
        yield from columns
        return
    count = 0
    for each in expansion.combinations(name.name_words):
        is_same = all(combination.get(axis, entry) is entry for axis, entry in each.items())
        path = expansion.path(name.name_words, each) if is_same else ""
        if path in fields:
            count += 1
            yield path
        else:
            _refuse_unknown(path, greyed)
    if count == 0:
        raise ExpressionError(f"「{name.name_words}」は、ここでは（灰色の）ない欄です")


def with_expression(
    expansion: Expansion,
    bound: BoundRule,
    combination: Combination,
    fields: Mapping[str, Field],
    greyed: Collection[str],
) -> BoundRule:
    """Return a rule with its expression; FormError, with its line, where that means nothing."""
    rule = bound.declared
    if not isinstance(rule, CheckRule | ComputedRule):
        return bound
    with _with_line_of(expansion.where, rule.that):
        expression = bound_expression(expansion, rule.that, combination, fields, greyed)
        if isinstance(rule, CheckRule):
            _ = expression.truth
            return replace(bound, parts=expression.paths, expression=expression)
        _ = expression.node
        result = _result_of(fields[bound.path])
    return replace(bound, parts=expression.paths, expression=expression, computed_result=result)


def conditions_of(
    expansion: Expansion, fields: Mapping[str, Field], greyed: Collection[str]
) -> dict[str, BoundExpression]:
    """Return the condition on which each field that has one is required; FormError where one means nothing."""
    bound: dict[str, BoundExpression] = {}
    entries = [entry for entry in expansion.in_force() if entry.required_if]
    for entry, combination in ((each, at) for each in entries for at in expansion.kept(each)):
        text = entry.required_if or ""
        with _with_line_of(expansion.where, text):
            expression = bound_expression(expansion, text, combination, fields, greyed)
            _ = expression.truth
        bound[expansion.path(entry.path, combination)] = expression
    return bound


@contextmanager
def _with_line_of(where: str, text: str) -> Iterator[None]:
    try:
        yield
    except ExpressionError as fault:
        raise expression_fault(where, text, str(fault)) from fault
    except FormError as fault:
        raise expression_fault(where, text, fault.reason) from fault


def _result_of(field: Field) -> Result:
    """Return what a computed field can hold; ExpressionError where it can be none."""
    limits = field.kind.computed_limits()
    if limits is None:
        raise ExpressionError(f"{field.kind.office_word}の欄は計算できません（computed）")
    return Result(*limits)


def refuse_circular(edition: Edition, where: str) -> None:
    """Raise FormError where a field is computed from itself, over however many others."""
    for start, rule in edition.formulas.items():
        if rule.expression is None:
            continue
        chain = _chain_back(edition, start, (start,))
        if chain:
            raise expression_fault(
                where, rule.expression.text, f"計算が一巡しています（{' → '.join(chain)}）"
            )


def _chain_back(edition: Edition, start: str, chain: tuple[str, ...]) -> tuple[str, ...]:
    """Return the chain of computed fields that leads back to its start, () for none."""
    rule = edition.formulas.get(chain[-1])
    for part in rule.parts if rule is not None else ():
        if part == start:
            return (*chain, part)
        if part not in chain:
            longer = _chain_back(edition, start, (*chain, part))
            if longer:
                return longer
    return ()


def expression_fault(where: str, text: str, reason: str) -> FormError:
    """Return the error of an expression, with its line where the file can be read."""
    return FormError(f"式「{text}」：{reason}", f"{where}{_line(where, text)}")


def _line(where: str, text: str) -> str:
    """Return in words on which line of a definition an expression stands, "" where nobody can tell."""
    try:
        lines = Path(where).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError, ValueError):
        return ""
    at = next((at for at, line in enumerate(lines, start=1) if text in line), 0)
    return f" {at}行目" if at else ""


__all__ = ["conditions_of", "refuse_circular", "with_expression"]
