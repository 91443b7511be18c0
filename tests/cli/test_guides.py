"""The guides and READMEs show commands that xlsync takes and settings that it reads."""

from __future__ import annotations

import json
import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest

from tests import papers
from tests.cli.test_sheets_add import HEAD, OTHER, ROW, listed
from tests.commands import EXAMPLES, Run
from tests.official_forms import evaluation

ROOT = Path(__file__).resolve().parents[2]
GUIDES = [
    ROOT / "README.md",
    ROOT / "README.ja.md",
    *sorted((ROOT / "docs").rglob("*.md")),
    ROOT / "CONTRIBUTING.md",
]
BLOCK = re.compile(r"^( *)```(\w*)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)


def blocks(guide: Path) -> Iterator[str]:
    """The code blocks of a guide."""
    for match in BLOCK.finditer(guide.read_text(encoding="utf-8")):
        yield match[3]


def commands() -> Iterator[tuple[Path, str]]:
    """Every command in a code block, or alone between backticks, of a guide."""
    for guide in GUIDES:
        shown = [line.strip() for block in blocks(guide) for line in block.splitlines()]
        inline = re.findall(r"`(xlsync [^`…/]+)`", guide.read_text(encoding="utf-8"))
        for line in [*shown, *inline]:
            if line.endswith("--anchor"):
                continue  # an option alone, without its value
            if line.startswith("xlsync ") and not re.match(r"xlsync[ ]+[^\x00-\x7f]", line):
                yield guide, re.split(r"  +#|　", line)[0].strip()


COMMANDS = sorted({line for _, line in commands()})


def test_the_guides_show_commands() -> None:
    assert len(COMMANDS) > 40
    assert {line.split()[1] for line in COMMANDS} >= {"init", "import", "export", "watch", "serve"}


@pytest.mark.parametrize("line", COMMANDS)
def test_a_command_of_a_guide_is_one_that_xlsync_takes(run: Run, line: str) -> None:
    """Wrong words and options are refused before --help is heeded."""
    said = run(*shlex.split(line)[1:], "--help")
    assert (said.code, said.err) == (0, ""), said.err


SETTINGS = [
    pytest.param(block, id=f"{guide.name}-{number}")
    for guide in GUIDES
    for number, block in enumerate(blocks(guide))
    if re.match(
        r"\[(\[phase|\[tier|submission\]\nhanded|folders|rates|deadline|watch|merge|owners|programs|plans|budget|serve|organization|publication)",
        block,
    )
]


@pytest.mark.parametrize("block", SETTINGS)
def test_settings_of_a_guide_are_read(
    folder: Path, run: Run, monkeypatch: pytest.MonkeyPatch, block: str
) -> None:
    monkeypatch.chdir(folder)
    (folder / "組織.csv").write_text(
        "政策イノベーション部,情報政策課,企画推進係\n", encoding="utf-8"
    )
    (folder / "施策.csv").write_text("総合戦略,1,,,観光の振興,,\n", encoding="utf-8")
    (folder / "指標.csv").write_text("来場者数,H30,1人,,\n", encoding="utf-8")
    (folder / "款項目.csv").write_text("01-02,総務費\n", encoding="utf-8")
    head = "".join(
        line
        for line in (folder / "xlsync.toml").read_text(encoding="utf-8").splitlines(keepends=True)
        if line.startswith(("city", "form", "edition"))
    )
    (folder / "xlsync.toml").write_text(head + block, encoding="utf-8")
    said = run("status", "--json")
    assert said.code == 0, said.err


def test_the_planning_offices_guide_can_be_followed_from_top_to_bottom(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    lines = [
        re.split(r"  +#", line)[0].strip()
        for block in blocks(ROOT / "docs/ja/planning.md")
        for line in block.splitlines()
        if line.startswith("xlsync ")
    ]
    followed = 0
    for line in lines:
        words = shlex.split(line)[1:]
        words = [
            str(EXAMPLES) if word.startswith(("取り込む", "届いた")) else word for word in words
        ]
        words = ["2100-01-01" if re.fullmatch(r"\d{4}-\d\d-\d\d", word) else word for word in words]
        words = ["shared/評価シート" if word.startswith("ブック") else word for word in words]
        if words[:1] == ["watch"] or {"resolve", "revert", "--accept", "--reject"} & {*words}:
            continue  # runs until it is ended; nothing is in conflict or waits, there is no second revision
        if words[:1] == ["init"] and "--own-form" in words:
            monkeypatch.chdir(tmp_path)
            words[1] = "評価2019"
        words = _prepared(words)
        if line == "xlsync rollover 2019":  # of a city whose sheets are of 2018
            monkeypatch.chdir(tmp_path)
            assert run("init", "年度更新の市").code == 0
            monkeypatch.chdir(tmp_path / "年度更新の市")
            assert run("import", EXAMPLES).code in {0, 1}
        if words[:2] == ["figures", "reflection"]:
            _choose_direction(run)
        if words[-1] == "form-new":
            shutil.copytree("form", "form-new", dirs_exist_ok=True)
            with Path("form-new/form.toml").open("a", encoding="utf-8") as changed:
                changed.write("# 年度の途中で直した様式\n")
        if "--keys-out" in words:
            shutil.copytree(EXAMPLES.parent, "新しい様式")
            with Path("新しい様式/form.toml").open("a", encoding="utf-8") as changed:
                changed.write("# 来年度の様式\n")
        said = run(*words)
        assert said.code in {0, 1}, (line, said)
        followed += 1
        if words[:1] == ["init"] and "公式様式" not in line:
            monkeypatch.chdir(tmp_path / words[1])
    assert followed > 15


def _choose_direction(run: Run) -> None:
    """A direction in last year's sheet, as the planning office enters it."""
    head = {"key": papers.KEYS[0], "form": papers.edition().form, "edition": 2018, "revision": 1}
    chosen = {"next_year": {"direction": "縮小", "reason": "見直しのため"}}
    Path("方向性.json").write_text(json.dumps({**head, **chosen}), encoding="utf-8")
    assert run("import", "方向性.json").code in {0, 1}


def _prepared(words: list[str]) -> list[str]:
    """Put there what a command takes in, and return its words with the answer of who would be asked."""
    match words[:2]:
        case ["sheets", "add"]:
            Path("台帳.xlsx").write_bytes(listed([HEAD, ROW, OTHER]))
        case ["figures", "import"]:
            _prepare_figures()
        case ["grades", "import"]:
            _prepare_grades()
        case ["plans", _]:
            _prepare_plans()
            return words
        case ["reorganize", *_]:
            _prepare_organization()
            return words
        case ["form", "new"]:
            Path("公式様式.xlsx").write_bytes(evaluation())
            return words
        case _:
            return words
    return words if "--dry-run" in words else [*words, "--yes"]


def _prepare_plans() -> None:
    """A new list of 施策, and the list of shared indicators that the guide shows."""
    Path("新しい施策.xlsx").write_bytes(listed([["計画", "名称"], ["市長公約", "公園をつくる"]]))
    [indicators] = [
        block for block in blocks(ROOT / "docs/ja/planning.md") if block.startswith("指標,")
    ]
    Path("指標.csv").write_text(indicators, encoding="utf-8")
    settings = Path("xlsync.toml").read_text(encoding="utf-8")
    if '\nfile = "施策.csv"\n' in settings and '\nindicators = "指標.csv"\n' not in settings:
        told = settings.replace(
            '\nfile = "施策.csv"\n', '\nfile = "施策.csv"\nindicators = "指標.csv"\n'
        )
        Path("xlsync.toml").write_text(told, encoding="utf-8")


def _prepare_grades() -> None:
    """The tiers that the guide has people write, and a table for one of them."""
    [tiers] = [
        block for block in blocks(ROOT / "docs/ja/planning.md") if block.startswith("[[tier]]")
    ]
    settings = Path("xlsync.toml").read_text(encoding="utf-8")
    if tiers not in settings:
        Path("xlsync.toml").write_text(f"{settings}\n{tiers}", encoding="utf-8")
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.append(["事業コード", "二次評価", "二次評価の理由"])
    page.append([papers.KEYS[0], "B", "改善の余地"])
    book.save("会議結果.xlsx")


def _prepare_organization() -> None:
    """The list of units that the guide has people write."""
    [listed] = [
        block for block in blocks(ROOT / "docs/ja/planning.md") if block.startswith("部,課,係,い")
    ]
    Path("組織.csv").write_text(listed, encoding="utf-8")
    settings = Path("xlsync.toml").read_text(encoding="utf-8")
    if "\n[organization]" not in settings:
        settings += '\n[organization]\nfile = "組織.csv"\n'
        Path("xlsync.toml").write_text(settings, encoding="utf-8")


def _prepare_figures() -> None:
    """What the guide has people write, and a file of the financial system for it."""
    tables = [
        re.sub(r"^ +", "", block, flags=re.MULTILINE)
        for block in blocks(ROOT / "docs/ja/planning.md")
    ]
    [kinds] = [table for table in tables if table.startswith("種類,")]
    [shares] = [table for table in tables if table.startswith("予算コード,")]
    Path("財務データの見出し.csv").write_text(kinds, encoding="utf-8")
    Path("予算と事業の対応.csv").write_text(shares, encoding="utf-8")
    lines = (
        "会計,款,項,目,細目,細目名,国庫,県費,起債,特財,一般,繰越",
        "1,2,1,8,14,情報管理,0,0,0,0,1500500,",
    )
    Path("決算.csv").write_text("\n".join(lines), encoding="cp932")
