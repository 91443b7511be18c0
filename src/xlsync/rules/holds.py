"""Terms that are true or false."""

from __future__ import annotations

from dataclasses import dataclass

from xlsync.kinds import DASH
from xlsync.kinds.excel.formula_text import UNREAD_MARK, quoted
from xlsync.kinds.shapes import matches, matches_formula
from xlsync.rules.term import (
    NOISE,
    Addresses,
    Given,
    Term,
    Unread,
    grouped,
    is_number,
    number,
    without_noise,
)


@dataclass(frozen=True, slots=True)
class IsBlank:
    """Nothing is there."""

    of: Term

    def value(self, given: Given) -> bool:
        return self.of.value(given) is None

    def formula(self, addresses: Addresses) -> str:
        return f"LEN({self.of.formula(addresses)})=0"


@dataclass(frozen=True, slots=True)
class IsDash:
    """The dash is there."""

    of: Term

    def value(self, given: Given) -> bool:
        return self.of.value(given) == DASH

    def formula(self, addresses: Addresses) -> str:
        return f'EXACT({self.of.formula(addresses)},"{DASH}")'


@dataclass(frozen=True, slots=True)
class IsUnread:
    """Something is there that could not be read."""

    of: Term

    def value(self, given: Given) -> bool:
        return isinstance(self.of.value(given), Unread)

    def formula(self, addresses: Addresses) -> str:
        # Programs take ⁇ for ？？, which is its compatibility form, where they compare by =.
        return f'EXACT({self.of.formula(addresses)},"{UNREAD_MARK}")'


@dataclass(frozen=True, slots=True)
class IsNumber:
    """A number is there."""

    of: Term

    def value(self, given: Given) -> bool:
        return is_number(self.of.value(given))

    def formula(self, addresses: Addresses) -> str:
        return f"ISNUMBER({self.of.formula(addresses)})"


@dataclass(frozen=True, slots=True)
class IsText:
    """The field's cell holds a text, also where its value is a number."""

    path: str

    def value(self, given: Given) -> bool:
        return self.path in given.texts

    def formula(self, addresses: Addresses) -> str:
        return f"ISTEXT({addresses.raw[self.path]})"


@dataclass(frozen=True, slots=True)
class IsFilled:
    """A value is there: neither blank, nor "-", nor unreadable."""

    of: Term

    def value(self, given: Given) -> bool:
        value = self.of.value(given)
        return value is not None and value != DASH and not isinstance(value, Unread)

    def formula(self, addresses: Addresses) -> str:
        cell = self.of.formula(addresses)
        dash, unread = f'EXACT({cell},"{DASH}")', f'EXACT({cell},"{UNREAD_MARK}")'
        return f"AND(LEN({cell})>0,NOT({dash}),NOT({unread}))"


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite."""

    of: Term

    def value(self, given: Given) -> bool:
        return not self.of.value(given)

    def formula(self, addresses: Addresses) -> str:
        return f"NOT({self.of.formula(addresses)})"


@dataclass(frozen=True, slots=True)
class AnyOf:
    """One of these holds. All are evaluated: none may fail where another holds."""

    of: tuple[Term, ...]

    def value(self, given: Given) -> bool:
        return any(term.value(given) for term in self.of)

    def formula(self, addresses: Addresses) -> str:
        return f"OR({','.join(term.formula(addresses) for term in self.of)})"


@dataclass(frozen=True, slots=True)
class AllOf:
    """All of these hold. All are evaluated, as in `AnyOf`."""

    of: tuple[Term, ...]

    def value(self, given: Given) -> bool:
        return all(term.value(given) for term in self.of)

    def formula(self, addresses: Addresses) -> str:
        return f"AND({','.join(term.formula(addresses) for term in self.of)})"


@dataclass(frozen=True, slots=True)
class Same:
    """Two texts are the same, character by character."""

    left: Term
    right: Term

    def value(self, given: Given) -> bool:
        return self.left.value(given) == self.right.value(given)

    def formula(self, addresses: Addresses) -> str:
        # Excel's = does not know upper case from lower.
        return f"EXACT({self.left.formula(addresses)},{self.right.formula(addresses)})"


@dataclass(frozen=True, slots=True)
class Above:
    """The left number is greater than the right one (with `or_equal`, or as great)."""

    left: Term
    right: Term
    or_equal: bool = False

    def value(self, given: Given) -> bool:
        difference = number(self.left.value(given)) - number(self.right.value(given))
        return without_noise(difference) >= 0 if self.or_equal else without_noise(difference) > 0

    def formula(self, addresses: Addresses) -> str:
        # What binary arithmetic cannot keep apart is equal.
        difference = (
            f"{grouped(self.left.formula(addresses))}-{grouped(self.right.formula(addresses))}"
        )
        return f"ROUND({difference},{NOISE}){'>=' if self.or_equal else '>'}0"


@dataclass(frozen=True, slots=True)
class Listed:
    """The text is one of these, character by character."""

    of: Term
    items: tuple[str, ...]

    def value(self, given: Given) -> bool:
        return self.of.value(given) in self.items

    def formula(self, addresses: Addresses) -> str:
        cell = self.of.formula(addresses)
        return f"OR({','.join(f'EXACT({cell},{quoted(item)})' for item in self.items)})"


@dataclass(frozen=True, slots=True)
class Matches:
    """The text looks like the mask: # a digit, @ a Latin letter, ? any character, others themselves."""

    of: Term
    mask: str

    def value(self, given: Given) -> bool:
        return matches(str(self.of.value(given)), self.mask)

    def formula(self, addresses: Addresses) -> str:
        return matches_formula(self.of.formula(addresses), self.mask)
