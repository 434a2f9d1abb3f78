"""Schemathesis in this process: every operation of a description, called as several people.

It makes calls that fit the description and calls that nearly do. Whatever comes, no answer is a
fault of ours, and none has a status, a type or a shape that the description does not name.
"""

from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

import schemathesis
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, seed, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

CHECKS: Final = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
# Reading first, and what ends things last: later calls shall find something.
ORDER: Final = ("get", "post", "put", "patch", "delete")
SEED: Final = 7


def call_all(
    document: dict[str, Any], programs: Mapping[str, TestClient], *, examples: int
) -> Mapping[str, Counter[int]]:
    """Call every operation; return how often each of the programs was answered which status."""
    schema = schemathesis.openapi.from_dict(document)
    operations = [found.ok() for found in schema.get_all_operations() if isinstance(found, Ok)]
    operations.sort(key=lambda operation: ORDER.index(operation.method.lower()))
    told: dict[str, Counter[int]] = {who: Counter() for who in programs}
    for operation in operations:
        _call(operation, programs, told, examples=examples)
    return told


def _call(
    operation: APIOperation[Any, Any, Any, Any],
    programs: Mapping[str, TestClient],
    told: Mapping[str, Counter[int]],
    *,
    examples: int,
) -> None:
    fitting = operation.as_strategy(GenerationMode.POSITIVE)
    nearly = operation.as_strategy(GenerationMode.NEGATIVE)

    @seed(SEED)
    @settings(max_examples=examples, database=None, suppress_health_check=list(HealthCheck))
    @given(case=fitting | fitting | nearly)
    def call(case: schemathesis.Case[Any]) -> None:
        sent = _sent(case)
        for who, program in programs.items():
            request = program.build_request(**sent)
            request.read()  # Whoever judges an answer looks at what was asked, too.
            answer = program.send(request)
            told[who][answer.status_code] += 1
            case.validate_response(answer, checks=CHECKS)

    call()


def _sent(case: schemathesis.Case[Any]) -> dict[str, Any]:
    """Return the case as our client takes it."""
    sent = case.as_transport_kwargs(base_url="")
    sent.pop("cookies", None)
    sent["headers"].pop("Authorization", None)  # Each program has its own token, or none.
    sent["files"] = [(name, _part(part)) for name, part in sent.get("files") or ()]
    if isinstance(sent.get("data"), bytes | str):
        sent["content"] = sent.pop("data")
    return sent


def _part(part: Any) -> Any:
    """Return a part of a form as bytes; what is a number there has no bytes yet."""
    filename, value, *rest = part if isinstance(part, tuple) else (None, part)
    return (filename, value if isinstance(value, bytes) else str(value).encode(), *rest)
