"""EXPRESSIONS of a form: one text with a meaning in Python and a formula of Excel 2016, side by side.

grammar   text → syntax
nodes, truths, functions   what an expression is built of: each node with its value and its formula
meaning   syntax → nodes, names looked up and types checked
bound     an expression for one field of an edition, ready to be evaluated and compiled
"""

from __future__ import annotations

from xlsync.expressions.bound import BoundExpression, Result
from xlsync.expressions.grammar import ExpressionError, names_in

__all__ = ["BoundExpression", "ExpressionError", "Result", "names_in"]
