"""Workbook bytes → readings: the form's worksheets found by what is in them, their cells by defined name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from xlsync.errors import FormError, NotOurForm
from xlsync.finding import Finding
from xlsync.form.library import load_form
from xlsync.sheet import Sheet, key_of
from xlsync.workbook.cell_values import read_fields
from xlsync.workbook.reader import Workbook, open_workbook
from xlsync.workbook.stamp import STAMP_NAME, STAMP_PROPERTY, Stamp, stamp_of

if TYPE_CHECKING:
    from xlsync.computed import Share
    from xlsync.form.edition import Edition
    from xlsync.form.library import Form

_REFERENCE = re.compile(
    r"(?P<sheet>'(?:[^']|'')+'|[^'!]+)!\$?(?P<column>[A-Z]{1,3})\$?(?P<row>\d{1,7})(?::\$?[A-Z]{1,3}\$?\d{1,7})?"
)
_ENOUGH = 0.5
"""A worksheet without a stamp is ours when it carries at least this share of an edition's names."""


@dataclass(frozen=True)
class Reading:
    """One worksheet of our form, read: what it says of itself, its sheet, what was remarked, and where each field lies.

    `cells` gives the address of each field found; `live` the share of each computed field that still
    has its own formula.
    `stamp` is None where the workbook lost it; `doubt` is a Japanese sentence where stamp and page contradict each other.
    """

    worksheet: str
    stamp: Stamp | None
    sheet: Sheet
    findings: tuple[Finding, ...]
    cells: Mapping[str, str] = field(default_factory=dict, repr=False)
    live: Mapping[str, Share] = field(default_factory=dict, repr=False)
    last_modified_by: str | None = None
    doubt: str | None = None


def read(data: bytes, form: Form | None = None) -> list[Reading]:
    """Read every worksheet of the form; NotOurForm where there is none, another WorkbookError where it is no workbook."""
    known = form or load_form()
    workbook = open_workbook(data)
    scoped = _names_by_worksheet(workbook)
    found = [
        title
        for title in workbook.worksheets
        if _edition(workbook, scoped[title], known) is not None
    ]
    if not found:
        raise NotOurForm(
            "評価シートの様式が見つかりません。配布した様式のファイルか確かめてください（別のブックへ値だけを写したものは読み取れません）"
        )
    return [
        _read_worksheet(workbook, title, scoped[title], known, alone=len(found) == 1)
        for title in found
    ]


def _names_by_worksheet(workbook: Workbook) -> dict[str, dict[str, str]]:
    """Give name → what it refers to, per worksheet; a workbook-scoped name serves the worksheet it points into."""
    scoped: dict[str, dict[str, str]] = {title: {} for title in workbook.worksheets}
    for name in sorted(workbook.names, key=lambda name: name.scope is not None):
        title = (
            name.scope if name.scope is not None else (_reference(name.refers_to) or ("", ""))[0]
        )
        if title in scoped:
            scoped[title][name.name.casefold()] = name.refers_to
    return scoped


def _reference(refers_to: str) -> tuple[str, str] | None:
    """Give (worksheet, address of the top left cell) of a reference, None where it refers to no single area."""
    found = _REFERENCE.fullmatch(refers_to.strip().lstrip("="))
    if found is None:
        return None
    title = found["sheet"]
    title = title[1:-1].replace("''", "'") if title.startswith("'") else title
    return title, found["column"] + found["row"]


def _edition(workbook: Workbook, names: Mapping[str, str], form: Form) -> Edition | None:
    """Give the edition a worksheet is of: by its stamp, else by the document's where its names agree, else by its names."""
    stamp = stamp_of(names.get(STAMP_NAME, ""))
    if stamp is not None:
        return _at(form, stamp.edition) if stamp.form == form.id else None
    document = stamp_of(workbook.custom_properties.get(STAMP_PROPERTY, ""))
    years = {int(year) for name in names for year in re.findall(r"(?<!\d)\d{4}(?!\d)", name)}
    if document is not None and document.form == form.id:
        years.add(document.edition)
    shares = [
        (_share(edition, names), edition) for year in sorted(years) if (edition := _at(form, year))
    ]
    best = max(shares, key=lambda pair: pair[0], default=(0.0, None))
    return best[1] if best[0] >= _ENOUGH else None


def _at(form: Form, year: int) -> Edition | None:
    try:
        return form.at(year)
    except FormError:
        return None


def _share(edition: Edition, names: Mapping[str, str]) -> float:
    return len(edition.by_cell_name.keys() & names.keys()) / len(edition.fields)


def _read_worksheet(
    workbook: Workbook, title: str, names: Mapping[str, str], form: Form, *, alone: bool
) -> Reading:
    edition = _edition(workbook, names, form)
    if edition is None:
        raise NotOurForm("評価シートの様式ではありません", title)
    stamp = stamp_of(names.get(STAMP_NAME, ""))
    document = stamp_of(workbook.custom_properties.get(STAMP_PROPERTY, "")) if alone else None
    addresses = {
        field.path: place[1]
        for name, field in edition.by_cell_name.items()
        if (place := _reference(names.get(name, ""))) is not None and place[0] == title
    }
    page = read_fields(edition, workbook.cells(title), addresses)
    on_page = key_of(edition, page.values)
    key = on_page or (stamp or document or Stamp("", 0)).key
    placed = tuple(found.at(title, addresses.get(found.path, "")) for found in page.findings)
    return Reading(
        worksheet=title,
        stamp=stamp or document,
        sheet=Sheet(edition, key, page.values, None, page.unreadable),
        findings=placed,
        cells=addresses,
        live=page.live,
        last_modified_by=workbook.last_modified_by,
        doubt=_doubt(stamp, document, on_page),
    )


def _doubt(stamp: Stamp | None, document: Stamp | None, on_page: str | None) -> str | None:
    """Say where stamp, document property and page name different sheets: then nobody knows whose values these are."""
    keys = {one.key for one in (stamp, document) if one is not None and one.key}
    if len(keys) > 1:
        return f"ファイルの発行情報が食い違っています（{'、'.join(sorted(keys))}）。配布したファイルに入力し直してください"
    if keys and on_page is not None and on_page not in keys:
        issued = next(iter(keys))
        return (
            f"発行時の事業コード（{issued}）と、シートに入力された事業コード（{on_page}）が違います。"
            "コードを元に戻すか、その事業用に配布したファイルに入力してください"
        )
    return None
