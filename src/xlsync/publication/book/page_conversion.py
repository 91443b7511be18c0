"""Documents → PDF pages by LibreOffice, several at once; each page is kept, so that a run goes on where the last one ended."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from xlsync.disk import create_once, remove
from xlsync.errors import HostileWorkbook, WorkbookError
from xlsync.version import VERSION

if TYPE_CHECKING:
    from pathlib import Path

    from xlsync.inbox.intake.libreoffice import LibreOffice

_BATCH: Final = 16
"""Documents for one process of LibreOffice: it starts in seconds and makes a page in a third of one."""
_NO_FONT: Final = (
    "日本語のフォント（IPAexゴシックなど）がこのパソコンにありません。"
    "文字の出ないPDFになるため作りません。先に入れてください"
)
_NOT_MADE: Final = "LibreOfficeがページを作れませんでした（{}）。もう一度実行すると、できているページの続きから始めます"


@dataclass(frozen=True, slots=True)
class PageDocument:
    """A document to be made into pages: what people call it, its ending, and all that its bytes depend on.

    These are made by `rendered`, as late as they are needed; without it they are the `page_source` itself.
    """

    words: str
    ending: str
    page_source: bytes = field(repr=False)
    rendered: Callable[[], bytes] | None = field(default=None, repr=False, compare=False)

    @property
    def data(self) -> bytes:
        """Its bytes."""
        return self.page_source if self.rendered is None else self.rendered()

    @property
    def digest(self) -> str:
        """The name under which its pages are kept: equal sources have equal pages."""
        return hashlib.sha256(f"{VERSION} {self.ending}\n".encode() + self.page_source).hexdigest()


@dataclass(frozen=True)
class PageMaker:
    """Makes pages by LibreOffice, so many processes at once, and keeps them in a folder.

    `fonts` says which fonts for Japanese the computer has ("" for none, None where nobody can be asked): with others the same
    documents make other pages, and without any none that can be read.
    """

    libreoffice: LibreOffice
    kept_folder: Path
    processes: int = 2
    fonts: str | None = None

    def name_of(self, document: PageDocument) -> str:
        """Return the name under which the pages of a document are kept."""
        return hashlib.sha256(f"{document.digest} {self.fonts or ''}".encode()).hexdigest()

    def kept(self, document: PageDocument) -> bytes:
        """Return the pages that are kept of a document; WorkbookError where there are none."""
        try:
            return self._file(document).read_bytes()
        except OSError as fault:
            raise WorkbookError(_NOT_MADE.format(document.words), document.words) from fault

    def missing(self, documents: Iterable[PageDocument]) -> list[PageDocument]:
        """Return the documents whose pages are not kept, each once."""
        by_digest = {document.digest: document for document in documents}
        return [each for each in by_digest.values() if not self._file(each).exists()]

    def make(self, documents: Sequence[PageDocument]) -> Iterator[int]:
        """Make the pages that are not kept, and yield after each batch how many documents were in it.

        Raises:
            WorkbookError: There is no font for Japanese, or LibreOffice does not make the pages of some document; those of the
                others are kept.
            StoreError: The disk is full.

        """
        missing = self.missing(documents)
        if missing and self.fonts == "":
            raise WorkbookError(_NO_FONT)
        batches = [missing[start : start + _BATCH] for start in range(0, len(missing), _BATCH)]
        with ThreadPoolExecutor(self.processes) as pool:
            running = [pool.submit(self._make_batch, batch) for batch in batches]
            try:
                for done in as_completed(running):
                    yield done.result()
            finally:
                for waiting in running:
                    waiting.cancel()

    def _make_batch(self, batch: Sequence[PageDocument]) -> int:
        pages = self._converted(batch)
        for alone in [each for each in batch if each.digest not in pages]:
            pages |= self._converted([alone])
        for document in batch:
            if document.digest not in pages:
                raise WorkbookError(_NOT_MADE.format(document.words), document.words)
            create_once(self._file(document), pages[document.digest])
        return len(batch)

    def _converted(self, batch: Sequence[PageDocument]) -> dict[str, bytes]:
        files = {f"{each.digest}{each.ending}": each.data for each in batch}
        try:
            pdfs = self.libreoffice.to_pdf(files)
        except HostileWorkbook:
            return {}  # too slow together: each is tried alone
        return {name.partition(".")[0]: pdf for name, pdf in pdfs.items()}

    def book(self, name: str, bound: Callable[[], bytes]) -> bytes:
        """Return a book by a name made of all that it depends on: as it is kept of an earlier run, else bound now and kept."""
        file = self.kept_folder / f"{name}.pdf"
        try:
            return file.read_bytes()
        except OSError:
            data = bound()
            create_once(file, data)
            return data

    def forget_others(self, names: Iterable[str]) -> None:
        """Delete what is kept under other names than these: nothing needs it any more."""
        used = {f"{name}.pdf" for name in names}
        if self.kept_folder.is_dir():
            for file in self.kept_folder.glob("*.pdf"):
                if file.name not in used:
                    remove(file)

    def _file(self, document: PageDocument) -> Path:
        return self.kept_folder / f"{self.name_of(document)}.pdf"


__all__ = ["PageDocument", "PageMaker"]
