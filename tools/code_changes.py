"""The small changes of code that tools/mutants.py makes: where a module can be changed, and each change as new source text."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeGuard

PACKAGE: Final = Path(__file__).parents[1] / "src" / "xlsync"
COMPARED: Final[dict[type[ast.cmpop], type[ast.cmpop]]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
COMPUTED: Final[dict[type[ast.operator], type[ast.operator]]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change: the module, the line, what it was and is, and the module's whole text with it."""

    module: Path
    line: int
    before: str
    after: str
    text: str

    @property
    def relative(self) -> Path:
        """The module below src/xlsync."""
        return self.module.relative_to(PACKAGE)


def mutants_of(module: Path) -> Iterator[Mutant]:
    """Yield every change of a module that this program knows, each alone."""
    source = module.read_text(encoding="utf-8")
    for number in range(len(_sites(ast.parse(source)))):
        tree = ast.parse(source)
        node, kind = _sites(tree)[number]
        before, line = ast.unparse(node), node.lineno
        _change(node, kind)
        after = ast.unparse(node)
        if after != before:
            text = ast.unparse(ast.fix_missing_locations(tree))
            yield Mutant(module, line, before, after, text)


Site = tuple["ast.expr | ast.stmt", str]


def _sites(tree: ast.Module) -> list[Site]:
    """Return the nodes that can be changed, and how."""
    sites: list[Site] = []
    _collect(tree, sites)
    return sites


def _collect(node: ast.AST, sites: list[Site]) -> None:
    for name, value in ast.iter_fields(node):
        if name in {"annotation", "returns", "decorator_list", "type_params"}:
            continue
        for child in value if isinstance(value, list) else [value]:
            if not isinstance(child, ast.AST) or _is_for_types(child):
                continue
            if _is_for_windows(child):  # its tests run there
                _collect(ast.Module(child.orelse, []), sites)
                continue
            if isinstance(child, ast.expr | ast.stmt):
                sites += [(child, kind) for kind in _kinds(child)]
            _collect(child, sites)


def _is_for_types(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"


def _is_for_windows(node: ast.AST) -> TypeGuard[ast.If]:
    return isinstance(node, ast.If) and ast.unparse(node.test) == "sys.platform == 'win32'"


def _kinds(node: ast.expr | ast.stmt) -> Iterator[str]:
    """Yield the ways in which a node can be changed."""
    match node:
        case ast.Compare(ops=[op]) if type(op) in COMPARED:
            yield "compare"
        case ast.BoolOp():
            yield "and-or"
        case ast.BinOp(op=op) if type(op) in COMPUTED:
            yield "compute"
        case ast.Constant(value=bool() | int()):
            yield "constant"
        case ast.If() | ast.While() | ast.IfExp():
            yield "negate"
        case ast.Expr(value=ast.Call()) | ast.AugAssign():
            yield "remove"
        case ast.Call(func=called, args=[first, second]) if not isinstance(first, ast.Starred):
            if ast.unparse(called) not in {"min", "max"} and ast.unparse(first) != ast.unparse(
                second
            ):
                yield "swap"


def _change(node: ast.expr | ast.stmt, kind: str) -> None:
    match node, kind:
        case ast.Compare(), "compare":
            node.ops = [COMPARED[type(node.ops[0])]()]
        case ast.BoolOp() | ast.BinOp(), "and-or" | "compute":
            _change_operator(node)
        case ast.Constant(value=bool(truth)), "constant":
            node.value = not truth
        case ast.Constant(), "constant":
            node.value = int(str(node.value)) + 1
        case ((ast.If() | ast.While() | ast.IfExp()), "negate"):
            node.test = ast.UnaryOp(ast.Not(), node.test)
        case ast.Call(), "swap":
            node.args.reverse()
        case ast.Expr() | ast.AugAssign(), "remove":
            _remove(node)
        case _:
            raise ValueError(kind)


def _remove(node: ast.Expr | ast.AugAssign) -> None:
    if isinstance(node, ast.AugAssign):
        node.value = node.target if isinstance(node.op, ast.BitOr) else ast.Constant(0)
    else:
        node.value = ast.Constant(None)


def _change_operator(node: ast.BoolOp | ast.BinOp) -> None:
    if isinstance(node, ast.BoolOp):
        node.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
    else:
        node.op = COMPUTED[type(node.op)]()
