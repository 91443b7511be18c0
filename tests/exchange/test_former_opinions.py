"""What the tiers said of the sheets that a sheet comes from."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

from tests import papers
from tests.cities import city
from tests.papers import KEYS
from xlsync.exchange import Source
from xlsync.exchange.lineage import record_lineage
from xlsync.exchange.rollover.rollover_plan import plan_rollover
from xlsync.exchange.rollover.rollover_run import run_rollover
from xlsync.exchange.tiers.former_opinions import former_opinions
from xlsync.exchange.tiers.tier import Tier
from xlsync.sheet_keys import SheetId
from xlsync.store.lineage_acts import LineageAct, Predecessor
from xlsync.store.tier_grades import TierGrades, write_tier_grades

FIRST, SECOND = KEYS[:2]
TIER = Tier("外部評価")
WHEN = "2019-04-02T09:00:00+09:00"


def test_of_two_projects_of_one_name_each_opinion_is_told(tmp_path: Path) -> None:
    here = city(tmp_path)
    for key in (FIRST, SECOND):
        document = papers.official_document(key)
        document["project"]["name"] = "庶務事務"
        here.bring_one(json.dumps(document).encode(), "登録")
    said = {FIRST: {"reason": "もっと広く"}, SECOND: {"reason": "整理を"}}
    write_tier_grades(here.store.files, TIER.tier_name, papers.EDITION, TierGrades(said))
    plan = plan_rollover(here.store, here.terms, papers.EDITION + 1)
    done = list(run_rollover(here.store, plan, Source("企画", WHEN, "企画"), lambda each: each))
    assert [reason for _, reason in done] == ["", ""]
    whole = [Predecessor(SheetId(key), papers.EDITION, Decimal(1)) for key in (FIRST, SECOND)]
    act = LineageAct("merge", tuple(whole), "", WHEN, "企画")
    record_lineage(here.store, SheetId(FIRST), papers.EDITION + 1, act)
    edition = here.terms.form.at(papers.EDITION + 1)
    opinions = former_opinions(here.store, [TIER], edition, [FIRST])
    texts = opinions[FIRST].texts_by_tier[TIER.tier_name]
    assert texts["reason"] == f"{FIRST} 庶務事務：もっと広く\n{SECOND} 庶務事務：整理を"
