"""Files of a financial system for the official sheets, and taking them in."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests import papers
from tests.commands import Run

SOURCES = ("national", "prefectural", "local_bonds", "other_specific", "general")
WORDS = ("国庫支出金", "県支出金", "地方債", "その他", "一般財源")
GENERAL, NATIONAL = (f"costs.2017-settled.sources.{name}" for name in ("general", "national"))
TOTAL = "costs.2017-settled.project_cost"
MAP = tuple(
    word
    for heading, meaning in (
        *zip(WORDS, (f"costs.{{-1}}-settled.sources.{name}" for name in SOURCES), strict=True),
        ("予算事業", "budget.program"),
        ("枝", "project.number"),
        ("事業名", "名称"),
        ("年", "年度"),
        ("繰越", "繰越"),
    )
    for word in ("--map", f"{heading}={meaning}")
)
HEAD = "年,会計,款,項,目,予算事業,枝,事業名,国庫支出金,県支出金,地方債,その他,一般財源,繰越"
KEY = papers.KEYS[0]
SPOKEN = "平成30年5月31日"
LINE = "H29,1,2,1,8,14,1,情報化,0,0,0,0,25776700,"


def written(*lines: str, encoding: str = "cp932") -> Path:
    file = Path("決算.csv")
    file.write_bytes("\r\n".join(lines).encode(encoding))
    return file


def taken(run: Run, file: Path, *words: str, kind: str = "歳出決算") -> Any:
    """The JSON of an import of a file."""
    said = run("figures", "import", file, "--kind", kind, *words, "--yes", "--json")
    assert said.code in {0, 1}, said.err
    return json.loads(said.out)
