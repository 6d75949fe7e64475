"""Other machines: over TLS or by a plain word of the owner's, with a paired program's token, under known names only.

127.0.0.2 stands in for an address of the network: to the daemon it is one like any other.
"""

import dataclasses
import hashlib
import json
import socket
import ssl
import sys
import warnings

import pytest
import trustme

from studiolo_client import discovery
from studiolo_client.client import Client
from studiolo_client.discovery import Running
from studiolo_client.pairing import read_code, write_code
from studiolo_contract.errors import StudioloError
from studiolo_daemon.doors.outside import open_outside
from studiolo_daemon.settings import Settings
from tests.daemon.conftest import Daemon, certified, open_to_others
from tests.daemon.doors.test_gate import call
from tests.daemon.doors.test_paired import pair, revoke

HOST = "127.0.0.2"
pytestmark = pytest.mark.skipif(sys.platform == "darwin", reason="macOS has no 127.0.0.2 of itself.")


@pytest.fixture(scope="module")
def authority():
    return trustme.CA()


@pytest.fixture(scope="module")
def files(authority, tmp_path_factory):
    """Certificate and key for the machine, which nobody's system trusts."""
    return certified(tmp_path_factory.mktemp("tls"), authority.issue_cert("studio.local", HOST))


@pytest.fixture(scope="module")
def open_house(files, tmp_path_factory):
    """A daemon that other machines may reach."""
    home = tmp_path_factory.mktemp("home")
    open_to_others(home, HOST, files, "names = ['studio.local']\n")
    daemon = Daemon(home).start()
    yield daemon
    daemon.stop()


@pytest.fixture(scope="module")
def laptop(open_house):
    """A program on another machine that was paired."""
    status, answer = discovery.call(open_house.running(), "PUT", "/v1/paired/laptop")
    assert status == 200
    return read_code(write_code(token=answer["token"], **answer["outside"]))


def secured(running, **headers):
    """What a client that asks for the certificate of nobody hears, under any name it likes."""
    port = int(running.url.rpartition(":")[2])
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    with socket.create_connection((HOST, port), timeout=10) as plain, context.wrap_socket(plain) as line:
        line.sendall("\r\n".join(["GET /v1/status HTTP/1.1", "Connection: close", *lines, "", ""]).encode())
        answer = b""
        while part := line.recv(65536):
            answer += part
    return int(answer[9:12]), json.loads(answer.partition(b"\r\n\r\n")[2])


def test_a_paired_program_works_from_there(laptop):
    assert laptop.url.startswith(f"https://{HOST}:")
    assert len(laptop.certificate) == 64
    assert discovery.status(laptop) is not None
    with Client(laptop, "krita") as client:
        data = b"x" * 300_000
        assert client.get(client.put(data)) == data
        assert client.jobs() == ()


def test_only_the_certificate_that_was_paired_is_believed(laptop):
    other = dataclasses.replace(laptop, certificate=hashlib.sha256(b"other").hexdigest())
    assert discovery.call(other, "GET", "/v1/status") == (0, {})
    with pytest.raises(StudioloError, match="another certificate"):
        Client(other, "krita")
    with pytest.raises(StudioloError, match="CERTIFICATE_VERIFY_FAILED"):
        Client(dataclasses.replace(laptop, certificate=""), "krita")


def test_where_an_authority_has_signed_it_no_fingerprint_is_needed(laptop, authority, tmp_path, monkeypatch):
    authority.cert_pem.write_to_path(tmp_path / "authority.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    assert discovery.status(dataclasses.replace(laptop, certificate="")) is not None


def test_the_daemons_own_token_is_good_on_this_machine_only(open_house, laptop):
    own = open_house.running()
    outside = dataclasses.replace(laptop, token=own.token)
    assert discovery.call(outside, "GET", "/v1/status")[0] == 401
    with pytest.raises(StudioloError) as caught:
        Client(outside, "krita")
    assert caught.value.problem.code == "bad_token"
    assert discovery.status(own) is not None


@pytest.mark.parametrize(("method", "path"), [("POST", "/v1/stop"), ("GET", "/v1/paired"), ("PUT", "/v1/paired/x")])
def test_what_is_the_owners_stays_so(laptop, method, path):
    assert discovery.call(laptop, method, path)[0] == 403


def test_it_answers_to_its_own_names_alone(open_house, laptop):
    port = laptop.url.rpartition(":")[2]
    token = {"Authorization": f"Bearer {laptop.token}"}
    for host in (f"{HOST}:{port}", f"studio.local:{port}"):
        assert secured(laptop, Host=host, **token)[0] == 200
    inner = open_house.running().url.rpartition(":")[2]
    for host in (
        HOST,
        "studio.local",
        f"127.0.0.1:{port}",
        f"localhost:{port}",
        f"evil.example:{port}",
        f"{HOST}:{inner}",
    ):
        status, answer = secured(laptop, Host=host, **token)
        assert (status, answer["error"]["code"]) == (403, "bad_origin"), host
    for origin in ("https://evil.example", "null", f"http://{HOST}:{port}", f"https://127.0.0.1:{port}"):
        status, answer = secured(laptop, Host=f"{HOST}:{port}", Origin=origin, **token)
        assert (status, answer["error"]["code"]) == (403, "bad_origin"), origin
    status, _ = call(open_house.running().url, "GET", "/v1/status", {"Host": f"{HOST}:{port}"} | token)
    assert status == 403


def test_what_a_proxy_says_of_others_counts_for_nothing(open_house, laptop):
    port = laptop.url.rpartition(":")[2]
    forged = {"Authorization": f"Bearer {open_house.running().token}", "X_Forwarded_For": "127.0.0.1",
              "X_Forwarded_Proto": "http", "Forwarded": "for=127.0.0.1"}  # fmt: skip
    assert secured(laptop, Host=f"{HOST}:{port}", **forged)[0] == 401


def test_without_tls_nothing_is_said_there(laptop):
    plain = dataclasses.replace(laptop, url=laptop.url.replace("https", "http"), certificate="")
    assert discovery.call(plain, "GET", "/health") == (0, {})


def test_old_tls_is_not_spoken(laptop):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # it is old, that is the point
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    port = int(laptop.url.rpartition(":")[2])
    with socket.create_connection((HOST, port), timeout=10) as plain, pytest.raises(ssl.SSLError):
        context.wrap_socket(plain)


def test_a_program_that_is_revoked_is_put_out_there_too(open_house):
    answer = discovery.call(open_house.running(), "PUT", "/v1/paired/phone")[1]
    phone = read_code(write_code(token=answer["token"], **answer["outside"]))
    with Client(phone, "krita", patience=0.5, find=lambda: phone) as client:
        revoke(open_house, "phone")
        with pytest.raises(StudioloError):
            client.jobs()
    assert discovery.call(phone, "GET", "/v1/status")[0] == 401


def test_by_a_plain_word_it_goes_without_tls(tmp_path):
    (tmp_path / "settings.toml").write_text(f"host = '{HOST}'\nhost_port = 0\ninsecure_without_tls = true\n")
    daemon = Daemon(tmp_path).start()
    try:
        token = pair(daemon, "laptop")
        where = discovery.ask(daemon.running(), "GET", "/v1/paired")["outside"]
        assert where["url"].startswith(f"http://{HOST}:")
        assert where["certificate"] == ""
        laptop = read_code(write_code(token=token, **where))
        assert discovery.status(laptop) is not None
        assert discovery.call(dataclasses.replace(laptop, token=daemon.running().token), "GET", "/v1/status")[0] == 401
    finally:
        daemon.stop()


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"host": HOST}, "other machines could read"),
        ({"host": HOST, "tls_certificate": "certificate.pem"}, "other machines could read"),
        ({"host": "0.0.0.0", "insecure_without_tls": True}, "every address"),
        ({"host": "a..b", "insecure_without_tls": True}, "is no address"),
        ({"host": "192.0.2.1", "insecure_without_tls": True}, "cannot be had"),
        ({"host": HOST, "insecure_without_tls": True, "tls_key": "key.pem"}, "and insecure_without_tls as well"),
        ({"host": HOST, "tls_certificate": "key.pem", "tls_key": "key.pem"}, "can't be used"),
        ({"host": HOST, "tls_certificate": "certificate.pem", "tls_key": "gone.pem"}, "can't be used"),
    ],
)
def test_what_does_not_fit_is_said_before_it_opens(files, settings, said):
    placed = {name: str(files / value) if name.startswith("tls") else value for name, value in settings.items()}
    with pytest.raises(StudioloError, match=said) as caught:
        open_outside(Settings(host_port=0, **placed))
    assert caught.value.problem.mend


def test_by_itself_it_listens_to_this_machine_only(bare_daemon):
    assert open_outside(Settings()) is None
    port = int(bare_daemon.running().url.rpartition(":")[2])
    with pytest.raises(OSError, match="refused"):
        socket.create_connection((HOST, port), timeout=5)


def test_codes_say_what_they_were_given_and_nonsense_is_no_code():
    running = read_code("  " + write_code("https://studio.local:4748", "t", "ab" * 32) + "\n")
    assert running == Running(
        url="https://studio.local:4748", token="t", pid=0, version="", protocol=0, certificate="ab" * 32
    )
    assert read_code(write_code("http://127.0.0.1:4747", "t")).certificate == ""
    for code in (
        "",
        "studiolo:",
        "studiolo:e30",
        "x",
        "studiolo:ü",
        write_code("file:///etc", "t"),
        write_code("http://a", "t", "ab"),
    ):
        with pytest.raises(StudioloError, match="no pairing code"):
            read_code(code)
