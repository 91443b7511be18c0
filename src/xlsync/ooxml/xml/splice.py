"""Where elements stand in the text of an XML part, so that one can be changed and every other character stays.

Comments, CDATA sections and processing instructions are blanked in a mask of the same length; positions found in
the mask are positions in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from xlsync.errors import UnwritableWorkbook
from xlsync.ooxml.xml.encoding import escaped, has_tag

_NOISE = re.compile(r"<!--|<!\[CDATA\[|<\?")
_DECLARATION = re.compile(r"\ufeff?<\?xml[^<>?]*\?>")
_NOISE_ENDS = {"<!--": "-->", "<![CDATA[": "]]>", "<?": "?>"}
# Groups are atomic, not repeated possessively: Python before 3.11.5 matches those wrongly (gh-106052).
_REST_OF_TAG = r"""((?>(?:[^<>"'/]++|/(?!>)|"[^"<]*"|'[^'<]*')*))(/?)>"""
_TAG = re.compile(rf"<(/?)([^\s<>/\"'=]+){_REST_OF_TAG}")
_ATTRIBUTE = re.compile(r"""\s([^\s=/"']++)\s*+=\s*+(?:"([^"]*)"|'([^']*)')""")

Edit = tuple[int, int, str]


class Element(NamedTuple):
    """Where an element stands: the tag from `start` to `inner`, contents to `inner_end`, all of it to `end`."""

    name: str
    attributes: str
    start: int
    inner: int
    inner_end: int
    end: int

    @property
    def empty(self) -> bool:
        """True for an empty-element tag."""
        return self.inner == self.end

    @property
    def prefix(self) -> str:
        """The namespace prefix with its colon, or ""."""
        head, colon, _ = self.name.rpartition(":")
        return head + colon


def mask(text: str) -> str:
    """The text with everything blanked that only looks like elements."""
    pieces = []
    at = 0
    declared = _DECLARATION.match(text)
    if declared is not None:
        at = declared.end()
        pieces.append(" " * at)
    if not (has_tag(text, "<!", at) or has_tag(text, "<?", at)):
        return "".join((*pieces, text[at:]))
    while (noise := _NOISE.search(text, at)) is not None:
        end = text.find(_NOISE_ENDS[noise[0]], noise.end())
        if end < 0:
            raise unsafe("")
        end += len(_NOISE_ENDS[noise[0]])
        pieces += [text[at : noise.start()], " " * (end - noise.start())]
        at = end
    return "".join((*pieces, text[at:]))


def attributes(raw: str) -> dict[str, str]:
    """The attributes of a tag as written, entities and all."""
    return {name: double or single for name, double, single in _ATTRIBUTE.findall(raw)}


def children(masked: str, start: int, end: int) -> Iterator[Element]:
    """The elements that stand side by side between two positions."""
    depth = 0
    first: re.Match[str] | None = None
    for tag in _TAG.finditer(masked, start, end):
        closing, name, raw, empty = tag.groups()
        if closing:
            depth -= 1
            if depth == 0 and first is not None:
                yield Element(
                    first[2], first[3], first.start(), first.end(), tag.start(), tag.end()
                )
        elif empty:
            if depth == 0:
                yield Element(name, raw, tag.start(), tag.end(), tag.end(), tag.end())
        else:
            first = tag if depth == 0 else first
            depth += 1


def root_tag(masked: str, where: str) -> Element:
    """The part's root element, its end not looked for: `inner_end` and `end` are those of the text."""
    tag = _TAG.search(masked)
    if tag is None or tag[1]:
        raise unsafe(where)
    end = len(masked)
    return Element(tag[2], tag[3], tag.start(), tag.end(), end, end)


def root_element(masked: str, where: str) -> Element:
    """The part's root element with its end."""
    for element in children(masked, 0, len(masked)):
        return element
    raise unsafe(where)


@lru_cache(maxsize=64)
def tag_pattern(name: str) -> re.Pattern[str]:
    """A pattern for the start tag of elements of that (prefixed) name: raw attributes, and "/" if empty."""
    return re.compile(rf"<{re.escape(name)}(?=[\s/>]){_REST_OF_TAG}")


@lru_cache(maxsize=64)
def _end_pattern(name: str) -> re.Pattern[str]:
    return re.compile(rf"</{re.escape(name)}\s*>")


def flat_elements(masked: str, name: str, start: int, end: int) -> Iterator[Element]:
    """The elements of that (prefixed) name between two positions, for kinds that never contain themselves."""
    pattern = tag_pattern(name)
    at = start
    while (tag := _next(masked, f"<{name}", pattern, at, end)) is not None:
        at = tag.end()
        if tag[2]:
            yield Element(name, tag[1], tag.start(), at, at, at)
            continue
        last = _next(masked, f"</{name}", _end_pattern(name), at, end)
        if last is None:
            raise unsafe("")
        yield Element(name, tag[1], tag.start(), at, last.start(), last.end())
        at = last.end()


def _next(
    masked: str, beginning: str, pattern: re.Pattern[str], at: int, end: int
) -> re.Match[str] | None:
    """The pattern's next match; its beginning is looked for first, in far less time than the pattern takes."""
    while (at := masked.find(beginning, at, end)) >= 0:
        if (match := pattern.match(masked, at, end)) is not None:
            return match
        at += 1
    return None


def with_attribute(tag: str, name: str, value: str) -> str:
    """The start tag with the attribute set, where it is when it has it already, else last."""
    pattern = re.compile(rf"""(\s{re.escape(name)}\s*=\s*)(?:"[^"]*"|'[^']*')""")
    setting = f'"{escaped(value)}"'
    changed, count = pattern.subn(lambda match: match[1] + setting, tag, count=1)
    if count:
        return changed
    close = len(tag) - (2 if tag.endswith("/>") else 1)
    return f"{tag[:close].rstrip()} {name}={setting}{tag[close:]}"


def without_attribute(tag: str, name: str) -> str:
    """The start tag without the attribute."""
    return re.sub(rf"""\s{re.escape(name)}\s*=\s*(?:"[^"]*"|'[^']*')""", "", tag)


def opened(tag: str) -> str:
    """The start tag of an element that was empty and will be so no longer."""
    return tag[:-2].rstrip() + ">" if tag.endswith("/>") else tag


def inserted(text: str, parent: Element, at: int, content: str) -> Edit:
    """The edit that puts `content` at a position inside `parent`, also when `parent` is an empty tag."""
    if not parent.empty:
        return (at, at, content)
    tag = opened(text[parent.start : parent.end])
    return (parent.start, parent.end, f"{tag}{content}</{parent.name}>")


def spliced(text: str, edits: Iterable[Edit]) -> str:
    """The text with each (start, end, replacement) done; those at one position in the order given."""
    pieces = []
    at = 0
    for start, end, replacement in sorted(edits, key=lambda edit: (edit[0], edit[1])):
        pieces += [text[at:start], replacement]
        at = end
    return "".join((*pieces, text[at:]))


def unsafe(where: str) -> UnwritableWorkbook:
    """The refusal to write into a part whose shape we cannot be sure of."""
    return UnwritableWorkbook(
        "シートの構造が通常と異なり、安全に書き込めません。Excelで開いて保存し直してください。",
        where,
    )
