"""`xlsync service` in a real `systemd --user`, which runs in a namespace of its own and leaves nothing on the computer."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

SYSTEMD = Path("/lib/systemd/systemd")
XLSYNC = Path(sys.executable).with_name("xlsync")
CGROUPS = [
    folder
    for folder in map(Path, ("/sys/fs/cgroup/systemd", "/sys/fs/cgroup/unified", "/sys/fs/cgroup"))
    if (folder / "cgroup.procs").is_file()
]
PLAY = """
for folder in $GROUPS; do echo 0 > "$folder/cgroup.procs"; done
mount -t tmpfs tmpfs /run && mkdir -p /run/systemd/system "$XDG_RUNTIME_DIR" && chmod 700 "$XDG_RUNTIME_DIR"
/lib/systemd/systemd --user > systemd.log 2>&1 &
wait_for() { for turn in $(seq 240); do "$@" > /dev/null 2>&1 && return 0; sleep 0.5; done; echo "gave up: $*"; exit 1; }
watcher() { systemctl --user show --property MainPID --value xlsync-watch.service; }
restarted() { now=$(watcher) && [ "$now" != 0 ] && [ "$now" != "$before" ] && $XLSYNC watch --health; }
wait_for systemctl --user list-units
$XLSYNC service install --user || exit 1
wait_for $XLSYNC watch --health
$XLSYNC service status --user || exit 1
before=$(watcher); kill -9 "$before"
wait_for restarted
echo "started again"
systemctl --user list-timers --all --no-legend | grep -c xlsync-backup.timer
systemctl --user start xlsync-backup.service && $XLSYNC backup list
$XLSYNC service uninstall --user
$XLSYNC watch --health; echo "health $?"
systemctl --user list-unit-files --no-legend 'xlsync*' | wc -l
"""


@pytest.fixture
def groups(tmp_path: Path) -> Iterator[str]:
    """Control groups for a systemd of ours, taken away with all that it puts below them."""
    folders = [folder / f"xlsync-{tmp_path.parent.name}-{tmp_path.name}" for folder in CGROUPS]
    for folder in folders:
        folder.mkdir()
    yield " ".join(map(str, folders))
    for folder in folders:
        below = sorted((each for each in folder.rglob("*") if each.is_dir()), reverse=True)
        for each in [*below, folder]:
            each.rmdir()


@pytest.mark.slow
@pytest.mark.skipif(
    not SYSTEMD.exists() or shutil.which("unshare") is None, reason="no systemd on this computer"
)
def test_a_service_installed_by_a_person_runs_comes_back_after_a_kill_and_makes_backups(
    folder: Path, tmp_path: Path, groups: str
) -> None:
    with (folder / "xlsync.toml").open("a", encoding="utf-8") as settings:
        settings.write("\n[backup]\nfolder = '../控え'\n")
    words = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "sh", "-c"]
    environment = {
        "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
        "HOME": str(tmp_path / "home"),
        "XDG_RUNTIME_DIR": "/run/user/0",
        "LANG": "C.UTF-8",
        "GROUPS": groups,
        "XLSYNC": str(XLSYNC),
    }
    (tmp_path / "home").mkdir()
    done = subprocess.run(
        [*words, PLAY],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    said = done.stdout
    assert "動かし始めました：見張り（xlsync watch）" in said, said + done.stderr
    assert "○ 見張り（xlsync watch）：入っています" in said
    assert "started again\n1\n" in said
    assert "控え 1回分" in said
    assert "止めて外しました：見張り（xlsync watch）" in said
    assert said.endswith("health 3\n0\n")
    assert (tmp_path / "控え" / "snapshots").is_dir()
