"""Errors on the wire: problem details (RFC 9457)."""

from http import HTTPStatus
from typing import Annotated, Self

from msgspec import UNSET, Meta, Struct, UnsetType

from entrypoints.http.request_errors import UnknownAddress
from entrypoints.http.schemas.health import ServiceStates


class ProblemResponse(Struct, frozen=True, kw_only=True):
    """What went wrong: `code` is for programs, `error` is for the user."""

    type: Annotated[str, Meta(description="Where the code is explained.", examples=["/schema#not_found"])]
    title: Annotated[str, Meta(description="The status in words.", examples=["Not Found"])]
    status: Annotated[int, Meta(examples=[404])]
    detail: Annotated[str, Meta(description="The same sentence as `error`.")]
    instance: Annotated[str, Meta(description="The path of the request.", examples=["/api/v1/mz-request"])]
    code: Annotated[str, Meta(description="Stable word for programs.", examples=["not_found"])]
    error: Annotated[str, Meta(description="A sentence for the user.", examples=[UnknownAddress.sentence])]
    message: Annotated[str, Meta(description="The same sentence as `error`.")]
    field: Annotated[
        str | UnsetType, Meta(description="The field that the error is about.", examples=["age"])
    ] = UNSET
    services: Annotated[ServiceStates | UnsetType, Meta(description="Which backing services answer.")] = UNSET

    @classmethod
    def of(
        cls,
        status: HTTPStatus,
        code: str,
        sentence: str,
        *,
        instance: str,
        field: str | UnsetType = UNSET,
        services: ServiceStates | UnsetType = UNSET,
    ) -> Self:
        """Return the wire form of an error at the path `instance`."""
        return cls(
            type=f"/schema#{code}",
            title=status.phrase,
            status=status,
            detail=sentence,
            instance=instance,
            code=code,
            error=sentence,
            message=sentence,
            field=field,
            services=services,
        )
