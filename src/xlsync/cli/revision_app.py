"""The typer commands about revisions: what changed, what is undecided, and back to an earlier state."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from xlsync.cli.options import (
    HERE,
    AsJson,
    CityFolder,
    CityYear,
    DryRun,
    Key,
    Paths,
    SeenRevision,
    end,
)
from xlsync.cli.usage import JapaneseTyper

if TYPE_CHECKING:
    from xlsync.exchange import Side

revision_app = JapaneseTyper()
_SIDES: Final[dict[tuple[bool, bool], Side]] = {(True, False): "ours", (False, True): "theirs"}


@revision_app.command()
def history(
    key: Key,
    by_year: Annotated[
        bool,
        typer.Option("--years", help="版ではなく、金額・指標・評価の年度ごとの推移を表示します。"),
    ] = False,
    has_texts: Annotated[
        bool, typer.Option("--texts", help="昨年度のシートの文章とのちがいを表示します。")
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            help="--years の内容を、印刷できるファイル（Excel、A4横）にします。",
            show_default=False,
        ),
    ] = None,
    edition: CityYear = None,
    city: CityFolder = HERE,
    as_json: AsJson = False,
) -> None:
    """だれが、いつ、どこを変えたかを表示します。"""
    from xlsync.cli.commands.history import show_history
    from xlsync.cli.commands.history_texts import show_texts
    from xlsync.cli.commands.history_years import show_years

    if by_year and has_texts:
        raise typer.BadParameter("--years と --texts は、どちらか一方を指定してください")
    if out is not None and not by_year:
        raise typer.BadParameter("--out は --years と一緒に指定してください")
    if by_year:
        end(show_years(city, key, edition, as_json=as_json, out=out))
    show = show_texts if has_texts else show_history
    end(show(city, key, edition, as_json=as_json))


@revision_app.command()
def seals(
    city: CityFolder = HERE,
    first: Annotated[
        int | None,
        typer.Option("--from", min=1, help="この通番から最後まで表示します。", show_default=False),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """受け取ったすべての版の台帳を、紙に控える照合番号とともに表示します。"""
    from xlsync.cli.commands.seals import show_seals

    end(show_seals(city, first, as_json=as_json))


@revision_app.command()
def conflicts(edition: CityYear = None, city: CityFolder = HERE, as_json: AsJson = False) -> None:
    """入力の重なり（同じ欄を複数の人が変えたもの）で、まだ決まっていないものを表示します。"""
    from xlsync.cli.commands.conflicts import show_conflicts

    end(show_conflicts(city, edition, as_json=as_json))


@revision_app.command()
def resolve(
    key: Key,
    head: Annotated[
        list[str] | None, typer.Option("--ours", help="登録済みの内容にする欄。")
    ] = None,
    incoming: Annotated[
        list[str] | None, typer.Option("--theirs", help="ファイルの内容にする欄。")
    ] = None,
    take: Annotated[
        list[str] | None,
        typer.Option(
            "--take",
            metavar="欄=ファイル",
            help="そのファイルの内容にする欄（`xlsync conflicts` が示すとおりに写します）。",
        ),
    ] = None,
    value: Annotated[
        list[str] | None,
        typer.Option("--value", metavar="欄=内容", help="企画担当が決めた別の内容にする欄。"),
    ] = None,
    seen: SeenRevision = None,
    all_head: Annotated[
        bool, typer.Option("--all-ours", help="すべて登録済みの内容にします。")
    ] = False,
    all_incoming: Annotated[
        bool, typer.Option("--all-theirs", help="すべてファイルの内容にします。")
    ] = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
    city: CityFolder = HERE,
) -> None:
    """入力の重なりについて、どちらの内容にするかを決めます。"""
    from xlsync.cli.commands.resolve import Choice, resolve_conflicts

    if all_head and all_incoming:
        raise typer.BadParameter("--all-ours と --all-theirs はどちらか一方だけ指定してください")
    every = _SIDES.get((all_head, all_incoming))
    choice = Choice(head or (), incoming or (), take or (), value or (), every, seen)
    end(resolve_conflicts(city, key, choice, as_json=as_json, is_dry_run=dry_run))


@revision_app.command()
def review(
    accept: Annotated[
        list[str] | None,
        typer.Option(
            "--accept", help="登録する変更（all、事業コード、事業コード:欄、事業コード:欄:番号）。"
        ),
    ] = None,
    reject: Annotated[
        list[str] | None, typer.Option("--reject", help="登録しない変更（指定のしかたは同じ）。")
    ] = None,
    comment: Annotated[
        str, typer.Option("--comment", help="理由。職員へのお知らせと記録に残ります。")
    ] = "",
    edition: CityYear = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
    city: CityFolder = HERE,
) -> None:
    """企画担当の確認を待っている変更を表示し、1つずつ登録するか、登録しないかを決めます。"""
    from xlsync.cli.commands.review import ReviewOptions, review_changes

    options = ReviewOptions(accept or (), reject or (), comment, as_json, edition, dry_run)
    end(review_changes(city, options))


@revision_app.command()
def revert(
    key: Key,
    to: Annotated[int, typer.Option("--to", help="戻したい版の番号。", show_default=False)],
    seen: SeenRevision = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
    city: CityFolder = HERE,
) -> None:
    """前の版の内容に戻します（戻したことも新しい版として残ります）。"""
    from xlsync.cli.commands.revert import revert_sheet, show_revert

    if dry_run:
        end(show_revert(city, key, to, as_json=as_json))
    end(revert_sheet(city, key, to, seen, as_json=as_json))


@revision_app.command()
def diff(paths: Paths, city: CityFolder = HERE, as_json: AsJson = False) -> None:
    """Excelファイルと登録データの違いを表示します。何も書き込みません。"""
    from xlsync.cli.commands.diff import show_differences

    end(show_differences(city, paths, as_json=as_json))
