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
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests import nginx
from tests.addin.buttons import request
from tests.addin.test_at_work import server
from tests.cli.conftest import folder, run  # noqa: F401 - fixtures
from tests.commands import EXAMPLES, Run
from xlsync.addin.protocol.request import pack
from xlsync.addin.protocol.tsv import from_tsv

pytestmark = [pytest.mark.slow, pytest.mark.nginx]


@dataclass(frozen=True)
class Proxy:
    """A proxy at work: its port, the certificate to trust, and the planning office's key."""

    port: int
    certificate: Path
    key: str

    def connect(self) -> socket.socket:
        context = ssl.create_default_context(cafile=str(self.certificate))
        plain = socket.create_connection(("127.0.0.1", self.port), 10)
        return context.wrap_socket(plain, server_hostname="localhost")

    def post(self, body: bytes, **headers: str) -> tuple[int, bytes]:
        context = ssl.create_default_context(cafile=str(self.certificate))
        way = http.client.HTTPSConnection("localhost", self.port, timeout=30, context=context)
        try:
            way.request(
                "POST", "/xlsync/1", body, {"Authorization": f"Bearer {self.key}"} | headers
            )
            answer = way.getresponse()
            return answer.status, answer.read()
        finally:
            way.close()


@pytest.fixture
def proxy(folder: Path, run: Run, tmp_path: Path) -> Iterator[Proxy]:  # noqa: F811
    run("import", "-C", folder, EXAMPLES)
    key = run("serve", "-C", folder, "--new-key", "全庁").out.strip()
    settings = folder / "xlsync.toml"
    settings.write_text(
        settings.read_text(encoding="utf-8").replace("[serve]", "[serve]\nbehind-proxy = true", 1),
        encoding="utf-8",
    )
    with server(folder) as (upstream, _), nginx.in_front_of(upstream, tmp_path) as port:
        yield Proxy(port, tmp_path / "xlsync.crt", key)


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
