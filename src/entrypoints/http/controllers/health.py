"""Whether the process lives, and whether it can work."""

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import SkipValidation

from entrypoints.http.health_checks import Readiness
from entrypoints.http.schemas.health import LiveResponse, ReadyResponse


class HealthController(Controller):
    """What a supervisor or a load balancer asks."""

    path = "/health"
    tags = ("Health",)

    @get("/live", sync_to_thread=False)
    def live(self) -> LiveResponse:
        """Live: the process answers."""
        return LiveResponse()

    @get("/ready", problems=(503,))
    async def ready(self, readiness: NamedDependency[SkipValidation[Readiness]]) -> ReadyResponse:
        """Ready: database, blobs and queue answer too."""
        return ReadyResponse(services=await readiness())
