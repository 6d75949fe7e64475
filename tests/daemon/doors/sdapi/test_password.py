"""Programs that speak the web UI's API know a name and a password: the token is that password, and only there."""

import base64
import http.client
from urllib.parse import urlsplit

import pytest


def status(daemon, path, said):
    address = urlsplit(daemon.running().url)
    connection = http.client.HTTPConnection(address.hostname, address.port, timeout=5)
    try:
        connection.request("GET", path, headers={"Authorization": said})
        return connection.getresponse().status
    finally:
        connection.close()


def basic(text):
    return f"Basic {base64.b64encode(text.encode()).decode()}"


def test_the_token_is_the_password_of_whatever_name(bare_daemon):
    token = bare_daemon.running().token
    assert status(bare_daemon, "/sdapi/v1/samplers", basic(f"anyone:{token}")) == 200
    assert status(bare_daemon, "/sdapi/v1/samplers", basic(f":{token}")) == 200
    assert status(bare_daemon, "/sdapi/v1/samplers", f"Bearer {token}") == 200


def test_it_is_a_password_there_only(bare_daemon):
    assert status(bare_daemon, "/v1/status", basic(f"anyone:{bare_daemon.running().token}")) == 401


@pytest.mark.parametrize("said", [basic("a:b"), basic("a"), "Basic", "Basic ü", "Basic =", "Digest a"])
def test_no_other_password_will_do(bare_daemon, said):
    assert status(bare_daemon, "/sdapi/v1/samplers", said.encode("latin-1")) == 401
