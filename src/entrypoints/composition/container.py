"""The container: every object of the service, and what it is built from.

Providers are synchronous. What lives as long as the process (engines, S3 client, broker) is opened in order by
`entrypoints.composition.runtime`, which hands it in where a `Dependency` stands here. Tests override the leaf ports.
"""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import TypeVar

import anyio
from dependency_injector import containers, providers
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.audio.checking import DecodingVoiceChecker
from adapters.auth.call_digests import HmacCallDigests
from adapters.auth.common_passwords import ZxcvbnCommonPasswords
from adapters.auth.mail_link_signer import HmacMailLinkSigner
from adapters.auth.media_signer import HmacMediaSigner
from adapters.auth.passwords import Argon2Passwords
from adapters.auth.refresh_tokens import HmacRefreshTokens
from adapters.auth.share_signer import HmacShareSigner
from adapters.auth.throttle_keys import HmacThrottleKeys
from adapters.auth.tokens import JwtTokens
from adapters.backup.archives import ArchiveFiles
from adapters.credentials.labels import SignedLabels
from adapters.faces.gallery import GalleryConditionFaces
from adapters.faces.model_server import ModelServerFaces
from adapters.faces.studio.engine import Studio
from adapters.faces.studio.film.video import usable_cores
from adapters.faces.studio.maker import StudioFaces
from adapters.mail.folder import FolderMailer
from adapters.mail.smtp import SmtpMailer
from adapters.mail.writer import TwoFormWriter
from adapters.marks.maker import MARKING, MarkedFaces
from adapters.notices.packaged import PackagedNotices
from adapters.processes.limited import LimitedProcesses
from adapters.sql import (
    SqlAccountData,
    SqlClaims,
    SqlDatabaseFiles,
    SqlEmptyDatabase,
    SqlSnapshots,
    SqlUnitOfWork,
    SqlViews,
)
from adapters.workspaces.local_disk import LocalDiskWorkspaces
from application.accounts.account_erasure import AccountErasure
from application.accounts.agree import Agree
from application.accounts.ask_for_confirmation import AskForConfirmation
from application.accounts.ask_for_reset import AskForReset
from application.accounts.begin_guest import BeginGuest
from application.accounts.change_password import ChangePassword
from application.accounts.confirm_address import ConfirmAddress
from application.accounts.end_sessions import EndAllSessions, EndSession, LogOut
from application.accounts.ended_sessions import EndedSessions
from application.accounts.erase import EraseAccount
from application.accounts.export import ExportAccount
from application.accounts.forget_throttles import ForgetThrottles
from application.accounts.log_in import LogIn
from application.accounts.new_passwords import NewPasswords
from application.accounts.password_tries import PasswordTries
from application.accounts.refresh import RefreshSession
from application.accounts.require_confirmed import ConfirmedAddresses
from application.accounts.reset_password import ResetPassword
from application.accounts.sessions import Sessions
from application.accounts.show import ShowAccount
from application.accounts.show_consents import ShowConsents
from application.accounts.show_notices import ShowNotices
from application.accounts.show_service import ShowService
from application.accounts.show_sessions import ShowSessions
from application.accounts.sign_up import RequireFreeEmail, SignUp
from application.accounts.throttles import Refusals, Throttles
from application.accounts.withdraw_consent import WithdrawConsent
from application.erasures.finish import FinishErasures
from application.erasures.forget import ForgetErased
from application.feedback.answer_survey import AnswerSurvey
from application.feedback.rate import RateFace
from application.generation.announce_due import AnnounceDue
from application.generation.claim import ClaimGeneration
from application.generation.housekeeping import Housekeeping, Task
from application.generation.make_faces import MakeFaces
from application.generation.recover_expired import RecoverExpired
from application.generation.run import RunGeneration
from application.generation.sweep_orphans import SweepOrphans
from application.keyed_calls.begin import BeginCall
from application.keyed_calls.end import EndCall
from application.mail.forget_kept import ForgetKeptMails
from application.mail.links import MailLinks
from application.mail.send import SendMails
from application.media.links import OpenMedia, SignLink
from application.operations.back_up import BackUp
from application.operations.erase_again import EraseAgain
from application.operations.restore import Restore
from application.ports.blobs import BlobStorage
from application.ports.jobs import JobAnnouncer
from application.remove_old import RemoveOld, old_keyed_calls, old_mail_links, old_sessions, old_usage
from application.requests.admit_user import AdmitUser
from application.requests.announce import Announce
from application.requests.erase import EraseRequest
from application.requests.regenerate import RegenerateFaces
from application.requests.show import ShowRequests
from application.requests.submit import SubmitFaceRequest
from application.requests.watch import ProgressBoard, WatchRequest
from application.retention.erase_due import EraseDue
from application.retention.erase_due_accounts import EraseDueAccounts
from application.retention.erase_due_requests import EraseDueRequests
from application.retention.tell_idle_users import TellIdleUsers
from application.sharing.open_share import OpenShare
from application.sharing.share_face import ShareFace
from domain.feedback import FaceKind
from entrypoints.composition.capacity import capacity_of
from entrypoints.composition.credentials import identity_of
from entrypoints.composition.data_folder import OUTBOX
from entrypoints.composition.listening import listen_apart
from entrypoints.composition.media_links import MediaLinks
from entrypoints.composition.policies import (
    consent_policy_of,
    job_policy,
    mail_server,
    model_server,
    quotas_of,
    retention_of,
    session_lifetimes,
    throttle_limits,
)
from entrypoints.composition.secret import secret_of
from entrypoints.composition.settings import Settings

T = TypeVar("T")

SOON = timedelta(seconds=10)
"""How long a process waits between two looks at what must be gone within a minute."""
SELDOM = timedelta(minutes=5)
"""How long a process waits between two looks at what is done once an hour."""


class UseCase(providers.Singleton[T]):
    """Provides a use case that users call; HTTP handlers can ask for these by name, and for no other provider."""


def utc_now() -> datetime:
    """Return the present moment."""
    return datetime.now(UTC)


def local_workspaces(settings: Settings) -> LocalDiskWorkspaces:
    """Return the workspaces of this process."""
    return LocalDiskWorkspaces(settings.data / "scratch")


def folder_of_mails(settings: Settings) -> Path:
    """Return where mails stay without a mail server."""
    return settings.data / OUTBOX


def voice_link(sign: SignLink, settings: Settings) -> Callable[[str, str], str]:
    """Return the function that links to a recording where the blob storage has no links of its own."""
    return MediaLinks(sign, settings.server.own_url).recording


class Container(containers.DeclarativeContainer):
    """Every object of the service."""

    settings = providers.Dependency(instance_of=Settings)
    engine: providers.Provider[AsyncEngine] = providers.Dependency()
    reading_engine: providers.Provider[AsyncEngine] = providers.Dependency()
    blobs: providers.Provider[BlobStorage] = providers.Dependency()
    announcer: providers.Provider[JobAnnouncer] = providers.Dependency()

    clock = providers.Object(utc_now)
    draining = providers.Singleton(asyncio.Event)
    stopping = providers.Singleton(asyncio.Event)
    policy = providers.Singleton(job_policy, settings)
    quotas = providers.Singleton(quotas_of, settings)
    retention = providers.Singleton(retention_of, settings)
    workspaces = providers.Singleton(local_workspaces, settings)
    capacity = providers.Singleton(capacity_of, settings)
    drawings = providers.Singleton(anyio.CapacityLimiter, capacity.provided.drawings)

    secret = providers.Singleton(secret_of, settings)

    # consent
    notices = providers.Singleton(PackagedNotices, settings.provided.consent.operator)
    consent_policy = providers.Singleton(consent_policy_of, settings, notices)

    # accounts and links
    passwords = providers.Singleton(
        Argon2Passwords, settings.provided.throttle.hashes_waiting, providers.Callable(usable_cores)
    )
    common_passwords = providers.Singleton(ZxcvbnCommonPasswords)
    throttle_keys = providers.Singleton(HmacThrottleKeys, secret)
    throttles = providers.Singleton(
        Throttles, throttle_keys, providers.Factory(throttle_limits, settings), clock
    )
    tokens = providers.Singleton(JwtTokens, secret, clock)
    refresh_tokens = providers.Singleton(HmacRefreshTokens, secret)
    refusals = providers.Singleton(Refusals, throttle_keys, clock)
    mail_link_signer = providers.Singleton(HmacMailLinkSigner, secret)
    media_signer = providers.Singleton(HmacMediaSigner, secret=secret)
    share_signer = providers.Singleton(HmacShareSigner, secret)

    # the database
    unit_of_work = providers.Factory(SqlUnitOfWork, engine)
    views = providers.Singleton(SqlViews, reading_engine)
    account_data = providers.Singleton(SqlAccountData, reading_engine)
    claims = providers.Singleton(SqlClaims, engine, reading_engine)
    database_files = providers.Singleton(SqlDatabaseFiles, engine)

    # backups
    backups = providers.Dependency(instance_of=ArchiveFiles)
    back_up = providers.Singleton(
        BackUp,
        providers.Singleton(SqlSnapshots, settings.provided.database.url),
        blobs,
        backups,
        workspaces,
        clock,
        version=version("voice2face"),
    )
    restore = providers.Singleton(
        Restore,
        backups,
        providers.Singleton(SqlEmptyDatabase, settings.provided.database.url),
        blobs,
        workspaces,
        clock,
    )

    # sessions and passwords
    ended_sessions = providers.Singleton(EndedSessions, views, clock)
    sessions = providers.Singleton(
        Sessions,
        tokens,
        refresh_tokens,
        ended_sessions,
        providers.Factory(session_lifetimes, settings),
        clock,
    )
    new_passwords = providers.Singleton(NewPasswords, passwords, common_passwords)
    password_tries = providers.Singleton(PasswordTries, unit_of_work.provider, passwords, throttles, refusals)

    # calls with an idempotency key
    call_digests = providers.Singleton(HmacCallDigests, secret)
    begin_call = providers.Singleton(BeginCall, unit_of_work.provider, call_digests, clock)
    end_call = providers.Singleton(EndCall, unit_of_work.provider)

    # mails
    mail_links = providers.Singleton(MailLinks, mail_link_signer, clock)
    mail_writer = providers.Singleton(
        TwoFormWriter, settings.provided.mail.own_sender, settings.provided.server.own_url, clock
    )
    kept_mails = providers.Singleton(FolderMailer, providers.Factory(folder_of_mails, settings))
    mailer = providers.Selector(
        settings.provided.mail.backend,
        folder=kept_mails,
        smtp=providers.Singleton(SmtpMailer, providers.Factory(mail_server, settings)),
    )
    confirmed_addresses = providers.Singleton(
        ConfirmedAddresses, demanded=settings.provided.accounts.confirm_address
    )

    # voices and faces
    processes = providers.Singleton(LimitedProcesses)
    checker = providers.Singleton(DecodingVoiceChecker, processes)
    studio = providers.Singleton(Studio, listen_apart)
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

    identity = providers.Singleton(identity_of, settings)
    labels = providers.Singleton(SignedLabels, identity, version("voice2face"))
    # the visible mark
    marking = (
        settings.provided.faces.mark_languages,
        providers.Singleton(LimitedProcesses, MARKING.seconds, MARKING.memory, MARKING.largest_file),
        drawings,
        providers.Singleton(anyio.CapacityLimiter, 1),  # each may take 1 GB
    )

    # use cases
    show_service = UseCase(
        ShowService,
        consent_policy,
        takes_guests=settings.provided.accounts.takes_guests,
        confirms_addresses=settings.provided.accounts.confirm_address,
    )
    sign_up = UseCase(
        SignUp,
        unit_of_work.provider,
        new_passwords,
        sessions,
        throttles,
        clock,
        consent_policy=consent_policy,
    )
    begin_guest = UseCase(
        BeginGuest,
        unit_of_work.provider,
        sessions,
        throttles,
        clock,
        allowed=settings.provided.accounts.takes_guests,
        consent_policy=consent_policy,
    )
    require_free_email = UseCase(RequireFreeEmail, unit_of_work.provider, throttles)
    log_in = UseCase(LogIn, unit_of_work.provider, password_tries, sessions, throttles, clock)
    refresh_session = UseCase(RefreshSession, unit_of_work.provider, refresh_tokens, sessions, clock)
    show_sessions = UseCase(ShowSessions, views, clock)
    end_session = UseCase(EndSession, unit_of_work.provider, sessions)
    end_all_sessions = UseCase(EndAllSessions, unit_of_work.provider, sessions)
    log_out = UseCase(LogOut, refresh_tokens, end_session)
    change_password = UseCase(
        ChangePassword, unit_of_work.provider, password_tries, new_passwords, sessions, clock
    )
    show_account = UseCase(ShowAccount, unit_of_work.provider, retention)
    export_account = UseCase(ExportAccount, account_data, blobs, ended_sessions, clock)
    show_notices = UseCase(ShowNotices, notices, consent_policy)
    show_consents = UseCase(ShowConsents, views)
    agree = UseCase(Agree, unit_of_work.provider, consent_policy, clock)
    withdraw_consent = UseCase(WithdrawConsent, unit_of_work.provider, clock)
    announce = providers.Singleton(Announce, announcer)
    admit_user = UseCase(AdmitUser, views, clock, quotas, consent_policy, confirmed_addresses)
    ask_for_reset = UseCase(AskForReset, unit_of_work.provider, throttles, clock)
    reset_password = UseCase(
        ResetPassword,
        unit_of_work.provider,
        mail_links,
        new_passwords,
        sessions,
        throttles,
        refusals,
        clock=clock,
    )
    ask_for_confirmation = UseCase(AskForConfirmation, unit_of_work.provider, throttles, clock)
    confirm_address = UseCase(ConfirmAddress, unit_of_work.provider, mail_links, clock)
    submit = UseCase(
        SubmitFaceRequest,
        unit_of_work.provider,
        checker,
        blobs,
        announce,
        clock,
        workspaces,
        quotas=quotas,
        consent_policy=consent_policy,
        confirmed=confirmed_addresses,
    )
    regenerate = UseCase(
        RegenerateFaces,
        unit_of_work.provider,
        blobs,
        announce,
        clock,
        quotas,
        stops_within=policy.provided.stops_within,
        consent_policy=consent_policy,
        confirmed=confirmed_addresses,
    )
    erase = UseCase(EraseRequest, unit_of_work.provider, blobs, clock, policy)
    account_erasure = providers.Singleton(
        AccountErasure,
        unit_of_work.provider,
        sessions,
        throttles,
        blobs,
        clock,
        policy,
        erase_mails=kept_mails.provided.erase,
    )
    erase_account = UseCase(EraseAccount, unit_of_work.provider, password_tries, account_erasure)
    erase_again = providers.Singleton(EraseAgain, account_erasure, erase)
    show_requests = UseCase(ShowRequests, views, retention)
    progress_board = providers.Singleton(ProgressBoard, views)
    watch_request = UseCase(WatchRequest, show_requests, progress_board)
    rate_face = UseCase(RateFace, unit_of_work.provider, clock)
    answer_survey = UseCase(AnswerSurvey, unit_of_work.provider, clock)
    open_media = UseCase(OpenMedia, media_signer, blobs, clock)
    share_face = UseCase(
        ShareFace, views, share_signer, clock, retention, settings.provided.security.share_lifetime
    )
    open_share = UseCase(OpenShare, views, blobs, share_signer, clock)

    # jobs
    make_faces = providers.Singleton(
        MakeFaces,
        providers.Singleton(MarkedFaces, voice_faces, *marking),
        providers.Singleton(MarkedFaces, condition_faces, *marking),
        labels,
        blobs,
        workspaces,
    )
    claim_generation = providers.Singleton(
        ClaimGeneration, unit_of_work.provider, claims, blobs, clock, policy, quotas
    )
    run_generation = providers.Singleton(RunGeneration, claim_generation, make_faces, policy)
    announce_due = providers.Singleton(
        AnnounceDue, unit_of_work.provider, announcer, clock, policy.provided.housekeeping_every
    )
    recover_expired = providers.Singleton(RecoverExpired, unit_of_work.provider, clock)
    remove_old_usage = providers.Singleton(
        RemoveOld, "remove_old_usage", old_usage, unit_of_work.provider, clock
    )
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
    forget_sessions = providers.Singleton(
        RemoveOld, "forget_sessions", old_sessions, unit_of_work.provider, clock
    )
    forget_throttles = providers.Singleton(ForgetThrottles, unit_of_work.provider, clock)
    send_mails = providers.Singleton(
        SendMails, unit_of_work.provider, mailer, mail_writer, mail_links, throttles, clock
    )
    forget_kept_mails = providers.Singleton(ForgetKeptMails, unit_of_work.provider, kept_mails)
    forget_mail_links = providers.Singleton(
        RemoveOld, "forget_mail_links", old_mail_links, unit_of_work.provider, clock
    )
    forget_keyed_calls = providers.Singleton(
        RemoveOld, "forget_keyed_calls", old_keyed_calls, unit_of_work.provider, clock
    )
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
            providers.Factory(Task, "send mails", send_mails),
            providers.Factory(Task, "forget links of mails", forget_mail_links, SELDOM),
            providers.Factory(Task, "remove mails of erased accounts", forget_kept_mails, SOON),
            providers.Factory(Task, "forget sessions", forget_sessions, SELDOM),
            providers.Factory(Task, "forget throttles", forget_throttles, SELDOM),
            providers.Factory(Task, "forget idempotency keys", forget_keyed_calls, SELDOM),
            providers.Factory(Task, "remove old usage", remove_old_usage, SELDOM),
            providers.Factory(Task, "erase what is due", erase_due, SELDOM),
            providers.Factory(Task, "remove abandoned workspaces", workspaces.provided.remove_abandoned),
        ),
        policy,
    )
