"""A hostile client, simulated with a moved clock: the real use cases on a database of any kind."""

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Iterable
from datetime import datetime, timedelta
from pathlib import Path

from adapters.workspaces.local_disk import LocalDiskWorkspaces
from application.accounts.require_confirmed import ConfirmedAddresses
from application.errors import NotFound
from application.generation.claim import ClaimGeneration
from application.generation.make_faces import MakeFaces
from application.generation.policy import JobPolicy
from application.generation.recover_expired import RecoverExpired
from application.generation.run import RunGeneration
from application.ports.faces import FaceFailed, FaceFiles, FaceOrder, Origin, ProgressReport
from application.remove_old import RemoveOld, old_usage
from application.requests.announce import Announce
from application.requests.count_generation import Queued
from application.requests.erase import EraseRequest
from application.requests.regenerate import RegenerateFaces, RegenerateFacesCommand
from application.requests.submit import SubmitFaceRequest, SubmitFaceRequestCommand
from databases.database import Database
from databases.examples import CONSENT_POLICY, stored_user
from domain.errors import GenerationInFlight, QuotaExceeded
from domain.generation import Generation, State
from domain.ids import GenerationId, RequestId
from domain.quotas import Quotas
from domain.usage import WINDOW, Usage
from domain.user import User
from domain.voice import Gender, Person
from doubles.blobs import MemoryBlobs
from doubles.clock import ManualClock
from doubles.jobs import MemoryAnnouncer
from doubles.labels import AppendedLabels
from doubles.voices import TrustingChecker

LARGEST_VOICE = 3000
LARGEST_FACE = 2000
AT_ONCE = 4
"""How many calls the client makes at once."""
PERSON = Person(30, Gender.WOMAN)
HEARTBEAT = timedelta(milliseconds=2)
LEASE = timedelta(seconds=90)

Interval = tuple[datetime, datetime]


class DrawingFaces:
    """Implements `FaceMaker`: it moves the clock while it draws, as long as it may, and then fails now and then."""

    def __init__(self, clock: ManualClock, chance: random.Random, time_limit: timedelta) -> None:
        self.drawn: list[Interval] = []
        self.hangs = False
        """Whether drawing hangs after its first step, until it is cancelled."""
        self._clock = clock
        self._chance = chance
        self._time_limit = time_limit
        self._left: dict[GenerationId, timedelta] = {}

    def draw(self, generation_id: GenerationId, since: datetime) -> timedelta:
        """Record drawing from a moment until now, at most as long as the time limit allows; return what is left."""
        left = self._left.get(generation_id, self._time_limit)
        drawn = min(self._clock.now - since, left)
        self.drawn.append((since, since + drawn))
        self._left[generation_id] = left - drawn
        return left - drawn

    async def make(self, order: FaceOrder, workspace: Path, report: ProgressReport) -> FaceFiles:
        """Draw in steps; what takes longer than the time limit ends as the timer of the attempt would end it."""
        generation_id = GenerationId(order.generation_id)
        seconds = self._chance.choice((1, 60, 200, 600))
        for _ in range(3):
            started = self._clock.now
            self._clock.advance(seconds=seconds / 3)
            if not self.draw(generation_id, started):
                raise TimeoutError
            await asyncio.sleep(3600 if self.hangs else 0.001)
        fate = self._chance.random()
        if fate < 0.3:
            raise FaceFailed("no luck", retryable=fate < 0.15)
        return write_face(workspace, self._chance.randint(1, LARGEST_FACE))


class NoDrawing:
    """Implements `FaceMaker` in no time."""

    async def make(self, order: FaceOrder, workspace: Path, report: ProgressReport) -> FaceFiles:
        """Write a picture."""
        return write_face(workspace, 100)


def write_face(workspace: Path, size: int) -> FaceFiles:
    portrait = workspace / "portrait.png"
    portrait.write_bytes(b"p" * size)
    return FaceFiles(origin=Origin.ALGORITHM, portrait=portrait, video=None)


class MeteredBlobs(MemoryBlobs):
    """Blobs in memory that know how many bytes they were at most."""

    most_stored = 0

    async def put(self, key: str, source: Path, media_type: str) -> None:
        """Store a file, and measure all."""
        await super().put(key, source, media_type)
        self.most_stored = max(self.most_stored, sum([blob.size async for blob in self.list("")]))


class HostileClient:
    """One user who tries to store and draw as much as possible, and what is seen of it from outside."""

    def __init__(self, database: Database, quotas: Quotas, folder: Path, seed: int, starts: datetime) -> None:
        self.database = database
        self.quotas = quotas
        self.chance = random.Random(seed)
        self.clock = clock = ManualClock()
        clock.now = self.started = starts
        self.blobs = MeteredBlobs(clock)
        self.refused: Counter[str] = Counter()
        self.queued: list[Generation] = []
        self.requests: set[RequestId] = set()
        self.folder = folder
        self.user: User
        announce, uow = Announce(MemoryAnnouncer()), database.unit_of_work
        workspaces = LocalDiskWorkspaces(folder / "work")
        confirmed = ConfirmedAddresses(demanded=False)
        self.submit_request = SubmitFaceRequest(
            uow,
            TrustingChecker(),
            self.blobs,
            announce,
            clock,
            workspaces,
            quotas=quotas,
            consent_policy=CONSENT_POLICY,
            confirmed=confirmed,
        )
        policy = JobPolicy(heartbeat=HEARTBEAT, lease=LEASE, time_limit=quotas.time_limit)
        self.regenerate_faces = RegenerateFaces(
            uow,
            self.blobs,
            announce,
            clock,
            quotas,
            stops_within=policy.stops_within,
            consent_policy=CONSENT_POLICY,
            confirmed=confirmed,
        )
        self.erase_request = EraseRequest(uow, self.blobs, clock, policy)
        self.recover = RecoverExpired(uow, clock)
        self.remove_old_usage = RemoveOld("usage", old_usage, uow, clock)
        self.faces = DrawingFaces(clock, self.chance, quotas.time_limit)
        make_faces = MakeFaces(self.faces, NoDrawing(), AppendedLabels(), self.blobs, workspaces)
        claim = ClaimGeneration(uow, database.claims, self.blobs, clock, policy, quotas)
        self.run_generation = RunGeneration(claim, make_faces, policy)

    async def attack(self, hours: float) -> None:
        """Do what is most harmful, in any order, until the clock has moved so far."""
        self.user = await stored_user(self.database)
        acts = (self.submit, self.regenerate, self.erase, self.erase_and_submit, self.work, self.work)
        rare = (self.erase_what_runs, self.lose_a_worker, self.wait)
        while self.clock.now < self.started + timedelta(hours=hours):
            await self.chance.choice(rare if self.chance.random() < 0.2 else acts)()
            await self.remove_old_usage()
            await self.check()

    async def check(self) -> None:
        """Require that no more is held and stored than the quotas allow, and that all that is stored is counted."""
        usage = await self.usage()
        stored = await self.stored_bytes()
        assert usage.stored_bytes == stored <= self.quotas.stored_bytes
        assert not self.quotas.open_requests or usage.open_requests <= self.quotas.open_requests
        kept = Counter(one.request_id for one in await self.generations())
        assert max(kept.values(), default=0) <= self.quotas.results

    async def usage(self) -> Usage:
        return await self.database.views.usage(self.user.id, self.clock.now - WINDOW)

    async def stored_bytes(self) -> int:
        return sum([blob.size async for blob in self.blobs.list("")])

    async def generations(self) -> list[Generation]:
        found: list[Generation] = []
        async with self.database.unit_of_work() as uow:
            for request_id in self.requests:
                found += await uow.generations.lock_of_request(request_id)
        return found

    async def submit(self) -> None:
        await self.at_once(self.submission() for _ in range(self.chance.randint(1, AT_ONCE)))

    async def submission(self) -> None:
        voice = self.folder / f"voice-{self.chance.random()}"
        voice.write_bytes(b"v" * self.chance.randint(1, LARGEST_VOICE))
        command = SubmitFaceRequestCommand(user_id=self.user.id, person=PERSON, voice=voice)
        self.accept(await self.submit_request(command))

    async def regenerate(self) -> None:
        wanted = self.some_requests(AT_ONCE)
        await self.at_once(self.regeneration(one) for one in [*wanted, *wanted[:1]])

    async def regeneration(self, request_id: RequestId) -> None:
        self.accept(
            await self.regenerate_faces(RegenerateFacesCommand(user_id=self.user.id, request_id=request_id))
        )

    def accept(self, queued: Queued) -> None:
        self.queued.append(queued.generation)
        self.requests.add(queued.request.id)

    async def erase(self) -> None:
        await self.at_once(self.erasure(one) for one in self.some_requests(3))

    async def erasure(self, request_id: RequestId) -> None:
        await self.erase_request(self.user.id, request_id)
        self.requests.discard(request_id)

    async def erase_and_submit(self) -> None:
        erasures = [self.erasure(one) for one in self.some_requests(2)]
        await self.at_once([*erasures, *(self.submission() for _ in erasures)])

    async def erase_what_runs(self) -> None:
        """Erase a request while its faces are drawn: its worker stops at its next heartbeat."""
        self.faces.hangs = True
        before = len(self.faces.drawn)
        job = asyncio.create_task(self.run_generation())
        while not job.done() and len(self.faces.drawn) == before:
            await asyncio.sleep(0.001)
        for one in await self.generations():
            if one.state is State.RUNNING and not job.done():
                await self.erasure(one.request_id)
        await job
        self.faces.hangs = False

    async def work(self) -> None:
        """Let workers run what is queued, some of it at once."""
        await asyncio.gather(*(self.run_generation() for _ in range(3)))

    async def lose_a_worker(self) -> None:
        """Let a worker draw until its lease runs out, without a heartbeat."""
        for one in await self.generations():
            if not one.state.is_final and one.due_at <= self.clock.now:
                async with self.database.unit_of_work() as uow:
                    lost = await uow.generations.lock(one.id)
                    assert lost is not None
                    lost.claim(self.clock.now, LEASE)
                    await uow.generations.save(lost)
                    await uow.commit()
                started = self.clock.now
                self.clock.now += LEASE
                self.faces.draw(one.id, started)
                self.clock.advance(seconds=self.chance.random() * 100)
                await self.recover()
                return

    async def wait(self) -> None:
        self.clock.advance(minutes=self.chance.random() * 90)

    async def at_once(self, calls: Iterable[Awaitable[None]]) -> None:
        """Make calls at once; after a refusal, come back at the very moment that it names."""
        outcomes = await asyncio.gather(*calls, return_exceptions=True)
        waits: list[timedelta] = []
        for outcome in outcomes:
            if isinstance(outcome, QuotaExceeded):
                self.refused[outcome.code] += 1
                waits += [outcome.retry_after] if outcome.retry_after else []
            elif outcome is not None and not isinstance(outcome, (NotFound, GenerationInFlight)):
                raise outcome
        if waits and self.chance.random() < 0.5:
            self.clock.now += min(waits)

    def some_requests(self, most: int) -> list[RequestId]:
        known = sorted(self.requests)
        return self.chance.sample(known, min(len(known), self.chance.randint(1, most)))


def most_within_a_day(drawn: list[Interval]) -> float:
    """Return the most seconds that were drawn in any 24 hours; it is reached at the end of a drawing."""

    def within(end: datetime) -> float:
        begin = end - WINDOW
        overlaps = (min(to, end) - max(since, begin) for since, to in drawn)
        return sum(max(0.0, overlap.total_seconds()) for overlap in overlaps)

    return max((within(to) for _, to in drawn), default=0.0)


def most_moments_within_a_day(moments: list[datetime]) -> int:
    """Return how many moments there are in any 24 hours, at most."""
    return max((sum(one - WINDOW < other <= one for other in moments) for one in moments), default=0)
