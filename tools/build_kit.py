"""Make one zip for a closed Windows network: xlsync, everything it needs for Python 3.11 to 3.14, and its installer.

    python tools/build_kit.py [--out dist] [--python-zip python-3.13.x-embed-amd64.zip]

What each Python on Windows needs is decided by the markers of requirements/runtime.lock for that system, not for the one
that makes the kit: a file fetched "for this computer" on Linux lacks colorama. Every file is fetched by its hash. A closed
network has often no Python either: the embeddable one of python.org may be put in (`--python-zip`), fetched by the officer.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from packaging.markers import Marker

from build_release import ROOT, build, commit_time, version, write_sums

_KIT = ROOT / "tools/kit"
_GUIDES = (
    "docs/ja/it.md",
    "docs/ja/planning.md",
    "docs/ja/staff.md",
    "docs/ja/buttons.md",
    "docs/ja/buttons-it.md",
)
_EARLIEST = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Target:
    """A Python that the kit is for: its version, and the platforms of the wheels that it takes."""

    python: str
    platforms: tuple[str, ...] = ("win_amd64",)
    sys_platform: str = "win32"

    def environment(self) -> dict[str, str]:
        """Return what the markers of requirements are compared with."""
        is_windows = self.sys_platform == "win32"
        return {
            "sys_platform": self.sys_platform,
            "os_name": "nt" if is_windows else "posix",
            "platform_system": "Windows" if is_windows else "Linux",
            "platform_machine": "AMD64" if is_windows else "x86_64",
            "platform_python_implementation": "CPython",
            "implementation_name": "cpython",
            "python_version": self.python,
            "python_full_version": f"{self.python}.0",
            "extra": "",
        }


WINDOWS = tuple(Target(python) for python in ("3.11", "3.12", "3.13", "3.14"))


@dataclass(frozen=True)
class LockedPackage:
    """A package of a lock file: as it is written without its marker, its marker ("" for none), and who needs it."""

    requirement: str
    marker: str
    needed_by: str

    def is_for(self, target: Target) -> bool:
        """Whether a Python needs it."""
        return not self.marker or Marker(self.marker).evaluate(target.environment())


def locked_packages(text: str) -> Iterator[LockedPackage]:
    """Yield the packages of a lock file that pip reads."""
    for match in re.finditer(
        r"^(?P<first>[a-z0-9][^\n]*?)\\?\n(?P<rest>(?:[ ]+[^\n]*\n?)*)", text, re.MULTILINE
    ):
        name, _, marker = match["first"].rstrip(" \\").partition(" ; ")
        hashes = re.findall(r"--hash=sha256:[0-9a-f]{64}", match["rest"])
        comments = " ".join(re.findall(r"#\s*(?:via\s*)?(.*)", match["rest"]))
        yield LockedPackage(" ".join([name, *hashes]), marker, comments)


def wanted_for(target: Target, lock: str) -> list[str]:
    """Return the lines of requirements that a Python needs to run xlsync, with their hashes."""
    packages = [each for each in locked_packages(lock) if each.is_for(target)]
    return [each.requirement for each in packages if not _is_for_building(each, packages)]


def _is_for_building(package: LockedPackage, packages: Sequence[LockedPackage]) -> bool:
    """True for what only building xlsync needs, directly or through another such package."""
    builders = {
        each.requirement.partition("==")[0]
        for each in packages
        if "requirements/build.in" in each.needed_by
    }
    needing = re.findall(
        r"[\w.-]+", package.needed_by.replace("requirements/build.in", "").replace("-r", "")
    )
    others = {word for word in needing if word not in builders}
    return bool(package.needed_by) and not others


def fetch(target: Target, requirements: Sequence[str], wheels: Path) -> None:
    """Download wheels for a Python, each by its hash, whatever this computer is."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as listed:
        listed.write("\n".join(requirements) + "\n")
        listed.flush()
        platforms = [word for platform in target.platforms for word in ("--platform", platform)]
        words = [
            *(sys.executable, "-m", "pip", "download", "-qqq", "--no-deps", "--require-hashes"),
            *(
                "--only-binary",
                ":all:",
                "--implementation",
                "cp",
                "--python-version",
                target.python,
            ),
            *platforms,
            *("-d", str(wheels), "-r", listed.name),
        ]
        subprocess.run(words, check=True)


def build_kit(out: Path, targets: Sequence[Target], python_zip: Path | None, epoch: int) -> Path:
    """Make the kit and return its file."""
    name = f"xlsync-{version()}-windows"
    lock = (ROOT / "requirements/runtime.lock").read_text(encoding="utf-8")
    pip = (ROOT / "requirements/kit.lock").read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as scratch:
        kit = Path(scratch) / name
        wheels = kit / "wheels"
        wheels.mkdir(parents=True)
        shutil.copy(
            next(file for file in build(Path(scratch) / "dist", epoch) if file.suffix == ".whl"),
            wheels,
        )
        for target in targets:
            fetch(target, wanted_for(target, lock), wheels)
        fetch(targets[0], wanted_for(targets[0], pip), wheels)
        _copy_texts(kit)
        if python_zip is not None:
            (kit / "python").mkdir()
            shutil.copy(python_zip, kit / "python")
        write_sums(kit)
        return _zipped(kit, out / f"{name}.zip")


def _copy_texts(kit: Path) -> None:
    """Copy installer, guides, licence and parts list; what Windows opens by a double click gets its line ends."""
    for file in sorted(_KIT.iterdir()):
        if file.suffix in {".cmd", ".txt"}:
            text = file.read_text(encoding="utf-8").replace("\n", "\r\n")
            mark = "utf-8-sig" if file.suffix == ".txt" else "ascii"
            (kit / file.name).write_bytes(text.encode(mark))
        elif file.suffix == ".py":
            shutil.copy(file, kit)
    (kit / "docs").mkdir()
    for guide in _GUIDES:
        shutil.copy(ROOT / guide, kit / "docs")
    for text in ("LICENSE", "CHANGELOG.md", "requirements/runtime.cdx.json"):
        shutil.copy(ROOT / text, kit)
    shutil.copytree(
        ROOT / "addin",
        kit / "addin",
        ignore=shutil.ignore_patterns("*.md", "vba", "icons", "texts.tsv", "*.xml"),
    )


def _zipped(kit: Path, file: Path) -> Path:
    """Write a folder as a zip with the same bytes for the same content."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        for each in sorted(path for path in kit.rglob("*") if path.is_file()):
            entry = zipfile.ZipInfo(f"{kit.name}/{each.relative_to(kit).as_posix()}", _EARLIEST)
            entry.external_attr = 0o644 << 16
            stored = each.suffix in {".whl", ".zip"}
            entry.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
            package.writestr(entry, each.read_bytes())
    return file


def _main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--out", type=Path, default=ROOT / "dist")
    parser.add_argument(
        "--python-zip", type=Path, default=None, help="python-3.x-embed-amd64.zip of python.org"
    )
    given = parser.parse_args()
    print(build_kit(given.out, WINDOWS, given.python_zip, commit_time()))


if __name__ == "__main__":
    _main()
