"""The properties of a document: its author and dates, and what programs add of their own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from xlsync.ooxml.opc.relationships import ROOT, custom_property_parts, related
from xlsync.ooxml.xml.encoding import local_name, parsed, string_value

if TYPE_CHECKING:
    from xlsync.ooxml.opc.package import Package


def custom_properties(package: Package) -> Mapping[str, str]:
    """Return the custom document properties by name, values as text."""
    properties = {}
    for part in custom_property_parts(package):
        for element in parsed(package.part(part), part):
            properties[element.get("name", "")] = string_value("".join(element.itertext()))
    return properties


def core_properties(package: Package) -> Mapping[str, str]:
    """Return the core properties that say something (`lastModifiedBy`, `modified` …) by name, none without such a part."""
    for part in related(package, ROOT, "core-properties"):
        root = parsed(package.part(part), part)
        return {local_name(element.tag): element.text for element in root if element.text}
    return {}


__all__ = ["core_properties", "custom_properties"]
