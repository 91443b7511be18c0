"""Whose sheet comes in: its stamp's id, else the one sheet that has or had the key on its page; never a guess between two.

A sheet keeps the id it was registered under, its key (事業コード) may change. So a copy with a former key belongs to the
sheet that its stamp names. A page whose key is also another sheet's is taken only where it shows the key that the stamped
revision had: else somebody has copied one sheet's page over another's. Without a stamp, a key that two sheets have or had
tells nobody whose page it is. A key that nobody has or had, typed into a workbook whose page still has the project's name, is
proposed to the planning office; with another name it is more likely a new project's page, and held back. A sheet that
does not count any more may have become another (`successors`): what somebody types into its workbook goes there, where that is
one sheet and the workbook says what it was made from.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from xlsync.canonical_json import canonical
from xlsync.exchange.successors import Successors, successors_of
from xlsync.finding import finding
from xlsync.organization import plain_name
from xlsync.sheet import key_of
from xlsync.sheet_keys import SheetId, fault_of_key

if TYPE_CHECKING:
    from xlsync.exchange.incoming import Incoming
    from xlsync.finding import Finding
    from xlsync.sheet import Sheet
    from xlsync.store import Store

_PROPOSED: Final = "key-proposed"
"""Code of the note on a key that somebody has typed into a workbook."""
SEVERAL: Final = (
    "番号「{key}」は、いまの番号または以前の番号として{count}つの事業（いまの番号：{listed}）で使われているため、"
    "どの事業のシートか決められません。企画担当から受け取った、その事業のファイルに入力してください"
)
_ANOTHERS: Final = (
    "このファイルは登録データにない事業（{issued}）のもので、シートの番号「{key}」は、いま別の事業の番号です。"
    "その事業用に配布したファイルに入力してください"
)
_DIVIDED: Final = (
    "番号「{key}」の事業は、{edition}には{named}になっているため（{word}）、どの事業のシートか決められません。まだ登録していません。"
    "当てはまる事業のファイルに入力してください"
)
_MOVED_ON: Final = (
    "番号「{key}」の事業は、{edition}には{named}になっています（{word}）。まだ登録していません。"
    "その事業のファイルに入力してください"
)


def with_sheet_of_key(incoming: Incoming, store: Store | None) -> Incoming:
    """Return a worksheet under the id that the store has for its sheet; barred where nobody can tell which sheet it is."""
    reading = incoming.reading
    if reading is None or incoming.barred or fault_of_key(incoming.sheet.key):
        return incoming
    if store is None:
        return replace(incoming, barred=reading.key_doubt)
    stamped = SheetId("" if reading.stamp is None else reading.stamp.key)
    if not stamped:
        return _unstamped(incoming, store)
    return _of_stamp(incoming, store, stamped, reading.key_doubt)


def _of_stamp(incoming: Incoming, store: Store, stamped: SheetId, doubt: str) -> Incoming:
    """Return a worksheet under the id that its stamp names, or of the sheet that this one has become."""
    year = incoming.sheet.edition.year
    successors = Successors() if incoming.is_trial else successors_of(store, stamped, year)
    if not store.last(stamped, year):
        fault = doubt or _fault_of_unknown(incoming, store, stamped)
        return replace(incoming, barred=fault or _where_to_go(incoming, store, successors))
    own = _stamped(incoming, store, stamped)
    return own if own.barred or not successors.sheet_ids else _succeeded(own, store, successors)


def json_with_id(sheet: Sheet) -> bytes:
    """Return a sheet's JSON with its id, also where that is its key: so its key may change, and no other sheet is meant."""
    return canonical({**sheet.to_document(), "id": sheet.id})


def sheet_id_of_document(store: Store, key: str, edition: int) -> tuple[SheetId, str]:
    """Return the id of the sheet that a JSON document means by its key alone, and in Japanese why nobody can tell it."""
    owners = store.owners_of(key, edition).every
    if len(owners) > 1:
        return SheetId(key), _several(store, key, owners, edition)
    return (owners[0] if owners else SheetId(key)), ""


def _succeeded(incoming: Incoming, store: Store, successors: Successors) -> Incoming:
    """Return a worksheet as one of the sheet that its own has become; barred where it is several, or its base is unknown.

    Its stamp names no revision of that sheet: what the worksheet was made from is a revision of its own.
    """
    # A workbook outside a city is checked without the merge: it takes a third of the time to start.
    from xlsync.exchange.reconcile.succeeded_copy import state_of_succeeded

    barred = replace(incoming, barred=_where_to_go(incoming, store, successors))
    if len(successors.sheet_ids) > 1 or incoming.reading is None:
        return barred
    (sheet_id,) = successors.sheet_ids
    sheet = incoming.sheet.with_id(sheet_id)
    named = successors.named(store, sheet.edition.year)
    facts = {"shown": incoming.sheet.key, "kept": named, "reason": successors.relation_word}
    note = finding("key-succeeded", "", None, **facts).at(incoming.worksheet, "")
    succeeded = replace(
        incoming,
        sheet=sheet,
        stamp=replace(incoming.stamp, key=sheet_id, base_revision=0),
        reading=replace(incoming.reading, findings=(*incoming.reading.findings, note)),
        todays_key=_todays_key(store, sheet),
    )
    return barred if state_of_succeeded(store, succeeded) is None else succeeded


def _where_to_go(incoming: Incoming, store: Store, successors: Successors) -> str:
    """Say which sheets a worksheet's own has become, "" where it is none."""
    if not successors.sheet_ids:
        return ""
    edition = incoming.sheet.edition
    sentence = _DIVIDED if len(successors.sheet_ids) > 1 else _MOVED_ON
    named = successors.named(store, edition.year)
    shown, word = edition.expand("{0年度}"), successors.relation_word
    return sentence.format(key=incoming.sheet.key, edition=shown, named=named, word=word)


def _unstamped(incoming: Incoming, store: Store) -> Incoming:
    sheet = incoming.sheet
    sheet_id, fault = sheet_id_of_document(store, sheet.key, sheet.edition.year)
    fault = fault or _where_to_go(incoming, store, _successors_of_key(incoming, store, sheet_id))
    if fault:
        return replace(incoming, barred=fault)
    return (
        _known(incoming, store, sheet_id)
        if sheet_id != sheet.id
        else _with_todays_key(incoming, store)
    )


def _stamped(incoming: Incoming, store: Store, stamped: SheetId) -> Incoming:
    incoming = _with_lost_codes(incoming, store, stamped)
    if key_of(incoming.sheet.edition, incoming.sheet) is None:
        # A part is blank, or the page was drawn when keys were made of other fields: the stamp alone says whose it is.
        return _barred_as_anothers(_known(incoming, store, stamped), store, stamped)
    key, year = incoming.sheet.key, incoming.sheet.edition.year
    owners = store.owners_of(key, year).every
    if not owners and _has_same_title(incoming, store, stamped):
        return _proposed(incoming, store, stamped)
    is_alone = set(owners) == {stamped}
    if not is_alone and (stamped not in owners or key != _key_as_issued(incoming, store, stamped)):
        return replace(incoming, barred=incoming.reading.key_doubt if incoming.reading else "")
    return _known(incoming, store, stamped)


def _barred_as_anothers(incoming: Incoming, store: Store, stamped: SheetId) -> Incoming:
    """Return a worksheet, barred where it shows in the fields of a former form a key that its sheet never had."""
    former = incoming.former_reading
    shown = None if former is None else key_of(former.sheet.edition, former.sheet)
    year = incoming.sheet.edition.year
    if former is None or shown is None or stamped in store.owners_of(shown, year).every:
        return incoming
    return replace(incoming, barred=former.key_doubt)


def proposes_key(incoming: Incoming) -> bool:
    """Whether somebody has typed a new key into the workbook, about which the planning office is to decide."""
    return any(note.code == _PROPOSED for note in incoming.findings)


def _has_same_title(incoming: Incoming, store: Store, stamped: SheetId) -> bool:
    """Whether the page is called as the sheet is called, or was in the revision that the stamp names."""
    year, title = incoming.sheet.edition.year, plain_name(incoming.sheet.title)
    numbers = {store.last(stamped, year), incoming.stamp.base_revision}
    revisions = (store.find_revision(stamped, year, number) for number in numbers)
    titles = {plain_name(each.sheet.title) for each in revisions if each is not None}
    return bool(title) and title in titles


def _proposed(incoming: Incoming, store: Store, sheet_id: SheetId) -> Incoming:
    """Return the worksheet as one of the stamped sheet, with a note on the key that somebody has typed."""
    sheet = incoming.sheet.with_id(sheet_id)
    today = _todays_key(store, sheet)
    incoming = replace(incoming, sheet=sheet, todays_key=today)
    return _with_note(incoming, finding(_PROPOSED, "", None, shown=sheet.key, kept=today))


def _with_note(incoming: Incoming, note: Finding) -> Incoming:
    reading = incoming.reading
    if reading is None:
        return incoming
    findings = (*reading.findings, note.at(incoming.worksheet, ""))
    return replace(incoming, reading=replace(reading, findings=findings))


def _key_as_issued(incoming: Incoming, store: Store, sheet_id: SheetId) -> str:
    """Return the key that the sheet had in the revision that the stamp names."""
    keys = store.keys_of_revisions(sheet_id, incoming.sheet.edition.year)
    return keys[min(max(incoming.stamp.base_revision, 1), len(keys)) - 1]


def _with_lost_codes(incoming: Incoming, store: Store, sheet_id: SheetId) -> Incoming:
    """Return the worksheet with the parts of the key that have no cell any more as the stamped revision has them."""
    edition = incoming.sheet.edition
    lost = incoming.unlocated.intersection(edition.definition.identity.key)
    number = incoming.stamp.base_revision or store.last(sheet_id, edition.year)
    issued = store.find_revision(sheet_id, edition.year, number) if lost else None
    if issued is None:
        return incoming
    codes = {path: issued.sheet[path] for path in lost if path in issued.sheet}
    return replace(incoming, sheet=incoming.sheet.with_values(codes))


def _successors_of_key(incoming: Incoming, store: Store, sheet_id: SheetId) -> Successors:
    """Return what became of the sheet whose key a page without a stamp shows: of this edition, else the newest earlier one."""
    sheet = incoming.sheet
    if store.last(sheet_id, sheet.edition.year):
        return successors_of(store, sheet_id, sheet.edition.year)
    for year in reversed([each for each in store.editions() if each < sheet.edition.year]):
        owners = store.owners_of(sheet.key, year).todays_owners
        if owners:
            return successors_of(store, owners[0], sheet.edition.year)
    return Successors()


def _known(incoming: Incoming, store: Store, sheet_id: SheetId) -> Incoming:
    """Return the worksheet as one of this sheet."""
    return _with_todays_key(replace(incoming, sheet=incoming.sheet.with_id(sheet_id)), store)


def _with_todays_key(incoming: Incoming, store: Store) -> Incoming:
    """Return it with the sheet's key of today, and a note where its page shows a former one."""
    sheet = incoming.sheet
    today = _todays_key(store, sheet)
    is_shown = key_of(sheet.edition, sheet) is not None
    if today == sheet.key or incoming.reading is None or not is_shown:
        return replace(incoming, todays_key=today)
    note = finding("key-former", "", None, shown=sheet.key, kept=today)
    return _with_note(replace(incoming, todays_key=today), note)


def _todays_key(store: Store, sheet: Sheet) -> str:
    return store.key_of(sheet.id, sheet.edition.year)


def _fault_of_unknown(incoming: Incoming, store: Store, stamped: SheetId) -> str:
    """Say why a workbook of a sheet that is not registered may not be, "" where its key is nobody's."""
    key = incoming.sheet.key
    is_anothers = bool(store.owners_of(key, incoming.sheet.edition.year).every)
    return _ANOTHERS.format(issued=stamped, key=key) if is_anothers else ""


def _several(store: Store, key: str, owners: tuple[SheetId, ...], edition: int) -> str:
    listed = "、".join(store.keys_by_id(edition, owners).values())
    return SEVERAL.format(key=key, count=len(owners), listed=listed)


__all__ = ["json_with_id", "proposes_key", "sheet_id_of_document", "with_sheet_of_key"]
