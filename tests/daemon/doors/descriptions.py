"""The daemon's own description of its routes, to hold its answers against."""

import json
from urllib.request import Request, urlopen

import schemathesis
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


def described(daemon):
    """/openapi.json of a daemon, and the headers with which it is asked."""
    running = daemon.running()
    headers = {"Authorization": f"Bearer {running.token}"}
    with urlopen(Request(f"{running.url}/openapi.json", headers=headers), timeout=10) as answer:
        schema = schemathesis.openapi.from_dict(json.load(answer))
    schema.config.update(base_url=running.url)
    return schema, headers


def asked(daemon, path, body):
    """What comes when a route is asked for this; it fits the description."""
    schema, headers = described(daemon)
    case = schema[path]["POST"].Case(body=body, media_type="application/json")
    answer = case.call_and_validate(checks=CHECKS, headers=headers, timeout=120)
    assert answer.status_code == 200, answer.text
    return answer.json()
