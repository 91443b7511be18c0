"""Reading TOML written by people: unknown keys refused, every fault named by its place and in Japanese."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, ValidationError

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails


class Strict(BaseModel):
    """Every key is known, every value is of its type, and nothing changes after reading."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        strict=True,
        defer_build=True,
        alias_generator=lambda name: name.replace("_", "-"),
    )


def explain(fault: ValidationError, document: object) -> str:
    """Return the faults as Japanese lines, each naming where in the document it is."""
    lines = []
    for error in fault.errors(include_url=False):
        where = " → ".join(_location(error["loc"], document)) or "全体"
        lines.append(f"{where}：{_reason(error['type'], error['msg'])}{_proposal(error)}")
    return "\n".join(lines[:20])


_BRANCHES = frozenset(
    {
        *("str", "int", "literal", "RequiredWith", "RequiredUnless"),
        *("overview", "list", "table", "shares", "programs", "distribution", "targets", "texts"),
        *("findings", "facts", "years", "plans", "copied", "reflection"),
    }
)
"""What pydantic calls the branches of unions: types, kinds of a summary's pages, blocks of a report."""


def _location(loc: tuple[int | str, ...], document: object) -> list[str]:
    names: list[str] = []
    here: object = document
    for step in loc:
        if _leads(here, step):
            here = here[step]  # type: ignore[index]  # _leads has looked
        elif names and (str(step).partition("[")[0] in _BRANCHES or _is_check(here, step)):
            continue  # the name of a union's branch is pydantic's own word, not a place in the file
        entry = here.get("path") or here.get("code") if isinstance(here, dict) else None
        names.append(
            f"{int(step) + 1}番目（{entry}）" if isinstance(step, int) and entry else str(step)
        )
    return names


def _is_check(here: object, step: int | str) -> bool:
    """True where the step is the check by which pydantic has chosen a rule's class."""
    return isinstance(here, dict) and here.get("check") == step


def _leads(here: object, step: int | str) -> bool:
    in_list = isinstance(here, list) and isinstance(step, int) and step < len(here)
    return in_list or (isinstance(here, dict) and step in here)


_REASONS = {
    "extra_forbidden": "知らない項目名です。",
    "missing": "必要な項目がありません",
    "string_type": '文字列（"…"）を書いてください',
    "int_type": "整数を書いてください",
    "bool_type": "true か false を書いてください",
    "list_type": "[ ] で囲んだ並びを書いてください",
    "dict_type": "表（{ } や [ ]）を書いてください",
    "model_type": "表（{ } や [ ]）を書いてください",
    "int_parsing": "整数を書いてください",
    "float_type": "数を書いてください",
    "float_parsing": "数を書いてください",
    "string_pattern_mismatch": "使えない文字があります",
    "string_too_short": "空にはできません",
    "string_too_long": "長すぎます",
    "too_short": "1つ以上書いてください",
    "too_long": "多すぎます",
    "finite_number": "ふつうの数を書いてください（inf や nan は使えません）",
    "union_tag_not_found": "check がありません。確認の種類を書いてください",
    "model_attributes_type": "表（{ } や [ ]）を書いてください",
}


def _proposal(error: ErrorDetails) -> str:
    """Return what a name that nobody knows was meant to be, as a question; "" for other faults."""
    if error["type"] != "extra_forbidden":
        return ""
    typed = str(error["loc"][-1]).replace("_", "-")
    alike = get_close_matches(typed, sorted(_names_of(Strict)), n=1, cutoff=0.75)
    return f"「{alike[0]}」ではありませんか" if alike else "つづりを確かめてください"


def _names_of(model: type[Strict]) -> set[str]:
    """Return the names of the entries of a model and of all that derive from it."""
    fields = model.model_fields.items()
    own = {field.alias or name.replace("_", "-") for name, field in fields}
    return own.union(*map(_names_of, model.__subclasses__()))


def _reason(kind: str, message: str) -> str:
    if kind == "union_tag_invalid":
        return f"check が使えない値です（次のどれか：{message.partition('expected tags: ')[2]}）"
    if kind == "literal_error":
        return f"使えない値です（{message.removeprefix('Input should be ')}）"
    if kind in {"greater_than_equal", "less_than_equal"}:
        return f"範囲の外です（{message.removeprefix('Input should be ')}）"
    return _REASONS.get(kind, message.removeprefix("Value error, "))
