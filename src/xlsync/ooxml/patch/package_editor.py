"""Changes to several parts of one package, written out together."""

from __future__ import annotations

from collections.abc import Collection

from xlsync.errors import UnwritableWorkbook
from xlsync.ooxml.opc.package import Package
from xlsync.ooxml.opc.relationships import (
    CONTENT_TYPES,
    ROOT,
    content_types,
    relationships,
    relationships_part,
)
from xlsync.ooxml.opc.workbook_part import WorkbookPart, read_workbook_part
from xlsync.ooxml.xml.encoding import decoded, encoding_of, escaped
from xlsync.ooxml.xml.prefixes import with_one_prefix
from xlsync.ooxml.xml.splice import (
    Edit,
    attributes,
    children,
    inserted,
    mask,
    root_element,
    spliced,
)

STRICT = "http://purl.oclc.org/ooxml/officeDocument"
_TRANSITIONAL = "http://schemas.openxmlformats.org/officeDocument/2006"
_NO_RELATIONSHIPS = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"/>'
)


class PackageEdit:
    """A package and the parts of it that will be other ones; nothing is copied until `finished`.

    Attributes:
        package: The package as it came.
        workbook: What the workbook part says, as read last.

    """

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.package = Package.open(data)
        self.workbook: WorkbookPart = read_workbook_part(self.package)
        self._changed: dict[str, bytes] = {}
        self._added: dict[str, bytes] = {}
        self._added_names: dict[str, str] = {}
        self._removed: set[str] = set()
        _refuse_unwritable(self.package, self.workbook)

    def __contains__(self, part: str) -> bool:
        key = part.casefold()
        return key in self._added_names or (part in self.package and key not in self._removed)

    def as_written(self, part: str) -> str:
        """The part's name as the package writes it."""
        return self._added_names.get(part.casefold()) or self.package.as_written(part)

    def part(self, part: str) -> bytes:
        """The part's bytes as they will be."""
        name = self.as_written(part)
        return self._added.get(name) or self._changed.get(name) or self.package.part(name)

    def text(self, part: str) -> str:
        """The part's text as it will be, its root's prefix on all elements of the root's namespace."""
        return with_one_prefix(decoded(self.part(part), part))

    def put(self, part: str, text: str) -> None:
        """The part has this text now, in the encoding it had; a part that did not exist is UTF-8."""
        if part not in self.package:
            self._added[part] = text.encode("utf-8")
            self._added_names[part.casefold()] = part
            return
        if text != self.text(part):
            name = self.package.as_written(part)
            self._changed[name] = text.encode(encoding_of(self.package.part(part)))

    def add(self, part: str, text: str, content_type: str) -> None:
        """A new part, with its content type."""
        self.put(part, text)
        self._state_type("Override", f'PartName="/{escaped(part)}"', content_type)

    def add_picture(self, part: str, data: bytes, content_type: str) -> None:
        """A new part that is no text, its content type stated for all parts of that ending where nothing is stated yet."""
        self._added[part] = data
        self._added_names[part.casefold()] = part
        ending = part.rpartition(".")[2].casefold()
        known = content_types(self.part(CONTENT_TYPES), CONTENT_TYPES).get(f".{ending}")
        if known is None:
            self._state_type("Default", f'Extension="{escaped(ending)}"', content_type)
        elif known != content_type:
            self._state_type("Override", f'PartName="/{escaped(part)}"', content_type)

    def _state_type(self, element: str, named: str, content_type: str) -> None:
        written = f'{named} ContentType="{escaped(content_type)}"'
        self.put(CONTENT_TYPES, with_last_child(self.text(CONTENT_TYPES), element, written))

    def relate(
        self, kind: str, target: str, source: str = ROOT, *, is_external: bool = False
    ) -> str:
        """Relate `source`, or the package itself, to the part `target`, and return the relationship's id.

        `kind` is the whole type; an external target is written as it is.
        """
        part = relationships_part(source)
        known = {relationship.id for relationship in relationships(self, source)}
        identity = next(f"rId{n}" for n in range(1, len(known) + 2) if f"rId{n}" not in known)
        path = target if is_external or source == ROOT else f"/{target}"
        mode = ' TargetMode="External"' if is_external else ""
        written = f'Id="{identity}" Type="{escaped(kind)}" Target="{escaped(path)}"{mode}'
        text = self.text(part) if part in self else _NO_RELATIONSHIPS
        self.put(part, with_last_child(text, "Relationship", written))
        return identity

    def unrelate(self, source: str, identities: Collection[str]) -> None:
        """The part has these relationships no longer."""
        part = relationships_part(source)
        for identity in identities:
            self.put(part, without_child(self.text(part), {"Id": identity}))

    def remove(self, part: str) -> None:
        """The part is gone, with its relationships, its content type and the workbook's relationship to it."""
        for name in (part, relationships_part(part)):
            if name in self:
                self._removed.add(name.casefold())
                self._changed.pop(self.package.as_written(name), None)
        types = self.text(CONTENT_TYPES)
        self.put(CONTENT_TYPES, without_child(types, {"PartName": f"/{part}"}))
        source = self.workbook.part
        related = relationships(self, source)
        self.unrelate(source, [relation.id for relation in related if relation.target == part])

    def read_workbook_again(self) -> None:
        """Let `workbook` say what the workbook part says now."""
        self.workbook = read_workbook_part(self)

    def finished(self) -> bytes:
        """The bytes of the package with all changes; the very bytes it came in when there are none."""
        if not (self._changed or self._added or self._removed):
            return self._data
        return self.package.with_parts(self._changed, self._added, self._removed)


def office_namespace(edit: PackageEdit) -> str:
    """Return how the namespaces and relationship types begin by the standard the document keeps, Strict or Transitional."""
    return STRICT if STRICT in edit.text(edit.workbook.part) else _TRANSITIONAL


def with_last_child(text: str, name: str, written: str) -> str:
    """The text with one more empty element at the end of its root."""
    root = root_element(mask(text), "")
    element = f"<{root.prefix}{name} {written}/>"
    return spliced(text, [inserted(text, root, root.inner_end, element)])


def without_child(text: str, named: dict[str, str]) -> str:
    """The text without those children of its root that have these attributes, compared without regard to case."""
    masked = mask(text)
    root = root_element(masked, "")
    edits: list[Edit] = []
    for child in children(masked, root.inner, root.inner_end):
        stated = attributes(child.attributes)
        if all(stated.get(key, "").casefold() == value.casefold() for key, value in named.items()):
            edits.append((child.start, child.end, ""))
    return spliced(text, edits)


def _refuse_unwritable(package: Package, workbook: WorkbookPart) -> None:
    """Raise for books in which a changed byte breaks a promise: a signature, or a log of everyone's edits."""
    kinds = {relationship.relationship_type for relationship in relationships(package, ROOT)}
    signed = any(name.casefold().startswith("_xmlsignatures/") for name in package.names)
    if signed or "origin" in kinds:
        raise UnwritableWorkbook(
            "電子署名が付いているため書き込めません。署名を外したものを使ってください。"
        )
    if any(
        relationship.relationship_type == "revisionHeaders" for relationship in workbook.related
    ):
        raise UnwritableWorkbook(
            "ブックの共有（変更履歴）が有効なため書き込めません。共有を解除して保存し直してください。"
        )
