"""What the studio page asks over HTTP, of a real daemon without models, and who may not ask it."""

import http.client
import json
import re
import time
from dataclasses import replace
from urllib.parse import urlsplit

import pytest

from studiolo_client.client import Client
from studiolo_daemon.doors.studio import PAGE


class Asked:
    def __init__(self, answer):
        self.status, self.headers, self.body = answer.status, dict(answer.getheaders()), answer.read()

    @property
    def json(self):
        return json.loads(self.body)


def ask(daemon, path, method="GET", token=None, body=None, **headers):
    """One request; `token`: the daemon's own unless given, none where it is empty."""
    running = daemon.running()
    if token != "":
        headers["authorization"] = f"Bearer {token or running.token}"
    if body is not None:
        headers["content-type"] = "application/json"
    address = urlsplit(running.url)
    connection = http.client.HTTPConnection(address.hostname, address.port, timeout=60)
    connection.request(method, path, None if body is None else json.dumps(body), headers)
    answer = Asked(connection.getresponse())
    connection.close()
    return answer


def wait_until(true, seconds=60):
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.fixture(scope="module")
def page_token(bare_daemon):
    code = ask(bare_daemon, "/v1/studio/codes", "POST").json["code"]
    return ask(bare_daemon, "/v1/studio/token", "POST", token="", body={"code": code}).json["token"]


def test_the_page_comes_to_anybody_and_may_load_nothing_from_elsewhere(bare_daemon):
    answer = ask(bare_daemon, "/", token="")
    assert answer.status == 200
    assert answer.headers["content-type"].startswith("text/html")
    policy = dict(rule.split(" ", 1) for rule in answer.headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == "'self'"
    host = urlsplit(bare_daemon.running().url).netloc
    assert policy["connect-src"] == f"'self' ws://{host}"
    assert policy["frame-ancestors"] == policy["form-action"] == policy["base-uri"] == "'none'"
    assert bare_daemon.running().token not in answer.body.decode()


def test_every_file_that_the_page_names_is_served_as_what_it_is(bare_daemon):
    kinds = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".html": "text/html"}
    named = set(re.findall(r'"/studio/([\w.]+)"', ask(bare_daemon, "/", token="").body.decode()))
    files = {file.name for file in PAGE.iterdir()}
    imported = {name for file in PAGE.glob("*.js") for name in re.findall(r'from "\./([\w.]+)"', file.read_text())}
    assert named | imported | {"index.html"} == files  # and none that nobody needs
    for name in files:
        answer = ask(bare_daemon, f"/studio/{name}", token="")
        assert answer.status == 200
        assert answer.headers["content-type"].startswith(kinds[f".{name.rpartition('.')[2]}"])
        assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("name", ["nothing.js", "..%2Fapp.py", "%2e%2e/app.py", "../app.py", "main.js/x"])
def test_no_other_file_is(bare_daemon, name):
    answer = ask(bare_daemon, f"/studio/{name}", token="")
    assert answer.status in (401, 404)
    assert answer.json["error"]["message"]


def test_the_page_needs_nothing_from_another_machine():
    for file in PAGE.iterdir():
        found = re.findall(r"(?:https?:)?//[\w.-]+\.\w+", re.sub(r"//[ \w].*", "", file.read_text()))
        assert set(found) <= {"http://www.w3.org"}, file.name


def test_the_pages_token_is_the_owners_on_every_route_and_on_the_socket(bare_daemon, page_token):
    assert ask(bare_daemon, "/v1/status", token=page_token).json["home"]
    assert ask(bare_daemon, "/v1/studio/queue", token=page_token).json["jobs"] == []
    with Client(replace(bare_daemon.running(), token=page_token), "studio") as client:
        assert client.models()
        assert ask(bare_daemon, "/v1/studio/hosts").json["connected"] == {"studio": 1}
    wait_until(lambda: ask(bare_daemon, "/v1/studio/hosts").json["connected"] == {})


def test_a_code_opens_once(bare_daemon):
    code = ask(bare_daemon, "/v1/studio/codes", "POST").json["code"]
    assert ask(bare_daemon, "/v1/studio/token", "POST", token="", body={"code": code}).status == 200
    again = ask(bare_daemon, "/v1/studio/token", "POST", token="", body={"code": code})
    assert (again.status, again.json["error"]["code"]) == (400, "bad_token")


@pytest.mark.parametrize("body", [None, {}, {"code": ""}, {"code": 3}, {"code": "x" * 65}, {"code": ["x"]}])
def test_what_is_no_code_is_refused_in_a_sentence(bare_daemon, body):
    answer = ask(bare_daemon, "/v1/studio/token", "POST", token="", body=body)
    assert answer.status == 400
    assert answer.json["error"]["message"]


def test_a_page_elsewhere_is_refused_before_its_code_is_read(bare_daemon):
    code = ask(bare_daemon, "/v1/studio/codes", "POST").json["code"]
    for headers in ({"origin": "https://evil.example"}, {"origin": "null"}, {"sec-fetch-site": "cross-site"}):
        assert ask(bare_daemon, "/v1/studio/token", "POST", token="", body={"code": code}, **headers).status == 403
    assert ask(bare_daemon, "/v1/studio/token", "POST", token="", body={"code": code}).status == 200


def test_a_person_may_be_led_to_the_page_but_a_page_may_not_fetch_it(bare_daemon):
    led = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}
    answer = ask(bare_daemon, "/", token="", **led)
    assert answer.status == 200
    assert answer.headers["cross-origin-opener-policy"] == "same-origin"
    for other in ({"sec-fetch-mode": "cors"}, {"sec-fetch-dest": "iframe"}, {"sec-fetch-dest": "image"}):
        assert ask(bare_daemon, "/", token="", **led | other).status == 403
    assert ask(bare_daemon, "/studio/main.js", token="", **led).status == 403


def test_a_paired_program_asks_none_of_it(bare_daemon):
    paired = ask(bare_daemon, "/v1/paired/tablet", "PUT").json["token"]
    try:
        for method, path in (
            ("POST", "codes"),
            ("GET", "jobs"),
            ("GET", "queue"),
            ("GET", "models"),
            ("POST", "pulls/x"),
        ):
            answer = ask(bare_daemon, f"/v1/studio/{path}", method, token=paired)
            assert (answer.status, answer.json["error"]["code"]) == (403, "bad_token"), path
    finally:
        ask(bare_daemon, "/v1/paired/tablet", "DELETE")


def test_what_is_not_there_is_said_to_be_not_there(bare_daemon):
    assert ask(bare_daemon, "/v1/studio/jobs").json == {"jobs": [], "more": False}
    for path in ("jobs/nothing", "kits/nothing", "jobs/nothing/preview"):
        assert ask(bare_daemon, f"/v1/studio/{path}").json["error"]["code"] == "unknown_job"


@pytest.mark.parametrize("asked", ["jobs?most=0", "jobs?most=101", "jobs?skip=-1", "queue?after=x", "queue?after=-1"])
def test_a_number_past_its_bounds_is_refused(bare_daemon, asked):
    answer = ask(bare_daemon, f"/v1/studio/{asked}")
    assert (answer.status, answer.json["error"]["code"]) == (400, "bad_request")


def test_what_is_pulled_is_checked_by_the_command_line_and_told(bare_daemon):
    assert ask(bare_daemon, "/v1/studio/pulls/nothing", "POST").json["error"]["code"] == "unknown_model"
    assert ask(bare_daemon, "/v1/studio/pulls/--help", "POST").json["error"]["code"] == "unknown_model"
    ask(bare_daemon, "/v1/studio/pulls/starter-upscaler", "POST")  # part of the source tree: nothing is fetched

    def pull():
        return ask(bare_daemon, "/v1/studio/pulls").json["pulls"][0]

    wait_until(lambda: pull()["state"] != "running")
    assert pull() == pull() | {"model": "starter-upscaler", "state": "done", "stage": "verify", "problem": None}
    assert pull()["done"] == pull()["total"] > 0


def test_models_are_told_with_licence_size_and_memory(bare_daemon):
    models = {model["name"]: model for model in ask(bare_daemon, "/v1/studio/models").json}
    upscaler = models["starter-upscaler"]
    assert upscaler["installed"]
    assert upscaler["licence"] == "Apache-2.0"
    assert upscaler["size_on_disk"] > 100_000
    assert not models["starter-text"]["installed"]
