"""Who is signed in: a random id in a cookie, of which only the hash is kept, beside the store; a restart signs nobody out."""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import hmac
import json
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final, cast

from xlsync.disk import replace_whole
from xlsync.errors import XlsyncError
from xlsync.page.visitors import WAY_WORDS, EntryWay, Visitor, roles_of

FOLDER: Final = "page"
_FILE: Final = "sessions.json"
UNUSED: Final = dt.timedelta(hours=9)
"""A session nobody has used for so long has ended."""
LONGEST: Final = dt.timedelta(hours=12)
_MOST_OTHERS: Final = 20
_WRITTEN_EVERY: Final = dt.timedelta(minutes=10)
"""How old the time of the last visit on the disk may be."""


@dataclass(frozen=True, slots=True)
class Session:
    """A visitor who is signed in, since when, and when last seen.

    `further_visitors` is how they signed in before for other forms of the city, which have keys of their own.
    """

    visitor: Visitor
    begun_at: dt.datetime
    seen_at: dt.datetime
    further_visitors: tuple[Visitor, ...] = ()

    @property
    def visitors(self) -> tuple[Visitor, ...]:
        """All by whose rights they may come in, the last one first."""
        return (self.visitor, *self.further_visitors)

    def is_over(self, now: dt.datetime) -> bool:
        """Whether it has ended by itself."""
        return now - self.seen_at > UNUSED or now - self.begun_at > LONGEST

    def to_document(self) -> dict[str, Any]:
        """Return it as JSON."""
        times = {"begun": self.begun_at.isoformat(), "seen": self.seen_at.isoformat()}
        others = (
            {"others": [*map(_visitor_document, self.further_visitors)]}
            if self.further_visitors
            else {}
        )
        return {**_visitor_document(self.visitor), **times, **others}


@dataclass
class Sessions:
    """The sessions of a store's page. `now` is the clock; `folder` is the store's folder of the page."""

    folder: Path
    now: Callable[[], dt.datetime]
    _by_digest: dict[str, Session] = field(default_factory=dict)
    _written: dict[str, dt.datetime] = field(default_factory=dict)
    _messages: dict[str, list[str]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        """Take over the sessions of an earlier run."""
        self._by_digest = _read(self.folder / _FILE)
        self._written = {digest: each.seen_at for digest, each in self._by_digest.items()}

    def begin(self, visitor: Visitor, former_id: str = "") -> str:
        """Begin a session and return its id; the former one ends, and what let the same person in there still does."""
        session_id, now = secrets.token_urlsafe(32), self.now()
        with self._lock:
            former = self._by_digest.pop(_digest(former_id), None)
            before = () if former is None or former.is_over(now) else former.visitors
            others = tuple(each for each in before if each.may_go_on_beside(visitor))
            self._by_digest[_digest(session_id)] = Session(visitor, now, now, others[:_MOST_OTHERS])
            self._write()
        return session_id

    def find(self, session_id: str) -> Session | None:
        """Return the session of an id, None where there is none or it has ended; it counts as seen now."""
        digest, now = _digest(session_id), self.now()
        with self._lock:
            session = self._by_digest.get(digest)
            if session is None:
                return None
            if session.is_over(now):
                self._remove([digest])
                return None
            self._by_digest[digest] = replace(session, seen_at=now)
            if now - self._written.get(digest, session.begun_at) > _WRITTEN_EVERY:
                self._write()
        return session

    def leave_message(self, session_id: str, text: str) -> None:
        """Leave a message for the next page of a session; a restart loses it."""
        with self._lock:
            self._messages.setdefault(_digest(session_id), []).append(text)

    def take_messages(self, session_id: str) -> list[str]:
        """Return the messages left for a session, once."""
        with self._lock:
            return self._messages.pop(_digest(session_id), [])

    def end(self, session_id: str) -> None:
        """End a session."""
        with self._lock:
            self._remove([_digest(session_id)])

    def end_named(self, name: str) -> bool:
        """End the session of a short name; False where there is none."""
        with self._lock:
            digests = [digest for digest in self._by_digest if digest[:8] == name]
            self._remove(digests)
        return bool(digests)

    def every(self) -> list[tuple[str, Session]]:
        """Return the sessions that have not ended, the newest first, each with a short name that is no id."""
        now = self.now()
        with self._lock:
            listed = [(digest[:8], each) for digest, each in self._by_digest.items()]
        alive = [(name, each) for name, each in listed if not each.is_over(now)]
        return sorted(alive, key=lambda named: named[1].seen_at, reverse=True)

    def _remove(self, digests: list[str]) -> None:
        for digest in digests:
            self._by_digest.pop(digest, None)
        self._write()

    def _write(self) -> None:
        """Write what has not ended; where that fails, the sessions of this run go on all the same."""
        now = self.now()
        self._by_digest = {
            digest: each for digest, each in self._by_digest.items() if not each.is_over(now)
        }
        documents = {digest: each.to_document() for digest, each in self._by_digest.items()}
        with contextlib.suppress(XlsyncError, OSError):
            make_private_folder(self.folder)
            replace_whole(self.folder / _FILE, json.dumps(documents, ensure_ascii=False).encode())
        self._written = {digest: each.seen_at for digest, each in self._by_digest.items()}


def form_token(session_id: str) -> str:
    """Return what a form of this session carries, so that no other page can send one."""
    return hmac.new(session_id.encode(), b"xlsync form", hashlib.sha256).hexdigest()


def is_form_token(session_id: str, token: str) -> bool:
    """Whether a form comes from a page of this session."""
    return hmac.compare_digest(form_token(session_id).encode(), token.encode("utf-8", "replace"))


def make_private_folder(folder: Path) -> None:
    """Create a folder that only this user can look into, where there is none."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def _digest(session_id: str) -> str:
    return hashlib.sha256(session_id.encode("utf-8", "replace")).hexdigest()


def _read(file: Path) -> dict[str, Session]:
    """Return the sessions of a file, none where it cannot be read: then everybody signs in again."""
    with contextlib.suppress(OSError, ValueError, TypeError, AttributeError, KeyError):
        documents = json.loads(file.read_bytes())
        return {str(digest): _session(each) for digest, each in documents.items()}
    return {}


def _session(document: dict[str, Any]) -> Session:
    begun, seen = (dt.datetime.fromisoformat(document[name]) for name in ("begun", "seen"))
    others = tuple(map(_visitor, document.get("others", [])))
    return Session(_visitor(document), begun, seen, others)


def _visitor(document: dict[str, Any]) -> Visitor:
    way = document["way"]
    if way not in WAY_WORDS:
        raise ValueError(way)
    return Visitor(
        str(document["person"]),
        roles_of(document["roles"]),
        str(document["department"]),
        cast("EntryWay", way),
        str(document["key"]),
        str(document.get("form", "")),
    )


def _visitor_document(visitor: Visitor) -> dict[str, Any]:
    return {
        "person": visitor.person,
        "roles": sorted(visitor.roles),
        "department": visitor.department,
        "way": visitor.entry_way,
        "key": visitor.key_digest,
        **({"form": visitor.form_name} if visitor.form_name else {}),
    }


__all__ = ["FOLDER", "Session", "Sessions", "form_token", "is_form_token", "make_private_folder"]
