"""One namespace prefix for all elements of a spreadsheet part.

Programs that add elements to a part through the Open XML SDK leave `<x:c xmlns:x="…/main">` among `<c>`. Excel opens such
a part, and so do readers that know namespaces. The patcher, which looks for tags in the text, sees them under one name.
"""

from __future__ import annotations

import re
from xml.parsers import expat

from xlsync.ooxml.xml.encoding import MAIN_NAMESPACES

_START_TAG = re.compile(rb"""<(?>(?:[^<>"'/]++|/(?!>)|"[^"]*+"|'[^']*+')*)(/?)>""")


def with_one_prefix(text: str) -> str:
    """Return the part's text with its root's prefix on every element of its root's namespace.

    Nothing else changes, and nothing at all in a part that has one prefix already, is no spreadsheet part, is not
    well-formed, or means something else by the prefix in some element.

    Example:
        >>> main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
        >>> with_one_prefix(f'<row xmlns="{main}" xmlns:x="{main}"><x:c r="A1"/></row>').partition(
        ...     "><"
        ... )[2]
        'c r="A1"/></row>'

    """
    if sum(text.count(namespace) for namespace in MAIN_NAMESPACES) <= 1:
        return text
    tags = _Tags(text.encode())
    return text if tags.is_ambiguous else tags.renamed()


class _Tags:
    """Where the tags of a part's UTF-8 bytes have another prefix than the root, though their namespace is the root's."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._root: tuple[str, bytes] | None = None
        self._is_empty: list[bool] = []
        self._prefixes: list[tuple[int, int]] = []
        self.is_ambiguous = False
        self._parser = parser = expat.ParserCreate("utf-8", namespace_separator=" ")
        parser.namespace_prefixes = True
        parser.StartNamespaceDeclHandler = self._declaration
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        try:
            parser.Parse(data, True)  # noqa: FBT003 - expat takes no keywords
        except expat.ExpatError:
            self.is_ambiguous = True

    def renamed(self) -> str:
        """Return the part's text with the root's prefix in all of these tags."""
        pieces = []
        at = 0
        _, prefix = self._root or ("", b"")
        for start, end in self._prefixes:
            pieces += [self._data[at:start], prefix]
            at = end
        return b"".join((*pieces, self._data[at:])).decode()

    def _declaration(self, prefix: str | None, namespace: str) -> None:
        """Note whether the root's prefix means another namespace further down, where no tag can be given it."""
        if self._root is not None and _written(prefix or "") == self._root[1]:
            self.is_ambiguous = self.is_ambiguous or namespace != self._root[0]

    def _start(self, name: str, _attributes: dict[str, str]) -> None:
        """An element begins; `name` is "namespace local-name prefix"."""
        start = self._parser.CurrentByteIndex
        tag = _START_TAG.match(self._data, start)
        self._is_empty.append(tag is not None and bool(tag[1]))
        namespace, prefix = _namespace_and_prefix(name)
        if self._root is None:
            self._root = (namespace, prefix)
            self.is_ambiguous = namespace not in MAIN_NAMESPACES
        self._note(namespace, prefix, start + len(b"<"))

    def _end(self, name: str) -> None:
        if not self._is_empty.pop():  # an empty element has one tag
            self._note(*_namespace_and_prefix(name), self._parser.CurrentByteIndex + len(b"</"))

    def _note(self, namespace: str, prefix: bytes, start: int) -> None:
        """Keep where the tag's prefix stands if it is to be another."""
        if self._root is not None and namespace == self._root[0] and prefix != self._root[1]:
            self._prefixes.append((start, start + len(prefix)))


def _namespace_and_prefix(name: str) -> tuple[str, bytes]:
    namespace, _, local_and_prefix = name.partition(" ")
    return namespace, _written(local_and_prefix.partition(" ")[2])


def _written(prefix: str) -> bytes:
    return f"{prefix}:".encode() if prefix else b""
