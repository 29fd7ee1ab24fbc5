"""What the settings mean in the terms of the use cases and adapters: limits, periods, addresses."""

from datetime import timedelta

from adapters.faces.model_server import ModelServer
from adapters.mail.smtp import MailServer
from application.generation.policy import JobPolicy
from application.ports.notices import Notices
from domain.consent import ConsentPolicy
from domain.errors import MEGABYTE
from domain.quotas import Quotas
from domain.retention import Retention
from domain.session import SessionLifetimes
from domain.throttling import ThrottleLimits
from entrypoints.composition.settings import Settings


def model_server(settings: Settings) -> ModelServer:
    """Return the address of the model server, and its limits."""
    server = settings.model_server
    return ModelServer(
        url=server.url,
        extra_hosts=frozenset(server.media_hosts),
        time_limit=timedelta(seconds=server.seconds),
    )


def consent_policy_of(settings: Settings, notices: Notices) -> ConsentPolicy:
    """Return what is demanded before data of a person is taken."""
    return ConsentPolicy(
        current_version=notices.versions[0],
        is_required=settings.consent.consent_required,
        guardian_consent_by=settings.consent.guardian_consent_by,
    )


def throttle_limits(settings: Settings) -> ThrottleLimits:
    """Return how many tries the throttles allow."""
    throttle = settings.throttle
    return ThrottleLimits(
        wrong_passwords=throttle.wrong_passwords,
        wrong_passwords_per_address=throttle.wrong_passwords_per_address,
        sign_ups_an_hour=throttle.sign_ups_an_hour,
        email_checks_an_hour=throttle.email_checks_an_hour,
        guests_an_hour=throttle.guests_an_hour,
        resets_an_hour=throttle.resets_an_hour,
    )


def session_lifetimes(settings: Settings) -> SessionLifetimes:
    """Return how long sessions and their tokens are valid."""
    security = settings.security
    return SessionLifetimes(
        token=timedelta(hours=security.token_hours),
        access=timedelta(minutes=security.access_minutes),
        unused=timedelta(days=security.session_days),
    )


def mail_server(settings: Settings) -> MailServer:
    """Return the server that takes our mails."""
    mail = settings.mail
    return MailServer(host=mail.server, port=mail.port, tls=mail.tls, user=mail.user, password=mail.password)


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
