"""Shapes of codes: # a digit, @ a Latin letter, ? any character, others themselves; in Python and as Excel formulas."""

from __future__ import annotations

import re
from typing import Final

from xlsync.kinds.excel.formula_text import quoted
from xlsync.kinds.excel.note_marks import only_digits

DIGITS: Final = "0123456789"
LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_CLASSES: Final = {"#": DIGITS, "@": LETTERS}
_PATTERNS: Final = {"#": "[0-9]", "@": "[A-Za-z]", "?": "."}
HYPHENS: Final = "－ーｰ―‐‑‒–—−─━﹣"
"""What is typed for a hyphen."""
LONGEST: Final = 30
"""Characters of a shape: Excel looks at no more of a code."""
MOST_DIGITS: Final = 15
"""Digits that Excel keeps of a number."""


def matches(text: str, shape: str) -> bool:
    """Whether a text looks like a shape."""
    return len(text) == len(shape) and all(map(_is_of_class, text, shape))


def _is_of_class(character: str, wanted: str) -> bool:
    return wanted == "?" or character in _CLASSES.get(wanted, wanted)


def matches_formula(text: str, shape: str) -> str:
    """Return the formula of whether a text looks like a shape."""
    asked = [f"LEN({text})={len(shape)}"]
    for at, wanted in enumerate(shape, start=1):
        character = f"MID({text},{at},1)"
        if wanted in _CLASSES:
            asked.append(f"ISNUMBER(FIND({character},{quoted(_CLASSES[wanted])}))")
        elif wanted != "?":
            asked.append(f"EXACT({character},{quoted(wanted)})")
    return f"AND({','.join(asked)})"


def pattern_of(shapes: tuple[str, ...]) -> str:
    """Return the regular expression of some shapes, for Python and JSON Schema alike (which refuses an escaped hyphen).

    >>> pattern_of(("##", "A-##"))
    '(?:[0-9][0-9]|A-[0-9][0-9])'
    """
    return f"(?:{'|'.join(map(_pattern, shapes))})"


def _pattern(shape: str) -> str:
    return "".join(_PATTERNS.get(character, _escaped(character)) for character in shape)


def _escaped(character: str) -> str:
    return re.sub(r"[\\^$.*+?()\[\]{}|]", r"\\\g<0>", character)


def digit_count(shape: str) -> int:
    """Return how many digits a shape of digits and literals has; 0 for one with other wildcards, or with too many."""
    digits = shape.count("#")
    return 0 if set(shape) & set("@?" + DIGITS) or digits > MOST_DIGITS else digits


def is_bare(shape: str) -> bool:
    """Whether a shape is digits alone."""
    return set(shape) == {"#"}


def with_hyphens(text: str) -> str:
    """Return a text without spaces, everything that is typed for a hyphen being one."""
    return text.translate(dict.fromkeys(map(ord, HYPHENS), "-")).replace(" ", "")


def with_hyphens_formula(text: str) -> str:
    """Return the formula of the same."""
    text = f'SUBSTITUTE({text}," ","")'
    for character in HYPHENS:
        text = f'SUBSTITUTE({text},{quoted(character)},"-")'
    return text


def shaped(text: str, shapes: tuple[str, ...]) -> str | None:
    """Return a text in the first shape it has, with the literals that were left out; None where it has none."""
    for shape in shapes:
        if matches(text, shape):
            return text
    for shape in filter(digit_count, shapes):
        digits = _without(text, _literals(shape))
        if len(digits) == digit_count(shape) and re.fullmatch("[0-9]+", digits):
            return _with_literals(digits, shape)
    return None


def shaped_formula(text: str, shapes: tuple[str, ...], otherwise: str) -> str:
    """Return the formula of `shaped`."""
    formula = otherwise
    for shape in reversed([shape for shape in shapes if digit_count(shape)]):
        digits = text
        for character in _literals(shape):
            digits = f'SUBSTITUTE({digits},{quoted(character)},"")'
        sound = f"AND(LEN({digits})={digit_count(shape)},{only_digits(digits)})"
        formula = f"IF({sound},{_with_literals_formula(digits, shape)},{formula})"
    for shape in reversed(shapes):
        formula = f"IF({matches_formula(text, shape)},{text},{formula})"
    return formula


def shaped_number(number: int, shapes: tuple[str, ...]) -> str | None:
    """Return a number in the shape of as many digits; where only one shape is of digits, zeros that Excel took are put back."""
    numeric = [shape for shape in shapes if digit_count(shape)]
    for shape in numeric:
        digits = str(number)
        if len(numeric) == 1:
            digits = digits.zfill(digit_count(shape))
        if number >= 0 and len(digits) == digit_count(shape):
            return _with_literals(digits, shape)
    return None


def shaped_number_formula(raw: str, shapes: tuple[str, ...], otherwise: str) -> str:
    """Return the formula of `shaped_number` for the number in a cell."""
    numeric = [shape for shape in shapes if digit_count(shape)]
    formula = otherwise
    for shape in reversed(numeric):
        count = digit_count(shape)
        least = 0 if len(numeric) == 1 or count == 1 else 10 ** (count - 1)
        sound = f"AND({raw}=INT({raw}),{raw}>={least},{raw}<{10**count})"
        digits = f"TEXT({raw},{quoted('0' * count)})"
        formula = f"IF({sound},{_with_literals_formula(digits, shape)},{formula})"
    return formula


def _literals(shape: str) -> list[str]:
    return sorted(set(shape) - {"#"})


def _without(text: str, literals: list[str]) -> str:
    for character in literals:
        text = text.replace(character, "")
    return text


def _with_literals(digits: str, shape: str) -> str:
    left = iter(digits)
    return "".join(next(left) if character == "#" else character for character in shape)


def _with_literals_formula(digits: str, shape: str) -> str:
    """Return the formula of digits with the literals of a shape between them."""
    if is_bare(shape):
        return digits
    pieces, at = [], 1
    for run in re.findall("#+|[^#]+", shape):
        if run[0] == "#":
            pieces.append(f"MID({digits},{at},{len(run)})")
            at += len(run)
        else:
            pieces.append(quoted(run))
    return "&".join(pieces)


def fault_of(shape: str) -> str:
    """Return in Japanese why a shape cannot be one, "" where it can."""
    if not shape or len(shape) > LONGEST:
        return f"shape は1字から{LONGEST}字までで書いてください"
    if any(
        character in HYPHENS or character in "＃＠？ " or character < " " for character in shape
    ):
        return f"shape の「{shape}」は、空白を入れず半角（# @ ? -）で書いてください"
    if shape == "-":
        return "shape の「-」は「該当なし」の印と同じなので、使えません"
    return ""


__all__ = [
    "digit_count",
    "fault_of",
    "is_bare",
    "matches",
    "matches_formula",
    "pattern_of",
    "shaped",
    "shaped_formula",
    "shaped_number",
    "shaped_number_formula",
    "with_hyphens",
    "with_hyphens_formula",
]
