"""Words that may name a private person are shown, common words that only look like it are not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from xlsync.publication.private_names import left_out_candidates, name_candidates, words_in
from xlsync.publication.published_year import LeftOutSheet, PublishedYear


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("講師の山田太郎氏を招いた。", ["山田太郎氏"]),
        ("寄附者は鈴木 花子様", ["鈴木 花子様"]),
        ("タナカさんに委託", ["タナカさん"]),
        ("佐藤先生の指導", ["佐藤先生"]),
        ("会長　高橋一郎", ["会長　高橋一郎"]),
        ("問い合わせ 029-883-1111", ["029-883-1111"]),
        ("taro.yamada@example.jp へ", ["taro.yamada@example.jp"]),
        ("市民の皆様、利用者様、お客様、子どもさん", []),
        ("多様な仕様・同様の様式・模様替え・氏名・氏子", []),
        ("殿堂、宮殿、様々、各氏、皆さん", []),
        ("予算 01-02-01-08-14-01、2018-06-30", []),
        ("", []),
    ],
)
def test_what_may_name_a_person_is_seen_and_what_only_looks_like_it_is_not(
    text: str, words: list[str]
) -> None:
    assert [text[start:end] for start, end in words_in(text)] == words


def test_the_city_s_own_names_are_seen_with_and_without_a_space() -> None:
    text = "つくば太郎とつくば　花子が出席した。"
    spans = words_in(text, ["つくば 太郎", "つくば花子"])
    assert [text[start:end] for start, end in spans] == ["つくば太郎", "つくば　花子"]


def test_the_official_sheets_name_nobody(year: PublishedYear) -> None:
    assert [each for public in year.public_sheets for each in name_candidates(public)] == []


def test_a_candidate_says_where_it_stands(year: PublishedYear) -> None:
    public = year.public_sheets[0]
    sheet = public.sheet.with_values({"purpose": "講演会を\n山田太郎氏にお願いした。"})
    [candidate] = name_candidates(replace(public, sheet=sheet))
    assert (candidate.path, candidate.word) == ("purpose", "山田太郎氏")
    assert candidate.around == "講演会を 山田太郎氏にお願いした。"
    assert "事業の目的" in candidate.field_title


def test_words_that_could_not_be_read_and_words_of_no_list_are_looked_at_too(
    year: PublishedYear,
) -> None:
    public = year.public_sheets[0]
    edition = public.sheet.edition
    number = next(each.path for each in edition.fields if each.kind.name == "money")
    choice = next(each.path for each in edition.fields if each.kind.name == "choice")
    sheet = public.sheet.with_values({choice: "山田太郎氏に委託"}, {number: "鈴木花子様 1,000"})
    found = {each.path: each.word for each in name_candidates(replace(public, sheet=sheet))}
    assert found == {choice: "山田太郎氏", number: "鈴木花子様"}


def test_the_title_and_the_reason_of_a_sheet_that_is_left_out_are_looked_at(
    year: PublishedYear,
) -> None:
    public = year.public_sheets[0]
    sheet = public.sheet.with_values(
        {"project.name": "山田太郎氏の記念事業", "purpose": "佐藤先生"}
    )
    left_out = LeftOutSheet(sheet, public.unit_names, "対象外", "鈴木花子様の申出のため")
    found = [(each.field_title, each.word) for each in left_out_candidates(left_out)]
    assert [word for _, word in found] == ["山田太郎氏", "鈴木花子様"]
    assert found[1][0] == "公表しない理由"
