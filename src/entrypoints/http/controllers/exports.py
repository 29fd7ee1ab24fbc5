"""Export an account."""

from typing import Any

from litestar import Controller, Response, get
from litestar.di import NamedDependency

from application.accounts.export import ExportAccount, ExportAccountCommand
from entrypoints.http.caller import Caller
from entrypoints.http.responses.export import ZIP, export_response
from entrypoints.http.responses.export_places import ExportPlaces

SUCCESSES = {
    "200": {
        "description": "The archive; one that is cut off has no end and cannot be opened.",
        "content": {ZIP: {"schema": {"type": "string", "format": "binary"}}},
        "headers": {"Content-Disposition": {"schema": {"type": "string"}}},
    }
}


class ExportController(Controller):
    """What a user takes along."""

    tags = ("Accounts",)

    @get("/users/export", successes=SUCCESSES, problems=(429,))
    async def export(
        self,
        caller: NamedDependency[Caller],
        export_account: NamedDependency[ExportAccount],
        export_places: NamedDependency[ExportPlaces],
    ) -> Response[Any]:
        """Export my data.

        A ZIP archive with all that the service keeps of the user: the account, sessions, consents, requests, results,
        ratings and surveys in `data.json`, whose JSON Schema is in `schema.json`, and all recordings and faces as
        files, the faces with the visible mark if the service marks them. A user can fetch one export at a time.
        """
        command = ExportAccountCommand(user_id=caller.user_id, session_id=caller.session_id)
        return await export_response(export_account, command, export_places.place(caller.user_id))
