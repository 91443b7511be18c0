"""A city's settings, xlsync.toml, read strictly: an unknown key or wrong value is refused by its place."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import re
import tomllib
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Final, Literal

from pydantic import Field, ValidationError

from xlsync.checks import Rate
from xlsync.cli.console import complain
from xlsync.cli.settings_template import RATE, TEMPLATE
from xlsync.errors import FormError, SettingsError
from xlsync.exchange import Terms
from xlsync.form.edition import Edition
from xlsync.form.library import Form, load_form
from xlsync.form.strict import Strict, explain
from xlsync.inbox.config import Deadline
from xlsync.organization import Organization, read_organization
from xlsync.store import Store

SETTINGS_FILE: Final = "xlsync.toml"


class _Folders(Strict):
    store: str = "store"
    shared: str = "shared"


class _Rate(Strict):
    per_person: float = Field(ge=0, le=1_000_000)
    per_hour: float = Field(ge=0, le=1_000)


class Watching(Strict):
    """How patient `xlsync watch` is; None takes what suits the place (a local disk, a share)."""

    events: Literal["auto", "native", "polling"] = "auto"
    quiet_seconds: float | None = Field(default=None, gt=0, le=3600)
    poll_seconds: float | None = Field(default=None, ge=1, le=3600)
    rescan_minutes: float = Field(default=5, gt=0, le=60)


class Serving(Strict):
    """Where `xlsync serve` listens, and in which header a proxy in front says who is logged in."""

    host: str = Field(default="127.0.0.1", min_length=1)
    port: int = Field(default=8765, ge=1, le=65_535)
    user_header: str = Field(default="", pattern="^[A-Za-z0-9-]*$")


class _Deadline(Strict):
    date: dt.date | None = None
    closed: bool = False


class _Merge(Strict):
    whole: list[str] = Field(default=[])


class _Owners(Strict):
    office: list[str] | None = None


class _Programs(Strict):
    complete: bool | list[str] = False


class _Organization(Strict):
    file: str = ""


class _File(Strict):
    city: str = Field(min_length=1)
    form: str = "jimu-jigyo-hyoka"
    edition: int
    write_back: Literal["on", "off"] = "on"
    folders: _Folders = _Folders()
    merge: _Merge = _Merge()
    owners: _Owners = _Owners()
    rates: dict[str, _Rate] = Field(default={})
    organization: _Organization = _Organization()
    programs: _Programs = _Programs()
    watch: Watching = Watching()
    serve: Serving = Serving()
    deadline: _Deadline = _Deadline()


@dataclass(frozen=True)
class City:
    """A city's folder and what its settings say; folders are absolute."""

    folder: Path
    name: str
    terms: Terms
    store: Store
    shared: Path
    write_back: bool = True
    watch: Watching = field(default=Watching())
    serve: Serving = field(default=Serving())
    deadline: Deadline = field(default=Deadline())

    @property
    def organization(self) -> Organization | None:
        """The city's own list of 部・課・係, None where it has given none."""
        return self.terms.organization

    @property
    def sheets(self) -> Path:
        """Where the living workbooks are."""
        return self.shared / "評価シート"

    @property
    def summaries(self) -> Path:
        """Where the summary workbooks are."""
        return self.shared / "集計"


def find_city(start: Path) -> City:
    """Give the city whose settings lie in a folder or above it; SettingsError where there are none or they are wrong."""
    for folder in (start, *start.parents):
        if (folder / SETTINGS_FILE).is_file():
            return read_city(folder)
    raise SettingsError(
        f"設定ファイル {SETTINGS_FILE} がありません。`xlsync init フォルダ名` で作るか、そのフォルダで実行してください",
        str(start),
    )


def read_city(folder: Path) -> City:
    """Read a city's settings; SettingsError names the file, the entry and the reason."""
    file = folder / SETTINGS_FILE
    said, form, edition = _settings_in(file)
    _refuse_unknown_parts(said, edition, str(file))
    return City(
        folder=folder,
        name=said.city,
        terms=Terms(
            form,
            said.edition,
            _rates_of(said, edition, str(file)),
            whole=tuple(said.merge.whole),
            office=None if said.owners.office is None else tuple(said.owners.office),
            organization=organization_of(folder, said.organization.file),
            complete_programs=_complete_programs(said),
        ),
        store=Store(folder / said.folders.store, form, notify=complain),
        shared=folder / said.folders.shared,
        write_back=said.write_back == "on",
        watch=said.watch,
        serve=said.serve,
        deadline=Deadline(said.deadline.date, said.deadline.closed),
    )


def _settings_in(file: Path) -> tuple[_File, Form, Edition]:
    """Read the file and open the form it names."""
    try:
        document = tomllib.loads(file.read_text(encoding="utf-8-sig"))
        said = _File.model_validate(document)
        form = load_form(said.form, file.parent)
        return said, form, form.at(said.edition)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise SettingsError(f"設定ファイルを読めません（{fault}）", str(file)) from fault
    except ValidationError as fault:
        raise SettingsError(explain(fault, document), str(file)) from fault
    except OSError as fault:
        raise SettingsError(f"設定ファイルを読めません（{fault.strerror}）", str(file)) from fault
    except FormError as fault:
        raise SettingsError(
            f"form または edition の指定で様式を開けません（{fault}）", str(file)
        ) from fault


def _complete_programs(said: _File) -> bool | frozenset[str]:
    complete = said.programs.complete
    return complete if isinstance(complete, bool) else frozenset(complete)


def _rates_of(said: _File, edition: Edition, where: str) -> dict[str, Rate]:
    """Give the city's personnel rates by period; SettingsError where the form has no such period."""
    periods = {rule.at for rule in edition.rules if rule.check == "personnel-cost"}
    unknown = sorted(set(said.rates) - periods)
    if unknown:
        raise SettingsError(
            f'[rates."{unknown[0]}"] という年度区分はありません（{"、".join(sorted(periods))}）',
            where,
        )
    return {
        at: Rate(Decimal(repr(rate.per_person)), Decimal(repr(rate.per_hour)))
        for at, rate in said.rates.items()
    }


def organization_of(folder: Path, name: str) -> Organization | None:
    """Read the city's list of 部・課・係 (UTF-8, or cp932 as Excel writes CSV); None where no file is named."""
    if not name:
        return None
    file = folder / name
    try:
        data = file.read_bytes()
    except OSError as fault:
        reason = (
            f"組織の一覧を読めません（{fault.strerror}）。[organization] の file を確かめてください"
        )
        raise SettingsError(reason, str(file)) from fault
    for encoding in ("utf-8-sig", "cp932"):
        with contextlib.suppress(UnicodeDecodeError):
            return read_organization(data.decode(encoding), str(file))
    raise SettingsError(
        "文字コードがわかりません。Excelで開き、「CSV UTF-8」で保存し直してください", str(file)
    )


def _refuse_unknown_parts(said: _File, edition: Edition, where: str) -> None:
    """Raise SettingsError for a part that the form does not have."""
    parts = edition.definition.parts
    told = (("[merge] whole", said.merge.whole), ("[owners] office", said.owners.office or []))
    for place, named in told:
        unknown = [part for part in named if part not in parts]
        if unknown:
            known = "、".join(f"{part}（{label}）" for part, label in parts.items())
            reason = f"{place} の「{unknown[0]}」という部分は様式にありません。次から選んでください：{known}"
            raise SettingsError(reason, where)


def settings_text(city: str, form: str, edition: int, rates: dict[str, tuple[float, float]]) -> str:
    """Give the text of a new xlsync.toml; without rates, an example in a comment."""
    label = load_form(form).at(edition).expand("{0年度}")
    written = "\n".join(
        RATE.format(period=period, per_person=person, per_hour=hour)
        for period, (person, hour) in rates.items()
    )
    example = "# " + RATE.format(
        period=f"{edition - 1}-settled", per_person=7107.2, per_hour=2.526
    ).replace("\n", "\n# ").rstrip("# ")
    # JSON's strings are TOML's, but for DEL
    quoted = json.dumps(city, ensure_ascii=False).replace("\x7f", "\\u007f")
    city = " ".join(re.split(r"[\x00-\x1f\x7f]+", city))
    return TEMPLATE.format(
        city=city,
        city_toml=quoted,
        form=form,
        edition=edition,
        label=label,
        day=f"{edition}-05-31",
        rates=written or example,
    )
