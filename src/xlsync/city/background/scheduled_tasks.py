"""Tasks of the Windows Task Scheduler: their XML, and the steps that install and remove them."""

from __future__ import annotations

import re
from pathlib import Path, PureWindowsPath
from typing import Final
from xml.sax.saxutils import escape, unescape

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

NETWORK_SERVICE: Final = r"NT AUTHORITY\NETWORK SERVICE"
_NETWORK_SERVICE_SID: Final = "S-1-5-20"
_LASTING: Final = """\
    <ExecutionTimeLimit>PT0S</ExecutionTimeLimit>
    <RestartOnFailure>
      <Interval>PT1M</Interval>
      <Count>999</Count>
    </RestartOnFailure>
"""
_NIGHTLY: Final = "    <ExecutionTimeLimit>PT6H</ExecutionTimeLimit>\n"
_AUTHOR: Final = "xlsync service install"
_FOLDER: Final = re.compile(r"<WorkingDirectory>(.*?)</WorkingDirectory>")
_TASK: Final = """\
<?xml version="1.0" encoding="UTF-16"?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo>
    <Author>{author}</Author>
    <Description>{description}</Description>
  </RegistrationInfo>
  <Triggers>
{trigger}  </Triggers>
  <Principals>
    <Principal id="Author">
{principal}      <RunLevel>LeastPrivilege</RunLevel>
    </Principal>
  </Principals>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <StartWhenAvailable>true</StartWhenAvailable>
{limits}  </Settings>
  <Actions Context="Author">
    <Exec>
      <Command>{program}</Command>
      <Arguments>{arguments}</Arguments>
      <WorkingDirectory>{folder}</WorkingDirectory>
    </Exec>
  </Actions>
</Task>
"""
_AT_BOOT: Final = """\
    <BootTrigger>
      <Enabled>true</Enabled>
      <Delay>PT1M</Delay>
    </BootTrigger>
"""
_AT_LOGON: Final = """\
    <LogonTrigger>
      <Enabled>true</Enabled>
      <UserId>{account}</UserId>
    </LogonTrigger>
"""
_AT_NIGHT: Final = """\
    <CalendarTrigger>
      <StartBoundary>2026-01-01T02:30:00</StartBoundary>
      <Enabled>true</Enabled>
      <ScheduleByDay>
        <DaysInterval>1</DaysInterval>
      </ScheduleByDay>
    </CalendarTrigger>
"""


def task_name(job: JobName) -> str:
    """Return the name of a job's task."""
    return rf"\xlsync\{job}"


def task_file(job: Job) -> Path:
    """Return the file of a task's XML: it stays in the city's folder, to be looked at or imported by hand."""
    return job.city_folder / f"xlsync-{job.job_name}.task.xml"


def task_text(job: Job, *, of_user: bool) -> str:
    """Return the XML of a job's task: of the whole computer, or of one person who is logged on."""
    account = escape(job.account)
    start = _AT_LOGON.format(account=account) if of_user else _AT_BOOT
    trigger = _AT_NIGHT if job.job_name == "backup" else start
    return _TASK.format(
        author=_AUTHOR,
        description=escape(DESCRIPTIONS[job.job_name]),
        trigger=trigger,
        principal=_principal(account, of_user=of_user),
        limits=_NIGHTLY if job.job_name == "backup" else _LASTING,
        program=escape(job.command_words[0]),
        arguments=escape(" ".join((*job.command_words[1:], job.job_name))),
        folder=escape(str(job.city_folder)),
    )


def _principal(account: str, *, of_user: bool) -> str:
    if account == NETWORK_SERVICE:
        return f"      <UserId>{_NETWORK_SERVICE_SID}</UserId>\n"
    kind = "InteractiveToken" if of_user else "Password"
    return f"      <UserId>{account}</UserId>\n      <LogonType>{kind}</LogonType>\n"


def installing(job: Job, *, of_user: bool) -> list[Step]:
    """Return the steps that install and start a job; schtasks asks for the password of an account that has one."""
    file = task_file(job)
    create = ["schtasks", "/Create", "/TN", task_name(job.job_name), "/XML", str(file), "/F"]
    if not of_user and job.account != NETWORK_SERVICE:
        create += ["/RU", job.account, "/RP", "*"]
    starts = (
        []
        if job.job_name == "backup"
        else [RunProgram(("schtasks", "/Run", "/TN", task_name(job.job_name)))]
    )
    # UTF-16 with its mark: the only encoding that schtasks takes Japanese in.
    content = task_text(job, of_user=of_user).replace("\n", "\r\n").encode("utf-16")
    return [WriteFile(file, content), RunProgram(tuple(create)), *starts]


def removing(job: Job) -> list[Step]:
    """Return the steps that stop and remove a job; its XML last, for as long as it is there the task is looked for."""
    name = task_name(job.job_name)
    return [
        RunProgram(("schtasks", "/End", "/TN", name), may_fail=True),
        RunProgram(("schtasks", "/Delete", "/TN", name, "/F")),
        DeleteFile(task_file(job)),
    ]


def query_words(job: JobName) -> tuple[str, ...]:
    """Return the command that says the XML of a job's task, and by its exit code whether one is there."""
    return ("schtasks", "/Query", "/TN", task_name(job), "/XML")


def folder_in(text: str) -> str:
    """Return the folder of the city that a task's XML is about, "" where `xlsync service install` did not write it."""
    folder = _FOLDER.search(text)
    return unescape(folder[1]) if folder and f"<Author>{_AUTHOR}</Author>" in text else ""


def is_of_city(city_folder: Path, task_folder: str | None) -> bool:
    """Return whether a task whose XML names `task_folder` is a city's; None is that of no task."""
    return bool(task_folder) and PureWindowsPath(str(task_folder)) == PureWindowsPath(city_folder)


def refuse_foreign(job: Job, task_folder: str | None) -> None:
    """Raise BackgroundError where the task of this name is by hand or another city's: installing would replace it."""
    if task_folder is None or is_of_city(job.city_folder, task_folder):
        return
    reason = (
        "手で作られたタスクがあります。タスク スケジューラで削除してから、もう一度実行してください"
    )
    if task_folder:
        reason = (
            f"ほかの市のフォルダ（{task_folder}）のものが入っています。"
            "先にそこで `xlsync service uninstall` を実行してください"
        )
    raise BackgroundError(reason, task_name(job.job_name))


def unseen(job: Job, answer: str) -> BackgroundError:
    """Return the fault of a task that was installed and is not seen: it is gone, or others may not look at it."""
    reason = (
        f"タスクが見つからないか、見る権限がありません（{answer}）。管理者として実行してください。"
        f"タスクがもうないときは、{task_file(job).name} を削除してください"
    )
    return BackgroundError(reason, task_name(job.job_name))
