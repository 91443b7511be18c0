"""Install xlsync from this folder, without network and without rights; `install.cmd` starts it. Standard library only.

install.py [--to FOLDER] [--start-menu FOLDER] [--uninstall]
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

KIT = Path(__file__).resolve().parent
SUMS = "SHA256SUMS"
OLDEST, NEWEST = (3, 11), (3, 14)
"""The versions of Python for which the kit has files."""
WINDOWS = sys.platform == "win32"
_LAUNCHER = '@"%~dp0{environment}\\Scripts\\xlsync.exe" %*\r\n'
_PROMPT = (
    "@echo off\r\nchcp 65001 >nul\r\ntitle xlsync\r\nset PATH=%~dp0;%PATH%\r\n"
    'cd /d "%USERPROFILE%"\r\ncall xlsync --help\r\ncmd /k\r\n'
)
_SHORTCUT = (
    "$s = (New-Object -ComObject WScript.Shell).CreateShortcut($env:XLSYNC_LINK); "
    "$s.TargetPath = $env:XLSYNC_TARGET; $s.Description = 'xlsync'; $s.Save()"
)


class Refused(Exception):
    """Why it cannot be installed."""


def check_python() -> None:
    """Refuse a Python for which the kit has no files."""
    here = sys.version_info[:2]
    if not OLDEST <= here <= NEWEST:
        raise Refused(
            f"Python {here[0]}.{here[1]} には対応していません。3.11～3.14（64ビット）を入れてください"
        )
    if sys.maxsize < 2**32:
        raise Refused("32ビットの Python です。64ビットの Python を入れてください")


def check_files(kit: Path) -> None:
    """Refuse a kit that was not copied whole."""
    try:
        lines = (kit / SUMS).read_text(encoding="utf-8").splitlines()
    except OSError:
        raise Refused(f"{SUMS} がありません。zip をすべて展開してから実行してください") from None
    for line in lines:
        digest, _, name = line.partition("  ")
        file = kit / name
        if not file.is_file():
            raise Refused(f"{name} がありません。zip をすべて展開してから実行してください")
        if hashlib.sha256(file.read_bytes()).hexdigest() != digest:
            raise Refused(f"{name} が壊れています。zip を写し直してください")


def version_of(kit: Path) -> str:
    """Return the version of xlsync in a kit."""
    wheels = sorted((kit / "wheels").glob("xlsync-*.whl"))
    if len(wheels) != 1:
        raise Refused("wheels に xlsync がありません。zip をすべて展開してから実行してください")
    return wheels[0].name.split("-")[1]


def install(kit: Path, to: Path, menu: Path | None) -> Path:
    """Install xlsync into a folder, and return its program."""
    check_python()
    check_files(kit)
    version = version_of(kit)
    environment = to / f"venv-{version}"
    if environment.exists():
        _remove(environment)
    python = _environment(environment)
    wheels = str(kit / "wheels")
    words = [
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-index",
        "--find-links",
        wheels,
        "--only-binary",
        ":all:",
    ]
    cut_off = {name: value for name, value in os.environ.items() if not name.startswith("PIP_")}
    _run(
        [str(python), "-I", *words, "--disable-pip-version-check", f"xlsync=={version}"],
        {**cut_off, "PIP_CONFIG_FILE": os.devnull},
    )
    if WINDOWS:
        (to / "xlsync.cmd").write_bytes(
            _LAUNCHER.format(environment=environment.name).encode("ascii")
        )
        (to / "xlsync-prompt.cmd").write_bytes(_PROMPT.encode("ascii"))
    if menu is not None:
        _put_shortcut(menu / "xlsync.lnk", to / "xlsync-prompt.cmd")
    for old in to.glob("venv-*"):
        if old != environment:
            shutil.rmtree(
                old, ignore_errors=True
            )  # one that still runs goes with the next installation
    return python.with_name("xlsync.exe" if WINDOWS else "xlsync")


def _environment(folder: Path) -> Path:
    """Make an environment and return its Python: a virtual one, or a copy of an embedded Python, which knows none."""
    try:
        import ensurepip
        import venv
    except ImportError:
        return _embedded(folder)
    del ensurepip
    venv.create(folder, with_pip=True)
    return folder / ("Scripts/python.exe" if WINDOWS else "bin/python")


def _embedded(folder: Path) -> Path:
    """Copy the embedded Python that runs this, let it see what is installed, and give it pip from the kit."""
    scripts = folder / "Scripts"
    shutil.copytree(Path(sys.executable).parent, scripts)
    for file in scripts.glob("python*._pth"):
        lines = file.read_text(encoding="utf-8").splitlines()
        kept = [line for line in lines if not line.startswith("#")]
        file.write_text(
            "\n".join([*kept, "Lib\\site-packages", "import site", ""]), encoding="utf-8"
        )
    python = scripts / "python.exe"
    pip = next((KIT / "wheels").glob("pip-*.whl"))
    _run(
        [str(python), str(pip / "pip"), "install", "--quiet", "--no-index", str(pip)],
        dict(os.environ),
    )
    return python


def _run(words: list[str], environment: dict[str, str]) -> None:
    done = subprocess.run(
        words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment, check=False
    )
    if done.returncode:
        raise Refused(f"入れられませんでした：{done.stdout.decode('utf-8', 'replace').strip()}")


def _put_shortcut(link: Path, target: Path) -> None:
    """Put an entry into the start menu; where PowerShell may not, everything else works all the same."""
    link.parent.mkdir(parents=True, exist_ok=True)
    words = ["powershell", "-NoProfile", "-ExecutionPolicy", "Bypass", "-Command", _SHORTCUT]
    paths = {"XLSYNC_LINK": str(link), "XLSYNC_TARGET": str(target)}
    try:
        done = subprocess.run(words, env={**os.environ, **paths}, check=False)
        is_there = done.returncode == 0
    except OSError:
        is_there = False
    if not is_there:
        print(f"スタート メニューには入れられませんでした。{target} をダブルクリックして使えます")


def uninstall(to: Path, menu: Path | None) -> None:
    """Remove what `install` has put into a folder and into the start menu; a city's folders are not touched."""
    for path in (*to.glob("venv-*"), to / "xlsync.cmd", to / "xlsync-prompt.cmd"):
        _remove(path)
    if to.is_dir() and not any(to.iterdir()):
        to.rmdir()
    if menu is not None and menu.is_dir():
        _remove(menu / "xlsync.lnk")
        if not any(menu.iterdir()):
            menu.rmdir()


def _remove(path: Path) -> None:
    try:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    except OSError as fault:
        raise Refused(
            f"{fault.filename} を消せません。動いている xlsync を止めて（xlsync service uninstall）、もう一度実行してください"
        ) from None


def _folder(variable: str, below: str) -> Path | None:
    base = os.environ.get(variable)
    return Path(base, below) if base else None


def main() -> int:
    """Install or uninstall, say what was done in Japanese, and return the exit code."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--to", type=Path, default=_folder("LOCALAPPDATA", "xlsync"))
    menu = _folder("APPDATA", "Microsoft/Windows/Start Menu/Programs/xlsync")
    parser.add_argument("--start-menu", type=Path, default=menu)
    parser.add_argument("--uninstall", action="store_true")
    given = parser.parse_args()
    if given.to is None:
        print("入れる場所を --to で指定してください")
        return 2
    try:
        if given.uninstall:
            uninstall(given.to, given.start_menu)
            print(f"外しました：{given.to}（市のフォルダには触れていません）")
            return 0
        program = install(KIT, given.to, given.start_menu)
    except Refused as fault:
        print(fault)
        return 3
    except OSError as fault:
        print(
            f"{fault.filename or given.to} に書けません（{fault.strerror}）。空き容量と権限を確かめてください"
        )
        return 3
    print(f"入れました：{program}")
    print(
        "前の版を見張りに使っていたときは、市のフォルダで xlsync service install をもう一度実行してください"
    )
    return 0


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    sys.exit(main())
