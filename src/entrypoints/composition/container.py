"""The container: every object of the service, and what it is built from.

Providers are synchronous. What lives as long as the process (engines, S3 client, broker) is opened in order by
`entrypoints.composition.runtime`, which hands it in where a `Dependency` stands here. Tests override the leaf ports.
"""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import anyio
from dependency_injector import containers, providers
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.audio.checking import DecodingVoiceChecker
from adapters.audio.listening import listen
from adapters.auth.common_passwords import ZxcvbnCommonPasswords
from adapters.auth.media_signer import HmacMediaSigner
from adapters.auth.passwords import Argon2Passwords
from adapters.auth.throttle_keys import HmacThrottleKeys
from adapters.auth.tokens import JwtTokens
from adapters.faces.gallery import GalleryConditionFaces
from adapters.faces.model_server import ModelServer, ModelServerFaces
from adapters.faces.studio.engine import Studio
from adapters.faces.studio.maker import StudioFaces
from adapters.processes.limited import LimitedProcesses
from adapters.sql import SqlClaims, SqlDatabaseFiles, SqlUnitOfWork, SqlViews
from adapters.workspaces.local_disk import LocalDiskWorkspaces
from application.accounts.account_erasure import AccountErasure
from application.accounts.ended_sessions import EndedSessions
from application.accounts.erase import EraseAccount
from application.accounts.forget_sessions import ForgetSessions
from application.accounts.forget_throttles import ForgetThrottles
from application.accounts.log_in import LogIn
from application.accounts.password_tries import PasswordTries
from application.accounts.sessions import Sessions
from application.accounts.show import ShowAccount
from application.accounts.sign_up import RequireFreeEmail, SignUp
from application.accounts.throttles import Refusals, Throttles
from application.erasures.finish import FinishErasures
from application.erasures.forget import ForgetErased
from application.feedback.answer_survey import AnswerSurvey
from application.feedback.rate import RateFace
from application.generation.announce_due import AnnounceDue
from application.generation.claim import ClaimGeneration
from application.generation.housekeeping import Housekeeping, Task
from application.generation.make_faces import MakeFaces
from application.generation.policy import JobPolicy
from application.generation.recover_expired import RecoverExpired
from application.generation.remove_old_usage import RemoveOldUsage
from application.generation.run import RunGeneration
from application.generation.sweep_orphans import SweepOrphans
from application.media.links import OpenMedia, SignLink
from application.ports.blobs import BlobStorage
from application.ports.jobs import JobAnnouncer
from application.requests.announce import Announce
from application.requests.erase import EraseRequest
from application.requests.regenerate import RegenerateFaces
from application.requests.require_room import RequireRoom
from application.requests.show import ShowRequests
from application.requests.submit import SubmitFaceRequest
from application.requests.watch import ProgressBoard, WatchRequest
from application.retention.erase_due import EraseDue
from application.retention.erase_due_accounts import EraseDueAccounts
from application.retention.erase_due_requests import EraseDueRequests
from application.retention.tell_idle_users import TellIdleUsers
from domain.errors import MEGABYTE
from domain.feedback import FaceKind
from domain.quotas import Quotas
from domain.retention import Retention
from domain.session import SessionLifetimes
from domain.throttling import ThrottleLimits
from entrypoints.composition.capacity import capacity_of
from entrypoints.composition.media_links import MediaLinks
from entrypoints.composition.secret import secret_of
from entrypoints.composition.settings import Settings

T = TypeVar("T")

SELDOM = timedelta(minutes=5)
"""How long a process waits between two looks at what is done once an hour."""


class UseCase(providers.Singleton[T]):
    """Provides a use case that users call; HTTP handlers can ask for these by name, and for no other provider."""


def utc_now() -> datetime:
    """Return the present moment."""
    return datetime.now(UTC)


async def keep_no_mails(_address: str) -> None:
    """Return: this service keeps no mails that it has sent."""


def local_workspaces(settings: Settings) -> LocalDiskWorkspaces:
    """Return the workspaces of this process."""
    return LocalDiskWorkspaces(settings.data / "scratch")


def model_server(settings: Settings) -> ModelServer:
    """Return the address of the model server, and its limits."""
    server = settings.model_server
    return ModelServer(
        url=server.url,
        extra_hosts=frozenset(server.media_hosts),
        time_limit=timedelta(seconds=server.seconds),
    )


def throttle_limits(settings: Settings) -> ThrottleLimits:
    """Return how many tries the throttles allow."""
    throttle = settings.throttle
    return ThrottleLimits(
        wrong_passwords=throttle.wrong_passwords,
        wrong_passwords_per_address=throttle.wrong_passwords_per_address,
        sign_ups_an_hour=throttle.sign_ups_an_hour,
        email_checks_an_hour=throttle.email_checks_an_hour,
    )


def session_lifetimes(settings: Settings) -> SessionLifetimes:
    """Return how long sessions and their tokens are valid."""
    security = settings.security
    return SessionLifetimes(
        token=timedelta(hours=security.token_hours),
        access=timedelta(minutes=security.access_minutes),
        unused=timedelta(days=security.session_days),
    )


def voice_link(sign: SignLink, settings: Settings) -> Callable[[str, str], str]:
    """Return the function that links to a recording where the blob storage has no links of its own."""
    return MediaLinks(sign, settings.server.own_url).recording


def job_policy(settings: Settings) -> JobPolicy:
    """Return the time limits of jobs and housekeeping."""
    return JobPolicy(
        lease=timedelta(seconds=settings.jobs.lease_seconds),
        time_limit=timedelta(seconds=settings.jobs.time_limit_seconds),
        sweep_every=timedelta(seconds=settings.jobs.sweep_seconds),
        orphan_age=timedelta(seconds=settings.jobs.orphan_seconds),
    )


def quotas_of(settings: Settings) -> Quotas:
    """Return the limits on what one user may use."""
    given = settings.quotas
    return Quotas(
        open_requests=given.open_requests,
        requests_a_day=given.requests_a_day,
        drawing_seconds_a_day=given.drawing_seconds_a_day,
        stored_bytes=given.stored_megabytes * MEGABYTE,
        results=given.results,
        time_limit=timedelta(seconds=settings.jobs.time_limit_seconds),
    )


def retention_of(settings: Settings) -> Retention:
    """Return how long the service keeps what users leave in it."""
    given = settings.retention

    def period(days: int) -> timedelta | None:
        return timedelta(days=days) if days else None

    return Retention(
        recordings=period(given.recordings_days),
        faces=period(given.faces_days),
        failed=period(given.failed_days),
        idle_accounts=period(given.idle_accounts_days),
    )


class Container(containers.DeclarativeContainer):
    """Every object of the service."""

    settings = providers.Dependency(instance_of=Settings)
    engine: providers.Provider[AsyncEngine] = providers.Dependency()
    reading_engine: providers.Provider[AsyncEngine] = providers.Dependency()
    blobs: providers.Provider[BlobStorage] = providers.Dependency()
    announcer: providers.Provider[JobAnnouncer] = providers.Dependency()

    clock = providers.Object(utc_now)
    stopping = providers.Singleton(asyncio.Event)
    policy = providers.Singleton(job_policy, settings)
    quotas = providers.Singleton(quotas_of, settings)
    retention = providers.Singleton(retention_of, settings)
    workspaces = providers.Singleton(local_workspaces, settings)
    capacity = providers.Singleton(capacity_of, settings)
    drawings = providers.Singleton(anyio.CapacityLimiter, capacity.provided.drawings)

    secret = providers.Singleton(secret_of, settings)

    # accounts and links
    passwords = providers.Singleton(Argon2Passwords, settings.provided.throttle.hashes_waiting)
    common_passwords = providers.Singleton(ZxcvbnCommonPasswords)
    throttle_keys = providers.Singleton(HmacThrottleKeys, secret)
    throttles = providers.Singleton(
        Throttles, throttle_keys, providers.Factory(throttle_limits, settings), clock
    )
    tokens = providers.Singleton(JwtTokens, secret, clock)
    refusals = providers.Singleton(Refusals, throttle_keys, clock)
    media_signer = providers.Singleton(HmacMediaSigner, secret=secret)

    # the database
    unit_of_work = providers.Factory(SqlUnitOfWork, engine)
    views = providers.Singleton(SqlViews, reading_engine)
    claims = providers.Singleton(SqlClaims, engine, reading_engine)
    database_files = providers.Singleton(SqlDatabaseFiles, engine)

    # sessions and passwords
    ended_sessions = providers.Singleton(EndedSessions, views, clock)
    sessions = providers.Singleton(
        Sessions, tokens, ended_sessions, providers.Factory(session_lifetimes, settings), clock
    )

    password_tries = providers.Singleton(PasswordTries, unit_of_work.provider, passwords, throttles, refusals)

    # voices and faces
    processes = providers.Singleton(LimitedProcesses)
    checker = providers.Singleton(DecodingVoiceChecker, processes)
    studio = providers.Singleton(Studio, listen)
    sign_link = providers.Singleton(SignLink, media_signer, clock)
    voice_faces = providers.Selector(
        settings.provided.model_server.backend,
        studio=providers.Singleton(StudioFaces, FaceKind.VOICE, blobs, studio, drawings),
        model_server=providers.Singleton(
            ModelServerFaces,
            providers.Factory(model_server, settings),
            blobs,
            providers.Factory(voice_link, sign_link, settings),
            processes,
        ),
    )
    condition_faces = providers.Selector(
        settings.provided.faces.condition_faces,
        studio=providers.Singleton(StudioFaces, FaceKind.CONDITION, blobs, studio, drawings),
        gallery=providers.Singleton(GalleryConditionFaces, blobs),
    )

    # use cases
    sign_up = UseCase(SignUp, unit_of_work.provider, passwords, common_passwords, throttles, clock)
    require_free_email = UseCase(RequireFreeEmail, unit_of_work.provider, throttles)
    log_in = UseCase(LogIn, unit_of_work.provider, password_tries, sessions, throttles, clock)
    show_account = UseCase(ShowAccount, unit_of_work.provider, retention)
    announce = providers.Singleton(Announce, announcer)
    require_room = UseCase(RequireRoom, views, clock, quotas)
    submit = UseCase(
        SubmitFaceRequest, unit_of_work.provider, checker, blobs, announce, clock, workspaces, quotas=quotas
    )
    regenerate = UseCase(RegenerateFaces, unit_of_work.provider, blobs, announce, clock, quotas)
    erase = UseCase(EraseRequest, unit_of_work.provider, blobs, clock, policy)
    account_erasure = providers.Singleton(
        AccountErasure,
        unit_of_work.provider,
        sessions,
        throttles,
        blobs,
        clock,
        policy,
        erase_mails=providers.Object(keep_no_mails),
    )
    erase_account = UseCase(EraseAccount, unit_of_work.provider, password_tries, account_erasure)
    show_requests = UseCase(ShowRequests, views, retention)
    progress_board = providers.Singleton(ProgressBoard, views)
    watch_request = UseCase(WatchRequest, show_requests, progress_board)
    rate_face = UseCase(RateFace, unit_of_work.provider, clock)
    answer_survey = UseCase(AnswerSurvey, unit_of_work.provider, clock)
    open_media = UseCase(OpenMedia, media_signer, blobs, clock)

    # jobs
    make_faces = providers.Singleton(MakeFaces, voice_faces, condition_faces, blobs, workspaces)
    claim_generation = providers.Singleton(
        ClaimGeneration, unit_of_work.provider, claims, blobs, clock, policy, quotas
    )
    run_generation = providers.Singleton(RunGeneration, claim_generation, make_faces, policy)
    announce_due = providers.Singleton(
        AnnounceDue, unit_of_work.provider, announcer, clock, policy.provided.housekeeping_every
    )
    recover_expired = providers.Singleton(RecoverExpired, unit_of_work.provider, clock)
    remove_old_usage = providers.Singleton(RemoveOldUsage, unit_of_work.provider, clock)
    sweep_orphans = providers.Singleton(
        SweepOrphans,
        unit_of_work.provider,
        blobs,
        clock,
        policy.provided.sweep_every,
        policy.provided.orphan_age,
    )
    finish_erasures = providers.Singleton(FinishErasures, unit_of_work.provider, blobs, clock)
    forget_erased = providers.Singleton(ForgetErased, unit_of_work.provider, database_files, clock)
    forget_sessions = providers.Singleton(ForgetSessions, unit_of_work.provider, clock)
    forget_throttles = providers.Singleton(ForgetThrottles, unit_of_work.provider, clock)
    erase_due_requests = providers.Singleton(EraseDueRequests, unit_of_work.provider, blobs, clock, retention)
    tell_idle_users = providers.Singleton(TellIdleUsers, unit_of_work.provider, clock, retention)
    erase_due_accounts = providers.Singleton(EraseDueAccounts, unit_of_work.provider, account_erasure, clock)
    erase_due = providers.Singleton(
        EraseDue,
        unit_of_work.provider,
        providers.List(tell_idle_users, erase_due_accounts, erase_due_requests),
        clock,
    )
    housekeeping = providers.Singleton(
        Housekeeping,
        providers.List(
            providers.Factory(Task, "recover expired generations", recover_expired),
            providers.Factory(Task, "announce due generations", announce_due),
            providers.Factory(Task, "finish erasures", finish_erasures),
            providers.Factory(Task, "rid the database's files of what was erased", forget_erased),
            providers.Factory(Task, "sweep orphans", sweep_orphans),
            providers.Factory(Task, "forget sessions", forget_sessions, SELDOM),
            providers.Factory(Task, "forget throttles", forget_throttles, SELDOM),
            providers.Factory(Task, "remove old usage", remove_old_usage, SELDOM),
            providers.Factory(Task, "erase what is due", erase_due, SELDOM),
            providers.Factory(Task, "remove abandoned workspaces", workspaces.provided.remove_abandoned),
        ),
        policy,
    )
