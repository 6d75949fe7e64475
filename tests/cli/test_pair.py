"""`pair` as a process: a code that lets one in, a list, and the end of it."""

import base64
import json

from studiolo_client import discovery
from studiolo_client.discovery import Running
from tests.cli.test_commands import told


def meaning(line):
    head, _, rest = line.strip().partition(":")
    assert head == "studiolo"
    assert "=" not in rest
    return json.loads(base64.urlsafe_b64decode(rest + "=" * (-len(rest) % 4)))


def test_a_code_lets_a_program_in_until_it_is_revoked(studiolo):
    assert studiolo("pair", "--list")[1] == ""
    status, output, errors = studiolo("pair", "my tablet")
    assert (status, output.count("\n")) == (0, 1)
    assert "my tablet" in errors
    code = meaning(output)
    assert set(code) == {"url", "token"}
    running = discovery.recorded()
    assert code["url"] == running.url
    assert code["token"] != running.token
    tablet = Running(url=code["url"], token=code["token"], pid=0, version="", protocol=0)
    assert discovery.status(tablet) is not None
    assert studiolo("pair", "--list")[1].startswith("my tablet\t")
    assert studiolo("pair", "--revoke", "my tablet") == (0, "", "my tablet is not let in any more.\n")
    assert discovery.call(tablet, "GET", "/v1/status")[0] == 401
    assert studiolo("pair", "--list") == (0, "", "No program is paired.\n")


def test_a_program_that_speaks_another_api_gets_the_bare_token(studiolo):
    status, output, errors = studiolo("pair", "continue", "--token")
    assert (status, output.count("\n")) == (0, 1)
    running = discovery.recorded()
    assert f"{running.url}/v1 for OpenAI's API" in errors.replace("\n", " ")
    program = Running(url=running.url, token=output.strip(), pid=0, version="", protocol=0)
    assert discovery.call(program, "GET", "/v1/models")[0] == 200
    assert studiolo("pair", "--revoke", "continue")[0] == 0


def test_for_another_machine_there_must_be_a_way_in(studiolo):
    assert told(studiolo("pair", "laptop", "--outside"), "bad_request", "from this machine only", 2)
    assert studiolo("pair", "--list")[1] == ""


def test_what_is_wrong_is_said_in_a_sentence(studiolo):
    assert studiolo("pair", "phone")[0] == 0
    assert told(studiolo("pair", "phone"), "bad_request", "is paired already", 2)
    assert told(studiolo("pair", "a/b"), "bad_request", "can't be the name", 2)
    assert told(studiolo("pair"), "bad_request", "takes a name", 2)
    assert told(studiolo("pair", "x", "--list"), "bad_request", "takes a name", 2)
    assert told(studiolo("pair", "--revoke", "tablet"), "bad_request", "No program called 'tablet'", 2)
    assert studiolo("pair", "--revoke", "phone")[0] == 0
