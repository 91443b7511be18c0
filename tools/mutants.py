"""Change the code in small ways and see whether a test notices: `make mutants` (SEED=, EACH= changes of each group).

Each change ("mutant") is made in a copy of src/, which the group's tests then import (tools/mutant_trials.py). A mutant that no
test notices has survived: a test is missing, or the change makes no difference. Those of the second kind that were looked at
stand in tools/mutants_equivalent.tsv and are not counted. The sample is the same for the same seed and code.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import pytest

from code_changes import PACKAGE, Mutant, mutants_of
from mutant_trials import Trials

ROOT: Final = Path(__file__).parents[1]
EQUIVALENTS: Final = Path(__file__).with_name("mutants_equivalent.tsv")
TIMEOUT: Final = 600
"""Seconds until the tests of a mutant that hangs are ended: it is noticed."""
NOT_RUN: Final = "not office and not node and not corpus and not smb"
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
            "exchange/test_choices.py",
            "exchange/test_live.py",
            "exchange/test_lost_stamp.py",
            "exchange/test_check_writing.py",
        ),
    ),
    "merge base": (
        ("exchange/reconcile/merge_base.py",),
        (
            "exchange/test_merging_people.py",
            "exchange/test_settling.py",
            "exchange/test_pull_after_choice.py",
            "exchange/test_live.py",
            "exchange/test_lost_stamp.py",
            "exchange/test_model.py",
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
            "cli/test_form_adopt.py",
        ),
    ),
    "audit": (("store/store_audit.py",), ("store/test_audit.py", "store/test_seals.py")),
    "disk": (
        ("disk.py", "atomic_rename.py"),
        (
            "test_disk.py",
            "store/test_store.py",
            "store/test_power_cut.py",
            "inbox/test_workbook_replacement.py",
        ),
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


def sample(seed: int, each: int, name: str) -> list[Mutant]:
    """Return some changes of a group, the same for the same seed."""
    modules = [path for pattern in GROUPS[name][0] for path in sorted(PACKAGE.glob(pattern))]
    known = [mutant for module in modules for mutant in mutants_of(module)]
    dice = random.Random(f"{seed} {name}")  # noqa: S311 - the same sample every time
    return dice.sample(known, min(each, len(known)))


@dataclass
class Figures:
    """How many changes of a group the tests noticed, how many make no difference, and which survived."""

    noticed: int = 0
    without_difference: int = 0
    survivors: list[Mutant] = field(default_factory=list)

    @property
    def tried(self) -> int:
        """How many changes make a difference."""
        return self.noticed + len(self.survivors)


def known_equivalents() -> set[tuple[str, str, str]]:
    """Return the changes said to make no difference: module, what it was and is; the reason stands behind them."""
    lines = EQUIVALENTS.read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return {(module, before, after) for module, before, after, _reason in rows}


def try_group(group: str, mutants: Sequence[Mutant], folder: Path) -> Figures:
    """Run a group's tests against changes, in a process of its own; say each that survived."""
    source = folder / group.replace(" ", "-") / "src"
    shutil.copytree(ROOT / "src", source)
    answers = source.parent / "answers"
    answers.touch()
    process = os.fork()
    if process == 0:
        code = 1
        try:
            code = _run_pytest(group, mutants, source, answers)
        finally:
            os._exit(code)
    if os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]):
        shown = (source.parent / "output").read_text(errors="replace")[-3000:]
        sys.exit(f"{group}: its tests fail without any change\n{shown}")
    figures, equivalents = Figures(), known_equivalents()
    for mutant, answer in zip(mutants, answers.read_text().splitlines(), strict=False):
        survived = answer == "True" or (answer == "None" and _survives(group, mutant, source))
        if not survived:
            figures.noticed += 1
        elif (mutant.relative.as_posix(), mutant.before, mutant.after) in equivalents:
            figures.without_difference += 1
        else:
            figures.survivors.append(mutant)
    return figures


def _run_pytest(group: str, mutants: Sequence[Mutant], source: Path, answers: Path) -> int:
    """Try the changes in this process, whose words go into a file; return pytest's exit code."""
    with (source.parent / "output").open("wb") as output:
        os.dup2(output.fileno(), 1)
        os.dup2(output.fileno(), 2)

    def say(survived: bool | None) -> None:  # noqa: FBT001 - the one thing it is told
        with answers.open("a") as file:
            file.write(f"{survived}\n")

    os.environ.update(PYTHONPATH=str(source), PYTHONDONTWRITEBYTECODE="1")
    sys.path.insert(0, str(source))
    sys.dont_write_bytecode = True
    os.chdir(ROOT)
    trials = Trials(mutants, source / "xlsync", say)
    return int(pytest.main([*_options(source.parent / "t"), *_tests(group)], plugins=[trials]))


def _tests(group: str) -> list[str]:
    return [str(ROOT / "tests" / name) for name in GROUPS[group][1]]


def _options(folder: Path) -> list[str]:
    options = ["-x", "-q", "-p", "no:cacheprovider", "-m", NOT_RUN, f"--basetemp={folder}"]
    return [*options, "--hypothesis-profile=trial"]


def _survives(group: str, mutant: Mutant, source: Path) -> bool:
    """Whether a group's tests pass with a change of what runs at import, in a new process."""
    file = source / "xlsync" / mutant.relative
    original = file.read_bytes()
    file.write_text(mutant.text, encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(source), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "pytest", *_options(source.parent / "n"), *_tests(group)]
    try:
        ended = subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, timeout=TIMEOUT, check=False
        )
    except subprocess.TimeoutExpired:
        return False
    finally:
        file.write_bytes(original)
    return ended.returncode == 0


def main() -> int:
    """Run a sample, print what survived and the figures; 1 where a group's tests fail without any change."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--each", type=int, default=20)
    parser.add_argument("groups", nargs="*", choices=[*GROUPS, []], default=[])
    options = parser.parse_args()
    all_figures: dict[str, Figures] = {}
    with tempfile.TemporaryDirectory() as folder:
        for name in options.groups or list(GROUPS):
            figures = try_group(name, sample(options.seed, options.each, name), Path(folder))
            all_figures[name] = figures
            for mutant in figures.survivors:
                where = f"{mutant.module.relative_to(ROOT)}:{mutant.line}"
                print(f"survived {where}\n  - {mutant.before}\n  + {mutant.after}")
            _print_figures(name, [figures])
    _print_figures("all", [*all_figures.values()])
    return 0


def _print_figures(name: str, figures: Sequence[Figures]) -> None:
    noticed = sum(of_group.noticed for of_group in figures)
    tried = sum(of_group.tried for of_group in figures)
    equivalent = sum(of_group.without_difference for of_group in figures)
    share = f" ({noticed / tried:.0%})" if tried else ""
    rest = f", {equivalent} more make no difference" if equivalent else ""
    print(f"{name}: {noticed} of {tried} noticed{share}{rest}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
