"""A city's page as the program serves it, and a browser at it: what it must not say is noted, and what axe finds."""

from __future__ import annotations

import contextlib
import datetime as dt
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

from tests import browser as programs
from xlsync.city.clock_and_user import user
from xlsync.city.settings import read_settings
from xlsync.page.entry_tokens import make_entry_token
from xlsync.page.sessions import FOLDER

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
XLSYNC = str(Path(sys.executable).with_name("xlsync"))


@dataclass
class Served:
    """A city's folder, the address of its page, and what its pages said to the browser that they should not."""

    folder: Path
    address: str
    said: list[str] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    cookies: Any = None

    def token(self) -> str:
        """The address of a new one-time token, as `xlsync page` makes it; test_season_in_browser.py runs the command."""
        pages = read_settings(self.folder).store.folder / FOLDER
        made = make_entry_token(pages, user(), dt.datetime.now().astimezone())
        return f"{self.address}/enter?token={made}"

    @property
    def port(self) -> str:
        return self.address.rpartition(":")[2]

    def watch(self, page: Page) -> None:
        """Note what the browser's console says, and every request that leaves the server."""
        page.on("console", lambda message: self._console(message.text))
        page.on("pageerror", lambda error: self.said.append(str(error)))
        page.on("request", lambda request: self._request(request.url))

    def _console(self, text: str) -> None:
        if "status of 4" not in text:  # a refusal that a test asks for
            self.said.append(text)

    def _request(self, url: str) -> None:
        if not url.startswith((self.address, "data:")):
            self.said.append(url)


@contextlib.contextmanager
def serving(folder: Path, port: str = "0") -> Iterator[Served]:
    """Serve a city's page, as the program itself does, until the end of the block."""
    command = [XLSYNC, "serve", "--port", port, "-C", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as program:
        assert program.stdout is not None
        match = re.search(r"http://127\.0\.0\.1:\d+", program.stdout.readline().decode())
        assert match is not None
        try:
            yield Served(folder, match[0])
        finally:
            program.terminate()
            program.wait(60)


def opened(served: Served, chromium: Browser, **options: Any) -> Page:
    """A new window in which the planning officer is signed in."""
    context = chromium.new_context(locale="ja-JP", storage_state=served.cookies, **options)
    page = context.new_page()
    page.set_default_timeout(programs.PATIENCE)
    served.watch(page)
    if served.cookies is None:
        page.goto(served.token())
        served.cookies = context.storage_state()
    return page


def check(page: Page, served: Served) -> None:
    """Note what axe finds on the page as it stands."""
    page.evaluate(programs.AXE.read_text(encoding="utf-8"))
    found = page.evaluate(
        "rules => axe.run(document, {runOnly: rules, resultTypes: ['violations'], preload: false})",
        RULES,
    )
    for fault in found["violations"]:
        where = [node["html"][:100] for node in fault["nodes"][:3]]
        served.violations.append(f"{page.url} {fault['id']}: {where}")


def is_clean(served: Served) -> bool:
    """Whether no page has said anything it should not."""
    said, violations = [*served.said], [*served.violations]
    served.said.clear()
    served.violations.clear()
    assert (said, violations) == ([], [])
    return True
