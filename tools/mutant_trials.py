"""A pytest plugin that runs tests against changes of the code: each in a fork of a process that has collected the tests.

The tests run once without any change, which tells the lines each of them executes. Against a change run those that execute its
line, the quickest first, until one fails. A change within functions is made by replacing their code in the fork; one of what a
module or class does when it is imported needs a new process, and all tests.
"""

from __future__ import annotations

import ast
import contextlib
import gc
import os
import pickle
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import CodeType, FunctionType
from typing import TYPE_CHECKING, Any, Final

import coverage
import pytest

if TYPE_CHECKING:
    from code_changes import Mutant

_TIMEOUT: Final = 120
"""Seconds until the tests of a change that hangs are ended: it is noticed."""
Lines = Mapping[str, Mapping[int, Sequence[str]]]
"""The tests (node ids) that execute each line of each file."""


class Trials:
    """Runs the collected tests against changes, and says of each whether no test noticed it.

    Args:
        mutants: The changes, of modules in `package`.
        package: The folder of the package that the tests import.
        say: Told of each change whether it survived; None where it must be tried in a new process.

    """

    def __init__(
        self,
        mutants: Sequence[Mutant],
        package: Path,
        say: Callable[[bool | None], None],
    ) -> None:
        self.mutants, self.package, self.say = mutants, package, say
        self.failed = False

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Remember that a test failed."""
        self.failed = self.failed or report.failed

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Run the tests without any change, then against each change."""
        if session.testsfailed:
            raise pytest.UsageError("collection failed")
        items = {item.nodeid: item for item in session.items}
        lines, seconds = self._without_change(list(items.values()))
        for mutant in self.mutants:
            file = self.package / mutant.relative
            names = lines.get(str(file), {}).get(mutant.line, [])
            chosen = [items[name] for name in sorted(names, key=seconds.__getitem__)]
            if is_at_import(file, mutant.text):
                self.say(None)
            else:
                self.say(not chosen or self._survives(file, mutant.text, chosen))
        return True

    def _without_change(self, items: list[pytest.Item]) -> tuple[Lines, Mapping[str, float]]:
        """Run the tests in a fork; return which lines each executes and how long it takes."""
        answer = self.package.parent / "answer"
        modules = {str(self.package / mutant.relative) for mutant in self.mutants}

        def act() -> bool:
            traced = coverage.Coverage(data_file=None, include=sorted(modules), config_file=False)
            seconds: dict[str, float] = {}
            with traced.collect():
                for item, following in _with_next(items):
                    began = time.monotonic()
                    traced.switch_context(item.nodeid)
                    self._run(item, following)
                    seconds[item.nodeid] = time.monotonic() - began
            data = traced.get_data()
            contexts = {file: data.contexts_by_lineno(file) for file in modules}
            answer.write_bytes(pickle.dumps((contexts, seconds)))
            return not self.failed

        if not forked(act, timeout=3_600):
            raise pytest.UsageError("its tests fail without any change")
        lines, seconds = pickle.loads(answer.read_bytes())  # noqa: S301 - written by our own fork
        known: dict[str, dict[int, list[str]]] = {}
        for file, tests_by_line in lines.items():
            known[file] = {line: _known(names, seconds) for line, names in tests_by_line.items()}
        return known, seconds

    def _survives(self, file: Path, text: str, items: list[pytest.Item]) -> bool:
        original = file.read_bytes()

        def act() -> bool:
            replace_code(file, original.decode(), text)
            for item, following in _with_next(items):
                self._run(item, following)
                if self.failed:
                    return False
            return True

        file.write_text(text, encoding="utf-8")  # for processes that a test starts
        try:
            return forked(act, _TIMEOUT)
        finally:
            file.write_bytes(original)

    def _run(self, item: pytest.Item, following: pytest.Item | None) -> None:
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)


def _known(names: Sequence[str], seconds: Mapping[str, float]) -> list[str]:
    """Return the tests among the contexts of a line, without the blank one of what ran outside every test."""
    return [name for name in names if name in seconds]


def _with_next(items: Sequence[pytest.Item]) -> Iterator[tuple[pytest.Item, pytest.Item | None]]:
    yield from zip(items, [*items[1:], None], strict=True)


def forked(act: Callable[[], bool], timeout: float) -> bool:
    """Return what a function says in a fork; False where it fails, or does not end in time."""
    process = os.fork()
    if process == 0:
        passed = False
        try:
            os.setsid()
            passed = act()
        except BaseException:  # noqa: BLE001 - whatever it is: the fork must not go on as a second test run
            traceback.print_exc()
        finally:
            sys.stderr.flush()
            os._exit(0 if passed else 1)
    ends = time.monotonic() + timeout
    while time.monotonic() < ends:
        ended, status = os.waitpid(process, os.WNOHANG)
        if ended:
            return status == 0
        time.sleep(0.01)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process, signal.SIGKILL)
    os.waitpid(process, 0)
    return False


def is_at_import(file: Path, text: str) -> bool:
    """True where a change concerns what runs at the import of a module: its own level, or that of a class."""
    old = compile(ast.unparse(ast.parse(file.read_bytes())), str(file), "exec")
    new = compile(text, str(file), "exec")
    return _differs_outside_functions(old, new)


def _differs_outside_functions(old: CodeType, new: CodeType) -> bool:
    if _own(old) != _own(new):
        return True
    return any(
        _differs_outside_functions(inner, changed)
        for inner, changed in zip(_inner(old), _inner(new), strict=True)
        if not inner.co_flags & 0x2  # CO_NEWLOCALS: a function's body, not a class's
    )


def _own(code: CodeType) -> tuple[Any, ...]:
    constants = [repr(value) for value in code.co_consts if not isinstance(value, CodeType)]
    return code.co_code, tuple(constants), code.co_names, len(_inner(code))


def _inner(code: CodeType) -> list[CodeType]:
    return [value for value in code.co_consts if isinstance(value, CodeType)]


def replace_code(file: Path, before: str, after: str) -> None:
    """Let every function of a module run the code of the module's changed text."""
    old = compile(before, str(file), "exec")
    new = compile(after, str(file), "exec")
    codes = dict(_pairs(old, new))
    gc.unfreeze()  # what was frozen while tests were imported is in no list of objects
    for function in gc.get_objects():
        if isinstance(function, FunctionType) and function.__code__.co_filename == str(file):
            code = codes.get(_name(function.__code__))
            if code is not None:
                function.__code__ = code


def _pairs(old: CodeType, new: CodeType) -> Iterator[tuple[tuple[str, int], CodeType]]:
    for inner, changed in zip(_inner(old), _inner(new), strict=False):
        yield _name(inner), changed
        yield from _pairs(inner, changed)


def _name(code: CodeType) -> tuple[str, int]:
    return code.co_qualname, code.co_firstlineno
