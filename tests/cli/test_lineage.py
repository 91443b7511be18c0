"""Where a sheet comes from: amounts of several old sheets add up by their shares, and last year's values follow."""

from __future__ import annotations

import copy
import json
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import papers
from tests.commands import EXAMPLES, Run
from tests.rollover import moved_truth
from tests.strategies import sheets
from xlsync import open_city
from xlsync.checks import check
from xlsync.exchange.check_context import context_of
from xlsync.exchange.lineage import combined, last_years_sheet
from xlsync.exchange.program_totals import program_total_paths
from xlsync.form.library import load_form
from xlsync.publication.predecessors import public_predecessors
from xlsync.sheet import Sheet
from xlsync.sheet_keys import SheetId
from xlsync.store import audit

EDITION = load_form().at(papers.EDITION)
KEY, OTHER, THIRD = papers.KEYS[:3]
COST = "costs.2017-settled.project_cost"
BAD = (
    (("--from", f"{OTHER}=101"), "割合は0より大きく100%まで"),
    (("--from", f"{OTHER}=0"), "割合は0より大きく100%まで"),
    (("--from", f"{OTHER}=nan"), "%の数字で"),
    (("--from", OTHER, "--from", OTHER), "同じ事業が二度あります"),
    (("--from", "99-99-99-99-99-99"), "2018年度のシートがありません"),
    (("--from", f"{THIRD}=50"), "ほかの事業への分と合わせて110%になり、100%を超えます"),
)
SHARES = st.integers(1, 100).map(lambda percent: Decimal(percent) / 100)


@given(sheets(EDITION), sheets(EDITION), SHARES, SHARES)
def test_amounts_are_the_sum_of_their_shares_and_texts_those_of_the_first(
    first: Sheet, second: Sheet, one: Decimal, other: Decimal
) -> None:
    both = combined([(first, one), (second, other)])
    for field in EDITION.fields:
        left, right = first[field.path], second[field.path]
        if field.path in program_total_paths(EDITION):
            continue
        if field.kind.name not in {"money", "measure"}:
            assert both[field.path] == left
        elif left == right == "-":
            assert both[field.path] == "-"
        elif left is None or right is None:
            assert both[field.path] is None
        else:
            amounts = [(left, one), (right, other)]
            known = [(value, share) for value, share in amounts if value != "-"]
            exact = sum(
                (Fraction(str(value)) * Fraction(share) for value, share in known), Fraction(0)
            )
            is_whole = all(isinstance(value, int) for value, _ in known)
            assert both[field.path] == (rounded(exact) if is_whole else decimal(exact))


PROGRAMS = st.sampled_from(["01-02-01-08-14", "01-02-01-08-15"])


def project(program: str, number: int, cost: int, total: int) -> Sheet:
    """A sheet of a program with its own cost of 2017, and what it says of the program's."""
    key = f"{program}-{number:02d}"
    codes = dict(zip(EDITION.definition.identity.key, key.split("-"), strict=True))
    values = dict.fromkeys((COST, COST.replace("project_", "personnel_")), cost)
    totals = {path.replace("costs.", "program_totals."): total for path in values}
    both = {"program_totals.2017-settled.total_cost": 2 * total}
    return Sheet(EDITION, key, {**codes, **values, **totals, **both})


@given(
    st.lists(st.tuples(PROGRAMS, st.integers(0, 10**6), SHARES), min_size=1, max_size=4),
    PROGRAMS,
    st.integers(0, 10**6),
)
def test_a_programs_total_counts_what_its_own_sheets_had_once_and_adds_what_others_give(
    given: list[tuple[str, int, Decimal]], new_program: str, rest: int
) -> None:
    totals = {
        program: rest + sum(cost for of, cost, _ in given if of == program)
        for program, _, _ in given
    }
    parts = [
        (project(program, number, cost, totals[program]), share)
        for number, (program, cost, share) in enumerate(given, start=1)
    ]
    both = combined(parts, new_program)
    coming = [Fraction(share) * cost for program, cost, share in given if program != new_program]
    expected = totals.get(new_program, 0) + rounded(sum(coming, Fraction(0)))
    assert both["program_totals.2017-settled.project_cost"] == expected
    assert both["program_totals.2017-settled.personnel_cost"] == expected
    assert both["program_totals.2017-settled.total_cost"] == 2 * expected


def decimal(exact: Fraction) -> Decimal:
    return Decimal(exact.numerator) / Decimal(exact.denominator)


def rounded(exact: Fraction) -> int:
    quotient = Decimal(exact.numerator) / Decimal(exact.denominator)
    return int(quotient.to_integral_value(ROUND_HALF_UP))


@given(sheets(EDITION))
def test_a_sheet_that_went_on_as_a_whole_is_itself(sheet: Sheet) -> None:
    assert combined([(sheet, Decimal(1))]) is sheet


@pytest.fixture
def city(tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A city of the five official sheets, rolled over into 2019; the working directory."""
    folder = tmp_path / "市"
    assert run("init", folder).code == 0
    monkeypatch.chdir(folder)
    assert run("import", EXAMPLES).code in {0, 1}
    assert run("rollover", 2019, "--yes").code == 0
    return folder


def compared_costs(folder: Path) -> list[str]:
    """The findings about the amount that last year's sheet said, of the sheet of 2019."""
    town = open_city(folder)
    sheet = town.store.head(SheetId(KEY), 2019)
    assert sheet is not None
    found = check(sheet, context_of(town.store, town.settings.terms, sheet))
    return [each.message for each in found if each.code == "settled-project-cost"]


def test_last_years_values_follow_a_merger_and_a_split(city: Path, run: Run) -> None:
    store = open_city(city).store
    own, other = (store.head(SheetId(key), papers.EDITION) for key in (KEY, OTHER))
    assert own is not None
    assert other is not None
    assert compared_costs(city) == []
    merged = run("sheets", "lineage", KEY, "--from", KEY, "--from", f"{OTHER}=60", "--as", "統合")
    assert (merged.code, "確かめてください" in merged.out) == (0, False)
    expected = own[COST] + int((other[COST] * Decimal("0.6")).to_integral_value(ROUND_HALF_UP))  # type: ignore[operator]
    assert compared_costs(city) == []
    new = open_city(city).store.head(SheetId(KEY), 2019)
    assert new is not None
    assert new[COST] == expected
    typed = {"key": KEY, "form": EDITION.form, "edition": 2019, "revision": new.revision}
    costs = {"2017-settled": {"sources": {"general": 1}}}
    (city / "typed.json").write_text(json.dumps({**typed, "costs": costs}))
    assert run("import", "typed.json").code in {0, 1}
    (sentence,) = compared_costs(city)
    assert f"（{expected:,}千円）" in sentence
    last = last_years_sheet(open_city(city).store, SheetId(KEY), 2019)
    assert last is not None
    assert last[COST] == expected
    assert run("summarize").code in {0, 1}
    assert f"統合  2018年度の {OTHER} から" in run("history", KEY).out
    assert audit(open_city(city).store) == []


def test_what_became_of_the_projects_stands_in_one_list_and_is_published_without_the_reason(
    city: Path, run: Run
) -> None:
    assert (
        run(
            "sheets",
            "lineage",
            KEY,
            "--from",
            KEY,
            "--from",
            f"{OTHER}=60",
            "--as",
            "統合",
            "--reason",
            "効率化",
        ).code
        == 0
    )
    assert run("sheets", "lineage", THIRD, "--from", f"{OTHER}=40", "--as", "分割").code == 0
    public = list(public_predecessors(open_city(city).store, 2019, [SheetId(KEY), SheetId(THIRD)]))
    assert [
        (each.sheet_id, each.earlier_id, each.relation_word, each.share_percent) for each in public
    ] == [
        (KEY, KEY, "統合", Decimal(100)),
        (KEY, OTHER, "統合", Decimal(60)),
        (THIRD, OTHER, "分割", Decimal(40)),
    ]
    assert "効率化" not in str(public)
    assert run("sheets", "retire", OTHER, "--reason", "統合のため").code == 0
    assert run("sheets", "retire", papers.KEYS[3], "--reason", "完了").code == 0
    rows = run("sheets", "lineage", "--json").json["rows"]
    shown = [
        (row["relation"], row["old"]["key"], row["new"] and row["new"]["key"], row["share_percent"])
        for row in rows
    ]
    assert shown == [
        ("統合", KEY, KEY, "100"),
        ("統合", OTHER, KEY, "60"),
        ("分割", OTHER, THIRD, "40"),
        ("廃止・完了", papers.KEYS[3], None, "100"),
    ]
    assert run("sheets", "lineage", "--out", "新旧.xlsx").code == 0
    page = openpyxl.load_workbook("新旧.xlsx").worksheets[0]
    listed = [[cell.value for cell in row] for row in page.iter_rows(min_row=3)]
    assert [(row[0], row[3], row[4], row[5], row[8]) for row in listed] == [
        (KEY, "統合", "100%", KEY, "効率化"),
        (OTHER, "統合", "60%", KEY, "効率化"),
        (OTHER, "分割", "40%", THIRD, None),
        (papers.KEYS[3], "廃止・完了", None, None, "完了"),
    ]


def shared_out(parts: list[tuple[dict[str, Any], str]]) -> dict[str, Any]:
    """One document of several: amounts by their shares, added up; everything else as in the first. Written anew."""
    leaves = [moved_truth.leaves(document) for document, _ in parts]
    shares = [Fraction(share) for _, share in parts]
    document = copy.deepcopy(parts[0][0])
    for path in leaves[0]:
        if path.startswith(("costs.", "program_totals.")) and not path.endswith("temporary_staff"):
            amounts = [(own[path], share) for own, share in zip(leaves, shares, strict=True)]
            known = [Fraction(str(each)) * share for each, share in amounts if each != "-"]
            is_blank = any(each is None for each, _ in amounts)
            put(document, path, None if is_blank else summed(path, known))
    return document


def summed(path: str, known: list[Fraction]) -> object:
    total = sum(known, Fraction(0))
    if not known:
        return "-"
    return float(total) if path.endswith(("_fte", "_hours")) else rounded(total)


def put(document: dict[str, Any], path: str, value: object) -> None:
    *above, last = path.split(".")
    for step in above:
        document = document[step]
    document[last] = value


def amounts_of(document: dict[str, Any]) -> dict[str, object]:
    return {
        path: value
        for path, value in moved_truth.leaves(document).items()
        if not path.startswith("program_totals") and path != "revision"
    }


def program_cost(document: dict[str, Any], where: str = "costs") -> int:
    """The settled cost of 2017, of the sheet or of its program."""
    cost: int = document[where]["2017-settled"]["project_cost"]
    return cost


def head_document(folder: Path, key: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((folder / f"store/sheets/2019/{key}.json").read_bytes())
    return document


def test_a_sheet_made_of_several_carries_their_amounts_into_the_new_year(
    city: Path, run: Run
) -> None:
    split = THIRD[:-2] + "77"
    listed = f"事業コード,事務事業名,前身,異動,変更の理由\n{split},新しい事業,{OTHER}=40,分割,体制の見直し\n"
    listed += f"{KEY},情報化推進事業,{KEY}、{OTHER}=60,統合,\n"
    (city / "台帳.csv").write_text(listed, encoding="utf-8")
    assert run("sheets", "retire", OTHER, "--reason", "統合のため").code == 0
    shown = run("sheets", "add", "台帳.csv", "--dry-run").out
    assert f"前身 {split} ← {OTHER} 40%（分割）" in shown
    assert not (city / "store/lineage").exists()
    assert run("sheets", "add", "台帳.csv", "--yes").code == 0
    assert run("sheets", "add", "台帳.csv", "--yes").code == 0
    assert len([*(city / "store/lineage").rglob("*.json")]) == 2
    old = {key: papers.official_document(key) for key in (KEY, OTHER)}
    truth = moved_truth.moved(shared_out([(old[KEY], "1"), (old[OTHER], "0.6")]))
    assert amounts_of(head_document(city, KEY)) == amounts_of(truth)
    share = moved_truth.moved(shared_out([(old[OTHER], "0.4")]))
    whole, given = program_cost(old[KEY], "program_totals"), program_cost(old[OTHER])
    merged = program_cost(head_document(city, KEY), "program_totals")
    assert merged == whole + rounded(Fraction(given) * Fraction("0.6"))
    head = head_document(city, split)
    assert program_cost(head, "program_totals") == program_cost(head)
    assert head["costs"] == share["costs"]
    assert (head["project"]["name"], head["purpose"]) == ("新しい事業", share["purpose"])
    again = run("rollover", 2019, "--yes").out
    assert "うち統合・分割・改称・移管の前の事業から作るシート 2件" in again
    assert "できているシート 6件" in again
    assert audit(open_city(city).store) == []


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (f"{KEY},{OTHER}=101,統合", "2行目：割合は0より大きく100%まで"),
        (f"{KEY},{OTHER}=x,統合", "2行目：割合は 60 のように"),
        (f"{KEY},99-99,統合", "2行目：2018年度のシートがありません"),
        (f"{KEY},{OTHER},合体", "2行目：異動には 改称"),
        (f"{KEY},{OTHER}=70,統合\n{THIRD},{OTHER}=40,分割", "110%になり、100%を超えます"),
    ],
)
def test_a_lineage_in_a_list_that_cannot_be_true_is_named_with_its_row(
    city: Path, run: Run, row: str, words: str
) -> None:
    (city / "台帳.csv").write_text(f"事業コード,前身,異動\n{row}\n", encoding="utf-8")
    said = run("sheets", "add", "台帳.csv", "--yes")
    assert (said.code, words in said.err) == (3, True), said
    assert not (city / "store/lineage").exists()


def test_a_lineage_that_cannot_be_true_is_refused_and_nothing_is_written(
    city: Path, run: Run
) -> None:
    split = run("sheets", "lineage", KEY, "--from", f"{THIRD}=60", "--as", "分割")
    assert (split.code, f"--from {KEY} も書いて" in split.out) == (0, True)
    heads = [open_city(city).store.head(SheetId(KEY), year) for year in (papers.EDITION, 2019)]
    assert len({head.title for head in heads if head is not None}) == 1
    before = {file: file.read_bytes() for file in (city / "store/lineage").rglob("*.json")}
    for words, sentence in BAD:
        said = run("sheets", "lineage", OTHER, *words, "--as", "統合")
        assert (said.code, sentence in said.err) == (3, True), said
    assert {file: file.read_bytes() for file in (city / "store/lineage").rglob("*.json")} == before
