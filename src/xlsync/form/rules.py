"""The rules a form may have: one class per check, one `[[rule]]` entry each. What a rule means stands in `xlsync.rules`."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from xlsync.form.strict import Strict

Severity = Literal["error", "warning", "note"]
_LARGEST = 10**15
"""Excel keeps no more digits."""
_FULL_WIDTH_WILDCARDS = "＃＠？"
"""Those who mean # @ ? and have the keyboard in full width."""


class _Rule(Strict):
    """What every rule has: its code, how grave it is, for which editions, and whether it is only being tried.

    A rule on trial reports as a warning at most, and says that it is being tried. `sentence` replaces the words of the
    catalogue; `omit` leaves out entries of the axes.
    """

    code: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    severity: Severity = "warning"
    since: int | None = None
    until: int | None = None
    trial: bool = False
    sentence: str | None = Field(default=None, min_length=1, max_length=200)
    omit: list[str] = Field(default=[])

    @model_validator(mode="after")
    def _years_are_sound(self) -> Self:
        if self.since is not None and self.until is not None and self.since > self.until:
            raise ValueError("since が until より後の年度になっています")
        return self

    @property
    def subject(self) -> str:
        """The path of the field the rule is about."""
        raise NotImplementedError

    @property
    def references(self) -> list[str]:
        """The paths of the other fields it compares with."""
        return []


class _OfRule(_Rule):
    of: str

    @property
    def subject(self) -> str:
        """The path of the field the rule is about."""
        return self.of


class SumRule(_Rule):
    """The total equals the sum of its parts, within a tolerance; a computed total gets this formula on the page."""

    check: Literal["sum"]
    severity: Severity = "error"
    total: str
    parts: list[str] = Field(min_length=1)
    tolerance: int = Field(default=0, ge=0, le=_LARGEST)

    @property
    def subject(self) -> str:
        """The total."""
        return self.total

    @property
    def references(self) -> list[str]:
        """What it is the sum of."""
        return self.parts


class ProgramTotalRule(_Rule):
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


class PersonnelRule(_Rule):
    """人件費 equals 従事割合 × rate per person + 時間外 × rate per hour, within a tolerance in 千円."""

    check: Literal["personnel-cost"]
    total: str
    persons: str
    hours: str
    tolerance: int = Field(default=1, ge=0, le=_LARGEST)

    @property
    def subject(self) -> str:
        """The cost."""
        return self.total

    @property
    def references(self) -> list[str]:
        """Persons and hours."""
        return [self.persons, self.hours]


class AtMostRule(_OfRule):
    """The amount is at most another one."""

    check: Literal["at-most"]
    limit: str

    @property
    def references(self) -> list[str]:
        """The limit."""
        return [self.limit]


class RangeRule(_OfRule):
    """The number lies between two bounds, both included; one of them may be left out."""

    check: Literal["range"]
    least: float | None = Field(default=None, ge=-_LARGEST, le=_LARGEST, allow_inf_nan=False)
    most: float | None = Field(default=None, ge=-_LARGEST, le=_LARGEST, allow_inf_nan=False)

    @model_validator(mode="after")
    def _bounds_are_sound(self) -> Self:
        if self.least is None and self.most is None:
            raise ValueError("least か most のどちらかを書いてください")
        if self.least is not None and self.most is not None and self.least > self.most:
            raise ValueError("least が most より大きくなっています")
        return self


class LengthRule(_OfRule):
    """The text has at most so many characters."""

    check: Literal["length"]
    most: int = Field(ge=1, le=32_767)


class PatternRule(_OfRule):
    """The text looks like the mask: # a digit, @ a Latin letter, ? any character, others themselves."""

    check: Literal["pattern"]
    mask: str = Field(min_length=1, max_length=60)

    @model_validator(mode="after")
    def _mask_is_sound(self) -> Self:
        wide = next((char for char in self.mask if char in _FULL_WIDTH_WILDCARDS), "")
        if wide:
            raise ValueError(f"mask の「{wide}」は半角（# @ ?）で書いてください")
        if self.mask != self.mask.strip() or any(char < " " for char in self.mask):
            raise ValueError("mask のはじめと終わりの空白や、改行は書けません")
        if self.mask == "-":
            raise ValueError("mask の「-」は「該当なし」の印と同じなので、確かめられません")
        return self


class OneOfRule(_OfRule):
    """One field at least is filled (with `exactly`, one and no more): the subject or one of the others."""

    check: Literal["one-of"]
    others: list[str] = Field(min_length=1)
    exactly: bool = False

    @property
    def references(self) -> list[str]:
        """The other fields."""
        return self.others


class OrderRule(_OfRule):
    """The number is not less than the one before it (a year, an amount that only grows)."""

    check: Literal["order"]
    after: str

    @property
    def references(self) -> list[str]:
        """The field before it."""
        return [self.after]


class DashWithRule(_OfRule):
    """Where one field says "-", this one does too."""

    check: Literal["dash-with"]
    with_: str = Field(alias="with")

    @property
    def references(self) -> list[str]:
        """The field it goes with."""
        return [self.with_]


class TargetRule(_OfRule):
    """The actual value meets the target: 以内・以下・未満 from above, others from below; other units are not compared."""

    check: Literal["target"]
    severity: Severity = "note"
    target: str

    @property
    def references(self) -> list[str]:
        """The target."""
        return [self.target]


class ChangeRule(_OfRule):
    """The amount has not grown by more than `percent`, nor fallen to the same degree, since the entry before on its axis.

    Differences below `least` are never spoken of.
    """

    check: Literal["change"]
    percent: int = Field(ge=1, le=100_000)
    least: int = Field(default=0, ge=0, le=_LARGEST)


class ScaleRule(_OfRule):
    """The amount is not about 1,000 times, or a thousandth, of what it is compared with: a slip of 円 and 千円.

    Compared with the entry before on its axis, else with last year's sheet, else with `with`; the first that is a number.
    """

    check: Literal["scale"]
    with_: str | None = Field(default=None, alias="with")

    @property
    def references(self) -> list[str]:
        """The amount of the program."""
        return [] if self.with_ is None else [self.with_]


class AsLastYearRule(_OfRule):
    """The amount says what last year's sheet said of the same period."""

    check: Literal["as-last-year"]


class CarriedOverRule(_OfRule):
    """The text was not carried over word for word from last year's sheet; short texts may be."""

    check: Literal["carried-over"]
    least: int = Field(default=20, ge=1, le=32_767)


class FitsRule(_OfRule):
    """The text fits into its cell on paper, at the form's font and column widths."""

    check: Literal["fits"]
    severity: Severity = "warning"


Rule = Annotated[
    SumRule
    | ProgramTotalRule
    | PersonnelRule
    | AtMostRule
    | RangeRule
    | LengthRule
    | PatternRule
    | OneOfRule
    | OrderRule
    | DashWithRule
    | TargetRule
    | ChangeRule
    | ScaleRule
    | AsLastYearRule
    | CarriedOverRule
    | FitsRule,
    Field(discriminator="check"),
]
