"""Units of systemd: their text, and the steps that install and remove them."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from xlsync.city.background.jobs import (
    DESCRIPTIONS,
    DeleteFile,
    Job,
    JobName,
    RunProgram,
    Step,
    WriteFile,
)
from xlsync.errors import BackgroundError

SYSTEM_FOLDER: Final = Path("/etc/systemd/system")
MARK: Final = "# Written by `xlsync service install`, which writes it anew; `xlsync service uninstall` removes it."
_FOLDER_ENTRY: Final = "WorkingDirectory="
_SANDBOX: Final = ("NoNewPrivileges=true", "ProtectSystem=strict", "ProtectHome=read-only")
_LASTING: Final = """\
Type=exec
KillSignal=SIGTERM
TimeoutStopSec=120
Restart=always
RestartSec=15
"""
_NIGHTLY: Final = "Type=oneshot\n"


def user_folder(home: Path) -> Path:
    """Return where the units of one person lie."""
    return home / ".config/systemd/user"


def unit_name(job: JobName) -> str:
    """Return the name of a job's unit, without its ending."""
    return f"xlsync-{job}"


def unit_files(job: Job, folder: Path, *, of_user: bool) -> dict[Path, str]:
    """Return the texts of a job's unit files in a folder."""
    files = {folder / f"{unit_name(job.job_name)}.service": unit_text(job, of_user=of_user)}
    if job.job_name == "backup":
        files[folder / f"{unit_name(job.job_name)}.timer"] = _timer_text()
    return files


def unit_text(job: Job, *, of_user: bool) -> str:
    """Return the text of a job's unit: of the whole system, under an account of its own, or of one person."""
    lines = ["[Unit]", f"Description={DESCRIPTIONS[job.job_name]}"]
    if not of_user:
        lines += ["Wants=network-online.target", "After=network-online.target remote-fs.target"]
    if job.job_name != "backup":
        lines.append("StartLimitIntervalSec=0")
    lines += ["", "[Service]"]
    if not of_user:
        lines += [f"User={job.account}", f"Group={job.account}"]
    command = " ".join(_quoted(word) for word in (*job.command_words, job.job_name))
    lines += [
        f"{_FOLDER_ENTRY}{_escaped(str(job.city_folder))}",
        f"ExecStart={command}",
        (_NIGHTLY if job.job_name == "backup" else _LASTING).rstrip(),
        "UMask=0077",
        "Nice=5",
    ]
    if not of_user:
        lines += _sandbox(job)
    if job.job_name != "backup":
        target = "default.target" if of_user else "multi-user.target"
        lines += ["", "[Install]", f"WantedBy={target}"]
    return "\n".join([MARK, *lines, ""])


def _sandbox(job: Job) -> list[str]:
    """Return the lines by which a job of the system may write into its folders and nowhere else."""
    folders = " ".join(_quoted(f"-{folder}") for folder in job.writable)
    sees_no_others = not any(folder.is_relative_to("/tmp") for folder in job.writable)  # noqa: S108 - not written to
    private = ["PrivateTmp=true"] if sees_no_others else []
    return [*_SANDBOX, *private, f"ReadWritePaths={folders}"]


def _timer_text() -> str:
    lines = (
        MARK,
        "[Unit]",
        f"Description={DESCRIPTIONS['backup']}",
        "",
        "[Timer]",
        "OnCalendar=*-*-* 02:30:00",
        "Persistent=true",
        "",
        "[Install]",
        "WantedBy=timers.target",
        "",
    )
    return "\n".join(lines)


def _escaped(path: str) -> str:
    """Return a path as the rest of a line: % begins a specifier there."""
    if "\n" in path or "\r" in path:
        raise BackgroundError("改行を含む場所では動かせません", path)
    return path.replace("%", "%%")


def _quoted(word: str) -> str:
    """Return a word of a command line as systemd takes it apart."""
    text = _escaped(word).replace("\\", "\\\\").replace('"', '\\"').replace("$", "$$")
    return f'"{text}"'


def installing(job: Job, folder: Path, *, of_user: bool) -> list[Step]:
    """Return the steps that install and start a job; BackgroundError where a unit of another city or hand has its name."""
    files = unit_files(job, folder, of_user=of_user)
    for file in files:
        _refuse_foreign(file, job)
    systemctl = _systemctl(of_user=of_user)
    unit = f"{unit_name(job.job_name)}.{'timer' if job.job_name == 'backup' else 'service'}"
    return [
        *(WriteFile(file, text.encode()) for file, text in files.items()),
        RunProgram((*systemctl, "daemon-reload")),
        RunProgram((*systemctl, "enable", unit)),
        RunProgram((*systemctl, "restart", unit)),
    ]


def _refuse_foreign(file: Path, job: Job) -> None:
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return
    if MARK not in lines[:1]:
        reason = "手で書かれたユニットがあります。消してから、もう一度実行してください"
        raise BackgroundError(reason, str(file))
    folders = [line for line in lines if line.startswith(_FOLDER_ENTRY)]
    if folders and folders != [f"{_FOLDER_ENTRY}{_escaped(str(job.city_folder))}"]:
        other = folders[0].removeprefix(_FOLDER_ENTRY)
        reason = f"ほかの市のフォルダ（{other}）のものが入っています。先にそこで `xlsync service uninstall` を実行してください"
        raise BackgroundError(reason, str(file))


def removing(job: JobName, folder: Path, *, of_user: bool) -> list[Step]:
    """Return the steps that stop and remove a job; none where it is not installed by us."""
    files = [folder / f"{unit_name(job)}.{ending}" for ending in ("timer", "service")]
    own = [file for file in files if is_from_xlsync(file)]
    if not own:
        return []
    systemctl = _systemctl(of_user=of_user)
    stops = [RunProgram((*systemctl, "disable", "--now", file.name), may_fail=True) for file in own]
    return [
        *stops,
        *map(DeleteFile, own),
        RunProgram((*systemctl, "daemon-reload"), may_fail=True),
    ]


def is_from_xlsync(file: Path) -> bool:
    """True for a unit file that xlsync wrote."""
    try:
        return file.read_text(encoding="utf-8").startswith(MARK)
    except OSError:
        return False


def is_active_words(job: JobName, *, of_user: bool) -> tuple[str, ...]:
    """Return the command that says by its exit code whether a job is running, or waits for its hour."""
    ending = "timer" if job == "backup" else "service"
    return (*_systemctl(of_user=of_user), "is-active", f"{unit_name(job)}.{ending}")


def _systemctl(*, of_user: bool) -> tuple[str, ...]:
    return ("systemctl", "--user") if of_user else ("systemctl",)
