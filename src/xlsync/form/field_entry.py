"""One entry of a form's definition: a field, as `form.toml` has it."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from xlsync.expressions.grammar import parsed
from xlsync.form.kind_entries import refuse_wrong_options
from xlsync.form.strict import Strict
from xlsync.kinds import KindOptions

_PATH = r"^[a-z0-9_{}+.-]+$"
_SAME_AS = r"^[a-z][a-z0-9-]*:[A-Za-z0-9_{}+.-]+$"
Carry = Literal["keep", "mark", "empty"]
"""What a value becomes in next year's sheet: it stays, it stays marked until somebody changes it, or it is left blank."""


class RequiredWith(Strict):
    """Required where another field is filled (neither blank nor "-")."""

    with_: str = Field(alias="with")


class RequiredUnless(Strict):
    """Required, or required once its year is over, unless the sheet is of some class: a choice says one of these words."""

    when: Literal["always", "finished"] = "always"
    unless: str = Field(pattern=r"^[A-Za-z0-9_.-]+$")
    says: list[str] = Field(min_length=1)


class FieldEntry(Strict):
    """One entry of the form: a field, or as many as the axes in its path have entries."""

    path: str = Field(pattern=_PATH)
    label: str
    running_label: str | None = None
    part: str
    kind: str
    filled_by: Literal["office", "staff", "computed"]
    required: Literal["always", "finished", "never"] | RequiredWith | RequiredUnless = "never"
    dash: Literal["allowed", "running", "refused"] = "allowed"
    unit: str | None = None
    choices: str | None = None
    multiline: bool = False
    calendar: Literal["japanese", "western"] | None = None
    decimals: int | None = Field(default=None, ge=0)
    shape: str | list[str] | None = None
    computed: str | None = Field(default=None, min_length=1)
    required_if: str | None = Field(default=None, min_length=1, alias="required-when")
    omit: list[str] = Field(default=[])
    hint: str | None = None
    former: list[Annotated[str, Field(pattern=_PATH)]] = Field(default=[])
    same_as: str | None = Field(default=None, pattern=_SAME_AS)
    carry: Carry | None = None
    since: int | None = None
    until: int | None = None
    public: bool | None = None

    @property
    def required_when(self) -> str:
        """When it is required by itself: always, finished or never."""
        if isinstance(self.required, RequiredUnless):
            return self.required.when
        return self.required if isinstance(self.required, str) else "never"

    @model_validator(mode="after")
    def _kind_has_what_it_needs(self) -> Self:
        refuse_wrong_options(self.kind, self)
        if self.computed is not None and self.filled_by != "computed":
            raise ValueError('computed を書くときは filled-by = "computed" にしてください')
        if self.same_as is not None and self.filled_by == "computed":
            raise ValueError("自動計算の欄に same-as は書けません")
        if self.required_if is not None:
            _ = parsed(self.required_if)
        return self

    def kind_options(self, items: tuple[str, ...] = ()) -> KindOptions:
        """Return what the entry says for its kind; `items` are the words of its list."""
        shapes = [self.shape] if isinstance(self.shape, str) else self.shape or []
        return KindOptions(
            self.unit or "",
            self.decimals,
            items,
            self.multiline,
            self.calendar == "western",
            tuple(shapes),
        )
