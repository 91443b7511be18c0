"""The pages made from data say what the data says: rules with what must hold, findings with where they are made."""

from __future__ import annotations

import re

from tests import papers
from tests.rules.ruled import ruled
from tests.rules.test_near_misses import SPEAKING
from xlsync.city.form_documents import CATALOGUE_ROWS
from xlsync.finding_catalogue import CATALOGUE, SEVERITY_WORDS
from xlsync.form.handbook import findings_page, form_page, guide_page
from xlsync.rules import CODES_IN_EXCEL, lines_of


def rows(page: str) -> list[list[str]]:
    """The cells of a page's table rows."""
    found = (line for line in page.splitlines() if line.startswith("| ") and "---" not in line)
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in found]


def test_every_rule_has_a_row_with_its_check_and_field() -> None:
    edition = papers.edition()
    listed = [cells for cells in rows(form_page(edition)) if len(cells) == 7]
    told = {cells[0]: (cells[1], cells[2].strip("`"), cells[4]) for cells in listed}
    for rule in edition.definition.rule:
        assert told[rule.code] == (rule.check, rule.subject, rule.severity)


def test_every_check_says_what_must_hold() -> None:
    for asked in SPEAKING.values():
        entry = asked.entry + "\ntrial = true\nsince = 2018"
        (cells,) = (c for c in rows(form_page(ruled(entry))) if c[0] == "our-own")
        assert len(cells[3]) > 10
        assert "{0}" not in cells[3].partition("; not at")[0]
        assert cells[5:] == ["yes", "2018–"]


def test_a_rule_with_one_bound_or_two_is_told_so() -> None:
    for bounds, told in (
        ("most = 20000", "is at most 20,000"),
        ("least = 0.5", "is at least 0.5"),
        ("least = 1\nmost = 2", "is at least 1 and at most 2"),
    ):
        entry = f'check = "range"\nof = "costs.{{period}}.project_cost"\n{bounds}'
        assert f"| {told} |" in form_page(ruled(entry))


def test_both_lists_of_findings_are_the_catalogue() -> None:
    english, japanese = findings_page(CATALOGUE_ROWS), guide_page(CATALOGUE_ROWS, SEVERITY_WORDS)
    assert [cells[0] for cells in rows(english)][1:] == list(CATALOGUE)
    assert [cells[3] for cells in rows(japanese)][1:] == list(CATALOGUE)
    assert not re.search(r"[{}]", japanese)


def test_what_is_made_in_excel_is_said_so() -> None:
    english = {cells[0]: cells[2] for cells in rows(findings_page(CATALOGUE_ROWS))}
    made = {line.code for line in lines_of(papers.edition())} & set(CATALOGUE)
    assert made <= CODES_IN_EXCEL
    assert {code for code, told in english.items() if told == "yes"} == CODES_IN_EXCEL
    assert english["program-total"] == english["conflict"] == "no"


def test_a_line_says_a_sentence_that_is_told_to_be_in_excel() -> None:
    sentences = {CATALOGUE[code].sentence for code in CODES_IN_EXCEL}
    for asked in SPEAKING.values():
        assert {line.sentence for line in lines_of(ruled(asked.entry))} <= sentences
