"""The typer commands of publication: what one city publishes, and what many have published."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from xlsync.cli.options import HERE, AsJson, CityFolder, CityYear, DryRun, end
from xlsync.cli.usage import JapaneseTyper

publication_app = JapaneseTyper()

SnapshotName = Annotated[
    str,
    typer.Option(
        "--snapshot",
        metavar="名前",
        help="`xlsync snapshot` で残した時点の内容を公表します（その時に確認済・確定のもの）。",
    ),
]
Queued = Annotated[
    bool,
    typer.Option(
        "--queue",
        help="ここでは作らず、処理係（`xlsync work`）に頼みます（登録データがPostgreSQLのとき）。",
    ),
]
BookOrderName = Annotated[
    Literal["organization", "budget", "plan"],
    typer.Option(
        "--order",
        help="PDFの並び順（organization 所属順、budget 予算コード順、plan 様式が示す計画の順）。",
    ),
]


@publication_app.command()
def publish(
    target: Annotated[
        Path,
        typer.Argument(
            metavar="フォルダ", help="公表用のフォルダ（前回と同じ場所）。", show_default=False
        ),
    ],
    edition: CityYear = None,
    snapshot: SnapshotName = "",
    unconfirmed: Annotated[
        bool, typer.Option("--all", help="確認済でないシートも含めます（下見のため）。")
    ] = False,
    without_book: Annotated[
        bool, typer.Option("--without-book", help="PDFの冊子を作りません。")
    ] = False,
    order: BookOrderName = "organization",
    names_confirmed: Annotated[
        bool,
        typer.Option(
            "--names-confirmed", help="示された氏名などの候補を確かめ、公表してよいとします。"
        ),
    ] = False,
    is_agreed: Annotated[bool, typer.Option("--yes", help="尋ねずに行います。")] = False,
    queued: Queued = False,
    dry_run: DryRun = False,
    city: CityFolder = HERE,
    as_json: AsJson = False,
) -> None:
    """確認済・確定のシートを、公表用のフォルダ（サイト、PDF、オープンデータ）に書き出します。"""
    from xlsync.cli.agreement import Agreement
    from xlsync.cli.commands.publish import PublishOptions, publish_city

    agreement = Agreement(is_agreed, dry_run, as_json)
    options = PublishOptions(
        edition, snapshot, unconfirmed, without_book, order, names_confirmed, queued, agreement
    )
    end(publish_city(city, target, options))


@publication_app.command()
def national(
    address: Annotated[
        str,
        typer.Argument(
            metavar="フォルダ",
            help="各団体の公表用のフォルダを集めた場所（s3:// などのアドレスでも）。",
            show_default=False,
        ),
    ],
    residents: Annotated[
        Path | None,
        typer.Option(
            "--residents",
            metavar="一覧",
            help="団体コードと人口の一覧（Excel・CSV）。",
            show_default="1人当たりの額を出しません",
        ),
    ] = None,
    out: Annotated[Path, typer.Option("--out", metavar="フォルダ", help="書き出す場所。")] = Path(
        "団体比較"
    ),
    as_json: AsJson = False,
) -> None:
    """各団体が公表したデータを集めて、1人当たりの額、区分別、評価別に比べます。"""
    from xlsync.cli.commands.national import NationalOptions, compare_cities

    end(compare_cities(NationalOptions(address, residents, out, as_json)))
