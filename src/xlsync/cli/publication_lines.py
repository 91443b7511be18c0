"""What a publication changes, and what may name a private person in it: shown before it is written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from xlsync.city.confirmed_names import CONFIRMED_FILE, confirm_names
from xlsync.cli.console import complain, is_confirmed, say

if TYPE_CHECKING:
    from xlsync.city.settings import CitySettings
    from xlsync.cli.agreement import Agreement
    from xlsync.publication.corrections import Correction
    from xlsync.publication.derivable_fields import DerivableField
    from xlsync.publication.private_names import NameCandidate
    from xlsync.publication.published_year import PublishedYear

_SHOWN: Final = 20
_QUESTION: Final = "氏名などの候補をすべて見て、公表してよいと確かめましたか"


def say_corrections(corrections: Sequence[Correction]) -> None:
    """Say what changes since the last publication."""
    if corrections:
        say(f"前回の公表からの変更：{len(corrections)}か所")
    for each in corrections[:_SHOWN]:
        field = (
            f"「{each.field_title}」{each.words_before} → {each.words_after}" if each.path else ""
        )
        words = f"{each.key} {each.title}：{each.correction_kind}{field}"
        say(f"  {words}".replace("\n", " "))
    if len(corrections) > _SHOWN:
        say(f"  ほか{len(corrections) - _SHOWN}か所")


def say_derivable(derivable: Sequence[DerivableField]) -> None:
    """Say which fields that are not public can be worked out from those that are."""
    for each in derivable[:_SHOWN]:
        say(f"  注意　{each.words}")
    if len(derivable) > _SHOWN:
        say(f"  ほか{len(derivable) - _SHOWN}欄")


def say_candidates(candidates: Sequence[NameCandidate]) -> None:
    """Say which words may name a private person; every one, for somebody has to look at each."""
    if candidates:
        say(
            f"個人の氏名や連絡先かもしれない言葉：{len(candidates)}か所（公表してよいか確かめてください）"
        )
    for each in candidates:
        say(f"  {each.key}「{each.field_title}」…{each.around}…（{each.word}）")


def are_names_confirmed(
    city: CitySettings,
    year: PublishedYear,
    candidates: Sequence[NameCandidate],
    agreement: Agreement,
    *,
    is_given: bool,
) -> bool:
    """Whether somebody has confirmed all words that may name a person; that is written down with who and when."""
    if not candidates:
        return True
    if not (is_given or (agreement.can_ask and is_confirmed(_QUESTION))):
        complain(
            "氏名などの候補が確かめられていないため、公表していません。直すか、form.toml でその欄に public = false と書くか、"
            f"よければ --names-confirmed を付けて実行してください（{CONFIRMED_FILE} に記録します）"
        )
        return False
    confirm_names(city, year, candidates)
    return True


__all__ = ["are_names_confirmed", "say_candidates", "say_corrections", "say_derivable"]
