"""The document `data.json` of an export: all that the database holds of one user."""

from collections.abc import Mapping
from typing import Annotated, Self

from msgspec import Meta, Struct

from application.accounts.export import AccountExport
from application.ports.account_data import AccountRecords
from entrypoints.http.schemas.export_account import (
    ExportedAccount,
    ExportedConsent,
    ExportedMail,
    ExportedMailLink,
    ExportedSession,
    ExportedUsage,
)
from entrypoints.http.schemas.export_requests import ExportedRequest, ExportedResult, FilePath
from entrypoints.http.schemas.moments import Moment, WithMoments

VERSION = 1
"""Changes when a program that reads the document must change, too."""


class ExportedFileEntry(Struct, frozen=True, kw_only=True):
    """A file of this archive."""

    path: FilePath
    bytes: int


class ExportDocument(WithMoments, frozen=True, kw_only=True):
    """All that Voice2Face keeps of one user."""

    version: Annotated[int, Meta(description="The version of this form.", examples=[VERSION])]
    exported_at: Annotated[Moment, Meta(description="When the data was read.")]
    account: ExportedAccount
    sessions: list[ExportedSession]
    consents: list[ExportedConsent]
    requests: list[ExportedRequest]
    usages: list[ExportedUsage]
    mails: list[ExportedMail]
    mail_links: list[ExportedMailLink]
    files: list[ExportedFileEntry]
    missing_files: Annotated[
        list[FilePath],
        Meta(description="Files that are named above but not here: they were erased meanwhile, or lost."),
    ]

    @classmethod
    def of(cls, export: AccountExport, sizes: Mapping[str, int]) -> Self:
        """Return the document of an export, in which the files with these paths and sizes were found."""
        records = export.records
        return cls(
            version=VERSION,
            exported_at=export.exported_at,
            account=ExportedAccount.of(records.user),
            sessions=[ExportedSession.of(one) for one in records.sessions],
            consents=[ExportedConsent.of(one) for one in records.consents],
            requests=_requests_of(records),
            usages=[ExportedUsage.of(one) for one in records.usages],
            mails=[ExportedMail.of(one) for one in records.mails],
            mail_links=[ExportedMailLink.of(one) for one in records.mail_links],
            files=[ExportedFileEntry(path=path, bytes=size) for path, size in sizes.items()],
            missing_files=[file.path for file in export.files if file.path not in sizes],
        )


def _requests_of(records: AccountRecords) -> list[ExportedRequest]:
    surveys = {survey.generation_id: survey for survey in records.surveys}
    results: dict[str, list[ExportedResult]] = {request.id: [] for request in records.requests}
    for generation in records.generations:
        results[generation.request_id].append(ExportedResult.of(generation, surveys.get(generation.id)))
    return [ExportedRequest.of(request, results[request.id]) for request in records.requests]
