"""Reminders: a draft for each unit that has something left to do, in the words of what it has to do, and nothing sent."""

from __future__ import annotations

import csv
import email
import json
from email import policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests import papers
from tests.commands import Run, living
from tests.watching import saying

RETURNED = papers.KEYS[0]


def contacts(*rows: str) -> None:
    Path("連絡先.csv").write_text("\n".join(("部,課,メール,担当者", *rows)), encoding="cp932")


def mail(file: Path) -> EmailMessage:
    message = email.message_from_bytes(file.read_bytes(), policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def text(message: EmailMessage, subtype: str = "plain") -> str:
    part = message.get_body((subtype,))
    assert isinstance(part, EmailMessage)
    return str(part.get_content())


def test_every_unit_is_reminded_of_what_it_has_left_and_of_nothing_else(
    filled: Path, run: Run
) -> None:
    assert filled.is_dir()
    contacts("政策イノベーション部,情報政策課,joho@city.example.jp; hosa@city.example.jp,山田 花子")
    run("return", RETURNED, "--comment", "決算額を確かめてください", "--field", "purpose=具体的に")
    listed = json.loads(run("status", "--json").out)["sheets"]
    left = {sheet["key"] for sheet in listed if sheet["stage"] in {"open", "returned"}}
    shown = run("remind", "--dry-run", "--json")
    assert not Path("催促").exists()
    assert {key for mail in json.loads(shown.out)["reminders"] for key in mail["keys"]} == left
    said = run("remind", "--share", r"\\sv01\評価", "--from", "企画経営課 佐藤")
    assert (said.code, "1通の下書きを" in said.out) == (0, True)
    [file] = Path("催促").glob("*.eml")
    message = mail(file)
    assert message["To"] == "joho@city.example.jp, hosa@city.example.jp"
    assert message["X-Unsent"] == "1"
    plain, page = text(message), text(message, "html")
    assert plain.startswith("情報政策課　山田 花子様")
    for sheet in listed:
        assert (sheet["key"] in plain) == (sheet["key"] in left) == (sheet["key"] in page)
    assert "コメント：決算額を確かめてください" in plain
    assert "目的・概要 事業の目的：具体的に" in page
    assert r"\\sv01\評価\評価シート" in plain
    assert 'href="file://sv01/' in page
    assert plain.rstrip().endswith("担当：企画経営課 佐藤")
    for key in left:
        assert run("submit", key).code in {0, 1}
    assert "催促するものはありません" in run("remind").out


def test_staff_are_told_how_to_hand_in_what_they_have_filled_in(filled: Path, run: Run) -> None:
    book = living(filled)
    book.write_bytes(saying(book.read_bytes(), "目的を書き直した"))
    assert run("import", book).code in {0, 1}
    assert run("return", papers.KEYS[1], "--comment", "決算額を確かめてください").code == 0
    assert run("remind").code == 0
    [file] = Path("催促").glob("*.eml")
    how = "シート「チェック」の「提出」で「提出する」を選び、上書き保存してください。"
    plain = text(mail(file))
    assert f"■ 入力は済んでいますが、まだ提出されていません。ファイルを開き、{how}" in plain
    assert f"■ まだ提出されていません。ファイルを開いて入力し、{how}" in plain
    assert f"コメントをご確認のうえ、直して、もう一度{how}" in plain
    settings = (filled / "xlsync.toml").read_text(encoding="utf-8")
    saved = settings.replace('handed-in = "act"', 'handed-in = "saved"')
    (filled / "xlsync.toml").write_text(saved, encoding="utf-8")
    assert run("remind", "--out", "別").code == 0
    [file] = Path("別").glob("*.eml")
    assert "ファイルを開いて入力し、上書き保存してください。" in text(mail(file))
    assert "「提出する」" not in text(mail(file))


@pytest.mark.parametrize(
    ("deadline", "words", "asked"),
    [
        ("2100-07-30", "提出のお願い（期限 7月30日（金））", "提出期限（7月30日（金））までに、"),
        ("2018-07-31", "提出期限（7月31日（火））を過ぎています", "を過ぎておりますので、至急、"),
    ],
)
def test_a_mail_speaks_of_the_last_day(
    filled: Path, run: Run, deadline: str, words: str, asked: str
) -> None:
    settings = filled / "xlsync.toml"
    head = settings.read_text(encoding="utf-8").partition("[")[0]
    settings.write_text(f"{head}[deadline]\ndate = {deadline}\n", encoding="utf-8")
    run("remind")
    [file] = Path("催促").glob("*.eml")
    message = mail(file)
    assert words in message["Subject"]
    assert asked in text(message)
    assert asked in text(message, "html")


def test_a_mail_in_iso_2022_jp_is_one_and_in_utf8_where_it_cannot_be(
    filled: Path, run: Run
) -> None:
    assert filled.is_dir()
    in_jis = run("remind", "--encoding", "iso-2022-jp", "--out", "a", "--from", "ｷｶｸ課")
    assert "UTF-8" not in in_jis.err
    told = run("remind", "--encoding", "iso-2022-jp", "--out", "b", "--from", "髙橋①㈱①")
    assert "「髙①㈱」は ISO-2022-JP にない文字のため、UTF-8 で作ります" in told.err
    [jis], [utf8] = Path("a").glob("*.eml"), Path("b").glob("*.eml")
    for file, charset, sender in ((jis, "iso-2022-jp", "キカク課"), (utf8, "utf-8", "髙橋①㈱①")):
        parts = [part for part in mail(file).walk() if not part.is_multipart()]
        assert [part.get_content_charset() for part in parts] == [charset, charset]
        assert sender in text(mail(file))
        assert "予算事業別事務事業評価シート" in mail(file)["Subject"]
    assert b"=?iso-2022-jp?" in jis.read_bytes()


def test_a_draft_is_never_written_over_and_each_is_noted(filled: Path, run: Run) -> None:
    assert filled.is_dir()
    run("remind")
    [first] = Path("催促").glob("*.eml")
    run("remind")  # the same again
    assert list(Path("催促").glob("*.eml")) == [first]
    first.write_bytes(b"edited by the officer")
    said = run("remind")
    assert first.read_bytes() == b"edited by the officer"
    assert len(list(Path("催促").glob("*.eml"))) == 2
    assert "連絡先.csv に宛先がありません" in said.err
    record = Path("催促の記録.csv").read_text(encoding="utf-8-sig")
    rows = list(csv.reader(record.splitlines()))
    assert [row[1] for row in rows] == ["部署", *["政策イノベーション部 情報政策課"] * 2]
    assert len({row[5] for row in rows}) == 3


def test_the_same_words_on_another_day_are_noted_again(filled: Path, run: Run) -> None:
    run("remind")
    file = Path("催促の記録.csv")
    today = file.read_text(encoding="utf-8-sig")
    [_, [when, *_]] = csv.reader(today.splitlines())
    last_week = today.replace(when, f"2018-07-03{when[10:]}")
    file.write_text(last_week, encoding="utf-8-sig")
    run("remind")
    rows = list(csv.reader(file.read_text(encoding="utf-8-sig").splitlines()))
    assert [row[0][:10] for row in rows] == ["日時", "2018-07-03", when[:10]]
    assert len(list((filled / "催促").glob("*.eml"))) == 1


def test_contacts_that_are_wrong_are_named_and_a_unit_above_stands_for_those_below(
    filled: Path, run: Run
) -> None:
    assert filled.is_dir()
    contacts("政策イノベーション部,,bu@city.example.jp,")
    assert "bu@city.example.jp" in run("remind", "--dry-run").out
    contacts("政策イノベーション部,情報政策課,内線1234,")
    refused = run("remind")
    assert refused.code == 3
    assert "連絡先.csv 2行目" in refused.err
    assert "「内線1234」はメールアドレスではありません" in refused.err
    Path("連絡先.csv").write_text("課,電話\n", encoding="utf-8")
    assert "1行目に 部・課・メール の見出しを書いてください" in run("remind").err


def test_what_somebody_typed_is_text_in_a_mail(filled: Path, run: Run) -> None:
    assert filled.is_dir()
    run("return", RETURNED, "--comment", "<script>alert(1)</script>\nBcc: evil@example.com")
    run("remind")
    [file] = Path("催促").glob("*.eml")
    message = mail(file)
    assert "<script>" not in text(message, "html")
    assert "&lt;script&gt;" in text(message, "html")
    assert message["Bcc"] is None


def test_on_schedule_units_are_reminded_once_after_each_day_of_the_phase(
    filled: Path, run: Run
) -> None:
    contacts("政策イノベーション部,情報政策課,joho@city.example.jp,")
    run("return", RETURNED, "--comment", "決算額を確かめてください")
    settings = filled / "xlsync.toml"
    text_before = settings.read_text(encoding="utf-8")

    def on(days: str) -> None:
        table = f'\n[[phase]]\nname = "決算"\nfrom = 2000-01-01\nreminders = [{days}]\n'
        text_now = text_before.replace("[submission]\n", '[submission]\nphase = "決算"\n')
        settings.write_text(text_now + table, encoding="utf-8")

    on("2099-06-01")
    said = run("remind", "--on-schedule")
    assert (said.code, "次は 6月1日" in said.out, Path("催促").exists()) == (0, True, False)
    on("2001-06-01, 2001-06-20, 2099-06-01")
    assert "1通の下書き" in run("remind", "--on-schedule").out
    assert "催促の日ではありません" in run("remind", "--on-schedule").out
    assert run("remind", "--on-schedule", "--json").json["reminders"] == []
