"""The pages of several forms of a city on one server: where each is, and which of them the visit at hand may open."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple, cast
from urllib.parse import quote

from flask import current_app, g

from xlsync.page.authentication import visitor_here
from xlsync.page.own_address import site_root
from xlsync.page.page_context import EXTENSION, context

if TYPE_CHECKING:
    from flask import Flask

    from xlsync.page.page_context import PageContext

FORM_PAGES: Final = "xlsync.form_pages"
_BELOW: Final = "/f"


def form_prefix(name: str) -> str:
    """Return what the addresses of a form's page begin with, below those of the server; "" for the city's own form."""
    return f"{_BELOW}/{quote(name, safe='')}" if name else ""


class FormLink(NamedTuple):
    """A form that a visitor may choose: its title, the address of its page, and whether it is the one at hand."""

    form_title: str
    address: str
    is_present: bool


@dataclass
class FormPages:
    """The pages of a city's forms by the forms' names, "" for its own, and why one is not there."""

    by_form_name: Mapping[str, Flask] = field(default_factory=dict)
    absent_reasons: Mapping[str, str] = field(default_factory=dict)
    _looked: threading.Event = field(default_factory=threading.Event)

    def put(self, pages: Mapping[str, Flask], absent_reasons: Mapping[str, str]) -> None:
        """Take the pages that there are now."""
        self.by_form_name, self.absent_reasons = pages, absent_reasons
        self._looked.set()

    def is_known(self, patience: float) -> bool:
        """Whether all forms were looked at, within so many seconds."""
        return self._looked.wait(patience)

    def links(self) -> list[FormLink]:
        """Return the forms that the visit at hand may open; none where there is only one."""
        present = context().reach.form_name
        form_links = [
            FormLink(_title(page), f"{site_root()}{form_prefix(name)}/", name == present)
            for name, page in self._enterable()
        ]
        return form_links if len(form_links) > 1 else []

    def _enterable(self) -> Iterator[tuple[str, PageContext]]:
        for name, page in sorted(self.by_form_name.items()):
            page_context = cast("PageContext", page.extensions[EXTENSION])
            visitor = visitor_here(page_context, g.session)
            if visitor is not None and visitor.roles:
                yield name, page_context


def form_pages() -> FormPages:
    """Return the pages of all forms on this server."""
    return cast("FormPages", current_app.extensions[FORM_PAGES])


def _title(page_context: PageContext) -> str:
    terms = page_context.read_city().terms
    return terms.form.at(terms.fiscal_year).title.split("【")[0]


__all__ = ["FORM_PAGES", "FormLink", "FormPages", "form_pages", "form_prefix"]
