"""`studio`: how the page is opened, and that its key is where nobody else can read it."""

import json
import re
import stat
import sys
import urllib.request

import pytest

from studiolo_client import discovery


def opened(url, code):
    """Whether the daemon takes this code from a page."""
    body = json.dumps({"code": code}).encode()
    request = urllib.request.Request(f"{url}/v1/studio/token", body, {"content-type": "application/json"})
    with urllib.request.urlopen(request) as answer:
        return len(json.load(answer)["token"]) > 40


def test_it_leads_the_browser_to_the_page_by_a_file_of_its_own(studiolo, home, tmp_path, monkeypatch):
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\necho "$1" > {tmp_path / "led"}\n')
    browser.chmod(0o755)
    monkeypatch.setenv("BROWSER", f"{browser} %s")
    status, output, errors = studiolo("studio")
    running = discovery.read()
    assert status == 0, errors
    assert output.strip() == running.url
    way = home / "studio.html"
    assert (tmp_path / "led").read_text().strip() == way.as_uri()  # and no code, which all could read in a process list
    assert stat.S_IMODE(way.stat().st_mode) == 0o600 or sys.platform == "win32"
    led = re.findall(r'url=(http://[^"]+)"', way.read_text())
    assert led
    url, code = led[0].split("/#code=")
    assert url == running.url
    assert opened(url, code)


def test_a_code_is_shown_to_be_typed(studiolo, home):
    status, output, errors = studiolo("studio", "--code")
    assert status == 0
    assert re.fullmatch(r"\w{4}-\w{4}-\w{4}\n", output)
    assert discovery.read().url in errors
    assert opened(discovery.read().url, output.strip())


@pytest.mark.parametrize("wanted", [(), ("--code",)])
def test_the_page_of_a_daemon_elsewhere_is_for_its_own_machine(studiolo, home, wanted):
    away = discovery.Running(url="http://192.168.1.20:4748", token="t", pid=0, version="", protocol=1)
    discovery.keep_elsewhere(away)
    try:
        status, output, errors = studiolo("studio", *wanted)
    finally:
        discovery.forget_elsewhere()
    assert (status, output) == (2, "")
    assert "192.168.1.20" in errors


def test_a_pull_can_be_followed_by_a_program(studiolo, home):
    status, output, _ = studiolo("models", "pull", "starter-upscaler", "--json")
    told = [json.loads(line) for line in output.splitlines()]
    assert status == 0
    assert told[-1] == told[-1] | {"model": "starter-upscaler", "stage": "verify"}
    assert told[-1]["done"] == told[-1]["total"] > 0
    status, output, _ = studiolo("models", "pull", "nothing", "--json")
    assert status == 1
    assert json.loads(output)["error"]["code"] == "unknown_model"
