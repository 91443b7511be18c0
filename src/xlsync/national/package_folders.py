"""Where the published packages lie: a folder of this computer, or an address that fsspec knows (s3://, https://, memory://)."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from xlsync.errors import SettingsError
from xlsync.publication.open_data.data_package import DESCRIPTOR

if TYPE_CHECKING:
    from xlsync.national.city_figures import Database


class PackageFolders(Protocol):
    """Folders with published packages in them, at any depth."""

    def package_addresses(self) -> Iterator[str]:
        """Yield the address of each package's folder, in order."""

    def text(self, address: str) -> bytes:
        """Return the bytes of a file; OSError where it cannot be read."""

    def open_in(self, database: Database) -> None:
        """Let a database read these addresses."""


@dataclass(frozen=True, slots=True)
class LocalFolders:
    """Packages below some folders of this computer."""

    local_folders: tuple[Path, ...]

    def package_addresses(self) -> Iterator[str]:
        """Yield the path of each package's folder, in order."""
        for folder in self.local_folders:
            for file in sorted(folder.rglob(DESCRIPTOR)):
                yield str(file.parent)

    def text(self, address: str) -> bytes:
        """Return the bytes of a file; OSError where it cannot be read."""
        return Path(address).read_bytes()

    def open_in(self, database: Database) -> None:
        """Nothing: a database reads files of this computer."""


@dataclass(frozen=True, slots=True)
class RemoteFolders:
    """Packages below an address, as fsspec reads it."""

    address: str
    file_system: Any = field(repr=False)

    def package_addresses(self) -> Iterator[str]:
        """Yield the address of each package's folder, in order."""
        _, _, path = self.address.partition("://")
        for file in sorted(self.file_system.glob(f"{path.rstrip('/')}/**/{DESCRIPTOR}")):
            yield f"{self._protocol}://{file.removesuffix(f'/{DESCRIPTOR}')}"

    @property
    def _protocol(self) -> str:
        return self.address.partition("://")[0]

    def text(self, address: str) -> bytes:
        """Return the bytes of a file; OSError where it cannot be read."""
        return bytes(self.file_system.cat_file(address))

    def open_in(self, database: Database) -> None:
        """Let a database read through this file system."""
        database.register_filesystem(self.file_system)


def package_folders(address: str) -> PackageFolders:
    """Return where packages lie.

    Raises:
        SettingsError: There is no such folder, or what reads such addresses is not installed.

    """
    if "://" not in address:
        folder = Path(address)
        if not folder.is_dir():
            raise SettingsError("このフォルダがありません", address)
        return LocalFolders((folder,))
    try:
        file_systems = importlib.import_module("fsspec")
        return RemoteFolders(address, file_systems.filesystem(address.partition("://")[0]))
    except (ImportError, ValueError) as fault:
        raise SettingsError(
            f"このアドレスを読むための部品がありません（{fault}）。`pip install xlsync[national]` と、"
            "s3:// には s3fs を入れてください",
            address,
        ) from fault


__all__ = ["LocalFolders", "PackageFolders", "RemoteFolders", "package_folders"]
