"""`xlsync resolve`: decide fields that several people changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from xlsync.city.clock_and_user import now, user
from xlsync.cli import ATTENTION, FAILED
from xlsync.cli.change_lines import field_words
from xlsync.cli.commands.conflicts import say_conflict, say_hand_in
from xlsync.cli.console import complain, put_json, say
from xlsync.cli.current_city import current_city
from xlsync.errors import StoreError
from xlsync.exchange import Side, Source, resolve
from xlsync.exchange.field_conflicts import FieldConflict, field_conflicts
from xlsync.exchange.resolution import (
    CopyValue,
    FieldChoice,
    OfficeValue,
    finish_resolution,
    typed_document,
)
from xlsync.exchange.stages.hand_in_resolution import (
    HAND_IN_FIELD,
    HandInOffer,
    hand_in_offers,
    resolve_hand_in,
)
from xlsync.merging import field_as_json
from xlsync.sheet_keys import SheetId
from xlsync.store.not_registered import not_registered

if TYPE_CHECKING:
    from xlsync.city.settings import CitySettings
    from xlsync.sheet import Sheet


@dataclass(frozen=True, slots=True)
class Choice:
    """What each field takes: by path, or one side for all that are open.

    Attributes:
        head_paths: Fields that take what is registered.
        incoming_paths: Fields that take what the file offers.
        copies: "FIELD=COPY", where several files offer different values.
        values: "FIELD=TEXT", what the planning office says itself.
        every: The side of all fields that are open.
        seen: The revision that was looked at, None for the one that is there now.

    """

    head_paths: Sequence[str] = ()
    incoming_paths: Sequence[str] = ()
    copies: Sequence[str] = ()
    values: Sequence[str] = ()
    every: Side | None = None
    seen: int | None = None

    def by_path(self, head: Sheet, conflicts: Sequence[FieldConflict]) -> dict[str, FieldChoice]:
        """Return what each field takes; StoreError where an option names no field, no copy or no value it can hold."""
        open_paths = [conflict.path for conflict in conflicts]
        chosen: dict[str, FieldChoice] = dict.fromkeys(open_paths, self.every) if self.every else {}
        chosen |= dict.fromkeys(self.head_paths, "ours")
        chosen |= dict.fromkeys(self.incoming_paths, "theirs")
        for path, name in _pairs("--take", self.copies):
            chosen[path] = CopyValue(_copy_name(conflicts, path, name))
        for path, text in _pairs("--value", self.values):
            chosen[path] = OfficeValue(typed_document(head.edition, path, text))
        return chosen


def _pairs(option: str, entries: Iterable[str]) -> Iterable[tuple[str, str]]:
    for entry in entries:
        path, equals, rest = entry.partition("=")
        if not equals or not path:
            raise StoreError(f"{option} は「項目=内容」の形で指定してください", entry)
        yield path, rest


def _copy_name(conflicts: Iterable[FieldConflict], path: str, name: str) -> str:
    """Return the full name of the copy that is meant: its name, the beginning of it, or its file."""
    offers = [offer for conflict in conflicts if conflict.path == path for offer in conflict.offers]
    meant = [
        offer.copy_name
        for offer in offers
        if name and (offer.copy_name.startswith(name) or offer.file == name)
    ]
    if len(meant) != 1:
        reason = "そのファイルの内容は1つに決まりません。`xlsync conflicts` の --take の行を写してください"
        raise StoreError(reason, f"{path}={name}")
    return meant[0]


def resolve_conflicts(
    folder: Path, key: str, choice: Choice, *, as_json: bool = False, is_dry_run: bool = False
) -> int:
    """Decide a sheet's conflicts, and return the exit code."""
    city = current_city(folder)
    year = city.terms.fiscal_year
    sheet_id = city.store.id_of(key, year)
    head = city.store.head(sheet_id, year)
    if head is None:
        raise not_registered(city.store.form, key)
    conflicts = field_conflicts(city.store, city.terms, head)
    offers = hand_in_offers(city.store, city.terms, sheet_id)
    choice, side = _without_hand_in(choice, offers)
    choices = choice.by_path(head, conflicts)
    if is_dry_run and (choices or side is not None):
        return _show_only(head, conflicts, choices, side, as_json=as_json)
    if side is not None:
        return _decide_hand_in(city, head, choices, side, as_json=as_json, seen=choice.seen)
    if not choices:
        may_finish = choice.every is not None and not is_dry_run
        return _nothing_chosen(city, head, conflicts, may_finish=may_finish, as_json=as_json)
    return _resolve(city, head, choices, choice.seen, as_json=as_json)


def _nothing_chosen(
    city: CitySettings,
    head: Sheet,
    conflicts: Sequence[FieldConflict],
    *,
    may_finish: bool,
    as_json: bool,
) -> int:
    """Finish what was left half done where that is meant, else list what is open, and return the exit code."""
    if may_finish and not conflicts and _finish(city, SheetId(head.id), as_json=as_json):
        return 0
    _say_open(head, conflicts, hand_in_offers(city.store, city.terms, SheetId(head.id)))
    return FAILED


def _resolve(
    city: CitySettings,
    head: Sheet,
    choices: Mapping[str, FieldChoice],
    looked_at: int | None,
    *,
    as_json: bool,
) -> int:
    """Decide the chosen fields, and return the exit code."""
    source = Source("入力の重なりの決定", now(), user())
    seen = head.revision if looked_at is None else looked_at
    revision = resolve(city.store, head.id, city.terms.fiscal_year, choices, source, seen=seen)
    document = {"key": head.key, "revision": revision.number, "resolved": _documents(choices)}
    sentence = f"{head.key} 第{revision.number}版として登録しました（{len(choices)}件）"
    return _tell(city, head, document, sentence, as_json=as_json)


def _show_only(
    head: Sheet,
    conflicts: Sequence[FieldConflict],
    choices: Mapping[str, FieldChoice],
    side: Side | None,
    *,
    as_json: bool,
) -> int:
    """Print what would be decided, and return the exit code; StoreError for a field that is not in conflict."""
    open_paths = {conflict.path for conflict in conflicts}
    for path in choices:
        if path not in open_paths:
            raise StoreError("この欄に、まだ決まっていない入力の重なりはありません", path)
    chosen = {**_documents(choices), **({} if side is None else {HAND_IN_FIELD: side})}
    if as_json:
        document = {"key": head.key, "revision": head.revision, "resolved": chosen}
        put_json({**document, "done": False})
        return 0
    for path, decided in choices.items():
        say(f"{head.key} {head.edition.by_path[path].title}：{_words(head, path, decided)}")
    if side is not None:
        say(f"{head.key} 「{HAND_IN_FIELD}」：{_SIDES[side]}")
    say("まだ何も決めていません（--dry-run）。")
    return 0


def _words(head: Sheet, path: str, decided: FieldChoice) -> str:
    match decided:
        case CopyValue(name):
            return f"ファイル {name} の内容にします"
        case OfficeValue(value):
            return f"{field_words(head.edition, path, value)}にします"
        case "ours":
            return f"登録済みの{field_words(head.edition, path, field_as_json(head, path))}のままにします"
        case _:
            return "ファイルの内容にします"


def _tell(
    city: CitySettings, head: Sheet, document: dict[str, Any], sentence: str, *, as_json: bool
) -> int:
    """Say what was decided, and return the exit code: 1 where anything is left to decide."""
    remaining = _open_paths(city, head.id)
    if as_json:
        put_json({**document, "open": remaining})
    else:
        say(sentence)
    return ATTENTION if remaining else 0


def _documents(choices: Mapping[str, FieldChoice]) -> dict[str, Any]:
    return {path: _document(chosen) for path, chosen in choices.items()}


def _document(chosen: FieldChoice) -> str | Mapping[str, Any]:
    match chosen:
        case CopyValue(name):
            return {"copy": name}
        case OfficeValue(value):
            return {"value": value}
        case _:
            return chosen


def _finish(city: CitySettings, sheet_id: SheetId, *, as_json: bool) -> bool:
    """Finish what a killed `resolve` left half done, and say so; False where there was nothing to finish."""
    year = city.terms.fiscal_year
    paths = finish_resolution(city.store, sheet_id, year)
    key = city.store.key_of(sheet_id, year)
    if paths and as_json:
        sides: dict[str, Side] = dict.fromkeys(paths, "theirs")
        last = city.store.last(sheet_id, year)
        put_json({"key": key, "revision": last, "resolved": sides, "open": []})
    elif paths:
        say(f"{key} 途中で止まっていた前回の決定を、最後まで登録しました（{len(paths)}件）")
    return bool(paths)


def _open_paths(city: CitySettings, sheet_id: SheetId) -> list[str]:
    head = city.store.head(sheet_id, city.terms.fiscal_year)
    if head is None:
        return []
    return [conflict.path for conflict in field_conflicts(city.store, city.terms, head)]


def _without_hand_in(choice: Choice, offers: Sequence[HandInOffer]) -> tuple[Choice, Side | None]:
    """Return a choice without what it says of the cell for handing in, and that: a side, None for nothing."""
    sides: dict[Side, Sequence[str]] = {"ours": choice.head_paths, "theirs": choice.incoming_paths}
    named = [side for side, paths in sides.items() if HAND_IN_FIELD in paths]
    if len(named) > 1:
        raise StoreError(f"「{HAND_IN_FIELD}」は --ours か --theirs のどちらかで指定してください")
    head_paths, incoming_paths = map(_without_cell, sides.values())
    every = choice.every if offers else None
    side = named[0] if named else every
    return replace(choice, head_paths=head_paths, incoming_paths=incoming_paths), side


def _without_cell(paths: Sequence[str]) -> tuple[str, ...]:
    return tuple(path for path in paths if path != HAND_IN_FIELD)


def _decide_hand_in(
    city: CitySettings,
    head: Sheet,
    choices: Mapping[str, FieldChoice],
    side: Side,
    *,
    as_json: bool,
    seen: int | None,
) -> int:
    """Decide what copies say about handing in, after the fields, and return the exit code."""
    year, number = city.terms.fiscal_year, head.revision
    source = Source("入力の重なりの決定", now(), user())
    if choices:
        wanted = number if seen is None else seen
        number = resolve(city.store, head.id, year, choices, source, seen=wanted).number
    resolve_hand_in(city.store, city.terms, head.id, side, source)
    resolved = {**_documents(choices), HAND_IN_FIELD: side}
    document = {"key": head.key, "revision": number, "resolved": resolved}
    sentence = f"{head.key} 「{HAND_IN_FIELD}」を{_SIDES[side]}にしました。次の書き戻しでファイルの欄も直ります"
    return _tell(city, head, document, sentence, as_json=as_json)


_SIDES: Final[dict[Side, str]] = {"ours": "登録済みのまま", "theirs": "ファイルのとおり"}


def _say_open(
    head: Sheet, conflicts: Sequence[FieldConflict], offers: Sequence[HandInOffer]
) -> None:
    for conflict in conflicts:
        say_conflict(head, conflict)
    say_hand_in(head, offers)
    complain(
        "どうするか指定してください（--ours 欄、--theirs 欄、--take 欄=ファイル、--value 欄=内容、--all-ours、--all-theirs）"
        if conflicts or offers
        else "まだ決まっていない入力の重なりはありません"
    )
