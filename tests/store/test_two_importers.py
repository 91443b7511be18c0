"""Two processes import 100 workbooks each at once, most of them of the same sheets: nothing is lost, nothing doubled."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests import papers
from xlsync.city.settings import CitySettings
from xlsync.cli.commands.init import create_city
from xlsync.exchange import export, template_of
from xlsync.kinds import Value
from xlsync.sheet import Sheet
from xlsync.store import Draft, audit

pytestmark = pytest.mark.slow

SAME, OWN = 90, 10
YEAR = papers.EDITION
WHO = ("甲", "乙")


def sheet(number: int) -> Sheet:
    """A blank sheet with a key of its own."""
    codes = ("01", "02", "01", f"{number // 100:02}", f"{number % 100:02}", "01")
    paths = papers.edition().definition.identity.key
    values = dict(zip(paths, codes, strict=True))
    return Sheet(papers.edition(), "-".join(codes), {**values, "purpose": "はじめ"})


def a_city(folder: Path) -> CitySettings:
    """A city that has issued the sheets both will send back, and ten more to each."""
    made = create_city(folder, "つくば市", YEAR)
    with made.store.writing():
        for number in range(SAME + 2 * OWN):
            made.store.commit(Draft(sheet(number), "2018-07-01T09:00:00+09:00", "企画"))
    return made


def sent_back(made: CitySettings, place: Path) -> list[Path]:
    """A folder of 100 workbooks for each of the two: of each sheet one fills in the purpose, the other the outline.

    Every tenth sheet's delivery is filled in by both, and differently.
    """
    template = template_of(made.terms)
    folders = [place / who for who in WHO]
    for folder in folders:
        folder.mkdir()
    for head in made.store.heads():
        number = int(head.key[9:11]) * 100 + int(head.key[12:14])
        for which, (folder, field) in enumerate(zip(folders, ("purpose", "outline"), strict=True)):
            if number < SAME or (number - SAME) // OWN == which:
                changes: dict[str, Value] = {field: f"{folder.name}の{field}"}
                if number % 10 == 0:
                    changes["delivery"] = ("直営", "一部委託")[which]
                filled = head.with_values({**changes})
                data = export(template, filled, f"{number:07x}{which}")
                (folder / f"{head.key}.xlsx").write_bytes(data)
    return folders


def test_two_processes_at_once_lose_nothing(tmp_path: Path) -> None:
    made = a_city(tmp_path / "市")
    folders = sent_back(made, tmp_path)
    code = "from xlsync.cli import main; main()"
    words = ["import", "--json", "-C", str(tmp_path / "市")]
    running = [
        subprocess.Popen(
            [sys.executable, "-c", code, *words, str(folder)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        for folder in folders
    ]
    ended = [process.communicate(timeout=300) for process in running]
    receipts = [json.loads(out)["receipts"] for out, _err in ended]
    assert [len(one) for one in receipts] == [SAME + OWN, SAME + OWN]
    assert {receipt["outcome"] for both in receipts for receipt in both} <= {"accepted", "conflict"}
    conflicts = [r["key"] for both in receipts for r in both if r["outcome"] == "conflict"]
    assert sorted(conflicts) == [sheet(number).key for number in range(0, SAME, 10)]
    for head in made.store.heads():
        number = int(head.key[9:11]) * 100 + int(head.key[12:14])
        senders = WHO if number < SAME else (WHO[(number - SAME) // OWN],)
        revisions = made.store.revisions(head.key, YEAR)
        assert len(revisions) == 1 + len(senders), "every receipt is a revision"
        assert head["purpose"] == ("甲のpurpose" if "甲" in senders else "はじめ")
        assert head["outline"] == ("乙のoutline" if "乙" in senders else None)
    told = Counter((r["key"], r["revision"]) for both in receipts for r in both)
    assert set(told.values()) == {1}, "no revision is given out twice"
    assert audit(made.store) == []
