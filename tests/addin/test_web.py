"""`xlsync serve`'s application on a real socket: what it does, what it refuses, and what no body can make it do."""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import json
import logging
import re
import shutil
import socket
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import exploring, papers
from tests.addin.buttons import PATIENCE, Said, heard, message, request, said, visit
from tests.addin_xlam.offices import Town, town
from tests.cities import typed
from tests.damage import damaged
from xlsync.addin.dispatch import Pressed, press
from xlsync.addin.protocol.changes import Open, Request, Verb
from xlsync.addin.protocol.json_codec import from_json
from xlsync.addin.protocol.request import LARGEST, pack
from xlsync.addin.ways import server
from xlsync.addin.ways.connection_limits import Limits
from xlsync.addin.ways.keys import Keys
from xlsync.addin.ways.replays import Replays
from xlsync.addin.ways.visits import Visit
from xlsync.addin.ways.web import Web, WebHealth, store_fingerprint
from xlsync.addin.ways.web_access import Access
from xlsync.cli.commands.page import prefix_where_served
from xlsync.errors import SettingsError
from xlsync.store import audit

WHEN = dt.datetime(2018, 7, 3, 9, tzinfo=dt.UTC)
FILES = "/xlsync/1/files/"
HEALTH = b"GET /xlsync/1/health HTTP/1.1\r\nHost: localhost\r\n\r\n"
TEXTS = [
    one.path
    for one in papers.edition().fields
    if (one.kind.name, one.filled_by) == ("text", "staff")
]


@dataclass
class Serving:
    """A server at work: its port, what its log was told, and the application, which tests may change."""

    here: Town
    web: Web
    port: int
    visits: list[Visit] = field(default_factory=list)

    def post(self, asked: Request, **headers: str) -> Said:
        """Press."""
        told = {name.replace("_", "-"): value for name, value in headers.items()}
        return visit(self.port, body=pack(asked), headers=told)


def keys(**departments: str) -> Keys:
    """Keys by the departments they are of."""
    return Keys(
        tuple((hashlib.sha256(key.encode()).hexdigest(), name) for name, key in departments.items())
    )


@pytest.fixture
def at(tmp_path: Path) -> Iterator[Serving]:
    with serving_a_town(tmp_path) as serving:
        yield serving


@contextmanager
def serving_a_town(folder: Path, limits: Limits | None = None) -> Iterator[Serving]:
    here = town(folder)
    stop = threading.Event()

    def work(asked: Request, department: str) -> Pressed:
        return press(here.office, asked, WHEN, department)

    with ThreadPoolExecutor(4) as pool, server.listen("127.0.0.1", 0) as door:
        visits: list[Visit] = []
        access = Access(Keys)
        web = Web(
            lambda: here.office,
            work,
            access,
            WebHealth(lambda: False),
            visits.append,
            time.monotonic,
            pool,
            Replays(time.monotonic),
        )
        serving = Serving(here, web, door.getsockname()[1], visits)
        thread = threading.Thread(target=server.serve, args=(web, door, stop.is_set, limits))
        thread.start()
        yield serving
        stop.set()
        thread.join(PATIENCE)
        assert not thread.is_alive()


def test_each_official_sheet_is_checked_and_submitted_over_http(at: Serving) -> None:
    for number, key in enumerate(papers.KEYS):
        data = typed(at.here.city.give_out(key), {"purpose": f"{key}の目的"})
        for verb in ("validate", "submit"):
            asked = request(verb, data, number)
            told = at.post(asked)
            assert (told.status, told.answer.id, told.answer.verb) == (200, asked.id, verb)
        assert at.here.value("purpose", key) == f"{key}の目的"
        assert at.here.city.revisions(key) == 2
    assert [one.status_code for one in at.visits] == [200] * 10


def test_a_workbook_with_a_damaged_picture_is_refused_over_http(at: Serving) -> None:
    whole = at.here.city.give_out()
    verbs: tuple[Verb, ...] = ("validate", "submit", "pull")
    for number, verb in enumerate(verbs):
        told = at.post(request(verb, damaged(whole), number))
        assert told.answer.failed
        assert "ファイルの中身が壊れています" in message(told.answer)
    assert at.here.city.revisions() == 1


def test_json_is_given_to_those_who_ask_for_it(at: Serving) -> None:
    told = at.post(request("selftest"), Accept="application/json")
    assert told.headers["content-type"] == "application/json"
    assert from_json(told.body).verb == "selftest"
    refused = visit(at.port, body=b"x", headers={"Accept": "application/json"})
    assert from_json(refused.body).failed


def test_a_connection_may_carry_several_presses(at: Serving) -> None:
    with socket.create_connection(("127.0.0.1", at.port), PATIENCE) as way:
        for number in range(3):
            body = pack(request("selftest", number=number))
            way.sendall(
                f"POST /xlsync/1 HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n\r\n".encode()
                + body
            )
            assert heard(way).answer.id == f"{number:032x}"


def everything_heard(port: int, data: bytes) -> bytes:
    """Send bytes and nothing more; return what is heard until the server closes."""
    received = b""
    with socket.create_connection(("127.0.0.1", port), PATIENCE) as way:
        way.sendall(data)
        way.shutdown(socket.SHUT_WR)
        while part := way.recv(65_536):
            received += part
    return received


def test_a_body_in_chunks_is_a_body(at: Serving) -> None:
    body = pack(request("selftest"))
    chunks = b"".join(
        b"%x\r\n%s\r\n" % (len(body[i : i + 99]), body[i : i + 99]) for i in range(0, len(body), 99)
    )
    head = b"POST /xlsync/1 HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n"
    assert said(at.port, head + chunks + b"0\r\n\r\n").status == 200


def test_a_store_of_another_form_that_was_taken_away_does_not_make_the_health_fail(
    at: Serving, tmp_path: Path
) -> None:
    at.web.health = WebHealth(lambda: False, lambda: [tmp_path / "none", tmp_path])
    told = visit(at.port, "GET", "/xlsync/1/health")
    assert told.status == 200
    assert json.loads(told.body)["further-stores"] == [store_fingerprint(tmp_path)]


def test_health_says_that_it_is_there(at: Serving) -> None:
    told = visit(at.port, "GET", "/xlsync/1/health")
    document = json.loads(told.body)
    assert re.fullmatch("[0-9a-f]{16}", document.pop("store"))
    assert (told.status, document) == (200, {"alive": True, "watching": False})


def test_only_the_server_of_the_own_store_is_taken_for_it(at: Serving, tmp_path: Path) -> None:
    store = at.here.office.store.folder
    shutil.copytree(store, tmp_path / "copy")
    (tmp_path / "way").symlink_to(store.parent)
    assert prefix_where_served(store, "", at.port) == ""
    assert prefix_where_served(tmp_path / "way" / store.name, "", at.port) == ""
    copy = prefix_where_served(tmp_path / "copy", "", at.port)
    assert copy is None, "a restored copy is another store"
    assert prefix_where_served(tmp_path / "nowhere", "", at.port) is None
    with server.listen("127.0.0.1", 0) as free:
        port = free.getsockname()[1]
    assert prefix_where_served(store, "", port) is None


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/xlsync/1", 405),
        ("PUT", "/xlsync/1", 405),
        ("POST", "/xlsync/1/health", 405),
        ("DELETE", FILES + "a.xlsx", 405),
        ("POST", "/", 404),
        ("POST", "/xlsync/2", 404),
        ("POST", "/xlsync/1/", 404),
        ("GET", "/xlsync/1/%ff%fe", 404),
        ("GET", FILES, 404),
    ],
)
def test_another_method_or_place_is_told_in_a_list_of_changes(
    at: Serving, method: str, path: str, status: int
) -> None:
    told = visit(at.port, method, path, pack(request("submit", number=7)))
    assert told.status == status
    assert told.answer.failed
    assert (told.answer.id, told.answer.verb) == (f"{7:032x}", "submit")
    assert message(told.answer)


@pytest.mark.parametrize(
    "name",
    [
        "../xlsync.toml", "..%2fstore%2fstore.json", "%2e%2e/%2e%2e/etc/passwd", "集計/../評価シート/a.xlsx",
        "集計/../../store/a.xlsx", "集計\\..\\a.xlsx", "/etc/passwd", "C:\\a.xlsx", "集計/link.xlsx", "集計/folder.xlsx",
        "集計/a.xlsx%00", "提出状況.xlsx", "集計/ない.xlsx", "集計/メモ.txt", "",
    ],
)  # fmt: skip
def test_no_file_but_a_summary_can_be_fetched(at: Serving, name: str) -> None:
    summaries = at.here.office.summaries
    (summaries / "folder.xlsx").mkdir(parents=True)
    (summaries / "link.xlsx").symlink_to(at.here.city.store.folder / "store.json")
    (summaries / "メモ.txt").write_bytes(b"x")
    (at.here.office.shared / "提出状況.xlsx").write_bytes(b"x")
    assert visit(at.port, "GET", FILES + quote(name, safe="%/\\:")).status == 404


def test_no_file_is_fetched_through_a_folder_that_is_a_link(at: Serving, tmp_path: Path) -> None:
    foreign = tmp_path / "foreign"
    foreign.mkdir()
    (foreign / "全庁.xlsx").write_bytes(b"only root may read this")
    at.here.office.summaries.symlink_to(foreign)
    assert visit(at.port, "GET", FILES + quote("集計/全庁.xlsx")).status == 404


def test_a_summary_that_was_opened_can_be_fetched(at: Serving) -> None:
    answer = at.post(request("summary", at.here.city.give_out())).answer
    (name,) = [one.name for one in answer.changes if isinstance(one, Open)]
    told = visit(at.port, "GET", FILES + quote(name))
    assert told.status == 200
    assert told.body == (at.here.office.shared / name).read_bytes()


def test_without_a_key_or_with_a_wrong_one_nothing_is_done(at: Serving) -> None:
    at.web.access.read_keys = lambda: keys(全庁="open-sesame")
    asked = request("submit", typed(at.here.city.give_out(), {"purpose": "鍵なし"}), 3)
    for shown in ({}, {"Authorization": "Bearer open-sesamE"}, {"Authorization": "Basic b3Blbg=="}):
        told = at.post(asked, **shown)
        assert (told.status, told.answer.id) == (401, asked.id)
        assert told.headers["www-authenticate"] == "Bearer"
        assert "鍵" in message(told.answer)
        assert visit(at.port, "GET", FILES + "a.xlsx", headers=shown).status == 401
    assert at.here.city.revisions() == 1
    assert at.post(asked, Authorization="Bearer open-sesame").status == 200
    assert at.here.city.revisions() == 2


def test_a_departments_key_is_for_its_sheets_and_files_only(at: Serving) -> None:
    theirs = at.here.city.head().department
    at.web.access.read_keys = lambda: keys(**{theirs: "ours", "よその部": "theirs"})
    data = at.here.city.give_out()
    assert at.post(request("summary", data), Authorization="Bearer theirs").status == 422
    told = at.post(
        request("submit", typed(data, {"purpose": "よそ"})), Authorization="Bearer theirs"
    )
    assert (told.status, at.here.city.revisions()) == (422, 1)
    opened = at.post(request("summary", data), Authorization="Bearer ours").answer
    (name,) = [one.name for one in opened.changes if isinstance(one, Open)]
    for key, status in (("ours", 200), ("theirs", 404)):
        headers = {"Authorization": f"Bearer {key}"}
        assert visit(at.port, "GET", FILES + quote(name), headers=headers).status == status
    assert [one.department for one in at.visits if one.status_code != 404][:3] == [
        "よその部",
        "よその部",
        theirs,
    ]


def test_a_file_of_keys_that_cannot_be_read_opens_nothing(at: Serving) -> None:
    def broken() -> Keys:
        raise SettingsError("鍵のファイルを読めません", "keys.toml")

    at.web.access.read_keys = broken
    told = at.post(request("selftest"))
    assert told.status == 503
    assert "情報システム担当" in message(told.answer)


def test_a_web_page_cannot_press(at: Serving) -> None:
    asked = request("submit", typed(at.here.city.give_out(), {"purpose": "罠"}))
    assert at.post(asked, Origin="http://example.com").status == 403
    assert at.post(asked, Host="evil.example.com").status == 403
    assert at.post(asked, Content_Type="text/plain").status == 415
    assert at.here.city.revisions() == 1
    assert at.post(asked, Host="localhost:80").status == 200


def test_the_proxy_in_front_says_who_it_is(at: Serving) -> None:
    at.web.access.user_header = "X-Remote-User"
    data = typed(at.here.city.give_out(), {"purpose": "代理"})
    at.post(request("submit", data, user="だれか"), X_Remote_User="CITY\\山田")
    (revision,) = at.here.city.store.revisions(papers.CLEAN, papers.EDITION)[1:]
    assert revision.draft.who == "CITY\\山田"


def test_a_body_too_large_is_told_so(at: Serving) -> None:
    told = visit(at.port, body=pack(request("submit", number=9)) + bytes(LARGEST))
    assert (told.status, told.answer.id) == (413, f"{9:032x}")
    assert "大きすぎ" in message(told.answer)
    head = f"POST /xlsync/1 HTTP/1.1\r\nHost: localhost\r\nContent-Length: {10**12}\r\n\r\n"
    told = said(at.port, head.encode())
    assert told.status == 413
    assert told.answer.failed
    many = {f"X-{number}": "x" * 500 for number in range(100)}
    assert visit(at.port, "GET", "/xlsync/1/health", headers=many).status == 431


def test_what_is_no_http_is_told_so(at: Serving) -> None:
    for data in (b"\r\n\r\nxlsync-request 1 0 0\n\r\n\r\n", b"GET / HTTP/1.1\r\nA: b\nc\r\n\r\n"):
        told = said(at.port, data)
        assert told.status == 400
        assert told.answer.failed
    assert visit(at.port, body=b"", headers={"Content-Length": "-1"}).status == 400
    assert visit(at.port, headers={"Transfer-Encoding": "gzip"}).status == 501


@settings(suppress_health_check=exploring.ONE_FIXTURE)
@given(body=st.binary(max_size=400), cut=st.integers(0, 2000), at_=st.integers(0, 2000))
def test_no_body_makes_a_bug(at: Serving, body: bytes, cut: int, at_: int) -> None:
    whole = pack(request("validate", b"PK\x03\x04" + body))
    for data in (body, whole[:cut], whole[:at_] + body + whole[at_ + len(body) :]):
        told = visit(at.port, body=data)
        assert told.status in {400, 422}
        assert told.answer.failed
        assert b"T\0r\0a\0c\0e\0b\0a\0c\0k" not in told.body


def test_a_bug_is_an_answer_and_a_traceback_in_the_log(
    at: Serving, caplog: pytest.LogCaptureFixture
) -> None:
    def work(_asked: Request, _department: str) -> Pressed:
        raise ZeroDivisionError

    at.web.press = work
    with caplog.at_level(logging.INFO, "xlsync.serve"):
        told = at.post(request("selftest"))
    assert told.status == 500
    assert "不具合" in message(told.answer)
    assert "ZeroDivisionError" in caplog.text


@pytest.mark.slow
def test_whoever_sends_slowly_is_cut_off_and_keeps_nobody_waiting(tmp_path: Path) -> None:
    with (
        serving_a_town(tmp_path, Limits(receive_seconds=0.4)) as at,
        socket.create_connection(("127.0.0.1", at.port), PATIENCE) as way,
    ):
        way.sendall(b"POST /xlsync/1 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n")
        began = time.monotonic()
        assert at.post(request("selftest")).status == 200
        way.settimeout(0.1)
        while True:
            try:
                way.sendall(b"x")
                if way.recv(1) == b"":
                    break
            except TimeoutError:
                assert time.monotonic() - began < PATIENCE
            except OSError:
                break


@pytest.mark.slow
def test_whoever_reads_slowly_is_cut_off(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "xlsync.serve")
    with (
        serving_a_town(tmp_path, Limits(send_seconds=0.1)) as at,
        socket.create_connection(("127.0.0.1", at.port), PATIENCE) as way,
    ):
        at.here.office.summaries.mkdir()
        more_than_the_system_holds_ready = bytes(30 * 2**20)
        (at.here.office.summaries / "a.xlsx").write_bytes(more_than_the_system_holds_ready)
        began = time.monotonic()
        way.sendall(
            b"GET /xlsync/1/files/%E9%9B%86%E8%A8%88/a.xlsx HTTP/1.1\r\nHost: localhost\r\n\r\n"
        )
        while "切断 127.0.0.1" not in caplog.text:
            assert time.monotonic() - began < PATIENCE, "it waits for somebody who does not read"
            time.sleep(0.05)
        received = 0
        with contextlib.suppress(OSError):
            while part := way.recv(2**20):
                received += len(part)
        assert received < len(more_than_the_system_holds_ready)


@pytest.mark.slow
def test_a_connection_that_says_nothing_more_is_closed_and_so_is_one_that_never_said_anything(
    tmp_path: Path,
) -> None:
    with (
        serving_a_town(tmp_path, Limits(idle_seconds=0.3, header_seconds=0.3)) as at,
        socket.create_connection(("127.0.0.1", at.port), PATIENCE) as silent,
        socket.create_connection(("127.0.0.1", at.port), PATIENCE) as idle,
    ):
        idle.sendall(HEALTH)
        assert heard(idle).status == 200
        for connection in (silent, idle):
            assert connection.recv(1) == b""


def test_two_requests_sent_at_once_are_answered_in_their_order(at: Serving) -> None:
    with socket.create_connection(("127.0.0.1", at.port), PATIENCE) as way:
        way.sendall(HEALTH.replace(b"/health", b"/none") + HEALTH)
        received = b""
        while received.count(b"HTTP/1.1 ") < 2 or not received.endswith(b"}\n"):
            received += way.recv(65_536)
    assert re.findall(rb"HTTP/1.1 (\d+)", received) == [b"404", b"200"]


def test_a_client_that_asks_first_whether_to_send_is_told_to_go_on(at: Serving) -> None:
    body = pack(request("selftest"))
    head = f"POST /xlsync/1 HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: {len(body)}\r\n\r\n"
    with socket.create_connection(("127.0.0.1", at.port), PATIENCE) as way:
        way.sendall(head.encode())
        assert way.recv(65_536).startswith(b"HTTP/1.1 100 ")
        way.sendall(body)
        assert heard(way).status == 200


def test_a_header_that_only_looks_like_the_proxys_names_nobody(at: Serving) -> None:
    at.web.access.user_header = "X-Remote-User"
    data = typed(at.here.city.give_out(), {"purpose": "代理"})
    asked = pack(request("submit", data, user="だれか"))
    head = f"POST /xlsync/1 HTTP/1.1\r\nHost: localhost\r\nX_Remote_User: admin\r\nContent-Length: {len(asked)}\r\n\r\n"
    assert said(at.port, head.encode() + asked).status == 200
    (revision,) = at.here.city.store.revisions(papers.CLEAN, papers.EDITION)[1:]
    assert revision.draft.who == "だれか"


def test_the_head_of_a_get_is_the_same_without_its_body(at: Serving) -> None:
    assert b"405" in everything_heard(at.port, HEALTH.replace(b"GET", b"HEAD")).split(b"\r\n")[0]
    assert everything_heard(at.port, HEALTH.replace(b"GET", b"HEAD")).endswith(b"\r\n\r\n")


def test_a_request_through_a_proxy_names_its_whole_address(at: Serving) -> None:
    told = said(at.port, HEALTH.replace(b"GET /", b"GET http://localhost/"))
    assert (told.status, json.loads(told.body)["alive"]) == (200, True)


def test_an_upload_that_breaks_off_is_nothing_received(at: Serving) -> None:
    data = pack(request("submit", typed(at.here.city.give_out(), {"purpose": "途中まで"})))
    head = f"POST /xlsync/1 HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(data)}\r\n\r\n"
    with socket.create_connection(("127.0.0.1", at.port), PATIENCE) as way:
        way.sendall(head.encode() + data[:-1])
        way.shutdown(socket.SHUT_WR)
        assert heard(way).status == 400
    assert at.here.city.revisions() == 1


def test_a_full_disk_while_a_long_body_comes_in_is_told(
    at: Serving, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "gone"))
    told = visit(at.port, body=bytes(3 * 2**20))
    assert told.status == 507
    assert "情報システム担当" in message(told.answer)
    assert at.post(request("selftest")).status == 200


@pytest.mark.slow
def test_a_press_that_takes_too_long_is_told_so_and_one_that_never_began_too(at: Serving) -> None:
    go, begun = threading.Event(), threading.Semaphore(0)

    def work(asked: Request, department: str) -> Pressed:
        begun.release()
        go.wait(PATIENCE)
        return press(at.here.office, asked, WHEN, department)

    at.web.press, at.web.patience = work, 0.3
    try:
        with ThreadPoolExecutor(5) as people:
            late = [people.submit(at.post, request("selftest", number=n)) for n in range(5)]
            told = [one.result() for one in late]
    finally:
        go.set()
    assert sorted(one.status for one in told) == [503, 504, 504, 504, 504]
    assert sorted(one.answer.id for one in told) == [f"{n:032x}" for n in range(5)]
    words = {one.status: message(one.answer) for one in told}
    assert "何も受け取っていません" in words[503]
    assert "処理は続いています" in words[504]


def test_twenty_presses_at_once_while_files_are_saved_lose_nothing(at: Serving) -> None:
    issued = {key: at.here.city.give_out(key) for key in papers.KEYS}

    def submitted(number: int) -> Said:
        key = papers.KEYS[number % 5]
        data = typed(issued[key], {TEXTS[number % 4]: f"{number}番"})
        return at.post(request("submit", data, number, file=f"Z:\\x\\{number}.xlsx"))

    def saved(number: int) -> None:
        data = typed(issued[papers.KEYS[number % 5]], {TEXTS[4]: f"保存{number}"})
        at.here.city.bring(data, f"評価シート/保存{number}.xlsx")

    with ThreadPoolExecutor(20) as people, ThreadPoolExecutor(2) as savers:
        presses = [people.submit(submitted, number) for number in range(20)]
        saves = [savers.submit(saved, number) for number in range(10)]
        told = [one.result(PATIENCE) for one in presses]
        for one in saves:
            one.result(PATIENCE)
    assert [one.status for one in told] == [200] * 20
    assert audit(at.here.city.store) == []
    kept = [
        value
        for key in papers.KEYS
        for one in at.here.city.store.revisions(key, papers.EDITION)
        for value in (
            *(change["to"] for change in one.draft.changes),
            *(conflict["theirs"] for conflict in one.draft.conflicts),
        )
    ]
    typed_in = [f"{n}番" for n in range(20)] + [f"保存{n}" for n in range(10)]
    assert [words for words in typed_in if words not in kept] == []


def test_an_answer_in_two_packets_does_not_wait_for_a_receipt_of_the_first() -> None:
    with server.listen("127.0.0.1", 0) as listener:
        assert listener.proto == socket.IPPROTO_TCP, "what asyncio asks before it sets TCP_NODELAY"


def test_two_servers_on_one_port_are_a_sentence(at: Serving) -> None:
    with pytest.raises(SettingsError, match="ポート"):
        server.listen("127.0.0.1", at.port)
    with pytest.raises(SettingsError, match="宛先"):
        server.listen("no.such.host.invalid", 0)
