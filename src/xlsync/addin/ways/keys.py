"""The keys of `xlsync serve`: one or more a department, of which only the hashes are kept (keys.toml beside xlsync.toml).

A key is 256 random bits, so that a plain hash of it tells nothing, and guessing is no way in.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import hmac
import json
import os
import re
import secrets
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

from pydantic import Field, ValidationError

from xlsync.disk import closed_to_others, replace_whole
from xlsync.errors import SettingsError
from xlsync.form.strict import Strict, explain

FILE: Final = "keys.toml"
EVERYTHING: Final = "全庁"
"""Whose key opens every department's sheets: the planning office's."""

_PREFIX: Final = "xlsync-"
_HEAD: Final = """\
# xlsync serve の鍵（鍵そのものではなく、照合用の値です）。`xlsync serve --new-key 部` で増やし、
# 使わなくなった鍵は [[keys]] からの3行を消します。消すとすぐに使えなくなります。
"""
_ENTRY: Final = """
[[keys]]
department = {department}{role}
sha256 = "{digest}"
made = {day}
"""
_OPEN_TO_OTHERS: Final = 0o077


class _Key(Strict):
    department: str = Field(min_length=1)
    role: Literal["office", "department", "it"] | None = None
    sha256: str = Field(pattern="^[0-9a-f]{64}$")
    day: dt.date = Field(alias="made")


class _File(Strict):
    keys: list[_Key] = Field(default=[])


@dataclass(frozen=True)
class Keys:
    """The keys by the hash of each, and whose they are; `role_names` names what the owner is, where the file says so.

    `is_needed_without_any`: a visit needs a key also where there are none.
    """

    departments: tuple[tuple[str, str], ...] = ()
    role_names: Mapping[str, str] = field(default_factory=dict)
    is_needed_without_any: bool = False

    def __bool__(self) -> bool:
        """True where there are any."""
        return bool(self.departments)

    @property
    def are_needed(self) -> bool:
        """Whether a visit needs a key, even where other computers do not reach the server."""
        return bool(self) or self.is_needed_without_any

    def owner(self, key: str) -> str | None:
        """Return the department of a key, None for an unknown key; takes equally long for every key."""
        return self.owner_of_digest(digest_of_key(key))

    def owner_of_digest(self, digest: str) -> str | None:
        """Return the department of the key with this hash, None for an unknown one."""
        owner = None
        for known, department in self.departments:
            if hmac.compare_digest(known, digest):
                owner = department
        return owner

    def role_of_digest(self, digest: str) -> str:
        """Return what the owner of a key is on the office's page: office, department or it."""
        default = "office" if self.owner_of_digest(digest) == EVERYTHING else "department"
        return self.role_names.get(digest, default)


def read_keys(folder: Path) -> Keys:
    """Read the keys of a city, none if it has no such file; SettingsError if that cannot be read."""
    file = folder / FILE
    document: dict[str, object] = {}
    try:
        document = tomllib.loads(file.read_text(encoding="utf-8-sig"))
        parsed = _File.model_validate(document)
    except FileNotFoundError:
        return Keys()
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise SettingsError(f"鍵のファイルを読めません（{fault}）", str(file)) from fault
    except ValidationError as fault:
        raise SettingsError(explain(fault, document), str(file)) from fault
    except OSError as fault:
        raise SettingsError(f"鍵のファイルを読めません（{fault.strerror}）", str(file)) from fault
    roles = {key.sha256: key.role for key in parsed.keys if key.role is not None}
    return Keys(tuple((key.sha256, key.department) for key in parsed.keys), roles)


def add_key(folder: Path, department: str, day: dt.date, role: str = "") -> str:
    """Make a key for a department, keep its hash, and return the key: it cannot be recovered later.

    `role` says what its owner is on the office's page, where that does not follow from the department.
    """
    read_keys(folder)  # a file that cannot be read is not written over
    file = folder / FILE
    key = _PREFIX + secrets.token_urlsafe(32)
    quoted = json.dumps(department, ensure_ascii=False).replace("\x7f", "\\u007f")
    entry = _ENTRY.format(
        role=f'\nrole = "{role}"' if role else "",
        department=quoted,
        digest=digest_of_key(key),
        day=day.isoformat(),
    )
    before = file.read_text(encoding="utf-8-sig") if file.exists() else _HEAD
    with closed_to_others():
        replace_whole(file, (before.rstrip("\n") + "\n" + entry).encode())
    return key


def is_open_to_others(folder: Path) -> bool:
    """True where other users of this computer may read the file of keys, as far as the system tells."""
    with contextlib.suppress(OSError):
        return os.name == "posix" and bool((folder / FILE).stat().st_mode & _OPEN_TO_OTHERS)
    return False


def key_in(authorization: str) -> str:
    """Return the key in an Authorization header, "" if there is none."""
    match = re.fullmatch(r"[Bb]earer +([\x21-\x7e]{1,200})", authorization.strip())
    return match[1] if match else ""


def digest_of_key(key: str) -> str:
    """Return the hash by which a key is known."""
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()
