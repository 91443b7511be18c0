"""Whether a folder lies on a network share, where the system's events see only what this computer does itself."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Final

NETWORK: Final = frozenset(
    {"cifs", "smb3", "smbfs", "nfs", "nfs4", "9p", "virtiofs", "drvfs", "afs", "ceph", "glusterfs",
     "fuse.sshfs", "fuse.rclone", "fuse.davfs", "davfs", "fuse.glusterfs", "vboxsf", "fuse.vmhgfs-fuse", "autofs"}
)  # fmt: skip
_MOUNTS: Final = Path("/proc/self/mounts")
_REMOTE_DRIVE: Final = 4


def is_on_network(folder: Path, mounts: str | None = None) -> bool:
    """True for a folder on a share, as far as the system says (`mounts`: Linux' own list, as in /proc/mounts)."""
    if sys.platform == "win32":
        return _is_remote_drive(folder)
    if mounts is None:
        try:
            mounts = _MOUNTS.read_text(encoding="utf-8", errors="surrogateescape")
        except OSError:
            return False
    return file_system(folder, mounts) in NETWORK


def file_system(folder: Path, mounts: str) -> str:
    """Return the type of the file system that holds a folder, "" where the mount list does not name one."""
    types: dict[Path, str] = {}
    for entry in mounts.splitlines():
        words = entry.split(" ")
        if len(words) > 2:  # noqa: PLR2004 - device, mount point, type
            types[Path(_unescaped(words[1]))] = words[
                2
            ]  # what is mounted later hides what was there
    above = (folder, *folder.parents)
    return next((types[path] for path in above if path in types), "")


def _unescaped(text: str) -> str:
    r"""Return a mount point with its octal escapes decoded: the list writes a space as \040."""
    return re.sub(r"\\([0-7]{3})", lambda match: chr(int(match[1], 8)), text)


def _is_remote_drive(folder: Path) -> bool:
    if folder.drive.startswith("\\\\"):
        return True
    if sys.platform == "win32":
        import ctypes

        return bool(ctypes.windll.kernel32.GetDriveTypeW(f"{folder.drive}\\") == _REMOTE_DRIVE)
    return False
