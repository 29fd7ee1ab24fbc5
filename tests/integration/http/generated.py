"""What generated calls share: the document, its bounds, and how many are made.

`GENERATED_FACTOR=20` makes twenty times as many, other ones in every run.
"""

import os
import re
from typing import Any

import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis import Case
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi.schemas import OpenApiSchema

from domain.ids import new_id
from entrypoints.http.keyed_calls.call import KEY_HEADER, KEY_PATTERN, LONGEST_KEY
from entrypoints.http.openapi.document import build_document
from integration.http.service import Service

FACTOR = int(os.environ.get("GENERATED_FACTOR", "1"))
LIMITS: dict[str, Any] = {"max-stream-events": 3, "request-timeout": 10}


def bounded(examples: int, **options: Any) -> settings:
    """Return settings for that many examples, which are the same in every run unless a factor asks for more."""
    return settings(
        max_examples=examples * FACTOR,
        derandomize=FACTOR == 1,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        **options,
    )


def send_own_key(case: Case[Any]) -> None:
    """Make a generated idempotency key one that no other call has; leave one that is malformed as it is."""
    key = case.headers.get(KEY_HEADER)
    if key is not None and re.fullmatch(KEY_PATTERN, str(key)) and len(str(key)) <= LONGEST_KEY:
        case.headers[KEY_HEADER] = new_id()


def described(**config: Any) -> OpenApiSchema:
    """Return the operations of the document, to generate calls from."""
    app = Service().app
    document = build_document(app.openapi_schema.to_schema(), app)
    return schemathesis.openapi.from_dict(document, config=SchemathesisConfig.from_dict({**LIMITS, **config}))
