"""Ask pip-audit for known vulnerabilities of the locked packages: audit.py LOCK, run by .venv-audit's Python.

Exit code 1 only where a vulnerability is known. Without network, or where the index in use knows no advisories, the
last line says how many packages nobody could look up: silence would read as "no vulnerabilities".
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

_SECONDS = 180


def main() -> int:
    """Print one line per known vulnerability and a summary; returns the exit code."""
    packages = _packages(Path(sys.argv[1]))
    if packages is None:
        print("not audited: the advisory service cannot be reached from here")
        return 0
    vulnerable = [package for package in packages if package.get("vulns")]
    for package in vulnerable:
        ids = ", ".join(advisory["id"] for advisory in package["vulns"])
        print(f"{package['name']} {package['version']}: {ids}")
    skipped = sum("skip_reason" in package for package in packages)
    print(
        f"{len(packages) - skipped} of {len(packages)} packages audited, {len(vulnerable)} vulnerable"
    )
    if skipped:
        print(f"not audited: {skipped}, unknown to the advisory service that answers here")
    return 1 if vulnerable else 0


def _packages(lock: Path) -> list[dict[str, Any]] | None:
    """Returns what pip-audit says of each package, None where it got no answer."""
    options = ["--require-hashes", "--disable-pip", "--format", "json", "--progress-spinner", "off"]
    command = [sys.executable, "-m", "pip_audit", "-r", str(lock), *options]
    try:
        answer = subprocess.run(
            command, capture_output=True, text=True, timeout=_SECONDS, check=False
        )
        packages: list[dict[str, Any]] = json.loads(answer.stdout)["dependencies"]
    except (subprocess.TimeoutExpired, ValueError, KeyError):
        return None
    return packages


if __name__ == "__main__":
    sys.exit(main())
