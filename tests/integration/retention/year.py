"""A year of a service, on a clock that a test moves."""

import random
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from dependency_injector import providers

from application.accounts.begin_guest import BeginGuestCommand
from application.accounts.log_in import LogInCommand
from application.accounts.sign_up import SignUpCommand
from application.feedback.rate import RateFaceCommand
from application.generation.change import change_generation
from application.requests.regenerate import RegenerateFacesCommand
from application.requests.submit import SubmitFaceRequestCommand
from databases.database import Database
from databases.examples import LEASE, example_faces
from domain.feedback import FaceKind, Rating
from domain.generation import Generation
from domain.ids import GenerationId, UserId
from domain.mail import MailKind
from domain.retention import NEVER
from domain.session import Device
from domain.voice import Gender, Person
from integration.http.service import Service
from integration.retention.expected import (
    FACES,
    FAILED,
    IDLE,
    RECORDINGS,
    Expected,
    Request,
    Result,
    User,
)
from integration.retention.promises import AccountPromise, AnyPromise, RequestPromise

PERSON = Person(30, Gender.WOMAN)
PASSWORD = "correct horse"
ADDRESS = "192.0.2.1"
DEVICE = Device(name="Firefox on Linux", address=None)
NO_LIMITS = (
    *("QUOTA_OPEN_REQUESTS", "QUOTA_REQUESTS_A_DAY", "QUOTA_DRAWING_SECONDS_A_DAY", "QUOTA_RESULTS"),
    *("THROTTLE_WRONG_PASSWORDS", "THROTTLE_WRONG_PASSWORDS_PER_ADDRESS"),
    *("THROTTLE_SIGN_UPS_AN_HOUR", "THROTTLE_GUESTS_AN_HOUR"),
)
PERIODS = {"RECORDINGS": RECORDINGS, "FACES": FACES, "FAILED": FAILED, "IDLE_ACCOUNTS": IDLE}
WORKERS_ARE_AWAY = range(100, 126)
"""Days on which no job ends, so that recordings become due while they are needed."""
NOTHING_IS_SWEPT = range(180, 201)


class Year:
    """Users of a service and what they do, and beside it what is expected of the service."""

    def __init__(self, database: Database, folder: Path, seed: int) -> None:
        self.database = database
        environment = {f"V2F_{name}": "0" for name in NO_LIMITS}
        environment |= {f"V2F_RETENTION_{name}_DAYS": str(period.days) for name, period in PERIODS.items()}
        self.service = service = Service(environment=environment)
        self.container = container = service.container
        container.unit_of_work.override(providers.Callable(database.unit_of_work))
        container.views.override(providers.Object(database.views))
        self.clock = service.clock
        self.random = random.Random(seed)
        self.kept = Expected()
        self.happened: Counter[str] = Counter()
        self.promises: set[AnyPromise] = set()
        self.in_flight: list[Result] = []
        self.busyness: dict[str, float] = {}
        self.sign_ups = 0
        self.file = folder / "file"
        self.file.write_bytes(b"a voice or a face")

    async def sign_up(self, *, guest: bool = False) -> None:
        """Sign a user up, or begin as a guest who sends a recording."""
        now = self.clock()
        if guest:
            command = BeginGuestCommand(person=PERSON, client_address=ADDRESS, device=DEVICE)
            user = (await self.container.begin_guest()(command)).user
        else:
            user = await self.container.sign_up()(self._sign_up())
        self.kept.users[user.id] = User(id=user.id, seen_at=now, email=user.email, erase_at=user.erase_at)
        self.busyness[user.id] = self.random.choice((0.002, 0.01, 0.05, 0.1))
        if guest:
            await self.submit(self.kept.users[user.id])

    async def keep_guest(self, guest: User) -> None:
        """Sign a guest up."""
        guest.email = (await self.container.sign_up()(self._sign_up(guest.id))).email
        guest.come_back(self.clock())
        self.happened["guest signed up"] += 1

    def _sign_up(self, guest_id: UserId | None = None) -> SignUpCommand:
        self.sign_ups += 1
        return SignUpCommand(
            email=f"user-{self.sign_ups}@example.org",
            password=PASSWORD,
            person=PERSON,
            client_address=ADDRESS,
            guest_id=guest_id,
        )

    async def visit(self, user: User) -> None:
        """Log in, and do one of the things that users do."""
        assert user.email is not None
        await self.container.log_in()(
            LogInCommand(email=user.email, password=PASSWORD, client_address=ADDRESS, device=DEVICE)
        )
        if user.erase_at or self.clock() - user.seen_at >= timedelta(hours=1):
            self.happened["user came back"] += user.erase_at is not None
            user.come_back(self.clock())
        usable = [one for one in user.requests if one.has_recording and one.newest.ended_at]
        seen = [(one, result) for one in user.requests for result in one.results if result.has_faces]
        if usable and self.random.random() < 0.3:
            await self.regenerate(user, self.random.choice(usable))
        elif seen and self.random.random() < 0.4:
            await self.rate(user, *self.random.choice(seen))
        else:
            await self.submit(user)

    async def submit(self, user: User) -> None:
        command = SubmitFaceRequestCommand(user_id=user.id, person=PERSON, voice=self.file)
        queued = await self.container.submit()(command)
        result = Result(id=queued.generation.id)
        user.requests.append(Request(id=queued.request.id, sent_at=self.clock(), results=[result]))
        self.in_flight.append(result)

    async def regenerate(self, user: User, request: Request) -> None:
        queued = await self.container.regenerate()(
            RegenerateFacesCommand(user_id=user.id, request_id=request.id)
        )
        request.results.append(Result(id=queued.generation.id))
        self.in_flight.append(request.newest)

    async def rate(self, user: User, request: Request, result: Result) -> None:
        result.stars = self.random.randint(1, 5)
        command = RateFaceCommand(
            user_id=user.id,
            request_id=request.id,
            generation_id=result.id,
            kind=FaceKind.VOICE,
            rating=Rating(stars=result.stars),
        )
        await self.container.rate_face()(command)

    async def work(self) -> None:
        """Act as a worker: most jobs end, and some of them fail."""
        waiting, self.in_flight = self.in_flight, []
        users = self.kept.users.values()
        kept = {one.id for user in users for request in user.requests for one in request.results}
        for result in waiting:
            if self.random.random() < 0.1 and result.id in kept:
                self.in_flight.append(result)
            elif result.id in kept:
                result.ended_at, result.succeeded = self.clock(), self.random.random() < 0.8
                result.has_faces = result.succeeded
                await self._end(result.id, _succeed if result.succeeded else _fail)

    async def _end(
        self, generation_id: GenerationId, outcome: Callable[[Generation, datetime], None]
    ) -> None:
        now = self.clock()
        ended = await change_generation(
            self.database.unit_of_work, generation_id, lambda one: outcome(one, now)
        )
        assert ended is not None
        if ended.faces is not None:
            for key in (*ended.faces.voice.keys, *ended.faces.condition.keys):
                await self.service.blobs.put(key, self.file, "application/octet-stream")

    async def note_what_is_said(self, user: User) -> None:
        """Read what the service says of an account and its requests."""
        now, retention = self.clock(), self.container.retention()
        account = await self.container.show_account()(user.id)
        if (moment := retention.of_account(account)) is not None:
            self.promises.add(AccountPromise(user_id=user.id, said_at=now, moment=moment))
        for view in await self.container.show_requests().all(user.id):
            due = retention.of_request(view.parts)
            assert view.finished_at or due == NEVER
            for part, moment in (("recording", due.recording), ("faces", due.faces), ("all", due.all)):
                faces_are_older = part == "faces" and view.faces_made_at != view.finished_at
                if moment is not None and not faces_are_older:
                    promise = RequestPromise(
                        user_id=user.id,
                        moment=moment,
                        request_id=view.id,
                        newest=view.latest_generation_id,
                        part=part,
                    )
                    self.promises.add(promise)

    async def sweep(self) -> None:
        """Run one sweep, and require that it wrote the mails that it must write and no other."""
        now, users = self.clock(), dict(self.kept.users)
        await self.container.erase_due()()
        told = self.kept.sweep(now)
        await self._note_who_is_gone([user for key, user in users.items() if key not in self.kept.users])
        async with self.database.unit_of_work() as uow:
            due = await uow.mails.lock_due(now, 1000)
            for mail in due:
                await uow.mails.remove(mail.id)
            await uow.commit()
        mails = [mail for mail in due if mail.kind is not MailKind.CONFIRM_ADDRESS]
        assert {mail.address for mail in mails} == told
        by_email = {user.email: user for user in users.values()}
        for mail in mails:
            user = by_email[mail.address]
            assert mail.kind is MailKind.IDLE_ACCOUNT
            assert user.erase_at is not None
            assert mail.facts == {"day": user.erase_at.date().isoformat()}
            assert user.erase_at - now >= timedelta(days=30)
            self.promises.add(AccountPromise(user_id=user.id, said_at=now, moment=user.erase_at))

    async def _note_who_is_gone(self, gone: list[User]) -> None:
        async with self.database.unit_of_work() as uow:
            assert not any([await uow.users.get(user.id) for user in gone])
        for user in gone:
            self.happened["account erased" if user.email else "guest erased"] += 1

    async def require_what_is_expected(self) -> None:
        """Require that all is there that must be, and nothing else: blobs, accounts, requests and results."""
        keys = await self.service.blob_keys()
        assert {key.split("/")[1].partition(".")[0] for key in keys} == self.kept.blobs()
        for user in self.kept.users.values():
            views = await self.database.views.requests(user.id)
            assert {(view.id, view.voice_key is not None) for view in views} == {
                (one.id, one.has_recording) for one in user.requests
            }
        async with self.database.unit_of_work() as uow:
            for user_id, user in self.kept.users.items():
                found = await uow.users.get(user_id)
                assert found is not None
                assert (found.email, found.erase_at) == (user.email, user.erase_at)

    async def require_results(self) -> None:
        """Require that each result has its faces or not, and its rating."""
        async with self.database.unit_of_work() as uow:
            for request in self.kept.requests.values():
                found = await uow.generations.lock_of_request(request.id)
                assert {
                    (one.id, one.faces is not None, one.voice_rating and one.voice_rating.stars)
                    for one in found
                } == {(one.id, one.has_faces, one.stars) for one in request.results}


def _succeed(generation: Generation, now: datetime) -> None:
    generation.claim(now, LEASE)
    generation.reserve(1, 1000)
    generation.succeed(1, example_faces(generation), now)


def _fail(generation: Generation, now: datetime) -> None:
    generation.claim(now, LEASE)
    generation.record_fault(1, "It did not work.", now, retryable=False)
