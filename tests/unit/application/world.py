"""The use cases on adapters in memory."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

from adapters.auth.mail_link_signer import HmacMailLinkSigner
from adapters.mail.writer import TwoFormWriter
from adapters.workspaces.local_disk import LocalDiskWorkspaces
from application.accounts.account_erasure import AccountErasure
from application.accounts.agree import Agree
from application.accounts.ask_for_confirmation import AskForConfirmation
from application.accounts.ask_for_reset import AskForReset
from application.accounts.begin_guest import BeginGuest, BeginGuestCommand, GuestBegun
from application.accounts.change_password import ChangePassword
from application.accounts.confirm_address import ConfirmAddress
from application.accounts.end_sessions import EndAllSessions, EndSession, LogOut
from application.accounts.ended_sessions import EndedSessions
from application.accounts.erase import EraseAccount
from application.accounts.forget_throttles import ForgetThrottles
from application.accounts.log_in import LogIn
from application.accounts.new_passwords import NewPasswords
from application.accounts.password_tries import PasswordTries
from application.accounts.refresh import RefreshSession
from application.accounts.require_confirmed import ConfirmedAddresses
from application.accounts.reset_password import ResetPassword
from application.accounts.sessions import Sessions
from application.accounts.sign_up import RequireFreeEmail, SignUp, SignUpCommand
from application.accounts.throttles import Refusals, Throttles
from application.accounts.withdraw_consent import WithdrawConsent
from application.erasures.finish import FinishErasures
from application.erasures.forget import ForgetErased
from application.errors import InvalidToken, ServiceUnavailable
from application.generation.announce_due import AnnounceDue
from application.generation.change import change_generation
from application.generation.claim import ClaimGeneration
from application.generation.housekeeping import Housekeeping, Task
from application.generation.make_faces import MakeFaces
from application.generation.policy import JobPolicy
from application.generation.recover_expired import RecoverExpired
from application.generation.run import RunGeneration
from application.generation.sweep_orphans import SweepOrphans
from application.mail.links import MailLinks
from application.mail.send import SendMails
from application.ports.auth import Principal, Refresh
from application.ports.unit_of_work import NOTHING
from application.remove_old import RemoveOld, old_mail_links, old_sessions, old_usage
from application.requests.admit_user import AdmitUser
from application.requests.announce import Announce
from application.requests.erase import EraseRequest
from application.requests.regenerate import RegenerateFaces, RegenerateFacesCommand
from application.requests.show import ShowRequests
from application.requests.submit import SubmitFaceRequest, SubmitFaceRequestCommand
from application.requests.watch import ProgressBoard, WatchRequest
from application.retention.erase_due import EraseDue
from application.retention.erase_due_accounts import EraseDueAccounts
from application.retention.erase_due_requests import EraseDueRequests
from application.retention.tell_idle_users import TellIdleUsers
from databases.examples import CONSENT_POLICY, QUOTAS
from domain.blob_keys import attempt_prefix
from domain.consent import ConsentPolicy
from domain.face_request import FaceRequest
from domain.generation import Generation, State
from domain.ids import GenerationId, RequestId, SessionId, UserId
from domain.quotas import Quotas
from domain.retention import Retention
from domain.session import Device, SessionLifetimes
from domain.throttling import ThrottleLimits
from domain.user import User
from domain.voice import Gender, Person
from doubles.blobs import MemoryBlobs
from doubles.clock import ManualClock
from doubles.faces import FastFaces
from doubles.jobs import MemoryAnnouncer
from doubles.labels import AppendedLabels
from doubles.mail import MemoryMailer
from doubles.memory import MemoryDatabase
from doubles.memory.unit_of_work import MemoryUnitOfWork
from doubles.passwords import FewCommonPasswords, PlainPasswords
from doubles.voices import TrustingChecker

PERSON = Person(30, Gender.WOMAN)
HOME = "192.0.2.1"
"""Where users sign up from."""
THROTTLE_LIMITS = ThrottleLimits(
    wrong_passwords=3,
    wrong_passwords_per_address=20,
    sign_ups_an_hour=60,
    email_checks_an_hour=120,
    guests_an_hour=10,
    resets_an_hour=20,
)


FOR_EVER = Retention()

LIFETIMES = SessionLifetimes(
    token=timedelta(hours=24), access=timedelta(minutes=15), unused=timedelta(days=30)
)
DEVICE = Device(name="Firefox on Linux", address="192.0.2.0")


def plain_key(kind: str, *values: str) -> str:
    """Implement `ThrottleKeys` without signing."""
    return " ".join((kind, *values))


class PlainRefreshTokens:
    """Implements `RefreshTokens` without signing."""

    def issue(self, refresh: Refresh) -> str:
        return f"{refresh.user_id} {refresh.session_id} {refresh.number}"

    def read(self, token: str) -> Refresh:
        if token.count(" ") != 2:
            raise InvalidToken
        user_id, session_id, number = token.split()
        return Refresh(user_id=UserId(user_id), session_id=SessionId(session_id), number=int(number))


class PlainTokens:
    """Implements `TokenIssuer` without signing."""

    def issue(self, principal: Principal) -> str:
        return f"token of {principal.email}"

    def read(self, token: str) -> Principal:
        raise NotImplementedError


class KeptMails:
    """The addresses to which mails were sent and kept."""

    def __init__(self) -> None:
        self.addresses: list[str] = []
        self.is_away = False

    async def erase(self, address: str) -> None:
        """Remove all to an address."""
        if self.is_away:
            raise ServiceUnavailable("mail")
        self.addresses = [one for one in self.addresses if one != address]


class CountedFiles:
    """Implements `DatabaseFiles` by counting; a test can take the disk away."""

    def __init__(self) -> None:
        self.times = 0
        self.is_full = False

    async def forget_deleted(self) -> None:
        """Count."""
        if self.is_full:
            raise ServiceUnavailable("database")
        self.times += 1


class World:
    """The use cases, and all that they need."""

    def __init__(
        self,
        folder: Path,
        quotas: Quotas = QUOTAS,
        throttle_limits: ThrottleLimits = THROTTLE_LIMITS,
        consent_policy: ConsentPolicy = CONSENT_POLICY,
        *,
        retention: Retention = FOR_EVER,
        confirm_address: bool = False,
    ) -> None:
        self.folder = folder
        self.clock = ManualClock()
        self.database = MemoryDatabase(patience=60)
        self.blobs = MemoryBlobs(self.clock)
        self.announcer = MemoryAnnouncer()
        self.passwords = PlainPasswords()
        self.voice_faces = FastFaces()
        self.condition_faces = FastFaces()
        self.policy = JobPolicy(
            heartbeat=timedelta(milliseconds=5), housekeeping_every=timedelta(milliseconds=5)
        )
        self._loses_answer: Callable[[], Awaitable[bool]] | None = None
        self._away_times = 0
        uow, clock = self.unit_of_work, self.clock
        self.views = self.database.views()
        self.announce = Announce(self.announcer)
        self.throttles = Throttles(plain_key, throttle_limits, clock)
        self.agree = Agree(uow, consent_policy, clock)
        self.withdraw_consent = WithdrawConsent(uow, clock)
        new_passwords = NewPasswords(self.passwords, FewCommonPasswords())
        self.ended_sessions = EndedSessions(self.views, clock)
        refresh_tokens = PlainRefreshTokens()
        self.sessions = Sessions(PlainTokens(), refresh_tokens, self.ended_sessions, LIFETIMES, clock)
        self.sign_up = SignUp(
            uow, new_passwords, self.sessions, self.throttles, clock, consent_policy=consent_policy
        )
        self.require_free_email = RequireFreeEmail(uow, self.throttles)
        refusals = Refusals(plain_key, clock)
        tries = PasswordTries(uow, self.passwords, self.throttles, refusals)
        self.log_in = LogIn(uow, tries, self.sessions, self.throttles, clock)
        self.refresh = RefreshSession(uow, refresh_tokens, self.sessions, clock)
        self.end_session = EndSession(uow, self.sessions)
        self.end_all_sessions = EndAllSessions(uow, self.sessions)
        self.log_out = LogOut(refresh_tokens, self.end_session)
        self.change_password = ChangePassword(uow, tries, new_passwords, self.sessions, clock)
        self.begin_guest = BeginGuest(
            uow, self.sessions, self.throttles, clock, allowed=True, consent_policy=consent_policy
        )
        self.mailer = MemoryMailer()
        links = MailLinks(HmacMailLinkSigner("the secret of this world"), clock)
        writer = TwoFormWriter("faces@example.org", "https://faces.example.org", clock)
        self.send_mails = SendMails(uow, self.mailer, writer, links, self.throttles, clock)
        self.ask_for_reset = AskForReset(uow, self.throttles, clock)
        self.reset_password = ResetPassword(
            uow, links, new_passwords, self.sessions, self.throttles, refusals, clock=clock
        )
        self.ask_for_confirmation = AskForConfirmation(uow, self.throttles, clock)
        self.confirm_address = ConfirmAddress(uow, links, clock)
        confirmed = ConfirmedAddresses(demanded=confirm_address)
        self.forget_mail_links = RemoveOld("links", old_mail_links, uow, clock)
        self.forget_sessions = RemoveOld("sessions", old_sessions, uow, clock)
        self.forget_throttles = ForgetThrottles(uow, clock)
        workspaces = LocalDiskWorkspaces(folder / "work")
        self.admit_user = AdmitUser(self.views, clock, quotas, consent_policy, confirmed)
        self.submit_request = SubmitFaceRequest(
            uow,
            TrustingChecker(),
            self.blobs,
            self.announce,
            clock,
            workspaces,
            quotas=quotas,
            consent_policy=consent_policy,
            confirmed=confirmed,
        )
        self.regenerate_faces = RegenerateFaces(
            uow,
            self.blobs,
            self.announce,
            clock,
            quotas,
            stops_within=self.policy.stops_within,
            consent_policy=consent_policy,
            confirmed=confirmed,
        )
        self.erase = EraseRequest(uow, self.blobs, clock, self.policy)
        self.kept_mails = KeptMails()
        self.account_erasure = AccountErasure(
            uow,
            self.sessions,
            self.throttles,
            self.blobs,
            clock,
            self.policy,
            erase_mails=self.kept_mails.erase,
        )
        self.erase_account = EraseAccount(uow, tries, self.account_erasure)
        self.database_files = CountedFiles()
        self.finish_erasures = FinishErasures(uow, self.blobs, clock)
        self.forget_erased = ForgetErased(uow, self.database_files, clock)
        self.show = ShowRequests(self.views, retention)
        self.erase_due = EraseDue(
            uow,
            (
                TellIdleUsers(uow, clock, retention),
                EraseDueAccounts(uow, self.account_erasure, clock),
                EraseDueRequests(uow, self.blobs, clock, retention),
            ),
            clock,
        )
        self.watch = WatchRequest(self.show, ProgressBoard(self.views, tick=0.005))
        self._announce_due = AnnounceDue(uow, self.announcer, clock, self.policy.housekeeping_every)
        self.recover = RecoverExpired(uow, clock)
        self.remove_old_usage = RemoveOld("usage", old_usage, uow, clock)
        self.sweep = SweepOrphans(uow, self.blobs, clock, self.policy.sweep_every, self.policy.orphan_age)
        self.housekeeping = Housekeeping(
            (
                Task("recover", self.recover),
                Task("announce", self._announce_due),
                Task("sweep", self.sweep),
            ),
            self.policy,
        )
        make = MakeFaces(self.voice_faces, self.condition_faces, AppendedLabels(), self.blobs, workspaces)
        claim = ClaimGeneration(uow, self.database.claims(uow), self.blobs, clock, self.policy, quotas)
        self._run = RunGeneration(claim, make, self.policy)

    def unit_of_work(self) -> MemoryUnitOfWork:
        """Begin a transaction."""
        uow = self.database.unit_of_work()
        if self._away_times:
            self._away_times -= 1
            raise ServiceUnavailable("database")
        commit = uow.commit

        async def commit_and_perhaps_lose_the_answer(returning: object = NOTHING) -> None:
            await commit(returning)
            if self._loses_answer is not None and await self._loses_answer():
                self._loses_answer = None
                raise ServiceUnavailable("database")

        uow.commit = commit_and_perhaps_lose_the_answer  # type: ignore[method-assign]
        return uow

    def lose_the_answer_to_the_next_commit(self) -> None:
        """Make the next commit raise `ServiceUnavailable` although it succeeds."""

        async def at_once() -> bool:
            return True

        self._loses_answer = at_once

    def lose_the_answer_to_the_success_of(self, generation_id: GenerationId) -> None:
        """Make the commit that records the success raise `ServiceUnavailable` although it succeeds."""

        async def once_it_succeeded() -> bool:
            return (await self.generation(generation_id)).state is State.SUCCEEDED

        self._loses_answer = once_it_succeeded

    def lose_the_answer_to_the_sign_up_of(self, user_id: UserId) -> None:
        """Make the commit that makes an account of a guest raise `ServiceUnavailable` although it succeeds."""

        async def once_it_is_an_account() -> bool:
            async with self.unit_of_work() as uow:
                user = await uow.users.get(user_id)
            return user is not None and not user.is_guest

        self._loses_answer = once_it_is_an_account

    def take_the_database_away(self, *, times: int) -> None:
        """Make the next transactions raise `ServiceUnavailable`."""
        self._away_times = times

    async def new_user(self, name: str = "ann") -> User:
        """Sign a user up."""
        return await self.sign_up(
            SignUpCommand(
                email=f"{name}@example.org", password="correct horse", person=PERSON, client_address=HOME
            )
        )

    async def new_guest(self, client_address: str = HOME) -> GuestBegun:
        """Begin as a guest."""
        return await self.begin_guest(
            BeginGuestCommand(person=PERSON, client_address=client_address, device=DEVICE)
        )

    async def submit(self, user: User, content: bytes = b"a voice") -> FaceRequest:
        """Submit a voice for a user."""
        voice = self.folder / "upload"
        voice.write_bytes(content)
        command = SubmitFaceRequestCommand(user_id=user.id, person=PERSON, voice=voice)
        return (await self.submit_request(command)).request

    async def regenerate(self, user_id: UserId, request_id: RequestId) -> Generation:
        """Have the faces made again."""
        return (
            await self.regenerate_faces(RegenerateFacesCommand(user_id=user_id, request_id=request_id))
        ).generation

    async def run(self, _announced: GenerationId | None = None) -> None:
        """Act as a worker that takes an announcement; which generation it names does not matter."""
        self.announcer.announced = self.announcer.announced[1:]
        await self._run()

    async def announce_due(self) -> int:
        """Act as the housekeeping of one process in the next period."""
        self.clock.now += self.policy.housekeeping_every
        return await self._announce_due()

    async def fail(self, request: FaceRequest) -> None:
        """Let a queued generation fail."""

        def fail(generation: Generation) -> None:
            generation.claim(self.clock(), timedelta(seconds=1))
            generation.record_fault(1, "broken", self.clock(), retryable=False)

        await change_generation(self.unit_of_work, request.latest_generation_id, fail)

    async def abandon(self, generation_id: GenerationId) -> str:
        """Act as a worker that claims a generation, stores a portrait and is killed; return the portrait's key."""
        async with self.unit_of_work() as uow:
            generation = await uow.generations.lock(generation_id)
            assert generation is not None
            generation.claim(self.clock(), self.policy.lease)
            await uow.generations.save(generation)
            await uow.commit()
        key = f"{attempt_prefix(generation.id, generation.attempt)}voice.png"
        await self.put_blob(key)
        return key

    async def put_blob(self, key: str) -> None:
        """Store a blob that no row refers to."""
        content = self.folder / "blob"
        content.write_bytes(b"left by a crash")
        await self.blobs.put(key, content, "application/octet-stream")

    async def generation(self, generation_id: GenerationId) -> Generation:
        """Return a generation as it is stored."""
        async with self.unit_of_work() as uow:
            found = await uow.generations.lock(generation_id)
        assert found is not None
        return found

    async def blob_keys(self, prefix: str = "") -> set[str]:
        """Return the keys in the blob storage."""
        return {blob.key async for blob in self.blobs.list(prefix)}
