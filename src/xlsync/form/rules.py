"""The rules a form may have: one class per check, one `[[rule]]` entry each. What a rule means stands in `xlsync.rules`."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from xlsync.form.amount_rules import (
    AsLastYearRule,
    AtMostRule,
    ChangeRule,
    OrderRule,
    PersonnelRule,
    ProgramTotalRule,
    RangeRule,
    RatioRule,
    ScaleRule,
    SumRule,
    TargetRule,
    UnitSlipRule,
)
from xlsync.form.expression_rules import CheckRule, ComputedRule
from xlsync.form.rule_entry import FieldRule, Severity

_FULL_WIDTH_WILDCARDS = "＃＠？"
"""Those who mean # @ ? and have the keyboard in full width."""


class LengthRule(FieldRule):
    """The text has at most so many characters."""

    check: Literal["length"]
    most: int = Field(ge=1, le=32_767)


class PatternRule(FieldRule):
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


class OneOfRule(FieldRule):
    """One field at least is filled (with `exactly`, one and no more): the subject or one of the others."""

    check: Literal["one-of"]
    others: list[str] = Field(min_length=1)
    exactly: bool = False

    @property
    def references(self) -> list[str]:
        """The other fields."""
        return self.others


class DashWithRule(FieldRule):
    """Where one field says "-", this one does too."""

    check: Literal["dash-with"]
    with_: str = Field(alias="with")

    @property
    def references(self) -> list[str]:
        """The field it goes with."""
        return [self.with_]


class CarriedOverRule(FieldRule):
    """The text was not carried over word for word from last year's sheet; short texts may be."""

    check: Literal["carried-over"]
    least: int = Field(default=20, ge=1, le=32_767)


class FitsRule(FieldRule):
    """The text fits into its cell on paper, at the form's font and column widths."""

    check: Literal["fits"]
    severity: Severity = "warning"


Rule = Annotated[
    SumRule
    | ProgramTotalRule
    | PersonnelRule
    | AtMostRule
    | RangeRule
    | RatioRule
    | UnitSlipRule
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
    | FitsRule
    | CheckRule
    | ComputedRule,
    Field(discriminator="check"),
]
