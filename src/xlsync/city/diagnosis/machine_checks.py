"""The computer: versions, clock, account, fonts, LibreOffice. None of it needs a city."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import TYPE_CHECKING, Final

from packaging.requirements import Requirement

from xlsync.city.diagnosis.diagnosis import Diagnosis
from xlsync.publication.book.japanese_font import family_of, japanese_fonts
from xlsync.version import VERSION

if TYPE_CHECKING:
    from xlsync.inbox.intake.libreoffice import LibreOffice

_SECONDS: Final = 30
"""For which another program is waited for."""
_WINDOWS_FONTS: Final = ("msgothic.ttc", "meiryo.ttc", "YuGothM.ttc", "yugothm.ttc")


def versions() -> dict[str, str]:
    """Return the versions of xlsync, of Python, of the system, and of each package that xlsync needs."""
    return {
        "xlsync": VERSION,
        "python": platform.python_version(),
        "system": platform.platform(),
        **{each.name: _version_of(each.name) for each in _requirements()},
    }


def _requirements() -> list[Requirement]:
    """Return what this computer's xlsync needs, with the versions it was made for."""
    try:
        wanted = map(Requirement, distribution("xlsync").requires or [])
    except PackageNotFoundError:  # run from its source
        return []
    here = (each for each in wanted if each.marker is None or each.marker.evaluate({"extra": ""}))
    return sorted(here, key=lambda each: each.name.lower())


def _version_of(package: str) -> str:
    try:
        return distribution(package).version
    except PackageNotFoundError:
        return ""


def package_checks() -> Iterator[Diagnosis]:
    """Versions, and packages that are missing or have another version than xlsync was made for."""
    known = versions()
    shown = f"xlsync {known['xlsync']}、Python {known['python']}、{known['system']}"
    wrong = [each for each in _requirements() if not _fits(each, known[each.name])]
    if wrong:
        faults = "、".join(
            f"{each.name}{each.specifier}（いま {known[each.name] or 'ありません'}）"
            for each in wrong
        )
        remedy = (
            "xlsync を入れ直してください（一式の install.cmd、"
            "pipx install --force xlsync-〔版〕-py3-none-any.whl など、入れたときと同じ方法で）"
        )
        yield Diagnosis("versions", "error", f"{shown}。部品の版が合いません：{faults}", remedy)
    else:
        yield Diagnosis("versions", "ok", shown)


def _fits(requirement: Requirement, version: str) -> bool:
    return bool(version) and requirement.specifier.contains(version, prereleases=True)


def account_checks(user: str) -> Iterator[Diagnosis]:
    """Who runs the program."""
    if sys.platform != "win32" and os.geteuid() == 0:
        remedy = "見張りには専用のアカウントを作り、そのアカウントで実行してください（sudo -u xlsync xlsync doctor）"
        message = "管理者（root）で実行しています。アクセス権の確認は、見張りのアカウントのものになりません"
        yield Diagnosis("account", "note", message, remedy)
    else:
        yield Diagnosis("account", "ok", f"{user or '（名前なし）'} で実行しています")


def console_checks(encoding: str) -> Iterator[Diagnosis]:
    """Whether the terminal can show Japanese."""
    try:
        "見張り".encode(encoding)
    except (UnicodeEncodeError, LookupError):
        remedy = (
            "環境変数 PYTHONUTF8=1 を設定してください（Linux では LANG=C.UTF-8 でも構いません）"
        )
        yield Diagnosis(
            "console",
            "warning",
            f"画面の文字コード（{encoding}）では日本語を表示できません",
            remedy,
        )
    else:
        yield Diagnosis("console", "ok", f"画面の文字コードは {encoding} です")


def office_checks(libreoffice: LibreOffice) -> Iterator[Diagnosis]:
    """LibreOffice, which reads .xls and .ods and makes PDF, and the fonts that it needs."""
    program = libreoffice.executable
    if program is None:
        remedy = ".xls・.ods を受け取るときや、PDFを作るときは、LibreOffice を入れてください（ふつうは要りません）"
        yield Diagnosis(
            "libreoffice", "note", "LibreOffice は使いません（ないか、設定で off です）", remedy
        )
        return
    version = _output([str(program), "--version"])
    if not version:
        remedy = f"{program} を実行できるか確かめ、入れ直してください"
        yield Diagnosis("libreoffice", "warning", "LibreOffice が動きません", remedy)
    else:
        yield Diagnosis("libreoffice", "ok", f"{version.splitlines()[0]}（{program}）")
    yield from _font_checks()


def _font_checks() -> Iterator[Diagnosis]:
    fonts = _japanese_fonts()
    if fonts is None:
        yield Diagnosis(
            "fonts", "note", "日本語のフォントがあるか、わかりません（fc-list で調べられません）"
        )
    elif not fonts:
        remedy = "日本語のフォント（fonts-ipafont、fonts-noto-cjk など）を入れてください"
        yield Diagnosis(
            "fonts",
            "warning",
            "日本語のフォントがありません。まとめた本（PDF）を作れません",
            remedy,
        )
    else:
        yield Diagnosis("fonts", "ok", f"日本語のフォント {len(fonts)}種類（{fonts[0]} など）")


def _japanese_fonts() -> list[str] | None:
    if sys.platform == "win32":
        folder = Path(os.environ.get("WINDIR", r"C:\Windows")) / "Fonts"
        return [name for name in _WINDOWS_FONTS if (folder / name).exists()]
    listed = japanese_fonts()
    return None if listed is None else sorted({family_of(line) for line in listed.splitlines()})


def _output(words: list[str]) -> str:
    """Return what another program prints, "" where it fails."""
    try:
        done = subprocess.run(words, capture_output=True, timeout=_SECONDS, check=False)  # noqa: S603 - a fixed program
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.decode("utf-8", "replace").strip() if done.returncode == 0 else ""
