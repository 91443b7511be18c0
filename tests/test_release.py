"""What a release page offers is built from the repository alone, and works where nothing of it lies."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import build_kit
import build_release
from build_kit import WINDOWS, Target, wanted_for
from tests.made_once import made_once

ROOT = Path(__file__).resolve().parent.parent
LOCK = (ROOT / "requirements/runtime.lock").read_text(encoding="utf-8")
HERE = Target(
    f"{sys.version_info[0]}.{sys.version_info[1]}",
    ("manylinux2014_x86_64", "manylinux_2_28_x86_64"),
    "linux",
)
EPOCH = 1_796_000_000


def names(requirements: list[str]) -> set[str]:
    return {line.partition("==")[0] for line in requirements}


def test_windows_gets_what_windows_needs_and_nothing_that_only_building_needs() -> None:
    for target in WINDOWS:
        wanted = names(wanted_for(target, LOCK))
        assert {"colorama", "lxml", "pydantic-core", "typer"} <= wanted
        assert not {"hatchling", "editables", "pathspec", "trove-classifiers"} & wanted
    assert "colorama" not in names(wanted_for(HERE, LOCK))
    assert all("--hash=sha256:" in line for line in wanted_for(WINDOWS[0], LOCK))


def test_what_is_new_is_the_section_of_the_version() -> None:
    text = "# C\n\n## [Unreleased]\n\n- a\n\n## [0.2.0] - 2026-12-01\n\n- b\n\n## 0.1.0\n\n- c\n"
    assert build_release.release_notes(text, "0.2.0") == "## [0.2.0] - 2026-12-01\n\n- b\n"
    assert build_release.release_notes(text, "0.1.0") == "## 0.1.0\n\n- c\n"
    assert build_release.release_notes(text, "0.3.0") == "## [Unreleased]\n\n- a\n"


@pytest.mark.slow
def test_a_release_is_the_same_bytes_each_time_and_its_hashes_are_right(tmp_path: Path) -> None:
    for name in ("one", "two"):
        build_release.build_release(tmp_path / name, EPOCH)
    one, two = (
        {file.name: file.read_bytes() for file in (tmp_path / name).iterdir()}
        for name in ("one", "two")
    )
    assert one == two
    version = build_release.version()
    assert {
        f"xlsync-{version}-py3-none-any.whl",
        f"xlsync-{version}.tar.gz",
        "SHA256SUMS",
    } <= one.keys()
    checked = subprocess.run(
        ["sha256sum", "-c", "SHA256SUMS"], cwd=tmp_path / "one", capture_output=True, check=False
    )
    assert checked.returncode == 0
    assert len(checked.stdout.splitlines()) == len(one) - 1
    packed = zipfile.ZipFile(tmp_path / "one" / f"xlsync-{version}-py3-none-any.whl").namelist()
    source = {
        file.relative_to(ROOT / "src").as_posix()
        for file in (ROOT / "src").rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }
    assert source <= set(packed)


# ------------------------------------------------------------------- the kit, from the package index


@pytest.fixture(scope="module")
def kit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The kit unpacked: for Windows with Python 3.14, and for this computer, so that it can be installed here."""
    folder = made_once(tmp_path_factory, "kit", _unpack_kit)
    (unpacked,) = folder.glob("xlsync-*/")
    return unpacked


def _unpack_kit(folder: Path) -> None:
    words = [
        sys.executable,
        "-m",
        "pip",
        "download",
        "-qqq",
        "--no-deps",
        "-d",
        str(folder / "trial"),
        "h11",
    ]
    if subprocess.run(words, capture_output=True, check=False).returncode:
        pytest.skip("no package index can be reached")
    file = build_kit.build_kit(folder, [WINDOWS[-1], HERE], None, EPOCH)
    with zipfile.ZipFile(file) as package:
        package.extractall(folder)


def run(*words: object, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a program far from the repository, with no way to a package index."""
    outside = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PIP_", "UV_", "PYTHON"))
    }
    outside |= {"PIP_INDEX_URL": "http://127.0.0.1:9/", "PYTHONUTF8": "1", **environment}
    return subprocess.run(
        [*map(str, words)], capture_output=True, check=False, text=True, cwd="/", env=outside
    )


@pytest.mark.slow
def test_the_kits_files_are_all_that_windows_needs(kit: Path, tmp_path: Path) -> None:
    """As uv resolves it, which looks for Windows' files whatever it runs on."""
    (tmp_path / "wanted").write_text("xlsync\n")
    done = run(
        *(
            sys.executable,
            "-m",
            "uv",
            "pip",
            "compile",
            "--no-index",
            "--find-links",
            kit / "wheels",
        ),
        *(
            "--python-platform",
            "x86_64-pc-windows-msvc",
            "--python-version",
            "3.14",
            "--only-binary",
            ":all:",
        ),
        *("--no-config", "--cache-dir", tmp_path / "cache", tmp_path / "wanted"),
    )
    assert done.returncode == 0, done.stderr
    resolved = set(re.findall(r"^([a-z0-9-]+)==", done.stdout, re.MULTILINE))
    assert {"xlsync", "colorama", "lxml"} <= resolved


@pytest.mark.slow
def test_the_kit_is_installed_without_network_runs_a_demo_and_is_removed(
    kit: Path, tmp_path: Path
) -> None:
    to, menu = tmp_path / "xlsync", tmp_path / "menu/xlsync"
    (to / "venv-0.0.1").mkdir(parents=True)  # an earlier version
    done = run(sys.executable, kit / "install.py", "--to", to, "--start-menu", menu)
    assert done.returncode == 0, done.stdout + done.stderr
    assert not (to / "venv-0.0.1").exists()
    (program,) = to.glob("venv-*/bin/xlsync")
    assert str(program) in done.stdout
    assert build_release.version() in run(program, "--version").stdout
    demo = run(program, "demo", tmp_path / "試し")
    assert demo.returncode in {0, 1}, demo.stderr
    assert (tmp_path / "試し/shared/集計/全庁.xlsx").is_file()
    healthy = run(program, "backup", tmp_path / "控え", "-C", tmp_path / "試し")
    assert healthy.returncode == 0, healthy.stderr
    gone = run(sys.executable, kit / "install.py", "--to", to, "--start-menu", menu, "--uninstall")
    assert gone.returncode == 0
    assert not to.exists()
    assert (tmp_path / "試し/xlsync.toml").is_file()


@pytest.fixture
def broken(kit: Path, tmp_path: Path) -> Path:
    """A copy of the kit to damage, its large files linked."""
    return Path(shutil.copytree(kit, tmp_path / "kit", copy_function=os.link))


@pytest.mark.slow
def test_a_kit_that_was_not_copied_whole_is_refused_in_japanese(
    broken: Path, tmp_path: Path
) -> None:
    wheel = next((broken / "wheels").glob("xlsync-*.whl"))
    data = wheel.read_bytes()
    wheel.unlink()
    words = (
        sys.executable,
        broken / "install.py",
        "--to",
        tmp_path / "to",
        "--start-menu",
        tmp_path,
    )
    gone = run(*words)
    assert (gone.returncode, wheel.name in gone.stdout) == (3, True)
    wheel.write_bytes(data[:-1] + b"x")
    damaged = run(*words)
    assert (damaged.returncode, "壊れています" in damaged.stdout) == (3, True)
    (broken / "SHA256SUMS").unlink()
    assert "展開" in run(*words).stdout
    assert not (tmp_path / "to").exists()


@pytest.mark.slow
def test_what_windows_opens_by_a_double_click_is_written_for_windows(kit: Path) -> None:
    for name in ("install.cmd", "uninstall.cmd"):
        data = (kit / name).read_bytes()
        assert data.isascii()
        assert data.count(b"\n") == data.count(b"\r\n")
    assert (kit / "はじめにお読みください.txt").read_bytes().startswith(b"\xef\xbb\xbf")
