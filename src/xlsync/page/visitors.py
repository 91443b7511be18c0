"""Who visits the page, by what way, and what each role may do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, get_args

from xlsync.addin.ways.keys import EVERYTHING

if TYPE_CHECKING:
    from xlsync.addin.ways.keys import Keys

Role = Literal["office", "department", "it"]
"""The planning office, a department that reads its own sheets, and the information systems section."""
ROLE_WORDS: Final[dict[Role, str]] = {
    "office": "企画",
    "department": "部（閲覧）",
    "it": "情報システム",
}
ROLES: Final[tuple[Role, ...]] = get_args(Role)
EntryWay = Literal["token", "key", "proxy"]
"""How a visitor was let in: by `xlsync page` on the own computer, by a key, or by the proxy in front that knows people."""
WAY_WORDS: Final[dict[EntryWay, str]] = {
    "token": "このパソコン",
    "key": "鍵（氏名は申告）",
    "proxy": "Windows認証",
}

READERS: Final[frozenset[Role]] = frozenset({"office", "department"})
OFFICE: Final[frozenset[Role]] = frozenset({"office"})
MONITORS: Final[frozenset[Role]] = frozenset({"office", "it"})
EVERYONE: Final[frozenset[Role]] = frozenset(ROLES)


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who is let in.

    Attributes:
        person: The name, as the way in tells it.
        roles: What they are here.
        department: The department whose sheets they may read, "" for all.
        entry_way: How they were let in.
        key_digest: The SHA-256 of their key, "" for none.
        form_name: The further form of the city to which alone a token of its store lets in, "" for every one.

    """

    person: str
    roles: frozenset[Role]
    department: str = ""
    entry_way: EntryWay = "token"
    key_digest: str = ""
    form_name: str = ""

    @property
    def is_office(self) -> bool:
        """Whether they may act for the planning office."""
        return "office" in self.roles

    def may_go_on_beside(self, visitor: Visitor) -> bool:
        """Whether this is the same person as another visitor, let in otherwise: for other forms of the city."""
        return self.person == visitor.person and self != visitor

    @property
    def role_words(self) -> str:
        """Their roles in words."""
        return "・".join(ROLE_WORDS[role] for role in ROLES if role in self.roles)

    @property
    def way_words(self) -> str:
        """How they were let in, in words."""
        return WAY_WORDS[self.entry_way]

    @property
    def signature(self) -> str:
        """What stands in the record beside the name: that it was done on the page, in which role, and how they came in."""
        return f"画面（{self.role_words}、{self.way_words}）"


def visitor_of_key(keys: Keys, digest: str, person: str) -> Visitor | None:
    """Return whom the key of a digest lets in; None for one that is none, or is no more."""
    department = keys.owner_of_digest(digest)
    if department is None:
        return None
    role: Role = next(iter(roles_of([keys.role_of_digest(digest)])), "department")
    own = "" if role == "office" or department == EVERYTHING else department
    return Visitor(person, frozenset({role}), own, "key", digest)


def roles_of(names: object) -> frozenset[Role]:
    """Return the roles that a document names; unknown ones are left out."""
    listed = names if isinstance(names, list) else []
    return frozenset(role for role in ROLES if role in listed)


__all__ = [
    "EVERYONE",
    "MONITORS",
    "OFFICE",
    "READERS",
    "ROLES",
    "ROLE_WORDS",
    "WAY_WORDS",
    "EntryWay",
    "Role",
    "Visitor",
    "roles_of",
    "visitor_of_key",
]
