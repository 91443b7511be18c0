"""What monitoring systems read: logs as JSON lines, and the template for Zabbix beside what the commands print."""

from __future__ import annotations

import datetime as dt
import json
import logging
import re
from pathlib import Path
from typing import Any

import pytest

from tests import papers
from tests.commands import EXAMPLES, Run
from tests.watcher import impatient
from xlsync.city.log_settings import LogSettings
from xlsync.cli.long_running import logging_into
from xlsync.inbox.watcher_lock import only_watcher

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"


def lines_of(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def test_a_watcher_logs_json_lines_where_the_settings_say_so(folder: Path, run: Run) -> None:
    impatient(folder)
    with (folder / "xlsync.toml").open("a", encoding="utf-8") as settings:
        settings.write('\n[log]\nformat = "json"\n')
    run("import", "-C", folder, EXAMPLES / f"{papers.CLEAN}.json")
    run("export", "-C", folder, "--all")
    assert run("watch", "-C", folder, "--once").code in {0, 1}
    lines = lines_of(folder / "store/log/watch.log")
    assert lines
    for line in lines:
        assert line.keys() == {"time", "level", "log", "event", "message"}
        assert dt.datetime.fromisoformat(line["time"]).utcoffset() is not None
        assert line["message"].startswith(line["event"])
        assert line["log"] == "xlsync.watch"
    assert "一覧" in {line["event"] for line in lines}


def test_a_log_keeps_tracebacks_in_its_line_and_so_many_files_as_the_settings_say(
    tmp_path: Path,
) -> None:
    log, file = logging.getLogger("xlsync.test"), tmp_path / "log/test.log"
    entries = {"format": "json", "megabytes": 0.002, "keep-files": 3}
    with logging_into(file, LogSettings.model_validate(entries), log):
        try:
            int("改行\nのある値")
        except ValueError:
            log.exception("不具合 %s", "a.xlsx")
        assert "ValueError" in lines_of(file)[0]["traceback"]
        for number in range(100):
            log.info("受領 %d %s", number, "あ" * 50)
    files = sorted(file.parent.iterdir())
    assert len(files) == 4
    assert all(each.stat().st_size <= 2200 for each in files)
    assert lines_of(file)[-1]["message"].startswith("受領 99 ")


def template_items() -> list[dict[str, Any]]:
    document = json.loads((DEPLOY / "zabbix-template-xlsync.json").read_text(encoding="utf-8"))
    (template,) = document["zabbix_export"]["templates"]
    return list(template["items"])


def at(document: Any, path: str) -> Any:
    """What a path of the template finds, as far as its few forms go."""
    for step in re.findall(
        r"\.(\w+\(\)|\w+)|\[\?\(@\.(\w+) == '([\w-]+)'\)\]", path.removeprefix("$")
    ):
        name, key, value = step
        if key:
            document = [each for each in document if each[key] == value]
        elif name == "length()":
            document = len(document)
        elif name == "first()":
            document = document[0]
        elif isinstance(document, list):
            document = [each[name] for each in document]
        else:
            document = document[name]
    return document


def test_every_item_of_the_zabbix_template_finds_its_value(folder: Path, run: Run) -> None:
    impatient(folder)
    run("watch", "-C", folder, "--once")
    beat = folder / "store/watch.json"
    written = json.loads(beat.read_bytes())
    now = dt.datetime.now().astimezone().isoformat()
    beat.write_text(json.dumps({**written, "mode": "running", "when": now}), encoding="utf-8")
    with only_watcher(folder / "store"):
        told = {
            "xlsync.health": run("watch", "-C", folder, "--health", "--json").json,
            "xlsync.doctor": run("doctor", "-C", folder, "--json").json,
        }
    assert told["xlsync.health"]["alive"] is True
    items = template_items()
    keys = {item["key"] for item in items}
    for item in items:
        for trigger in item.get("triggers", ()):
            assert set(re.findall(r"/xlsync/([\w.]+)", trigger["expression"])) <= keys
        if item.get("type") == "DEPENDENT":
            (path,) = item["preprocessing"][0]["parameters"]
            value = at(told[item["master_item"]["key"]], path)
            is_text = item.get("value_type") == "CHAR"
            assert isinstance(value, str if is_text else int), (item["key"], value)
    assert len({item["uuid"] for item in items}) == len(items)


def test_the_agents_file_names_the_items_that_the_template_asks_for() -> None:
    text = (DEPLOY / "zabbix-agent-xlsync.conf").read_text(encoding="utf-8")
    told = set(re.findall(r"^UserParameter=([\w.]+),", text, re.MULTILINE))
    assert told == {item["key"] for item in template_items() if item.get("type") != "DEPENDENT"}


@pytest.mark.parametrize(
    "text", ['format = "xml"', "megabytes = 0", "keep-files = 0", "colour = 1"]
)
def test_a_wrong_setting_of_the_log_is_refused(folder: Path, run: Run, text: str) -> None:
    with (folder / "xlsync.toml").open("a", encoding="utf-8") as settings:
        settings.write(f"\n[log]\n{text}\n")
    said = run("status", "-C", folder)
    assert said.code == 3
    assert "log" in said.err
