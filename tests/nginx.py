"""A real nginx in front of `xlsync serve`, with the configuration that xlsync ships and nothing of it changed but places.

Needs nginx and openssl (tools/install-nginx.sh).
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

CONFIGURATION = Path(__file__).parents[1] / "deploy/nginx-xlsync.conf"
_PROGRAMS = os.pathsep.join((os.environ.get("PATH", ""), "/usr/local/sbin", "/usr/sbin"))
_OUTER = """
pid {folder}/nginx.pid;
error_log {folder}/error.log;
daemon off;
events {{ worker_connections 512; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/xlsync.conf;
}}
"""


def missing() -> list[str]:
    """What this machine lacks for the tests marked `nginx`."""
    return [name for name in ("nginx", "openssl") if _program(name) is None]


def _program(name: str) -> str | None:
    return shutil.which(name, path=_PROGRAMS)


@contextmanager
def in_front_of(upstream: int, folder: Path, *, strips: bool = False) -> Iterator[int]:
    """Run nginx in front of a port of this machine; yield its own port. The certificate is `xlsync.crt` in the folder.

    With `strips` it takes the prefix off the addresses of the page, as many proxies do.
    """
    port = _free_port()
    _certify(folder / "xlsync.crt", folder / "xlsync.key")
    _configure(folder, port, upstream)
    if strips:
        _strip_prefix(folder / "xlsync.conf")
    command = [
        str(_program("nginx")),
        "-c",
        str(folder / "nginx.conf"),
        "-e",
        str(folder / "error.log"),
    ]
    with subprocess.Popen(command) as process:
        try:
            _wait_for(port)
            yield port
        finally:
            process.terminate()


def _certify(certificate: Path, key: Path) -> None:
    """Make a certificate for localhost."""
    subprocess.run(
        [str(_program("openssl")), "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
         "-keyout", str(key), "-out", str(certificate)],
        check=True, capture_output=True,
    )  # fmt: skip


def _configure(folder: Path, port: int, upstream: int) -> None:
    """Write the shipped configuration with this test's ports and certificate, and nothing else changed."""
    text = CONFIGURATION.read_text(encoding="utf-8")
    for shipped, here in (
        ("listen 443", f"listen 127.0.0.1:{port}"),
        ("127.0.0.1:8765", f"127.0.0.1:{upstream}"),
        ("/etc/nginx/xlsync", f"{folder}/xlsync"),
    ):
        assert shipped in text
        text = text.replace(shipped, here)
    (folder / "xlsync.conf").write_text(text, encoding="utf-8")
    (folder / "nginx.conf").write_text(_OUTER.format(folder=folder), encoding="utf-8")


def _strip_prefix(configuration: Path) -> None:
    """Write a slash after the upstream of the page's location, by which nginx takes the prefix off."""
    before, location, page = configuration.read_text(encoding="utf-8").partition("location /hyoka/")
    stripping = re.sub(r"(proxy_pass http://[0-9.:]+);", r"\1/;", page, count=1)
    assert stripping != page
    configuration.write_text(before + location + stripping, encoding="utf-8")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int) -> None:
    end = time.monotonic() + 10
    while time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("nginx did not start")
