"""The page below the prefix of a public address: every link, form, redirection and the cookie stay below it."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from pydantic import ValidationError
from werkzeug.test import Client, TestResponse

from tests import papers
from tests.page.visits import DAY, HERE, HOST, Office, forms_in, text_of
from xlsync.addin.ways.keys import add_key
from xlsync.city.long_running_settings import OWN_NAMES, Page
from xlsync.page.founding import PageAlone
from xlsync.page.site import BelowPrefix

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

PUBLIC = "https://city.example"
PREFIX = "/hyoka"
ADDRESS = re.compile(r'<[a-z]+ [^>]*?(href|action|src|data-state|data-job)="([^"#]+)')
MOST = 60
"""Addresses that are opened: every screen is among the first of them."""


@dataclass
class Proxied:
    """A browser that knows the public address; the proxy takes the prefix off where it `strips`."""

    office: Office
    client: Client
    strips: bool
    cookie: str = ""
    opened: dict[str, TestResponse] = field(default_factory=dict)

    def visit(
        self, address: str, fields: dict[str, object] | None = None, origin: str = PUBLIC
    ) -> TestResponse:
        assert address == PREFIX or address.startswith(f"{PREFIX}/"), address
        return self.client.open(
            address.removeprefix(PREFIX) or "/" if self.strips else address,
            base_url=f"http://{HOST}",
            method="GET" if fields is None else "POST",
            data=fields,
            headers={"Cookie": self.cookie} | ({} if fields is None else {"Origin": origin}),
            environ_base=HERE,
            buffered=True,
        )

    def sign_in(self) -> TestResponse:
        key = add_key(self.office.folder, "全庁", DAY)
        typed: dict[str, object] = {"person": "山田花子", "key": key, "next": f"{PREFIX}/sheets"}
        signed = self.visit(f"{PREFIX}/login", typed)
        self.cookie = signed.headers["Set-Cookie"].partition(";")[0]
        return signed


@pytest.fixture(params=[True, False], ids=["stripped", "kept"])
def proxied(office: Office, request: pytest.FixtureRequest) -> Proxied:
    office.settings(f'\n[page]\norigin = "{PUBLIC}{PREFIX}/"\n')
    prefix = office.city.settings().long_running.web_page.prefix
    client = Client(BelowPrefix(PageAlone(office.app.wsgi_app), lambda: prefix), use_cookies=False)
    return Proxied(office, client, request.param)


def test_every_link_leads_on_below_the_prefix(proxied: Proxied) -> None:
    for crooked in (f"{PREFIX}//sheets", f"{PREFIX}/sheets/"):
        assert "127.0.0.1" not in proxied.visit(crooked).headers.get("Location", "")
    assert proxied.visit(PREFIX).headers["Location"] == f"{PREFIX}/login?next={PREFIX}/"
    proxied.sign_in()
    waiting = [f"{PREFIX}/"]
    seen = {*waiting}
    while waiting and len(proxied.opened) < MOST:
        address = waiting.pop(0)
        response = proxied.opened[address] = proxied.visit(address)
        assert response.status_code in {200, 303, 422}, address
        found = [(name, html.unescape(to)) for name, to in ADDRESS.findall(text_of(response))]
        assert [to for _, to in found if not to.startswith(f"{PREFIX}/")] == [], address
        new = {to for name, to in found if name != "action"} - seen
        seen |= new
        waiting += sorted(new)
    screens = {urlsplit(address).path.removeprefix(PREFIX) for address in proxied.opened}
    assert {"/sheets", "/work", "/record", "/health", "/settings", "/static/page.js"} <= screens


def test_the_cookie_and_the_forms_belong_to_the_prefix(proxied: Proxied) -> None:
    signed = proxied.sign_in()
    assert (signed.status_code, signed.headers["Location"]) == (303, f"{PREFIX}/sheets")
    name, *attributes = signed.headers["Set-Cookie"].split("; ")
    assert name.startswith("__Secure-xlsync=")
    assert {"Secure", "HttpOnly", f"Path={PREFIX}", "SameSite=Lax"} <= {*attributes}
    sheet = f"{PREFIX}/sheets/{papers.CLEAN}"
    action, hidden = forms_in(text_of(proxied.visit(sheet)))[0]
    fields = {**hidden, "choice.purpose": "ours"}
    for foreign in (f"{PUBLIC}{PREFIX}", "https://other.example", "null"):
        assert proxied.visit(action, fields, foreign).status_code == 403
    settled = proxied.visit(action, fields)
    assert (settled.status_code, settled.headers["Location"][:7]) == (303, f"{PREFIX}/")
    assert proxied.office.store.last(papers.CLEAN, 2018) == 5
    out = proxied.visit(f"{PREFIX}/logout", {"form_token": hidden["form_token"]})
    assert out.headers["Location"] == f"{PREFIX}/login"
    assert f"Path={PREFIX}" in out.headers["Set-Cookie"]
    assert proxied.visit(sheet).headers["Location"] == f"{PREFIX}/login?next={sheet}"


@pytest.mark.parametrize(
    "target",
    ["/other", "//evil.example/hyoka/", "/hyoka/../other", "/hyoka/%2e%2E/other", "/hyoka\\..\\x"],
)
def test_signing_in_leads_to_no_other_program_of_the_host(proxied: Proxied, target: str) -> None:
    key = add_key(proxied.office.folder, "全庁", DAY)
    signed = proxied.visit(f"{PREFIX}/login", {"person": "某", "key": key, "next": target})
    assert (signed.status_code, signed.headers["Location"]) == (303, f"{PREFIX}/")


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("/xlsync/1", "/xlsync/1"),
        ("/xlsync/1/health", "/xlsync/1/health"),
        ("/xlsync/xlsync/1/health", "/xlsync/1/health"),
        ("/xlsync", "/"),
        ("/xlsync/sheets", "/sheets"),
        ("/sheets", "/sheets"),
    ],
)
def test_the_prefix_may_be_how_the_addresses_of_the_buttons_begin(address: str, path: str) -> None:
    paths: list[str] = []

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        paths.append(str(environ["PATH_INFO"]))
        start_response("200 OK", [])
        return []

    Client(BelowPrefix(PageAlone(answer), lambda: "/xlsync")).get(address)
    assert paths == [path]


@pytest.mark.parametrize(
    ("origin", "public", "prefix"),
    [
        ("", "", ""),
        ("http://Kikaku:8080", "http://kikaku:8080", ""),
        ("https://city.example/", "https://city.example", ""),
        ("https://City.example/a/Hyoka_1/", "https://city.example", "/a/Hyoka_1"),
    ],
)
def test_a_public_address_has_an_origin_and_a_prefix(origin: str, public: str, prefix: str) -> None:
    page = Page(origin=origin)
    assert (page.public_origin, page.prefix) == (public, prefix)


@pytest.mark.parametrize(
    "origin",
    [
        "city.example/x",
        "https://city.example//x",
        "https://city.example/../x",
        "https://c/x?y",
        "https://c/a b",
        "https://c/f",
        "https://c/sheets/hyoka/",
    ],
)
def test_a_public_address_that_is_none_is_refused(origin: str) -> None:
    with pytest.raises(ValidationError):
        Page(origin=origin)


def test_no_address_of_the_page_begins_as_a_prefix_may(office: Office) -> None:
    beginnings = {rule.rule.split("/")[1] for rule in office.app.url_map.iter_rules()}
    assert beginnings - {""} == OWN_NAMES
