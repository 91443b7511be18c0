"""Build a release into dist/: wheel and sdist, the same bytes each time, with hashes, parts list and what is new.

    python tools/build_release.py [--out dist] [--epoch SECONDS]

The time in the archives is that of the last commit, or SOURCE_DATE_EPOCH; whoever builds the same commit gets the same hashes.
Nothing is fetched, tagged or sent.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SUMS = "SHA256SUMS"
_VERSION = re.compile(r'^VERSION: Final = "(.+)"$', re.MULTILINE)


def version() -> str:
    """Return the release's version; SystemExit where pyproject.toml and the program name different ones."""
    stated = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"][
        "version"
    ]
    shown = _VERSION.findall((ROOT / "src/xlsync/version.py").read_text(encoding="utf-8"))
    if shown != [stated]:
        sys.exit(f"pyproject.toml says {stated}, src/xlsync/version.py {', '.join(shown)}")
    return str(stated)


def release_notes(changelog: str, wanted: str) -> str:
    """Return the section of the changelog about a version, that of what is not released where it has none yet."""
    sections = re.split(r"^## ", changelog, flags=re.MULTILINE)[1:]
    by_name = {
        re.split(r"[\]\s]", section.lstrip("["), maxsplit=1)[0]: section for section in sections
    }
    chosen = by_name.get(wanted) or by_name.get("Unreleased") or ""
    return f"## {chosen.strip()}\n"


def commit_time() -> int:
    """Return when the last commit was made (seconds since 1970), or what SOURCE_DATE_EPOCH says."""
    given = os.environ.get("SOURCE_DATE_EPOCH")
    if given:
        return int(given)
    words = ["git", "-C", str(ROOT), "log", "-1", "--format=%ct"]
    return int(subprocess.run(words, capture_output=True, check=True, text=True).stdout)


def build(out: Path, epoch: int) -> list[Path]:
    """Build wheel and sdist into a folder; return their files."""
    out.mkdir(parents=True, exist_ok=True)
    before = set(out.iterdir())
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-d", str(out)],
        cwd=ROOT,
        env={**os.environ, "SOURCE_DATE_EPOCH": str(epoch)},
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    built = sorted(set(out.iterdir()) - before)
    return built or sorted(out.glob("xlsync-*"))


def write_sums(out: Path) -> None:
    """Write the hash of every file of a folder beside them, as `sha256sum -c` reads it."""
    files = sorted(file for file in out.rglob("*") if file.is_file() and file.name != SUMS)
    lines = [
        f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.relative_to(out).as_posix()}\n"
        for file in files
    ]
    (out / SUMS).write_text("".join(lines), encoding="utf-8", newline="\n")


def build_release(out: Path, epoch: int) -> None:
    """Build everything that stands on a release page."""
    name = version()
    for file in build(out, epoch):
        print(file)
    shutil.copyfile(ROOT / "requirements/runtime.cdx.json", out / f"xlsync-{name}.cdx.json")
    shutil.copyfile(ROOT / "requirements/runtime.lock", out / f"xlsync-{name}.lock")
    notes = release_notes((ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), name)
    (out / f"xlsync-{name}-changes.md").write_text(notes, encoding="utf-8", newline="\n")
    write_sums(out)


def _main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--out", type=Path, default=ROOT / "dist")
    parser.add_argument("--epoch", type=int, default=None)
    given = parser.parse_args()
    build_release(given.out, commit_time() if given.epoch is None else given.epoch)


if __name__ == "__main__":
    _main()
