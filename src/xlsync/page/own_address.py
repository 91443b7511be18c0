"""Addresses of the page below a prefix: that of the public address, by which a proxy in front knows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, unquote_to_bytes

from flask import request, url_for

if TYPE_CHECKING:
    from wsgiref.types import WSGIEnvironment

_SITE_ROOT: Final = "xlsync.site_root"


def below(environ: WSGIEnvironment, prefix: str, *, is_site: bool = False) -> WSGIEnvironment:
    """Return the environment with a prefix moved from the path to SCRIPT_NAME; one that is not there was taken off before.

    Args:
        environ: The environment of a request (PEP 3333).
        prefix: What addresses begin with, escaped as in an address, without a slash at its end.
        is_site: Whether all that is served lies below it: then it is where cookies belong.

    """
    root = f"{environ.get('SCRIPT_NAME', '')}{prefix}"
    path = str(environ.get("PATH_INFO", ""))
    unescaped = unquote_to_bytes(prefix).decode("latin-1")
    if path == unescaped or path.startswith(f"{unescaped}/"):
        path = path.removeprefix(unescaped)
    moved = {**environ, "SCRIPT_NAME": root, "PATH_INFO": path or "/"}
    if is_site:
        moved[_SITE_ROOT] = root
    return moved


def site_root() -> str:
    """Return the prefix of everything that the server serves, "" for none."""
    return str(request.environ.get(_SITE_ROOT, ""))


def own_address() -> str:
    """Return the address of the visit at hand, as a link of the page names it."""
    return f"{request.root_path}{request.full_path.rstrip('?')}"


def local_address(target: str) -> str:
    """Return an address of ours, that of the first screen for any other.

    Browsers leave out tabs and line ends of an address and read a backslash as a slash: "/<tab>/host" is another host.
    """
    is_local = target.startswith(f"{site_root()}/") and not target.startswith("//")
    is_plain = all(char > " " and char not in "\\\x7f" for char in target)
    names = unquote(target.partition("?")[0]).split("/")
    is_inside = ".." not in names and "." not in names
    return target if is_local and is_plain and is_inside else url_for("today.show")


__all__ = ["below", "local_address", "own_address", "site_root"]
