"""A form at a fiscal year: a flat list of fields in page order. Everything else is a loop over it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, Literal, TypeAlias, cast

from xlsync.expressions import BoundExpression, Result
from xlsync.form.amount_rules import SumRule
from xlsync.form.cell_names import cell_name_of
from xlsync.form.definition import Definition
from xlsync.form.field_entry import FieldEntry, RequiredUnless
from xlsync.form.rule_entry import Severity
from xlsync.form.rule_limits import Limits
from xlsync.form.rules import Rule
from xlsync.form.tables import FieldsByPath, Table
from xlsync.form.years import Calendar, expand
from xlsync.kinds import Kind, Value

_COMPUTING: Final = frozenset({"sum", "program-total", "computed"})
Step = str | int
Tree: TypeAlias = "dict[Step, Tree | Field]"
"""An edition's fields nested as in the JSON; integer steps are indexes of a list."""


@dataclass(frozen=True, slots=True)
class Caption:
    """What people read of a field, with its years written out: the part of the page, the axis, the label, the hint."""

    part: str
    axis: str
    label: str
    hint: str


@dataclass(frozen=True, slots=True)
class Field:
    """One 欄: a path in the JSON, a named cell on the page, and a kind.

    `steps` are the path's steps in the JSON (an int is an index in a list); `entry` is what the definition says of it;
    `required` is true, false, or the path of the field it goes with; `origin` is the path with its years not written out:
    the same field of another edition.
    """

    path: str
    steps: tuple[Step, ...]
    origin: str
    entry: FieldEntry = field(repr=False, hash=False)
    caption: Caption
    kind: Kind
    required: bool | str
    dash_allowed: bool
    list_closed: bool

    @property
    def part(self) -> str:
        """The part of the page it belongs to: 事業実施コスト."""
        return self.caption.part

    @property
    def axis_label(self) -> str:
        """What its axes say: H28年度決算."""
        return self.caption.axis

    @property
    def label(self) -> str:
        """Its own label: 国庫支出金."""
        return self.caption.label

    @property
    def hint(self) -> str:
        """What Excel shows while the cell is selected, "" for nothing of its own."""
        return self.caption.hint

    @property
    def unit(self) -> str:
        """The unit of its numbers, "" where it has none."""
        return self.entry.unit or ""

    @property
    def filled_by(self) -> Literal["office", "staff", "computed"]:
        """Who fills it in."""
        return self.entry.filled_by

    @property
    def multiline(self) -> bool:
        """Whether its text has line breaks."""
        return self.entry.multiline

    @property
    def list_name(self) -> str | None:
        """The name of its list of choices, None where it has none."""
        return self.entry.choices

    @property
    def cell_name(self) -> str:
        """The defined name of its cell: the path, with what Excel forbids in names written as "_".

        A path that is no name, because Excel takes it for a cell (kpi1, r1c1), a number or a truth value, gets a "_" in front.
        """
        return cell_name_of(self.path)

    @property
    def title(self) -> str:
        """The field as people call it: 事業実施コスト H28年度決算 国庫支出金."""
        return " ".join(word for word in (self.part, self.axis_label, self.label) if word)

    @property
    def is_due(self) -> bool:
        """False while nobody has to fill it yet, but will have to: its year is not over, or its column not due."""
        return self.required is not False or self.entry.required_when == "never"

    @property
    def exempt_classes(self) -> tuple[str, tuple[str, ...]] | None:
        """The path of a choice, and its words with which this field is not required; None where nothing exempts it."""
        required = self.entry.required
        if not isinstance(required, RequiredUnless):
            return None
        return required.unless, tuple(required.says)

    def words(self, value: Value) -> str:
        """Return a value as people read it: numbers with separators and unit, "" for blank."""
        return self.kind.words(value)

    @property
    def expected(self) -> str:
        """What belongs into the field, as a request."""
        return self.kind.expected


@dataclass(frozen=True, slots=True)
class BoundRule:
    """A rule of the definition for one combination of its axes: every path written out.

    `path` is the field it speaks of, `parts` the others it looks at, `at` the axis key ("2017-settled"), `previous_path`
    the same field at the entry before on its axis ("" for none); `expression` is that of a check or a computed field, of which
    the `computed_result` can be held.
    """

    declared: Rule = field(repr=False, hash=False)
    path: str
    parts: tuple[str, ...]
    at: str = ""
    previous_path: str = ""
    limits: Limits = field(default_factory=Limits)
    expression: BoundExpression | None = None
    computed_result: Result | None = None

    @property
    def check(self) -> str:
        """The name of the check."""
        return self.declared.check

    @property
    def code(self) -> str:
        """The code of its findings."""
        return self.declared.code

    @property
    def skips_blanks(self) -> bool:
        """Whether it is a sum in which blank parts count for nothing."""
        return isinstance(self.declared, SumRule) and self.declared.blank == "nothing"

    @property
    def severity(self) -> Severity:
        """The severity of its findings: at most a warning while the rule is on trial."""
        declared = self.declared
        return "warning" if declared.trial and declared.severity == "error" else declared.severity


@dataclass(frozen=True)
class Edition:
    """A form at a fiscal year."""

    definition: Definition = field(repr=False)
    year: int
    calendar: Calendar
    fields: tuple[Field, ...] = field(repr=False)
    greyed: tuple[str, ...] = field(repr=False)
    rules: tuple[BoundRule, ...] = field(repr=False)
    former_paths: Mapping[str, tuple[str, ...]] = field(default_factory=dict, repr=False)
    """The paths whose values a field takes over from the version before, by the field's path."""
    tables: tuple[Table, ...] = field(default=(), repr=False)
    conditions: Mapping[str, BoundExpression] = field(default_factory=dict, repr=False)
    """The condition on which a field is required, by the field's path."""

    def __hash__(self) -> int:
        """Hash what tells editions apart; a definition is no key."""
        return hash((self.definition.id, self.year))

    @property
    def form(self) -> str:
        """The form's id."""
        return self.definition.id

    @property
    def title(self) -> str:
        """The form's title with its years written out."""
        return self.expand(self.definition.title)

    @property
    def worksheet(self) -> str:
        """The title of the form's worksheet, the first of several."""
        return self.definition.page.worksheet

    @property
    def worksheets(self) -> tuple[str, ...]:
        """The titles of all worksheets of the form, in order."""
        return (self.worksheet, *self.definition.page.further_worksheets)

    @cached_property
    def by_path(self) -> FieldsByPath:
        """The fields by path, in form order; those of tables' rows can be looked up, and are not among them."""
        return FieldsByPath({field.path: field for field in self.fields}, self.tables)

    @cached_property
    def table_of(self) -> dict[str, Table]:
        """The tables by path."""
        return {table.path: table for table in self.tables}

    @cached_property
    def columns(self) -> tuple[Field, ...]:
        """The columns of all tables."""
        return tuple(column for table in self.tables for column in table.column_fields)

    @cached_property
    def by_origin(self) -> dict[str, Field]:
        """The fields by where in the definition they come from: alike in every edition."""
        return {field.origin: field for field in self.fields}

    @cached_property
    def tree(self) -> Tree:
        """The fields nested as in the JSON."""
        root: Tree = {}
        for field_ in self.fields:
            here = root
            for step in field_.steps[:-1]:
                here = cast("Tree", here.setdefault(step, {}))
            here[field_.steps[-1]] = field_
        return root

    @cached_property
    def by_cell_name(self) -> dict[str, Field]:
        """The fields by the defined name of their cells, folded as Excel compares names."""
        return {field.cell_name.casefold(): field for field in self.fields}

    @cached_property
    def formulas(self) -> dict[str, BoundRule]:
        """The rule that computes each computed field, by the field's path."""
        formulas: dict[str, BoundRule] = {}
        for rule in self.rules:
            is_computed = self.by_path[rule.path].filled_by == "computed"
            if is_computed and rule.check in _COMPUTING:
                formulas.setdefault(rule.path, rule)
        return formulas

    @cached_property
    def totals(self) -> Mapping[str, str]:
        """The computed field that adds up each typed field, by the typed field's path: the first of several."""
        columns = {column.path for column in self.columns}
        totals = {
            part: path
            for path, rule in reversed(self.formulas.items())
            for part in rule.parts
            if rule.expression is None or part in columns
        }
        return {part: total for part, total in totals.items() if part not in self.formulas}

    @cached_property
    def not_due(self) -> frozenset[str]:
        """The paths of what nobody has to fill yet: fields, and computed fields of which no part has to be filled."""
        typed = {field.path for field in self.fields if not field.is_due} - self.formulas.keys()
        totals = {path for path in self.formulas if self._is_open(path)}
        return frozenset(typed | totals)

    def _is_open(self, path: str) -> bool:
        """Whether nobody has to fill any part of a computed field."""
        return all(self.by_path[part].required is False for part in self.typed_parts(path))

    def typed_parts(self, path: str) -> tuple[str, ...]:
        """Return the paths of the fields that are typed and that a computed field is in the end the total of."""
        reached = [path]
        for total in reached:
            parts = self.formulas[total].parts if total in self.formulas else ()
            reached += [part for part in parts if part not in reached]
        return tuple(part for part in reached if part not in self.formulas)

    def axis(self, name: str) -> tuple[tuple[str, str], ...]:
        """Return an axis as (key, label) pairs written out for this year."""
        return tuple(
            (self.expand(str(e.key)), self.expand(e.label)) for e in self.definition.axes[name]
        )

    def expand(self, text: str) -> str:
        """Return the text with its year placeholders written out."""
        return expand(text, self.year, self.calendar)
