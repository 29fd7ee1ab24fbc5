"""What is there in the end, and what of it should not be so."""

import re
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field

import httpx

from chaos.crowd import Crowd
from e2e.cluster import Cluster
from e2e.service import TIMEOUT, Service

FACES = {"voice.png", "voice.mp4", "condition.png", "condition.mp4"}
QUEUE_SECONDS = 60
FACE_KEY = re.compile(r"faces/(?P<generation>\w+)/(?P<attempt>\d+)/(?P<file>.+)")


@dataclass
class Tally:
    """Counts of what is there, and each fault in words."""

    statuses: Counter[str] = field(default_factory=Counter)
    unanswered: int = 0
    attempts: Counter[int] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)
    blobs: int = 0
    messages: int = 0
    faults: list[str] = field(default_factory=list)

    def lines(self) -> list[tuple[str, object]]:
        """Return what there is to print."""
        return [
            *((f"accepted, now {status}", number) for status, number in sorted(self.statuses.items())),
            ("recorded though the answer was lost", self.unanswered),
            *((f"ended at attempt {number}", times) for number, times in sorted(self.attempts.items())),
            *((f"failed: {reason}", times) for reason, times in self.failures.items()),
            ("blobs in the bucket", self.blobs),
            ("messages left in the queues", self.messages),
        ]

    def expect(self, holds: bool, fault: str) -> None:
        """Note a fault."""
        if not holds:
            self.faults.append(fault)


def take_tally(cluster: Cluster, crowd: Crowd, api: Service) -> Tally:
    """Ask the API as its people do, then look into the database, the bucket and the queue."""
    tally = Tally()
    for accepted in crowd.accepted:
        _ask(tally, api, accepted.token, accepted.request_id, accepted.generation_id)
    _look_at_rows(tally, cluster, {accepted.generation_id for accepted in crowd.accepted})
    tally.faults += disagreements(cluster)
    tally.blobs = len(cluster.blobs())
    _look_into_queue(tally, cluster)
    return tally


def _ask(tally: Tally, api: Service, token: str, request_id: str, generation_id: str) -> None:
    with httpx.Client(base_url=api.url, headers={"Token": token}, timeout=TIMEOUT) as client:
        request = client.get(f"/mz-request/{request_id}")
        if not request.is_success:
            tally.expect(False, f"request {request_id} is answered {request.status_code}")
            return
        status = request.json()["mz_request"]["status"]
        tally.statuses[status] += 1
        job = client.get(f"/mz-request/{request_id}/status/{generation_id}").json()
        match status:
            case "Success":
                result = client.get(f"/mz-request/{request_id}/mz-result/{generation_id}").json()["mz_result"]
                for name in ("voice_image_url", "voice_gif_url", "condition_image_url", "condition_gif_url"):
                    face = httpx.get(result[name], follow_redirects=True, timeout=TIMEOUT)
                    tally.expect(face.is_success, f"{name} of {generation_id} is {face.status_code}")
            case "Failed":
                tally.failures[job["error"]] += 1
                tally.expect(bool(job["error"]), f"{generation_id} failed without a reason")
            case _:
                tally.expect(False, f"request {request_id} is {status} for ever")


def _look_at_rows(tally: Tally, cluster: Cluster, accepted: set[str]) -> None:
    rows = cluster.query("id, state, attempt, due_at, announced_at, lease_until", "generations")
    tally.unanswered = sum(1 for generation, *_ in rows if generation not in accepted)
    for generation, state, attempt, due_at, announced_at, lease_until in rows:
        tally.attempts[attempt] += 1
        tally.expect(
            state in ("succeeded", "failed"),
            f"{generation} is {state}, attempt {attempt}, due {due_at}, announced {announced_at}",
        )
        tally.expect(lease_until is None, f"{generation} has ended with a lease")


def disagreements(cluster: Cluster) -> list[str]:
    """Return what the rows speak of and the bucket has not, and what lies there though no row speaks of it."""
    voices = {key for (key,) in cluster.query("voice_key", "face_requests")}
    blobs = cluster.blobs()
    found = [f"voice {key} is missing" for key in voices - blobs]
    faces: dict[tuple[str, int], set[str]] = defaultdict(set)
    for key in blobs - voices:
        if face := FACE_KEY.fullmatch(key):
            faces[face["generation"], int(face["attempt"])].add(face["file"])
        else:
            found.append(f"orphan {key}")
    for succeeded in cluster.query("id, attempt", "generations", "WHERE state = 'succeeded'"):
        files = faces.pop(succeeded, set())
        if files != FACES:
            found.append(f"{succeeded[0]} has {sorted(files)}")
    return found + [f"orphans of {generation}, attempt {attempt}" for generation, attempt in faces]


def _look_into_queue(tally: Tally, cluster: Cluster) -> None:
    """The management API tells what was true some seconds ago, so it is asked until it says none, or too long."""
    deadline = time.monotonic() + QUEUE_SECONDS
    while (left := _messages_left(cluster)) and time.monotonic() < deadline:
        time.sleep(1)
    tally.messages = left
    tally.expect(not left, f"{left} messages are stuck")


def _messages_left(cluster: Cluster) -> int:
    """Return how many messages wait or were delivered without having been acknowledged."""
    queues = cluster.rabbitmq.manage("GET", f"/queues/{cluster.vhost.name}")
    return sum(queue.get("messages", 1) for queue in queues)  # one that is not counted yet may hold something
