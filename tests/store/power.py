"""What the disk may hold after a power cut, by the promises of POSIX alone.

Only what was flushed is there for sure: a file's bytes by `fsync` of the file, a name by `fsync` of its folder. Of the rest
any part may be there and any may be missing; bytes not flushed may be all there, missing, zeros, cut off, or in part zeros.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from tests.store.disk_calls import REAL, Call

Edit = tuple[int, str, int | None]
"""A folder, a name in it, and what bears it now (None: nothing)."""
Tree = dict[str, bytes | None]

_FEW = 4
_PARTS = 16


@dataclass
class File:
    """Bytes as programs see them, and as they are on the disk for sure."""

    now: bytes = b""
    flushed: bytes = b""


@dataclass
class Folder:
    """Names as programs see them, and as they are on the disk for sure."""

    now: dict[str, int] = field(default_factory=dict)
    flushed: dict[str, int] = field(default_factory=dict)


class PoweredDisk:
    """A store's folder as a disk whose power may fail: it is told of each call, and tells what might be left."""

    def __init__(self, root: Path, forgotten: int = 0) -> None:
        """Begin with all that is in the folder flushed; the `forgotten`-th flush (from 1) is as if never made."""
        self.root = root
        self.nodes: list[File | Folder] = []
        self.pending: list[tuple[Edit, ...]] = []
        self.handles: dict[int, int] = {}
        self.flushes, self.forgotten = 0, forgotten
        self._load(root)

    def _load(self, place: Path) -> int:
        if not place.is_dir():
            data = place.read_bytes()
            return self._new(File(data, data))
        number = self._new(Folder())
        names = {entry.name: self._load(entry) for entry in sorted(place.iterdir())}
        self.nodes[number] = Folder(dict(names), dict(names))
        return number

    def _new(self, node: File | Folder) -> int:
        self.nodes.append(node)
        return len(self.nodes) - 1

    def __call__(self, call: Call) -> object:
        """Take note of a call that is about to succeed, and make it."""
        given = call.given
        match call.name:
            case "open" | "mkdir":
                return self._make(call)
            case "write":
                written = REAL["write"](*given)
                node = self.nodes[self.handles[given[0]]]
                assert isinstance(node, File)
                node.now += bytes(given[1][:written])
                return written
            case "fsync" | "fdatasync":
                self._flush(self._node_of(given[0]))
                return 0
            case "link" | "rename" | "replace":
                REAL[call.name](*given)
                self._name(call.name, Path(given[0]), Path(given[1]))
            case "unlink" | "remove" | "rmdir":
                REAL[call.name](*given)
                folder, name = self._find(Path(given[0]))
                self._edit((folder, name, None))
            case "close":
                self.handles.pop(given[0], None)
                return None
            case _:
                raise NotImplementedError(call)
        return 0

    def _make(self, call: Call) -> object:
        path = Path(call.given[0])
        if path.name == ".lock" or path == self.root:
            return None
        if call.name == "mkdir":
            REAL["mkdir"](*call.given)
            folder, name = self._find(path)
            self._edit((folder, name, self._new(Folder())))
            return 0
        handle = int(REAL["open"](*call.given))
        folder, name = self._find(path)
        held = self._folder(folder).now.get(name)
        if held is None:
            held = self._new(File())
            self._edit((folder, name, held))
        node = self.nodes[held]
        assert isinstance(node, File)
        assert int(call.given[1]) & (os.O_TRUNC | os.O_EXCL), "only whole files are written"
        node.now = b""
        self.handles[handle] = held
        return handle

    def _name(self, call: str, source: Path, target: Path) -> None:
        from_folder, from_name = self._find(source)
        to_folder, to_name = self._find(target)
        node = self._folder(from_folder).now[from_name]
        named = (to_folder, to_name, node)
        self._edit(named) if call == "link" else self._edit((from_folder, from_name, None), named)

    def _edit(self, *edits: Edit) -> None:
        for folder, name, node in edits:
            _put(self._folder(folder).now, name, node)
        self.pending.append(edits)

    def _flush(self, number: int) -> None:
        self.flushes += 1
        node = self.nodes[number]
        if self.flushes == self.forgotten:
            return
        if isinstance(node, File):
            node.flushed = node.now
            return
        for edits in [edits for edits in self.pending if edits[0][0] == number]:
            self.pending.remove(edits)
            for _, name, held in edits:
                _put(node.flushed, name, held)

    def _node_of(self, handle: int) -> int:
        if handle in self.handles:
            return self.handles[handle]
        path = Path(os.readlink(f"/proc/self/fd/{handle}"))  # noqa: PTH115 - a folder opened for reading
        folder, name = self._find(path)
        return self._folder(folder).now[name] if path != self.root else 0

    def _find(self, path: Path) -> tuple[int, str]:
        number = 0
        for step in path.relative_to(self.root).parts[:-1]:
            number = self._folder(number).now[step]
        return number, path.name

    def _folder(self, number: int) -> Folder:
        node = self.nodes[number]
        assert isinstance(node, Folder)
        return node

    def states(self) -> Iterator[Tree]:
        """Give what the disk may hold if the power fails now."""
        for kept in _choices(self.pending):
            names = {
                n: dict(one.flushed) for n, one in enumerate(self.nodes) if isinstance(one, Folder)
            }
            for folder, name, node in itertools.chain.from_iterable(kept):
                _put(names[folder], name, node)
            yield from self._with_bytes(names)

    def _with_bytes(self, names: dict[int, dict[str, int]]) -> Iterator[Tree]:
        there = dict(self._walk(names, 0, ""))
        unsure = [
            number
            for number in set(there.values())
            if isinstance(node := self.nodes[number], File) and node.now != node.flushed
        ]
        for bytes_of in itertools.product(*(self._bytes(number) for number in unsure)):
            said = dict(zip(unsure, bytes_of, strict=True))
            yield {
                path: None if isinstance(node := self.nodes[number], Folder) else said.get(number, node.now)
                for path, number in there.items()
            }  # fmt: skip

    def _bytes(self, number: int) -> tuple[bytes, ...]:
        node = self.nodes[number]
        assert isinstance(node, File)
        return _torn(node.flushed, node.now)

    def named(self) -> Iterator[tuple[str, bytes]]:
        """Give every file as programs see it."""
        names = {n: one.now for n, one in enumerate(self.nodes) if isinstance(one, Folder)}
        for path, number in self._walk(names, 0, ""):
            if isinstance(node := self.nodes[number], File):
                yield path, node.now

    def _walk(
        self, names: dict[int, dict[str, int]], number: int, above: str
    ) -> Iterator[tuple[str, int]]:
        for name, node in names[number].items():
            yield f"{above}{name}", node
            if node in names:
                yield from self._walk(names, node, f"{above}{name}/")


@cache
def _torn(flushed: bytes, now: bytes) -> tuple[bytes, ...]:
    """What may be on the disk of a file whose bytes were not flushed."""
    zeros = bytes(len(now))
    torn = [len(now) * part // _PARTS for part in range(1, _PARTS)]
    cut_off = (now[:at] for at in torn)
    with_holes = (half for at in torn for half in (now[:at] + zeros[at:], zeros[:at] + now[at:]))
    return flushed, now, zeros, *cut_off, *with_holes


def _put(names: dict[str, int], name: str, node: int | None) -> None:
    if node is None:
        names.pop(name, None)
    else:
        names[name] = node


def _choices(pending: list[tuple[Edit, ...]]) -> Iterator[tuple[tuple[Edit, ...], ...]]:
    """Give which of the names not flushed may be there: all choices of a few; of many none, all, one, all but one."""
    if len(pending) <= _FEW:
        for count in range(len(pending) + 1):
            yield from itertools.combinations(pending, count)
        return
    yield ()
    yield tuple(pending)
    for place, one in enumerate(pending):
        yield (one,)
        yield tuple(pending[:place])
        yield tuple(pending[:place] + pending[place + 1 :])


def laid_out(state: Tree, folder: Path) -> Path:
    """Lay a state out as files."""
    folder.mkdir()
    for name, data in sorted(state.items()):
        if data is None:
            (folder / name).mkdir()
        else:
            (folder / name).write_bytes(data)
    return folder
