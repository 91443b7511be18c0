"""Terms that are true or false."""

from __future__ import annotations

from dataclasses import dataclass

from xlsync.kinds import DASH
from xlsync.rules.term import (
    NOISE,
    UNREAD_MARK,
    Given,
    Places,
    Term,
    Unread,
    grouped,
    is_number,
    number,
    quoted,
    settled,
)

_DIGITS = "0123456789"
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class IsBlank:
    """Nothing is there."""

    of: Term

    def value(self, given: Given) -> bool:
        """Tell."""
        return self.of.value(given) is None

    def formula(self, places: Places) -> str:
        """Tell."""
        return f'{self.of.formula(places)}=""'


@dataclass(frozen=True, slots=True)
class IsDash:
    """The dash is there."""

    of: Term

    def value(self, given: Given) -> bool:
        """Tell."""
        return self.of.value(given) == DASH

    def formula(self, places: Places) -> str:
        """Tell."""
        return f'{self.of.formula(places)}="{DASH}"'


@dataclass(frozen=True, slots=True)
class IsUnread:
    """Something is there that could not be read."""

    of: Term

    def value(self, given: Given) -> bool:
        """Tell."""
        return isinstance(self.of.value(given), Unread)

    def formula(self, places: Places) -> str:
        """Tell."""
        return f'{self.of.formula(places)}="{UNREAD_MARK}"'


@dataclass(frozen=True, slots=True)
class IsNumber:
    """A number is there."""

    of: Term

    def value(self, given: Given) -> bool:
        """Tell."""
        return is_number(self.of.value(given))

    def formula(self, places: Places) -> str:
        """Tell."""
        return f"ISNUMBER({self.of.formula(places)})"


@dataclass(frozen=True, slots=True)
class IsFilled:
    """A value is there: neither blank, nor "-", nor unreadable."""

    of: Term

    def value(self, given: Given) -> bool:
        """Tell."""
        value = self.of.value(given)
        return value is not None and value != DASH and not isinstance(value, Unread)

    def formula(self, places: Places) -> str:
        """Tell."""
        cell = self.of.formula(places)
        return f'AND({cell}<>"",{cell}<>"{DASH}",{cell}<>"{UNREAD_MARK}")'


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite."""

    of: Term

    def value(self, given: Given) -> bool:
        """Tell."""
        return not self.of.value(given)

    def formula(self, places: Places) -> str:
        """Tell."""
        return f"NOT({self.of.formula(places)})"


@dataclass(frozen=True, slots=True)
class AnyOf:
    """One of these holds. All are asked: none may fail where another holds."""

    of: tuple[Term, ...]

    def value(self, given: Given) -> bool:
        """Tell."""
        return any(one.value(given) for one in self.of)

    def formula(self, places: Places) -> str:
        """Tell."""
        return f"OR({','.join(one.formula(places) for one in self.of)})"


@dataclass(frozen=True, slots=True)
class AllOf:
    """All of these hold. All are asked, as in `AnyOf`."""

    of: tuple[Term, ...]

    def value(self, given: Given) -> bool:
        """Tell."""
        return all(one.value(given) for one in self.of)

    def formula(self, places: Places) -> str:
        """Tell."""
        return f"AND({','.join(one.formula(places) for one in self.of)})"


@dataclass(frozen=True, slots=True)
class Same:
    """Two texts are the same, sign by sign."""

    left: Term
    right: Term

    def value(self, given: Given) -> bool:
        """Tell."""
        return self.left.value(given) == self.right.value(given)

    def formula(self, places: Places) -> str:
        """Tell; Excel's = does not know upper case from lower."""
        return f"EXACT({self.left.formula(places)},{self.right.formula(places)})"


@dataclass(frozen=True, slots=True)
class Above:
    """The left number is greater than the right one (with `or_equal`, or as great)."""

    left: Term
    right: Term
    or_equal: bool = False

    def value(self, given: Given) -> bool:
        """Tell."""
        difference = number(self.left.value(given)) - number(self.right.value(given))
        return settled(difference) >= 0 if self.or_equal else settled(difference) > 0

    def formula(self, places: Places) -> str:
        """Tell; what binary arithmetic cannot keep apart is equal."""
        difference = f"{grouped(self.left.formula(places))}-{grouped(self.right.formula(places))}"
        return f"ROUND({difference},{NOISE}){'>=' if self.or_equal else '>'}0"


@dataclass(frozen=True, slots=True)
class Listed:
    """The text is one of these, sign by sign."""

    of: Term
    items: tuple[str, ...]

    def value(self, given: Given) -> bool:
        """Tell."""
        return self.of.value(given) in self.items

    def formula(self, places: Places) -> str:
        """Tell."""
        cell = self.of.formula(places)
        return f"OR({','.join(f'EXACT({cell},{quoted(item)})' for item in self.items)})"


@dataclass(frozen=True, slots=True)
class Matches:
    """The text looks like the mask: # a digit, @ a Latin letter, ? any character, others themselves."""

    of: Term
    mask: str

    def value(self, given: Given) -> bool:
        """Tell."""
        text = str(self.of.value(given))
        return len(text) == len(self.mask) and all(map(_like, text, self.mask))

    def formula(self, places: Places) -> str:
        """Tell."""
        cell = self.of.formula(places)
        asked = [f"LEN({cell})={len(self.mask)}"]
        for at, sign in enumerate(self.mask, start=1):
            one = f"MID({cell},{at},1)"
            if sign in _CLASSES:
                asked.append(f"ISNUMBER(FIND({one},{quoted(_CLASSES[sign])}))")
            elif sign != "?":
                asked.append(f"EXACT({one},{quoted(sign)})")
        return f"AND({','.join(asked)})"


_CLASSES = {"#": _DIGITS, "@": _LETTERS}


def _like(sign: str, wanted: str) -> bool:
    return wanted == "?" or (sign in _CLASSES[wanted] if wanted in _CLASSES else sign == wanted)
