"""What `xlsync serve` serves on one port: the page and the buttons of every form of a city, below the public prefix."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xlsync.addin.ways.form_routing import form_of_request
from xlsync.addin.ways.visits import path_of
from xlsync.addin.ways.web import ROOT
from xlsync.page.form_pages import form_prefix
from xlsync.page.own_address import below

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from xlsync.addin.ways.server import Site
    from xlsync.addin.ways.visits import Visit
    from xlsync.addin.ways.web import Web


@dataclass(frozen=True)
class PageAndButtons:
    """The page and the buttons of one form: the buttons' addresses go to the buttons, every other one to the page.

    Each request is answered within a `log_block`, so that the log names the form.
    """

    page_application: WSGIApplication
    buttons: Web
    log_block: Callable[[], AbstractContextManager[None]] = nullcontext

    @property
    def note_visit(self) -> Callable[[Visit], None]:
        """Take what the log tells of a visit."""
        return self.buttons.note_visit

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        with self.log_block():
            if is_of_buttons(environ):
                return self.buttons(environ, start_response)
            return self.page_application(environ, start_response)


@dataclass(frozen=True)
class CitySite:
    """The WSGI application of `xlsync serve`: the city's own form, and its further ones, each below /f/NAME.

    A button's request without such an address reaches the form that its workbook names.
    """

    own_site: PageAndButtons
    read_further: Callable[[], Mapping[str, PageAndButtons]]

    @property
    def note_visit(self) -> Callable[[Visit], None]:
        """Take what the log tells of a visit that reached no form."""
        return self.own_site.note_visit

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        further = self.read_further()
        name = _name_in_path(path_of(environ))
        if name in further:
            return further[name](below(environ, form_prefix(name)), start_response)
        if further and is_of_buttons(environ):
            webs = {"": self.own_site.buttons} | {
                key: site.buttons for key, site in further.items()
            }
            chosen = form_of_request(environ, webs)
            if chosen:
                return further[chosen](environ, start_response)
        return self.own_site(environ, start_response)


@dataclass(frozen=True)
class BelowPrefix:
    """A site as people reach it: `read_prefix` is asked each time for the path of its public address, "" for none.

    A proxy in front may hand on that path or take it off; who comes without a proxy need not write it. An address of the
    buttons is taken as it is, since theirs begins with /xlsync, which may be the prefix as well.
    """

    site: Site
    read_prefix: Callable[[], str]

    @property
    def note_visit(self) -> Callable[[Visit], None]:
        """Take what the log tells of a visit."""
        return self.site.note_visit

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        if is_of_buttons(environ):
            return self.site(environ, start_response)
        return self.site(below(environ, self.read_prefix(), is_site=True), start_response)


def is_of_buttons(environ: WSGIEnvironment) -> bool:
    """Whether an address is one of the buttons'."""
    path = path_of(environ)
    return path == ROOT or path.startswith(f"{ROOT}/")


def _name_in_path(path: str) -> str:
    """Return the name of the further form that a path lies below, "" for none."""
    _, first, name, *_ = (*path.split("/", 3), "", "", "")
    return name if first == "f" else ""


__all__ = ["BelowPrefix", "CitySite", "PageAndButtons"]
