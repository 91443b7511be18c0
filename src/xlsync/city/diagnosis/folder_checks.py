"""The folders of a city: whether they can be read and written, and whether the disk does what the program relies on."""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from xlsync.atomic_rename import UNSUPPORTED, exchange, rename_to_free_name
from xlsync.city.diagnosis.diagnosis import Diagnosis
from xlsync.disk import create_once
from xlsync.errors import StoreError
from xlsync.inbox.intake.mounts import is_on_network
from xlsync.open_folder import temporary_name

_LITTLE: Final = 2**30
_VERY_LITTLE: Final = 200 * 2**20
"""Bytes that ought to be free."""
_SKEW: Final = 60.0
"""Seconds by which two clocks may differ."""
_LONGEST_PATH: Final = 218
"""Characters of a path that Excel opens."""
_SHARE_NAME: Final = 40
r"""Characters that staff's own name of the share has, such as \\fileserver\kyoyu\評価2018\."""
_TRIALS: Final = 20
_SLOW: Final = 0.05
"""Seconds to write a small file, above which something looks into each of them."""
_OTHERS: Final = stat.S_IRWXO
_NAME: Final = "（検査）とても長い名前のファイルを置けるかどうかを確かめています" + "あ" * 30


@dataclass(frozen=True, slots=True)
class FolderSubject:
    """A folder that is looked at: the beginning of its codes, what people call it, and where it is."""

    code: str
    words: str
    folder: Path


def disk_checks(subject: FolderSubject) -> Iterator[Diagnosis]:
    """Whether the folder is there, and how much room its disk has."""
    folder = subject.folder
    if not folder.is_dir():
        remedy = (
            "場所の設定と、ネットワークにつながっているか、アクセス権があるかを確かめてください"
        )
        message = f"{subject.words}（{folder}）がないか、開けません"
        yield Diagnosis(f"{subject.code}-missing", "error", message, remedy)
        return
    free = shutil.disk_usage(folder).free
    shown = f"{subject.words}のディスクの空き {free / 2**30:.1f} GB"
    code = f"{subject.code}-free"
    remedy = "要らないファイルを消すか、大きいディスクに移してください"
    if free < _VERY_LITTLE:
        yield Diagnosis(code, "error", shown, remedy)
    elif free < _LITTLE:
        yield Diagnosis(code, "warning", shown, remedy)
    else:
        yield Diagnosis(code, "ok", shown)


def store_checks(subject: FolderSubject) -> Iterator[Diagnosis]:
    """Whether the store lies on a disk of this computer, for this account alone, and how fast that is."""
    folder = subject.folder
    if is_on_network(folder):
        remedy = (
            "このパソコンのディスクに移してください（xlsync backup と xlsync restore で移せます）"
        )
        yield Diagnosis(
            "store-network", "error", f"登録データ（{folder}）がネットワークの上にあります", remedy
        )
    if sys.platform != "win32" and folder.stat().st_mode & _OTHERS:
        remedy = f"見張りのアカウントだけが読めるようにしてください（chmod -R o= {folder}）"
        yield Diagnosis(
            "store-rights", "warning", "登録データを、このパソコンのだれもが読めます", remedy
        )
    yield from _speed(subject)


def _speed(subject: FolderSubject) -> Iterator[Diagnosis]:
    files = [subject.folder / temporary_name() for _ in range(_TRIALS)]
    began = time.perf_counter()
    try:
        for file in files:
            create_once(file, b"xlsync doctor")
    except StoreError as fault:
        remedy = "空き容量と、見張りのアカウントの書き込みの権限を確かめてください"
        yield Diagnosis("store-write", "error", str(fault), remedy)
        return
    finally:
        for file in files:
            with contextlib.suppress(OSError):
                file.unlink(missing_ok=True)
    each = (time.perf_counter() - began) / _TRIALS
    shown = f"登録データへの書き込み：1ファイル {each * 1000:.0f} ミリ秒"
    if each > _SLOW:
        remedy = f"ウイルス対策の常時検査から {subject.folder} を外すと速くなります。外せないときも、そのまま使えます"
        yield Diagnosis("store-speed", "note", shown, remedy)
    else:
        yield Diagnosis("store-speed", "ok", shown)


def share_checks(subject: FolderSubject) -> Iterator[Diagnosis]:
    """Whether files in the share can be made, renamed, replaced and exchanged, and whether its clock is right."""
    folder = subject.folder
    if sys.platform == "win32" and len(folder.drive) == 2 and is_on_network(folder):  # noqa: PLR2004 - K:
        remedy = r"設定の [folders] shared を \\サーバー\共有 の形で書いてください"
        message = (
            f"共有フォルダがドライブ文字（{folder.drive}）です。ログオンしていないとつながりません"
        )
        yield Diagnosis("share-drive", "warning", message, remedy)
    first, second = folder / temporary_name(), folder / temporary_name()
    try:
        first.write_bytes(b"first")
        second.write_bytes(b"second")
        yield from _clock(first)
        yield from _semantics(first, second)
        yield from _long_name(folder)
    except OSError as fault:
        remedy = (
            "見張りのアカウントが、共有フォルダで作成・名前の変更・削除をできるようにしてください"
        )
        message = f"共有フォルダに書けません（{fault.strerror}）"
        yield Diagnosis("share-write", "error", message, remedy)
    finally:
        for file in (first, second):
            with contextlib.suppress(OSError):
                file.unlink(missing_ok=True)


def _clock(file: Path) -> Iterator[Diagnosis]:
    skew = file.stat().st_mtime - time.time()
    if abs(skew) > _SKEW:
        remedy = "このパソコンとファイルサーバーの時計を、同じ時刻のサーバーに合わせてください"
        message = f"共有フォルダの時計が、このパソコンと {abs(skew):.0f} 秒ちがいます"
        yield Diagnosis("share-clock", "warning", message, remedy)
    else:
        yield Diagnosis("share-clock", "ok", "共有フォルダの時計は、このパソコンと合っています")


def _semantics(first: Path, second: Path) -> Iterator[Diagnosis]:
    """What the write-back does with a workbook."""
    steps: tuple[tuple[str, Callable[[], object]], ...] = (
        ("入れ替え", lambda: exchange((str(first), None), (str(second), None))),
        ("置き換え", lambda: second.replace(first)),
        ("名前の変更", lambda: rename_to_free_name((str(first), None), (str(second), None))),
    )
    lacking = []
    for words, step in steps:
        try:
            step()
        except OSError as fault:
            if fault.errno not in UNSUPPORTED or words != steps[0][0]:
                raise
            lacking.append(words)
    if lacking:
        message = "共有フォルダでは、2つのファイルの名前を一度に入れ替えられません"
        remedy = "そのままで構いません。書き戻しは、2回の名前の変更で行います"
        yield Diagnosis("share-rename", "note", message, remedy)
    else:
        yield Diagnosis(
            "share-rename", "ok", "共有フォルダで、作成・名前の変更・置き換え・入れ替えができます"
        )


def _long_name(folder: Path) -> Iterator[Diagnosis]:
    """Whether a Japanese name of the usual length stays as it is."""
    file = folder / f".xlsync-{_NAME}"
    try:
        file.write_bytes(b"")
        kept = file.name in os.listdir(folder)  # noqa: PTH208 - names alone
    except OSError as fault:
        remedy = "事業名の長いファイルは作れません。共有フォルダの場所を浅くするか、別のサーバーに置いてください"
        yield Diagnosis(
            "share-names",
            "warning",
            f"長い日本語の名前を付けられません（{fault.strerror}）",
            remedy,
        )
        return
    finally:
        with contextlib.suppress(OSError):
            file.unlink(missing_ok=True)
    if kept:
        yield Diagnosis("share-names", "ok", "共有フォルダに、長い日本語の名前のファイルを置けます")
    else:
        remedy = "マウントの文字コード（iocharset=utf8）を確かめてください"
        yield Diagnosis(
            "share-names", "warning", "共有フォルダで、日本語の名前が変わってしまいます", remedy
        )


def path_checks(subject: FolderSubject) -> Iterator[Diagnosis]:
    """Whether staff can open every workbook: Excel takes no longer paths."""
    root = subject.folder
    long = [
        file.relative_to(root)
        for file in root.rglob("*.xlsx")
        if len(str(file.relative_to(root))) + _SHARE_NAME > _LONGEST_PATH
    ]
    if long:
        remedy = "共有フォルダを浅い場所に移すか、ファイルの名前を短くしてください（名前は変えても構いません）"
        message = (
            f"Excelで開けないほど長い場所のファイルがあります（{len(long)}件、{long[0]} など）"
        )
        yield Diagnosis("share-paths", "warning", message, remedy)
    else:
        yield Diagnosis("share-paths", "ok", "ファイルの場所の長さは、Excelの限度に収まっています")
