"""Results: show and rate the faces, answer the survey, show how far a job is."""

from litestar import Controller, get, patch, post
from litestar.di import NamedDependency

from application.feedback.answer_survey import AnswerSurvey
from application.feedback.rate import RateFace
from application.requests.show import ShowRequests
from entrypoints.http.bodies.form_request import FormRequest
from entrypoints.http.caller import Caller
from entrypoints.http.schemas.accounts import MessageResponse
from entrypoints.http.schemas.feedback import RateRequest, SurveyRequest, SurveyResponse
from entrypoints.http.schemas.identifiers import JobIdPath, RequestIdPath, ResultIdPath
from entrypoints.http.schemas.progress import JobStatusResponse
from entrypoints.http.schemas.results import (
    FaceResultListResponse,
    FaceResultResponse,
    JobOutcomeResponse,
    OneFaceResultResponse,
)


def rated(_: None = None) -> MessageResponse:
    """Return the answer to a rating."""
    return MessageResponse(message="rating updated successfully")


class ResultController(Controller):
    """What came of a request, and what the user says about it."""

    path = "/mz-request/{request_id:str}"
    tags = ("Results",)

    @get("/status/{job_id:str}", problems=(404,))
    async def show_status(
        self,
        request_id: RequestIdPath,
        job_id: JobIdPath,
        caller: NamedDependency[Caller],
        show_requests: NamedDependency[ShowRequests],
    ) -> JobStatusResponse:
        """Show how far a job is."""
        view = await show_requests.job(caller.user_id, request_id, job_id)
        return JobStatusResponse.of(view)

    @get("/result/{job_id:str}", problems=(404,))
    async def show_outcome(
        self,
        request_id: RequestIdPath,
        job_id: JobIdPath,
        caller: NamedDependency[Caller],
        show_requests: NamedDependency[ShowRequests],
    ) -> JobOutcomeResponse:
        """Show how a job ended."""
        view = await show_requests.result(caller.user_id, request_id, job_id)
        return JobOutcomeResponse.of(view, caller.links, show_requests.retention)

    @get("/mz-result", problems=(404,))
    async def show_results(
        self,
        request_id: RequestIdPath,
        caller: NamedDependency[Caller],
        show_requests: NamedDependency[ShowRequests],
    ) -> FaceResultListResponse:
        """List the results of a request.

        Newest first, each as it is shown by itself.
        """
        views = await show_requests.results(caller.user_id, request_id)
        results = [FaceResultResponse.of(view, caller.links, show_requests.retention) for view in views]
        return FaceResultListResponse(mz_result_list=results)

    @get("/mz-result/{result_id:str}", problems=(404,))
    async def show_result(
        self,
        request_id: RequestIdPath,
        result_id: ResultIdPath,
        caller: NamedDependency[Caller],
        show_requests: NamedDependency[ShowRequests],
    ) -> OneFaceResultResponse:
        """Show the two faces."""
        view = await show_requests.result(caller.user_id, request_id, result_id)
        result = FaceResultResponse.of(view, caller.links, show_requests.retention)
        return OneFaceResultResponse(mz_result=result)

    @patch("/mz-result/{result_id:str}", problems=(404, 409), answer=rated)
    async def rate(
        self,
        request_id: RequestIdPath,
        result_id: ResultIdPath,
        request: FormRequest[RateRequest],
        caller: NamedDependency[Caller],
        rate_face: NamedDependency[RateFace],
    ) -> MessageResponse:
        """Rate a face.

        A new rating replaces the one before.
        """
        body = await request.read()
        await rate_face(body.command(caller.user_id, request_id, result_id))
        return rated()

    @post("/mz-result/{result_id:str}", status_code=200, problems=(404, 409), answer=SurveyResponse.of)
    async def answer_survey(
        self,
        request_id: RequestIdPath,
        result_id: ResultIdPath,
        request: FormRequest[SurveyRequest],
        caller: NamedDependency[Caller],
        answer_survey: NamedDependency[AnswerSurvey],
    ) -> SurveyResponse:
        """Answer the survey.

        New answers replace those before.
        """
        body = await request.read()
        return SurveyResponse.of(await answer_survey(body.command(caller.user_id, request_id, result_id)))
