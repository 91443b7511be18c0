"""Every command that writes, killed at each of its calls that change the disk, and each such call refused: `make crashes`.

A kill must be proven (exit code 137); a refusal ends with exit code 3 and one sentence, with 1 where the command's own work was
done, or concerns a call that may fail without harm. Afterwards the store is sound, the same command ends as if nothing had
been, and nothing of ours is left lying about once a watcher was started again.

    python -m tests.crash_sweep [COMMAND…] [--faults kill,ENOSPC,EIO,EACCES] [--every 1] [--start 1] [--most 0] [--jobs 1]
"""

from __future__ import annotations

import argparse
import contextlib
import errno
import io
import json
import os
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import ModuleType
from typing import Any

from tests import example_forms, papers
from tests.cities import WORKSHEET, cells_of
from tests.commands import EXAMPLES, living
from tests.fake_excel.model import opened as excel_opened
from tests.fake_excel.pywin32 import windows
from tests.made_once import warm
from tests.official_forms import evaluation
from tests.papers import form_folder
from tests.store.commands import YEAR, what_it_says
from tests.store.disk_calls import KILLED, Call, Seen, dying_at, forked, refusing, watching
from tests.watcher import impatient
from tests.watching import saying
from xlsync import atomic_rename
from xlsync.city.further_forms import form_folders
from xlsync.city.office import office_of
from xlsync.city.settings import find_settings
from xlsync.city.user_cache import CACHE_VARIABLE
from xlsync.cli import main
from xlsync.disk import TEMPORARY, is_temporary
from xlsync.inbox.intake.leftovers import REMOVE_AFTER, Leftovers, temporary_files
from xlsync.inbox.watcher import put_right
from xlsync.ooxml.opc.package import Package
from xlsync.ooxml.patch.patch import patch_cells
from xlsync.store import audit
from xlsync.store.stage_acts import stage_acts
from xlsync.workbook.checks.answer_cells import HAND_IN, REQUEST
from xlsync.workbook.checks.visible_sheet import PAGE

FAULTS = ("kill", "ENOSPC", "EIO", "EACCES")
_FOLDER = "{city}"
"""Stands for the city's folder in a command's words."""
_KEY = papers.CLEAN
_OTHER = papers.KEYS[1]
_EQUIPMENT = example_forms.FOLDER / "bihin"
_SHEET = str(EXAMPLES / f"{_KEY}.json")
_BOOK = f"{_FOLDER}/shared/評価シート/政策イノベーション部/情報政策課/{_KEY}_情報化推進事業.xlsx"


@dataclass(frozen=True)
class Command:
    """The words of a command line, and which of the prepared cities it is run in.

    `again` are other words by which people go on after a fault, and `made` the folder they make. `opened` is a workbook
    that is open in Excel. `alone`: it writes where no watcher looks, so that its next run deletes what a fault left.
    """

    words: tuple[str, ...]
    ground: str
    again: tuple[str, ...] = ()
    made: str = ""
    opened: str = ""
    alone: bool = False


COMMANDS: dict[str, Command] = {
    "init": Command(("init", f"{_FOLDER}/市", "--name", "つくば市"), "nothing"),
    "import a JSON sheet": Command(("import", "-C", _FOLDER, _SHEET), "new"),
    "import a workbook": Command(("import", "-C", _FOLDER, _BOOK), "saved"),
    "import a conflict": Command(("import", "-C", _FOLDER, f"{_FOLDER}/copy.xlsx"), "saved"),
    "export a workbook": Command(("export", "-C", _FOLDER, _KEY), "registered"),
    "export into a workbook": Command(("export", "-C", _FOLDER, _KEY), "changed"),
    "summarize": Command(("summarize", "-C", _FOLDER), "changed"),
    "summarize as csv": Command(("summarize", "-C", _FOLDER, "--format", "csv"), "changed"),
    "resolve": Command(("resolve", "-C", _FOLDER, _KEY, "--all-theirs"), "conflict"),
    "import what waits": Command(("import", "-C", _FOLDER, _BOOK), "reviewing"),
    "review --accept": Command(("review", "-C", _FOLDER, "--accept", _KEY), "waiting"),
    "review --reject": Command(("review", "-C", _FOLDER, "--reject", _KEY), "waiting"),
    "revert": Command(("revert", "-C", _FOLDER, _KEY, "--to", "1"), "changed"),
    "watch --once": Command(("watch", "-C", _FOLDER, "--once"), "saved"),
    "watch --once that upgrades": Command(("watch", "-C", _FOLDER, "--once"), "adopted"),
    "press submit": Command(
        ("press", "submit", "-C", _FOLDER, f"{_FOLDER}/copy.xlsx", "--out", f"{_FOLDER}/out.xlsx"),
        "changed",
    ),
    "sheets add": Command(
        ("sheets", "add", "-C", _FOLDER, f"{_FOLDER}/台帳.csv", "--yes", "--map", "備考="),
        "listed",
        alone=True,
    ),
    "sheets exclude": Command(
        ("sheets", "exclude", "-C", _FOLDER, _KEY, "--reason", "対象外のため"), "registered"
    ),
    "sheets retire": Command(
        ("sheets", "retire", "-C", _FOLDER, _KEY, "--reason", "完了のため"), "issued"
    ),
    "sheets restore": Command(
        ("sheets", "restore", "-C", _FOLDER, _KEY, "--reason", "対象のため"), "excluded"
    ),
    "sheets change-key": Command(
        ("sheets", "change-key", "-C", _FOLDER, _KEY, f"{_KEY[:-2]}77"), "issued"
    ),
    "sheets export": Command(
        ("sheets", "export", "-C", _FOLDER, "--out", f"{_FOLDER}/台帳.xlsx"), "issued", alone=True
    ),
    "return": Command(("return", "-C", _FOLDER, _KEY, "--comment", "確認のため"), "registered"),
    "submit": Command(("submit", "-C", _FOLDER, _KEY), "registered"),
    "endorse": Command(("endorse", "-C", _FOLDER, _KEY), "submitted"),
    "accept": Command(("accept", "-C", _FOLDER, _KEY, _OTHER, "--yes"), "by-rule"),
    "confirm": Command(("confirm", "-C", _FOLDER, _KEY), "submitted"),
    "finalize": Command(("finalize", "-C", _FOLDER, _KEY), "confirmed"),
    "mark-published": Command(
        ("mark-published", "-C", _FOLDER, _KEY, "--approval", "7月20日 企第12号"), "final"
    ),
    "import a handing in": Command(("import", "-C", _FOLDER, _BOOK), "handed in"),
    "import a clearing to stay": Command(("import", "-C", _FOLDER, _BOOK), "cleared"),
    "reopen": Command(("reopen", "-C", _FOLDER, _KEY, "--comment", "取消し"), "confirmed"),
    "figures import": Command(
        (
            *("figures", "import", "-C", _FOLDER, f"{_FOLDER}/決算.csv", "--kind", "決算", "--yes"),
            *("--map", "一般=costs.{-1}-settled.sources.general"),
        ),
        "budgeted",
        alone=True,
    ),
    "figures release": Command(
        ("figures", "release", "-C", _FOLDER, "決算", "--reason", "職員が入れるため", "--yes"),
        "reconciled",
    ),
    "figures undo": Command(("figures", "undo", "-C", _FOLDER, "決算", "--yes"), "reconciled"),
    "history --out": Command(
        ("history", "-C", _FOLDER, _KEY, "--years", "--out", f"{_FOLDER}/推移.xlsx"),
        "rolled over",
        alone=True,
    ),
    "plans import": Command(
        ("plans", "import", "-C", _FOLDER, f"{_FOLDER}/新しい施策.csv", "--yes"),
        "planned",
        alone=True,
    ),
    "plans indicators": Command(("plans", "indicators", "-C", _FOLDER, "--yes"), "planned"),
    "rollover": Command(
        ("rollover", "2019", "-C", _FOLDER, "--yes"), "excluded before", alone=True
    ),
    "sheets lineage": Command(
        ("sheets", "lineage", "-C", _FOLDER, _KEY, "--from", f"{_OTHER}=60", "--as", "統合"),
        "rolled over",
    ),
    "sheets lineage --out": Command(
        ("sheets", "lineage", "-C", _FOLDER, "--out", f"{_FOLDER}/新旧対照.xlsx"),
        "rolled over",
        alone=True,
    ),
    "figures reflection --out": Command(
        ("figures", "reflection", "-C", _FOLDER, "--out", f"{_FOLDER}/反映状況.xlsx"),
        "directed",
        alone=True,
    ),
    "close": Command(("close", "2018", "-C", _FOLDER, "--yes"), "both years"),
    "close --undo": Command(("close", "2018", "-C", _FOLDER, "--undo", "--yes"), "closed"),
    "reorganize": Command(("reorganize", "-C", _FOLDER, "--yes"), "to be reorganized"),
    "reorganize --out": Command(
        ("reorganize", "-C", _FOLDER, "--yes", "--out", f"{_FOLDER}/改編.xlsx"),
        "to be reorganized",
        alone=True,
    ),
    "reorganize --undo": Command(("reorganize", "-C", _FOLDER, "--undo"), "reorganized"),
    "rollover --undo": Command(
        ("rollover", "2019", "-C", _FOLDER, "--undo"), "rolled over", alone=True
    ),
    "publish": Command(
        ("publish", "-C", _FOLDER, f"{_FOLDER}/公表", "--without-book", "--yes"),
        "confirmed",
        alone=True,
    ),
    "grades import": Command(
        ("grades", "import", "-C", _FOLDER, f"{_FOLDER}/会議結果.csv", "--yes"), "discussed"
    ),
    "grades revert": Command(("grades", "revert", "-C", _FOLDER, "一次評価", "--yes"), "graded"),
    "grades list": Command(
        ("grades", "list", "-C", _FOLDER, "--out", f"{_FOLDER}/評価.xlsx"), "graded", alone=True
    ),
    "snapshot": Command(("snapshot", "-C", _FOLDER, "計画の終わり"), "registered"),
    "remind": Command(("remind", "-C", _FOLDER, "--out", f"{_FOLDER}/催促"), "issued", alone=True),
    "figures reconcile": Command(
        ("figures", "reconcile", "-C", _FOLDER, "--out", f"{_FOLDER}/照合.xlsx"),
        "reconciled",
        alone=True,
    ),
    "status --out": Command(
        ("status", "-C", _FOLDER, "--out", f"{_FOLDER}/一覧.xlsx"), "registered", alone=True
    ),
    "figures staffing": Command(
        ("figures", "staffing", "-C", _FOLDER, "--out", f"{_FOLDER}/定員.xlsx"),
        "registered",
        alone=True,
    ),
    "serve --new-key": Command(("serve", "-C", _FOLDER, "--new-key", "総務部"), "new"),
    "audit --rebuild": Command(("audit", "-C", _FOLDER, "--rebuild"), "damaged"),
    "form build": Command(("form", "build", "--out", f"{_FOLDER}/new.xlsx"), "nothing", alone=True),
    "form docs": Command(("form", "docs", "--out", _FOLDER), "nothing", alone=True),
    "form new": Command(
        ("form", "new", f"{_FOLDER}/様式.xlsx", "--edition", "2024", "--out", _FOLDER),
        "official",
        alone=True,
    ),
    "form new of a corrected workbook": Command(
        ("form", "new", f"{_FOLDER}/様式_様式の定義.xlsx", "--out", _FOLDER), "defined", alone=True
    ),
    "form add": Command(
        ("form", "add", "備品", "--form", str(_EQUIPMENT), "-C", _FOLDER), "new", alone=True
    ),
    "form adopt": Command(
        ("form", "adopt", "--yes", "-C", _FOLDER, f"{_FOLDER}/changed-form"), "reformed"
    ),
    "form adopt --keys": Command(
        (
            *("form", "adopt", "--yes", "-C", _FOLDER, f"{_FOLDER}/changed-form"),
            *("--keys", f"{_FOLDER}/番号.xlsx"),
        ),
        "recoded",
    ),
    "live submit": Command(("live", "submit", "-C", _FOLDER), "changed", opened=_BOOK),
    "backup": Command(("backup", "create", "-C", _FOLDER, f"{_FOLDER}-控え"), "issued", alone=True),
    "store copy": Command(
        ("store", "copy", f"{_FOLDER}/store", f"{_FOLDER}/写し"), "registered", alone=True
    ),
    "restore": Command(
        ("restore", f"{_FOLDER}/控え", f"{_FOLDER}/戻した"),
        "kept",
        made="戻した",
        alone=True,
    ),
    # A demo wants an empty folder, and says so.
    "demo": Command(
        ("demo", f"{_FOLDER}/demo"),
        "nothing",
        again=("demo", f"{_FOLDER}/again"),
        made="again",
    ),
}
READ_ONLY: dict[str, tuple[str, ...]] = {
    "audit": ("audit", "-C", _FOLDER),
    "backup list": ("backup", "list", f"{_FOLDER}/控え"),
    "backup verify": ("backup", "verify", f"{_FOLDER}/控え", "--restore"),
    "check": ("check", "-C", _FOLDER, _BOOK),
    "conflicts": ("conflicts", "-C", _FOLDER),
    "diff": ("diff", "-C", _FOLDER, _BOOK),
    "service install": ("service", "install", "-C", _FOLDER, "--dry-run", "--account", "xlsync"),
    "service status": ("service", "status", "-C", _FOLDER),
    "service uninstall": ("service", "uninstall", "-C", _FOLDER, "--dry-run"),
    "doctor": ("doctor", "-C", _FOLDER),
    "export, previewed": ("export", "-C", _FOLDER, "--all", "--dry-run"),
    "figures reflection": ("figures", "reflection", "-C", _FOLDER),
    "form check": ("form", "check"),
    "form adopt, previewed": (
        "form",
        "adopt",
        "-C",
        _FOLDER,
        f"{_FOLDER}/changed-form",
        "--dry-run",
    ),
    "form try": ("form", "try", "-C", _FOLDER, f"{_FOLDER}/changed-form"),
    "history": ("history", "-C", _FOLDER, _KEY),
    "import, previewed": ("import", "-C", _FOLDER, _BOOK, "--dry-run"),
    "resolve, previewed": ("resolve", "-C", _FOLDER, _KEY, "--all-theirs", "--dry-run"),
    "press validate": ("press", "validate", "-C", _FOLDER, _BOOK),
    "seals": ("seals", "-C", _FOLDER),
    "sheets list": ("sheets", "list", "-C", _FOLDER),
    "status": ("status", "-C", _FOLDER),
    "watch --health": ("watch", "-C", _FOLDER, "--health"),
}
"""Command lines that change no file, so that there is nothing to sweep."""
_OF_DATABASE = "writes into a database alone, in one transaction (tests/workers)"
NEVER_ENDING = {
    "work": "runs until it is stopped, on a database: tests/workers kills it",
    "jobs": "reads a database",
    "store cities": "reads a database",
    "store grant": _OF_DATABASE,
    "store revoke": _OF_DATABASE,
    "national": "reads what cities published and writes its tables anew, each by `replace_whole`; it has no city",
    "page": "serves until it is stopped; of itself it writes one file, a token to enter by, by `create_once`",
}
"""Commands that are not swept, and why."""


@dataclass
class Count:
    """The points of a command under one fault: how many there were, how many were told in a sentence, and what failed."""

    command: str
    fault: str
    calls: int
    points: int = 0
    refused: int = 0
    left: int = 0
    failures: list[str] = field(default_factory=list)


def run(words: Sequence[str], seen: Seen = lambda _call: None, opened: str = "") -> tuple[int, str]:
    """Run a command line in a process of its own, perhaps beside a workbook opened in Excel; return its code and words."""
    warm()
    with tempfile.TemporaryFile() as said:

        def act(_line: Callable[[str], None]) -> None:
            os.dup2(said.fileno(), 1)
            os.dup2(said.fileno(), 2)
            os.environ[CACHE_VARIABLE] = (
                ""  # a template is kept once only, and each run makes the same calls
            )
            sys.argv = ["xlsync", *words]
            sys.modules["__main__"] = ModuleType("__main__")  # for the reader's process to import
            if opened:
                _open_in_excel(Path(opened))
            with _watching_exchanges(seen), watching(seen):
                try:
                    main()
                except SystemExit as end:
                    code = int(end.code or 0)
            with contextlib.suppress(OSError):
                sys.stdout.flush()
            os._exit(code)

        sys.stdout.flush()
        code, _ = forked(act)
        said.seek(0)
        return code, said.read().decode(errors="replace")


def _open_in_excel(file: Path) -> None:
    """Somebody has a workbook open and types into it, and does not save."""
    excel = windows().start()
    excel_workbook = excel_opened(excel, file)
    cell = cells_of(file.read_bytes())["purpose"]
    excel_workbook.Worksheets(WORKSHEET).Range(cell).Value = "保存していない目的"


def in_folder(words: Sequence[str], folder: Path) -> list[str]:
    """Return the words of a command line as they are in a city's folder."""
    return [word.replace(_FOLDER, str(folder)) for word in words]


@contextlib.contextmanager
def _watching_exchanges(seen: Seen) -> Iterator[None]:
    """Tell of the one call that does not go through `os`: the exchange of two files."""
    module: Any = atomic_rename
    real = module.exchange

    def exchange(*given: Any) -> None:
        seen(Call("exchange", given))
        real(*given)

    module.exchange = exchange
    try:
        yield
    finally:
        module.exchange = real


def _hand_in_by_rule(settings: Path) -> None:
    """Let a complete sheet count as handed in by that alone, as in cities founded before handing in was an act."""
    text = settings.read_text(encoding="utf-8")
    assert text.count('handed-in = "act"') == 1
    settings.write_text(text.replace('handed-in = "act"', 'handed-in = "complete"'), "utf-8")


def prepared(place: Path) -> dict[str, Path]:
    """Return the folders the commands are run in, by name."""
    grounds = {name: place / name for name in ("nothing", "official")}
    for ground in grounds.values():
        ground.mkdir()
    (grounds["official"] / "様式.xlsx").write_bytes(evaluation())

    def step(name: str, before: str, *lines: Sequence[str]) -> Path:
        folder = place / name
        if before:
            shutil.copytree(grounds[before], folder)
        for words in lines:
            code, said = run(in_folder(words, folder))
            assert code in {0, 1}, said
        grounds[name] = folder
        return folder

    impatient(step("new", "", ("init", _FOLDER, "--name", "つくば市")))
    lines = (
        "会計,款,項,目,事業,事務事業名（番号）,事務事業名,備考",
        "01,02,01,08,14,01,情報化推進事業,",
    )
    listed = "\r\n".join(lines).encode("cp932")
    step(
        "defined",
        "official",
        ("form", "new", f"{_FOLDER}/様式.xlsx", "--edition", "2024", "--out", _FOLDER),
    )
    (step("listed", "new") / "台帳.csv").write_bytes(listed)
    step("registered", "new", ("import", "-C", _FOLDER, str(EXAMPLES)))
    backup = ("backup", "-C", f"{_FOLDER}/市", f"{_FOLDER}/控え")
    filling = ("import", "-C", f"{_FOLDER}/市", _SHEET)
    step("kept", "", ("init", f"{_FOLDER}/市"), filling, backup)
    step("submitted", "registered", ("submit", "-C", _FOLDER, _KEY, _OTHER, "--yes"))
    _hand_in_by_rule(step("by-rule", "registered") / "xlsync.toml")
    step("confirmed", "submitted", ("confirm", "-C", _FOLDER, _KEY))
    directed = step("directed", "registered") / "方向性.json"
    about = {"key": _KEY, "form": papers.edition().form, "edition": YEAR, "revision": 1}
    direction = {"next_year": {"direction": "縮小", "reason": "見直し"}}
    directed.write_text(json.dumps({**about, **direction}), encoding="utf-8")
    assert run(["import", "-C", str(directed.parent), str(directed)])[0] in {0, 1}
    step("final", "confirmed", ("finalize", "-C", _FOLDER, _KEY))
    step(
        "issued",
        "registered",
        ("export", "-C", _FOLDER, "--all"),
        ("watch", "-C", _FOLDER, "--once"),
    )
    renamed = step("to be reorganized", "issued")
    (renamed / "組織.csv").write_text(
        "部,課,係,いつまで,改編後の部,改編後の課,改編後の係\n"
        "政策イノベーション部,情報政策課,,2018-09-30,デジタル部,情報課,\nデジタル部,情報課,,,,,\n",
        encoding="utf-8",
    )
    with (renamed / "xlsync.toml").open("a", encoding="utf-8") as settings:
        settings.write('\n[organization]\nfile = "組織.csv"\n')
    step("reorganized", "to be reorganized", COMMANDS["reorganize"].words)
    figures = "会計,款,項,目,事業,事務事業名（番号）,一般\r\n1,2,1,8,14,1,1234567\r\n"
    (step("budgeted", "issued") / "決算.csv").write_bytes(figures.encode("cp932"))
    step("reconciled", "budgeted", COMMANDS["figures import"].words)
    planned = step("planned", "issued")
    plans = "計画,大,中,小,名称\n総合戦略,1,,,{}\n"
    (planned / "施策.csv").write_text(plans.format("旧い名称"), encoding="utf-8")
    (planned / "新しい施策.csv").write_text(plans.format("新しい名称"), encoding="utf-8")
    indicators = f"指標,年度,目標,実績,事業コード\n来場者数,H30,120人,,{_KEY}、{_OTHER}\n"
    (planned / "指標.csv").write_text(indicators, encoding="utf-8")
    with (planned / "xlsync.toml").open("a", encoding="utf-8") as settings:
        settings.write('\n[plans]\nfile = "施策.csv"\nindicators = "指標.csv"\n')
    discussed = step("discussed", "issued")
    with (discussed / "xlsync.toml").open("a", encoding="utf-8") as settings:
        settings.write('\n[[tier]]\nname = "一次評価"\ngrade = "years.2017.overall"\n')
    (discussed / "会議結果.csv").write_text(
        f"事業コード,一次評価,理由\n{_KEY},D:休止・廃止を検討,重複\n", encoding="utf-8"
    )
    step("graded", "discussed", COMMANDS["grades import"].words)
    excluded = ("sheets", "exclude", "-C", _FOLDER, _KEY, "--reason", "対象外のため")
    step("excluded", "issued", excluded)
    step("excluded before", "registered", excluded)
    step("rolled over", "excluded before", COMMANDS["rollover"].words)
    handed_in = living(step("handed in", "issued"))
    handed_in.write_bytes(answering(handed_in.read_bytes(), HAND_IN, "所属長確認済"))
    cleared = living(step("cleared", "issued"))
    cleared.write_bytes(saying_nothing(cleared.read_bytes()))
    assert run(["import", "-C", str(place / "cleared"), str(cleared)])[0] in {0, 1}
    cleared.write_bytes(answering(cleared.read_bytes(), REQUEST, "消したままにする"))
    step("both years", "issued", COMMANDS["rollover"].words)
    step("closed", "both years", COMMANDS["close"].words)
    saved = step("saved", "issued")
    issued = living(saved).read_bytes()
    living(saved).write_bytes(saying(issued, "本人の保存"))
    for folder in (saved, step("changed", "issued")):
        (folder / "copy.xlsx").write_bytes(saying(issued, "ほかの人の保存"))
    (place / "other.xlsx").write_bytes(saying(issued, "先に受け取った保存"))
    for folder in (saved, grounds["changed"]):
        assert run(["import", "-C", str(folder), str(place / "other.xlsx")])[0] in {0, 1}
    step("conflict", "saved", ("import", "-C", _FOLDER, f"{_FOLDER}/copy.xlsx"))
    reviewing = step("reviewing", "issued")
    with (reviewing / "xlsync.toml").open("a", encoding="utf-8") as settings:
        settings.write('\n[review]\nfields = "all"\n')
    living(reviewing).write_bytes(saying(issued, "本人の保存"))
    step("waiting", "reviewing", ("import", "-C", _FOLDER, _BOOK))
    form = step("reformed", "registered") / "changed-form"
    form_folder(form, ('label = "事業の目的"', 'label = "事業の目的と対象"'))
    new_codes_listed(step("recoded", "registered"))
    adopted = step("adopted", "issued")
    form_folder(adopted / "changed-form", ('label = "事業の目的"', 'label = "事業の目的と対象"'))
    code, said = run(["form", "adopt", "--yes", "-C", str(adopted), str(adopted / "changed-form")])
    assert code in {0, 1}, said
    damaged = step("damaged", "saved")
    heads = sorted((damaged / "store/sheets").rglob("*.json"))
    heads[0].unlink()
    heads[1].write_bytes(heads[1].read_bytes()[:100])
    return grounds


def new_codes_listed(folder: Path) -> None:
    """Lay beside a city a form whose keys are made of another field, and the list with a number there for each sheet."""
    own_field = ('path = "project.number"', 'path = "project.code"')
    form = form_folder(folder / "changed-form", own_field, ('"project.number"]', '"project.code"]'))
    drawing = form / "drawing.xlsx"
    drawing.write_bytes(patch_cells(drawing.read_bytes(), {WORKSHEET: {"C7": "[[project.code]]"}}))
    listed = folder / "番号.xlsx"
    code, said = run(["form", "adopt", "-C", str(folder), str(form), "--keys-out", str(listed)])
    assert code == 0, said
    numbers = {f"{letter}{row}": f"{90 + row}" for letter in "L" for row in range(2, 7)}
    listed.write_bytes(patch_cells(listed.read_bytes(), {"新しい番号": numbers}))


def answering(data: bytes, address: str, word: str) -> bytes:
    """Return the workbook with a word chosen in a cell of チェック."""
    return patch_cells(data, {(PAGE, address): word})


def saying_nothing(data: bytes) -> bytes:
    """Return the workbook with a block of its fields cleared."""
    cells = cells_of(data)
    staff = [one.path for one in papers.edition().fields if one.filled_by == "staff"]
    blanks = {(WORKSHEET, cells[path]): None for path in staff if not path.startswith("costs")}
    return patch_cells(data, blanks)


def content(folder: Path) -> dict[str, Any]:
    """What people see of a city: sheets, histories and open conflicts, and which files there are, each of them whole."""
    store = folder / "store"
    sheets = what_it_says(store) if (store / "store.json").exists() else {}
    shown = {
        key: {
            "head": said["head"],
            "open": _distinct(said["open"]),
            "waiting": said["waiting"],
            "stages": [act.stage_act_kind for act in stage_acts(store, key, YEAR)],
        }
        for key, said in sheets.items()
    }
    files = [file for file in folder.rglob("*") if file.is_file() and store not in file.parents]
    for file in files:
        if file.suffix == ".xlsx":
            Package.open(file.read_bytes()).verify()
    names = sorted(str(file.relative_to(folder)) for file in files if not is_temporary(file.name))
    return {"sheets": shown, "files": names}


def _distinct(conflicts: Sequence[dict[str, Any]]) -> list[str]:
    """A workbook submitted once more without having been saved is another copy, and asks the same again."""
    return sorted({repr(sorted(conflict.items())) for conflict in conflicts})


def ten_minutes_later(folder: Path) -> None:
    """Let what is left of unfinished writes be as old as if ten minutes had gone by."""
    past = time.time() - REMOVE_AFTER - 60
    for file in folder.rglob("*"):
        if is_temporary(file.name):
            os.utime(file, (past, past))


def leftovers(folder: Path) -> list[str]:
    """What is left of unfinished writes once a watcher was started ten minutes later, and ran for ten minutes."""
    ten_minutes_later(folder)
    further = form_folders(folder).values()
    for city in (folder, folder / "市", folder / "demo", *further):
        if (city / "store/store.json").exists():
            office = office_of(find_settings(city))
            put_right(office, datetime.now().astimezone())
            _watch_ten_minutes(office.shared)
    return [str(file.relative_to(folder)) for file in folder.rglob("*") if _is_left(file)]


def _watch_ten_minutes(shared: Path) -> None:
    """Let the watcher look twice at the folders of staff: it deletes there what did not change in between."""
    seen = Leftovers(shared)
    folders = [shared, *(entry for entry in shared.rglob("*") if entry.is_dir())]
    for now in (0.0, REMOVE_AFTER):
        files = [temporary_files(folder, shared).items() for folder in folders]
        seen.remove(dict(item for items in files for item in items), now)


def _is_left(file: Path) -> bool:
    return file.name.endswith(TEMPORARY) or (file.parent.name == "temporary" and file.is_file())


@dataclass(frozen=True)
class Points:
    """Which of a command's calls a fault is made at: every n-th, from a first one on (counted from 1).

    Where these are more than `most`, so many of them, evenly spread.
    """

    every: int = 1
    start: int = 1
    most: int = 0

    def of(self, calls: int) -> list[int]:
        """Return the numbers of the calls."""
        numbers = range(self.start, calls + 1, self.every)
        if not self.most or len(numbers) <= self.most:
            return [*numbers]
        step = len(numbers) / self.most
        return [numbers[int(step * (index + 0.5))] for index in range(self.most)]


class Sweep:
    """One command: its undisturbed end, and a fault at each of its calls."""

    def __init__(self, name: str, ground: Path, place: Path) -> None:
        self.name, self.ground, self.place = name, ground, place
        self.command, self.copies = COMMANDS[name], 0
        whole = self._copy()
        calls: list[str] = []
        log = place / "calls"

        def count(call: Call) -> None:
            with log.open("a") as file:
                file.write(f"{call.name}\n")

        first = self._run(whole, self.command.words, count)
        calls = log.read_text().splitlines()
        log.unlink()
        second = self._again(whole)
        self.codes = {first[0], second[0]}
        assert self.codes <= {0, 1, 3}, (first, second)
        self.calls, self.end = calls, content(whole / self.command.made)
        shutil.rmtree(whole)

    def _copy(self) -> Path:
        self.copies += 1
        return Path(shutil.copytree(self.ground, self.place / f"{self.copies}"))

    def _run(
        self, folder: Path, words: Sequence[str], seen: Seen = lambda _call: None
    ) -> tuple[int, str]:
        opened = self.command.opened.replace(_FOLDER, str(folder))
        return run(in_folder(words, folder), seen, opened)

    def _again(self, folder: Path) -> tuple[int, str]:
        return self._run(folder, self.command.again or self.command.words)

    def faults(self, fault: str, points: Sequence[int]) -> Count:
        """Make a fault at some of the calls, counted from 1."""
        count = Count(self.name, fault, len(self.calls))
        for number in points:
            folder = self._copy()
            try:
                self._fault(count, number, folder)
            except Exception as failure:  # noqa: BLE001 - whatever a damaged city raises is a failure of the sweep
                count.failures.append(f"{self._at(number)}: {type(failure).__name__} {failure}")
            count.points += 1
            shutil.rmtree(folder)
        return count

    def _at(self, number: int) -> str:
        return f"call {number} of {len(self.calls)} ({self.calls[number - 1]})"

    def _fault(self, count: Count, number: int, folder: Path) -> None:
        fault = count.fault
        seen = dying_at(number) if fault == "kill" else refusing(number, getattr(errno, fault))
        code, said = self._run(folder, self.command.words, seen)
        where = self._at(number)
        if fault == "kill" and code != KILLED:
            count.failures.append(f"{where}: not killed ({code})")
        if fault != "kill":
            count.refused += code == 3
            if code not in {0, 1, 3} or "Traceback" in said:
                count.failures.append(f"{where}: exit code {code}: {said[-300:]}")
        count.left += any(is_temporary(file.name) for file in folder.rglob("*"))
        store = find_settings(folder).store if (folder / "xlsync.toml").exists() else None
        if store is not None and (store.folder / "store.json").exists():
            damages = [damage for damage in audit(store) if not damage.derived]
            if damages and self.name != "audit --rebuild":
                count.failures.append(f"{where}: {damages}")
        again, said = self._again(folder)
        if again not in self.codes | {0}:  # 0: the first run had done it all but the last step
            count.failures.append(f"{where}: again: exit code {again}: {said[-300:]}")
        end = content(folder / self.command.made)
        if end != self.end:
            count.failures.append(f"{where}: another end: {_difference(end, self.end)}")
        if self.command.alone:
            ten_minutes_later(folder)
            self._again(folder)
        if remains := leftovers(folder):
            count.failures.append(f"{where}: left: {remains}")


def _difference(one: dict[str, Any], other: dict[str, Any]) -> str:
    files = set(one["files"]) ^ set(other["files"])
    keys = [key for key in one["sheets"] if one["sheets"][key] != other["sheets"].get(key)]
    return f"files {sorted(files)}, sheets {keys}"


def sweep(
    name: str, place: Path, grounds: Mapping[str, Path], faults: Sequence[str], points: Points
) -> list[Count]:
    """Sweep one command: every n-th of its calls from a first one on, under each fault."""
    runs = place / name.replace(" ", "-")
    runs.mkdir()
    swept = Sweep(name, grounds[COMMANDS[name].ground], runs)
    return [swept.faults(fault, points.of(len(swept.calls))) for fault in faults]


def table(counts: Sequence[Count]) -> str:
    """Return the counts as a Markdown table, and every failure below it."""
    out = io.StringIO()
    out.write(
        "| command | calls | fault | points | told by exit code 3 | with leftovers before the next start | failures |\n"
    )
    out.write("|---|---:|---|---:|---:|---:|---:|\n")
    total: Counter[str] = Counter()
    for count in counts:
        numbers = (count.points, count.refused, count.left, len(count.failures))
        shown = " | ".join(map(str, numbers))
        out.write(f"| {count.command} | {count.calls} | {count.fault} | {shown} |\n")
        total[count.fault] += count.points
    failures = [
        f"{count.command}, {count.fault}: {text}" for count in counts for text in count.failures
    ]
    out.write(f"\n{sum(total.values())} points ({dict(total)}), {len(failures)} failures\n")
    out.writelines(f"{failure}\n" for failure in failures)
    return out.getvalue()


def _main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("commands", nargs="*", default=[*COMMANDS])
    parser.add_argument("--faults", default=",".join(FAULTS))
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--start", type=int, default=1)
    parser.add_argument("--most", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=1)
    given = parser.parse_args()
    counts: list[Count] = []
    points = Points(given.every, given.start, given.most)
    faults = given.faults.split(",")
    with tempfile.TemporaryDirectory(prefix="sweep-") as folder:
        place = Path(folder)
        grounds = prepared(place)
        with ProcessPoolExecutor(given.jobs) as pool:
            tasks = [
                pool.submit(sweep, name, place, grounds, faults, points) for name in given.commands
            ]
            for task in tasks:
                counts += task.result()
                print(*counts[-len(faults) :], sep="\n", file=sys.stderr, flush=True)  # noqa: T201
    print(table(counts))  # noqa: T201
    sys.exit(any(count.failures for count in counts))


if __name__ == "__main__":
    _main()
