"""Whatever reaches the page's addresses is answered by a sentence, changes nothing, and leads out of no folder."""

from __future__ import annotations

import datetime as dt
import io
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import papers
from tests.page.conftest import founded  # noqa: F401 - a fixture
from tests.page.visits import HERE, HOST, Office, Visit, forms_in, text_of
from xlsync.errors import XlsyncError
from xlsync.page.acts import ACTS
from xlsync.page.acts.office_act import ActInput, OfficeAct
from xlsync.page.application import create_page
from xlsync.page.sheet_snapshot import Snapshot, Snapshots

SHEET = f"/sheets/{papers.CLEAN}"


@pytest.fixture(scope="module")
def attacked(founded: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visit]:  # noqa: F811
    """The officer, on a page that is attacked over and over."""
    folder = tmp_path_factory.mktemp("attacked") / "市"
    shutil.copytree(founded, folder)
    with Office(folder).at_work() as office:
        yield office.officer()


def what_is_stored(visit: Visit) -> dict[str, bytes]:
    """The store's files but the page's own and its log."""
    folder = visit.office.store.folder
    own = {"page", "log"}
    files = [file for file in folder.rglob("*") if file.is_file()]
    return {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for file in files
        if file.relative_to(folder).parts[0] not in own
        and file.name != ".lock"
        and file.suffix != ".sqlite"  # the record of what was derived
    }


ADDRESSES = (
    "/",
    "/sheets",
    SHEET,
    f"{SHEET}/compare",
    f"{SHEET}/workbook/1",
    "/acts/return",
    "/record",
    "/summaries",
    "/register.xlsx",
    "/rollover",
    "/login",
    "/enter",
    "/register/preview",
    "/figures/preview",
    "/work/revert",
    "/work/files/past.zip",
    "/work/files/trials.zip",
    "/headings/register",
    "/work/phase",
    "/work/tier",
    "/work/new-form",
    "/work/files/made-forms",
    "/settings/1",
    "/jobs",
)
NASTY = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        ["../../xlsync.toml", "..\\..\\keys.toml", "CON", "NUL.xlsx", "\ud800", "%00", "0", "-1"]
    ),
    st.sampled_from(["9" * 400, "<script>", "'\"--", "{{7*7}}", "{% raw %}", "a" * 5_000, "１"]),
)


FIELDS = (
    "seen", "choice.purpose", "text.purpose", "sheet", "comment", "number", "name", "file",
    "plan", "year", "kind", "key", "person", "next", "field", "agreed", "closing", "text",
    "digest", "keys", "reason", "day", "new_key", "relation", "former", "from", "until",
    "part.costs", "extension", "required", "gone", "how", "snapshot", "2017-settled.per-person",
    "grades", "to.総務部", "city-code", "worksheet", "upload", "upload_name", "tier", "fields",
    "list", "heading", "meaning", "anchors",
)  # fmt: skip


def encoded(text: str) -> str:
    """A text in an address, halves of surrogate pairs as bytes that are no UTF-8."""
    return "".join(f"%{byte:02X}" for byte in text.encode("utf-8", "surrogatepass"))


@settings(max_examples=60)
@given(
    address=st.sampled_from(ADDRESSES),
    name=st.sampled_from(
        [
            "q",
            "state",
            "unit",
            "page",
            "from",
            "to",
            "sheet",
            "next",
            "token",
            "part",
            "all",
            "edition",
            "keys",
            "day",
            "make",
            "file",
            "name",
            "kind",
            "who",
            "way",
            "former",
        ]
    ),
    value=NASTY,
)
def test_no_address_is_answered_by_a_bug_or_changes_anything(
    attacked: Visit, address: str, name: str, value: str
) -> None:
    response = attacked.get(f"{address}?{name}={encoded(value)}")
    assert response.status_code < 500, (address, name, value)
    page = text_of(response)
    assert "<script>" not in page.replace('<script src="/static/page.js" defer></script>', "")
    assert "49" not in page or "{{7*7}}" not in value


@settings(max_examples=40)
@given(parts=st.lists(NASTY, min_size=1, max_size=4))
def test_no_path_leads_out(attacked: Visit, parts: list[str]) -> None:
    path = "/".join(map(encoded, parts))
    for prefix in ("/", "/sheets/", "/summaries/", "/static/", f"{SHEET}/workbook/"):
        response = attacked.get(prefix + path)
        assert response.status_code < 500, prefix + path
        assert b"edition = 2018" not in response.get_data()


@settings(max_examples=40)
@given(
    action=st.sampled_from(
        [
            f"{SHEET}/conflicts",
            "/acts/return",
            "/acts/confirm",
            "/register/run",
            "/figures/run",
            "/rollover",
            f"{SHEET}/review",
            "/jobs/cancel",
            "/health/sessions",
            "/login",
            "/settings",
            "/headings/register/keep",
            "/headings/figures",
            "/health/audit",
            *(f"/work/{name}/{step}" for name in ACTS for step in ("preview", "run")),
        ]
    ),
    fields=st.dictionaries(
        st.sampled_from(FIELDS),
        NASTY,
    ),
)
def test_no_form_is_answered_by_a_bug(attacked: Visit, action: str, fields: dict[str, str]) -> None:
    before = what_is_stored(attacked)
    attacked.office.moment += dt.timedelta(seconds=20)
    token = forms_in(attacked.page("/register"))[0][1]["form_token"][0]
    sent = {name: value.encode("utf-8", "replace").decode() for name, value in fields.items()}
    response = attacked.send(action, {**sent, "form_token": token})
    assert response.status_code < 500, (action, fields)
    is_act = action.startswith((SHEET, "/acts")) and response.status_code == 303
    after = what_is_stored(attacked)
    assert is_act or [name for name in after if after[name] != before.get(name)] == []


def test_a_body_that_is_no_form_is_a_sentence(attacked: Visit) -> None:
    for content_type, data in (
        ("application/json", b'{"choice.purpose": "ours"}'),
        ("multipart/form-data", b"no boundary"),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data"),
        ("application/x-www-form-urlencoded", b"&&&=%zz&" * 30_000),
        ("text/plain", b"\0" * 1000),
    ):
        response = attacked.client.post(
            f"{SHEET}/conflicts",
            base_url=f"http://{HOST}",
            headers={"Origin": f"http://{HOST}"},
            environ_base=HERE,
            data=data,
            content_type=content_type,
            buffered=True,
        )
        assert response.status_code in {400, 403, 413}, (content_type, response.status_code)


def test_a_cookie_of_somebodys_making_opens_nothing(attacked: Visit) -> None:
    for value in ("", "x", "a" * 4_000, "../sessions.json", "\x00"):
        response = attacked.office.visitor().get("/", Cookie=f"xlsync={value}")
        assert response.status_code == 303, value


def bomb() -> bytes:
    """A workbook whose first part is 200 MB of nothing."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", bytes(200 * 2**20))
    return out.getvalue()


def test_a_bomb_is_a_sentence_wherever_a_file_is_asked_for(attacked: Visit) -> None:
    before, data = what_is_stored(attacked), bomb()
    asked = [
        name
        for name, act in ACTS.items()
        if any(each.input_kind in {"file", "files"} for each in inputs_of(attacked, act))
    ]
    assert {"receive", "new-form", "adopt-form"} <= {*asked}
    screens = [f"/work/{name}" for name in asked if name != "replace-list"]
    for screen in [*screens, "/register", "/headings/figures"]:
        sent = {"file": (io.BytesIO(data), "一覧.xlsx"), "tier": ""}
        action, hidden = forms_in(attacked.page(screen))[0]
        answer = attacked.send(action, {**hidden, **sent})
        while answer.status_code == 303:
            answer = attacked.get(answer.headers["Location"])
        shown = text_of(answer)
        assert answer.status_code == 422 or 'class="fault"' in shown, (screen, answer.status_code)
    assert what_is_stored(attacked) == before


def inputs_of(visit: Visit, act: OfficeAct) -> tuple[ActInput, ...]:
    """What an act asks for; nothing where it cannot be asked now."""
    with visit.office.app.test_request_context():
        try:
            return act.asked_inputs()
        except XlsyncError:
            return ()


class ManyHits(Snapshots):
    """The snapshot of a city of 10,000 sheets."""

    @property
    def latest(self) -> Snapshot:
        """The first sheet, over and over."""
        kept = super().latest
        return Snapshot(kept.version, kept.sheet_rows[:1] * 10_000)


def test_ten_thousand_hits_are_a_page_of_a_hundred(attacked: Visit) -> None:
    many = ManyHits(attacked.office.city.config)
    many.renew()
    page = create_page(replace(attacked.office.context, sheet_snapshots=many))
    kept, attacked.client.application = attacked.client.application, page
    try:
        shown = attacked.page("/sheets?page=99")
    finally:
        attacked.client.application = kept
    assert shown.count('<td class="code">') == 100
    assert "10,000件" in shown
    assert len(shown) < 200_000
