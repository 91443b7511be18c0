"""The city's list of posts (定員.csv): how many posts each unit has, of all periods or of one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Final

from xlsync.errors import SettingsError
from xlsync.kinds import DASH, fold
from xlsync.kinds.characters import half_width
from xlsync.organization import plain_name

if TYPE_CHECKING:
    from xlsync.form.edition import Edition

POSTS_HEADING: Final = "定員"
PERIOD_HEADING: Final = "区分"


@dataclass(frozen=True, slots=True)
class UnitPosts:
    """The posts of a unit (部, or 部 and 課 …); `period` is the key of the period they are of, "" for every other one."""

    unit_names: tuple[str, ...]
    post_count: Decimal
    period: str = ""


def staffed_periods(edition: Edition) -> dict[str, str]:
    """Return the field that says how many people work for a project, by the key of its period, in the form's order."""
    return {rule.at: rule.parts[0] for rule in edition.rules if rule.check == "personnel-cost"}


def listed_posts(
    rows: Iterable[tuple[int, Sequence[str]]], edition: Edition, file: str
) -> list[UnitPosts]:
    """Read the rows of a list whose first one is the headings: the levels of the organization, 定員, and 区分 where needed.

    Raises:
        SettingsError: A row is wrong, or says the posts of a unit a second time.

    """
    levels = [level.name for level in edition.definition.identity.organization]
    posts: dict[tuple[tuple[str, ...], str], UnitPosts] = {}
    for index, (number, cells) in enumerate(rows):
        where = f"{file} {number}行目"
        if index == 0:
            _refuse_other_headings(cells, levels, where)
            continue
        listed = _unit_posts(cells, len(levels), edition, where)
        named = (tuple(map(plain_name, listed.unit_names)), listed.period)
        if named in posts:
            raise SettingsError(f"「{'　'.join(listed.unit_names)}」の定員が2回あります", where)
        posts[named] = listed
    return list(posts.values())


def _refuse_other_headings(cells: Sequence[str], levels: Sequence[str], where: str) -> None:
    wanted = [*levels, POSTS_HEADING]
    plain = [cell.removesuffix("等名") for cell in cells]
    if plain not in (wanted, [*wanted, PERIOD_HEADING]):
        raise SettingsError(
            f"見出しを「{','.join(wanted)}」（年度で違うときは最後に「{PERIOD_HEADING}」）にしてください",
            where,
        )


def _unit_posts(cells: Sequence[str], depth: int, edition: Edition, where: str) -> UnitPosts:
    padded = [*cells, *[""] * (depth + 2 - len(cells))]
    names = ["" if name == DASH else name for name in padded[:depth]]
    while names and not names[-1]:
        names.pop()
    if not names or not all(names):
        raise SettingsError("上の所属から順に、間を空けずに書いてください", where)
    return UnitPosts(
        tuple(names), _count(padded[depth], where), _period(padded[depth + 1], edition, where)
    )


def _count(text: str, where: str) -> Decimal:
    """Return a number of posts; SettingsError where it is none."""
    plain = half_width(text).replace("人", "").replace(",", "").strip()
    try:
        count = Decimal(plain)
    except InvalidOperation:
        count = Decimal(-1)
    if not count.is_finite() or count < 0:
        raise SettingsError(f"定員「{text}」は0以上の数で書いてください", where)
    return count


def _period(text: str, edition: Edition, where: str) -> str:
    """Return the key of the period that a text means by its key or its label (H29年度決算), "" for a blank."""
    if not text:
        return ""
    labels = {at: edition.by_path[path].axis_label for at, path in staffed_periods(edition).items()}
    meant = [at for at, label in labels.items() if text == at or fold(text) == fold(label)]
    if meant:
        return meant[0]
    listed = "、".join(labels.values())
    raise SettingsError(f"{PERIOD_HEADING}「{text}」はありません（{listed}）", where)


__all__ = ["PERIOD_HEADING", "POSTS_HEADING", "UnitPosts", "listed_posts", "staffed_periods"]
