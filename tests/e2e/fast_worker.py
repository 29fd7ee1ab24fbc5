"""The real worker, but with a fast face maker: `taskiq worker e2e.fast_worker:create_broker`.

An order for a person of age `CRASH_AGE` ends the process at once, as a crash in native code does.
"""

import os

from taskiq import AsyncBroker

from application.ports.faces import FaceOrder
from doubles.faces import FastFaces
from e2e.fast_service import SECONDS
from entrypoints.composition.container import Container
from entrypoints.worker import create_broker as create_real_broker

CRASH_AGE = 113


def crash(order: FaceOrder) -> None:
    """End the process without any clean-up, if the person has the age `CRASH_AGE`."""
    if order.person.age == CRASH_AGE:
        os._exit(1)


def create_broker() -> AsyncBroker:
    """Return the broker of the real worker, with the fast face maker."""
    Container.voice_faces.override(FastFaces(SECONDS, crash))
    Container.condition_faces.override(FastFaces(SECONDS))
    return create_real_broker()
