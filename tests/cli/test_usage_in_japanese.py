"""Help and wrong usage are Japanese, and the Tab key offers what the city has."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
import typer

from tests import papers
from tests.commands import EXAMPLES, Run
from xlsync.cli.app import app

ALL = typer.main.get_command(app).commands  # type: ignore[attr-defined]
COMMANDS = [
    [],
    *([name] for name in ALL),
    *([group, name] for group in ("form", "sheets") for name in ALL[group].commands),
]
ENGLISH = re.compile(
    r"\b(?!xlsync|form|sheets)[A-Za-z]{2,} [a-z]{2,} |Usage|Options|Commands|default|required"
)


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_help_has_no_english_sentence(run: Run, words: list[str]) -> None:
    said = run(*words, "--help")
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith(f"使い方：{' '.join(['xlsync', *words])} [オプション]")
    assert "この説明を表示します。" in said.out
    assert ENGLISH.findall(said.out) == []


@pytest.mark.parametrize("name", ALL)
def test_of_the_commands_only_the_one_that_is_called_is_built(name: str) -> None:
    built = typer.main.get_command(app.with_command(name)).commands  # type: ignore[attr-defined]
    assert list(built) == [name]


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("status --foo", "--foo というオプションはありません"),
        ("status --depatment x", "もしかして：--department"),
        ("statu", "statu というコマンドはありません（もしかして：'status'）"),
        ("import", "ファイル… を書いてください"),
        ("history", "事業コード を書いてください"),
        ("history a b c", "余分な語があります：b c"),
        ("init x --edition 昨年", "--edition の値が正しくありません：整数で書いてください"),
        ("summarize --format doc", "doc は使えません。次のどれかを書いてください"),
        ("export a --at 昨日", "昨日 は日付として読めません（例 2026-05-31）"),
        ("status --department", "--department には値が要ります"),
        ("status --json=3", "--json に値は付けられません"),
        ("export", "事業コードか --all のどちらかを指定してください"),
        ("watch --once --health", "どちらか一方だけ指定してください"),
    ],
)
def test_wrong_usage_is_told_in_japanese(run: Run, line: str, sentence: str) -> None:
    said = run(*shlex.split(line))
    assert (said.code, said.out) == (2, "")
    assert "エラー：" in said.err
    assert sentence in said.err
    assert ENGLISH.findall(said.err) == []


@pytest.fixture
def offers(folder: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A city's folder with sheets, as the working directory of a bash that asks for completion."""
    monkeypatch.chdir(folder)
    assert run("import", EXAMPLES).code in {0, 1}
    monkeypatch.setenv("_XLSYNC_COMPLETE", "complete_bash")
    return folder


@pytest.mark.usefixtures("offers")
@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("xlsync hist", ["history"]),
        ("xlsync history ", list(papers.KEYS)),
        ("xlsync export 01-02-01-08-1", ["01-02-01-08-14-01", "01-02-01-08-15-01"]),
        ("xlsync status --department ", ["政策イノベーション部"]),
        ("xlsync status --division ", ["情報政策課"]),
        ("xlsync status --state 未", ["未着手"]),
    ],
)
def test_the_tab_key_offers_what_the_city_has(
    run: Run, monkeypatch: pytest.MonkeyPatch, line: str, offered: list[str]
) -> None:
    words = line.split(" ")
    monkeypatch.setenv("COMP_WORDS", line)
    monkeypatch.setenv("COMP_CWORD", str(len(words) - 1))
    said = run()
    assert sorted(said.out.split()) == offered


def test_the_tab_key_says_nothing_where_there_is_no_city(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("_XLSYNC_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", "xlsync history ")
    monkeypatch.setenv("COMP_CWORD", "2")
    said = run()
    assert (said.code, said.out.strip(), said.err) == (0, "", "")
