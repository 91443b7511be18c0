"""What MkDocs does beside its own work: it adds the pages made from the code, and turns links out of docs/ into plain names."""

from __future__ import annotations

import re
import sys
from pathlib import Path, PurePosixPath
from typing import Any, Final

from mkdocs.structure.files import File, Files

ROOT: Final = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "tools")]

from site_reference import pages  # noqa: E402 - beside this file

_LINK: Final = re.compile(
    r"(?<!!)\[(?P<words>[^\]\n]+)\]\((?P<target>[^)#\s]+)(?P<anchor>#[^)\s]*)?\)"
)
_FROM_ROOT: Final = {"CHANGELOG.md": "changelog.md", "CONTRIBUTING.md": "contributing.md"}
"""Pages that lie beside docs/, and where the site has them."""


def on_files(files: Files, config: Any) -> Files:
    """Add the pages made from the code, and those that lie beside docs/."""
    for path, text in pages().items():
        files.append(File.generated(config, path, content=text))
    for name, path in _FROM_ROOT.items():
        text = (ROOT / name).read_text(encoding="utf-8")
        files.append(File.generated(config, path, content=_from_docs(text)))
    return files


def _from_docs(text: str) -> str:
    return text.replace("](docs/", "](")


def on_page_markdown(markdown: str, page: Any, files: Files, **_: Any) -> str:
    """Return a page's text with the links that lead out of the site as the names of files."""
    folder = PurePosixPath(page.file.src_uri).parent

    def kept(link: re.Match[str]) -> str:
        target = link["target"]
        if "://" in target or target.startswith("mailto:"):
            return link[0]
        path = _joined(folder, target)
        if files.get_file_from_path(path) is not None:
            return link[0]
        moved = _FROM_ROOT.get(path.removeprefix("../"))
        if moved is not None:
            return f"[{link['words']}]({'../' * len(folder.parts)}{moved})"
        return f"{link['words']}（`{path.removeprefix('../')}`）"

    return _LINK.sub(kept, markdown)


def _joined(folder: PurePosixPath, target: str) -> str:
    """Return where a link leads, from docs/ on: "../src" lies beside it."""
    parts: list[str] = []
    for part in (*folder.parts, *PurePosixPath(target).parts):
        if part == ".." and parts and parts[-1] != "..":
            parts.pop()
        else:
            parts.append(part)
    return "/".join(parts)
