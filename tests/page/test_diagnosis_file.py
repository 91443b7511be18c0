"""［診断をまとめて保存］: findings, versions and the ends of logs in one archive, and nothing that is in a sheet."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

from tests.page.conftest import PURPOSES
from tests.page.visits import Office, forms_in
from xlsync.city.diagnosis.diagnosis import Diagnosis
from xlsync.page.diagnosis_file import diagnosis_file

SECRETS = ("情報化推進事業", "山田", "甲", "乙", "01-02-01-08-14-01", "ひみつ", "yamada", "政策")
WATCH = """\
2026-11-30 10:00:00,123 INFO 受領 shared/評価シート/政策イノベーション部/情報化推進事業_甲.xlsx 第3版
2026-11-30 10:00:01,123 ERROR 【備品】不具合 shared/評価シート/情報化推進事業.xlsx
Traceback (most recent call last):
  File "/opt/ひみつ/lib/python3.11/site-packages/xlsync/inbox/watcher.py", line 12, in watch
    read("山田の値")
ValueError: 山田の値 ひみつ
{"time": "2026-11-30T10:00:02+09:00", "level": "info", "event": "保留", "message": "保留 情報化推進事業_甲.xlsx"}
"""
SERVE = "2026-11-30 10:00:03,123 INFO 10.0.0.1\t政策イノベーション部\t山田\tsubmit\t甲.xlsx\t受領\t200\t11\t22\t0.33\n"


def saved(office: Office) -> dict[str, str]:
    """The texts in the archive that 監視 gives out."""
    it = office.with_key("情報システム課", "it")
    page = it.page("/health")
    assert "診断をまとめて保存" in page
    action, hidden = next(each for each in forms_in(page) if "diagnosis" in each[0])
    answer = it.send(action, hidden)
    assert (answer.status_code, answer.mimetype) == (200, "application/zip")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name).decode("utf-8-sig") for name in archive.namelist()}


def test_the_archive_tells_how_the_computer_is_and_nothing_of_the_sheets(office: Office) -> None:
    office.settings(
        "[page.people]\noffice = ['KIKAKU\\yamada']\n[serve]\nport = 8801\n"
        '[backup]\nfolder = "/mnt/backup"\n'
    )
    log = office.store.folder / "log"
    log.mkdir(exist_ok=True)
    (log / "watch.log").write_text(WATCH, encoding="utf-8")
    (log / "serve.log").write_text(SERVE, encoding="utf-8")
    texts = saved(office)
    said = json.loads(texts["点検.json"])
    assert said["versions"]["xlsync"]
    assert {"versions", "watcher", "clock"} <= {each["code"] for each in said["checks"]}
    (account,) = [each for each in said["checks"] if each["code"] == "account"]
    assert "除きました" in account["message"]
    assert said["settings"]["serve"] == {"port": 8801}
    assert "page" in said["settings"]["others"]
    assert texts["記録/watch.log"].splitlines() == [
        "2026-11-30 10:00:00,123 INFO 受領",
        "2026-11-30 10:00:01,123 ERROR 不具合",
        "    xlsync/inbox/watcher.py line 12, in watch",
        "    ValueError",
        "2026-11-30T10:00:02+09:00 info 保留",
    ]
    assert texts["記録/serve.log"] == "2026-11-30 10:00:03,123 INFO 受付 200 11 22 0.33"
    assert "入っているもの" in texts["はじめにお読みください.txt"]
    everything = "".join(texts.values())
    for secret in (*SECRETS, *PURPOSES.values()):
        assert secret not in everything, secret
    assert "診断の保存" in office.log()


def test_a_check_that_failed_is_told_without_the_file_at_which_it_did(tmp_path: Path) -> None:
    denied = "確かめられません（[Errno 5]: 'shared/評価シート/情報化推進事業.xlsx'）"
    found = [Diagnosis("check-failed", "error", denied, "アクセス権を確かめてください")]
    data = diagnosis_file(tmp_path, tmp_path, found, "2026-11-30T10:00:00+09:00")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        told = archive.read("点検.json").decode()
    [check] = json.loads(told)["checks"]
    assert (check["code"], check["remedy"]) == ("check-failed", "アクセス権を確かめてください")
    assert "情報化推進事業" not in told


def test_the_password_of_a_database_is_not_told() -> None:
    from xlsync.page.diagnosis_file import _without_password

    told = _without_password("postgresql://xlsync:ひみつ@db.example/xlsync#市")
    assert told == "postgresql:…"
    assert _without_password("store") == "store"
