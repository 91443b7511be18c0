"""Templates that were built before: the same bytes as built anew, whatever happens to the folder that they are kept in."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import example_forms
from tests.store.disk_calls import KILLED, Said, Seen, counted, dying_at, forked, refusing, watching
from xlsync.city.user_cache import CACHE_VARIABLE, cache_folder
from xlsync.disk import is_temporary
from xlsync.workbook.template.drawn_page import DrawnPage, page_as_bytes, page_of_bytes
from xlsync.workbook.template.template_cache import MOST, TemplateCache, template_digest

INPUTS = template_digest(b"a form")
PAGE = DrawnPage(b"PK\x03\x04" + bytes(range(256)) * 20, {"a.b": "C4"}, {"rows.c": "D5:D9"})
_PROGRAM = """
import hashlib, json, sys
from xlsync.city.user_cache import use_user_cache
from xlsync.form.library import load_form
from xlsync.workbook.template.template import build_template
use_user_cache()
built = []
for form in sys.argv[1:]:
    template = build_template(load_form(form), 2018, is_trial=form != sys.argv[1])
    places = [template.addresses, template.column_ranges, sorted(template.room)]
    built.append([hashlib.sha256(template.data).hexdigest(), *places])
print(json.dumps([built, "openpyxl" in sys.modules]))
"""
"""Tells of the templates of forms, and whether the library was needed that draws them."""
WINDOWS = {"LOCALAPPDATA": r"C:\taro\Local", "USERPROFILE": r"C:\taro"}
PLACES = st.dictionaries(st.text(), st.text())


def test_a_kept_template_is_the_one_that_would_be_built(tmp_path: Path) -> None:
    forms = ["jimu-jigyo-hyoka", str(example_forms.FOLDER / "bihin")]  # which has a table
    answers = []
    for kept in ("", "kept", "kept"):
        folder = str(tmp_path / kept) if kept else ""
        command = [sys.executable, "-c", _PROGRAM, *forms]
        environment = {**os.environ, CACHE_VARIABLE: folder}
        done = subprocess.run(command, env=environment, capture_output=True, check=True)
        answers.append(json.loads(done.stdout))
    anew = answers[0][0]
    assert answers == [[anew, True], [anew, True], [anew, False]]
    assert len(anew) == len(list((tmp_path / "kept").iterdir())) == len(forms)


@given(data=st.binary(), addresses=PLACES, column_ranges=PLACES)
def test_a_page_outlasts_being_bytes(
    data: bytes, addresses: dict[str, str], column_ranges: dict[str, str]
) -> None:
    page = DrawnPage(data, addresses, column_ranges)
    assert page_of_bytes(page_as_bytes(page)) == page


@given(st.binary() | st.builds(lambda text: text.encode() + b"\n", st.text()))
def test_bytes_that_are_no_page_are_none(data: bytes) -> None:
    assert page_of_bytes(data) is None


@pytest.mark.parametrize("places", ["[]", "[{}]", "[{}, {}, {}]", '[{}, {"a": 1}]', "{}", "1"])
def test_places_of_another_shape_are_none(places: str) -> None:
    assert page_of_bytes(places.encode() + b"\nPK") is None


@given(st.data())
def test_a_damaged_file_is_not_used(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    cache = TemplateCache(tmp_path_factory.getbasetemp() / "damaged")
    cache.save(INPUTS, PAGE)
    (file,) = cache.folder.iterdir()
    whole = file.read_bytes()
    at = data.draw(st.integers(0, len(whole) - 1))
    if data.draw(st.booleans()):
        file.write_bytes(whole[:at])
    else:
        other = data.draw(st.integers(1, 255))
        file.write_bytes(whole[:at] + bytes([whole[at] ^ other]) + whole[at + 1 :])
    assert cache.page(INPUTS) is None
    cache.save(INPUTS, PAGE)
    assert cache.page(INPUTS) == PAGE


def test_a_file_is_not_used_under_another_name(tmp_path: Path) -> None:
    cache, other = TemplateCache(tmp_path / "kept"), template_digest(b"another form")
    cache.save(INPUTS, PAGE)
    (file,) = cache.folder.iterdir()
    file.rename(file.with_name(file.name.replace(INPUTS, other)))
    assert cache.page(other) is None
    assert cache.page(INPUTS) is None


def test_the_digest_is_of_all_parts_each_by_itself() -> None:
    one, other = template_digest(b"ab", b"c"), template_digest(b"a", b"bc")
    assert len({one, other, template_digest(b"ab", b"c", b"")}) == 3
    assert one == template_digest(b"ab", b"c")


def _save(cache: TemplateCache, seen: Seen) -> None:
    with watching(seen):
        cache.save(INPUTS, PAGE)


def _killed(cache: TemplateCache, at: int) -> int:
    """The exit code of a process that keeps a page and is killed at a call."""
    code, _ = forked(lambda _said: _save(cache, dying_at(at, half=True)))
    return code


def test_a_kill_or_a_refusal_anywhere_leaves_the_page_or_none(tmp_path: Path) -> None:
    calls = counted(lambda: TemplateCache(tmp_path / "counted").save(INPUTS, PAGE))
    assert {"mkdir", "open", "write", "fsync", "replace"} <= set(calls)
    for number in range(1, len(calls) + 1):
        killed = TemplateCache(tmp_path / f"killed {number}")
        code = _killed(killed, number)
        assert code == KILLED
        assert killed.page(INPUTS) in (None, PAGE)
        killed.save(INPUTS, PAGE)
        assert killed.page(INPUTS) == PAGE
        for refusal in (errno.ENOSPC, errno.EACCES, errno.EROFS):
            refused = TemplateCache(tmp_path / f"refused {number} {refusal}")
            _save(refused, refusing(number, refusal))
            assert refused.page(INPUTS) in (None, PAGE)


def test_what_a_killed_process_has_left_is_deleted_an_hour_later(tmp_path: Path) -> None:
    cache = TemplateCache(tmp_path / "kept")
    at = counted(lambda: TemplateCache(tmp_path / "counted").save(INPUTS, PAGE)).index("write") + 1
    code = _killed(cache, at)
    (left,) = cache.folder.iterdir()
    assert (code, is_temporary(left.name)) == (KILLED, True)
    cache.save(INPUTS, PAGE)
    assert left.exists(), "somebody may be writing it just now"
    os.utime(left, (0, 0))
    cache.save(INPUTS, PAGE)
    assert [file.suffix for file in cache.folder.iterdir()] == [".template"]


def test_two_processes_at_once_find_a_whole_page_or_none(tmp_path: Path) -> None:
    cache = TemplateCache(tmp_path / "kept")

    def both(_said: Said) -> None:
        for _ in range(50):
            cache.save(INPUTS, PAGE)
            assert cache.page(INPUTS) == PAGE

    with ThreadPoolExecutor() as pool:
        codes = [pool.submit(forked, both) for _ in range(2)]
        assert [code.result()[0] for code in codes] == [0, 0]
    assert [file.suffix for file in cache.folder.iterdir()] == [".template"]


def test_the_oldest_go_once_there_are_many_and_files_of_others_stay(tmp_path: Path) -> None:
    cache = TemplateCache(tmp_path / "kept")
    digests = [template_digest(str(number).encode()) for number in range(MOST + 2)]
    for age, digest in enumerate(digests):
        cache.save(digest, PAGE)
        os.utime(cache.folder / f"{digest}.template", (1000.0 + age, 1000.0 + age))
    (cache.folder / "memo.txt").write_text("of the user's own", encoding="utf-8")
    cache.save(template_digest(b"one more"), PAGE)
    assert [digest for digest in digests if cache.page(digest) is None] == digests[:3]
    assert (cache.folder / "memo.txt").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="a profile's folder is the user's own")
@pytest.mark.parametrize("mode", [0o777, 0o720, 0o702])
def test_a_folder_that_others_can_write_into_is_not_used(tmp_path: Path, mode: int) -> None:
    cache = TemplateCache(tmp_path / "kept")
    cache.save(INPUTS, PAGE)
    cache.folder.chmod(mode)
    assert cache.page(INPUTS) is None
    cache.save(template_digest(b"another form"), PAGE)
    assert len(list(cache.folder.iterdir())) == 1
    cache.folder.chmod(0o700)
    assert cache.page(INPUTS) == PAGE


@pytest.mark.skipif(sys.platform == "win32", reason="a profile's folder is the user's own")
def test_a_folder_that_others_can_replace_is_not_used(tmp_path: Path) -> None:
    cache = TemplateCache(tmp_path / "above" / "kept")
    cache.save(INPUTS, PAGE)
    for mode, page in ((0o777, None), (0o1777, PAGE), (0o700, PAGE)):
        (tmp_path / "above").chmod(mode)
        assert cache.page(INPUTS) == page


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() != 0, reason="gives a folder away")
def test_the_administrator_makes_nothing_in_the_home_of_somebody_else(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    os.chown(home, 12_345, -1)
    cache = TemplateCache(home / ".cache" / "xlsync")
    cache.save(INPUTS, PAGE)
    assert (list(home.iterdir()), cache.page(INPUTS)) == ([], None)


def test_where_no_folder_can_be_made_nothing_is_kept(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    cache = TemplateCache(tmp_path / "file" / "below")
    cache.save(INPUTS, PAGE)
    assert cache.page(INPUTS) is None


@pytest.mark.parametrize(
    ("environment", "platform", "folder"),
    [
        ({CACHE_VARIABLE: "/var/cache/x"}, "linux", "/var/cache/x"),
        ({CACHE_VARIABLE: " "}, "linux", None),
        ({CACHE_VARIABLE: "cache"}, "linux", None),
        ({**WINDOWS, CACHE_VARIABLE: ""}, "win32", None),
        ({"XDG_CACHE_HOME": "/caches"}, "linux", "/caches/xlsync"),
        ({"XDG_CACHE_HOME": "here"}, "linux", "/home/taro/.cache/xlsync"),
        ({}, "linux", "/home/taro/.cache/xlsync"),
        ({"XDG_CACHE_HOME": "/caches"}, "darwin", "/home/taro/Library/Caches/xlsync"),
        ({"LOCALAPPDATA": r"C:\taro\Local"}, "win32", r"C:\taro\Local\xlsync-cache"),
        ({**WINDOWS, CACHE_VARIABLE: r"c:\TARO\x"}, "win32", r"c:\TARO\x"),
        ({**WINDOWS, CACHE_VARIABLE: r"C:\taro\..\all\x"}, "win32", None),
        ({**WINDOWS, CACHE_VARIABLE: r"\\server\share\x"}, "win32", None),
        ({**WINDOWS, CACHE_VARIABLE: "x"}, "win32", None),
        ({}, "win32", None),
    ],
)
def test_the_folder_is_where_a_system_has_such(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], platform: str, folder: str | None
) -> None:
    monkeypatch.setenv("HOME", "/home/taro")
    found = cache_folder(environment, platform)
    assert found == (None if folder is None else Path(folder))
