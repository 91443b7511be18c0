"""Conversion of .xls and .ods to .xlsx by LibreOffice, in a process with limits of time and memory.

Each file is converted in a private folder with a LibreOffice profile of its own: macros are off, links to other files are
never followed, and the proxy it is told to use does not exist, so that nothing is fetched from the network either.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

from xlsync.errors import (
    DamagedWorkbook,
    EncryptedWorkbook,
    HostileWorkbook,
    NotAWorkbook,
    WorkbookError,
)
from xlsync.inbox.intake.file_filter import normalized_name
from xlsync.inbox.intake.unsupported_files import ending_of, why_unsupported
from xlsync.ooxml import limits
from xlsync.ooxml.opc.package import Package

__all__ = ["LibreOffice", "convertible_ending", "find_libreoffice"]

_IMPORT_FILTERS: Final = MappingProxyType({".xls": "MS Excel 97", ".ods": "calc8"})
_EXPORT: Final = "xlsx:Calc MS Excel 2007 XML"

_TOO_SLOW: Final = (
    "LibreOfficeでの読み取りが{seconds:g}秒で終わりません。Excelで.xlsx形式に保存し直してください"
)
_NOT_OPENED: Final = "LibreOfficeで開けません（パスワードがかかっているか、壊れています）。Excelで保存し直してください"
_NOT_STARTED: Final = (
    "LibreOfficeを起動できません（{why}）。xlsync.tomlの[libreoffice]の設定を確かめてください"
)
_NOT_THERE: Final = "LibreOfficeがありません。このパソコンに入れるか、xlsync.tomlの[libreoffice]で場所を書いてください"
_OUT: Final = "out"
_ENCRYPTED: Final = "パスワードがかかっています。パスワードを外して保存し直してください。"

_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_STREAMS: Final = tuple(name.encode("utf-16-le") + b"\0\0" for name in ("Workbook", "Book"))
_OLE_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")
_MANIFEST: Final = "META-INF/manifest.xml"
_ODS: Final = b"application/vnd.oasis.opendocument.spreadsheet"

_ADDRESS_SPACE: Final = 4 * 2**30
_FILE_LIMIT: Final = 8 * limits.FILE_BYTES

_INSTALLED: Final[tuple[str, ...]] = (
    r"C:\Program Files\LibreOffice\program\soffice.com",
    r"C:\Program Files (x86)\LibreOffice\program\soffice.com",
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
)
"""Where LibreOffice is installed on Windows and macOS, which do not put it on the path."""

_SETTING: Final = (
    '<item oor:path="/org.openoffice.{path}"><prop oor:name="{name}" oor:op="fuse">'
    "<value>{value}</value></prop></item>"
)
_SETTINGS: Final = (
    ("Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("Office.Common/Misc", "ExecutePlugins", "false"),
    ("Office.Calc/Content/Update", "Link", "1"),  # never
    ("Office.Calc/Formula/Load", "ODFRecalcMode", "1"),  # never: what the file shows counts
    ("Inet/Settings", "ooInetProxyType", "2"),
    ("Inet/Settings", "ooInetHTTPProxyName", "127.0.0.1"),
    ("Inet/Settings", "ooInetHTTPProxyPort", "9"),
    ("Inet/Settings", "ooInetHTTPSProxyName", "127.0.0.1"),
    ("Inet/Settings", "ooInetHTTPSProxyPort", "9"),
    ("Setup/L10N", "ooSetupSystemLocale", "ja-JP"),  # what date formats without a country show
)
_PROFILE: Final = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<oor:items xmlns:oor="http://openoffice.org/2001/registry">\n{items}\n</oor:items>\n'
)


@dataclass(frozen=True, slots=True)
class LibreOffice:
    """LibreOffice's program, None where there is none or it is not to be used, and the seconds it may take for a file."""

    executable: Path | None = None
    seconds: float = 60

    def reads(self, name: str) -> bool:
        """True for the name of a file that can be converted here."""
        return self.executable is not None and bool(convertible_ending(name))

    def as_xlsx(self, name: str, data: bytes) -> bytes:
        """Return a .xls or .ods file as .xlsx; a .xlsx that only has such a name as it is.

        Raises:
            NotAWorkbook: The file is neither, LibreOffice cannot open it, or there is no LibreOffice.
            EncryptedWorkbook: The file wants a password.
            HostileWorkbook: The file is too large, or LibreOffice took too long.
            DamagedWorkbook: LibreOffice cannot be started, which is no fault of the file.

        """
        ending = _format_of(data)
        if ending == ".xlsx":
            return data
        if not ending or self.executable is None:
            raise NotAWorkbook(why_unsupported(normalized_name(name)))
        with tempfile.TemporaryDirectory(
            prefix="xlsync-libreoffice-", ignore_cleanup_errors=True
        ) as folder:
            return self._converted(self.executable, Path(folder), data, ending)

    def _converted(self, program: Path, folder: Path, data: bytes, ending: str) -> bytes:
        file = folder / f"sheet{ending}"
        file.write_bytes(data)
        start = [*_start(program, folder), f"--infilter={_IMPORT_FILTERS[ending]}"]
        command = [*start, *_conversion(_EXPORT, folder), str(file)]
        self._run(command, folder, self.seconds)
        result = folder / _OUT / "sheet.xlsx"
        if not result.is_file():
            raise NotAWorkbook(_NOT_OPENED)
        return result.read_bytes()

    def to_pdf(self, files: Mapping[str, bytes]) -> dict[str, bytes]:
        """Return the PDF of each of our own files by name, all made by one process; those that it does not make are missing.

        Raises:
            HostileWorkbook: LibreOffice took too long.
            DamagedWorkbook: LibreOffice is not there or cannot be started.

        """
        if self.executable is None:
            raise DamagedWorkbook(_NOT_THERE)
        with tempfile.TemporaryDirectory(
            prefix="xlsync-libreoffice-", ignore_cleanup_errors=True
        ) as name:
            folder = Path(name)
            paths = [folder / file for file in files]
            for path, data in zip(paths, files.values(), strict=True):
                path.write_bytes(data)
            start = _start(self.executable, folder)
            command = [*start, *_conversion("pdf", folder), *map(str, paths)]
            self._run(command, folder, self.seconds * len(paths))
            pdfs = {path.name: folder / _OUT / f"{path.stem}.pdf" for path in paths}
            return {file: pdf.read_bytes() for file, pdf in pdfs.items() if pdf.is_file()}

    def _run(self, command: list[str], folder: Path, seconds: float) -> None:
        """Run LibreOffice; end it, and every process it has started, at the latest when its time is over."""
        try:
            process = subprocess.Popen(  # noqa: S603 (a program of the settings, and words of ours)
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd=folder,
                env=_environment(folder),
                start_new_session=True,
            )
        except OSError as fault:
            raise DamagedWorkbook(_NOT_STARTED.format(why=fault.strerror or fault)) from fault
        with process:
            _apply_limits(process.pid, seconds)
            try:
                process.wait(seconds)
            except subprocess.TimeoutExpired:
                raise HostileWorkbook(_TOO_SLOW.format(seconds=seconds)) from None
            finally:
                _end(process)


def _start(program: Path, folder: Path) -> list[str]:
    """Return the command that starts LibreOffice in a private folder, with a profile of its own that it makes there."""
    profile = folder / "profile"
    (profile / "user").mkdir(parents=True)
    (profile / "user/registrymodifications.xcu").write_text(_profile(), encoding="utf-8")
    start = [str(program), "--headless", "--norestore", "--nolockcheck", "--nologo"]
    return [*start, f"-env:UserInstallation={profile.as_uri()}"]


def _conversion(to: str, folder: Path) -> list[str]:
    """Return the words that convert the files behind them; the folder has to follow the format directly."""
    return ["--convert-to", to, "--outdir", str(folder / _OUT)]


def convertible_ending(name: str) -> str:
    """Return the ending of a name that LibreOffice can convert (".xls", ".ods"), "" for any other."""
    ending = ending_of(normalized_name(name))
    return ending if ending in _IMPORT_FILTERS else ""


def find_libreoffice(program: str) -> Path | None:
    """Return LibreOffice's program: where it is installed for "auto", None for "off", else the file that is named.

    None where there is no such file.
    """
    if program == "off":
        return None
    if program != "auto":
        return Path(program).absolute() if Path(program).is_file() else None
    installed = next((file for file in _INSTALLED if Path(file).is_file()), None)
    path = installed or shutil.which("soffice") or shutil.which("libreoffice")
    return None if path is None else Path(path).absolute()


def _format_of(data: bytes) -> str:
    """Return what a file holds whatever its name says: ".xls", ".ods" or ".xlsx", "" for anything else.

    Raises EncryptedWorkbook and HostileWorkbook.
    """
    if data.startswith(_OLE) and len(data) <= limits.FILE_BYTES:
        if _OLE_ENCRYPTED in data:
            raise EncryptedWorkbook(_ENCRYPTED)
        return ".xls" if any(stream in data for stream in _OLE_STREAMS) else ""
    try:
        return _format_of_package(Package.open(data))
    except (HostileWorkbook, EncryptedWorkbook):
        raise
    except WorkbookError:
        return ""


def _format_of_package(package: Package) -> str:
    if "[Content_Types].xml" in package:
        return ".xlsx"
    if "mimetype" not in package or package.part("mimetype").strip() != _ODS:
        return ""
    package.verify()
    if _MANIFEST in package and b"encryption-data" in package.part(_MANIFEST):
        raise EncryptedWorkbook(_ENCRYPTED)
    return ".ods"


def _profile() -> str:
    items = "\n".join(
        _SETTING.format(path=path, name=name, value=value) for path, name, value in _SETTINGS
    )
    return _PROFILE.format(items=items)


def _environment(folder: Path) -> dict[str, str] | None:
    """Return the environment for LibreOffice: its home and temporary files are in the private folder.

    On Windows it is ours (None): programs do not start there without much of it.
    """
    if sys.platform == "win32":
        return None
    own = {"HOME": str(folder), "TMPDIR": str(folder), "SAL_USE_VCLPLUGIN": "svp"}
    return {**own, "PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C.UTF-8"}


def _apply_limits(pid: int, seconds: float) -> None:
    """Limit a process, and those it starts, in memory, size of files and computing time, where the system can."""
    if sys.platform != "linux":
        return
    import resource

    both = {
        resource.RLIMIT_AS: _ADDRESS_SPACE,
        resource.RLIMIT_FSIZE: _FILE_LIMIT,
        resource.RLIMIT_CPU: int(seconds) + 1,
        resource.RLIMIT_CORE: 0,
    }
    for kind, limit in both.items():
        with contextlib.suppress(ValueError, OSError):  # it may have ended already
            resource.prlimit(pid, kind, (limit, limit))


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a process and all that it has started."""
    if sys.platform == "win32":
        end = ["taskkill", "/F", "/T", "/PID", str(process.pid)]
        subprocess.run(end, capture_output=True, check=False)  # noqa: S603 (words of ours)
        return
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
