"""Pages of docs/ made from data: every field and rule of a form, every finding there is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xlsync.form.field_years import carry_of

if TYPE_CHECKING:
    from xlsync.form.edition import Edition, Field
    from xlsync.form.rules import Rule

_STATEMENTS = {
    "sum": "is {sum}{within}",
    "program-total": "is the sum of {first} over the program's sheets",
    "personnel-cost": "is {first} × rate + {last} × rate{within}",
    "at-most": "is at most {first}",
    "range": "is {bounds}",
    "ratio": "is {bounds} for each one of {first}, asked from {by_least} on",
    "unit-slip": "is {bounds}, or one of {all} is below 1,000, while last year's sheet is not known",
    "length": "has at most {most} characters",
    "pattern": "looks like `{mask}`",
    "one-of": "{count} one of it and {all} is filled",
    "order": "is not less than {first}",
    "dash-with": "is “-” where {first} is",
    "target": "meets {first}",
    "change": "changes by at most {percent} % since the place before, counted from {from} on",
    "scale": "is of the order of the place before, of last year's{alternative}",
    "as-last-year": "is what last year's sheet said of the same period",
    "carried-over": "is not last year's text, from {least} characters on",
    "expression": "`{that}`",
    "computed": "is computed: `{that}`",
    "fits": "fits into its cell on paper",
}
"""What each check demands of its field; the words in braces are those of `_statement`."""
_FACT_WORDS = {
    "part": "金額の欄",
    "field": "欄", "labels": "列",
    "other": "もう一方の欄", "fields": "欄の名前", "parts": "内訳", "expected": "入力していただきたいこと",
    "typed": "入力", "shown": "内容", "kept": "登録済みの内容", "limit": "比べる内容", "reason": "理由", "dash": "",
    "choices": "選択肢", "mask": "形", "per": "1つ", "range": "範囲", "decimals": "桁数", "length": "字数", "most": "上限",
    "over": "超えた字数", "sum": "計算した合計", "difference": "差", "persons": "人", "hours": "時間", "count": "数",
    "meant": "一覧の名前", "day": "日付", "mine": "このファイル", "side": "選んだ側", "listed": "場所", "where": "番地",
    "registered": "、登録 日時と人", "source": "ファイルの種類", "owner": "元のシート",
    "newest": "最新のブック", "mark": "印", "raw": "セルの中の値", "unit": "単位", "position": "何", "character": "文字",
    "font": "書体と大きさ", "own": "様式の書体と大きさ",
}  # fmt: skip
"""What stands in a sentence of the catalogue, in the words of the guide."""


@dataclass(frozen=True, slots=True)
class Row:
    """A kind of finding as the pages list it."""

    code: str
    severity_word: str
    sentence: str
    in_excel: bool


def form_page(edition: Edition) -> str:
    """Return docs/form.md: one table row per field, the lists, the rules."""
    definition = edition.definition
    lines = [
        f"# {edition.title}",
        "",
        f"Form `{edition.form}`, edition {edition.year}: {len(edition.fields)} fields from {len(definition.field)} entries.",
        "Made from `form.toml` by `xlsync form docs`; edit the definition, not this page.",
        "",
        "| path | field | kind | filled by | required | dash | in next year's sheet | cell name |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
        *_field_rows(edition),
        *_table_lines(edition),
        "",
        "## Greyed places (no such cell)",
        "",
        *(f"- `{path}`" for path in edition.greyed),
        "",
        "## Lists",
        "",
        *_list_lines(edition),
        "",
        "## Rules",
        "",
        "| code | check | field | what must hold | severity | on trial | years |",
        "| --- | --- | --- | --- | --- | --- | --- |",
        *map(_rule_row, definition.rule),
    ]
    return "\n".join(lines) + "\n"


def findings_page(rows: Iterable[Row]) -> str:
    """Return docs/findings.md."""
    head = [
        "# Findings",
        "",
        "Every remark xlsync makes on a sheet. Made from the catalogue in `finding_catalogue.py` by `xlsync form docs`.",
        "A rule of a form reports under its own code, with the sentence of its check (`sum`, `range`, `target` …) or its",
        "own. Those made in Excel too stand on the worksheet チェック while the sheet is being filled in; the others need",
        "the store, or the file itself.",
        "",
        "| code | severity | in Excel | sentence |",
        "| --- | --- | --- | --- |",
    ]
    lines = (
        f"| {row.code} | {row.severity_word} | {'yes' if row.in_excel else 'no'} | {row.sentence} |"
        for row in rows
    )
    return "\n".join([*head, *lines]) + "\n"


def guide_page(rows: Iterable[Row], words: Mapping[str, str]) -> str:
    """Return docs/ja/findings.md: the same for the planning office; `words` are the severities' Japanese words."""
    head = [
        "# 指摘の一覧",
        "",
        "xlsync がシートについてお知らせする内容のすべてです。このページは `xlsync form docs` が作ります（手で直しません）。",
        "〔 〕には、そのシートの内容が入ります。様式の規則（`[[rule]]`）による指摘は、規則ごとの code で示します。",
        "「Excel」が ○ のものは、入力中のブックのシート「チェック」にもその場で出ます。",
        "",
        "| 種類 | 指摘 | Excel | code |",
        "| --- | --- | --- | --- |",
    ]
    lines = (
        f"| {words[row.severity_word]} | {_filled(row.sentence)} | {'○' if row.in_excel else ''} | {row.code} |"
        for row in rows
    )
    return "\n".join([*head, *lines]) + "\n"


def _filled(sentence: str) -> str:
    return sentence.format_map(
        {name: f"〔{word}〕" if word else "" for name, word in _FACT_WORDS.items()}
    )


def _rule_row(rule: Rule) -> str:
    years = (
        ""
        if rule.since is None and rule.until is None
        else f"{rule.since or ''}–{rule.until or ''}"
    )
    left_out = f"; not at {', '.join(f'`{key}`' for key in rule.omit)}" if rule.omit else ""
    what = _statement(rule) + (" (own sentence)" if rule.sentence else "") + left_out
    trial = "yes" if rule.trial else "no"
    cells = (
        rule.code,
        rule.check,
        f"`{rule.subject}`",
        what,
        rule.severity,
        trial,
        years or "all",
    )
    return f"| {' | '.join(cells)} |"


def _statement(rule: Rule) -> str:
    entry = rule.model_dump()
    others = [f"`{path}`" for path in rule.references]
    limits = (("at least", entry.get("least")), ("at most", entry.get("most")))
    bounds = (f"{word} {limit:,.10g}" for word, limit in limits if limit is not None)
    words = {
        "first": others[0] if others else "",
        "last": others[-1] if others else "",
        "sum": " + ".join(others),
        "all": ", ".join(others),
        "alternative": f" or {others[0]}" if others else "",
        "within": f", ± {entry['tolerance']}" if entry.get("tolerance") else "",
        "bounds": " and ".join(bounds),
        "count": "exactly" if entry.get("exactly") else "at least",
        "from": f"{entry.get('least') or 0:,}",
    }
    return _STATEMENTS[rule.check].format_map({**entry, **words})


def _field_rows(edition: Edition) -> Iterable[str]:
    return (_field_row(edition, field) for field in edition.fields)


def _field_row(edition: Edition, field: Field) -> str:
    cells = (
        *_field_cells(field),
        "computed" if field.path in edition.formulas else carry_of(edition, field),
        f"`{field.cell_name}`",
    )
    return f"| {' | '.join(cells)} |"


def _field_cells(field: Field) -> tuple[str, ...]:
    """Return what a field, or the column of a table, is: path, title, kind, who fills it in, required, dash."""
    kind = field.kind.in_english() + (f", {field.unit}" if field.unit else "")
    if field.list_name is not None:
        kind = f"{field.kind.in_english()}: {field.list_name}"
    required = "yes" if field.required else "no"
    if field.exempt_classes is not None:
        path, words = field.exempt_classes
        required += f", unless `{path}` is {'/'.join(words)}"
    if isinstance(field.required, str):
        required = f"with `{field.required}`"
    if field.entry.required_if is not None:
        required += f", where `{field.entry.required_if}`"
    dash = "allowed" if field.dash_allowed else "refused"
    return (f"`{field.path}`", field.title, kind, field.filled_by, required, dash)


def _table_lines(edition: Edition) -> Iterable[str]:
    """Yield what the form's tables are, and a row for each of their columns."""
    for table in edition.tables:
        keys = ", ".join(f"`{'` with `'.join(key)}`" for key in table.table_entry.keys)
        unique = f"; no two rows have the same {keys}" if keys else ""
        yield from ("", f"## Table {table.whole.label} (`{table.path}`)", "")
        yield f"{table.table_entry.rows} rows on a blank page, more where they are needed{unique}."
        yield from ("", "| column | field | kind | filled by | required | dash |")
        yield "| --- | --- | --- | --- | --- | --- |"
        yield from (f"| {' | '.join(_field_cells(column))} |" for column in table.column_fields)


def _list_lines(edition: Edition) -> Iterable[str]:
    for name, listed in edition.definition.choices.items():
        yield f"- **{listed.label}** (`{name}`, {'closed' if listed.closed else 'open'})"
        yield from (
            f"  - {item}{' (assumed)' if item in listed.assumed else ''}" for item in listed.items
        )
