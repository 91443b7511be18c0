"""Pages of docs/ made from data: every field of a form, every finding there is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from xlsync.kinds import Choice

if TYPE_CHECKING:
    from xlsync.form.edition import Edition, Field

_KINDS = {
    "text": "text",
    "code": "two-digit code (text)",
    "money": "whole number",
    "measure": "decimal number",
    "quantity": "quantity (number, unit, bound) or words",
    "choice": "choice",
}


def form_page(edition: Edition) -> str:
    """Give docs/form.md: one table row per field, the lists, the rules."""
    definition = edition.definition
    lines = [
        f"# {edition.title}",
        "",
        f"Form `{edition.form}`, edition {edition.year}: {len(edition.fields)} fields from {len(definition.field)} entries.",
        "Made from `form.toml` by `xlsync form docs`; edit the definition, not this page.",
        "",
        "| path | field | kind | filled by | required | dash | cell name |",
        "| --- | --- | --- | --- | --- | --- | --- |",
        *(_field_row(field) for field in edition.fields),
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
        "| code | total | parts | severity |",
        "| --- | --- | --- | --- |",
        *(
            f"| {rule.code} | `{rule.path}` | {', '.join(f'`{part}`' for part in rule.parts)} | {rule.severity} |"
            for rule in edition.rules
        ),
    ]
    return "\n".join(lines) + "\n"


def findings_page(rows: Iterable[tuple[str, str, str]]) -> str:
    """Give docs/findings.md from (code, severity, sentence) rows."""
    head = [
        "# Findings",
        "",
        "Every remark xlsync makes on a sheet. Made from the catalogue in `finding.py` by `xlsync form docs`.",
        "A rule of a form reports under its own code with the sentence of its check (`sum`, `program-total`,",
        "`personnel-cost`).",
        "",
        "| code | severity | sentence |",
        "| --- | --- | --- |",
    ]
    return (
        "\n".join([*head, *(f"| {code} | {severity} | {text} |" for code, severity, text in rows)])
        + "\n"
    )


def _field_row(field: Field) -> str:
    kind = _KINDS[field.kind.name] + (f", {field.unit}" if field.unit else "")
    if isinstance(field.kind, Choice):
        kind = f"choice: {field.list_name}"
    required = (
        f"with `{field.required}`"
        if isinstance(field.required, str)
        else "yes"
        if field.required
        else "no"
    )
    dash = "allowed" if field.dash_allowed else "refused"
    cells = (
        f"`{field.path}`",
        field.title,
        kind,
        field.filled_by,
        required,
        dash,
        f"`{field.cell_name}`",
    )
    return f"| {' | '.join(cells)} |"


def _list_lines(edition: Edition) -> Iterable[str]:
    for name, listed in edition.definition.choices.items():
        yield f"- **{listed.label}** (`{name}`, {'closed' if listed.closed else 'open'})"
        yield from (
            f"  - {item}{' (assumed)' if item in listed.assumed else ''}" for item in listed.items
        )
