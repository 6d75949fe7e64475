"""A real browser on a page of somebody else's: whatever that page tries, it starts no job and reads no answer.

Chromium's own checks of the local network are off, since not everybody's browser has them: what holds here is ours.
"""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Error

from tests.browsers import chromium
from tests.security.conftest import jobs_of

FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--disable-features=LocalNetworkAccessChecks,LocalNetworkAccessChecksWebSockets,BlockInsecurePrivateNetworkRequests",
]
SUBMIT = {"type": "submit", "ref": 1, "key": "evil", "request": {"kind": "text", "mode": "continue", "text": "once"}}


@pytest.fixture(scope="module")
def page_server():
    """Somebody's web site, on another port; what a request of its own page looks like there, it keeps."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("content-type", "text/html")
            self.end_headers()
            self.wfile.write(b"<!doctype html><title>evil</title><body></body>")

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def browser():
    with chromium(*FLAGS, "--host-resolver-rules=MAP evil.example 127.0.0.1") as browser:
        yield browser


@pytest.fixture
def page(browser):
    page = browser.new_page()
    yield page
    page.close()


@pytest.fixture
def evil(page, page_server):
    """A page of another origin that is open in the browser."""
    page.goto(page_server)
    return page


@pytest.fixture(autouse=True)
def nothing_happens(guarded):
    """No attempt leaves a job, a pairing or a dead daemon behind."""
    yield
    status = guarded.status()
    assert status is not None
    assert all(not lane["running"] and not lane["waiting"] for lane in status["lanes"].values())
    assert jobs_of(guarded.home) == 0
    assert not (guarded.home / "paired.json").exists()


def test_a_name_that_is_bound_anew_to_this_machine_is_refused(page, guarded):
    port = guarded.running().url.rpartition(":")[2]
    for path in ("/health", "/v1/status", "/openapi.json", "/v1/models", "/nothing"):
        response = page.goto(f"http://evil.example:{port}{path}")
        assert response.status == 403
        assert response.json()["error"]["code"] == "bad_origin"


def test_a_page_under_such_a_name_reaches_nothing_of_its_own_origin(page, guarded):
    port = guarded.running().url.rpartition(":")[2]
    # the page comes from where the name led at first; what it asks of its own origin then comes to the daemon
    page.route(f"http://evil.example:{port}/", lambda route: route.fulfill(body="<p>", content_type="text/html"))
    page.goto(f"http://evil.example:{port}/")
    answers = page.evaluate(
        """async token => {
            const asked = [];
            for (const [path, method] of [["/v1/status", "GET"], ["/v1/stop", "POST"], ["/v1/paired/evil", "PUT"]])
                asked.push((await fetch(path, {method, headers: {authorization: "Bearer " + token}})).status);
            const socket = new WebSocket("ws://" + location.host + "/v1/ws");
            asked.push(await new Promise(done => {
                socket.onopen = () => done("open");
                socket.onerror = () => done("refused");
            }));
            return asked;
        }""",
        guarded.running().token,
    )
    assert answers == [403, 403, 403, "refused"]


@pytest.mark.parametrize("known", [False, True], ids=["without the token", "with the token"])
@pytest.mark.parametrize("mode", ["cors", "no-cors"])
def test_fetch_reads_no_answer(evil, guarded, mode, known):
    running = guarded.running()
    seen = evil.evaluate(
        """async ([url, token, mode]) => {
            const seen = {};
            const headers = token && mode === "cors" ? {authorization: "Bearer " + token} : {};
            const tries = {
                get: [url + "/health", {}],
                status: [url + "/v1/status" + (token ? "?token=" + token : ""), {headers}],
                post: [url + "/v1/stop", {method: "POST", headers, body: "{}"}],
                json: [url + "/v1/chat/completions", {method: "POST", body: JSON.stringify({messages: [{role: "user",
                    content: "x"}], model: "starter-text"}), headers: {...headers, "content-type": "application/json"}}],
                put: [url + "/v1/paired/evil", {method: "PUT", headers}],
                cookies: [url + "/v1/status", {credentials: "include", headers}],
            };
            for (const [name, [address, options]] of Object.entries(tries)) {
                try {
                    const answer = await fetch(address, {mode, ...options});
                    seen[name] = [answer.type, answer.status, await answer.text()];
                } catch (error) { seen[name] = "refused"; }
            }
            return seen;
        }""",
        [running.url, running.token if known else "", mode],
    )
    if mode == "cors":
        assert set(map(str, seen.values())) == {"refused"}
    else:  # what cannot be asked simply is not asked at all, and of the rest nothing is seen
        assert all(answer == "refused" or answer == ["opaque", 0, ""] for answer in seen.values()), seen


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data", "text/plain"])
def test_a_form_that_is_sent_is_refused(evil, guarded, page_server, kind):
    for path in ("/v1/stop", "/v1/chat/completions", "/v1/images/edits", "/v1/gc", "/v1/ws"):
        evil.goto(page_server)
        with evil.expect_navigation() as went:
            evil.evaluate(
                """([url, kind, body]) => {
                    const form = document.createElement("form");
                    Object.assign(form, {method: "POST", action: url, enctype: kind});
                    const field = document.createElement("input");
                    // as text/plain this is JSON: {"model": …, "x=": ""}
                    field.name = body.slice(0, -1) + ', "x';
                    field.value = '": ""}';
                    form.append(field);
                    document.body.append(form);
                    form.submit();
                }""",
                [guarded.running().url + path, kind, json.dumps({"model": "starter-text", "prompt": "x"})],
            )
        assert went.value.status == 403
        assert went.value.json()["error"]["code"] == "bad_origin"


def test_what_a_page_can_embed_neither_loads_nor_says_anything(evil, guarded):
    seen = evil.evaluate(
        """async url => {
            const seen = {};
            const wait = (name, element, put) => new Promise(done => {
                element.onload = () => done("loaded");
                element.onerror = () => done("refused");
                put(element);
                document.body.append(element);
                setTimeout(() => done("silent"), 5000);
            }).then(end => { seen[name] = end; });
            const from = path => element => { element.src = url + path; };
            await Promise.all([
                wait("image", document.createElement("img"), from("/v1/status")),
                wait("image of health", document.createElement("img"), from("/health")),
                wait("script", document.createElement("script"), from("/health")),
                wait("module", Object.assign(document.createElement("script"), {type: "module"}), from("/health")),
                wait("style", Object.assign(document.createElement("link"), {rel: "stylesheet"}),
                    element => { element.href = url + "/health"; }),
                wait("sound", document.createElement("audio"), from("/v1/status")),
                wait("object", document.createElement("object"), element => { element.data = url + "/health"; }),
                new Promise(done => {
                    const source = new EventSource(url + "/v1/status");
                    source.onopen = () => done("open");
                    source.onmessage = () => done("message");
                    source.onerror = () => { source.close(); done("refused"); };
                }).then(end => { seen["event source"] = end; }),
            ]);
            seen.beacon = navigator.sendBeacon(url + "/v1/stop", new Blob(["{}"], {type: "application/json"}));
            seen["beacon as text"] = navigator.sendBeacon(url + "/v1/stop", "{}");
            return seen;
        }""",
        guarded.running().url,
    )
    assert {seen.pop("beacon"), seen.pop("beacon as text")} <= {True, False}  # they are sent blindly
    assert seen.pop("sound") in ("refused", "silent")
    assert set(seen.values()) == {"refused"}, seen


def test_a_frame_shows_nothing_of_it(evil, guarded):
    for path in ("/health", "/v1/status", "/openapi.json"):
        evil.evaluate(
            """url => new Promise(done => {
                document.body.replaceChildren(Object.assign(document.createElement("iframe"), {src: url, onload: done}));
            })""",
            guarded.running().url + path,
        )
        frame = evil.frames[-1]
        assert frame.url.startswith(("chrome-error:", guarded.running().url))
        with pytest.raises(Error):
            evil.evaluate("() => document.querySelector('iframe').contentDocument.body.innerText")
        assert "version" not in frame.evaluate("() => document.body ? document.body.innerText : ''")


@pytest.mark.parametrize("known", [False, True], ids=["without the token", "with the token"])
@pytest.mark.parametrize("origin", ["its own", "null"])
def test_a_socket_does_not_open(evil, guarded, origin, known):
    running = guarded.running()
    script = """async ([url, hello, submit]) => {
        const socket = new WebSocket(url);
        return await new Promise(done => {
            socket.onopen = () => { socket.send(hello); socket.send(submit); };
            socket.onmessage = message => done(message.data);
            socket.onerror = () => done("refused");
        });
    }"""
    hello = {"type": "hello", "protocol": 1, "client": "evil", "token": running.token if known else "guess"}
    parts = [running.url.replace("http", "ws") + "/v1/ws", json.dumps(hello), json.dumps(SUBMIT)]
    if origin == "its own":
        assert evil.evaluate(script, parts) == "refused"
        return
    evil.evaluate(
        """() => new Promise(done => {
            const frame = Object.assign(document.createElement("iframe"), {srcdoc: "<p>", onload: done});
            frame.setAttribute("sandbox", "allow-scripts");
            document.body.append(frame);
        })"""
    )
    assert evil.frames[-1].evaluate("() => self.origin") == "null"
    assert evil.frames[-1].evaluate(script, parts) == "refused"


def test_a_person_who_is_led_to_it_sees_no_more_than_that_it_lives(evil, guarded):
    url = guarded.running().url
    with evil.expect_navigation() as went:
        evil.evaluate("url => { location.href = url; }", url + "/v1/status")
    assert went.value.status in (401, 403)
    assert guarded.running().token not in evil.content()


def test_a_worker_and_a_redirect_reach_no_further(evil, guarded):
    seen = evil.evaluate(
        """async url => {
            const text = `fetch("${url}/v1/status").then(a => a.text()).then(postMessage, () => postMessage("refused"))`;
            const worker = new Worker(URL.createObjectURL(new Blob([text])));
            return await new Promise(done => { worker.onmessage = message => done(message.data); });
        }""",
        guarded.running().url,
    )
    assert seen == "refused"
