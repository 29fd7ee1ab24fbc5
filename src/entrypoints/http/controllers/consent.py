"""Consent: the notices, and what a user agreed to."""

from typing import Any

from litestar import Controller, Request, Response, delete, get, post
from litestar.di import NamedDependency

from application.accounts.agree import Agree
from application.accounts.show_consents import ShowConsents
from application.accounts.show_notices import ShowNotices
from application.accounts.withdraw_consent import WithdrawConsent
from entrypoints.http.bodies.form_request import FormRequest
from entrypoints.http.caller import Caller
from entrypoints.http.language import language_of
from entrypoints.http.schemas.consent import (
    AgreeRequest,
    ConsentIdPath,
    ConsentListResponse,
    ConsentResponse,
    LanguageQuery,
    NoticeListResponse,
    NoticeResponse,
    VersionPath,
    WithdrawnResponse,
)


class NoticeController(Controller):
    """The privacy notices, for all clients."""

    path = "/notices"
    tags = ("Consent",)

    @get()
    async def show_notices(self, show_notices: NamedDependency[ShowNotices]) -> NoticeListResponse:
        """List the privacy notices.

        Tells which one is the current one, and whether a client must ask its user to agree to it.
        """
        return NoticeListResponse.of(show_notices)

    @get("/{version:str}", problems=(404, 422))
    async def show_notice(
        self,
        request: Request[Any, Any, Any],
        version: VersionPath,
        show_notices: NamedDependency[ShowNotices],
        language: LanguageQuery = None,
    ) -> Response[NoticeResponse]:
        """Read a privacy notice.

        Earlier ones stay, so that users can read what they agreed to.
        """
        notice = show_notices(version, language or language_of(request))
        headers = {"Content-Language": notice.language, "Vary": "Accept-Language"}
        return Response(NoticeResponse.of(notice), headers=headers)


class ConsentController(Controller):
    """What the caller agreed to."""

    path = "/users/consents"
    tags = ("Consent",)

    @get()
    async def show_consents(
        self, caller: NamedDependency[Caller], show_consents: NamedDependency[ShowConsents]
    ) -> ConsentListResponse:
        """List what I agreed to."""
        return ConsentListResponse.of(await show_consents(caller.user_id))

    @post(answer=ConsentResponse.of)
    async def agree(
        self,
        request: FormRequest[AgreeRequest],
        caller: NamedDependency[Caller],
        agree: NamedDependency[Agree],
    ) -> ConsentResponse:
        """Agree to the privacy notice.

        For the account; it ends a withdrawal. Agreeing twice to one version is recorded once.
        """
        body = await request.read()
        return ConsentResponse.of(await agree(body.command(caller.user_id)))

    @delete("/{consent_id:str}", status_code=200, problems=(404,), answer=WithdrawnResponse.of)
    async def withdraw_consent(
        self,
        consent_id: ConsentIdPath,
        caller: NamedDependency[Caller],
        withdraw_consent: NamedDependency[WithdrawConsent],
    ) -> WithdrawnResponse:
        """Withdraw a consent.

        One for the account is withdrawn with all others for the account: jobs of the user fail, and no new ones are
        accepted until the user agrees again. One that was given with a request concerns that request alone. Nothing is
        erased by that, and withdrawing twice changes nothing.
        """
        return WithdrawnResponse.of(await withdraw_consent(caller.user_id, consent_id))
