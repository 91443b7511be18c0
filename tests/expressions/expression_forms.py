"""A form of many kinds, with as many computed fields and checks as there are expressions."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache

from tests.typed_forms import YEAR, made_form
from xlsync.form.definition import read_definition
from xlsync.form.edition import Edition
from xlsync.form.expansion import edition_of
from xlsync.form.library import Form

HEAD = """
format = 1
id = "keisan"
title = "計算"
page.worksheet = "計算"
identity.key = ["number"]
parts = { all = "項目" }
[axes]
row = [{ key = 0, label = "1" }, { key = 1, label = "2" }, { key = 2, label = "3" }]
[choices.states]
label = "状態"
items = ["新規", "継続", "完了"]
"""
FIELDS = {
    "number": 'kind = "text"\nfilled-by = "office"',
    "cost": 'kind = "money"\nunit = "千円"',
    "income": 'kind = "money"\nunit = "千円"',
    "people": 'kind = "measure"\nunit = "人"',
    "share": 'kind = "percent"',
    "hours": 'kind = "duration"',
    "begin": 'kind = "date"',
    "end": 'kind = "date"',
    "state": 'kind = "choice"\nchoices = "states"',
    "done": 'kind = "flag"',
    "note": 'kind = "text"\nmultiline = true',
    "goal": 'kind = "quantity"',
    "opens": 'kind = "time"',
    "from": 'kind = "month"',
    "items.{row}.price": 'kind = "money"\nunit = "円"',
    "items.{row}.count": 'kind = "measure"\nunit = "個"\ndecimals = 0',
}


def definition(extra: str, fields: dict[str, str] | None = None) -> str:
    """The text of the form, with further entries."""
    entries = []
    for path, lines in {**FIELDS, **(fields or {})}.items():
        filled = "" if "filled-by" in lines else '\nfilled-by = "staff"'
        entries.append(
            f'[[field]]\npath = "{path}"\nlabel = "{path}の欄"\npart = "all"\n{lines}{filled}'
        )
    return "\n".join([HEAD, *entries, extra])


def computing(
    values: Sequence[str], conditions: Sequence[str], kind: str = 'kind = "measure"\nunit = ""'
) -> str:
    """The form with a computed field for each of some values, and a check for each condition."""
    fields = {
        f"made.v{at}": f'{kind}\nfilled-by = "computed"\ncomputed = {json.dumps(text, ensure_ascii=False)}'
        for at, text in enumerate(values)
    }
    checks = [
        f'[[check]]\nthat = {json.dumps(text, ensure_ascii=False)}\nsay = "条件{at}"\nof = "number"\ncode = "c{at}"'
        for at, text in enumerate(conditions)
    ]
    return definition("\n".join(checks), fields)


@cache
def form_of(text: str) -> Form:
    """The form of a definition, with a drawing."""
    return made_form(text)


def edition(text: str) -> Edition:
    """The edition of a definition."""
    return edition_of(read_definition(text, "form.toml"), YEAR, "form.toml")
