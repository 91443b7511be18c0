"""A city's settings, xlsync.toml, read strictly: an unknown key or wrong value is refused by its place."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pydantic import Field, ValidationError

from xlsync.city.backup_settings import BackupSettings
from xlsync.city.clock_and_user import today
from xlsync.city.code_lists import budget_names_of, csv_text, plan_list_of
from xlsync.city.further_forms import file_of_fault, with_inherited
from xlsync.city.libreoffice_settings import LibreOfficeSettings
from xlsync.city.log_settings import LogSettings
from xlsync.city.long_running_settings import LongRunning, Page, Serving, Watching
from xlsync.city.part_names import refuse_unknown_parts
from xlsync.city.phase_settings import (
    PhaseSettings,
    deadline_of,
    present_phase,
    refuse_unknown_fields,
)
from xlsync.city.publication_settings import PublicationSettings
from xlsync.city.rate_settings import RateSettings, rates_of
from xlsync.city.review_settings import (
    DeadlineSettings,
    ReviewSettings,
    SubmissionSettings,
    procedure_rules,
)
from xlsync.city.settings_file import (
    SETTINGS_FILE,
    FolderSettings,
    decoded_settings,
    settings_entries,
    settings_folder,
)
from xlsync.city.tier_settings import TierSettings, tiers_of
from xlsync.errors import FormError, SettingsError
from xlsync.exchange import Terms
from xlsync.form import SHIPPED_FORM
from xlsync.form.edition import Edition
from xlsync.form.library import Form, collecting
from xlsync.form.strict import Strict, explain
from xlsync.inbox.config import SHEETS, SUMMARIES, Deadline
from xlsync.inbox.intake.libreoffice import LibreOffice
from xlsync.inbox.share_paths import year_name
from xlsync.organization import Organization, read_organization
from xlsync.plan_list import CodeLists
from xlsync.store.lock import silent
from xlsync.store.store_location import files_at
from xlsync.store.store_path import Notify as Warn

if TYPE_CHECKING:
    from xlsync.exchange.phases import Phase
    from xlsync.store import Store


class _Merge(Strict):
    whole: list[str] = Field(default=[])


class _Owners(Strict):
    office: list[str] | None = None


class _Programs(Strict):
    complete: bool | list[str] = False
    names: str = ""

    @property
    def complete_programs(self) -> bool | frozenset[str]:
        complete = self.complete
        return complete if isinstance(complete, bool) else frozenset(complete)


class _Organization(Strict):
    file: str = ""


class _Budget(Strict):
    skeleton: list[int] = Field(default=[])


class _Plans(Strict):
    file: str = ""
    indicators: str = ""


class SettingsDocument(Strict):
    """The whole of xlsync.toml."""

    city: str = Field(min_length=1)
    form: str = SHIPPED_FORM
    edition: int
    write_back: Literal["on", "off"] = "on"
    folders: FolderSettings = Field(default_factory=FolderSettings)
    merge: _Merge = Field(default_factory=_Merge)
    owners: _Owners = Field(default_factory=_Owners)
    review: ReviewSettings = Field(default_factory=ReviewSettings)
    submission: SubmissionSettings = Field(default_factory=SubmissionSettings)
    phase: list[PhaseSettings] = Field(default=[])
    rates: dict[str, RateSettings] = Field(default={})
    tier: list[TierSettings] = Field(default=[])
    organization: _Organization = Field(default_factory=_Organization)
    programs: _Programs = Field(default_factory=_Programs)
    plans: _Plans = Field(default_factory=_Plans)
    budget: _Budget = Field(default_factory=_Budget)
    watch: Watching = Field(default_factory=Watching)
    serve: Serving = Field(default_factory=Serving)
    page: Page = Field(default_factory=Page)
    deadline: DeadlineSettings = Field(default_factory=DeadlineSettings)
    libreoffice: LibreOfficeSettings = Field(default_factory=LibreOfficeSettings)
    publication: PublicationSettings = Field(default_factory=PublicationSettings)
    backup: BackupSettings = Field(default_factory=BackupSettings)
    log: LogSettings = Field(default_factory=LogSettings)


@dataclass(frozen=True)
class CitySettings:
    """A city's settings; folders are absolute."""

    folder: Path
    name: str
    terms: Terms
    store: Store
    shared: Path
    write_back: bool = True
    long_running: LongRunning = field(default_factory=LongRunning)
    deadline: Deadline = field(default=Deadline())
    libreoffice: LibreOffice = field(default=LibreOffice())

    @property
    def organization(self) -> Organization | None:
        """The city's own list of 部・課・係, None where it has given none."""
        return self.terms.organization

    @property
    def sheets(self) -> Path:
        """Where the living workbooks are."""
        return self.shared / SHEETS

    @property
    def summaries(self) -> Path:
        """Where the summary workbooks are."""
        return self.shared / SUMMARIES / year_name(self.store.files, self.terms.fiscal_year)


def find_settings(start: Path, warn: Warn = silent) -> CitySettings:
    """Return the settings that lie in a folder or above it; SettingsError where there are none or they are wrong.

    `warn` is told, in Japanese, when the store keeps a command waiting.
    """
    folder = settings_folder(start)
    if folder is not None:
        return read_settings(folder, warn)
    raise SettingsError(
        f"設定ファイル {SETTINGS_FILE} がありません。`xlsync init フォルダ名` で作るか、そのフォルダで実行してください",
        str(start),
    )


def read_settings(folder: Path, warn: Warn = silent, text: str | None = None) -> CitySettings:
    """Return a city's settings; SettingsError names the file, the entry and the reason.

    With `text` they are what the file would say with it.
    """
    from xlsync.store.opened_store import store_at

    file = folder / SETTINGS_FILE
    document, form, edition = _settings_in(file, text)
    _refuse_unknown_parts(document, edition, str(file))
    refuse_unknown_fields(document.phase, edition, str(file))
    phase = present_phase(document.phase, document.submission.phase, str(file))
    deadline = deadline_of(document.deadline, phase)
    return CitySettings(
        folder=folder,
        name=document.city,
        terms=Terms(
            form,
            document.edition,
            rates_of(document.rates, form, document.edition, str(file)),
            whole_parts=tuple(document.merge.whole),
            office_parts=None if document.owners.office is None else tuple(document.owners.office),
            organization=_organization_at(folder, document, form),
            complete_programs=document.programs.complete_programs,
            code_lists=CodeLists(
                budget_names_of(folder, document.programs.names),
                plan_list_of(folder, document.plans.file, document.plans.indicators),
                frozenset(document.budget.skeleton),
            ),
            procedure_rules=replace(
                procedure_rules(
                    document.review, document.submission.handed_in, phase, deadline.day, str(file)
                ),
                tiers=tiers_of(document.tier, edition, str(file)),
            ),
        ),
        store=store_at(folder, document.folders.store, document.city, form, warn),
        shared=folder / document.folders.shared,
        write_back=document.write_back == "on",
        long_running=LongRunning(document.watch, document.serve, document.page, document.log),
        deadline=deadline,
        libreoffice=document.libreoffice.libreoffice(folder),
    )


def phase_called(folder: Path, name: str) -> Phase | None:
    """Return the phase that a city's settings call so, None where they have none of that name."""
    tables = _settings_in(folder / SETTINGS_FILE)[0].phase
    return next((table.phase() for table in tables if table.name == name), None)


def publication_settings(folder: Path) -> PublicationSettings:
    """Return what a city's settings say of publication."""
    return _settings_in(folder / SETTINGS_FILE)[0].publication


def refuse_unsuitable_form(folder: Path, form: Form) -> None:
    """Raise SettingsError where a city's settings name a part or a period that a form does not have."""
    file = folder / SETTINGS_FILE
    document, _, _ = _settings_in(file)
    edition = form.at(document.edition)
    try:
        _refuse_unknown_parts(document, edition, str(file))
        rates_of(document.rates, form, document.edition, str(file))
        tiers_of(document.tier, edition, str(file))
    except SettingsError as fault:
        reason = f"新しい様式に合わない設定があります。設定を外してから使い始め、そのあとで書き直してください（{fault.reason}）"
        raise SettingsError(reason, fault.where) from fault


def _settings_in(file: Path, text: str | None = None) -> tuple[SettingsDocument, Form, Edition]:
    """Return the file's settings, the form it names, and that form at the fiscal year it names."""
    from xlsync.store.form_versions import form_in_use

    try:
        written = decoded_settings(file.read_bytes(), str(file)) if text is None else text
        own = settings_entries(written, str(file))
        entries = with_inherited(file.parent, own)
        document = SettingsDocument.model_validate(entries)
        files = files_at(file.parent, document.folders.store, document.city)
        form = form_in_use(files, document.form, file.parent)
        return document, collecting(form, document.edition), form.at(document.edition)
    except ValidationError as fault:
        where = file_of_fault(file.parent, own, fault)
        raise SettingsError(explain(fault, entries), str(where)) from fault
    except OSError as fault:
        raise SettingsError(f"設定ファイルを読めません（{fault.strerror}）", str(file)) from fault
    except FormError as fault:
        raise SettingsError(
            f"form または edition の指定で様式を開けません（{fault}）", str(file)
        ) from fault


def _organization_at(folder: Path, document: SettingsDocument, form: Form) -> Organization | None:
    """Return the city's units as they are today, within the fiscal year of the settings."""
    listed = organization_of(folder, document.organization.file, form)
    return None if listed is None else listed.in_year(document.edition, today())


def organization_of(folder: Path, name: str, form: Form) -> Organization | None:
    """Return the city's list of the units that the form names; None where no file is named."""
    if not name:
        return None
    file = folder / name
    text = csv_text(file, "組織の一覧", "[organization] の file")
    levels, key_word = form.definition.identity.level_words, form.definition.words.key
    return read_organization(text, str(file), levels, key_word)


def _refuse_unknown_parts(document: SettingsDocument, edition: Edition, where: str) -> None:
    """Raise SettingsError for a part that the form does not have."""
    entries = (
        ("[merge] whole", document.merge.whole),
        ("[owners] office", document.owners.office or []),
        ("[review] fields", document.review.parts),
        *((f"[[phase]]「{phase.name}」の closed", phase.closed) for phase in document.phase),
    )
    refuse_unknown_parts(entries, edition, where)
