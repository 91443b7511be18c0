"""提出状況.html: the board as one page that needs no server, is readable on a phone and reloads itself."""

from __future__ import annotations

import base64
import hashlib
import unicodedata
from collections.abc import Iterator
from functools import cache
from html import escape
from importlib import resources
from itertools import groupby
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from xlsync.summary.figures.progress import UNNAMED, day_and_weekday, reminders
from xlsync.summary.figures.sheet_completion import ALL_STATES, STATE_MARKS

if TYPE_CHECKING:
    from xlsync.summary.figures.progress import Board, FolderProblem, Line, Reminder
    from xlsync.summary.figures.sheet_completion import State

_ORDER: Final[tuple[State, ...]] = (
    "published", "final", "confirmed", "received", "endorsed", "done", "complete", "filling",
    "error", "correcting", "returned", "conflict", "idle",
)  # fmt: skip
"""Of the bar, from the left."""


def board_html(board: Board) -> bytes:
    """Return the page; equal boards give equal bytes."""
    style, script = _shipped("board.css"), _shipped("board.js")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'"
    title = escape(f"提出状況　{board.city_name}")
    return "\n".join(
        (
            '<!doctype html><html lang="ja"><head><meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
            '<meta name="viewport" content="width=device-width,initial-scale=1">',
            f"<title>{title}</title><style>{style}</style></head><body>",
            *_top(board),
            "<main>",
            *_tools(board),
            *_units(board),
            *_problems(board),
            *_reminders(board),
            f"</main>{_foot(board)}<script>{script}</script></body></html>",
            "",
        )
    ).encode("utf-8", "replace")


def _top(board: Board) -> Iterator[str]:
    total, done = len(board.lines), board.done
    share = f"（{100 * done // total}%）" if total else ""
    yield f"<header><h1>提出状況　{escape(board.city_name)}</h1>"
    yield f"<p>{escape(board.title)}</p>"
    if board.due_date.words:
        yield f'<p class="deadline">{escape(board.due_date.words)}</p>'
    if board.last_distributed:
        yield f"<p>最終配布 {board.last_distributed}</p>"
    yield f"<p>提出済 <b>{done}</b>／{total}件{share}</p>"
    counts = board.counts
    parts = "".join(
        f'<span class="{state}" style="flex:{counts[state]}" title="{ALL_STATES[state]} {counts[state]}件">'
        f"{STATE_MARKS[state]} {counts[state]}</span>"
        for state in _ORDER
        if counts.get(state)
    )
    yield f'<div class="bar" role="img" aria-label="進みぐあい">{parts}</div></header>'


def _tools(board: Board) -> Iterator[str]:
    words = escape("・".join((*board.board_words.level_words, board.board_words.form_words.title)))
    yield f'<div class="tools"><input id="search" type="search" placeholder="{words}でさがす" aria-label="さがす">'
    for state, count in board.counts.items():
        yield (
            f'<button type="button" data-filter="{state}" aria-pressed="false">'
            f"{STATE_MARKS[state]} {ALL_STATES[state]} {count}</button>"
        )
    yield '<button type="button" id="pause" hidden></button></div>'
    if not board.lines:
        yield f"<p>登録された{escape(board.board_words.form_words.sheet)}がありません。</p>"


def _units(board: Board) -> Iterator[str]:
    units = groupby(board.lines, lambda line: line.division)
    below = "・".join(board.board_words.level_words[2:])
    head = f"<th>{escape(below)}</th>" if below else ""
    for number, (division, members) in enumerate(units):
        lines = list(members)
        done = sum(line.is_handed_in for line in lines)
        name = escape(_name(division))
        shown = "" if done == len(lines) else " open"
        yield (
            f'<details class="unit" data-unit id="u{number}"{shown}><summary>{name}'
            f'<span class="quiet">提出済 {done}／{len(lines)}件{_extension(board, division)}</span></summary><table>'
            f"<thead><tr>{head}<th>{escape(board.board_words.form_words.caption)}</th><th>配布</th><th>状況</th><th>最終保存</th><th>直近の保存の結果</th></tr></thead><tbody>"
        )
        yield from (_row(line, has_section=bool(below)) for line in lines)
        yield "</tbody></table></details>"


def _extension(board: Board, division: tuple[str, ...]) -> str:
    """Return the last day of a division for which it is another one than for all."""
    day = board.due_date.extended_days.get(division)
    return f"　提出期限 {day_and_weekday(day)}" if day else ""


def _name(division: tuple[str, ...]) -> str:
    """Return what a group of lines is called: its units, or all where the form has no organization."""
    return "　".join(unit or UNNAMED for unit in division) or "すべて"


def _row(line: Line, *, has_section: bool) -> str:
    words = " ".join((*line.unit_names, line.key, line.title, line.last_save.who))
    section = f"<td>{escape(line.section or UNNAMED)}</td>" if has_section else ""
    text = escape(unicodedata.normalize("NFKC", words).lower())
    name = escape(line.title or ("名称未記入" if line.key else ""))
    linked = f'<a href="{_href(line.link)}">{name}</a>' if line.link else name
    late = ' <span class="late">期限後</span>' if line.last_save.late else ""
    warned = (
        f' <span class="quiet">注意{line.completion.warnings}件</span>'
        if line.completion.warnings
        else ""
    )
    opened = (
        f'<br><span class="quiet">開いています：{escape(line.opened_by)}</span>'
        if line.opened_by
        else ""
    )
    saved = escape(f"{line.saved} {line.last_save.who}" if line.saved else "")
    return (
        f'<tr data-state="{line.state}" data-text="{text}">{section}'
        f'<td><span class="quiet">{escape(line.key)}</span> {linked}</td>'
        f'<td class="saved">{line.distributed}</td>'
        f'<td><span class="state {line.state}">{STATE_MARKS[line.state]} {escape(line.words)}</span>{warned}</td>'
        f'<td class="saved">{saved}{late}{opened}</td><td class="quiet">{escape(line.last_save.result)}</td></tr>'
    )


def _problems(board: Board) -> Iterator[str]:
    if not board.problems:
        return
    yield '<h2>ご確認ください（受け取れなかったファイルなど）</h2><details class="unit" id="strange" open>'
    yield f"<summary>{len(board.problems) + board.more_problems}件</summary>"
    yield '<table class="strange"><tbody>'
    yield from (_problem_row(problem) for problem in board.problems)
    if board.more_problems:
        yield f"<tr><td>ほか{board.more_problems}件</td><td></td></tr>"
    yield "</tbody></table></details>"


def _problem_row(problem: FolderProblem) -> str:
    path = escape(problem.location)
    linked = f'<a href="{_href(problem.link)}">{path}</a>' if problem.link else path
    return f"<tr><td>{linked}</td><td>{escape(problem.reason)}</td></tr>"


def _reminders(board: Board) -> Iterator[str]:
    texts = reminders(board)
    if texts:
        yield "<h2>催促文（そのままメールに貼れます）</h2>"
    for number, reminder in enumerate(texts):
        yield _reminder(number, reminder)


def _reminder(number: int, reminder: Reminder) -> str:
    name = escape(_name(reminder.division))
    return (
        f'<details class="unit" id="r{number}"><summary>{name}<span class="quiet">{reminder.open_count}件</span></summary>'
        f'<div class="reminder"><textarea readonly rows="9">{escape(reminder.text)}</textarea>'
        '<button type="button" class="copy">文面をコピー</button></div></details>'
    )


def _foot(board: Board) -> str:
    moment = f"{escape(board.moment)}の保存までを反映しています。" if board.moment else ""
    return f'<footer class="quiet">{moment}この画面は1分ごとに新しくなります。</footer>'


def _href(path: str) -> str:
    return escape(quote(path.encode("utf-8", "surrogateescape"), safe="/"))


@cache
def _shipped(name: str) -> str:
    return (resources.files("xlsync.inbox") / "page" / name).read_text(encoding="utf-8").strip()
