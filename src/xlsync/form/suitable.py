"""Whether a rule suits the fields it names: a rule that could never speak, or would only shout, is refused.

Refused here, where a definition is written out, so that no rule reckons with a text and no check of a sheet ever raises.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from xlsync.errors import FormError
from xlsync.kinds import KINDS, Amount, Money, kind_names

if TYPE_CHECKING:
    from xlsync.form.definition import AxisEntry
    from xlsync.form.edition import BoundRule, Edition, Field
    from xlsync.form.rules import Rule

_NUMBERS: Final = kind_names("is_amount")
_AMOUNTS: Final = kind_names("is_rule_amount")
_WORDS: Final = kind_names("is_words")
_MONEY: Final = (Money.name,)
WANTED: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "sum": _NUMBERS,
        "program-total": _MONEY,
        "personnel-cost": _NUMBERS,
        "at-most": _AMOUNTS,
        "range": _AMOUNTS,
        "ratio": _NUMBERS,
        "unit-slip": _MONEY,
        "order": _AMOUNTS,
        "length": _WORDS,
        "pattern": _WORDS,
        "one-of": tuple(KINDS),
        "dash-with": tuple(KINDS),
        "target": (Amount.name,),
        "change": _NUMBERS,
        "scale": _MONEY,
        "as-last-year": _NUMBERS,
        "carried-over": kind_names("is_free_text"),
        "fits": kind_names("is_free_text"),
    }
)
"""The kinds of field each check can speak of and look at."""
_ONE_UNIT: Final = frozenset({"sum", "program-total", "at-most", "order", "scale", "unit-slip"})


def refuse_duplicate_codes(rules: Iterable[Rule], where: str) -> None:
    """Raise FormError where two rules of one year have one code: nobody could tell their findings apart."""
    subjects: dict[str, str] = {}
    for rule in rules:
        if rule.code in subjects:
            both = f"「{subjects[rule.code]}」と「{rule.subject}」の規則"
            raise FormError(
                f"規則 {rule.code} が2つあります（{both}）。code を別の名前にしてください", where
            )
        subjects[rule.code] = rule.subject


def refuse_wrong_axes(
    rule: Rule, combinations: Sequence[Mapping[str, AxisEntry]], where: str
) -> None:
    """Raise FormError where a rule omits what is on no axis, or everything, or compares years where no axis is of years."""
    keys = [_keys(combination) for combination in combinations]
    omitted = set(rule.omit)
    unknown = omitted.difference(*keys)
    if unknown:
        raise FormError(f"規則 {rule.code} の omit「{min(unknown)}」が軸にありません", where)
    if all(omitted & each for each in keys):
        raise FormError(f"規則 {rule.code} の omit が、すべての欄を除いています", where)
    of_years = len(keys[0]) == 1 and "{" in min(keys[0])
    if rule.check == "change" and not of_years:
        reason = f"規則 {rule.code} の「{rule.subject}」は、年度の軸を1つだけ持つ欄ではないため、前の年度と比べられません"
        raise FormError(reason, where)


def _keys(combination: Mapping[str, AxisEntry]) -> set[str]:
    return {str(entry.key) for entry in combination.values()}


def refuse_unsuited(edition: Edition, earlier: Collection[str], where: str) -> None:
    """Raise FormError for a rule that does not suit its fields; `earlier` are the paths of the edition before."""
    for rule in edition.rules:
        fault = _fault(edition, rule, earlier)
        if fault:
            raise FormError(f"規則 {rule.code} {fault}", where)


def _fault(edition: Edition, rule: BoundRule, earlier: Collection[str]) -> str:
    """Return what is wrong with a rule and its fields, "" where it is sound."""
    if rule.expression is not None:
        return ""
    fields = [edition.by_path[path] for path in (rule.path, *rule.parts)]
    return (
        _repeated(fields)
        or _wrong_table(edition, rule, fields)
        or _wrong_kind(rule, fields)
        or _different_units(rule, fields)
        or _wrong_for(rule, fields[0], earlier)
    )


def _wrong_table(edition: Edition, rule: BoundRule, fields: list[Field]) -> str:
    """Say where a rule names a table other than by a column that it sums up."""
    named = [field for field in fields if field.steps[0] in edition.table_of]
    summed = edition.columns if rule.skips_blanks else ()
    wrong = next((f for f in named if f is fields[0] or f not in summed), None)
    if wrong is None:
        return ""
    return f'の「{wrong.path}」は表です。表の列は、blank = "nothing" の sum の parts にだけ書けます'


def _repeated(fields: list[Field]) -> str:
    paths = [field.path for field in fields]
    repeated = [path for path in paths if paths.count(path) > 1]
    return f"が、同じ欄「{repeated[0]}」を二度指しています" if repeated else ""


def _wrong_kind(rule: BoundRule, fields: list[Field]) -> str:
    wanted = WANTED.get(rule.check, tuple(KINDS))
    wrong = next((field for field in fields if field.kind.name not in wanted), None)
    if wrong is None:
        return ""
    kinds = "・".join(_in_words(kind) for kind in wanted)
    return (
        f"の「{wrong.path}」は{_in_words(wrong.kind.name)}の欄です。"
        f'check = "{rule.check}" は{kinds}の欄に使えます'
    )


def _in_words(kind: str) -> str:
    """Return a kind in the office's words and the definition's: 金額（money）."""
    return f"{KINDS[kind].office_word}（{kind}）"


def _different_units(rule: BoundRule, fields: list[Field]) -> str:
    units = list(dict.fromkeys(field.unit for field in fields if field.kind.name in _NUMBERS))
    if rule.check not in _ONE_UNIT or len(units) <= 1:
        return ""
    return f"の「{fields[0].path}」は、単位の違う欄（{'と'.join(units)}）と比べられています"


def _wrong_for(rule: BoundRule, field: Field, earlier: Collection[str]) -> str:
    match rule.check:
        case "dash-with" if not field.dash_allowed:
            return f"は「{field.path}」に「-」を求めますが、この欄は「-」を入力できません（dash）"
        case "pattern" if field.kind.fixed_length() not in {None, len(rule.limits.mask)}:
            length = field.kind.fixed_length()
            return f"の「{field.path}」は{length}けたの番号です。mask も{length}文字にしてください"
        case "as-last-year" if field.path == field.origin:
            return f"の「{field.path}」には年度がなく、昨年度のシートの同じ年度の金額がありません"
        case "as-last-year" if field.path not in earlier:
            return (
                f"の「{field.path}」は前の年度の様式にないため、昨年度のシートと比べられません。"
                "omit（または since）で除いてください"
            )
    return ""
