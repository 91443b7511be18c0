"""Page and buttons on one port: the buttons' addresses go to the buttons, every other one to the page."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xlsync.addin.ways.visits import path_of
from xlsync.addin.ways.web import ROOT
from xlsync.page.own_address import below

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from xlsync.addin.ways.server import Site
    from xlsync.addin.ways.visits import Visit
    from xlsync.addin.ways.web import Web


@dataclass(frozen=True)
class PageAndButtons:
    """The WSGI application of `xlsync serve`."""

    page_application: WSGIApplication
    buttons: Web

    @property
    def note_visit(self) -> Callable[[Visit], None]:
        """Take what the log tells of a visit."""
        return self.buttons.note_visit

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        path = path_of(environ)
        if path == ROOT or path.startswith(f"{ROOT}/"):
            return self.buttons(environ, start_response)
        return self.page_application(environ, start_response)


@dataclass(frozen=True)
class BelowPrefix:
    """A site as people reach it: `read_prefix` is asked each time for the path of its public address, "" for none.

    A proxy in front may hand on that path or take it off; who comes without a proxy need not write it.
    """

    site: Site
    read_prefix: Callable[[], str]

    @property
    def note_visit(self) -> Callable[[Visit], None]:
        """Take what the log tells of a visit."""
        return self.site.note_visit

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        return self.site(below(environ, self.read_prefix(), is_site=True), start_response)


__all__ = ["BelowPrefix", "PageAndButtons"]
