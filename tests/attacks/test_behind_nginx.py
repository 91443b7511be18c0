"""HTTPS by deploy/nginx-xlsync.conf in front of a real `xlsync serve`: presses, keys, and the limits there."""

from __future__ import annotations

import http.client
import re
import socket
import ssl
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests import nginx
from tests.addin.buttons import request
from tests.addin.test_at_work import server
from tests.cli.conftest import folder, run  # noqa: F401 - fixtures
from tests.commands import EXAMPLES, Run
from xlsync.addin.protocol.request import pack
from xlsync.addin.protocol.tsv import from_tsv

pytestmark = [pytest.mark.slow, pytest.mark.nginx]


PREFIX = "/hyoka"


@dataclass(frozen=True)
class Proxy:
    """A proxy at work: its port, the certificate to trust, the planning office's key, and the server behind."""

    port: int
    certificate: Path
    key: str
    upstream: int = 0

    def connect(self) -> socket.socket:
        context = ssl.create_default_context(cafile=str(self.certificate))
        plain = socket.create_connection(("127.0.0.1", self.port), 10)
        return context.wrap_socket(plain, server_hostname="localhost")

    def post(self, body: bytes, address: str = "/xlsync/1", **headers: str) -> tuple[int, bytes]:
        answer, data = self.ask(address, body, {"Authorization": f"Bearer {self.key}"} | headers)
        return answer.status, data

    def ask(
        self, address: str, body: bytes | None, headers: dict[str, str]
    ) -> tuple[http.client.HTTPResponse, bytes]:
        context = ssl.create_default_context(cafile=str(self.certificate))
        way = http.client.HTTPSConnection("localhost", self.port, timeout=30, context=context)
        try:
            way.request("GET" if body is None else "POST", address, body, headers)
            answer = way.getresponse()
            return answer, answer.read()
        finally:
            way.close()


@pytest.fixture
def proxy(folder: Path, run: Run, tmp_path: Path) -> Iterator[Proxy]:  # noqa: F811
    run("import", "-C", folder, EXAMPLES)
    key = run("serve", "-C", folder, "--new-key", "全庁").out.strip()
    settings = folder / "xlsync.toml"
    settings.write_text(
        settings.read_text(encoding="utf-8").replace("[serve]", "[serve]\nbehind-proxy = true", 1)
        + f'\n[page]\norigin = "https://localhost{PREFIX}"\n',
        encoding="utf-8",
    )
    with server(folder) as (upstream, _), nginx.in_front_of(upstream, tmp_path) as port:
        yield Proxy(port, tmp_path / "xlsync.crt", key, upstream)


def test_presses_go_through_https_with_a_key_only(proxy: Proxy) -> None:
    asked = request("selftest")
    status, body = proxy.post(pack(asked))
    assert (status, from_tsv(body).id) == (200, asked.id)
    assert proxy.post(pack(asked), Authorization="Bearer wrong")[0] == 401


def test_thirty_people_at_once_are_all_answered(proxy: Proxy) -> None:
    asked = [pack(request("selftest", number=number)) for number in range(30)]
    with ThreadPoolExecutor(30) as people:
        assert [status for status, _ in people.map(proxy.post, asked)] == [200] * 30


def test_slow_connections_stop_no_press_and_end_in_time(proxy: Proxy) -> None:
    with ExitStack() as stack:
        slow = [stack.enter_context(proxy.connect()) for _ in range(130)]
        for connection in slow:
            connection.sendall(b"POST /xlsync/1 HTTP/1.1\r\nHost: localhost\r\n")
        began = time.monotonic()
        assert proxy.post(pack(request("selftest")))[0] == 200
        assert time.monotonic() - began < 5
        slow[0].settimeout(15)
        assert slow[0].recv(1) == b""


def test_a_request_with_two_lengths_reaches_nobody(proxy: Proxy) -> None:
    smuggled = b"GET /xlsync/1/health HTTP/1.1\r\nHost: localhost\r\n\r\n"
    with proxy.connect() as connection:
        connection.sendall(
            b"POST /xlsync/1 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n"
            b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + smuggled
        )
        heard = b""
        while part := connection.recv(65_536):
            heard += part
    assert re.findall(rb"HTTP/1\.\d (\d+)", heard) == [b"400"]


def test_the_page_is_served_below_a_prefix_whether_it_is_taken_off_or_not(
    proxy: Proxy, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    with nginx.in_front_of(proxy.upstream, other, strips=True) as port:
        for each in (proxy, replace(proxy, port=port, certificate=other / "xlsync.crt")):
            is_served_below_prefix(each)


def is_served_below_prefix(proxy: Proxy) -> None:
    """Sign in, look at a list, send a form, take a workbook away and press a button, as a browser below the prefix does."""
    redirected, _ = proxy.ask(PREFIX, None, {})
    assert redirected.headers["Location"].endswith(f"{PREFIX}/")
    origin = {"Origin": "https://localhost", "Content-Type": "application/x-www-form-urlencoded"}
    typed = urlencode({"person": "山田花子", "key": proxy.key, "next": f"{PREFIX}/sheets"})
    signed, _ = proxy.ask(f"{PREFIX}/login", typed.encode(), origin)
    assert (signed.status, signed.headers["Location"]) == (303, f"{PREFIX}/sheets")
    cookie = {"Cookie": signed.headers["Set-Cookie"].partition(";")[0]}
    listed, page = proxy.ask(f"{PREFIX}/sheets", None, cookie)
    assert listed.status == 200
    text = page.decode()
    style = re.findall(r'<link rel="stylesheet" href="([^"]*)"', text)[-1]
    assert proxy.ask(style, None, {})[0].headers["Content-Type"].startswith("text/css")
    csv, data = proxy.ask(f"{PREFIX}/sheets.csv", None, cookie)
    assert (csv.status, csv.headers["Content-Disposition"][:10]) == (200, "attachment")
    assert "情報化推進事業" in data.decode("utf-8-sig")
    asked = request("selftest")
    assert proxy.post(pack(asked), f"{PREFIX}/xlsync/1")[0] == 200
    action, token = re.findall(
        r'<form method="post" action="([^"]*/logout)">.*?name="form_token" value="([^"]*)"', text
    )[0]
    sent = urlencode({"form_token": token}).encode()
    assert proxy.ask(action, sent, cookie | origin | {"Origin": "https://evil"})[0].status == 403
    left, _ = proxy.ask(action, sent, cookie | origin)
    assert (left.status, left.headers["Location"]) == (303, f"{PREFIX}/login")
