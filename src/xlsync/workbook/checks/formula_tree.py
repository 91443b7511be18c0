"""An Excel formula as a tree: literals, references, operators and function calls."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

_TOKEN: Final = re.compile(
    r"""\s*(?:
        (?P<text>"(?:[^"]|"")*")
      | (?P<array>\{[^{}]*\})
      | (?P<reference>(?:(?:'(?:[^']|'')*'|[^\W\d][\w.]*)!)?\$?[A-Z]{1,3}\$?[0-9]+(?::\$?[A-Z]{1,3}\$?[0-9]+)?(?![\w(.]))
      | (?P<number>[0-9]+(?:\.[0-9]+)?(?:E[+-]?[0-9]+)?)
      | (?P<call>[A-Za-z_][\w.]*)\(
      | (?P<name>(?:'(?:[^']|'')*'!)?[^\W\d][\w.]*)
      | (?P<operator><>|<=|>=|[-+*/^&=<>%(),])
    )""",
    re.VERBOSE,
)
_PRECEDENCE: Final = (("=", "<>", "<=", ">=", "<", ">"), ("&",), ("+", "-"), ("*", "/"), ("^",))

_LEVELS: Final = {
    operator: level for level, operators in enumerate(_PRECEDENCE) for operator in operators
}

Kind = Literal["text", "array", "reference", "number", "name", "operator", "call"]


@dataclass(frozen=True, slots=True)
class Node:
    """One part of a formula: `text` is its literal, reference, operator or function name as the formula writes it."""

    node_type: Kind
    text: str
    children: tuple[Node, ...] = ()

    @property
    def is_range(self) -> bool:
        """Whether it is a reference to several cells, or a name (which may be one)."""
        return self.node_type == "name" or (self.node_type == "reference" and ":" in self.text)

    def walk(self) -> Iterator[Node]:
        """Yield the node and everything below it, in the order of the formula."""
        waiting = [self]
        while waiting:
            node = waiting.pop()
            yield node
            waiting.extend(reversed(node.children))


@lru_cache(maxsize=4096)
def tree_of(formula: str) -> Node:
    """Return the tree of a formula without "="; ValueError where it is none.

    >>> tree_of('LEN(A1)&"x"').children[0]
    Node(node_type='call', text='LEN', children=(Node(node_type='reference', text='A1', children=()),))
    """
    return _Parser(formula).formula()


class _Parser:
    def __init__(self, formula: str) -> None:
        self._formula = formula
        self._tokens = list(_tokens(formula))
        self._at = 0

    def formula(self) -> Node:
        node = self._binary(0)
        if self._at < len(self._tokens):
            raise ValueError(f"unexpected {self._tokens[self._at][1]!r} in {self._formula}")
        return node

    def _binary(self, level: int) -> Node:
        """Parse operands joined by operators that bind at least as strongly as those of a level."""
        node = self._unary()
        while (binding := _LEVELS.get(self._next_operator(), -1)) >= level:
            operator = self._take()[1]
            node = Node("operator", operator, (node, self._binary(binding + 1)))
        return node

    def _unary(self) -> Node:
        if self._next_operator() in {"-", "+"}:
            return Node("operator", self._take()[1], (self._unary(),))
        node = self._primary()
        while self._next_operator() == "%":
            node = Node("operator", self._take()[1], (node,))
        return node

    def _primary(self) -> Node:
        kind, text = self._take()
        if kind == "call":
            return Node("call", text.removeprefix("_xlfn.").upper(), self._arguments())
        if kind == "operator" and text == "(":
            node = self._binary(0)
            self._expect(")")
            return node
        if kind == "operator":
            raise ValueError(f"unexpected {text!r} in {self._formula}")
        return Node(kind, text)

    def _arguments(self) -> tuple[Node, ...]:
        arguments: list[Node] = []
        if self._next_operator() == ")":
            self._take()
            return ()
        while True:
            arguments.append(self._binary(0))
            if self._next_operator() != ",":
                break
            self._take()
        self._expect(")")
        return tuple(arguments)

    def _next_operator(self) -> str:
        kind, text = self._tokens[self._at] if self._at < len(self._tokens) else ("", "")
        return text if kind == "operator" else ""

    def _take(self) -> tuple[Kind, str]:
        if self._at >= len(self._tokens):
            raise ValueError(f"the formula ends too early: {self._formula}")
        self._at += 1
        return self._tokens[self._at - 1]

    def _expect(self, operator: str) -> None:
        if self._take()[1] != operator:
            raise ValueError(f"{operator!r} is missing in {self._formula}")


def _tokens(formula: str) -> Iterator[tuple[Kind, str]]:
    at = 0
    while at < len(formula):
        match = _TOKEN.match(formula, at)
        if match is None or match.lastgroup is None:
            raise ValueError(f"cannot read {formula[at : at + 20]!r} in {formula}")
        yield match.lastgroup, match[match.lastgroup]  # type: ignore[misc]  # the groups are the kinds
        at = match.end()
