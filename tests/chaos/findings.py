"""What is there after the outages, and which of it is wrong."""

import re
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field

import httpx

from chaos.users import Users
from e2e.cluster import Cluster
from e2e.service import TIMEOUT, Service

FACES = {"voice.png", "voice.mp4", "condition.png", "condition.mp4"}
QUEUE_SECONDS = 60
FACE_KEY = re.compile(r"faces/(?P<generation>\w+)/(?P<attempt>\d+)/(?P<file>.+)")


@dataclass
class Findings:
    """Counts of what is there, and a sentence for each error."""

    statuses: Counter[str] = field(default_factory=Counter)
    without_response: int = 0
    attempts: Counter[int] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)
    blobs: int = 0
    messages: int = 0
    errors: list[str] = field(default_factory=list)

    def lines(self) -> list[tuple[str, object]]:
        """Return the names and the values to print."""
        statuses, attempts = sorted(self.statuses.items()), sorted(self.attempts.items())
        return [
            *((f"accepted requests, now {status}", count) for status, count in statuses),
            ("stored although the response was lost", self.without_response),
            *((f"generations that ended at attempt {number}", count) for number, count in attempts),
            *((f"failed: {reason}", count) for reason, count in self.failures.items()),
            ("blobs in the bucket", self.blobs),
            ("messages left in the queues", self.messages),
        ]

    def expect(self, is_true: bool, error: str) -> None:
        """Add an error unless the condition is true."""
        if not is_true:
            self.errors.append(error)


def collect_findings(cluster: Cluster, users: Users, api: Service) -> Findings:
    """Ask the API as the users do, then look into the database, the bucket and the queue."""
    findings = Findings()
    for accepted in users.accepted:
        _ask_api(findings, api, accepted.token, accepted.request_id, accepted.generation_id)
    _check_rows(findings, cluster, {accepted.generation_id for accepted in users.accepted})
    findings.errors += mismatches(cluster)
    findings.blobs = len(cluster.blobs())
    _check_queue(findings, cluster)
    return findings


def _ask_api(findings: Findings, api: Service, token: str, request_id: str, generation_id: str) -> None:
    with httpx.Client(base_url=api.url, headers={"Token": token}, timeout=TIMEOUT) as client:
        request = client.get(f"/mz-request/{request_id}")
        if not request.is_success:
            findings.expect(False, f"request {request_id} gives status {request.status_code}")
            return
        status = request.json()["mz_request"]["status"]
        findings.statuses[status] += 1
        job = client.get(f"/mz-request/{request_id}/status/{generation_id}").json()
        match status:
            case "Success":
                result = client.get(f"/mz-request/{request_id}/mz-result/{generation_id}").json()["mz_result"]
                for name in ("voice_image_url", "voice_gif_url", "condition_image_url", "condition_gif_url"):
                    face = httpx.get(result[name], follow_redirects=True, timeout=TIMEOUT)
                    findings.expect(
                        face.is_success, f"{name} of {generation_id} gives status {face.status_code}"
                    )
            case "Failed":
                findings.failures[job["error"]] += 1
                findings.expect(bool(job["error"]), f"{generation_id} failed without a reason")
            case _:
                findings.expect(False, f"request {request_id} stays in {status}")


def _check_rows(findings: Findings, cluster: Cluster, accepted: set[str]) -> None:
    rows = cluster.query("id, state, attempt, due_at, lease_until", "generations")
    findings.without_response = sum(1 for generation, *_ in rows if generation not in accepted)
    for generation, state, attempt, due_at, lease_until in rows:
        findings.attempts[attempt] += 1
        findings.expect(
            state in ("succeeded", "failed"),
            f"{generation} is {state}, attempt {attempt}, due {due_at}",
        )
        findings.expect(lease_until is None, f"{generation} has ended and still has a lease")


def mismatches(cluster: Cluster) -> list[str]:
    """Return which blobs of the rows are missing in the bucket, and which blobs there have no row."""
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
            found.append(f"{succeeded[0]} has the files {sorted(files)}")
    return found + [f"orphans of {generation}, attempt {attempt}" for generation, attempt in faces]


def _check_queue(findings: Findings, cluster: Cluster) -> None:
    """Wait until no messages are left; the management API shows the state of some seconds ago."""
    deadline = time.monotonic() + QUEUE_SECONDS
    while (left := _messages_left(cluster)) and time.monotonic() < deadline:
        time.sleep(1)
    findings.messages = left
    findings.expect(not left, f"{left} messages are left in the queues")


def _messages_left(cluster: Cluster) -> int:
    """Return how many messages wait, or were delivered and not acknowledged."""
    queues = cluster.rabbitmq.manage("GET", f"/queues/{cluster.vhost.name}")
    return sum(
        queue.get("messages", 1) for queue in queues
    )  # a queue that is not counted yet may have messages
