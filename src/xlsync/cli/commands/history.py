"""`xlsync history`, `conflicts`, `resolve`, `revert` and `diff`: who changed what when, and what is still open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from xlsync.cli import ATTENTION, FAILED
from xlsync.cli.city_paths import files_in, read_file, shown
from xlsync.cli.console import complain, now, put_json, say, user
from xlsync.cli.damaged_sheets import complain_damaged
from xlsync.cli.settings import City, find_city
from xlsync.errors import StoreError, WorkbookError
from xlsync.exchange import Receipt, Side, Source, compare, open_conflicts, resolve, revert
from xlsync.form.edition import Edition
from xlsync.merging import json_as_text

_BRIEF = 40


def show_history(folder: Path, key: str, *, as_json: bool) -> int:
    """Print every revision of a sheet, newest last; give the exit code."""
    city = find_city(folder.resolve())
    edition = city.terms.form.at(city.terms.edition)
    last = city.store.last(key, city.terms.edition)
    if not last:
        raise StoreError("保管庫にありません。事業コードを確かめてください", key)
    revisions = city.store.revisions(key, city.terms.edition)
    missing = sorted({*range(1, last + 1)} - {revision.number for revision in revisions})
    for number in missing:
        complain(f"{key}：第{number}版の記録が読めません。`xlsync audit` で確かめてください")
    code = ATTENTION if missing else 0
    if as_json:
        told = [
            {"revision": one.number, "when": one.draft.when, "who": one.draft.who, "file": one.draft.source.file,
             "changes": list(one.draft.changes), "conflicts": list(one.draft.conflicts)}
            for one in revisions
        ]  # fmt: skip
        put_json({"key": key, "edition": edition.year, "revisions": told})
        return code
    say(f"{key} {revisions[-1].sheet.title if revisions else ''}")
    for one in revisions:
        draft = one.draft
        when = draft.when[:16].replace("T", " ")
        say(
            f"第{one.number}版  {when}  {draft.who}  {draft.source.file}  変更{len(draft.changes)}件"
        )
        if one.number > 1:
            _say_changes(edition, draft.changes)
    return code


def show_conflicts(folder: Path, *, as_json: bool) -> int:
    """Print every open conflict; give the exit code."""
    city = find_city(folder.resolve())
    year = city.terms.edition
    damaged = {sheet.key for sheet in complain_damaged(city)}
    keys = [key for key in city.store.keys(year) if key not in damaged]
    found = {key: open_conflicts(city.store, city.terms, key) for key in keys}
    if as_json:
        told = [{"key": key, **one} for key, conflicts in found.items() for one in conflicts]
        put_json({"conflicts": told})
    else:
        edition = city.terms.form.at(year)
        for key, conflicts in found.items():
            for one in conflicts:
                say(f"{key} {edition.by_path[one['path']].title}（{one['path']}）")
                for side, word in (("base", "配布時"), ("ours", "登録済み"), ("theirs", "ブック")):
                    say(f"    {word}：{_words(edition, one['path'], one[side])}")
        total = sum(len(conflicts) for conflicts in found.values())
        say(
            f"未解決の競合 {total}件"
            + ("。`xlsync resolve 事業コード` で選べます" if total else "")
        )
    return ATTENTION if any(found.values()) else 0


def settle(
    folder: Path, key: str, ours: Sequence[str], theirs: Sequence[str], everything: Side | None
) -> int:
    """Settle a sheet's conflicts as told, by paths or all to one side; give the exit code."""
    city = find_city(folder.resolve())
    year = city.terms.edition
    open_paths = [one["path"] for one in open_conflicts(city.store, city.terms, key)]
    choices: dict[str, Side] = {path: everything for path in open_paths if everything is not None}
    told: tuple[tuple[Side, Sequence[str]], ...] = (("ours", ours), ("theirs", theirs))
    for side, paths in told:
        choices |= dict.fromkeys(paths, side)
    if not choices:
        for path in open_paths:
            say(f"{path}  {city.terms.form.at(year).by_path[path].title}")
        complain(
            "どちらを採るか指定してください（--ours 欄、--theirs 欄、--all-ours、--all-theirs）"
        )
        return FAILED
    revision = resolve(city.store, key, year, choices, Source("競合の解消", now(), user()))
    say(f"{key} 第{revision.number}版として登録しました（{len(choices)}件）")
    return ATTENTION if open_conflicts(city.store, city.terms, key) else 0


def take_back(folder: Path, key: str, number: int) -> int:
    """Make a new revision that says what an old one said; give the exit code."""
    city = find_city(folder.resolve())
    source = Source(f"第{number}版に戻す", now(), user())
    revision = revert(city.store, key, city.terms.edition, number, source)
    say(f"{key} 第{number}版の内容を第{revision.number}版として登録しました")
    return 0


def show_differences(folder: Path, paths: Sequence[Path], *, as_json: bool) -> int:
    """Print how workbooks differ from the store; give the exit code."""
    city = find_city(folder.resolve())
    receipts = [receipt for file in files_in(paths, city) for receipt in _compared(city, file)]
    if as_json:
        put_json({"receipts": [receipt.to_document() for receipt in receipts]})
    for receipt in receipts if not as_json else ():
        if receipt.outcome == "refused":
            complain(f"{receipt.file}：{receipt.reason}")
            continue
        say(f"{receipt.file}  {receipt.key} {receipt.title}  違い {len(receipt.changes)}件")
        _say_changes(
            city.terms.form.at(city.terms.edition), [one.to_document() for one in receipt.changes]
        )
    if all(receipt.outcome == "refused" for receipt in receipts):
        return FAILED
    return (
        ATTENTION
        if any(receipt.changes or receipt.outcome == "refused" for receipt in receipts)
        else 0
    )


def _compared(city: City, file: Path) -> list[Receipt]:
    name = shown(file, city)
    try:
        return compare(city.store, city.terms, read_file(file), Source(name, now(), user()))
    except WorkbookError as fault:
        return [Receipt(name, "refused", reason=fault.reason)]


def _say_changes(edition: Edition, changes: Sequence[Mapping[str, Any]]) -> None:
    for one in changes:
        before, after = (_words(edition, one["path"], one[side]) for side in ("from", "to"))
        say(f"    {edition.by_path[one['path']].title}：{before} → {after}")


def _words(edition: Edition, path: str, document: Any) -> str:
    """Give a JSON value on one line, not too long."""
    if document is None:
        return "（空欄）"
    text = json_as_text(edition, path, document).replace("\n", " ")
    return text if len(text) <= _BRIEF else text[: _BRIEF - 1] + "…"
