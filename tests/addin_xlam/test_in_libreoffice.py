"""Every button in a live, never saved workbook in LibreOffice: the VBA that ships, files and folders being real."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests import cities, papers
from tests.addin_xlam.live_office import LiveOffice
from tests.addin_xlam.offices import Town
from tests.addin_xlam.test_answers import ID, ODD, REFUSED
from xlsync.addin.dispatch import Pressed
from xlsync.addin.protocol import changes as of
from xlsync.addin.protocol.accepted import ANSWER_BYTES
from xlsync.addin.protocol.request import unpack
from xlsync.addin.protocol.tsv import to_tsv
from xlsync.addin.ways.keys import Keys
from xlsync.addin.ways.replays import Replays
from xlsync.addin.ways.server import listen, serve
from xlsync.addin.ways.web import Web, WebHealth
from xlsync.addin.ways.web_access import Access
from xlsync.workbook.reading.form_reader import read

pytestmark = pytest.mark.office

NOTE = 'Tell IIf({0}.Comment Is Nothing, "-", "note")'
VALUE = 'Tell CStr({0}.Value) & "|" & {0}.NumberFormat & "|" & {0}.HasFormula & "|" & TypeName({0}.Value)'
SAVE = 'Host.SaveCopy Workbooks("live.xlsx"), "{}"'


@pytest.mark.parametrize("key", papers.KEYS)
def test_marks_come_and_go_and_what_was_typed_is_taken_in(
    here: Town, tmp_path: Path, key: str
) -> None:
    office, cells = live(here, tmp_path, key)
    name, title = (cell_at(cells[path]) for path in ("budget.name", "project.name"))
    told, said, opened = office.run(
        [
            f'{title}.Value = ChrW(12354) & "x"',
            "XlsyncSubmit Nothing",
            "XlsyncSummary Nothing",
            "XlsyncDiff Nothing",
            "Dim right As String",
            f"right = {name}.Value",
            f'{name}.Value = ""',
            "XlsyncValidate Nothing",
            NOTE.format(name),
            f"{name}.Value = right",
            "XlsyncValidate Nothing",
            NOTE.format(name),
            "XlsyncUnmark Nothing",
            "Tell sheet.Comments.Count",
            "XlsyncSelfTest Nothing",
        ],
        here.desk.run,
    )
    assert "第2版" in said[0]
    assert here.value("project.name", key) == "あx"
    assert "集計を開きます" in said[1]
    department = here.value("organization.department", key)
    assert any(line.endswith(f"集計/{department}.xlsx") for line in opened)
    assert "同じ内容" in said[2]
    assert "エラー" in said[3]
    assert f"goto {cells['budget.name']}" in opened
    assert f"'{cities.WORKSHEET}'!{cells['budget.name']}" in opened
    assert told == ["note", "-", "0"]
    assert "自己診断" in said[6]


def test_pull_writes_text_as_text_and_asks(here: Town, tmp_path: Path) -> None:
    office, cells = live(here, tmp_path)
    paths = ("project.name", "indicator.name", "budget.name", "strategic_plan.name")
    typed = dict(zip(paths, ("0120", "=1+1", "4-5-6", "よそ"), strict=True))
    here.somebody_else_types(typed)
    spots = [cell_at(cells[path]) for path in paths]
    told, said, _ = office.run(
        [
            f'{spots[3]}.Value = "koko"',
            'Host.replies = "7"',
            "XlsyncPull Nothing",
            *(VALUE.format(spot) for spot in spots),
            "XlsyncPull Nothing",
            "XlsyncSubmit Nothing",
        ],
        here.desk.run,
    )
    assert [one.split("|")[0] for one in told] == ["0120", "=1+1", "4-5-6", "koko"]
    assert [one.split("|")[2:] for one in told] == [["False", "String"]] * 4
    assert "よそ" in said[0]
    assert "3欄" in said[1]
    assert "反映済み" in said[2]
    assert here.value("strategic_plan.name") == "koko"
    assert here.value("project.name") == "0120"


def test_written_text_numbers_and_lists_are_what_was_said(here: Town, tmp_path: Path) -> None:
    office, _ = live(here, tmp_path)
    spots = [f"AZ{200 + row}" for row in range(len(ODD))]
    answer: list[of.Change] = [
        *(
            of.Write(cities.WORKSHEET, spot, text, None)
            for spot, text in zip(spots, ODD, strict=True)
        ),
        of.Write(cities.WORKSHEET, "AZ230", -12.5, None),
        of.Write(cities.WORKSHEET, "AZ231", 5, 2),
        of.Table("一覧", ("値",)),
        *(of.Row("", "", (text,)) for text in ODD),
    ]
    told, said, _ = office.run(
        [
            "sheet.Unprotect",
            'sheet.Range("AZ231").Formula = "=1+1"',
            "XlsyncValidate Nothing",
            *(VALUE.format(cell_at(spot)) for spot in (*spots, "AZ230", "AZ231")),
            "Dim made As Object",
            "For Each made In Workbooks",
            'If made.Name <> "live.xlsx" And made.Name <> "addin.xlsm" Then',
            *(f'Tell made.Worksheets(1).Range("A{2 + row}").Value' for row in range(len(ODD))),
            "End If",
            "Next made",
        ],
        answering(here, lambda request: to_tsv(of.Answer(request.verb, request.id, tuple(answer)))),
    )
    values = [one.split("|")[0] for one in told[: len(ODD)]]
    assert values == list(ODD)
    assert told[len(ODD)].split("|")[0::3] == ["-12.5", "Double"]
    assert told[len(ODD) + 1].split("|")[2] == "True"
    assert "AZ231」には数式" in said[0]
    assert told[len(ODD) + 2 :] == list(ODD)


def test_hostile_answers_do_no_harm(here: Town, tmp_path: Path) -> None:
    office, _ = live(here, tmp_path)
    huge = "x" * (ANSWER_BYTES // 2)
    texts = [*list(REFUSED.values())[::3], huge]
    hostile, presses = iter(texts), len(texts)
    before, after = tmp_path / "before.xlsx", tmp_path / "after.xlsx"

    def next_one(request: of.Request) -> bytes:
        text = next(hostile).replace(ID, request.id)
        return b"\xff\xfe" + text.encode("utf-16-le")

    _, said, opened = office.run(
        [SAVE.format(before), *["XlsyncValidate Nothing"] * presses, SAVE.format(after)],
        answering(here, next_one),
    )
    assert len(said) == presses
    assert "大きすぎます" in said[-1]
    assert all("書き込んでいません" in one for one in said), said
    assert opened == []
    assert read(before.read_bytes()) == read(after.read_bytes())


def test_nobody_answers_and_the_request_is_taken_back(here: Town, tmp_path: Path) -> None:
    office, _ = live(here, tmp_path)
    folder = tmp_path / "office" / "appdata" / "xlsync"
    folder.mkdir()
    (folder / "addin.tsv").write_bytes("\ufeffseconds\t5\r\n".encode("utf-16-le"))
    _, said, _ = office.run(["XlsyncSubmit Nothing"])
    assert "5 秒待ちましたが" in said[0]
    assert "取り下げました" in said[0]
    assert list((here.office.shared / ".xlsync" / "in").iterdir()) == []


def test_over_http_by_the_real_server(here: Town, tmp_path: Path) -> None:
    """`Post` and `Fetch` go by Python here: WinHttp is Windows'."""
    office, cells = live(here, tmp_path)
    with served(here) as url:
        folder = tmp_path / "office" / "appdata" / "xlsync"
        folder.mkdir()
        (folder / "xlsync-addin.tsv").write_bytes(
            f"\ufefftransport\thttp\r\nurl\t{url}\r\n".encode("utf-16-le")
        )
        _, said, opened = office.run(
            [
                f'{cell_at(cells["project.name"])}.Value = "by http"',
                "XlsyncSubmit Nothing",
                "XlsyncSummary Nothing",
            ]
        )
    assert "第2版" in said[0]
    assert here.value("project.name") == "by http"
    assert opened == [
        str(tmp_path / "office" / "temp" / f"{here.value('organization.department')}.xlsx")
    ]


def live(here: Town, folder: Path, key: str = papers.CLEAN) -> tuple[LiveOffice, dict[str, str]]:
    """A sheet's living workbook, to be opened by LibreOffice."""
    place = here.living(key)
    place = place.rename(place.with_name("live.xlsx"))
    return LiveOffice(folder / "office", place), here.cells(key)


def cell_at(address: str) -> str:
    """A cell of the form worksheet, in VBA."""
    return f'sheet.Range("{address}")'


def answering(here: Town, said: Callable[[of.Request], bytes]) -> Callable[[], None]:
    """Somebody who answers each request so."""
    inside = here.office.shared / ".xlsync" / "in"

    def answer() -> None:
        for file in inside.glob("*.request"):
            request = unpack(file.read_bytes())
            file.unlink()
            whole = inside.parent / "out" / "ready"
            whole.write_bytes(said(request))
            whole.rename(inside.parent / "out" / f"{request.id}.answer")

    return answer


@contextmanager
def served(here: Town) -> Iterator[str]:
    """The real server on a free port of this machine; its address."""
    at: socket.socket = listen("127.0.0.1", 0)
    over = threading.Event()

    def work(request: of.Request, _department: str) -> Pressed:
        return here.desk.work(request)

    with ThreadPoolExecutor(1) as pool:
        web = Web(
            read_config=lambda: here.office, press=work, access=Access(Keys), health=WebHealth(lambda: True),
            note_visit=lambda _visit: None, clock=lambda: 0.0, pool=pool, replays=Replays(lambda: 0.0),
        )  # fmt: skip
        thread = threading.Thread(target=serve, args=(web, at, over.is_set))
        thread.start()
        try:
            yield f"http://127.0.0.1:{at.getsockname()[1]}"
        finally:
            over.set()
            thread.join()
