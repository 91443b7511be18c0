"""The words of official forms: units behind a blank, labels of letter heads, what is written by the office."""

from __future__ import annotations

import re
from typing import Final

from xlsync.kinds.value import fold

MONEY_UNITS: Final = ("円", "千円", "百万円", "万円", "億円")
MEASURE_UNITS: Final = (
    *(
        "㎡",
        "m",
        "m2",
        "㎥",
        "km",
        "cm",
        "mm",
        "ha",
        "a",
        "%",
        "‰",
        "人",
        "名",
        "件",
        "戸",
        "階",
        "箇所",
        "か所",
        "ヶ所",
    ),
    *(
        "個",
        "台",
        "本",
        "枚",
        "冊",
        "基",
        "世帯",
        "時間",
        "分",
        "回",
        "日間",
        "泊",
        "歳",
        "才",
        "点",
        "kg",
        "g",
        "t",
        "l",
        "棟",
        "室",
        "年間",
        "ヶ月",
        "か月",
        "倍",
        "株",
        "口",
    ),
)
"""What stands behind a number of one unit."""
TEXT_UNITS: Final = (
    "号",
    "番",
    "番地",
    "条",
    "項",
    "丁目",
    "課",
    "係",
    "部",
    "室",
    "造",
    "様",
    "殿",
    "長",
    "級",
    "期",
    "款",
    "目",
)
"""What stands behind a blank that is no number of a unit."""
DATE_UNITS: Final = ("年", "月", "日")
ERAS: Final = ("明治", "大正", "昭和", "平成", "令和", "西暦")
BRACKETS: Final = (
    "(",
    ")",
    "「",
    "」",
    "[",
    "]",
    "〔",
    "〕",
    "-",
    "―",
    "~",
    "〜",
    "～",
    "/",
    "・",
    "〒",
    "第",
    "約",
    "から",
    "まで",
)
LABELS: Final = (
    *(
        "住所",
        "氏名",
        "名称",
        "電話",
        "電話番号",
        "所属",
        "担当",
        "担当者",
        "代表者",
        "連絡先",
        "職名",
        "役職",
        "fax",
        "メール",
    ),
    *(
        "所在地",
        "商号",
        "フリガナ",
        "ふりがな",
        "生年月日",
        "部署",
        "部署名",
        "郵便番号",
        "申請者",
        "届出者",
        "団体名",
        "代表者名",
    ),
    *(
        "事業名",
        "件名",
        "作成者",
        "作成者氏名",
        "担当者氏名",
        "提出日",
        "記入日",
        "作成日",
        "整理番号",
        "受付番号",
        "番号",
        "課名",
    ),
)
OFFICE: Final = ("受付", "決裁", "処理欄", "事務処理", "審査欄", "記入不要", "確認欄", "使用欄")
TOTALS: Final = ("合計", "小計", "計", "総計", "総合計", "累計", "合計額", "計(a)", "total")
PICTURE_WORDS: Final = ("写真", "案内図", "位置図", "貼付", "押印", "印鑑")
_DATE_TEXT: Final = re.compile(r"(?:明治|大正|昭和|平成|令和|西暦)?[\s_]*年[\s_]*月[\s_]*日?")
_GAP: Final = re.compile(r"[^\s　][ 　]{4,}(?:年|月|日|戸|階|件|人|名|円|㎡|㎥|[)）])")
_NUMBERING: Final = re.compile(
    r"[(（]?(?:[0-9]{1,3}|[ivx]{1,4}|[a-z]|[ア-ン]|[①-⑳])[)）.．、]?|no\.?|№"
)
_LEADING_NUMBER: Final = re.compile(
    r"^(?:[(（]?[0-9０-９]{1,2}[)）.．、]\s*|[①-⑳]\s*|[・○◆■●]\s*|[0-9０-９]{1,2}\s*(?![0-9０-９年月日階条項号％%])(?=[^\x00-\x7f]))"
)
_BRACKETED: Final = re.compile(r"\([^()]*\)")
_FIRST_BRACKETS: Final = re.compile(r"^[(（]([^()（）]*)[)）]?$")
_LONGEST_WORD: Final = 14
LONGEST_LABEL: Final = 60
_LONGEST_MARKED: Final = 12
"""Characters of a label that begins with ※; what is longer is a note."""
_MARKS: Final = frozenset("□☐☑☒✓✔レ■○〇◯×✕")


def plain(text: str) -> str:
    """Return a text for comparison: no spaces, half width, small letters."""
    return fold(text)


def unit_of(text: str) -> str:
    """Return the unit that a text is (千円, ㎡, (円)), "" where it is none."""
    word = plain(text)
    bracketed = _FIRST_BRACKETS.match(word)
    word = bracketed[1] if bracketed else word
    word = word.removeprefix("単位:")
    units = {plain(unit): unit for unit in (*MONEY_UNITS, *MEASURE_UNITS)}
    return units.get(word, "")


def is_token(text: str) -> bool:
    """Whether a text is no label but a part of an input: a unit, a bracket, 年, 第."""
    word = plain(text)
    if not word:
        return False
    known = {plain(token) for token in (*TEXT_UNITS, *DATE_UNITS, *ERAS, *BRACKETS, ".")}
    return (
        word in known or bool(unit_of(text)) or all(part in "()「」[]〔〕-―~/・" for part in word)
    )


def is_numbering(text: str) -> bool:
    """Whether a text only numbers something: 1, (2), ③, No."""
    return _NUMBERING.fullmatch(plain(text)) is not None


def is_label(text: str) -> bool:
    """Whether a text can name an input: no unit, number, note or date to be filled in."""
    is_note = "。" in text or (text.startswith("※") and len(text) > _LONGEST_MARKED)
    if not text or len(text) > LONGEST_LABEL or is_note:
        return False
    return not is_token(text) and not is_numbering(text) and not is_date_prompt(text)


def is_marks(words: tuple[str, ...]) -> bool:
    """Whether words are but marks: ○, □ and ■."""
    return bool(words) and all(word in _MARKS for word in words)


def is_label_word(text: str) -> bool:
    """Whether a text asks for something wherever it stands: 住所, 電話：."""
    word = plain(text)
    if word.endswith(":"):
        return True
    tail = re.sub(r"[(（].*?[)）]|[※*:]", "", word)
    ends = (plain(label) for label in LABELS)
    return len(tail) <= _LONGEST_WORD and any(
        tail == end or (len(end) > 1 and tail.endswith(end)) for end in ends
    )


def is_prompt(text: str) -> bool:
    """Whether a text in a box says how it is filled in: a unit, or a remark in brackets."""
    return is_token(text) or _BRACKETED.fullmatch(plain(text)) is not None


def is_date_prompt(text: str) -> bool:
    """Whether a text is a date to be filled in: 令和　年　月　日."""
    return _DATE_TEXT.fullmatch(plain(text)) is not None


def has_gaps(text: str) -> bool:
    """Whether a text leaves gaps to write into: 電話（　　　）, 地上　　　階."""
    return "。" not in text and _GAP.search(text) is not None


def is_total(text: str) -> bool:
    """Whether a label is of a sum: 合計."""
    word = re.sub(r"[(（].*", "", plain(label_text(text)))
    return word in TOTALS


def is_office(text: str) -> bool:
    """Whether a label is of what the office fills in: ※受付欄."""
    word = plain(text)
    return any(mark in word for mark in OFFICE)


def is_picture(text: str) -> bool:
    """Whether a box is for a picture or a seal."""
    word = plain(text)
    return any(mark in word for mark in PICTURE_WORDS)


def label_text(text: str) -> str:
    """Return a label without its number, its spread letters and its line breaks: ５．主　要　用　途 → 主要用途."""
    lines = "".join(part.strip() for part in text.split("\n"))
    letters = re.sub(r"(?<=[^\x00-\x7f])[ 　]+(?=[^\x00-\x7f])", "", lines)
    letters = re.sub(r"[ 　]+", " ", letters).strip(" 　:：")
    return _LEADING_NUMBER.sub("", letters).strip() or letters
