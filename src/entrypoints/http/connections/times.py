"""How long the client of a connection takes, and when that is too long."""

from entrypoints.composition.setting_sections import HttpSettings


class Times:
    """Since when a head or a body is coming, and an answer waits to be read; a limit of 0 makes nothing late."""

    def __init__(self, limits: HttpSettings, now: float) -> None:
        self._limits = limits
        self._head_since: float | None = now
        self._body_since: float | None = None
        self._body_bytes = 0
        self._unsent = 0
        self._sent_at = now

    @property
    def is_in_body(self) -> bool:
        """Whether a head has come, and its body has not ended."""
        return self._body_since is not None

    def begin_head(self, now: float) -> None:
        """Note that a head comes, unless that is known, or a body comes first."""
        if self._head_since is None and self._body_since is None:
            self._head_since = now

    def restart_head(self, now: float) -> None:
        """Give the head that is coming, if there is one, all the time again."""
        if self._head_since is not None:
            self._head_since = now

    def is_head_late(self, now: float) -> bool:
        """Tell whether a head takes too long."""
        return self._head_since is not None and now - self._head_since > self._limits.head_seconds > 0

    def begin_body(self, now: float) -> None:
        """Note that a head has come."""
        self._head_since, self._body_since, self._body_bytes = None, now, 0

    def take_body(self, size: int) -> None:
        """Give the client more time for the rest of its body."""
        self._body_bytes += size

    def wait(self, seconds: float) -> None:
        """Give the client the time back in which we took nothing of its body."""
        if self._body_since is not None:
            self._body_since += seconds

    def end_body(self) -> None:
        """Note that a body has ended."""
        self._body_since = None

    def is_body_late(self, now: float) -> bool:
        """Tell whether a body takes too long."""
        seconds, rate = self._limits.body_seconds, self._limits.body_bytes_a_second
        if not (seconds and rate) or self._body_since is None:
            return False
        return now - self._body_since > seconds + self._body_bytes / rate

    def send(self, now: float) -> None:
        """Note that the client has read something."""
        self._sent_at = now

    def is_answer_left(self, unsent: int, now: float) -> bool:
        """Tell whether the client has read nothing of its answer for too long; `unsent` are the bytes left of it."""
        if not unsent or unsent < self._unsent:
            self._sent_at = now
        self._unsent = unsent
        return unsent > 0 and now - self._sent_at > self._limits.send_seconds > 0
