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
from adapters.auth.media_signer import HmacMediaSigner
from adapters.auth.passwords import Argon2Passwords
from adapters.auth.tokens import JwtTokens
from adapters.faces.gallery import GalleryConditionFaces
from adapters.faces.model_server import ModelServer, ModelServerFaces
from adapters.faces.studio.engine import Studio
from adapters.faces.studio.maker import StudioFaces
from adapters.sql import SqlClaims, SqlUnitOfWork, SqlViews
from adapters.workspaces.local_disk import LocalDiskWorkspaces
from application.accounts.log_in import LogIn
from application.accounts.show import ShowAccount
from application.accounts.sign_up import RequireFreeEmail, SignUp
from application.feedback.answer_survey import AnswerSurvey
from application.feedback.rate import RateFace
from application.generation.announce_due import AnnounceDue
from application.generation.claim import ClaimGeneration
from application.generation.clear_announcements import ClearAnnouncements
from application.generation.housekeeping import Housekeeping, Task
from application.generation.make_faces import MakeFaces
from application.generation.policy import JobPolicy
from application.generation.recover_expired import RecoverExpired
from application.generation.run import RunGeneration
from application.generation.sweep_orphans import SweepOrphans
from application.media.links import OpenMedia, SignLink
from application.ports.blobs import BlobStorage
from application.ports.jobs import JobAnnouncer
from application.requests.announce import Announce
from application.requests.erase import EraseRequest
from application.requests.regenerate import RegenerateFaces
from application.requests.show import ShowRequests
from application.requests.submit import SubmitFaceRequest
from application.requests.watch import ProgressBoard, WatchRequest
from domain.feedback import FaceKind
from entrypoints.composition.capacity import capacity_of
from entrypoints.composition.media_links import MediaLinks
from entrypoints.composition.settings import Settings

T = TypeVar("T")


class UseCase(providers.Singleton[T]):
    """Provides a use case that users call; HTTP handlers can ask for these by name, and for no other provider."""


def utc_now() -> datetime:
    """Return the present moment."""
    return datetime.now(UTC)


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
    workspaces = providers.Singleton(local_workspaces, settings)
    capacity = providers.Singleton(capacity_of, settings)
    drawings = providers.Singleton(anyio.CapacityLimiter, capacity.provided.drawings)

    # accounts and links
    passwords = providers.Singleton(Argon2Passwords)
    tokens = providers.Singleton(
        JwtTokens,
        secret=settings.provided.security.secret,
        lifetime=providers.Factory(timedelta, hours=settings.provided.security.token_hours),
        clock=clock,
    )
    media_signer = providers.Singleton(HmacMediaSigner, secret=settings.provided.security.secret)

    # the database
    unit_of_work = providers.Factory(SqlUnitOfWork, engine)
    views = providers.Singleton(SqlViews, reading_engine)
    claims = providers.Singleton(SqlClaims, engine, reading_engine)

    # voices and faces
    checker = providers.Singleton(DecodingVoiceChecker)
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
        ),
    )
    condition_faces = providers.Selector(
        settings.provided.faces.condition_faces,
        studio=providers.Singleton(StudioFaces, FaceKind.CONDITION, blobs, studio, drawings),
        gallery=providers.Singleton(GalleryConditionFaces, blobs),
    )

    # use cases
    sign_up = UseCase(SignUp, unit_of_work.provider, passwords, clock)
    require_free_email = UseCase(RequireFreeEmail, unit_of_work.provider)
    log_in = UseCase(LogIn, unit_of_work.provider, passwords, tokens)
    show_account = UseCase(ShowAccount, unit_of_work.provider)
    announce = providers.Singleton(Announce, announcer)
    submit = UseCase(SubmitFaceRequest, unit_of_work.provider, checker, blobs, announce, clock, workspaces)
    regenerate = UseCase(RegenerateFaces, unit_of_work.provider, announce, clock)
    erase = UseCase(EraseRequest, unit_of_work.provider, blobs)
    show_requests = UseCase(ShowRequests, views)
    progress_board = providers.Singleton(ProgressBoard, views)
    watch_request = UseCase(WatchRequest, show_requests, progress_board)
    rate_face = UseCase(RateFace, unit_of_work.provider, clock)
    answer_survey = UseCase(AnswerSurvey, unit_of_work.provider, clock)
    open_media = UseCase(OpenMedia, media_signer, blobs, clock)

    # jobs
    make_faces = providers.Singleton(MakeFaces, voice_faces, condition_faces, blobs, workspaces)
    claim_generation = providers.Singleton(
        ClaimGeneration, unit_of_work.provider, claims, blobs, clock, policy
    )
    run_generation = providers.Singleton(RunGeneration, claim_generation, make_faces, policy)
    announce_due = providers.Singleton(
        AnnounceDue, unit_of_work.provider, announcer, clock, policy.provided.stale_announcement
    )
    recover_expired = providers.Singleton(RecoverExpired, unit_of_work.provider, clock)
    sweep_orphans = providers.Singleton(
        SweepOrphans,
        unit_of_work.provider,
        blobs,
        clock,
        policy.provided.sweep_every,
        policy.provided.orphan_age,
    )
    clear_announcements = providers.Singleton(ClearAnnouncements, unit_of_work.provider)
    housekeeping = providers.Singleton(
        Housekeeping,
        providers.List(
            providers.Factory(Task, "recover expired generations", recover_expired),
            providers.Factory(Task, "announce due generations", announce_due),
            providers.Factory(Task, "sweep orphans", sweep_orphans),
            providers.Factory(Task, "remove abandoned workspaces", workspaces.provided.remove_abandoned),
        ),
        policy,
    )
