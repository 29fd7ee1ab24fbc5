"""The real worker with the real studio has its drawing processes ready when it begins to listen."""

from e2e.cluster import Cluster
from e2e.worker import working
from entrypoints.composition.capacity import capacity_of
from entrypoints.composition.settings import Settings
from processes import children_of


def test_a_worker_begins_to_listen_when_the_processes_that_draw_are_ready(cluster: Cluster) -> None:
    worker = cluster.worker("warm")
    worker.factory = "entrypoints.worker:create_broker"
    with working(worker):
        assert worker.process is not None
        (child,) = children_of(worker.process.pid)
        assert len(children_of(child)) == capacity_of(Settings.read(worker.environment)).drawings
