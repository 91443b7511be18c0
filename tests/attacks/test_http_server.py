"""Attacks over the network on a running `xlsync serve`: starving it of connections, replays, and smuggled requests."""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests import papers
from tests.addin.buttons import Said, message, request, visit
from tests.addin.test_at_work import serve_log, server, store
from tests.cities import typed
from tests.cli.conftest import folder, run  # noqa: F401 - fixtures
from tests.commands import EXAMPLES, Run
from xlsync.addin.protocol.changes import Request
from xlsync.addin.protocol.request import pack
from xlsync.addin.ways.connection_limits import PER_ADDRESS, Limits

pytestmark = pytest.mark.slow

HEADER_SECONDS = Limits().header_seconds
HEAD = b"POST /xlsync/1 HTTP/1.1\r\nHost: localhost\r\n"


@dataclass(frozen=True)
class Served:
    city: Path
    port: int

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), 10)

    def revisions(self) -> int:
        return len(list(store(self.city).revisions(papers.CLEAN, papers.EDITION)))

    def workbook(self, purpose: str) -> bytes:
        [file] = (self.city / "shared/評価シート").rglob(f"*{papers.CLEAN}*.xlsx")
        return typed(file.read_bytes(), {"purpose": purpose})


@pytest.fixture
def served(folder: Path, run: Run) -> Iterator[Served]:  # noqa: F811
    run("import", "-C", folder, EXAMPLES)
    assert run("export", "-C", folder, "--all").code == 0
    with server(folder) as (port, _):
        yield Served(folder, port)


def is_open(connection: socket.socket) -> bool:
    """True unless the server closed it."""
    connection.settimeout(0.01)
    try:
        connection.sendall(b"x")
        return connection.recv(1) != b""
    except TimeoutError:
        return True
    except OSError:
        return False


def test_130_slow_connections_from_one_computer_stop_no_button(served: Served) -> None:
    with ExitStack() as stack:
        slow = [stack.enter_context(served.connect()) for _ in range(130)]
        for connection in slow:
            is_open(connection)  # one byte of a head that never ends
        began = time.monotonic()
        assert visit(served.port, body=pack(request("selftest"))).status == 200
        assert time.monotonic() - began < 5
        assert sum(map(is_open, slow)) <= PER_ADDRESS
        while any(map(is_open, slow)) and time.monotonic() - began < 3 * HEADER_SECONDS:
            time.sleep(0.5)
        assert time.monotonic() - began < 2 * HEADER_SECONDS, "a byte now and then keeps none open"


def test_a_conflict_sent_again_is_the_same_answer_and_no_further_revision(served: Served) -> None:
    mine, theirs = served.workbook("甲の目的"), served.workbook("乙の目的")
    assert press(served, request("submit", theirs, 1)).status == 200
    asked = request("submit", mine, 2, file="Z:\\甲.xlsx")
    first = press(served, asked)
    assert "重なった" in message(first.answer)
    count = served.revisions()
    with ThreadPoolExecutor(4) as people:
        answers = list(people.map(lambda _: press(served, asked).body, range(8)))
    assert set(answers) == {first.body}
    assert served.revisions() == count


def test_the_same_request_eight_times_at_once_is_worked_once(served: Served) -> None:
    theirs, mine = served.workbook("乙の目的"), served.workbook("甲の目的")
    press(served, request("submit", theirs, 1))
    before = served.revisions()
    asked = request("submit", mine, 2, file="Z:\\甲.xlsx")
    with ThreadPoolExecutor(8) as people:
        answers = list(people.map(lambda _: press(served, asked).body, range(8)))
    assert len(set(answers)) == 1
    assert served.revisions() == before + 1


def press(served: Served, asked: Request) -> Said:
    return visit(served.port, body=pack(asked))


SMUGGLED = b"GET /xlsync/1/health HTTP/1.1\r\nHost: localhost\r\n\r\n"
TWO_LENGTHS = [
    b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
    b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
    b"Transfer-Encoding: chunked\r\nContent-Length: 0\r\n",
    b"Content-Length: 5\r\nContent-Length: 60\r\n",
    b"Content-Length: 5\r\nTransfer-Encoding: identity, chunked\r\n",
    b"Content-Length: 5\r\nTransfer-Encoding : chunked\r\n",
    b"Content-Length: +5\r\n",
]


def test_a_request_with_two_lengths_is_refused_and_hides_no_second_one(served: Served) -> None:
    old = HEAD.replace(b"1.1", b"1.0") + b"Connection: keep-alive\r\nTransfer-Encoding: chunked\r\n"
    for head in (old, *(HEAD + lengths for lengths in TWO_LENGTHS)):
        answers = everything_said(served, head + b"\r\n0\r\n\r\n" + SMUGGLED)
        assert re.findall(rb"HTTP/1\.\d (\d+)", answers) in ([b"400"], [b"501"]), head
    assert "health" not in serve_log(served.city)


def everything_said(served: Served, data: bytes) -> bytes:
    """Send bytes and read until the server closes the connection."""
    answers = b""
    with served.connect() as connection:
        connection.sendall(data)
        while part := connection.recv(65_536):
            answers += part
    return answers


def test_a_server_behind_a_proxy_is_closed_without_keys(folder: Path, run: Run) -> None:  # noqa: F811
    settings = folder / "xlsync.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(
        text.replace("[serve]", "[serve]\nbehind-proxy = true", 1), encoding="utf-8"
    )
    refused = run("serve", "-C", folder, "--port", "0")
    assert refused.code == 3
    assert "--new-key" in refused.err
    assert run("serve", "-C", folder, "--new-key", "全庁").code == 0
    with server(folder) as (port, _):
        assert visit(port, body=pack(request("selftest"))).status == 401
