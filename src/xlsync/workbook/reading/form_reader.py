"""Workbook bytes → readings: the form's worksheets found by what is in them, their cells by defined name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from xlsync.errors import NotOurForm
from xlsync.finding import Finding, finding
from xlsync.form.library import load_form
from xlsync.ooxml.read.reader import Workbook, open_workbook
from xlsync.ooxml.source import Source
from xlsync.sheet import Sheet, key_of
from xlsync.sheet_identity import is_key_of
from xlsync.sheet_keys import split_key
from xlsync.workbook.reading.area_texts import unread_texts
from xlsync.workbook.reading.changed_fonts import texts_too_large
from xlsync.workbook.reading.conflict_choices import with_choices
from xlsync.workbook.reading.field_values import Page, WorksheetContent, read_fields
from xlsync.workbook.reading.hidden_fields import hidden_fields
from xlsync.workbook.reading.identification import PageVersion, identified_pages, recognised_pages
from xlsync.workbook.reading.name_check import NamedPage, misplaced_names, repeated_names
from xlsync.workbook.reading.page_answers import with_answers
from xlsync.workbook.reading.reading import FieldCells, Reading
from xlsync.workbook.reading.table_reading import read_tables, row_addresses
from xlsync.workbook.reading.worksheet_names import area_of, names_by_worksheet, reference_of
from xlsync.workbook.stamp import (
    HIDDEN_WORKSHEET,
    STAMP_NAME,
    STAMP_PROPERTY,
    Stamp,
    stamp_of,
)
from xlsync.workbook.stamp_carriers import document_stamp, is_trial

if TYPE_CHECKING:
    from xlsync.form.edition import Edition
    from xlsync.form.library import Form
    from xlsync.kinds import Value
    from xlsync.workbook.reading.field_recovery import Healing
    from xlsync.workbook.reading.reading import State

_NAMED = 3
"""How many fields a note names before it says "など"."""


def read(source: Source, form: Form | None = None) -> list[Reading]:
    """Read every worksheet of the form in a workbook.

    Args:
        source: A path, a workbook's bytes, or a file opened in binary mode.
        form: The form, by default the shipped one.

    Returns:
        One reading per worksheet of the form, in the workbook's order: its sheet, where each field's cell is, and what
        is wrong with single cells. `xlsync.open_city(…).check` also runs the rules.

    Raises:
        DamagedWorkbook: Some part of the workbook, a picture even, is not what was written: a file copied in part.
        NotOurForm: No worksheet of the form is in the workbook.
        WorkbookError: The source is no workbook; the subclass and the sentence say why.

    Example:
        >>> [reading.sheet.key for reading in read("sheet.xlsx")]
        ['01-02-01-08-14-01']

    """
    known = form or load_form()
    workbook = open_workbook(source)
    workbook.verify()
    scoped = names_by_worksheet(workbook)
    pages = identified_pages(workbook, scoped, known)
    readings = {
        title: _read_worksheet(workbook, title, page, scoped[title], alone=len(pages) == 1)
        for title, page in pages.items()
    }
    others = [
        title
        for title in workbook.worksheets
        if title not in pages and not _is_template_sheet(title, scoped)
    ]
    if others:
        readings |= _nameless(workbook, others, scoped, known, list(readings.values()))
    if not readings:
        raise NotOurForm(
            "評価シートの様式が見つかりません。配布した様式のファイルか確かめてください"
            "（様式の見出しがない表や、一部だけを写したものは読み取れません）"
        )
    readings = with_answers(workbook, with_choices(workbook, readings))
    return [readings[title] for title in workbook.worksheets if title in readings]


def _nameless(
    workbook: Workbook,
    titles: list[str],
    scoped: Mapping[str, Mapping[str, str]],
    form: Form,
    named: list[Reading],
) -> dict[str, Reading]:
    """Read the worksheets that lost their names but have the form's labels.

    Beside a worksheet that has its names, one of the same key or of none is somebody's memo of it.
    """
    pages = recognised_pages(workbook, titles, form)
    alone = len(pages) == 1 and not named
    readings = {
        title: _read_worksheet(workbook, title, page, scoped[title], alone=alone)
        for title, page in pages.items()
    }
    keys = {"", *(reading.sheet.key for reading in named)}
    return {
        title: reading
        for title, reading in readings.items()
        if not named or reading.sheet.key not in keys
    }


def _is_template_sheet(title: str, scoped: Mapping[str, Mapping[str, str]]) -> bool:
    """True for a worksheet of the template that is no form: by its title where it is hidden for ever, else by its name."""
    names = scoped[title].keys() - {STAMP_NAME}
    return title.startswith(HIDDEN_WORKSHEET) or any(n.startswith("_xlsync.") for n in names)


def _read_worksheet(
    workbook: Workbook, title: str, of: PageVersion, names: Mapping[str, str], *, alone: bool
) -> Reading:
    form, edition = of
    stamp = stamp_of(names.get(STAMP_NAME, ""))
    document = document_stamp(workbook) if alone else None
    named = _named_page(workbook, title, edition, names)
    addresses = named.addresses
    repaired, remarks = _locate(named, form)
    content = WorksheetContent(
        workbook.cells(title),
        workbook.formatting(title),
        workbook.has_stale_results,
        workbook.conditional_formats(title),
    )
    issued = stamp or document
    tables = read_tables(edition, names, title, content.cells, _copy_of(issued))
    repaired |= dict.fromkeys(edition.table_of.keys() - tables.keys(), "lost")
    page = read_fields(edition, content, addresses, repaired, tables)
    if is_trial(workbook, title, stamp, addresses.values(), alone=alone):
        issued = (issued or Stamp(edition.form, edition.year)).as_trial()
    page.values.update(_issued_codes(edition, issued, repaired))
    sheet = _sheet_on_page(edition, page, issued)
    remarked = (*page.findings, *texts_too_large(named, form, page.values))
    addresses = {**addresses, **row_addresses(tables)}
    placed = (remark.at(title, addresses.get(remark.path, "")) for remark in remarked)
    return Reading(
        worksheet=title,
        stamp=issued,
        sheet=sheet,
        findings=(*remarks, *placed),
        field_cells=FieldCells(addresses, page.live, repaired, form.version, tables),
        is_hidden=title in workbook.hidden_worksheets,
        last_modified_by=workbook.last_modified_by,
        stamp_doubt=_unknown_stamp(workbook, names, form, alone=alone)
        or _two_stamps(stamp, document),
    )


def _copy_of(stamp: Stamp | None) -> tuple[str, int]:
    """Return which copy a stamp is of, and the revision it was brought up to."""
    return ("", 0) if stamp is None else (stamp.copy, stamp.base_revision)


def _sheet_on_page(edition: Edition, page: Page, issued: Stamp | None) -> Sheet:
    """Return what a page says, under the id of its stamp and the key that it shows."""
    issued_key = "" if issued is None else issued.key
    key = _key_on_page(edition, page.values, issued) or issued_key
    return Sheet(edition, key, page.values, None, page.unreadable).with_id(issued_key)


def _key_on_page(edition: Edition, values: Mapping[str, Value], issued: Stamp | None) -> str | None:
    """Return the key that a page's values make, None where one is blank; as the page was issued where that means the same."""
    on_page = key_of(edition, values)
    has_former_key = issued is not None and issued.key and is_key_of(edition, values, issued.key)
    return issued.key if issued is not None and on_page is not None and has_former_key else on_page


def _named_page(
    workbook: Workbook, title: str, edition: Edition, names: Mapping[str, str]
) -> NamedPage:
    """Return a worksheet with the cell, and the range if it is one, that each field's name refers to there."""
    addresses: dict[str, str] = {}
    areas: dict[str, str] = {}
    for name, field in edition.by_cell_name.items():
        target = reference_of(names.get(name, ""))
        if target is None or target[0] != title:
            continue
        addresses[field.path] = target[1]
        if (area := area_of(names[name])) is not None:
            areas[field.path] = area
    return NamedPage(workbook, title, edition, addresses, areas)


def _locate(page: NamedPage, form: Form) -> tuple[dict[str, State], tuple[Finding, ...]]:
    """Drop the addresses that are not to be trusted and add those of fields that lost their names, found by labels."""
    addresses, edition = page.addresses, page.edition
    errors = misplaced_names(page, form)
    misplaced = {path: addresses.pop(path) for path in errors}
    repaired: dict[str, State] = dict.fromkeys(misplaced, "misplaced")
    findings = list(errors.values())
    if len(addresses) + len(misplaced) < len(edition.fields):
        healing = _heal(page, form, misplaced)
        addresses |= healing.addresses
        repaired |= {**dict.fromkeys(healing.addresses, "healed"), **healing.without_address}
        findings += _healed(edition, page.title, healing)
    return repaired, (
        *findings,
        *repeated_names(page),
        *unread_texts(page, form),
        *hidden_fields(page),
    )


def _heal(page: NamedPage, form: Form, misplaced: Mapping[str, str]) -> Healing:
    """Look for the fields that lost their names; the code for it is loaded only then."""
    from xlsync.workbook.reading.field_recovery import heal

    return heal(page, form, misplaced)


def _healed(edition: Edition, title: str, healing: Healing) -> tuple[Finding, ...]:
    """Return one note saying which fields were read by their labels."""
    if not healing.addresses:
        return ()
    named = [edition.by_path[path].title for path in edition.by_path if path in healing.addresses]
    listed = "、".join(f"「{name}」" for name in named[:_NAMED])
    parts = listed if len(named) <= _NAMED else f"{listed}など"
    return (finding("healed", "", count=str(len(named)), parts=parts).at(title, ""),)


def _issued_codes(
    edition: Edition, stamp: Stamp | None, repaired: Mapping[str, State]
) -> dict[str, str]:
    """Return, by path, the codes of the key whose cells are gone, as the stamp says they were issued."""
    paths = edition.definition.identity.key
    codes = split_key(stamp.key, len(paths)) if stamp is not None and stamp.key else ()
    if len(paths) != len(codes):
        return {}
    return {
        path: code
        for path, code in zip(paths, codes, strict=True)
        if repaired.get(path, "healed") != "healed"
    }


def _unknown_stamp(
    workbook: Workbook, names: Mapping[str, str], form: Form, *, alone: bool
) -> str | None:
    """Say where the stamp is another form's or an unknown version's, or has parts that this release does not know."""
    texts = [names.get(STAMP_NAME, "")]
    if alone:
        texts.append(workbook.custom_properties.get(STAMP_PROPERTY, ""))
    for text in (text for text in texts if text.strip('"').startswith("form=")):
        stamp = stamp_of(text)
        if stamp is None:
            return (
                "ファイルの発行情報に、このプログラムが知らない部分があります。新しい版のプログラムが作ったファイルか、"
                "発行情報が書き換えられたファイルです。企画担当に連絡してください"
            )
        if stamp.form_name != form.id:
            return (
                f"ファイルの発行情報が別の様式（{stamp.form_name}）のものです。"
                "この様式用に配布したファイルに入力し直してください"
            )
        if stamp.version and form.history is not None and stamp.version != form.version:
            return (
                f"ファイルの様式（第{stamp.version}版）が、ここに登録されている様式のどの版でもありません。"
                "新しい様式が届いていないか、別の市区町村のファイルです。企画担当に連絡してください"
            )
    return None


def _two_stamps(stamp: Stamp | None, document: Stamp | None) -> str | None:
    """Say where stamp and document property name different sheets: then nobody knows whose values these are."""
    keys = {known.key for known in (stamp, document) if known is not None and known.key}
    if len(keys) > 1:
        return f"ファイルの発行情報が食い違っています（{'、'.join(sorted(keys))}）。配布したファイルに入力し直してください"
    return None
