"""What goes wrong ends in one message, and leaves the live workbook and the shared folder as they were."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from pyopenvba.interpreter._values import error

from tests import cities
from tests.addin_xlam.conftest import Opened
from tests.addin_xlam.memory_excel import YES, Excel, World
from tests.addin_xlam.offices import JST, Town
from xlsync.addin.protocol.request import pack, unpack

pytestmark = pytest.mark.slow  # an Excel in memory is no fast one

SHEET = cities.WORKSHEET


def test_without_a_workbook_it_says_so(tmp_path: Path) -> None:
    excel = Excel(World(lambda: None, {"TEMP": str(tmp_path), "APPDATA": str(tmp_path)}))
    excel.app.application.workbooks_.books.clear()
    excel.app.application.active_book = None
    assert "開いているブックがありません" in excel.press("Validate")


def test_in_protected_view_it_says_what_to_press(opened: Opened) -> None:
    excel = opened()
    excel.world.protected_view = True
    assert "［編集を有効にする］" in excel.press("Submit")


def test_an_xls_is_refused_by_name(opened: Opened) -> None:
    excel = opened()
    assert excel.book is not None
    excel.book.name = "古い形式.xls"
    assert "「古い形式.xls」は Excel ブック（.xlsx）ではありません" in excel.press("Submit")


def test_outside_any_shared_folder_it_says_what_to_choose(opened: Opened, here: Town) -> None:
    excel = opened()
    assert excel.book is not None
    excel.book.path = str(here.folder / "ほか")
    assert "［設定］で共有フォルダーを選んでください" in excel.press("Submit")


def test_nobody_answers_and_the_request_is_taken_back(opened: Opened, here: Town) -> None:
    excel = opened()
    clock = Clock(excel)
    excel.world.at_pause = clock.tick
    said = excel.press("Submit")
    assert "30 秒待ちましたが" in said
    assert "何も受け付けられておらず" in said
    assert waiting(here) == []
    assert clock.seconds <= 33


def test_midnight_while_waiting_is_no_trouble(opened: Opened) -> None:
    excel = opened()
    clock = Clock(excel, dt.datetime(2018, 7, 3, 23, 59, 50, tzinfo=JST))
    excel.world.at_pause = clock.tick
    assert "30 秒待ちましたが" in excel.press("Submit")
    assert clock.seconds <= 33


def test_what_was_already_taken_is_said_to_be(opened: Opened, here: Town) -> None:
    excel = opened()
    clock = Clock(excel)

    def taken() -> None:
        clock.tick()
        for request in waiting(here):
            request.rename(request.with_suffix(".taken"))

    excel.world.at_pause = taken
    assert "すでに受け付けられたかもしれません" in excel.press("Submit")


def test_escape_ends_the_waiting(opened: Opened, here: Town) -> None:
    excel = opened()
    excel.world.escape = True
    said = excel.press("Submit")
    assert "Esc" in said
    assert "何も受け付けられておらず" in said
    assert waiting(here) == []
    excel.world.escape = False
    assert "変わっていません" in excel.press("Submit")


def test_a_folder_that_refuses_the_request_is_named(opened: Opened, here: Town) -> None:
    excel = opened()
    inside = here.office.shared / ".xlsync" / "in"
    inside.chmod(0o500)
    real = Path.write_bytes

    def refuse(path: Path, data: bytes) -> int:
        if path.parent == inside:
            raise OSError(13, "Permission denied")
        return real(path, data)

    with pytest.MonkeyPatch.context() as patch:  # root writes anywhere
        patch.setattr(Path, "write_bytes", refuse)
        said = excel.press("Submit")
    assert "依頼を書き込めませんでした" in said
    assert str(here.office.shared) in said


def test_a_request_taken_in_before_its_renaming_is_heard_of_is_answered(
    opened: Opened, here: Town
) -> None:
    excel = opened()
    real = Path.rename

    def late(path: Path, target: str) -> Path:
        renamed = real(path, target)
        if str(target).endswith(".request"):
            here.desk.run()
            raise error(53, "File not found")
        return renamed

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Path, "rename", late)
        said = excel.press("Submit")
    assert "書き込めません" not in said
    assert "前に受け取った内容から変わっていません" in said


def test_a_request_that_cannot_be_renamed_is_named_and_leaves_nothing(
    opened: Opened, here: Town
) -> None:
    excel = opened()
    real = Path.rename

    def refuse(path: Path, target: str) -> Path:
        if str(target).endswith(".request"):
            raise error(70, "Permission denied")
        return real(path, target)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Path, "rename", refuse)
        said = excel.press("Submit")
    assert "依頼を書き込めませんでした（Permission denied）" in said
    assert list((here.office.shared / ".xlsync" / "in").iterdir()) == []


def test_a_second_press_while_one_is_under_way_does_nothing(opened: Opened, here: Town) -> None:
    excel = opened()
    again: list[str] = []

    def impatient() -> None:
        excel.app.run("XlsyncSubmit", excel.app.application)
        again.append("pressed")
        here.desk.run()

    excel.world.at_pause = impatient
    excel.press("Submit")
    assert again == ["pressed"]
    assert len(excel.world.said) == 1


def test_the_request_is_what_the_other_side_would_have_packed(opened: Opened, here: Town) -> None:
    excel = opened()
    seen: list[bytes] = []

    def look() -> None:
        seen.extend(file.read_bytes() for file in waiting(here))
        here.desk.run()

    excel.world.at_pause = look
    for button in ("Submit", "SelfTest"):
        excel.press(button)
    requests = [unpack(data) for data in seen]
    assert [pack(request) for request in requests] == seen
    assert [request.verb for request in requests] == ["submit", "selftest"]
    assert len({request.id for request in requests}) == 2
    assert requests[0].file.endswith("_事業.xlsx")
    assert requests[0].worksheet == SHEET
    assert requests[0].user == "総務 花子"


def test_backslashes_tabs_and_rare_signs_reach_the_other_side(opened: Opened, here: Town) -> None:
    excel = opened()
    assert excel.book is not None
    excel.book.name = "a\\n𠮷\tb.xlsx"
    seen: list[bytes] = []

    def look() -> None:
        seen.extend(file.read_bytes() for file in waiting(here))
        here.desk.run()

    excel.world.at_pause = look
    excel.press("Validate")
    assert unpack(seen[0]).file.endswith("a\\n𠮷\tb.xlsx")


def test_settings_say_http_and_the_key_goes_along(opened: Opened, here: Town) -> None:
    excel = opened()
    settle(here, "transport\thttp\r\nurl\thttp://hyoka:8765/\r\nkey\tsecret\r\n")
    posted: list[tuple[str, str]] = []

    def post(url: str, key: str, data: bytes) -> tuple[int, bytes]:
        posted.append((url, key))
        inside = here.office.shared / ".xlsync"
        name = unpack(data).id
        (inside / "in" / f"{name}.request").write_bytes(data)
        here.desk.run()
        return 200, (inside / "out" / f"{name}.answer").read_bytes()

    excel.world.post = post
    assert "直すところはありません" in excel.press("Validate")
    assert posted == [("http://hyoka:8765/xlsync/1", "secret")]


def test_over_http_a_summary_is_fetched_by_its_escaped_name(opened: Opened, here: Town) -> None:
    excel = opened()
    settle(here, "transport\thttp\r\nurl\thttp://hyoka:8765\r\n")
    fetched: list[str] = []

    def fetch(url: str, _key: str) -> bytes:
        fetched.append(url)
        return b"PK"

    excel.world.post = lambda _url, _key, data: (200, answered(here, data))
    excel.world.fetch = fetch
    excel.press("Summary")
    assert fetched[0].startswith("http://hyoka:8765/xlsync/1/files/%E9%9B%86%E8%A8%88/")
    assert fetched[0].endswith(".xlsx")
    assert excel.world.opened[0].startswith(str(here.folder / "temp"))


def test_a_server_that_is_no_server_of_ours_is_named(opened: Opened, here: Town) -> None:
    excel = opened()
    settle(here, "transport\thttp\r\nurl\thttp://hyoka:8765\r\n")
    excel.world.post = lambda _url, _key, _data: (200, b"<html>login</html>")
    said = excel.press("Validate")
    assert "http://hyoka:8765 から答えではないもの" in said
    settle(here, "transport\thttp\r\nurl\tfile:///etc/passwd\r\n")
    assert "「file:///etc/passwd」" in excel.press("Validate")


def test_a_user_chooses_the_shared_folder_and_it_is_kept(opened: Opened, here: Town) -> None:
    excel = opened()
    assert excel.book is not None
    excel.world.answers.append(YES)
    excel.world.picked = str(here.folder)
    assert "受付" in excel.press("Settings")
    excel.world.answers.append(YES)
    excel.world.picked = str(here.office.shared)
    assert str(here.office.shared) in excel.press("Settings")
    excel.book.path = str(here.folder / "ほか")
    assert "直すところはありません" in excel.press("Validate")


def test_a_users_own_settings_overrule_the_offices(opened: Opened, here: Town) -> None:
    excel = opened()
    settle(here, "seconds\t7\r\n", "addin.tsv")
    settle(here, "seconds\t99\r\nconfig\t" + str(here.folder / "more.tsv") + "\r\n")
    (here.folder / "more.tsv").write_bytes("\ufeffkey\tk\r\nseconds\t8\r\n".encode("utf-16-le"))
    excel.press("Unmark")
    assert excel.do("Seconds()") == 7
    assert excel.do('Setting("key")') == "k"
    assert excel.do('Setting("transport")') == "folder"


def test_a_settings_file_that_cannot_be_read_is_named(opened: Opened, here: Town) -> None:
    excel = opened()
    settle(here, "")
    (here.folder / "appdata" / "xlsync" / "xlsync-addin.tsv").write_text("url\thttp://a", "utf-8")
    assert "xlsync-addin.tsv" in excel.press("Validate")


class Clock:
    """A second goes by at every look."""

    def __init__(self, excel: Excel, begin: dt.datetime | None = None) -> None:
        self.excel, self.seconds = excel, 0
        self.now = (begin or dt.datetime(2018, 7, 3, 9, tzinfo=JST)).replace(tzinfo=None)
        excel.app.freeze_clock(self.now)

    def tick(self) -> None:
        """One second later."""
        self.seconds += 1
        self.now += dt.timedelta(seconds=1)
        self.excel.app.freeze_clock(self.now)


def waiting(here: Town) -> list[Path]:
    """The requests nobody has taken."""
    return sorted((here.office.shared / ".xlsync" / "in").glob("*.request"))


def answered(here: Town, data: bytes) -> bytes:
    """What the desk answers to a request."""
    inside = here.office.shared / ".xlsync"
    name = unpack(data).id
    (inside / "in" / f"{name}.request").write_bytes(data)
    here.desk.run()
    return (inside / "out" / f"{name}.answer").read_bytes()


def settle(here: Town, text: str, name: str = "xlsync-addin.tsv") -> None:
    """Write a settings file."""
    folder = here.folder / "appdata" / "xlsync"
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(f"\ufeff{text}".encode("utf-16-le"))
