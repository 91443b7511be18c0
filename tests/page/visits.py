"""Visits to a city's page in this process: somebody signs in, opens screens and sends forms as a browser does."""

from __future__ import annotations

import contextlib
import datetime as dt
import html
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from werkzeug.test import Client, TestResponse

from xlsync.addin.ways.keys import add_key, read_keys
from xlsync.page.application import create_page
from xlsync.page.entry_tokens import make_entry_token
from xlsync.page.page_context import PageContext, Reach
from xlsync.page.page_jobs import Jobs
from xlsync.page.page_log import PageLog
from xlsync.page.renewed_city import RenewedCity
from xlsync.page.sessions import FOLDER, Sessions
from xlsync.page.sheet_snapshot import Snapshots

HOST = "127.0.0.1:8765"
HERE = {"REMOTE_ADDR": "127.0.0.1"}
JAPAN = dt.timezone(dt.timedelta(hours=9))
DAY = dt.date(2018, 7, 10)


@dataclass
class Office:
    """A city's page with a clock of its own."""

    folder: Path
    moment: dt.datetime = dt.datetime(2018, 7, 10, 9, 0, tzinfo=JAPAN)
    changed: list[str] = field(default_factory=list)

    @contextlib.contextmanager
    def at_work(self) -> Iterator[Office]:
        """Let the page be there; again after a restart."""
        self.city = RenewedCity(self.folder)
        self.store = self.city.settings().store
        self.sessions = Sessions(self.store.folder / FOLDER, lambda: self.moment)
        self.context = PageContext(
            self.city.settings,
            lambda: read_keys(self.folder),
            Snapshots(self.city.config),
            self.sessions,
            PageLog(self.store.folder / "log"),
            lambda: self.moment,
            self._note_changed,
            Jobs(self.store.folder / FOLDER, lambda: self.moment),
            Reach(
                frozenset({"kikaku"}),
                is_open=True,
                read_settings=lambda: self.city.settings().long_running,
            ),
        )
        self.context.sheet_snapshots.renew()
        self.app = create_page(self.context)
        yield self

    def _note_changed(self, ids: Collection[str]) -> None:
        self.changed += ids

    def visitor(self) -> Visit:
        """Somebody whom the page does not know."""
        return Visit(self, Client(self.app))

    def officer(self) -> Visit:
        """The planning officer, who came by the token of `xlsync page`."""
        visit = self.visitor()
        folder = self.store.folder / FOLDER
        token = make_entry_token(folder, "山田花子", self.moment)
        assert visit.get(f"/enter?token={token}").status_code == 303
        return visit

    def with_key(self, department: str, role: str = "") -> Visit:
        """Somebody who signed in with a new key."""
        key = add_key(self.folder, department, DAY, role)
        visit = self.visitor()
        signed = visit.send("/login", {"person": f"{department}の人", "key": key})
        assert signed.status_code == 303, text_of(signed)
        return visit

    def ended(self) -> str:
        """What the last job said, once it has ended."""
        self.context.jobs.wait(60)
        job = self.context.jobs.newest(1)[0]
        return f"{job.job_state} {' '.join(job.result_lines)}"

    def settings(self, more: str) -> None:
        """Write more into xlsync.toml."""
        with (self.folder / "xlsync.toml").open("a", encoding="utf-8") as file:
            file.write(more)

    def log(self) -> str:
        """What the page's log says."""
        file = self.store.folder / "log/page.log"
        return file.read_text(encoding="utf-8") if file.exists() else ""


@dataclass
class Visit:
    """A browser with its cookies."""

    office: Office
    client: Client

    def get(self, address: str, **headers: str) -> TestResponse:
        """Open an address."""
        return self.client.get(
            address, base_url=f"http://{HOST}", headers=headers, environ_base=HERE, buffered=True
        )

    def page(self, address: str) -> str:
        """The text of a screen that can be opened."""
        response = self.get(address)
        assert response.status_code == 200, (response.status_code, text_of(response)[-800:])
        return text_of(response)

    def send(
        self, address: str, fields: Mapping[str, Any], origin: str = f"http://{HOST}"
    ) -> TestResponse:
        """Send a form, with the origin a browser names."""
        headers = {"Origin": origin} if origin else {}
        base = f"http://{HOST}"
        return self.client.post(
            address,
            base_url=base,
            data=dict(fields),
            headers=headers,
            environ_base=HERE,
            buffered=True,
        )

    def submit(self, screen: str, number: int, fields: Mapping[str, Any]) -> TestResponse:
        """Fill in a form of a screen, which is the `number`th there with method post beside ログアウト, and send it."""
        forms = forms_in(self.page(screen))
        action, hidden = forms[number]
        return self.send(action, {**hidden, **fields})

    def plan(self, name: str, fields: Mapping[str, Any]) -> TestResponse:
        """Fill in what an act asks for; the screen that shows what it would do."""
        action, hidden = forms_in(self.page(f"/work/{name}"))[0]
        return self.send(action, {**hidden, **fields})

    def act(self, name: str, fields: Mapping[str, Any]) -> str:
        """Carry an act out as it is shown; what its job said in the end."""
        shown = text_of(self.plan(name, fields))
        forms = forms_in(shown)
        assert forms, shown.split("<main")[1]
        action, hidden = forms[-1]
        assert action.endswith("/run"), shown.split("<main")[1]
        answer = self.send(action, hidden)
        assert answer.status_code == 303, text_of(answer)[-800:]
        return self.office.ended()


FORM = re.compile(r'<form method="post" action="([^"]*)"[^>]*>(.*?)</form>', re.DOTALL)
HIDDEN = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)">')


def forms_in(page: str) -> list[tuple[str, dict[str, Any]]]:
    """The forms of a page that post, but ログアウト: where each goes, and its hidden fields."""
    forms = []
    for action, inside in FORM.findall(page):
        if action.endswith("/logout"):
            continue
        hidden: dict[str, Any] = {}
        for name, value in HIDDEN.findall(inside):
            hidden.setdefault(html.unescape(name), []).append(html.unescape(value))
        forms.append((html.unescape(action), hidden))
    return forms


def text_of(response: TestResponse) -> str:
    """The page of a response."""
    return response.get_data().decode("utf-8", "replace")
