"""The service: what holds for all who want to use it."""

from litestar import Controller, get
from litestar.di import NamedDependency

from application.accounts.show_service import ShowService
from entrypoints.http.schemas.service import ServiceResponse


class ServiceController(Controller):
    """What a page asks first."""

    path = "/service"
    tags = ("Service",)

    @get()
    async def show_service(self, show_service: NamedDependency[ShowService]) -> ServiceResponse:
        """Show what holds for all.

        Whether visitors can begin as guests, what they must agree to, and which recordings are accepted.
        """
        return ServiceResponse.of(show_service())
