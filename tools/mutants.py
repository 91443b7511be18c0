"""Change the code in small ways and see whether a test notices: `make mutants` (SEED=, EACH= changes of each group).

Each change ("mutant") is made in a copy of src/, which the group's tests then import. A mutant that no test notices has
survived: a test is missing, or the change makes no difference. The sample is the same for the same seed and code.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

from code_changes import Mutant, mutants_of

ROOT: Final = Path(__file__).parents[1]
PACKAGE: Final = ROOT / "src" / "xlsync"
TIMEOUT: Final = 600
"""Seconds until the tests of a mutant that hangs are ended: it is noticed."""
NOT_RUN: Final = "not office and not node and not corpus and not smb and not slow"
GROUPS: Final[dict[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "merging": (("merging.py",), ("test_merging.py", "test_sheet.py")),
    "receive and reconcile": (
        (
            "exchange/receive.py",
            "exchange/incoming.py",
            "exchange/reconcile/reconcile.py",
            "exchange/reconcile/provenance.py",
            "exchange/reconcile/accidental_clearing.py",
            "exchange/reconcile/duplicate_copies.py",
            "exchange/reconcile/field_ownership.py",
            "exchange/reconcile/save_copy_state.py",
        ),
        (
            "exchange/test_merging_people.py",
            "exchange/test_owners.py",
            "exchange/test_clearing.py",
            "exchange/test_settling.py",
            "exchange/test_refusals.py",
            "exchange/test_cells_as_typed.py",
            "exchange/test_pull_after_choice.py",
            "exchange/test_round_trip.py",
        ),
    ),
    "merge base": (
        ("exchange/reconcile/merge_base.py",),
        (
            "exchange/test_merging_people.py",
            "exchange/test_settling.py",
            "exchange/test_pull_after_choice.py",
            "exchange/test_live.py",
        ),
    ),
    "choices": (
        ("exchange/reconcile/choices.py",),
        (
            "exchange/test_choices.py",
            "exchange/test_settling.py",
            "exchange/test_pull_after_choice.py",
        ),
    ),
    "store": (
        ("store/store.py", "store/revision.py", "store/copy_state.py", "store/stored_sheet.py"),
        (
            "store/test_store.py",
            "store/test_damaged_sheets.py",
            "store/test_rebuild.py",
            "store/test_audit.py",
        ),
    ),
    "audit": (("store/store_audit.py",), ("store/test_audit.py",)),
    "disk": (
        ("disk.py", "atomic_rename.py"),
        ("test_disk.py", "store/test_store.py", "inbox/test_workbook_replacement.py"),
    ),
    "kinds": (("kinds/*.py",), ("kinds", "test_sheet.py", "form/test_json_schema.py")),
    "stability": (
        ("inbox/intake/stability.py",),
        ("inbox/test_stability.py", "inbox/test_sweep.py"),
    ),
    "patcher": (
        ("ooxml/patch/patch.py", "ooxml/patch/worksheet_patcher.py", "ooxml/patch/cell_*.py"),
        ("ooxml/test_patch.py", "ooxml/test_properties.py", "ooxml/test_plain_workbooks.py"),
    ),
    "access": (
        ("addin/verbs/access.py", "addin/ways/keys.py", "addin/ways/web_access.py"),
        ("addin/test_keys.py", "attacks/test_department_keys.py", "addin/test_web.py"),
    ),
}
"""Modules whose code is changed, under src/xlsync, and the tests that are to notice it, under tests."""


def sample(seed: int, each: int, names: list[str]) -> list[tuple[str, Mutant]]:
    """Return some changes of each group, the same for the same seed; one of each group, then the next of each."""
    chosen: list[tuple[int, str, Mutant]] = []
    for name in names:
        modules = [path for pattern in GROUPS[name][0] for path in sorted(PACKAGE.glob(pattern))]
        known = [mutant for module in modules for mutant in mutants_of(module)]
        dice = random.Random(f"{seed} {name}")  # noqa: S311 - the same sample every time
        drawn = dice.sample(known, min(each, len(known)))
        chosen += [(turn, name, mutant) for turn, mutant in enumerate(drawn)]
    chosen.sort(key=lambda choice: choice[0])
    return [(name, mutant) for _, name, mutant in chosen]


class Workshop:
    """A copy of src/ in which one module at a time is changed while tests import it."""

    def __init__(self, folder: Path) -> None:
        self.source = folder / "src"
        shutil.copytree(ROOT / "src", self.source)

    def passes(self, group: str) -> bool:
        """Whether the tests of a group pass as the copy is now."""
        tests = [str(ROOT / "tests" / name) for name in GROUPS[group][1]]
        command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider"]
        environment = {**os.environ, "PYTHONPATH": str(self.source), "PYTHONDONTWRITEBYTECODE": "1"}
        with tempfile.TemporaryDirectory() as temporary:
            command += ["-m", NOT_RUN, "--hypothesis-profile=quick", f"--basetemp={temporary}/t"]
            try:
                ended = subprocess.run(
                    [*command, *tests],
                    cwd=ROOT,
                    env=environment,
                    capture_output=True,
                    timeout=TIMEOUT,
                    check=False,
                )
            except subprocess.TimeoutExpired:
                return False
        return ended.returncode == 0

    def survives(self, group: str, mutant: Mutant) -> bool:
        """Whether the tests of a group pass with a change."""
        file = self.source / "xlsync" / mutant.module.relative_to(PACKAGE)
        original = file.read_bytes()
        file.write_text(mutant.text, encoding="utf-8")
        try:
            return self.passes(group)
        finally:
            file.write_bytes(original)


def main() -> int:
    """Run a sample, print what survived and the figures; 1 where a group's tests fail without any change."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--each", type=int, default=20)
    parser.add_argument("--minutes", type=float, default=0, help="stop after so long (0: never)")
    parser.add_argument("groups", nargs="*", choices=[*GROUPS, []], default=[])
    options = parser.parse_args()
    names = options.groups or list(GROUPS)
    ends = time.monotonic() + options.minutes * 60 if options.minutes else float("inf")
    figures = {name: [0, 0] for name in names}
    with tempfile.TemporaryDirectory() as folder:
        workshop = Workshop(Path(folder))
        for name in names:
            if not workshop.passes(name):
                print(f"{name}: its tests fail without any change", file=sys.stderr)
                return 1
        for name, mutant in sample(options.seed, options.each, names):
            if time.monotonic() > ends:
                break
            survived = workshop.survives(name, mutant)
            figures[name][survived] += 1
            if survived:
                where = f"{mutant.module.relative_to(ROOT)}:{mutant.line}"
                print(f"survived {where}\n  - {mutant.before}\n  + {mutant.after}", flush=True)
    _print_figures(figures)
    return 0


def _print_figures(figures: dict[str, list[int]]) -> None:
    for name, (killed, survived) in figures.items():
        if killed + survived:
            print(f"{name}: {killed} of {killed + survived} noticed")
    killed, survived = map(sum, zip(*figures.values(), strict=True))
    share = f" ({killed / (killed + survived):.0%})" if killed + survived else ""
    print(f"all: {killed} of {killed + survived} noticed{share}")


if __name__ == "__main__":
    sys.exit(main())
