"""The rules about amounts: sums, limits, and comparisons with another amount or another year."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from xlsync.form.rule_entry import LARGEST, FieldRule, RuleEntry, Severity


class SumRule(RuleEntry):
    """The total equals the sum of its parts, within a tolerance; a computed total gets this formula on the page.

    Without all its parts a total is blank; with `blank = "nothing"` (rows that need not be filled in) blank parts count
    for nothing, and it is blank where all are.
    """

    check: Literal["sum"]
    severity: Severity = "error"
    total: str
    parts: list[str] = Field(min_length=1)
    tolerance: int = Field(default=0, ge=0, le=LARGEST)
    blank: Literal["missing", "nothing"] = "missing"

    @property
    def subject(self) -> str:
        """The total."""
        return self.total

    @property
    def references(self) -> list[str]:
        """What it is the sum of."""
        return self.parts


class ProgramTotalRule(RuleEntry):
    """The total equals the sum of a field over all sheets of the same program (予算事業)."""

    check: Literal["program-total"]
    total: str
    of: str

    @property
    def subject(self) -> str:
        """The total."""
        return self.total

    @property
    def references(self) -> list[str]:
        """What is summed up."""
        return [self.of]


class PersonnelRule(RuleEntry):
    """人件費 equals 従事割合 × rate per person + 時間外 × rate per hour, within a tolerance in 千円."""

    check: Literal["personnel-cost"]
    total: str
    persons: str
    hours: str
    tolerance: int = Field(default=1, ge=0, le=LARGEST)

    @property
    def subject(self) -> str:
        """The cost."""
        return self.total

    @property
    def references(self) -> list[str]:
        """Persons and hours."""
        return [self.persons, self.hours]


class AtMostRule(FieldRule):
    """The amount is at most another one."""

    check: Literal["at-most"]
    limit: str

    @property
    def references(self) -> list[str]:
        """The limit."""
        return [self.limit]


class RangeRule(FieldRule):
    """The number lies between two bounds, both included; one of them may be left out."""

    check: Literal["range"]
    least: float | None = Field(default=None, ge=-LARGEST, le=LARGEST, allow_inf_nan=False)
    most: float | None = Field(default=None, ge=-LARGEST, le=LARGEST, allow_inf_nan=False)

    @model_validator(mode="after")
    def _bounds_are_sound(self) -> Self:
        if self.least is None and self.most is None:
            raise ValueError("least か most のどちらかを書いてください")
        if self.least is not None and self.most is not None and self.least > self.most:
            raise ValueError("least が most より大きくなっています")
        return self


class RatioRule(FieldRule):
    """The amount lies between so much and so much for each one of another number; asked where that is `by-least` at least."""

    check: Literal["ratio"]
    by: str
    least: float = Field(gt=0, le=LARGEST, allow_inf_nan=False)
    most: float = Field(gt=0, le=LARGEST, allow_inf_nan=False)
    by_least: float = Field(default=0, ge=0, le=LARGEST, allow_inf_nan=False)

    @model_validator(mode="after")
    def _bounds_are_sound(self) -> Self:
        if self.least > self.most:
            raise ValueError("least が most より大きくなっています")
        return self

    @property
    def references(self) -> list[str]:
        """The number it is divided by."""
        return [self.by]


class UnitSlipRule(FieldRule):
    """The amount is at most so much, or one of its parts is below 1,000; else it may have been typed in 円.

    Asked while last year's sheet is not known: with it, `scale` compares the two.
    """

    check: Literal["unit-slip"]
    parts: list[str] = Field(min_length=1)
    most: float = Field(gt=0, le=LARGEST, allow_inf_nan=False)

    @property
    def references(self) -> list[str]:
        """Its parts."""
        return self.parts


class OrderRule(FieldRule):
    """The number is not less than the one before it (a year, an amount that only grows)."""

    check: Literal["order"]
    after: str

    @property
    def references(self) -> list[str]:
        """The field before it."""
        return [self.after]


class TargetRule(FieldRule):
    """The actual value meets the target: 以内・以下・未満 from above, others from below; other units are not compared."""

    check: Literal["target"]
    severity: Severity = "note"
    target: str

    @property
    def references(self) -> list[str]:
        """The target."""
        return [self.target]


class ChangeRule(FieldRule):
    """The amount has not grown by more than `percent`, nor fallen to the same degree, since the entry before on its axis.

    Differences below `least` are never spoken of.
    """

    check: Literal["change"]
    percent: int = Field(ge=1, le=100_000)
    least: int = Field(default=0, ge=0, le=LARGEST)


class ScaleRule(FieldRule):
    """The amount is not about 1,000 times, or a thousandth, of what it is compared with: a slip of 円 and 千円.

    Compared with the entry before on its axis, else with last year's sheet, else with `with`; the first that is a number.
    """

    check: Literal["scale"]
    with_: str | None = Field(default=None, alias="with")

    @property
    def references(self) -> list[str]:
        """The amount of the program."""
        return [] if self.with_ is None else [self.with_]


class AsLastYearRule(FieldRule):
    """The amount says what last year's sheet said of the same period."""

    check: Literal["as-last-year"]
