"""The stage of each sheet (提出・受付・差戻し・確認・確定): the acts that lead from one to the next, each written once.

    stages/<edition>/<id>/<n>.json   {"seal", "act": n, "parent_hash", "kind": "return", "revision", "comment", "fields", …}

A sheet without any such act is open. What each act makes of a sheet is said in `xlsync.sheet_stage`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, get_args

from xlsync.sheet_stage import StageActKind
from xlsync.store.act_chain import ActChain
from xlsync.store.store_path import StorePath

STAGES: Final = "stages"
ActWay = Literal["office", "rule", "workbook"]
"""How an act came about: the planning office said so, the city's rule did, or a workbook said so."""
BY_BUTTON: Final = "button"
"""In place of the cell, for an act that the button ［提出］ wrote: no cell of any copy said it."""


@dataclass(frozen=True, slots=True)
class FieldComment:
    """What the planning office says of one field, "" for nothing but that it is this one."""

    path: str
    field_title: str
    comment: str = ""

    def to_document(self) -> dict[str, str]:
        """Return it as JSON."""
        return {"path": self.path, "field": self.field_title, "comment": self.comment}


@dataclass(frozen=True, slots=True)
class ActSource:
    """How an act came about.

    Attributes:
        way: Who said so: the planning office, the city's rule, or a workbook.
        file: The workbook that said so, "" where none did.
        cell_id: Which cell of チェック said so: its copy, and the mark beside it; `BY_BUTTON` for the button; "" for a field of
            the form.

    """

    way: ActWay = "office"
    file: str = ""
    cell_id: str = ""


@dataclass(frozen=True, slots=True)
class StageAct:
    """An act that leads a sheet to a stage.

    Attributes:
        stage_act_kind: What was done.
        revision: The number of the sheet's newest revision when it was decided.
        when: When it was written, ISO 8601.
        who: Who did it, as said: nobody has authenticated them.
        comment: Why, "" for nothing said.
        field_comments: What is said of single fields.
        act_source: How it came about.
        approval: Date and number of the formal consent (決裁) that it rests on, "" for nothing noted.

    """

    stage_act_kind: StageActKind
    revision: int
    when: str
    who: str
    comment: str = ""
    field_comments: tuple[FieldComment, ...] = ()
    act_source: ActSource = ActSource()
    approval: str = ""

    @property
    def way(self) -> ActWay:
        """Who said so."""
        return self.act_source.way

    @property
    def file(self) -> str:
        """The workbook that said so, "" where none did."""
        return self.act_source.file

    def to_document(self) -> dict[str, Any]:
        """Return the act as JSON."""
        beside = {"cell_id": self.act_source.cell_id, "approval": self.approval}
        optional = {name: text for name, text in beside.items() if text}
        return {
            **optional,
            "kind": self.stage_act_kind,
            "revision": self.revision,
            "comment": self.comment,
            "fields": [comment.to_document() for comment in self.field_comments],
            "way": self.way,
            "file": self.file,
            "when": self.when,
            "who": self.who,
        }


def stage_acts(folder: StorePath, key: str, edition: int, since: str = "") -> list[StageAct]:
    """Return the acts about a sheet in order, below a store's folder; those that cannot be read are left out.

    With a day (ISO 8601) only those `since` then: earlier ones were about an earlier phase.
    """
    acts = (_act_of(document) for document in _CHAIN.read(folder, key, edition))
    return [act for act in acts if act.when[:10] >= since]


def stage_folder(folder: StorePath, key: str, edition: int) -> StorePath:
    """Return the folder of a sheet's acts, below a store's folder."""
    return _CHAIN.folder_of(folder, key, edition)


def write_stage_act(folder: StorePath, key: str, edition: int, act: StageAct) -> None:
    """Write the next act about a sheet. Call within `Store.writing`; StoreBusy where another program was quicker."""
    _CHAIN.write(folder, key, edition, act.to_document())


def faults_of_stages(folder: StorePath) -> Iterator[tuple[str, str]]:
    """Yield each fault of the acts below a store's folder: the file's path there, and a Japanese sentence."""
    return _CHAIN.faults(folder)


def _act_of(document: Mapping[str, Any]) -> StageAct:
    """Return the act of a file; KeyError, TypeError or ValueError where it lacks anything."""
    kind, way = document["kind"], document["way"]
    if kind not in get_args(StageActKind) or way not in get_args(ActWay):
        raise ValueError(kind, way)
    comments = tuple(
        FieldComment(str(entry["path"]), str(entry["field"]), str(entry["comment"]))
        for entry in document["fields"]
    )
    when, who, comment, file = (str(document[name]) for name in ("when", "who", "comment", "file"))
    source = ActSource(way, file, str(document.get("cell_id", "")))
    approval = str(document.get("approval", ""))
    return StageAct(kind, int(document["revision"]), when, who, comment, comments, source, approval)


_CHAIN: Final = ActChain(STAGES, "状況の記録", _act_of)

__all__ = [
    "STAGES",
    "ActSource",
    "ActWay",
    "FieldComment",
    "StageAct",
    "faults_of_stages",
    "stage_acts",
    "stage_folder",
    "write_stage_act",
]
