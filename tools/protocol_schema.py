"""Write the JSON Schema of an answer into docs/protocol.md, or check with --check that it stands there."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

from xlsync.addin.protocol.json_models import json_schema

DOCUMENT = Path(__file__).parents[1] / "docs/protocol.md"
_BLOCK = re.compile(r"(?<=```json\n).*?(?=```\n)", re.DOTALL)


def schema_lines() -> str:
    """Return the schema with one line for each member and each kind of change."""
    schema = json_schema()
    kinds = schema.pop("$defs")
    return _members({**schema, "$defs": None}).replace(
        '"$defs": null', '"$defs": ' + _indented(_members(kinds)).strip()
    )


def _members(document: dict[str, Any]) -> str:
    lines = [
        f"  {json.dumps(name)}: {json.dumps(part, ensure_ascii=False)}"
        for name, part in document.items()
    ]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _indented(text: str) -> str:
    return text.replace("\n", "\n  ")


def with_schema(text: str) -> str:
    """Return the document with the schema as it is now."""
    return _BLOCK.sub(lambda _: schema_lines(), text)


def main(words: list[str]) -> int:
    """Write or check; return 1 where the document is out of date."""
    text = DOCUMENT.read_text(encoding="utf-8")
    if words == ["--check"]:
        if with_schema(text) != text:
            sys.stderr.write("docs/protocol.md: the schema is out of date (make addin)\n")
            return 1
        return 0
    DOCUMENT.write_text(with_schema(text), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
