"""A city's settings, xlsync.toml, read strictly: an unknown key or wrong value is refused by its place."""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Final

from pydantic import Field, ValidationError

from xlsync.checks import Rate
from xlsync.errors import FormError, SettingsError
from xlsync.exchange import Terms
from xlsync.form.library import load_form
from xlsync.form.strict import Strict, explain
from xlsync.store import Store

SETTINGS_FILE: Final = "xlsync.toml"

TEMPLATE: Final = """\
# xlsync の設定（{city}）
# 行頭の # は説明、または使わない設定です。書き換えたら `xlsync status` で誤りがないか確かめられます。

city = {city_toml}
form = "{form}"        # 様式。自前の様式を使うときは、form.toml のあるフォルダ名を書きます
edition = {edition}                   # 対象年度（西暦。{label}版なら {edition}）

[folders]
store = "store"      # 正本の保管庫（このパソコンのディスクに置いてください）
shared = "shared"    # 職員が使う共有フォルダ（ネットワーク上の場所も書けます）

# 人件費(B) の確認に使う市の単価（千円）。書いた年度区分だけ確認します。
{rates}"""

RATE: Final = """\
[rates."{period}"]
per-person = {per_person}   # 正職員1人あたり
per-hour = {per_hour}     # 時間外勤務1時間あたり
"""


class _Folders(Strict):
    store: str = "store"
    shared: str = "shared"


class _Rate(Strict):
    per_person: float = Field(ge=0, le=1_000_000)
    per_hour: float = Field(ge=0, le=1_000)


class _File(Strict):
    city: str = Field(min_length=1)
    form: str = "jimu-jigyo-hyoka"
    edition: int
    folders: _Folders = _Folders()
    rates: dict[str, _Rate] = Field(default={})


@dataclass(frozen=True)
class City:
    """A city's folder and what its settings say; folders are absolute."""

    folder: Path
    name: str
    terms: Terms
    store: Store
    shared: Path

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
    try:
        document = tomllib.loads(file.read_text(encoding="utf-8-sig"))
        said = _File.model_validate(document)
        form = load_form(said.form, folder)
        edition = form.at(said.edition)
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
    periods = {rule.at for rule in edition.rules if rule.check == "personnel-cost"}
    unknown = sorted(set(said.rates) - periods)
    if unknown:
        raise SettingsError(
            f'[rates."{unknown[0]}"] という年度区分はありません（{"、".join(sorted(periods))}）',
            str(file),
        )
    rates = {
        at: Rate(Decimal(repr(rate.per_person)), Decimal(repr(rate.per_hour)))
        for at, rate in said.rates.items()
    }
    return City(
        folder=folder,
        name=said.city,
        terms=Terms(form, said.edition, rates),
        store=Store(folder / said.folders.store, form),
        shared=folder / said.folders.shared,
    )


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
        rates=written or example,
    )
