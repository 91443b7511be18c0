"""The act about whom reminders are written to: a line for each unit, validated, written into the city's list."""

from __future__ import annotations

import csv
import io
import itertools
from typing import TYPE_CHECKING, Final

from xlsync.city.contacts import CONTACTS_FILE, ContactText, contact_texts, rows_with_contacts
from xlsync.page.acts.office_act import ActInput, FilledForm, OfficeAct, ShownPlan
from xlsync.page.acts.settings_acts import planned_list
from xlsync.page.page_context import city, context

if TYPE_CHECKING:
    from collections.abc import Iterator

_SEPARATOR: Final = "　"


def _units() -> list[tuple[str, ...]]:
    """Return the units that may have contacts: those of the city's list and of its sheets, and those that have some."""
    organization = city().terms.organization
    listed = [] if organization is None else organization.units
    rows = context().sheet_snapshots.latest.sheet_rows
    of_sheets = (row.board_line.unit_names for row in rows)
    named = (tuple(filter(None, names[:2])) for names in (*listed, *of_sheets))
    with_above = itertools.chain.from_iterable((unit[:1], unit) for unit in named)
    return list(dict.fromkeys(filter(None, (*with_above, *contact_texts(city())))))


def _inputs() -> tuple[ActInput, ...]:
    texts = contact_texts(city())
    return tuple(
        each
        for unit in _units()
        for each in _unit_inputs(_SEPARATOR.join(unit), texts.get(unit, ContactText("")))
    )


def _unit_inputs(unit: str, text: ContactText) -> Iterator[ActInput]:
    yield ActInput(
        f"to.{unit}", "メール", is_needed=False, input_group=unit, present_text=text.address_text
    )
    yield ActInput(
        f"person.{unit}", "担当者", is_needed=False, input_group=unit, present_text=text.person
    )


def _plan(filled: FilledForm) -> ShownPlan:
    names = {unit: _SEPARATOR.join(unit) for unit in _units()}
    asked = {unit: name for unit, name in names.items() if f"to.{name}" in filled.texts}
    texts = {unit: _text_of(filled, name) for unit, name in asked.items()}
    out = io.StringIO(newline="")
    rows = rows_with_contacts(city(), texts)
    csv.writer(out).writerows(rows)
    data = out.getvalue().encode("utf-8-sig")
    lead = f"連絡先のある部署を {len(rows) - 1} にします。"
    return planned_list(CONTACTS_FILE, data, lead)


def _text_of(filled: FilledForm, unit: str) -> ContactText:
    return ContactText(filled.text(f"to.{unit}"), filled.text(f"person.{unit}"))


CONTACT_ACTS: Final = (
    OfficeAct(
        "contacts", "連絡先を変える", "期限・一覧",
        "催促文の宛先です。課に書いていなければ、部の宛先になります。アドレスが2つ以上あるときは、空白で区切ります。",
        _plan, _inputs, "changing_settings.show",
    ),
)  # fmt: skip

__all__ = ["CONTACT_ACTS"]
