"""One server for the forms of a city: one sign-in, a choice of form, and each press and act in the store of its own form."""

from __future__ import annotations

import datetime as dt
import io
import re
import shutil
import time
import zipfile
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from werkzeug.test import Client, TestResponse

from tests import example_forms, papers
from tests.addin.buttons import request
from tests.cli.conftest import FURTHER_FORMS
from tests.cli.test_several_forms import checked, checked_by, equipment
from tests.commands import living
from tests.page.visits import forms_in, text_of
from tests.watching import saying
from xlsync import open_city
from xlsync.addin.protocol.changes import Open
from xlsync.addin.protocol.request import pack
from xlsync.addin.protocol.tsv import from_tsv
from xlsync.addin.ways.form_routing import form_ids_in
from xlsync.addin.ways.keys import FILE, add_key
from xlsync.city.settings import find_settings
from xlsync.cli.commands.serve import served_city
from xlsync.cli.further_sites import FurtherSites
from xlsync.cli.long_running import Bell
from xlsync.cli.served_form import ServedForm, Server, served_form
from xlsync.errors import WorkbookError
from xlsync.form.library import read_form
from xlsync.page.entry_tokens import make_entry_token
from xlsync.page.sessions import FOLDER

HOST = "http://127.0.0.1:8765"
HERE = {"REMOTE_ADDR": "127.0.0.1"}
EQUIPMENT = "/f/" + quote("備品")
TRAINING = "/f/" + quote("研修")
DAY = dt.date(2026, 11, 30)


class Browser:
    """A browser at the server, and a client of the buttons."""

    def __init__(self, site: Any) -> None:
        self.client = Client(site)

    def get(self, address: str, **headers: str) -> TestResponse:
        return self.client.get(
            address, base_url=HOST, headers=headers, environ_base=HERE, buffered=True
        )

    def page(self, address: str) -> str:
        response = self.get(address)
        assert response.status_code == 200, (response.status_code, text_of(response)[-600:])
        return text_of(response)

    def send(self, address: str, fields: Mapping[str, Any]) -> TestResponse:
        return self.client.post(
            address, base_url=HOST, data=dict(fields), headers={"Origin": HOST},
            environ_base=HERE, buffered=True,
        )  # fmt: skip

    def sign_in(self, key: str, below: str = "", person: str = "山田花子") -> int:
        return self.send(f"{below}/login", {"person": person, "key": key}).status_code

    def enter(self, folder: Path, below: str = "") -> int:
        """Come in by a token made in the store of a folder."""
        now = dt.datetime.now().astimezone()
        token = make_entry_token(folder / "store" / FOLDER, "山田花子", now)
        return self.get(f"{below}/enter?token={token}").status_code

    def press(self, data: bytes, address: str = "/xlsync/1", key: str = "") -> TestResponse:
        return self.client.post(
            address, base_url=HOST, data=data, environ_base=HERE,
            headers={"Authorization": f"Bearer {key}"} if key else {},
            content_type="application/octet-stream",
        )  # fmt: skip


@contextmanager
def serving(folder: Path) -> Iterator[Browser]:
    """All forms of a city served in this process, once they are open."""
    with (
        ThreadPoolExecutor(2) as pool,
        served_city(find_settings(folder), pool, Bell(), is_open=False) as (_, site),
    ):
        browser = Browser(site)
        browser.get(f"{TRAINING}/")  # waits until the forms were looked at
        yield browser


def test_one_sign_in_is_for_every_form_and_the_page_offers_a_choice(several_forms: Path) -> None:
    with serving(several_forms) as browser:
        assert browser.get(f"{EQUIPMENT}/").headers["Location"].startswith(f"{EQUIPMENT}/login")
        assert browser.enter(several_forms) == 303
        first = browser.page("/")
        for address in (f'"{EQUIPMENT}/"', f'"{TRAINING}/"', '"/" aria-current="true"'):
            assert f"<a href={address}" in first
        assert "情報化推進事業" in browser.page("/sheets")
        listed = browser.page(f"{EQUIPMENT}/sheets")
        assert "A-301" in listed
        assert "情報化推進事業" not in listed
        assert f'<a href="{EQUIPMENT}/" aria-current="true">' in listed
        assert browser.get(f"/f/{quote('ない様式')}/sheets").status_code == 404


def test_an_act_on_the_page_of_a_form_is_in_its_own_store_log_and_jobs(several_forms: Path) -> None:
    own = several_forms / "forms/備品/store"
    with serving(several_forms) as browser:
        browser.enter(several_forms)
        asked = browser.page(f"{EQUIPMENT}/acts/return?sheet=A-301")
        action, hidden = forms_in(asked)[0]
        assert action.startswith(EQUIPMENT)
        done = browser.send(action, {**hidden, "comment": "番号を確かめてください"})
        assert done.status_code == 303, text_of(done)
        assert done.headers["Location"].startswith(f"{EQUIPMENT}/")
        assert "番号を確かめてください" in browser.page(f"{EQUIPMENT}/sheets/A-301")
        action, hidden = next(
            (action, hidden)
            for action, hidden in forms_in(browser.page(f"{EQUIPMENT}/summaries"))
            if action.startswith(EQUIPMENT)
        )
        assert browser.send(action, hidden).status_code == 303
        assert list((own / "page/jobs").glob("*.json"))
        assert "山田花子" in browser.page(f"{EQUIPMENT}/record")
        log = several_forms / "store/log/serve.log"
        log.write_text("2026-11-30 10:00:00,123 INFO 【備品】開始 様式「備品」\n", encoding="utf-8")
        saved = browser.send(
            f"{EQUIPMENT}/health/diagnosis.zip", {"form_token": hidden["form_token"]}
        )
        with zipfile.ZipFile(io.BytesIO(saved.data)) as archive:
            assert archive.read("記録/serve.log").endswith("INFO 開始".encode())
    assert "差戻し" in (own / "log/page.log").read_text(encoding="utf-8")
    assert not (several_forms / "store/page/jobs").exists()
    told = (several_forms / "store/log/page.log").read_text(encoding="utf-8")
    assert "差戻し" not in told


def test_a_button_reaches_the_form_that_its_workbook_names(several_forms: Path) -> None:
    bought = checked(equipment(several_forms).read_bytes(), "田中　一郎")
    project = saying(living(several_forms).read_bytes(), "新しい目的")
    with serving(several_forms) as browser:
        for number, workbook in enumerate((bought, project), 1):
            file = r"Z:\備品\評価シート\a.xlsx" if workbook is bought else r"Z:\評価シート\a.xlsx"
            answer = browser.press(pack(request("submit", workbook, number, file=file)))
            assert (answer.status_code, from_tsv(answer.data).failed) == (200, False)
        assert checked_by(several_forms) == "田中　一郎"
        head = open_city(several_forms).store.head(papers.CLEAN, papers.EDITION)
        assert head is not None
        assert head["purpose"] == "新しい目的"
        summed = from_tsv(browser.press(pack(request("summary", bought, 3))).data)
        (name,) = [change.name for change in summed.changes if isinstance(change, Open)]
        assert name.startswith("備品/集計/")
        assert (several_forms / "shared" / name).is_file()
        for prefix in ("", EQUIPMENT):
            fetched = browser.get(f"{prefix}/xlsync/1/files/{quote(name)}")
            assert fetched.data == (several_forms / "shared" / name).read_bytes()
        for number, (workbook, fails) in enumerate(((bought, False), (project, True)), 4):
            pressed = browser.press(
                pack(request("validate", workbook, number)), f"{EQUIPMENT}/xlsync/1"
            )
            assert from_tsv(pressed.data).failed == fails
        assert browser.press(pack(request("selftest", number=6))).status_code == 200
        for broken in (b"", b"PK\3\4" + bytes(40), bought[:5000]):
            refused = browser.press(pack(request("validate", broken, 7 + len(broken))))
            assert from_tsv(refused.data).failed


def test_the_citys_keys_open_a_form_that_has_none_of_its_own(several_forms: Path) -> None:
    bought = equipment(several_forms).read_bytes()
    city_key = add_key(several_forms, "全庁", DAY)
    other_key = add_key(several_forms / "forms/研修", "全庁", DAY)
    reader_key = add_key(several_forms, "総務部", DAY)
    with serving(several_forms) as browser:
        assert browser.sign_in(city_key) == 303
        assert "A-301" in browser.page(f"{EQUIPMENT}/sheets")
        assert browser.get(f"{TRAINING}/sheets").status_code == 303
        assert TRAINING not in browser.page("/").split("<nav")[0]
        assert browser.sign_in(city_key, TRAINING) == 403
        assert browser.sign_in(other_key, TRAINING) == 303
        assert browser.page(f"{TRAINING}/sheets")
        assert browser.page("/sheets"), "the same person is still signed in for the city"
        assert browser.sign_in(other_key) == 403
        reader = Browser(browser.client.application)
        assert reader.sign_in(reader_key) == 303
        assert reader.get(f"{EQUIPMENT}/register").status_code == 403
        assert reader.page(f"{EQUIPMENT}/sheets")
        stranger = Browser(browser.client.application)
        assert stranger.sign_in(other_key, TRAINING, "別の人") == 303
        assert stranger.get("/sheets").status_code == 303
        pressed = [browser.press(pack(request("validate", bought, n)), key=key).status_code
                   for n, key in enumerate((city_key, other_key, ""), 20)]  # fmt: skip
        assert pressed == [200, 401, 401]
        (several_forms / FILE).unlink()
        assert browser.get("/sheets").status_code == 303
        assert browser.page(f"{TRAINING}/sheets")


def test_a_form_whose_last_key_was_taken_out_of_its_own_file_is_not_opened_without_one(
    several_forms: Path,
) -> None:
    bought = equipment(several_forms).read_bytes()
    own = several_forms / "forms/備品" / FILE
    own.write_text("# 鍵なし\n", encoding="utf-8")
    with serving(several_forms) as browser:
        without = browser.press(pack(request("validate", bought, 30)))
        assert without.status_code == 200, "nobody in this city has a key"
        city_key = add_key(several_forms, "全庁", DAY)
        pressed = [browser.press(pack(request("validate", bought, n)), key=key).status_code
                   for n, key in enumerate((city_key, ""), 31)]  # fmt: skip
        assert pressed == [401, 401]
        own.unlink()
        with_key = browser.press(pack(request("validate", bought, 33)), key=city_key)
        assert with_key.status_code == 200


def test_somebody_else_on_the_same_computer_takes_nothing_over(several_forms: Path) -> None:
    with serving(several_forms) as browser:
        assert browser.enter(several_forms / "forms/備品", EQUIPMENT) == 303
        assert browser.page(f"{EQUIPMENT}/sheets")
        assert browser.get("/sheets").status_code == 303, "the token was of the form's store"
        key = add_key(several_forms / "forms/研修", "全庁", DAY)
        assert browser.sign_in(key, TRAINING, "佐藤次郎") == 303
        assert browser.get(f"{EQUIPMENT}/sheets").status_code == 303


def test_whom_the_proxy_names_has_the_roles_that_each_form_says(several_forms: Path) -> None:
    own, further = several_forms / "xlsync.toml", several_forms / "forms/研修/xlsync.toml"
    _more(own, "[serve]", 'user-header = "X-Remote-User"')
    _more(own, "", "\n[page.people]\noffice = ['KIKAKU\\yamada']\n")
    _more(further, "", "\n[page.people]\nit = ['KIKAKU\\yamada']\noffice = ['JINJI\\sato']\n")
    with serving(several_forms) as browser:

        def named(address: str, person: str = r"KIKAKU\yamada") -> TestResponse:
            return browser.get(address, **{"X-Remote-User": person})

        assert named("/register").status_code == 200
        assert named(f"{EQUIPMENT}/register").status_code == 200, "as the city's settings say"
        assert named(f"{TRAINING}/register").status_code == 403
        assert named(f"{TRAINING}/health").status_code == 200
        assert named("/sheets", r"JINJI\sato").status_code == 403
        assert named(f"{TRAINING}/sheets", r"JINJI\sato").status_code == 200
        assert named("/health").status_code == 200
        listed = signed_in_here(text_of(named(f"{TRAINING}/health")))
        assert (r"KIKAKU\yamada", "情報システム", "Windows認証") in listed


def test_who_is_signed_in_is_listed_with_the_role_they_have_in_this_form(
    several_forms: Path,
) -> None:
    keys = [
        add_key(several_forms, "全庁", DAY),
        add_key(several_forms / "forms/研修", "情報システム課", DAY, "it"),
    ]
    with serving(several_forms) as browser:
        for key, below in zip(keys, ("", TRAINING), strict=True):
            assert browser.sign_in(key, below) == 303
        way = "鍵（氏名は申告）"
        assert signed_in_here(browser.page("/health")) == [("山田花子", "企画", way)]
        further = signed_in_here(browser.page(f"{TRAINING}/health"))
        assert further == [("山田花子", "情報システム（情報システム課）", way)]


def signed_in_here(health: str) -> list[tuple[str, ...]]:
    """Name, role and way in of everybody whom 監視 lists as signed in."""
    rows = health.split("ログイン中の人")[1]
    return re.findall(r"<tr><td>([^<]*)</td><td>([^<]*)</td><td>([^<]*)</td>", rows)


def _more(settings: Path, after: str, line: str) -> None:
    text = settings.read_text(encoding="utf-8")
    assert after in text
    changed = text.replace(after, f"{after}\n{line}", 1) if after else text + line
    settings.write_text(changed, encoding="utf-8")


def test_a_form_that_cannot_be_opened_stops_no_other_and_comes_back(several_forms: Path) -> None:
    settings = several_forms / "forms/備品/xlsync.toml"
    right = settings.read_text(encoding="utf-8")
    settings.write_text("edition = \n", encoding="utf-8")
    with serving(several_forms) as browser:
        browser.enter(several_forms)
        assert "研修" in browser.page(f"{TRAINING}/sheets")
        refused = browser.get(f"{EQUIPMENT}/sheets")
        assert refused.status_code == 503
        assert "様式「備品」の画面は、いま開けません" in text_of(refused)
        assert EQUIPMENT not in browser.page("/").split("<nav")[0]
        assert "【" not in text_of(refused)
    settings.write_text(right, encoding="utf-8")
    told: list[tuple[set[str], Mapping[str, str]]] = []
    bell = Bell()
    with (
        ThreadPoolExecutor(1) as pool,
        served_city(find_settings(several_forms), pool, bell, is_open=False) as (own, _),
    ):
        reach = own.form_page.extensions["xlsync"]
        server = Server(_page_server(reach), pool, bell.world())
        told_at_end: list[tuple[set[str], Mapping[str, str]]] = []

        @contextmanager
        def opened(folder: Path) -> Iterator[ServedForm]:
            with served_form(find_settings(folder), server) as form:
                yield form
                told_at_end.append(told[-1])

        def note(served: Mapping[str, ServedForm], failures: Mapping[str, str]) -> None:
            told.append(({*served}, failures))
            if len(told) == 1:
                raise RuntimeError("one fault does not end the looking")

        sites = FurtherSites(several_forms, opened, note, bell, again_after=0.0)
        settings.write_text("edition = \n", encoding="utf-8")
        with sites:
            _until(lambda: bool(told))
            assert told[-1][0] == {"研修"}
            assert "備品" in told[-1][1]
            settings.write_text(right, encoding="utf-8")
            _until(lambda: told[-1] == ({*FURTHER_FORMS}, {}))
            _put_into_use(several_forms / "forms/備品")
            _until(lambda: bool(told_at_end))
            assert told_at_end[0][0] == {"研修"}, "told before the page is not there any more"
            assert "改められた" in told_at_end[0][1]["備品"]
            _until(lambda: told[-1] == ({*FURTHER_FORMS}, {}))
            settings.unlink()
            _until(lambda: told[-1] == ({"研修"}, {}))


def _put_into_use(folder: Path) -> None:
    """Put another version of a form into use, as another process does."""
    store = find_settings(folder).store
    changed = Path(
        shutil.copytree(example_forms.FOLDER / FURTHER_FORMS[folder.name], folder / "改")
    )
    definition = changed / "form.toml"
    definition.write_text(definition.read_text(encoding="utf-8") + "\n# 改\n", encoding="utf-8")
    versions = store.stored_form.versions
    versions.adopt(
        versions.keep(read_form(changed, str(changed))), "2026-11-30T10:00:00+09:00", "山田花子"
    )


def _page_server(reach: Any) -> Any:
    from xlsync.cli.page_server import PageServer

    return PageServer(reach.sessions, reach.reach.read_settings, is_open=False)


def _until(is_so: Any) -> None:
    end = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_the_stamp_is_found_wherever_a_program_has_left_it(several_forms: Path) -> None:
    data = equipment(several_forms).read_bytes()
    (named,) = set(form_ids_in(data))
    assert named == open_city("forms/備品").settings.terms.form.id
    stamp = f"form={named};edition="
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    carriers = [name for name, content in parts.items() if stamp.encode() in content]
    assert {"docProps/custom.xml", "xl/workbook.xml"} <= {*carriers}
    for kept in carriers:
        cut = {
            name: content.replace(stamp.encode(), b"none=") if name != kept else content
            for name, content in parts.items()
        }
        if kept in {"docProps/custom.xml", "xl/workbook.xml", "xl/sharedStrings.xml"}:
            assert list(form_ids_in(_packed(cut))) == [named]
    with pytest.raises(WorkbookError):
        list(form_ids_in(b"no workbook"))


def _packed(parts: Mapping[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return packed.getvalue()
