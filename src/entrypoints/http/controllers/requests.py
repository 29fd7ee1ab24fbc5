"""Requests for faces: submit, list, show, regenerate, erase."""

from litestar import Controller, Response, delete, get, post
from litestar.di import NamedDependency

from application.requests.count_generation import Queued
from application.requests.erase import EraseRequest
from application.requests.regenerate import RegenerateFaces
from application.requests.show import ShowRequests
from application.requests.submit import SubmitFaceRequest
from domain.ids import RequestId
from entrypoints.http.bodies.form_request import FormRequest
from entrypoints.http.bodies.uploads import Uploads
from entrypoints.http.caller import Caller
from entrypoints.http.quota_headers import quota_headers
from entrypoints.http.schemas.identifiers import RequestIdPath
from entrypoints.http.schemas.new_jobs import (
    RegenerateRequest,
    RegenerateResponse,
    SubmitRequest,
    SubmitResponse,
)
from entrypoints.http.schemas.paging import DEFAULT_PAGE, Cursor, Limit
from entrypoints.http.schemas.requests import (
    FaceRequestListResponse,
    FaceRequestResponse,
    OneFaceRequestResponse,
)


def submitted(queued: Queued) -> Response[SubmitResponse]:
    """Return the answer to a recording."""
    return Response(SubmitResponse.of(queued.request), headers=quota_headers(queued.quotas))


def made_again(queued: Queued) -> Response[RegenerateResponse]:
    """Return the answer to making the faces again."""
    return Response(RegenerateResponse.of(queued.generation), headers=quota_headers(queued.quotas))


class RequestController(Controller):
    """The caller's own requests; those of other users do not exist for the caller."""

    path = "/mz-request"
    tags = ("Requests",)

    @post(problems=(403, 429), tells_quotas=True, answer=submitted)
    async def submit(
        self,
        request: FormRequest[SubmitRequest],
        caller: NamedDependency[Caller],
        uploads: NamedDependency[Uploads],
        submit: NamedDependency[SubmitFaceRequest],
    ) -> Response[SubmitResponse]:
        """Send a voice.

        Any audio file that we can decode, whatever its name and type: 1 to 60 seconds with a voice in it.
        """
        async with uploads.receive(request) as (body, recording):
            return submitted(await submit(body.command(caller.user_id, recording)))

    @get(problems=(422,))
    async def show_list(
        self,
        caller: NamedDependency[Caller],
        show_requests: NamedDependency[ShowRequests],
        limit: Limit = None,
        cursor: Cursor = None,
    ) -> FaceRequestListResponse:
        """List my requests.

        Newest first: all of them, or page by page when `limit` or `cursor` is given.
        """
        return await _list_all_or_page(show_requests, caller, limit, cursor)

    @get("/{request_id:str}", problems=(404,))
    async def show_one(
        self,
        request_id: RequestIdPath,
        caller: NamedDependency[Caller],
        show_requests: NamedDependency[ShowRequests],
    ) -> OneFaceRequestResponse:
        """Show one request."""
        view = await show_requests.one(caller.user_id, request_id)
        return OneFaceRequestResponse(
            mz_request=FaceRequestResponse.of(view, caller, show_requests.retention)
        )

    @delete("/{request_id:str}", problems=(404,))
    async def erase(
        self,
        request_id: RequestIdPath,
        caller: NamedDependency[Caller],
        erase: NamedDependency[EraseRequest],
    ) -> None:
        """Erase a request.

        Its recording and its faces are erased with it; a job that still runs is stopped.
        """
        await erase(caller.user_id, request_id)

    @post(
        "/{request_id:str}/mz-result",
        problems=(403, 404, 409, 422, 429),
        tells_quotas=True,
        answer=made_again,
    )
    async def regenerate(
        self,
        request_id: RequestIdPath,
        request: FormRequest[RegenerateRequest],
        caller: NamedDependency[Caller],
        regenerate: NamedDependency[RegenerateFaces],
    ) -> Response[RegenerateResponse]:
        """Make the faces again.

        They are made from the stored recording. Earlier results stay, as many as the service keeps; of more than that,
        failed ones are erased first, then the oldest. Wishes that are sent replace those of the request wholly; a call
        that sends none takes those of the request.
        """
        body = await request.read()
        return made_again(await regenerate(body.command(caller.user_id, request_id)))


async def _list_all_or_page(
    show_requests: ShowRequests, caller: Caller, limit: int | None, cursor: RequestId | None
) -> FaceRequestListResponse:
    """Return a page if the client asks for pages, or else all."""
    if limit is None and cursor is None:
        views = await show_requests.all(caller.user_id)
        return FaceRequestListResponse.of(views, caller, show_requests.retention)
    page, next_cursor = await show_requests.page(caller.user_id, limit or DEFAULT_PAGE, cursor)
    return FaceRequestListResponse.of(page, caller, show_requests.retention, next_cursor)
