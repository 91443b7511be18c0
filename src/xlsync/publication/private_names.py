"""What may name a private person in the published texts: shown to somebody who decides, never taken out by itself. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from xlsync.kinds import fold
from xlsync.row_titles import title_of

if TYPE_CHECKING:
    from xlsync.publication.published_year import LeftOutSheet, PublicPredecessor, PublicSheet
    from xlsync.sheet import Sheet

_NAME: Final = "(?:[一-龠々ヶ]{1,5}[ 　]?[一-龠々]{0,4}|[ァ-ヴー・]{2,10})"
_HONORIFIC: Final = re.compile(
    rf"{_NAME}(?:氏(?![名子神])|様(?![式子々相態似体])|さん(?!か)|殿(?![堂])|先生|君(?![主臨])|ちゃん)"
)
_NOT_A_NAME: Final = re.compile(
    "(?:皆|各|両|同|多|仕|模|一|異|有|客|神|王|人|利用者|市民|住民|参加者|関係者|保護者|子ども|子供|奥|母|父|御|宮|神)"
    "(?:氏|様|さん|殿|君|ちゃん)"
)
_TITLED: Final = re.compile(
    rf"(?:会長|代表者?|理事長|委員長|館長|園長|校長|講師|店主|担当者?|氏名)[ 　:：]+{_NAME}"
)
_REACHED: Final = re.compile(
    r"(?<![0-9-])0[0-9]{1,4}[-(][0-9]{1,4}[-)][0-9]{3,4}(?![0-9-])|[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
)
_REASON: Final = "left-out.reason"
"""Stands for a path of the form where the reason of a sheet that is left out has a word."""
_FORMER_TITLE: Final = "predecessors.former_title"
"""Likewise, where the title of a predecessor has a word."""
_AROUND: Final = 12
"""Characters before and after a word that are shown with it."""


@dataclass(frozen=True, slots=True)
class NameCandidate:
    """A word that may name a person, or say how to reach one: whose sheet, which field, and the text around it."""

    sheet_id: str
    key: str
    path: str
    field_title: str
    word: str
    around: str


def name_candidates(public: PublicSheet, listed: Sequence[str] = ()) -> Iterator[NameCandidate]:
    """Yield what may name a private person in the words of a sheet; `listed` are names that the city looks for."""
    sheet = public.sheet
    for path in sheet:
        text = sheet.unreadable.get(path) or (sheet.text(path) if _is_free(sheet, path) else "")
        yield from _candidates_in(sheet, path, title_of(sheet, path), text, listed)


def left_out_candidates(
    left_out: LeftOutSheet, listed: Sequence[str] = ()
) -> Iterator[NameCandidate]:
    """Yield what may name a private person in what is published of a sheet that is left out: its title and the reason."""
    sheet = left_out.sheet
    title = sheet.edition.definition.identity.title
    if title:
        yield from _candidates_in(
            sheet, title, sheet.edition.by_path[title].title, sheet.title, listed
        )
    yield from _candidates_in(sheet, _REASON, "公表しない理由", left_out.reason, listed)


def predecessor_candidates(
    predecessor: PublicPredecessor, listed: Sequence[str] = ()
) -> Iterator[NameCandidate]:
    """Yield what may name a private person in the title of a project of an earlier year."""
    text = predecessor.earlier_title
    for start, end in words_in(text, listed):
        yield NameCandidate(
            predecessor.earlier_id,
            predecessor.earlier_key,
            _FORMER_TITLE,
            "前身の名称",
            text[start:end],
            _around(text, start, end),
        )


def _is_free(sheet: Sheet, path: str) -> bool:
    """Whether people wrote the words at a path freely: a text, or a word that its list does not offer."""
    kind = sheet.edition.by_path[path].kind
    identity = sheet.edition.definition.identity
    if kind.is_free_text:
        return path not in {*identity.key, *(level.field for level in identity.organization)}
    return kind.is_choice and sheet[path] not in kind.listed()


def _candidates_in(
    sheet: Sheet, path: str, field_title: str, text: str, listed: Sequence[str]
) -> Iterator[NameCandidate]:
    for start, end in words_in(text, listed):
        around = _around(text, start, end)
        yield NameCandidate(sheet.id, sheet.key, path, field_title, text[start:end], around)


def _around(text: str, start: int, end: int) -> str:
    return text[max(0, start - _AROUND) : end + _AROUND].replace("\n", " ")


def words_in(text: str, listed: Sequence[str] = ()) -> list[tuple[int, int]]:
    """Return where a text has words that may name a person, in order, none within another.

    >>> text = "講師の山田太郎氏が、市民の皆様に仕様を説明した。"
    >>> [text[start:end] for start, end in words_in(text)]
    ['山田太郎氏']
    """
    spans = [match.span() for match in _HONORIFIC.finditer(text) if not _is_common(match[0])]
    spans += [match.span() for pattern in (_TITLED, _REACHED) for match in pattern.finditer(text)]
    for name in listed:
        spans += [match.span() for match in re.finditer(_spelled(name), text)]
    return _apart(spans)


def _is_common(word: str) -> bool:
    """Whether a word only ends like a name with 氏 or 様: 皆様, 仕様, 多様."""
    return any(word.endswith(match[0]) for match in _NOT_A_NAME.finditer(word))


def _spelled(name: str) -> str:
    """Return the pattern of a listed name: spaces within it do not count."""
    return "[ 　]?".join(re.escape(character) for character in fold(name))


def _apart(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    kept: list[tuple[int, int]] = []
    for start, end in sorted(spans, key=lambda span: (span[0], -span[1])):
        if not kept or start >= kept[-1][1]:
            kept.append((start, end))
    return kept


__all__ = [
    "NameCandidate",
    "left_out_candidates",
    "name_candidates",
    "predecessor_candidates",
    "words_in",
]
