"""The commands that change a store, to be killed, cut off from power and refused: each does the same every time."""

from __future__ import annotations

import itertools
import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests import papers
from tests.cities import city, typed
from tests.store.backends import Place
from tests.store.disk_calls import Said
from xlsync.canonical_json import canonical
from xlsync.exchange import Source, Terms, resolve, revert
from xlsync.exchange.receive import receive
from xlsync.form.library import load_form
from xlsync.store import Store, pending_changes, rebuild
from xlsync.store.store_batch import store_batch
from xlsync.workbook.reading.form_reader import read

KEY, YEAR = papers.CLEAN, papers.EDITION
NEW = papers.KEYS[1]


@dataclass(frozen=True)
class Command:
    """A store's folder as it is before, and what is done in it or where a copy is, saying what it has acknowledged."""

    folder: Path
    run: Callable[[Place, Said], None]


def commands(place: Path) -> dict[str, Command]:
    """Every command over a folder of its own below a place."""
    files = _settled_city(place)
    calm, quarrel = place / "calm/store", place / "quarrel/store"
    return {
        "receive a new sheet": Command(calm, _receiving(papers.official_bytes()[NEW], "new.json")),
        "receive a workbook": Command(calm, _receiving(files["two"], "one.xlsx")),
        "receive several together": Command(
            calm,
            _receiving_together(
                {"new.json": papers.official_bytes()[NEW], "one.xlsx": files["two"]}
            ),
        ),
        "receive a conflict": Command(calm, _receiving(files["other"], "other.xlsx")),
        "receive a clearing": Command(calm, _receiving(files["cleared"], "one.xlsx")),
        "receive into an older store": Command(
            _older(calm, place), _receiving(files["two"], "one.xlsx")
        ),
        "resolve": Command(quarrel, _resolve),
        "revert": Command(calm, _revert),
        "rebuild": Command(_damaged(place), lambda folder, _said: _rebuild(folder)),
    }


def _settled_city(place: Path) -> dict[str, bytes]:
    """A store with a sheet whose workbook came once (calm), the same with a conflict (quarrel); the workbooks to come."""
    office = city(place / "calm")
    office.register(KEY)
    given = office.give_out()
    one = typed(given, {"purpose": "一稿"})
    assert office.bring_one(one, "one.xlsx").outcome == "accepted"
    other = typed(given, {"purpose": "別の稿", "outline": "別の概要"})
    staff = [f.path for f in papers.edition().fields if f.filled_by == "staff" and not f.list_name]
    filled = [path for path in staff if read(one)[0].sheet[path] is not None]
    cleared = typed(one, dict.fromkeys(filled[:12]))
    second = city(place / "quarrel")
    second.register(KEY)
    assert second.bring_one(one, "one.xlsx").outcome == "accepted"
    assert second.bring_one(other, "other.xlsx").outcome == "conflict"
    return {"two": typed(one, {"purpose": "二稿"}), "other": other, "cleared": cleared}


def _older(folder: Path, place: Path) -> Path:
    """The same store as a release left it that had no list of seals."""
    older = shutil.copytree(folder, place / "older/store")
    without_list(older)
    return older


def without_list(folder: Path) -> None:
    """Take the list of seals out of a store, as if an earlier release had written it."""
    shutil.rmtree(folder / "seals")
    document = json.loads((folder / "store.json").read_bytes())
    del document["seals"]
    (folder / "store.json").write_bytes(canonical(document))


def _damaged(place: Path) -> Path:
    """A store of five sheets: heads lost, cut off and altered, and what a killed program left."""
    office = city(place / "damaged")
    office.register()
    folder = office.store.folder
    heads = sorted((folder / "sheets").rglob("*.json"))
    heads[0].unlink()
    heads[1].write_bytes(heads[1].read_bytes()[:100])
    heads[2].write_bytes(heads[2].read_bytes().replace(b'"purpose": "', b'"purpose": "x', 1))
    (heads[3].parent / f".{heads[3].name}.77.part").write_bytes(b"half")
    return folder


def _receiving(data: bytes, file: str) -> Callable[[Place, Said], None]:
    def run(folder: Place, said: Said) -> None:
        source = Source(file, "2018-07-03T09:00:00+09:00", "職員", clearing_meant=True)
        for receipt in receive(Store(folder), Terms(load_form(), YEAR), data, source):
            assert receipt.outcome != "refused", receipt.reason
            said(f"{receipt.key} {receipt.revision}")

    return run


def _receiving_together(files: Mapping[str, bytes]) -> Callable[[Place, Said], None]:
    """Receive several files, which are told of when all are flushed."""

    def run(folder: Place, said: Said) -> None:
        told = []
        with store_batch(Store(folder), lambda: 0.0, threads=1) as store:
            for file, data in files.items():
                source = Source(file, "2018-07-03T09:00:00+09:00", "職員")
                told += receive(store, Terms(load_form(), YEAR), data, source)
        for receipt in told:
            assert receipt.outcome != "refused", receipt.reason
            said(f"{receipt.key} {receipt.revision}")

    return run


def _asked(store: Store, key: str) -> list[Mapping[str, Any]]:
    """The conflicts that memories hold."""
    return [one for memory in store.copy_states(key, YEAR).values() for one in memory.conflicts]


def _resolve(folder: Place, said: Said) -> None:
    """Settle what is open; where nothing is open any more there is nothing left to do."""
    store = Store(folder)
    if _asked(store, KEY):
        source = Source("入力の重なりの解消", "2018-07-03T09:00:00+09:00", "企画")
        revision = resolve(store, KEY, YEAR, {"purpose": "theirs"}, source)
        said(f"{KEY} {revision.number}")


def _revert(folder: Place, said: Said) -> None:
    source = Source("第1版に戻す", "2018-07-03T09:00:00+09:00", "企画")
    said(f"{KEY} {revert(Store(folder), KEY, YEAR, 1, source).number}")


def _rebuild(folder: Place) -> None:
    rebuild(Store(folder))


def what_it_says(folder: Place) -> Mapping[str, Any]:
    """The store's content as people see it: heads, history without repetitions, open conflicts, memories."""
    store = Store(folder)
    said: dict[str, Any] = {}
    for key in store.keys(YEAR):
        drafts = [revision.draft for revision in store.revisions(key, YEAR)]
        # A command repeated after a kill may say once more what it had said: that is a revision without any change.
        told = [
            canonical([draft.sheet.to_document()["purpose"], *draft.conflicts]) for draft in drafts
        ]
        head = store.head(key, YEAR)
        assert head is not None
        said[key] = {
            "head": head.with_revision(None).to_json(),
            "history": [one for one, _ in itertools.groupby(told)],
            "open": _asked(store, key),
            "waiting": [
                (change.path, change.after)
                for change in pending_changes(store, key, YEAR).values()
                if change.is_open
            ],
            "memories": {
                name: memory.sheet.to_json()
                for name, memory in store.copy_states(key, YEAR).items()
            },
        }
    return said


def acknowledged_are_readable(folder: Place, acknowledged: list[str]) -> None:
    """See that each revision told of can be read, and that the head has it or a later one."""
    store = Store(folder)
    for line in acknowledged:
        key, number = line.split()
        assert store.revision(key, YEAR, int(number)).sheet.key == key
        head = store.head(key, YEAR)
        assert head is not None
        assert head.revision is not None
        assert head.revision >= int(number)


def heads_on_disk(folder: Path) -> dict[str, Any]:
    """What the heads' files say, for whoever reads them without us."""
    return {
        file.stem: json.loads(file.read_bytes())
        for file in (folder / "sheets").rglob("[0-9]*.json")
    }
