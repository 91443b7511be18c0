"""Which part belongs to which: content types and relationships (ECMA-376 part 2, 6 and 7).

Parts are found through these alone, never by a usual name: real files call the workbook part `xl/workbook2.xml`, or
write their targets absolute, percent-encoded or with backslashes.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import unquote

from xlsync.errors import NotAWorkbook
from xlsync.ooxml.opc.package import Parts
from xlsync.ooxml.opc.part_cache import cached_by_content
from xlsync.ooxml.xml.encoding import local_name, parsed

CONTENT_TYPES = "[Content_Types].xml"
ROOT = ""
_BELOW = re.compile(r"\w[\w.-]*(?:/\w[\w.-]*)*")
_WORKBOOK_TYPES = (
    "sheet.main+xml",
    "template.main+xml",
    "sheet.macroenabled.main+xml",
    "template.macroenabled.main+xml",
)


class Relationship(NamedTuple):
    """One relationship of a part; `relationship_type` is the last step of its type, which Strict and Transitional share."""

    id: str
    relationship_type: str
    target: str
    external: bool


def relationships_part(source: str) -> str:
    """The name of the part that holds the relationships of `source` ("" for the package itself)."""
    folder, name = posixpath.split(source)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def relationships(package: Parts, source: str) -> tuple[Relationship, ...]:
    """All relationships of the part, targets as part names; none when it has no relationships part."""
    return tuple(
        Relationship(identity, kind, _target(package, source, target), external)
        for identity, kind, target, external in stated_relationships(package, source)
    )


def stated_relationships(package: Parts, source: str) -> tuple[Relationship, ...]:
    """All relationships of the part, targets as it writes them; none when it has no relationships part."""
    part = relationships_part(source)
    return _stated(package.part(part), part) if part in package else ()


def external_targets(package: Parts, source: str) -> dict[str, str]:
    """What the part is related to outside the package, as written, by the relationships' ids."""
    stated = stated_relationships(package, source)
    return {
        relationship.id: relationship.target for relationship in stated if relationship.external
    }


@cached_by_content
def _stated(data: bytes, where: str) -> tuple[Relationship, ...]:
    """The relationships as the part states them, targets as written."""
    return tuple(
        Relationship(
            element.get("Id", ""),
            element.get("Type", "").rpartition("/")[2],
            element.get("Target", ""),
            element.get("TargetMode") == "External",
        )
        for element in parsed(data, where)
        if local_name(element.tag) == "Relationship"
    )


def _target(package: Parts, source: str, target: str) -> str:
    """The part name a target means, seen from the part `source`."""
    name = _resolved(source, target)
    return package.as_written(name if name in package else unquote(name))


@lru_cache(maxsize=256)
def _resolved(source: str, target: str) -> str:
    if _BELOW.fullmatch(target) is not None:
        folder, slash, _ = source.rpartition("/")
        return f"{folder}{slash}{target}"
    path = posixpath.join("/", posixpath.dirname(source), target.replace("\\", "/"))
    return posixpath.normpath(path).lstrip("/")


def related(package: Parts, source: str, kind: str) -> tuple[str, ...]:
    """The names of the parts inside the package that `source` is related to in this way."""
    return tuple(
        relationship.target
        for relationship in relationships(package, source)
        if relationship.relationship_type == kind
        and not relationship.external
        and relationship.target in package
    )


def custom_property_parts(package: Parts) -> tuple[str, ...]:
    """The parts of custom document properties; Strict writes their relationship's type another way."""
    kinds = ("custom-properties", "customProperties")
    return tuple(name for kind in kinds for name in related(package, ROOT, kind))


@cached_by_content
def content_types(data: bytes, where: str) -> Mapping[str, str]:
    """Content types in lower case, of the part's bytes: by "/part/name" where overridden, else by ".extension"."""
    types: dict[str, str] = {}
    for element in parsed(data, where):
        kind = element.get("ContentType", "").lower()
        if local_name(element.tag) == "Default":
            types["." + element.get("Extension", "").casefold()] = kind
        elif local_name(element.tag) == "Override":
            types["/" + element.get("PartName", "").casefold().lstrip("/")] = kind
    return types


def workbook_part(package: Parts) -> str:
    """The name of the workbook part; NotAWorkbook when the package is something else."""
    if CONTENT_TYPES not in package:
        raise NotAWorkbook("Excelブックではありません。.xlsx形式のファイルを置いてください。")
    types = content_types(package.part(CONTENT_TYPES), CONTENT_TYPES)
    for name in related(package, ROOT, "officeDocument"):
        extension = "." + name.rpartition(".")[2].casefold()
        kind = types.get("/" + name.casefold(), types.get(extension, ""))
        if kind.endswith(_WORKBOOK_TYPES):
            return name
        if "sheet.binary" in kind:
            raise NotAWorkbook(
                "バイナリ形式（.xlsb）のブックです。.xlsx形式で保存し直してください。"
            )
    raise NotAWorkbook("Excelブックではありません。.xlsx形式のファイルを置いてください。")
