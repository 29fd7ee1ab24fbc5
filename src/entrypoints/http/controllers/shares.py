"""Shared faces: make a link, and see what is behind it."""

from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency

from application.sharing.open_share import OpenShare
from application.sharing.share_face import ShareFace, ShareFaceCommand
from entrypoints.composition.media_links import MediaLinks
from entrypoints.http.caller import Caller
from entrypoints.http.controllers.media import Token
from entrypoints.http.language import language_of
from entrypoints.http.schemas.consent import LanguageQuery
from entrypoints.http.schemas.identifiers import RequestIdPath, ResultIdPath
from entrypoints.http.schemas.shares import SharedFaceResponse, ShareResponse


class ShareController(Controller):
    """Links with which all can see a voice face for some days."""

    tags = ("Sharing",)

    @post(
        "/mz-request/{request_id:str}/mz-result/{result_id:str}/shares",
        problems=(403, 404, 409),
        takes_no_key=True,  # its answer is a link that gives access, and is kept nowhere
    )
    async def share(
        self,
        request_id: RequestIdPath,
        result_id: ResultIdPath,
        caller: NamedDependency[Caller],
        share_face: NamedDependency[ShareFace],
    ) -> ShareResponse:
        """Share the voice face.

        Until the link ends, all who have it can see the picture and the video, which speaks with the recorded voice.
        Both carry the visible mark, if the service marks faces.
        Erasing the face ends the link at once; while consent is withdrawn, it shows nothing.
        """
        command = ShareFaceCommand(user_id=caller.user_id, request_id=request_id, generation_id=result_id)
        return ShareResponse.of(await share_face(command), caller.links)

    @get("/shares/{token:str}", problems=(404, 422))
    async def show_shared(
        self,
        request: Request[Any, Any, Any],
        token: Token,
        links: NamedDependency[MediaLinks],
        open_share: NamedDependency[OpenShare],
        language: LanguageQuery = None,
    ) -> Response[SharedFaceResponse]:
        """Show a shared face.

        Needs no token but that of the link, which stands behind `#` in its address.
        """
        shown_in = language or language_of(request)
        shared = SharedFaceResponse.of(await open_share(token), links, shown_in)
        headers = {"Content-Language": shown_in.value, "Vary": "Accept-Language"}
        return Response(shared, headers=headers)
