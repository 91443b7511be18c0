"""The text of an expression → its syntax: numbers, texts, names of fields, calls, and operators as people write them.

or, また は   and, かつ   not   = <> < <= > >= (≠ ≦ ≧ ＝ …)   + - (＋ － −)   * / (× ÷)   unary -
120   0.5   "文字"   costs.general   [costs.{period}.general]   「欄の名前」   sum(…)   合計(…)
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, NamedTuple


class ExpressionError(ValueError):
    """An expression that means nothing, with the reason in Japanese."""


@dataclass(frozen=True, slots=True)
class Literal:
    """A number or a text as written."""

    constant_written: Decimal | str


@dataclass(frozen=True, slots=True)
class Name:
    """A field, by the path of its entry, or by its label where `is_label`."""

    name_words: str
    is_label: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """A function or an operator over some arguments."""

    function: str
    call_arguments: tuple[Syntax, ...]


Syntax = Literal | Name | Call

_OPERATORS: Final = {
    "≠": "<>", "＜＞": "<>", "!=": "<>", "≦": "<=", "＜＝": "<=", "≧": ">=", "＞＝": ">=", "＝": "=", "==": "=",
    "＜": "<", "＞": ">", "＋": "+", "－": "-", "−": "-", "×": "*", "＊": "*", "÷": "/", "／": "/",
    "（": "(", "）": ")", "，": ",", "、": ",",
}  # fmt: skip
_WORD_OPERATORS: Final = {"and": "and", "かつ": "and", "or": "or", "または": "or", "not": "not"}
_PIECES: Final = re.compile(
    r"""\s*(?:
    (?P<number>[0-9]+(?:\.[0-9]+)?)
    |"(?P<text>[^"]*)"
    |\[(?P<path>[^\[\]]*)\]
    |「(?P<label>[^」]*)」
    |(?P<word>[A-Za-z_\u3041-\u3096\u30a1-\u30fa\u4e00-\u9fff](?:[A-Za-z0-9_.\u3041-\u3096\u30a1-\u30fc\u4e00-\u9fff]|\{[^{}]*\})*)
    |(?P<operator><>|<=|>=|!=|==|＜＞|＜＝|＞＝|[-+*/=<>(),＋－−×＊÷／＝＜＞≠≦≧（），、])
    )\s*""",
    re.VERBOSE,
)
_COMPARISONS: Final = frozenset({"=", "<>", "<", "<=", ">", ">="})
_LONGEST: Final = 1000
_DEEPEST: Final = 30


class _Piece(NamedTuple):
    piece_kind: str
    text: str


def parse(text: str) -> Syntax:
    """Return the syntax of an expression; ExpressionError where it has none."""
    if len(text) > _LONGEST:
        raise ExpressionError(f"式が長すぎます（{_LONGEST}字まで）")
    parser = _Parser([*_pieces(text)])
    syntax = parser.either(0)
    if parser.piece.piece_kind:
        raise ExpressionError(f"「{parser.piece.text}」から先が読めません")
    return syntax


def parsed(text: str) -> Syntax:
    """Return the syntax of an expression; ExpressionError, quoting it, where it has none."""
    try:
        return parse(text)
    except ExpressionError as fault:
        raise ExpressionError(f"式「{text}」：{fault}") from fault


def names_in(syntax: Syntax) -> Iterator[Name]:
    """Yield the names of fields in an expression, each as often as it stands there."""
    if isinstance(syntax, Name):
        yield syntax
    elif isinstance(syntax, Call):
        for argument in syntax.call_arguments:
            yield from names_in(argument)


def _pieces(text: str) -> Iterator[_Piece]:
    at = 0
    while at < len(text):
        match = _PIECES.match(text, at)
        if match is None:
            raise ExpressionError(f"「{text[at : at + 10]}」が読めません")
        kind = str(match.lastgroup)
        yield _Piece(kind, _OPERATORS.get(match[kind], match[kind]))
        at = match.end()


class _Parser:
    """Recursive descent over the pieces of a text."""

    def __init__(self, pieces: list[_Piece]) -> None:
        self._rest = [*pieces, _Piece("", "")]

    @property
    def piece(self) -> _Piece:
        """The next piece; of no kind at the end."""
        return self._rest[0]

    def either(self, depth: int) -> Syntax:
        """Parse alternatives."""
        if depth > _DEEPEST:
            raise ExpressionError(f"かっこの重なりが深すぎます（{_DEEPEST}段まで）")
        left = self._both(depth)
        while self._takes("or"):
            left = Call("or", (left, self._both(depth)))
        return left

    def _both(self, depth: int) -> Syntax:
        left = self._negation(depth)
        while self._takes("and"):
            left = Call("and", (left, self._negation(depth)))
        return left

    def _negation(self, depth: int) -> Syntax:
        if self._takes("not"):
            return Call("not", (self._negation(depth),))
        left = self._sum(depth)
        if self.piece.piece_kind == "operator" and self.piece.text in _COMPARISONS:
            return Call(self._next().text, (left, self._sum(depth)))
        return left

    def _sum(self, depth: int) -> Syntax:
        left = self._product(depth)
        while self.piece in {_Piece("operator", "+"), _Piece("operator", "-")}:
            left = Call(self._next().text, (left, self._product(depth)))
        return left

    def _product(self, depth: int) -> Syntax:
        left = self._unary(depth)
        while self.piece in {_Piece("operator", "*"), _Piece("operator", "/")}:
            left = Call(self._next().text, (left, self._unary(depth)))
        return left

    def _unary(self, depth: int) -> Syntax:
        if self.piece == _Piece("operator", "-"):
            self._next()
            return Call("-", (Literal(Decimal(0)), self._unary(depth)))
        return self._atom(depth + 1)

    def _atom(self, depth: int) -> Syntax:
        piece = self._next()
        match piece.piece_kind:
            case "number":
                return Literal(Decimal(piece.text))
            case "text":
                return Literal(piece.text)
            case "path":
                return Name(piece.text.strip())
            case "label":
                return Name(piece.text.strip(), is_label=True)
            case "word":
                return self._call(piece.text, depth)
            case "operator" if piece.text == "(":
                inner = self.either(depth)
                self._expect(")")
                return inner
        missing = (
            "式が途中で終わっています"
            if not piece.piece_kind
            else f"「{piece.text}」の位置が違います"
        )
        raise ExpressionError(missing)

    def _call(self, word: str, depth: int) -> Syntax:
        if self.piece != _Piece("operator", "("):
            return Name(word)
        self._next()
        arguments = [self.either(depth)]
        while self.piece == _Piece("operator", ","):
            self._next()
            arguments.append(self.either(depth))
        self._expect(")")
        return Call(word, tuple(arguments))

    def _takes(self, operator: str) -> bool:
        is_there = (
            self.piece.piece_kind == "word" and _WORD_OPERATORS.get(self.piece.text) == operator
        )
        if is_there:
            self._next()
        return is_there

    def _next(self) -> _Piece:
        return self._rest.pop(0) if len(self._rest) > 1 else self._rest[0]

    def _expect(self, operator: str) -> None:
        if self._next() != _Piece("operator", operator):
            raise ExpressionError(f"「{operator}」がありません")


__all__ = ["Call", "ExpressionError", "Literal", "Name", "Syntax", "names_in", "parse", "parsed"]
