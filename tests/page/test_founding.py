"""A city founded in the browser, in a folder in which there is none yet."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import Client, TestResponse

from xlsync.errors import SettingsError
from xlsync.page.founding import NewCity, create_founding_page

HOST = "127.0.0.1:8765"
TOKEN = "t" * 40


class Founder:
    """A browser at the founding page, and what was founded by it."""

    def __init__(self, folder: Path) -> None:
        self.made: list[NewCity] = []
        self.client = Client(create_founding_page(folder, TOKEN, 2026, self.found))

    def found(self, new: NewCity) -> str:
        if new.name == "もうある市":
            raise SettingsError("設定ファイルがすでにあります", "xlsync.toml")
        self.made.append(new)
        return "/enter?token=x"

    def get(self, token: str = TOKEN, host: str = HOST, address: str = "127.0.0.1") -> TestResponse:
        base, environ = f"http://{host}", {"REMOTE_ADDR": address}
        return self.client.get(f"/found?token={token}", base_url=base, environ_base=environ)

    def send(self, origin: str = f"http://{HOST}", **fields: Any) -> TestResponse:
        return self.client.post(
            "/found",
            base_url=f"http://{HOST}",
            data={"token": TOKEN, **fields},
            headers={"Origin": origin},
            environ_base={"REMOTE_ADDR": "127.0.0.1"},
        )


@pytest.fixture
def founder(tmp_path: Path) -> Founder:
    return Founder(tmp_path)


def test_name_and_year_make_a_city_and_lead_to_its_page(founder: Founder, tmp_path: Path) -> None:
    page = founder.get().get_data(as_text=True)
    assert str(tmp_path) in page
    assert 'value="2026"' in page
    answer = founder.send(name=" つくば市　", year="2018")
    assert 'href="/enter?token=x"' in answer.get_data(as_text=True)
    assert founder.made == [NewCity("つくば市", 2018)]
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")


@pytest.mark.parametrize(
    ("name", "year", "said"),
    [
        ("", "2018", "市の名前を入力"),
        ("<b>市", "平成30", "西暦で入力"),
        ("つくば市", "99999999999999999999", "西暦で入力"),
        ("もうある市", "2018", "設定ファイルがすでにあります"),
    ],
)
def test_what_cannot_be_founded_comes_back_filled_in(
    founder: Founder, name: str, year: str, said: str
) -> None:
    answer = founder.send(name=name, year=year)
    page = answer.get_data(as_text=True)
    assert (answer.status_code, said in page, founder.made) == (422, True, [])
    assert f'value="{year}"' in page
    assert "<b>市" not in page


def test_a_form_is_one_definition_and_one_drawing(founder: Founder) -> None:
    names = ("form.toml", "様式.xlsx", "別の様式.xlsx")
    files = [(io.BytesIO(b"x"), name) for name in names]
    answer = founder.send(name="つくば市", year="2018", form=files)
    assert answer.status_code == 422
    assert "form.toml と drawing.xlsx を1つずつ選んでください" in answer.get_data(as_text=True)
    assert not founder.made


def test_strangers_found_nothing(founder: Founder) -> None:
    refused = (
        founder.get("x"),
        founder.get(host="evil.example"),
        founder.get(address="10.0.0.9"),
        founder.send("http://evil.example", name="市", year="2018"),
        founder.send("null", name="市", year="2018"),
        founder.send(name="市", year="2018", token="x"),  # noqa: S106
    )
    assert [answer.status_code for answer in refused] == [403] * 6
    assert founder.made == []
