"""What `xlsync.toml` says of the programs that keep running: the watcher, the server, and the office's page on it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal
from urllib.parse import urlsplit

from pydantic import Field, field_validator

from xlsync.city.log_settings import LogSettings
from xlsync.form.strict import Strict

_ADDRESS: Final = r"^(https?://[^/\s?#]+(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*/?)?$"
"""A public address: its path, where it has one, has names that need no escape, and none is "." or ".."."""

OWN_NAMES: Final = frozenset({
    "acts", "conflicts", "enter", "f", "figures", "headings", "health", "help", "jobs",
    "login", "logout", "publish", "record", "register", "register.xlsx", "review", "rollover",
    "rollover.xlsx", "settings", "sheets", "sheets.csv", "state.json", "static", "summaries", "work",
})  # fmt: skip
"""How addresses of the page begin: a prefix that does so, too, could not be told from them."""


class Watching(Strict):
    """Intervals of `xlsync watch`, in seconds and minutes; None takes what suits a local disk or a network share.

    With `workers` it only looks and queues what was saved; `xlsync work` receives it.
    """

    events: Literal["auto", "native", "polling"] = "auto"
    quiet_seconds: float | None = Field(default=None, gt=0, le=3600)
    poll_seconds: float | None = Field(default=None, ge=1, le=3600)
    rescan_minutes: float = Field(default=5, gt=0, le=60)
    workers: bool = False


class Serving(Strict):
    """Where `xlsync serve` listens, and and what a proxy in front of it does."""

    host: str = Field(default="127.0.0.1", min_length=1)
    port: int = Field(default=8765, ge=1, le=65_535)
    user_header: str = Field(default="", pattern="^[A-Za-z0-9-]*$")
    behind_proxy: bool = False


class PagePeople(Strict):
    """Who is who, by the names that the proxy in front gives them (domain and name)."""

    office: list[str] = Field(default=[])
    it: list[str] = Field(default=[])
    departments: dict[str, list[str]] = Field(default={})


class Page(Strict):
    """Under which names the office's page is reached, and who may do what there."""

    hosts: list[str] = Field(default=[])
    origin: str = Field(default="", pattern=_ADDRESS)
    people: PagePeople = Field(default_factory=PagePeople)

    @field_validator("origin")
    @classmethod
    def refuse_own_names(cls, origin: str) -> str:
        """Refuse a prefix that begins as addresses of the page do."""
        first = urlsplit(origin).path.strip("/").partition("/")[0]
        if first in OWN_NAMES:
            raise ValueError(
                f"/{first} は画面の宛先と同じなので、/hyoka のような別の続きにしてください"
            )
        return origin

    @property
    def public_origin(self) -> str:
        """The scheme, name and port of the address that people open, in small letters; "" where it is the server's own."""
        parts = urlsplit(self.origin.lower())
        return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""

    @property
    def prefix(self) -> str:
        """The path of the address that people open, without a slash at its end: "/hyoka"; "" where there is none."""
        return urlsplit(self.origin).path.rstrip("/")


@dataclass(frozen=True)
class LongRunning:
    """Settings of what keeps running: `xlsync watch`, `xlsync serve`, and the page that it serves."""

    watch: Watching = field(default_factory=Watching)
    serve: Serving = field(default_factory=Serving)
    web_page: Page = field(default_factory=Page)
    log_files: LogSettings = field(default_factory=LogSettings)


__all__ = ["LongRunning", "Page", "PagePeople", "Serving", "Watching"]
