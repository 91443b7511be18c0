"""`xlsync service`: watcher, server and nightly backup installed, looked at and removed."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from xlsync.city.background import scheduled_tasks, systemd_units
from xlsync.city.background.jobs import (
    DeleteFile,
    Job,
    JobName,
    Run,
    RunProgram,
    Step,
    WriteFile,
    carry_out,
    run_program,
)
from xlsync.city.backup_settings import wanted_backup_folder
from xlsync.city.clock_and_user import user
from xlsync.city.further_forms import FORMS
from xlsync.city.settings import CitySettings, find_settings
from xlsync.cli import ATTENTION
from xlsync.cli.console import put_json, say
from xlsync.cli.current_city import current_city
from xlsync.cli.every_form import further_forms
from xlsync.errors import BackgroundError, XlsyncError
from xlsync.inbox.heartbeat import is_watcher_alive

JOBS: Final[tuple[JobName, ...]] = ("watch", "serve", "backup")
_WORDS: Final[dict[JobName, str]] = {
    "watch": "見張り（xlsync watch）",
    "serve": "ボタンの窓口（xlsync serve）",
    "backup": "毎晩の控え（xlsync backup、2時30分）",
}
_NO_BACKUP: Final = (
    "毎晩の控えは入れていません。設定に [backup] folder を書いて、もう一度実行してください"
)
_NOT_ROOT: Final = (
    "管理者の権限が要ります。管理者（sudo）で実行するか、"
    "自分だけのものとして入れるときは --user を付けてください"
)
_NO_ACCOUNT: Final = (
    "どのアカウントで動かすかを --account で指定してください"
    "（例：sudo useradd --system xlsync のあと --account xlsync）"
)
_LINGER: Final = "  ログオンしていないときも動かすには `loginctl enable-linger` を実行してください"


@dataclass(frozen=True, slots=True)
class BackgroundOptions:
    """What the command's options say; `is_windows` says for which system."""

    serves: bool = False
    of_user: bool = False
    account: str = ""
    is_dry_run: bool = False
    is_windows: bool = sys.platform == "win32"


def install(folder: Path, options: BackgroundOptions, run: Run = run_program) -> int:
    """Install and start what a city needs in the background; return the exit code."""
    city = current_city(folder)
    names = _wanted(city, options)
    account = _account(city, options)
    steps: list[Step] = []
    for name in names:
        steps += _installing(_job(city, name, account), options, run)
    if options.is_dry_run:
        _say_steps(steps)
        return 0
    carry_out(steps, run)
    for name in names:
        say(f"動かし始めました：{_WORDS[name]}")
    if options.of_user and not options.is_windows:
        say(_LINGER)
    if "backup" not in names:
        say(_NO_BACKUP)
    return 0


def _wanted(city: CitySettings, options: BackgroundOptions) -> list[JobName]:
    has_backup = wanted_backup_folder(city) is not None
    wanted = {"watch": True, "serve": options.serves, "backup": has_backup}
    return [name for name in JOBS if wanted[name]]


def uninstall(folder: Path, options: BackgroundOptions, run: Run = run_program) -> int:
    """Stop and remove what `install` has installed; return the exit code."""
    city = current_city(folder)
    is_any_removed = False
    for name in JOBS:
        steps = _removing(city, name, options, run)
        if options.is_dry_run:
            _say_steps(steps)
        elif steps:
            carry_out(steps, run)
            is_any_removed = True
            say(f"止めて外しました：{_WORDS[name]}")
    if not is_any_removed and not options.is_dry_run:
        say("入っているものはありません")
    return 0


def show_state(
    folder: Path, options: BackgroundOptions, run: Run = run_program, *, as_json: bool = False
) -> int:
    """Print what is installed and whether the watcher works; return the exit code."""
    city = current_city(folder)
    states = {name: _is_installed(city, name, options, run) for name in JOBS}
    alive = is_watcher_alive(city.store.folder, dt.datetime.now().astimezone())
    if as_json:
        put_json({"installed": states, "alive": alive})
    else:
        for name, is_installed in states.items():
            say(
                f"{'○' if is_installed else '－'} {_WORDS[name]}：{'入っています' if is_installed else '入っていません'}"
            )
        say(
            f"{'○ 見張りは動いています' if alive else '× 見張りは動いていません。`xlsync doctor` で確かめてください'}"
        )
    return 0 if states["watch"] and alive else ATTENTION


def _unit_folder(options: BackgroundOptions) -> Path:
    return (
        systemd_units.user_folder(Path.home()) if options.of_user else systemd_units.SYSTEM_FOLDER
    )


def _account(city: CitySettings, options: BackgroundOptions) -> str:
    """Return the account to run under; BackgroundError where none can be told."""
    if options.is_windows:
        return _windows_account(options)
    if options.of_user:
        return ""
    if not options.is_dry_run and os.geteuid() != 0:
        raise BackgroundError(_NOT_ROOT)
    account = options.account or city.store.folder.owner()
    if account == "root" and not options.account:
        raise BackgroundError(_NO_ACCOUNT)
    return account


def _windows_account(options: BackgroundOptions) -> str:
    if not options.of_user:
        return options.account or scheduled_tasks.NETWORK_SERVICE
    domain = os.environ.get("USERDOMAIN", "")
    return f"{domain}\\{user()}" if domain else user()


def _job(city: CitySettings, name: JobName, account: str) -> Job:
    backups, forms = wanted_backup_folder(city), _readable_forms(city)
    stores = [form.store.folder.resolve() for form in forms]
    writable = [city.folder, *stores, *(form.shared.resolve() for form in forms)]
    if name == "backup" and backups is not None:
        # It sets the lock of every store, also of forms that are added later.
        writable = [*stores, city.folder / FORMS, backups]
    return Job(name, _program(), city.folder, tuple(_outermost(writable)), account)


def _readable_forms(city: CitySettings) -> list[CitySettings]:
    """Return a city with its further forms, but for those whose settings cannot be read."""
    forms = [city]
    for folder in further_forms(city.folder).values():
        with contextlib.suppress(XlsyncError):
            forms.append(find_settings(folder))
    return forms


def _outermost(folders: Sequence[Path]) -> list[Path]:
    """Return the folders that lie in none of the others, each once."""
    outermost = (folder for folder in folders if not set(folder.parents).intersection(folders))
    return [*dict.fromkeys(outermost)]


def _program() -> tuple[str, ...]:
    """Return the file by which this xlsync is started."""
    file = Path(sys.executable).with_name("xlsync.exe" if sys.platform == "win32" else "xlsync")
    return (str(file if file.is_file() else Path(sys.argv[0]).absolute()),)


def _installing(job: Job, options: BackgroundOptions, run: Run) -> list[Step]:
    if options.is_windows:
        code, text = run(scheduled_tasks.query_words(job.job_name))
        scheduled_tasks.refuse_foreign(job, None if code else scheduled_tasks.folder_in(text))
        return scheduled_tasks.installing(job, of_user=options.of_user)
    return systemd_units.installing(job, _unit_folder(options), of_user=options.of_user)


def _removing(
    city: CitySettings, name: JobName, options: BackgroundOptions, run: Run
) -> list[Step]:
    if not options.is_windows:
        return systemd_units.removing(name, _unit_folder(options), of_user=options.of_user)
    job = _job(city, name, "")
    code, text = run(scheduled_tasks.query_words(name))
    if code and scheduled_tasks.task_file(job).is_file():
        raise scheduled_tasks.unseen(job, text)
    task_folder = None if code else scheduled_tasks.folder_in(text)
    is_of_city = scheduled_tasks.is_of_city(city.folder, task_folder)
    return scheduled_tasks.removing(job) if is_of_city else []


def _is_installed(city: CitySettings, name: JobName, options: BackgroundOptions, run: Run) -> bool:
    if options.is_windows:
        code, text = run(scheduled_tasks.query_words(name))
        folder = scheduled_tasks.folder_in(text)
        return not code and scheduled_tasks.is_of_city(city.folder, folder)
    unit = _unit_folder(options) / f"{systemd_units.unit_name(name)}.service"
    words = systemd_units.is_active_words(name, of_user=options.of_user)
    is_this_citys = unit.is_file() and f"={city.folder}\n" in unit.read_text(
        encoding="utf-8"
    ).replace("%%", "%")
    return is_this_citys and run(words)[0] == 0


def _say_steps(steps: Sequence[Step]) -> None:
    for step in steps:
        match step:
            case WriteFile(file, data):
                encoding = "utf-16" if file.suffix == ".xml" else "utf-8"
                say(f"書く　：{file}\n{data.decode(encoding)}")
            case DeleteFile(file):
                say(f"消す　：{file}")
            case RunProgram(words):
                say(f"実行　：{' '.join(words)}")
