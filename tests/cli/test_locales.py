"""The same under any locale: that of a bare server (C), a console of cp932, one that shows no Japanese at all."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import papers
from tests.commands import EXAMPLES

LOCALES = {
    "bare": {"LC_ALL": "C"},
    "cp932": {"LC_ALL": "C", "PYTHONIOENCODING": "cp932"},
    "ascii": {"LC_ALL": "POSIX", "PYTHONIOENCODING": "ascii"},
}


def run(environment: dict[str, str], *words: object) -> subprocess.CompletedProcess[bytes]:
    own = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("LC_", "LANG", "PYTHON"))
    }
    done = subprocess.run(
        [sys.executable, "-c", "from xlsync.cli import main; main()", *map(str, words)],
        capture_output=True,
        check=False,
        env={**own, **environment},
    )
    assert b"Traceback" not in done.stdout + done.stderr
    return done


@pytest.mark.parametrize("name", LOCALES)
def test_a_days_work_is_the_same_under_any_locale(tmp_path: Path, name: str) -> None:
    environment, city = LOCALES[name], tmp_path / "市"
    assert run(environment, "init", city, "--name", "つくば市").returncode == 0
    assert run(environment, "import", "-C", city, EXAMPLES / f"{papers.CLEAN}.json").returncode in {
        0,
        1,
    }
    assert run(environment, "export", "-C", city, "--all").returncode == 0
    book = next((city / "shared/評価シート").rglob("*.xlsx"))
    assert book.name == f"{papers.CLEAN}_情報化推進事業.xlsx"
    status = json.loads(run(environment, "status", "-C", city, "--json").stdout.decode())
    assert status["sheets"][0]["title"] == "情報化推進事業"
    assert run(environment, "backup", "-C", city, tmp_path / "控え").returncode == 0
    shown = run(environment, "status", "-C", city).stdout
    if name != "ascii":
        encoding = environment.get("PYTHONIOENCODING", "utf-8")
        assert "情報化推進事業" in shown.decode(encoding)


@pytest.mark.skipif(sys.platform == "win32", reason="names are Unicode there")
def test_where_file_names_cannot_be_japanese_the_remedy_is_told(tmp_path: Path) -> None:
    """Python's own remedy turned off: the only way to get there."""
    without = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    said = run(without, "init", tmp_path / "city")
    assert said.returncode == 3
    assert b"PYTHONUTF8=1" in said.stderr
    assert not (tmp_path / "city").exists()
