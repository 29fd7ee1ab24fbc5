"""The real worker, but for faces that are made fast: `taskiq worker e2e.fast_worker:create_broker`.

An order for a person of `DEADLY_AGE` ends the process on the spot, as a fault in native code would.
"""

import os

from taskiq import AsyncBroker

from application.ports.faces import FaceOrder
from doubles.faces import FastFaces
from e2e.fast_service import SECONDS
from entrypoints.composition.container import Container
from entrypoints.worker import create_broker as create_real_broker

DEADLY_AGE = 113


def die(order: FaceOrder) -> None:
    """End the process where the order says so, with nothing cleaned up."""
    if order.person.age == DEADLY_AGE:
        os._exit(1)


def create_broker() -> AsyncBroker:
    """Return the broker of the real worker, over fast faces."""
    Container.voice_faces.override(FastFaces(SECONDS, die))
    Container.condition_faces.override(FastFaces(SECONDS))
    return create_real_broker()
