"""Everything that the commands do can be done on the page, but for a few, each with its reason."""

from __future__ import annotations

import typer

from tests.commands import command_names
from tests.page.visits import Office
from xlsync.cli.app import app
from xlsync.page.acts import ACTS, FILES

ON_THE_PAGE: dict[str, str] = {
    "init": "/found",
    "import": "work/sweep work/receive",
    "check": "work/receive",
    "diff": "work/receive",
    "export": "/register/workbooks work/files/past.zip work/files/trials.zip",
    "summarize": "/summaries work/files/tables.zip work/files/snapshot.zip",
    "status": "/sheets / work/files/status.xlsx",
    "form adopt": "work/adopt-form work/former-form",
    "form build": "work/files/form.zip",
    "form check": "work/try-form",
    "form docs": "work/files/form.zip",
    "form new": "work/new-form work/files/made-forms",
    "form try": "work/try-form",
    "sheets add": "/register/preview /register/run /headings/<purpose_name>",
    "sheets list": "/sheets work/restore",
    "sheets export": "/register.xlsx work/files/other-form.xlsx",
    "sheets change-key": "work/change-key",
    "sheets lineage": "work/lineage work/files/lineage.xlsx",
    "sheets retire": "work/retire",
    "sheets exclude": "work/exclude",
    "sheets restore": "work/restore",
    "figures import": "/figures/preview /figures/run /headings/<purpose_name>",
    "figures release": "work/release-figures",
    "figures undo": "work/undo-figures",
    "figures reconcile": "work/files/reconciliation.xlsx",
    "figures staffing": "work/files/staffing.xlsx",
    "figures reflection": "work/files/reflection.xlsx",
    "grades import": "work/grades",
    "grades list": "work/files/grades.xlsx",
    "grades revert": "work/revert-grades",
    "backup create": "work/back-up",
    "backup list": "/health",
    "backup verify": "work/check-backups",
    "restore": "work/restore-aside",
    "service status": "/health /health/doctor",
    "history": "/sheets/<sheet_name> /sheets/<sheet_name>/compare",
    "seals": "work/files/seals.csv /health",
    "conflicts": "/conflicts",
    "resolve": "/sheets/<sheet_name>/conflicts",
    "review": "/review",
    "revert": "work/revert",
    "submit": "/acts/<kind_name>",
    "endorse": "/acts/<kind_name>",
    "accept": "/acts/<kind_name>",
    "return": "/acts/<kind_name>",
    "confirm": "/acts/<kind_name>",
    "finalize": "/acts/<kind_name>",
    "mark-published": "/acts/<kind_name>",
    "reopen": "/acts/<kind_name>",
    "snapshot": "work/snapshot",
    "remind": "work/remind work/files/reminders.zip",
    "rollover": "/rollover work/undo-rollover",
    "close": "work/close work/reopen-year",
    "reorganize": "work/reorganize work/undo-reorganization work/files/transfers.xlsx",
    "publish": "/publish",
    "plans import": "work/plans",
    "national": "work/files/national.xlsx",
    "plans indicators": "work/indicators",
    "audit": "/health/audit",
    "doctor": "/health/doctor",
}
"""Where each command is on the page: routes, acts and files."""

NOT_ON_THE_PAGE: dict[str, str] = {
    "watch": "a program that runs on for months; 監視 shows it, and 共有フォルダから受け取る does the same once",
    "store cities": "for whoever keeps the database of many cities",
    "store grant": "for whoever keeps the database of many cities",
    "store revoke": "for whoever keeps the database of many cities",
    "work": "a program that runs on for months, on machines of their own",
    "jobs": "for whoever keeps the workers of many cities, none of whom uses one city's page",
    "serve": "the page itself; keys are made on the server, so that nobody makes one from a browser left open",
    "page": "the page itself",
    "form add": "makes a folder beside this form's, with a share of its own: that is for who sets up the computer",
    "demo": "makes a city to try things out, not anything of this one",
    "service install": "needs rights on the computer that the server of the page does not have",
    "service uninstall": "ends the server that would answer",
    "press": "what the buttons in Excel do, for support",
    "live": "the buttons in an open Excel",
    "store copy": "moves the store elsewhere while nothing runs that uses it, and the server of the page does",
}


def test_every_command_is_on_the_page_or_has_a_reason_not_to_be() -> None:
    names = {*command_names(typer.main.get_command(app))}
    assert names == ON_THE_PAGE.keys() | NOT_ON_THE_PAGE.keys()
    assert not ON_THE_PAGE.keys() & NOT_ON_THE_PAGE.keys()


def test_what_stands_for_a_command_is_there(office: Office) -> None:
    routes = {str(rule) for rule in office.app.url_map.iter_rules()}
    acts = {f"work/{name}" for name in ACTS} | {f"work/files/{name}" for name in FILES}
    named = {place for places in ON_THE_PAGE.values() for place in places.split()}
    assert named - routes - acts == {"/found"}, "founding is another application, test_founding.py"


def test_every_act_stands_for_something() -> None:
    named = {place for places in ON_THE_PAGE.values() for place in places.split()}
    beside = {  # settings, which are a file for the commands
        "contacts", "deadline", "owners", "phase", "publisher", "rates", "replace-list",
        "review-rules", "tier", "files/lists.zip",
    }  # fmt: skip
    acts = {*ACTS} | {f"files/{name}" for name in FILES}
    assert {name for name in acts if f"work/{name}" not in named} == beside
