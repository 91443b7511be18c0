"""`xlsync service`: units that systemd takes, tasks for the Task Scheduler, installed and removed by recorded programs."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field, replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests import example_forms
from tests.commands import Run
from xlsync.city.background import scheduled_tasks, systemd_units
from xlsync.city.background.jobs import Job
from xlsync.cli.commands.background_jobs import BackgroundOptions, install, show_state, uninstall
from xlsync.errors import BackgroundError

ROOT = Path(__file__).resolve().parents[2]
TASKS = "{http://schemas.microsoft.com/windows/2004/02/mit/task}"
WINDOWS = BackgroundOptions(is_windows=True)


@dataclass
class System:
    """A system's program, as the one that would be run: it keeps what it is told, and may refuse a word."""

    refuses: str = ""
    asked: list[tuple[str, ...]] = field(default_factory=list)
    tasks: dict[str, str] = field(default_factory=dict)

    def __call__(self, words: tuple[str, ...]) -> tuple[int, str]:
        self.asked.append(words)
        if self.refuses in words:
            return 1, "アクセスが拒否されました。"
        return self._schtasks(words) if words[0] == "schtasks" else (0, "")

    def _schtasks(self, words: tuple[str, ...]) -> tuple[int, str]:
        """The Task Scheduler: it keeps the XML of each task until it is deleted."""
        verb, name = words[1], words[words.index("/TN") + 1]
        if verb == "/Create":
            file = Path(words[words.index("/XML") + 1])
            self.tasks[name] = file.read_text(encoding="utf-16")
        elif name not in self.tasks:
            return 1, "指定されたファイルが見つかりません。"
        return 0, self.tasks.pop(name) if verb == "/Delete" else self.tasks[name]

    @property
    def carried_out(self) -> list[tuple[str, ...]]:
        """What changed anything."""
        return [words for words in self.asked if words[1] != "/Query"]


@pytest.fixture
def with_backup(folder: Path) -> Path:
    with (folder / "xlsync.toml").open("a", encoding="utf-8") as settings:
        settings.write("\n[backup]\nfolder = '../控え'\n")
    return folder


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    return tmp_path / "home/.config/systemd/user"


OF_USER = BackgroundOptions(of_user=True, is_windows=False)


def job(folder: Path, name: str = "watch") -> Job:
    return Job(name, (str(folder / "xlsync"),), folder, (folder,), "nobody")  # type: ignore[arg-type]


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd-analyze")
@pytest.mark.parametrize("of_user", [False, True])
@pytest.mark.parametrize("name", ["city", "評価 2018", '100%の"市"', "$HOME の市"])
def test_systemd_takes_the_units_of_a_folder_of_any_name(
    tmp_path: Path, name: str, *, of_user: bool
) -> None:
    folder = tmp_path / name
    folder.mkdir()
    program = tmp_path / "プログラム 1" / "xlsync"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    units = tmp_path / "units"
    units.mkdir()
    for command in ("watch", "backup"):
        for file, text in systemd_units.unit_files(
            replace(job(folder, command), command_words=(str(program),)), units, of_user=of_user
        ).items():
            file.write_text(text, encoding="utf-8")
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *sorted(map(str, units.iterdir()))],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "SYSTEMD_LOG_LEVEL": "warning"},
    )
    about_ours = [
        line for line in done.stderr.splitlines() if str(units) in line or "xlsync" in line
    ]
    assert about_ours == []


def test_the_units_of_the_guide_say_what_install_writes() -> None:
    """deploy/ is for those who write units by hand."""
    for name in ("watch", "serve"):
        shown = (ROOT / f"deploy/xlsync-{name}.service").read_text(encoding="utf-8")
        written = systemd_units.unit_text(job(Path("/srv/xlsync/city"), name), of_user=False)
        entries = {line for line in written.splitlines() if "=" in line and line[0] != "#"}
        own = (
            "Description",
            "User",
            "Group",
            "ExecStart",
            "ReadWritePaths",
            "ProtectHome",
            "After",
            "WorkingDirectory",
        )
        lacking = {line for line in entries if line not in shown and not line.startswith(own)}
        assert lacking == set()


def test_watcher_and_backup_are_installed_for_a_person_and_removed_again(
    with_backup: Path, home: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    system = System()
    assert install(with_backup, OF_USER, system) == 0
    assert {file.name for file in home.iterdir()} == {
        "xlsync-watch.service",
        "xlsync-backup.service",
        "xlsync-backup.timer",
    }
    assert ("systemctl", "--user", "restart", "xlsync-watch.service") in system.asked
    assert ("systemctl", "--user", "enable", "xlsync-backup.timer") in system.asked
    assert f"WorkingDirectory={with_backup}" in (home / "xlsync-watch.service").read_text()
    program = re.search(r'ExecStart="(.+?)" "watch"', (home / "xlsync-watch.service").read_text())
    assert program is not None
    assert Path(program[1]).is_file()
    assert "見張り" in capfd.readouterr().out
    assert show_state(with_backup, OF_USER, System()) == 1  # nobody watches in fact
    assert "○ 見張り（xlsync watch）：入っています" in capfd.readouterr().out
    assert uninstall(with_backup, OF_USER, system) == 0
    assert list(home.iterdir()) == []
    assert ("systemctl", "--user", "disable", "--now", "xlsync-watch.service") in system.asked


def test_a_unit_written_by_hand_or_for_another_city_is_left_alone(
    folder: Path, home: Path, run: Run, tmp_path: Path
) -> None:
    home.mkdir(parents=True)
    unit = home / "xlsync-watch.service"
    unit.write_text("[Service]\nExecStart=/opt/xlsync/.venv/bin/xlsync watch\n")
    with pytest.raises(BackgroundError, match="手で書かれた"):
        install(folder, OF_USER, System())
    assert uninstall(folder, OF_USER, System()) == 0
    assert unit.exists()
    unit.unlink()
    install(folder, OF_USER, System())
    assert run("init", tmp_path / "別の市").code == 0
    with pytest.raises(BackgroundError, match="ほかの市"):
        install(tmp_path / "別の市", OF_USER, System())


def test_what_the_system_refuses_is_told_with_its_own_words(folder: Path, home: Path) -> None:
    with pytest.raises(BackgroundError, match=r"systemctl --user enable.*アクセスが拒否"):
        install(folder, OF_USER, System(refuses="enable"))
    assert home.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="accounts of Unix")
def test_for_the_whole_system_an_account_is_asked_for(folder: Path, run: Run) -> None:
    said = run("service", "install", "-C", folder, "--dry-run", "--account", "xlsync")
    assert said.code == 0
    assert "User=xlsync" in said.out
    assert "/etc/systemd/system/xlsync-watch.service" in said.out
    if folder.owner() == "root":
        refused = run("service", "install", "-C", folder)
        assert refused.code == 3
        assert "--account" in refused.err


@pytest.mark.skipif(sys.platform == "win32", reason="systemd's units")
def test_the_jobs_of_a_city_may_write_where_its_further_forms_are(
    with_backup: Path, run: Run
) -> None:
    form = ("--form", example_forms.FOLDER / "bihin", "--edition", example_forms.YEAR)
    assert run("form", "add", "備品", *form, "-C", with_backup).code == 0
    further = with_backup / "forms/備品"
    with (further / "xlsync.toml").open("a", encoding="utf-8") as settings:
        settings.write("\n[folders]\nstore = '../../../備品の登録データ'\n")
        settings.write("shared = '../../../備品の共有'\n")
    (further / "store").rename(with_backup.parent / "備品の登録データ")
    said = run("service", "install", "-C", with_backup, "--dry-run", "--account", "xlsync").out
    watcher, nightly = re.findall("ReadWritePaths=(.+)", said)
    place = with_backup.parent
    assert watcher == " ".join(
        f'"-{folder}"' for folder in (with_backup, place / "備品の登録データ", place / "備品の共有")
    )
    assert nightly == " ".join(
        f'"-{folder}"'
        for folder in (
            with_backup / "store",
            place / "備品の登録データ",
            with_backup / "forms",
            place / "控え",
        )
    )


@pytest.mark.parametrize("command", ["watch", "serve", "backup"])
@pytest.mark.parametrize("of_user", [False, True])
def test_a_task_has_the_parts_that_the_task_scheduler_wants(command: str, *, of_user: bool) -> None:
    subject = Job(
        command,  # type: ignore[arg-type]
        (r"C:\R&D\xlsync.exe",),
        Path("評価<2018>&"),
        (),
        r"CITY\山田" if of_user else scheduled_tasks.NETWORK_SERVICE,
    )
    text = scheduled_tasks.task_text(subject, of_user=of_user)
    task = ET.fromstring(text.replace('encoding="UTF-16"', ""))  # noqa: S314 - our own
    assert [child.tag.removeprefix(TASKS) for child in task] == [
        "RegistrationInfo",
        "Triggers",
        "Principals",
        "Settings",
        "Actions",
    ]

    def said(path: str) -> str | None:
        return task.findtext("/".join(f"{TASKS}{step}" for step in path.split("/")))

    assert said("Actions/Exec/Command") == r"C:\R&D\xlsync.exe"
    assert said("Actions/Exec/Arguments") == command
    assert said("Actions/Exec/WorkingDirectory") == "評価<2018>&"
    assert said("Principals/Principal/UserId") == (r"CITY\山田" if of_user else "S-1-5-20")
    assert said("Settings/ExecutionTimeLimit") == ("PT6H" if command == "backup" else "PT0S")
    (trigger,) = task.iter(f"{TASKS}Triggers")
    assert [each.tag.removeprefix(TASKS) for each in trigger] == [
        "CalendarTrigger" if command == "backup" else "LogonTrigger" if of_user else "BootTrigger"
    ]


def test_on_windows_tasks_are_registered_started_and_removed(with_backup: Path) -> None:
    system = System()
    assert install(with_backup, replace(WINDOWS, serves=True), system) == 0
    changes = [words[1] for words in system.carried_out]
    assert changes == ["/Create", "/Run", "/Create", "/Run", "/Create"]
    create = system.carried_out[0]
    file = Path(create[create.index("/XML") + 1])
    assert file.read_bytes()[:2] in {b"\xff\xfe", b"\xfe\xff"}
    assert "xlsync" in file.read_text(encoding="utf-16")
    assert "/RU" not in create
    assert show_state(with_backup, WINDOWS, System()) == 1
    assert uninstall(with_backup, WINDOWS, system) == 0
    assert system.asked[-1] == ("schtasks", "/Delete", "/TN", r"\xlsync\backup", "/F")
    assert not list(with_backup.glob("*.task.xml"))


def test_a_task_by_hand_or_of_another_city_is_left_alone(
    folder: Path, run: Run, tmp_path: Path
) -> None:
    other = tmp_path / "別の市"
    assert run("init", other).code == 0
    system = System()
    assert install(folder, WINDOWS, system) == 0
    before = dict(system.tasks)
    with pytest.raises(BackgroundError, match="ほかの市"):
        install(other, WINDOWS, system)
    assert uninstall(other, WINDOWS, system) == 0
    assert system.tasks == before
    assert install(folder, WINDOWS, system) == 0, "its own is replaced"
    by_hand = System(tasks={r"\xlsync\watch": "<Task><Actions/></Task>"})
    with pytest.raises(BackgroundError, match="手で作られた"):
        install(other, WINDOWS, by_hand)
    assert by_hand.carried_out == []


def test_a_task_that_cannot_be_removed_is_not_said_to_be_and_can_be_removed_later(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    system = System()
    install(folder, WINDOWS, system)
    for denied in ("/Delete", "/Query"):
        system.refuses = denied
        with pytest.raises(BackgroundError, match="アクセスが拒否"):
            uninstall(folder, WINDOWS, system)
        assert list(folder.glob("*.task.xml"))
    system.refuses = ""
    assert "止めて外しました" not in capfd.readouterr().out
    assert uninstall(folder, WINDOWS, system) == 0
    assert "止めて外しました" in capfd.readouterr().out
    assert not list(folder.glob("*.task.xml"))


def test_schtasks_asks_for_the_password_of_an_account_that_has_one(folder: Path) -> None:
    system = System()
    install(folder, replace(WINDOWS, account=r"CITY\xlsync"), system)
    assert system.carried_out[0][-4:] == ("/RU", r"CITY\xlsync", "/RP", "*")
