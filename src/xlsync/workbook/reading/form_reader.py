"""Workbook bytes → readings: the form's worksheets found by what is in them, their cells by defined name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from xlsync.errors import NotOurForm
from xlsync.form.library import load_form
from xlsync.ooxml.read.reader import Workbook, open_workbook
from xlsync.ooxml.source import Source
from xlsync.sheet import Sheet, key_of
from xlsync.sheet_identity import is_key_of
from xlsync.sheet_keys import split_key
from xlsync.workbook.reading.changed_fonts import texts_too_large
from xlsync.workbook.reading.conflict_choices import with_choices
from xlsync.workbook.reading.field_values import Page, read_fields
from xlsync.workbook.reading.identification import PageVersion, identified_pages, recognised_pages
from xlsync.workbook.reading.located_fields import locate_fields
from xlsync.workbook.reading.other_forms import reason_of_none
from xlsync.workbook.reading.page_answers import with_answers
from xlsync.workbook.reading.reading import FieldCells, Reading
from xlsync.workbook.reading.sheet_content import content_of
from xlsync.workbook.reading.sheet_pages import grouped_pages, with_nameless_pages
from xlsync.workbook.reading.table_reading import read_tables, row_addresses
from xlsync.workbook.reading.worksheet_names import names_by_worksheet
from xlsync.workbook.stamp import (
    HIDDEN_WORKSHEET,
    STAMP_NAME,
    STAMP_PROPERTY,
    Stamp,
    stamp_of,
)
from xlsync.workbook.stamp_carriers import document_stamp, is_trial

if TYPE_CHECKING:
    from xlsync.finding import Finding
    from xlsync.form.edition import Edition
    from xlsync.form.library import Form
    from xlsync.kinds import Value
    from xlsync.workbook.reading.located_fields import LocatedFields
    from xlsync.workbook.reading.reading import State
    from xlsync.workbook.reading.sheet_content import SheetContent
    from xlsync.workbook.reading.table_reading import TableCells


def read(source: Source, form: Form | None = None) -> list[Reading]:
    """Read every worksheet of the form in a workbook.

    Args:
        source: A path, a workbook's bytes, or a file opened in binary mode.
        form: The form, by default the shipped one.

    Returns:
        One reading per sheet of the form, which may stand on several worksheets, in the workbook's order: its values, where
        each field's cell is, and what is wrong with single cells. `xlsync.open_city(…).check` also runs the rules.

    Raises:
        DamagedWorkbook: Some part of the workbook, a picture even, is not what was written: a file copied in part.
        NotOurForm: No worksheet of the form is in the workbook.
        WorkbookError: The source is no workbook; the subclass and the sentence say why.

    Example:
        >>> [reading.sheet.key for reading in read("sheet.xlsx")]
        ['01-02-01-08-14-01']

    """
    workbook = open_workbook(source)
    workbook.verify()
    readings = _readings(workbook, form or load_form())
    if not readings:
        raise NotOurForm(reason_of_none(workbook, form or load_form()))
    readings = with_answers(workbook, with_choices(workbook, readings))
    return [readings[title] for title in workbook.worksheets if title in readings]


def _readings(workbook: Workbook, form: Form) -> dict[str, Reading]:
    """Read every sheet of the form, by the title of its first worksheet."""
    scoped = names_by_worksheet(workbook)
    pages = identified_pages(workbook, scoped, form)
    recognised = _recognised(workbook, scoped, form, pages)
    stamps = {title: stamp_of(scoped[title].get(STAMP_NAME, "")) for title in pages}
    groups, beside = with_nameless_pages(grouped_pages(pages, stamps), pages, recognised)
    of_form = {**recognised, **pages}
    readings = {
        titles[0]: _read_sheet(workbook, titles, of_form, scoped, alone=len(groups) == 1)
        for titles in groups
    }
    if beside:
        readings |= _nameless(workbook, beside, scoped, list(readings.values()))
    return readings


def _recognised(
    workbook: Workbook,
    scoped: Mapping[str, Mapping[str, str]],
    form: Form,
    pages: Mapping[str, PageVersion],
) -> dict[str, PageVersion]:
    """Return the worksheets beside some pages that lost their names but have the form's labels."""
    others = [
        title
        for title in workbook.worksheets
        if title not in pages and not _is_template_sheet(title, scoped)
    ]
    return recognised_pages(workbook, others, form) if others else {}


def _nameless(
    workbook: Workbook,
    recognised: Mapping[str, PageVersion],
    scoped: Mapping[str, Mapping[str, str]],
    named: list[Reading],
) -> dict[str, Reading]:
    """Read the worksheets that lost their names but have the form's labels.

    Beside a worksheet that has its names, one of the same key or of none is somebody's memo of it.
    """
    groups = grouped_pages(recognised, dict.fromkeys(recognised))
    alone = len(groups) == 1 and not named
    readings = {
        titles[0]: _read_sheet(workbook, titles, recognised, scoped, alone=alone)
        for titles in groups
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


def _read_sheet(
    workbook: Workbook,
    titles: tuple[str, ...],
    pages: Mapping[str, PageVersion],
    scoped: Mapping[str, Mapping[str, str]],
    *,
    alone: bool,
) -> Reading:
    """Read the worksheets of one sheet, the first of which is the one by which cells are referred to."""
    here, (form, edition, _) = titles[0], pages[titles[0]]
    stamps = {title: stamp_of(scoped[title].get(STAMP_NAME, "")) for title in titles}
    stamp = next(filter(None, stamps.values()), None)
    document = document_stamp(workbook) if alone else None
    issued = stamp or document
    located = locate_fields(workbook, titles, pages, scoped)
    content = content_of(workbook, titles, _alike(pages, scoped, titles))
    tables = _read_tables(edition, scoped, content, _copy_of(issued))
    repaired: dict[str, State] = {
        **dict.fromkeys(edition.table_of.keys() - tables.keys(), "lost"),
        **located.repaired,
    }
    page = read_fields(edition, content, located.addresses, repaired, tables)
    if _is_trial(workbook, located, stamps, alone=alone):
        issued = (issued or Stamp(edition.form, edition.year)).as_trial()
    page.values.update(_issued_codes(edition, issued, repaired))
    addresses = {**located.addresses, **row_addresses(tables, here)}
    remarked = (*page.findings, *_too_large(located, form, page))
    placed = (remark.at(here, addresses.get(remark.path, "")) for remark in remarked)
    doubt = _doubt_of_stamps(workbook, [scoped[title] for title in titles], form, alone=alone)
    return Reading(
        worksheet=here,
        stamp=issued,
        sheet=_sheet_on_page(edition, page, issued),
        findings=(*located.findings, *placed),
        field_cells=FieldCells(addresses, page.live, repaired, form.version, tables, titles[1:]),
        is_hidden=here in workbook.hidden_worksheets,
        last_modified_by=workbook.last_modified_by,
        stamp_doubt=doubt or _two_stamps(stamp, document),
    )


def _alike(
    pages: Mapping[str, PageVersion],
    scoped: Mapping[str, Mapping[str, str]],
    titles: tuple[str, ...],
) -> frozenset[str]:
    """Return the worksheets of a sheet, and copies of these, where a form has several; formulas of the sheet may name them."""
    if len(pages[titles[0]].edition.worksheets) == 1:
        return frozenset()
    stamps = {scoped[title].get(STAMP_NAME) for title in titles}
    return frozenset(title for title in pages if scoped[title].get(STAMP_NAME) in stamps)


def _read_tables(
    edition: Edition,
    scoped: Mapping[str, Mapping[str, str]],
    content: SheetContent,
    copy: tuple[str, int],
) -> dict[str, TableCells]:
    """Return where the rows of each table lie, on whichever worksheet of the sheet."""
    tables: dict[str, TableCells] = {}
    for title, worksheet in content.by_title.items():
        tables |= read_tables(edition, scoped[title], title, worksheet.cells, copy)
    return tables


def _is_trial(
    workbook: Workbook, located: LocatedFields, stamps: Mapping[str, Stamp | None], *, alone: bool
) -> bool:
    """Whether one of a sheet's worksheets is of a trial workbook."""
    return any(
        is_trial(workbook, page.title, stamps[page.title], page.addresses.values(), alone=alone)
        for page in located.named_pages
    )


def _too_large(located: LocatedFields, form: Form, page: Page) -> Iterator[Finding]:
    """Yield a finding for each text that does not fit any more, on whichever worksheet."""
    for named in located.named_pages:
        yield from texts_too_large(named, form, page.values)


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


def _doubt_of_stamps(
    workbook: Workbook, scoped: Iterable[Mapping[str, str]], form: Form, *, alone: bool
) -> str | None:
    """Say where a stamp of a sheet's worksheets, of which the names are, cannot be used."""
    doubts = (_unknown_stamp(workbook, names, form, alone=alone) for names in scoped)
    return next(filter(None, doubts), None)


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
