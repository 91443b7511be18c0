"""What the tests of the two ways share: requests, a client at the folder, a client at a socket."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from xlsync.addin.protocol.changes import Answer, Message, Request, Verb
from xlsync.addin.protocol.request import pack
from xlsync.addin.protocol.tsv import from_tsv

PATIENCE = 60.0


def request(
    verb: Verb, workbook: bytes = b"", number: int = 1, user: str = "山田", file: str = ""
) -> Request:
    """A press; requests of one number are one press."""
    return Request(f"{number:032x}", verb, file or r"Z:\評価シート\a.xlsx", user, workbook)


def lay(shared: Path, asked: Request) -> Path:
    """Lay a request into the shared folder as a client does."""
    part = shared / ".xlsync/in" / f"{asked.id}.part"
    part.write_bytes(pack(asked))
    return part.rename(part.with_suffix(".request"))


def fetch(shared: Path, asked: Request) -> Answer | None:
    """Take the answer away, None where there is none yet."""
    file = shared / ".xlsync/out" / f"{asked.id}.answer"
    if not file.exists():
        return None
    answer = from_tsv(file.read_bytes())
    file.unlink()
    return answer


def left(shared: Path) -> list[str]:
    """What lies in both folders."""
    return sorted(file.name for file in (shared / ".xlsync").glob("*/*"))


def message(answer: Answer) -> str:
    """What the person at the button reads."""
    return "".join(one.text for one in answer.changes if isinstance(one, Message))


@dataclass(frozen=True)
class Said:
    """What a server sent back."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def answer(self) -> Answer:
        """The list of changes."""
        return from_tsv(self.body)


def visit(
    port: int,
    method: str = "POST",
    path: str = "/xlsync/1",
    body: bytes = b"",
    headers: Mapping[str, str] | None = None,
) -> Said:
    """One visit to a server on this computer."""
    told = {"Host": f"127.0.0.1:{port}", "Content-Length": str(len(body)), **(headers or {})}
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in told.items())]
    return said(port, "\r\n".join([*lines, "", ""]).encode("utf-8") + body)


def said(port: int, data: bytes) -> Said:
    """What a server says to these bytes."""
    with socket.create_connection(("127.0.0.1", port), PATIENCE) as way:
        way.sendall(data)
        return heard(way)


def heard(way: socket.socket) -> Said:
    """The next reply on a connection."""
    with way.makefile("rb") as stream:
        status = int(stream.readline().split()[1])
        headers: dict[str, str] = {}
        while (line := stream.readline().decode("latin-1").strip()) != "":
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        return Said(status, headers, stream.read(int(headers["content-length"])))
