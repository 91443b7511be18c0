"""An act of the planning office: what it asks for, what it would do, shown first, and the job that carries it out."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal

from xlsync.errors import StoreError

if TYPE_CHECKING:
    from xlsync.page.page_jobs import JobRun
    from xlsync.page.uploads import Upload

InputKind = Literal["text", "area", "day", "choice", "tick", "file", "files", "hidden"]
ActGroup = Literal[
    "台帳", "受領", "提出", "財務データ", "評価", "時点・年度", "様式", "期限・一覧", "控え"
]
Work = Callable[["JobRun"], None]
_BETWEEN: Final = re.compile(r"[\s,、，;]+")


@dataclass(frozen=True, slots=True)
class ActInput:
    """Something that an act asks for.

    Attributes:
        name: Its name in the form.
        input_caption: What it is called.
        input_kind: How it is asked for; "files" takes any number of them, "file" one.
        hint: What to write.
        input_choices: What may be chosen, each with its words.
        is_needed: Whether it must be filled in.
        input_group: What it and the inputs beside it are called together, "" for one that stands alone.
        present_text: What it says before somebody fills it in.

    """

    name: str
    input_caption: str
    input_kind: InputKind = "text"
    hint: str = ""
    input_choices: tuple[tuple[str, str], ...] = ()
    is_needed: bool = True
    input_group: str = ""
    present_text: str = ""


@dataclass(frozen=True)
class FilledForm:
    """What somebody filled in: texts by name, and the uploaded files."""

    texts: Mapping[str, str]
    uploads: tuple[Upload, ...] = ()

    def text(self, name: str) -> str:
        """Return a text without the blanks around it."""
        return self.texts.get(name, "").strip()

    def words(self, name: str) -> list[str]:
        """Return the words of a text, each once."""
        return list(dict.fromkeys(filter(None, _BETWEEN.split(self.text(name)))))

    def is_ticked(self, name: str) -> bool:
        """Whether a box is ticked."""
        return bool(self.text(name))


@dataclass(frozen=True, slots=True)
class PlanPart:
    """A part of what is shown: its heading and its lines."""

    heading: str
    part_lines: tuple[str, ...]


@dataclass(frozen=True)
class ShownPlan:
    """What an act would do.

    Attributes:
        lead: The sentence above all.
        plan_document: What it does, as JSON: another one means that something has changed since it was shown.
        plan_parts: What is shown below.
        fault_lines: Why it cannot be done as it is.
        button: What its button says, "" where there is nothing to do.
        work: What carries it out.
        detail: What the record says of it beside its title.

    """

    lead: str
    plan_document: Any
    plan_parts: tuple[PlanPart, ...] = ()
    fault_lines: tuple[str, ...] = ()
    button: str = ""
    work: Work | None = field(default=None, compare=False)
    detail: str = ""


def parts_of(listed: Mapping[str, Sequence[str]]) -> tuple[PlanPart, ...]:
    """Return the parts of a plan that have any line."""
    return tuple(PlanPart(heading, tuple(lines)) for heading, lines in listed.items() if lines)


def no_inputs() -> tuple[ActInput, ...]:
    """Return what an act asks for that asks for nothing."""
    return ()


@dataclass(frozen=True)
class OfficeAct:
    """An act.

    Attributes:
        name: Its name in addresses.
        title: What it is called.
        act_group: Under which heading it is offered.
        explanation: What it does, in a sentence or two.
        plan_of: Returns what it would do; an error of ours says why it cannot.
        asked_inputs: Returns what it asks for.
        back_to: The route of the screen to which it leads once it is done at once, "" for the screen of jobs.

    """

    name: str
    title: str
    act_group: ActGroup
    explanation: str
    plan_of: Callable[[FilledForm], ShownPlan]
    asked_inputs: Callable[[], tuple[ActInput, ...]] = no_inputs
    back_to: str = ""


@dataclass(frozen=True, slots=True)
class MadeFile:
    """A file that the browser saves."""

    file: str
    file_bytes: bytes = field(repr=False)
    content_type: str = ""


@dataclass(frozen=True)
class OfficeFile:
    """A file that is made when it is asked for; nothing changes. The attributes are those of an act."""

    name: str
    title: str
    act_group: ActGroup
    explanation: str
    make: Callable[[FilledForm], MadeFile]
    asked_inputs: Callable[[], tuple[ActInput, ...]] = no_inputs


def needed_text(filled: FilledForm, name: str, caption: str) -> str:
    """Return a text; StoreError where it is not filled in."""
    text = filled.text(name)
    if not text:
        raise StoreError(f"{caption}を入力してください")
    return text


__all__ = [
    "ActInput",
    "FilledForm",
    "MadeFile",
    "OfficeAct",
    "OfficeFile",
    "PlanPart",
    "ShownPlan",
    "Work",
    "needed_text",
    "no_inputs",
    "parts_of",
]
