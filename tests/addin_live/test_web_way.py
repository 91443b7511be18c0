"""`xlsync live --url`: the same buttons against `xlsync serve`'s application on a real socket."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import pytest

from tests.cities import cells_of
from tests.cli.conftest import folder, run  # noqa: F401 - fixtures
from tests.commands import EXAMPLES, Run, living
from tests.fake_excel.model import opened
from tests.fake_excel.pywin32 import Desktop
from xlsync.addin.client.web_way import WebWay
from xlsync.addin.dispatch import Pressed, press
from xlsync.addin.protocol.changes import Request
from xlsync.addin.ways.keys import Keys
from xlsync.addin.ways.replays import Replays
from xlsync.addin.ways.server import listen, serve
from xlsync.addin.ways.web import Web, WebHealth
from xlsync.addin.ways.web_access import Access
from xlsync.city.office import office_of
from xlsync.city.settings import find_settings
from xlsync.errors import ProtocolError, SettingsError


@pytest.fixture
def city(run: Run, folder: Path) -> Path:  # noqa: F811
    assert run("import", EXAMPLES, "-C", folder).code in {0, 1}
    assert run("export", "--all", "-C", folder).code == 0
    return folder


@pytest.fixture
def url(city: Path) -> Iterator[str]:
    """A server on a free port."""
    office = office_of(find_settings(city))
    stop = threading.Event()

    def work(request: Request, department: str) -> Pressed:
        return press(office, request, datetime.now().astimezone(), department)

    with ThreadPoolExecutor(2) as pool:
        access = Access(Keys)
        web = Web(
            lambda: office,
            work,
            access,
            WebHealth(lambda: False),
            lambda _visit: None,
            time.monotonic,
            pool,
            Replays(time.monotonic),
        )
        at = listen("127.0.0.1", 0)
        port = at.getsockname()[1]
        serving = threading.Thread(target=serve, args=(web, at, stop.is_set))
        serving.start()
        yield f"http://127.0.0.1:{port}"
        stop.set()
        serving.join()


@pytest.mark.slow
def test_the_buttons_go_over_http_and_a_summary_comes_back_as_a_file(
    run: Run,  # noqa: F811
    city: Path,
    url: str,
    desktop: Desktop,
) -> None:
    excel = desktop.start()
    book = opened(excel, living(city))
    sheet = book.Worksheets("評価シート")
    purpose = cells_of(living(city).read_bytes())["purpose"]
    sheet.Range(purpose).Value = "まだ保存していない目的"
    before = str(sheet.page.defined_names["_xlsync.stamp"].attr_text)
    assert run("live", "validate", "--url", url).code == 0
    assert run("live", "submit", "--url", url).code == 0
    assert sheet.page.defined_names["_xlsync.stamp"].attr_text != before
    said = run("live", "summary", "--url", url)
    assert said.code == 0, said
    assert (excel.books[1].Name, excel.books[1].ReadOnly) == ("政策イノベーション部.xlsx", True)
    assert city not in Path(excel.books[1].FullName).parents


def test_a_refusal_of_the_server_is_a_sentence(
    run: Run,  # noqa: F811
    url: str,
    desktop: Desktop,
    tmp_path: Path,
) -> None:
    desktop.start().take(str(tmp_path / "別の.xlsx"))
    said = run("live", "submit", "--url", url)
    assert said.code == 3
    assert "このブックにそのまま残っています" in said.err
    with pytest.raises(ProtocolError):
        WebWay(url).file("集計/ない.xlsx")


@pytest.mark.parametrize(
    "url", ["", "server", "ftp://server", "http://", "http://a:b", "file:///etc/passwd"]
)
def test_what_is_no_address_of_a_server_is_refused(url: str) -> None:
    with pytest.raises(SettingsError):
        WebWay(url)


@pytest.mark.parametrize("below", ["/f/備品", "/f/%E5%82%99%E5%93%81/"])
def test_the_address_may_be_that_of_a_form_as_the_page_shows_it(below: str) -> None:
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def listen_once() -> None:
            visitor, _ = listening.accept()
            with visitor:
                heard.append(visitor.recv(65536))

        serving = threading.Thread(target=listen_once)
        serving.start()
        way = WebWay(f"http://127.0.0.1:{listening.getsockname()[1]}{below}", "", 20)
        with pytest.raises(ProtocolError):
            way.press(Request("ab" * 16, "diff", "", ""))
        serving.join()
    assert heard[0].startswith(b"POST /f/%E5%82%99%E5%93%81/xlsync/1 HTTP/1.1")


@pytest.mark.parametrize(
    "said",
    [b"", b"HTTP/1.1 302 Found\r\nLocation: http://elsewhere/\r\nContent-Length: 0\r\n\r\n", b"\0" * 100,
     b"HTTP/1.1 200 OK\r\n\r\nxlsync-answer", b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * (9 * 2**20)],
    ids=["nothing", "elsewhere", "noise", "cut off", "too much"],
)  # fmt: skip
def test_whatever_a_server_says_ends_in_an_error_of_ours(said: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def answer() -> None:
            visitor, _ = listening.accept()
            with visitor, contextlib.suppress(ConnectionError):  # who has heard enough hangs up
                visitor.recv(65536)
                visitor.sendall(said)

        serving = threading.Thread(target=answer)
        serving.start()
        way = WebWay(f"http://127.0.0.1:{listening.getsockname()[1]}", "key", 20)
        with pytest.raises(ProtocolError):
            way.press(Request("ab" * 16, "diff", "", ""))
        serving.join()
