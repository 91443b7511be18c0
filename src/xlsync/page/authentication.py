"""By whom a visit is: whom the proxy in front names, or who has signed in; what they may do differs from form to form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import g, request

from xlsync.addin.ways.visits import is_loopback, named
from xlsync.page.page_context import context
from xlsync.page.session_cookie import session_id_of_visit
from xlsync.page.visitors import Visitor, visitor_of_key

if TYPE_CHECKING:
    from xlsync.city.long_running_settings import PagePeople
    from xlsync.page.page_context import PageContext
    from xlsync.page.sessions import Session
    from xlsync.page.visitors import Role


def authenticate() -> None:
    """Note who visits, and in which session; for whom the proxy names one begins where there is none yet."""
    g.session_id = session_id_of_visit()
    session = context().sessions.find(g.session_id) if g.session_id else None
    g.visitor = visitor_here(context(), session)
    person = g.visitor.person if g.visitor is not None else ""
    is_of_proxy = g.visitor is not None and g.visitor.entry_way == "proxy"
    if is_of_proxy and (session is None or session.visitor.person != person):
        begin_session(g.visitor)  # forms are bound to it
    else:
        g.session = session


def begin_session(visitor: Visitor) -> None:
    """Begin a session in place of the one at hand; the browser is told of it with the answer."""
    g.visitor = visitor
    g.session_id = g.new_session_id = context().sessions.begin(visitor, g.session_id)
    g.session = context().sessions.find(g.session_id)


def visitor_here(form_context: PageContext, session: Session | None) -> Visitor | None:
    """Return by whom the visit at hand is on the page of some form: whom the proxy names, else who has signed in for it."""
    person = _person_of_proxy(form_context)
    if person:
        return visitor_of_proxy(form_context.read_city().long_running.web_page.people, person)
    visitors = () if session is None else session.visitors
    signed_in = (each for each in visitors if each.entry_way != "proxy")
    return next((each for each in signed_in if may_enter(form_context, each)), None)


def visitor_of_session(form_context: PageContext, session: Session) -> Visitor | None:
    """Return whom a session lets in to the page of some form, with the roles they have there; None where it does not."""
    visitor = next((each for each in session.visitors if may_enter(form_context, each)), None)
    if visitor is None or visitor.entry_way != "proxy":
        return visitor
    people = form_context.read_city().long_running.web_page.people
    return visitor_of_proxy(people, visitor.person)


def may_enter(form_context: PageContext, visitor: Visitor) -> bool:
    """Whether what let a visitor in opens the page of some form: the key is still there, the token was for this form."""
    if visitor.entry_way == "key":
        keys = form_context.read_keys()
        return visitor_of_key(keys, visitor.key_digest, visitor.person) == visitor
    if visitor.entry_way == "token":
        return visitor.form_name in {"", form_context.reach.form_name}
    people = form_context.read_city().long_running.web_page.people
    return bool(visitor_of_proxy(people, visitor.person).roles)


def visitor_of_proxy(people: PagePeople, person: str) -> Visitor:
    """Return what a form's settings say of somebody whom the proxy names."""
    folded = person.casefold()
    listed: list[tuple[Role, list[str]]] = [("office", people.office), ("it", people.it)]
    roles = {role for role, names in listed if folded in map(str.casefold, names)}
    departments = [
        department
        for department, names in people.departments.items()
        if folded in map(str.casefold, names)
    ]
    if departments and "office" not in roles:
        roles.add("department")
    department = "" if "office" in roles or not departments else departments[0]
    return Visitor(person, frozenset(roles), department, "proxy")


def _person_of_proxy(form_context: PageContext) -> str:
    """Return whom the proxy in front has authenticated; only one on this computer is believed."""
    header = form_context.reach.read_settings().serve.user_header
    if not header or not is_loopback(request.remote_addr or ""):
        return ""
    return named(request.environ, header)


__all__ = [
    "authenticate",
    "begin_session",
    "may_enter",
    "visitor_here",
    "visitor_of_proxy",
    "visitor_of_session",
]
