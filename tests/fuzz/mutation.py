"""Workbooks damaged by chance: the XML of their parts, which parts they have, or the bytes of the archive itself."""

from __future__ import annotations

import re
from functools import lru_cache
from random import Random

from tests.fuzz.archive import packed

Parts = tuple[tuple[str, bytes], ...]

_TOKEN = re.compile(rb"<[^<>]*>|[^<]+|<")
_ATTRIBUTE = re.compile(rb"""([\w:]+)(\s*=\s*)("[^"<>]*"|'[^'<>]*')""")
_NUMBER = re.compile(rb"[0-9]+")
NUMBERS = (
    *(b"0", b"1", b"-1", b"2", b"60", b"00", b"65535", b"65536", b"999999", b"1048576", b"1048577"),
    *(b"4294967295", b"4294967296", b"18446744073709551615", b"9223372036854775808", b"1e308"),
    *(b"1e999", b"NaN", b"INF", b"0.1", b"\xef\xbc\x91", b"\xc2\xb2", b"1_0", b"", b" 1 ", b"+5"),
    b"9" * 400,
    b"7" * 4400,
)
WORDS = (
    *(b"A1", b"XFD1048576", b"A1:XFD1048576", b"B2:C3", b"ZZZ1", b"A0", b"$B$2", b"1", b"true"),
    *(b"s", b"b", b"e", b"n", b"d", b"str", b"inlineStr", b"shared", b"array", b"dataTable", b"x"),
    *(b"#SPILL!", b"#REF!", b"_x000D_", b"_xD800_", b"_x005F_x0041_", b"2018-04-01T00:00:00Z"),
    *(
        b"../../x",
        b"/xl/workbook.xml",
        b"xl\\workbook.xml",
        b"%2e%2e/x",
        b"http://a/b",
        b"External",
    ),
    *(b"\xe6\x97\xa5\xe6\x9c\xac", b"\xed\xa0\x80", b"\xff\xfe", b"\xef\xbb\xbf", b"&#xD800;"),
    *(
        b"&#1;",
        b"&lol;",
        b"&",
        b"&amp;",
        b"&#x41;",
        b"<",
        b">",
        b"]]>",
        b"'",
        b'"',
        b"\x00",
        b"\x0c",
    ),
)
_ALTERNATIVES = (
    b'<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
    b'<mc:Choice Requires="x"><c r="A1"><v>8</v></c></mc:Choice></mc:AlternateContent>'
)
SNIPPETS = (
    *(b"<!DOCTYPE a>", b"<!--", b"-->", b"<![CDATA[", b"<![CDATA[1]]>", b"<?a b?>", b"<!-- c -->"),
    *(b'<c r="B2"><v>5</v></c>', b"<c><v>1</v></c>", b'<c r="A1"/>', b'<row r="1"/>', b"<row>"),
    *(b"</row>", b"</c>", b"</v>", b"<v/>", b"<v>", b"<f>A1</f>", b"<f/>", b"<is><t>i</t></is>"),
    *(
        b'<f t="shared" si="0"/>',
        b'<f t="array" ref="A1:B2">1</f>',
        b"<sheetData>",
        b"<sheetData/>",
    ),
    *(
        b"</sheetData>",
        b'<rPh sb="0" eb="1"><t>k</t></rPh>',
        b"<r><t>run</t></r>",
        b"<si/>",
        b"</si>",
    ),
    _ALTERNATIVES,
    b'<x:c xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main" r="A1"><x:v>3</x:v></x:c>',
    b'<mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells>',
    b'<definedName name="a" localSheetId="7">#REF!</definedName>',
    b'<calcPr fullCalcOnLoad="0"/>',
    b"<a>" * 70,
)


def damaged(parts: Parts, chance: Random) -> bytes:
    """The archive of the parts after a few accidents, some of them to the archive."""
    kind = chance.random()
    found = list(parts)
    if kind < 0.85:
        for _ in range(chance.choice((1, 1, 1, 2, 3, 6))):
            _damage_part(found, chance)
        if kind < 0.05:
            _damage_order(found, chance)
        return packed(found, deflate=chance.random() < 0.5)
    return _damaged_bytes(packed(found, deflate=chance.random() < 0.7), chance)


@lru_cache(maxsize=256)
def _tokens(content: bytes) -> tuple[bytes, ...]:
    return tuple(_TOKEN.findall(content))


def _damage_part(parts: list[tuple[str, bytes]], chance: Random) -> None:
    if not parts:
        return
    at = chance.randrange(len(parts))
    name, content = parts[at]
    if chance.random() < 0.15:
        parts[at] = (name, _damaged_text(content, chance))
        return
    tokens = list(_tokens(content))
    if not tokens:
        return
    for _ in range(chance.choice((1, 1, 2, 4))):
        _damage_tokens(tokens, chance)
    parts[at] = (name, b"".join(tokens))


def _damage_tokens(tokens: list[bytes], chance: Random) -> None:
    at, other = chance.randrange(len(tokens)), chance.randrange(len(tokens))
    # Most accidents leave the XML well-formed: those are the ones that go deepest.
    match chance.randrange(24):
        case 0:
            tokens[at], tokens[other] = tokens[other], tokens[at]
        case 1:
            tokens.insert(at, tokens[other])
        case 2 if len(tokens) > 1:
            del tokens[at]
        case 3:
            tokens.insert(at, chance.choice(SNIPPETS))
        case 4:
            low, high = sorted((at, other))
            tokens[low:high] = tokens[low:high][: chance.randint(0, 8)] * chance.randint(0, 3)
            if not tokens:
                tokens.append(b"")
        case 5:
            tokens[at] = chance.choice(NUMBERS) if chance.random() < 0.5 else chance.choice(WORDS)
        case 6 if not tokens[at].startswith(b"<"):
            tokens[at] = chance.choice((*NUMBERS, *WORDS)).replace(b"<", b"").replace(b"&", b"")
        case 7 | 8 | 9:
            tokens[at] = _NUMBER.sub(lambda _: chance.choice(NUMBERS), tokens[at], count=1)
        case _:
            tokens[at] = _damaged_attributes(tokens[at], chance)


def _damaged_attributes(tag: bytes, chance: Random) -> bytes:
    """The tag with one attribute changed, dropped, doubled, renamed or quoted in another way."""
    found = list(_ATTRIBUTE.finditer(tag))
    if not found:
        return tag
    match = chance.choice(found)
    name, equals, quoted = match.groups()
    value = quoted[1:-1]
    way = chance.randrange(7)
    new = {
        0: b"",
        1: match[0] + b" " + match[0],
        2: name + equals + b"'" + value + b"'",
        3: name + b" = " + quoted,
        4: chance.choice(found)[1] + equals + quoted,
        5: name + equals + b'"' + chance.choice(NUMBERS) + b'"',
    }.get(way, name + equals + b'"' + chance.choice(WORDS) + b'"')
    return tag[: match.start()] + new + tag[match.end() :]


def _damaged_text(content: bytes, chance: Random) -> bytes:
    at = chance.randrange(len(content) + 1)
    match chance.randrange(7):
        case 0:
            return content[:at]
        case 1:
            return content[:at] + bytes([chance.randrange(256)]) + content[at + 1 :]
        case 2:
            return content[:at] + chance.choice(WORDS) + content[at:]
        case 3:
            return b"\xef\xbb\xbf" + content
        case 4:
            codec = chance.choice(("utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp932"))
            return content.decode("utf-8", "replace").encode(codec, "replace")
        case 5:
            return content.replace(b'"', b"'")
        case _:
            return content[:at] + bytes(chance.randint(1, 40)) + content[at + 20 :]


def _damage_order(parts: list[tuple[str, bytes]], chance: Random) -> None:
    at, other = chance.randrange(len(parts)), chance.randrange(len(parts))
    name = parts[at][0]
    match chance.randrange(6):
        case 0:
            del parts[at]
        case 1:
            parts.insert(other, parts[at])
        case 2:
            parts[at] = (name.upper(), parts[at][1])
        case 3:
            parts[at] = (f"../{name}", parts[at][1])
        case 4:
            parts[at], parts[other] = (name, parts[other][1]), (parts[other][0], parts[at][1])
        case _:
            chance.shuffle(parts)


def _damaged_bytes(data: bytes, chance: Random) -> bytes:
    """The archive with bytes flipped, cut out, put in, or numbers of its headers replaced."""
    changed = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 3, 8))):
        at = chance.randrange(len(changed) or 1)
        match chance.randrange(7):
            case 0 | 1:
                changed[at : at + 1] = bytes([chance.randrange(256)])
            case 2:
                # The last bytes are the directory: the numbers that lead to everything stand there.
                at = max(0, len(changed) - chance.randrange(1, 400))
                width = chance.choice((2, 4, 8))
                number = chance.choice((0, 1, 2**15, 2**16 - 1, 2**31, 2**32 - 1, 2**63, 2**64 - 1))
                changed[at : at + width] = (number % 2 ** (8 * width)).to_bytes(width, "little")
            case 3:
                del changed[at:]
            case 4:
                del changed[at : at + chance.randint(1, 60)]
            case 5:
                changed[at:at] = changed[: chance.randint(1, 60)]
            case _:
                size = chance.randint(1, 600)
                changed[at : at + size] = bytes(min(size, len(changed) - at))
        if not changed:
            break
    return bytes(changed)
