"""Backups: made while others write, checked, thinned out, and restored after the store was destroyed."""

from __future__ import annotations

import errno
import itertools
import json
import os
import shutil
import socket
import threading
from pathlib import Path

import pytest

from tests import papers
from tests.commands import EXAMPLES, Run, living
from tests.crash_sweep import run as in_a_process
from tests.store.disk_calls import KILLED, Call, dying_at, refusing, unlisted
from tests.watching import saying
from xlsync import open_city
from xlsync.store import audit


def lists_of(city: Path) -> None:
    """What an office keeps beside the settings."""
    (city / "組織.csv").write_text("政策イノベーション部,情報政策課,企画推進係\n", encoding="utf-8")
    (city / "資料").mkdir()
    (city / "資料/メモ.txt").write_bytes("控えておくもの".encode("cp932"))


def tree(folder: Path) -> dict[str, bytes]:
    """Every file that a backup promises to keep, by its path."""
    files = {
        file.relative_to(folder).as_posix(): file for file in folder.rglob("*") if file.is_file()
    }
    left_out = (".lock", "store/log", "store/temporary", "store/watch", "shared/")
    return {
        path: file.read_bytes()
        for path, file in files.items()
        if not path.startswith(left_out) and not path.endswith((".lock", "derived.sqlite"))
    }


def contents(backups: Path) -> list[Path]:
    return [file for file in (backups / "objects").rglob("*") if file.is_file()]


@pytest.fixture(scope="module")
def five_sheets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A city with the five official sheets and their workbooks, made once."""
    folder = tmp_path_factory.mktemp("backup") / "市"
    for words in (
        ["init", "--name", "つくば市", str(folder)],
        ["import", str(EXAMPLES)],
        ["export", "--all"],
    ):
        code, said = in_a_process([*words, *(["-C", str(folder)] if words[0] != "init" else [])])
        assert code in {0, 1}, said
    return folder


@pytest.fixture
def filled(five_sheets: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it; the working directory."""
    folder = Path(shutil.copytree(five_sheets, tmp_path / "市"))
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def backups(tmp_path: Path, filled: Path, run: Run) -> Path:
    """A folder with one backup of a city with five sheets and lists of its own."""
    lists_of(filled)
    folder = tmp_path / "控え"
    said = run("backup", folder)
    assert (said.code, said.err) == (0, "")
    assert "シート 5件" in said.out
    return folder


def test_a_destroyed_city_is_restored_byte_for_byte_and_goes_on(
    backups: Path, filled: Path, run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    before = tree(filled)
    shared = shutil.move(filled / "shared", tmp_path / "share")
    monkeypatch.chdir(tmp_path)
    shutil.rmtree(filled)
    said = run("restore", backups, filled, "--shared", shared)
    assert said.code == 0, said.err
    assert "異常はありません" in said.out
    after = tree(filled)
    assert after.keys() == before.keys()
    changed = {path for path in before if before[path] != after[path]}
    assert changed == {"xlsync.toml"}
    assert open_city(filled).settings.shared == Path(shared)
    book = next(Path(shared).rglob(f"{papers.CLEAN}_*.xlsx"))
    book.write_bytes(saying(book.read_bytes(), "復元のあとの入力"))
    assert run("import", "-C", filled, book).code in {0, 1}
    assert run("audit", "-C", filled).code == 0


def test_a_second_backup_copies_only_what_has_changed(
    backups: Path, filled: Path, run: Run
) -> None:
    assert run("backup", backups, "--json").json["new_files"] == 0
    book = living(filled)
    book.write_bytes(saying(book.read_bytes(), "書き直した"))
    run("import", book)
    again = run("backup", backups, "--json").json
    assert again["snapshots"] == 3
    assert (
        again["new_files"] == 5
    )  # received, revision, head, seals, and what the copy was last known to hold


def test_a_living_store_is_never_replaced_without_saying_so_and_is_kept_aside(
    backups: Path, filled: Path, run: Run
) -> None:
    book = living(filled)
    book.write_bytes(saying(book.read_bytes(), "控えのあとの入力"))
    run("import", book)
    before = tree(filled)
    refused = run("restore", backups, filled)
    assert refused.code == 3
    assert "--replace" in refused.err
    assert "シート 5件" in refused.err
    unanswered = run("restore", backups, filled, "--replace")
    assert unanswered.code == 3
    assert "--yes" in unanswered.err
    assert tree(filled) == before
    assert run("restore", backups, filled, "--replace", "--yes").code == 0
    assert book.exists(), "the files of staff stay where they are"
    (aside,) = filled.glob("戻す前の内容-*")
    kept = {f"{aside.name}/{path}": data for path, data in before.items()}
    assert kept.items() <= tree(filled).items()
    assert len(open_city(filled).store.revisions(papers.CLEAN, papers.EDITION)) == 1


def under_data(city: Path, share: str) -> None:
    """Move store and share into a folder `data`, and say so in the settings."""
    (city / "data").mkdir()
    (city / "store").rename(city / "data/store")
    (city / "shared").rename(city / share)
    settings = city / "xlsync.toml"
    text = settings.read_text(encoding="utf-8")
    text = text.replace('"store"', '"data/store"', 1).replace('"shared"', f'"{share}"', 1)
    settings.write_text(text, encoding="utf-8")


def test_a_share_beside_the_store_stays_where_it_is_when_the_city_is_replaced(
    filled: Path, run: Run, tmp_path: Path
) -> None:
    under_data(filled, "data/shared")
    (filled / "data/メモ.txt").write_text("控えたもの", encoding="utf-8")
    assert run("backup", tmp_path / "控え", "--shared").code == 0
    book = next((filled / "data/shared").rglob(f"{papers.CLEAN}_*.xlsx"))
    book.write_bytes(saying(book.read_bytes(), "控えのあとの入力"))
    (filled / "data/メモ.txt").write_text("書き直したもの", encoding="utf-8")
    run("import", book)
    before = book.read_bytes()
    said = run("restore", tmp_path / "控え", filled, "--replace", "--yes")
    assert said.code == 0, said.err
    assert book.read_bytes() == before
    assert len(open_city(filled).store.revisions(papers.CLEAN, papers.EDITION)) == 1
    (aside,) = filled.glob("戻す前の内容-*")
    assert sorted(path.name for path in (aside / "data").iterdir()) == ["store", "メモ.txt"]
    assert (aside / "data/メモ.txt").read_text(encoding="utf-8") == "書き直したもの"
    assert (filled / "data/メモ.txt").read_text(encoding="utf-8") == "控えたもの"


def test_a_city_is_not_replaced_where_files_would_go_into_its_share(
    filled: Path, run: Run, tmp_path: Path
) -> None:
    (filled / "資料").mkdir()
    (filled / "資料/メモ.txt").write_text("控えたもの", encoding="utf-8")
    assert run("backup", tmp_path / "控え").code == 0
    shutil.rmtree(filled / "資料")
    (filled / "shared").rename(filled / "資料")
    settings = filled / "xlsync.toml"
    text = settings.read_text(encoding="utf-8").replace('"shared"', '"資料"', 1)
    settings.write_text(text, encoding="utf-8")
    before = tree(filled)
    said = run("restore", tmp_path / "控え", filled, "--replace", "--yes")
    assert said.code == 3
    assert "新しいフォルダに戻して" in said.err
    assert tree(filled) == before


def test_a_city_whose_watcher_runs_is_not_replaced(backups: Path, filled: Path, run: Run) -> None:
    from xlsync.inbox.watcher_lock import only_watcher

    with only_watcher(filled / "store"):
        said = run("restore", backups, filled, "--replace", "--yes")
    assert said.code == 3
    assert "見張り" in said.err


def test_a_backup_beside_a_busy_importer_is_sound_at_every_moment(
    tmp_path: Path, filled: Path, run: Run
) -> None:
    city, stop, received = open_city(filled), threading.Event(), threading.Semaphore(0)
    book = living(filled)
    first = book.read_bytes()

    def save_again_and_again() -> None:
        for number in itertools.count(1):
            if stop.is_set():
                return
            book.write_bytes(saying(first, f"{number}回目の入力"))
            city.receive(book, who="職員")
            received.release()

    writer = threading.Thread(target=save_again_and_again)
    writer.start()
    try:
        for _ in range(3):
            while received.acquire(blocking=False):
                pass
            assert received.acquire(
                timeout=60
            )  # however quick the backups are, something is new in each
            assert run("backup", tmp_path / "控え", "--shared").code in {0, 1}
    finally:
        stop.set()
        writer.join()
    revisions = []
    for name in sorted(file.stem for file in (tmp_path / "控え/snapshots").iterdir()):
        to = tmp_path / name
        assert run("restore", tmp_path / "控え", to, "--snapshot", name).code == 0
        store = open_city(to).store
        assert audit(store) == []
        revisions.append(len(store.revisions(papers.CLEAN, papers.EDITION)))
    assert revisions == sorted(revisions)
    assert revisions[-1] > revisions[0] > 1


def test_damage_in_a_backup_is_found_and_written_again_from_the_living_store(
    backups: Path, run: Run, tmp_path: Path
) -> None:
    settings = Path("xlsync.toml").read_bytes()
    one, other, *_ = (file for file in contents(backups) if file.read_bytes() != settings)
    one.write_bytes(b"x" * one.stat().st_size)
    other.unlink()
    found = run("backup", "verify", backups, "--json")
    assert found.code == 1
    assert {fault["reason"] for fault in found.json["faults"]} == {
        "控えの中身が壊れています",
        "控えの中身がありません",
    }
    refused = run("restore", backups, tmp_path / "r")
    assert refused.code == 3
    assert "--partly" in refused.err
    assert not (tmp_path / "r/xlsync.toml").exists()
    partly = run("restore", backups, tmp_path / "partly", "--partly")
    assert partly.code == 1
    assert len(partly.err.splitlines()) >= 2
    assert run("backup", backups, "--verify").code == 0
    sound = run("backup", "verify", backups, "--restore")
    assert (sound.code, sound.err) == (0, "")


def test_a_sound_backup_of_a_damaged_store_is_not_said_to_be_restored_whole(
    backups: Path, run: Run
) -> None:
    revision = next(Path("store").rglob("revisions/**/1.json"))
    revision.write_bytes(revision.read_bytes()[:-9])
    run("backup", backups)
    assert "すべて戻せます" in run("backup", "verify", backups).out
    said = run("backup", "verify", backups, "--restore")
    assert said.code == 1
    assert "すべて戻せます" not in said.out


def test_damaged_settings_are_named_and_another_backup_is_advised(
    backups: Path, run: Run, tmp_path: Path
) -> None:
    settings = Path("xlsync.toml").read_bytes()
    (kept,) = (file for file in contents(backups) if file.read_bytes() == settings)
    kept.write_bytes(settings[:-1])
    said = run("restore", backups, tmp_path / "r", "--partly")
    assert said.code == 3
    assert "xlsync.toml" in said.err
    assert "--snapshot" in said.err
    assert not (tmp_path / "r").exists()


def test_a_damaged_list_names_itself_and_nothing_is_thinned_out(
    backups: Path, filled: Path, run: Run
) -> None:
    (snapshot,) = (backups / "snapshots").iterdir()
    snapshot.write_bytes(snapshot.read_bytes()[:-20])
    before = contents(backups)
    (filled / "資料/メモ.txt").unlink()
    assert run("backup", backups).code == 0
    assert set(before) <= set(contents(backups))
    assert snapshot.stem in run("backup", "verify", backups).err
    assert run("restore", backups, filled.parent / "r", "--snapshot", snapshot.stem).code == 3


def test_old_backups_go_but_never_those_from_before_a_loss(
    backups: Path, filled: Path, run: Run
) -> None:
    with (filled / "xlsync.toml").open("a", encoding="utf-8") as settings:
        settings.write(
            "\n[backup]\nfolder = '../控え'\nkeep-last = 1\nkeep-daily = 0\nkeep-weekly = 0\n"
            "keep-monthly = 0\nkeep-yearly = 0\n"
        )
    (filled / "資料/メモ.txt").write_bytes(b"other")
    second = run("backup", "--json")
    assert second.code == 0
    assert (second.json["snapshots"], len(second.json["removed"])) == (1, 1)
    gone = {"控えておくもの".encode("cp932")}
    assert not gone & {file.read_bytes() for file in contents(backups)}
    revision = next((filled / "store/revisions").rglob("1.json"))
    revision.unlink()
    third = run("backup")
    assert third.code == 1
    assert "audit" in third.err
    assert revision.name in third.err
    assert len(list((backups / "snapshots").iterdir())) == 2


WRITTEN_ONCE = (
    "acts editions figures forms grades lineage received register revisions rollovers "
    "snapshots stages"
)


def test_a_loss_is_noticed_in_every_part_of_the_store_whose_files_are_written_once(
    small: Path, run: Run, tmp_path: Path
) -> None:
    files = []
    for part in WRITTEN_ONCE.split():
        file = small / "store" / part / "2018/1-1/1.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"{}")
        files.append(file)
    assert run("backup", "-C", small, tmp_path / "控え").code == 0
    for file in files:
        file.unlink()
    said = run("backup", "-C", small, tmp_path / "控え", "--json")
    assert said.code == 1
    assert said.json["lost"] == [file.relative_to(small).as_posix() for file in files]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such rights")
def test_what_only_one_account_reads_stays_so_in_a_backup_and_after_a_restoration(
    small: Path, run: Run, tmp_path: Path
) -> None:
    secret = small / "keys.toml"
    secret.write_text("# keys", encoding="utf-8")
    secret.chmod(0o600)
    (small / "資料").mkdir()
    (small / "資料/メモ.txt").write_text("読んでよいもの", encoding="utf-8")
    kept, to = tmp_path / "新しい控え", tmp_path / "新"
    umask = os.umask(0o022)
    try:
        assert run("backup", "-C", small, kept).code == 0
        assert run("restore", kept, to).code == 0
    finally:
        os.umask(umask)
    assert [path for path in (kept, *kept.rglob("*")) if path.stat().st_mode & 0o077] == []
    assert (to / "keys.toml").stat().st_mode & 0o777 == 0o600
    assert (to / "store").stat().st_mode & 0o777 == 0o700
    assert [(to / name).stat().st_mode & 0o777 for name in (".", "資料")] == [0o755, 0o755]
    assert not (to / ".xlsync-restore.part").exists()


def test_work_that_goes_on_is_no_loss(small: Path, run: Run, tmp_path: Path) -> None:
    for command in ("export", "submit", "confirm", "finalize"):
        assert run(command, "-C", small, papers.CLEAN).code == 0
        assert run("backup", "-C", small, tmp_path / "控え").code == 0


def test_a_store_that_was_begun_anew_does_not_go_into_the_old_ones_backups(
    backups: Path, filled: Path, run: Run, tmp_path: Path
) -> None:
    other = tmp_path / "別の市"
    assert run("init", other).code == 0
    run(
        "import",
        "-C",
        other,
        EXAMPLES,
    )
    said = run("backup", backups, "-C", other)
    assert said.code == 3
    assert "つくば市" in said.err
    shutil.rmtree(filled / "store")
    gone = run("backup", backups)
    assert gone.code == 3
    assert "restore" in gone.err


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ((), "[backup] folder"),
        (("中",), "市のフォルダ"),
        (("shared/中",), "共有フォルダ"),
        (("../市/store/中",), "登録データ"),
        (("../ファイル",), "フォルダではありません"),
        (("../ほか",), "ほかのファイル"),
        (("list", "../ない"), "控えのフォルダがありません"),
        (("verify", "../ほか"), "xlsync-backup.json"),
    ],
)
def test_a_wrong_folder_is_refused_in_a_sentence(
    filled: Path, run: Run, words: tuple[str, ...], says: str
) -> None:
    (filled.parent / "ファイル").write_text("x")
    (filled.parent / "ほか").mkdir()
    (filled.parent / "ほか/家計簿.xlsx").write_text("x")
    before = tree(filled.parent)
    said = run("backup", *words)
    assert said.code == 3
    assert says in said.err
    assert tree(filled.parent) == before


@pytest.mark.parametrize(
    ("to", "says"),
    [
        ("控え/中", "控えのフォルダの中"),
        ("ファイル", "フォルダではありません"),
        ("ほか", "空のフォルダ"),
    ],
)
def test_a_wrong_place_to_restore_to_is_refused(
    backups: Path, run: Run, tmp_path: Path, to: str, says: str
) -> None:
    (tmp_path / "ファイル").write_text("x")
    (tmp_path / "ほか").mkdir()
    (tmp_path / "ほか/家計簿.xlsx").write_text("x")
    said = run("restore", backups, tmp_path / to)
    assert said.code == 3
    assert says in said.err


def test_an_unreadable_file_of_staff_is_named_and_the_rest_is_saved(
    filled: Path, run: Run, tmp_path: Path
) -> None:
    (filled / "shared/評価シート/壊れた.xlsx").symlink_to(living(filled))
    os.mkfifo(filled / "shared/評価シート/管.xlsx")
    said = run("backup", tmp_path / "控え", "--shared", "--json")
    assert said.code == 1
    assert said.json["unread"] == ["shared/評価シート/管.xlsx"]
    assert "管.xlsx" in said.err
    assert said.json["sheets"] == 5


def test_a_folder_that_cannot_be_listed_is_named_and_the_rest_is_saved(
    filled: Path, run: Run, tmp_path: Path
) -> None:
    for folder, name in (
        (filled / "store/taken", "store/taken"),
        (filled / "shared/評価シート", "shared/評価シート"),
    ):
        with unlisted(folder, errno.EACCES):
            said = run("backup", tmp_path / folder.name, "--shared", "--json")
        assert (said.code, said.json["unread"]) == (1, [name])
        assert f"  {name}\n" in said.err
        assert said.json["sheets"] == 5


def test_a_store_on_another_disk_is_restored_into_the_citys_folder(
    filled: Path, run: Run, tmp_path: Path
) -> None:
    elsewhere = shutil.move(filled / "store", tmp_path / "ディスク")
    settings = filled / "xlsync.toml"
    text = settings.read_text(encoding="utf-8").replace('"store"', json.dumps(str(elsewhere)), 1)
    settings.write_text(text, encoding="utf-8")
    assert run("backup", tmp_path / "控え").code == 0
    assert run("restore", tmp_path / "控え", tmp_path / "新").code == 0
    assert open_city(tmp_path / "新").store.folder == tmp_path / "新/store"
    assert len(list(open_city(tmp_path / "新").store)) == 5


def test_a_backup_of_another_account_or_computer_says_so_when_restored(
    filled: Path, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as elsewhere:
        elsewhere.setenv("LOGNAME", "xlsync")
        elsewhere.setattr(socket, "gethostname", lambda: "PC-0412")
        assert run("backup", "-C", filled, tmp_path / "控え").code == 0
    said = run("restore", tmp_path / "控え", tmp_path / "新")
    assert said.code == 0
    assert "「xlsync」のアカウント" in said.out
    assert "もとのパソコン（PC-0412）の見張りは止めて" in said.out


LISTS = {
    ("organization", "file"): "政策イノベーション部,情報政策課,企画推進係\n",
    ("programs", "names"): "01-02,総務費\n",
    ("publication", "names"): "山田太郎\n",
    ("plans", "file"): "総合戦略,1,,,観光,,\n",
    ("plans", "indicators"): "来場者数,H30,1人,,\n",
}
"""What each list that the settings name may say."""


@pytest.mark.parametrize(("table", "entry"), LISTS)
def test_a_list_outside_the_citys_folder_is_named(
    table: str, entry: str, filled: Path, run: Run, tmp_path: Path
) -> None:
    (tmp_path / "一覧.csv").write_text(LISTS[table, entry], encoding="utf-8")
    with (filled / "xlsync.toml").open("a", encoding="utf-8") as settings:
        settings.write(f"\n[{table}]\n{entry} = '../一覧.csv'\n")
    said = run("backup", tmp_path / "控え")
    assert said.code == 1
    assert "一覧.csv" in said.err


EVERY = int(os.environ.get("XLSYNC_BACKUP_EVERY", "17"))
# --------------------------------------------------------------- kills and refusals, at each of some calls


def calls_of(words: list[str]) -> int:
    """How many calls of a command change the disk."""
    counter = Path(words[-1] + ".calls")

    def count(call: Call) -> None:
        with counter.open("a") as file:
            file.write(f"{call.name}\n")

    code, said = in_a_process(words, count)
    assert code == 0, said
    return len(counter.read_text().splitlines())


def fails_at(number: int, *words: object, killed: bool) -> None:
    """Run a command line that is killed, or finds the disk full, at one of its calls."""
    fault = dying_at(number) if killed else refusing(number, errno.ENOSPC)
    code, said = in_a_process([*map(str, words)], fault)
    assert code in ({KILLED} if killed else {0, 1, 3}), said
    assert "Traceback" not in said


@pytest.fixture
def small(folder: Path, run: Run, tmp_path: Path) -> Path:
    """A city with one sheet, and a backup of it in 控え."""
    run("import", "-C", folder, EXAMPLES / f"{papers.CLEAN}.json")
    assert run("backup", "-C", folder, tmp_path / "控え").code == 0
    return folder


@pytest.mark.slow
@pytest.mark.parametrize("killed", [True, False])
def test_a_backup_that_fails_at_any_call_leaves_only_sound_ones(
    small: Path, tmp_path: Path, run: Run, *, killed: bool
) -> None:
    before, total = tree(small), calls_of(["backup", "-C", str(small), str(tmp_path / "count")])
    for number in range(1, total + 1, EVERY):
        folder = tmp_path / f"b{number}"
        fails_at(number, "backup", "-C", small, folder, killed=killed)
        again = run("backup", "-C", small, folder)
        assert again.code == 0, again.err
        assert run("backup", "verify", folder).code == 0
        assert run("restore", folder, tmp_path / f"r{number}").code == 0
        assert tree(tmp_path / f"r{number}") == before


@pytest.mark.slow
@pytest.mark.parametrize("killed", [True, False])
def test_a_restoration_that_fails_at_any_call_is_finished_by_the_next(
    small: Path, tmp_path: Path, run: Run, *, killed: bool
) -> None:
    wanted, backups = tree(small), tmp_path / "控え"
    total = calls_of(["restore", str(backups), str(tmp_path / "count")])
    for number in range(1, total + 1, EVERY):
        to = tmp_path / f"r{number}"
        fails_at(number, "restore", backups, to, killed=killed)
        again = run("restore", backups, to, "--replace", "--yes")  # the first may have done it all
        assert again.code == 0, again.err
        after = tree(to)
        assert {path: after.get(path) for path in wanted} == wanted
        assert not list(to.rglob("*.part"))


@pytest.mark.slow
@pytest.mark.parametrize("killed", [True, False])
def test_what_was_there_outlasts_a_restoration_that_fails_at_any_call(
    small: Path, tmp_path: Path, run: Run, *, killed: bool
) -> None:
    wanted = tree(small)
    (small / "あとの記録.txt").write_text("控えのあとに書いたもの")
    head = next((small / "store/sheets").rglob("*.json"))
    head.write_bytes(head.read_bytes() + b" ")
    (small / "xlsync.toml").write_bytes((small / "xlsync.toml").read_bytes() + b"# later\n")
    former = set(tree(small).values())
    restore = ("restore", str(tmp_path / "控え"), "--replace", "--yes")
    total = calls_of([*restore, str(shutil.copytree(small, tmp_path / "count"))])
    for number in range(1, total + 1, EVERY):
        to = Path(shutil.copytree(small, tmp_path / f"r{number}"))
        fails_at(number, *restore, to, killed=killed)
        assert former <= set(tree(to).values())
        again = run(*restore, to)
        assert again.code == 0, again.err
        after = tree(to)
        assert {path: after.get(path) for path in wanted} == wanted
        assert former <= set(after.values())


@pytest.mark.slow
def test_a_share_beside_the_store_outlasts_a_restoration_that_is_killed_at_any_call(
    small: Path, run: Run, tmp_path: Path
) -> None:
    under_data(small, "data/shared")
    (small / "data/shared/職員.txt").write_text("職員のファイル", encoding="utf-8")
    assert run("backup", "-C", small, tmp_path / "控え").code == 0
    wanted = {path: data for path, data in tree(small).items() if "temporary" not in path}
    restore = ["restore", str(tmp_path / "控え"), "--replace", "--yes"]
    total = calls_of([*restore, str(shutil.copytree(small, tmp_path / "count"))])
    for number in range(1, total + 1, EVERY):
        to = Path(shutil.copytree(small, tmp_path / f"r{number}"))
        fails_at(number, *restore, to, killed=True)
        assert (to / "data/shared/職員.txt").exists()
        again = run(*restore, to)
        assert again.code == 0, again.err
        after = tree(to)
        assert {path: after.get(path) for path in wanted} == wanted
        assert (to / "data/shared/職員.txt").exists()
