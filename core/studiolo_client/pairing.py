"""Pairing codes: where a daemon is and what lets one in, as one word to be copied. Knows no daemon."""

from __future__ import annotations

import base64
import json

from studiolo_client.discovery import Running
from studiolo_contract.errors import StudioloError

_HEAD = "studiolo:"


def write_code(url: str, token: str, certificate: str = "") -> str:
    """The code. `certificate`: the sha256, in hexadecimal, of the only one that is believed there; empty where the
    address has none, or one that this machine's authorities have signed."""
    plain = {"url": url, "token": token} | ({"certificate": certificate} if certificate else {})
    return _HEAD + base64.urlsafe_b64encode(json.dumps(plain, separators=(",", ":")).encode()).decode().rstrip("=")


def read_code(code: str) -> Running:
    """The daemon that a code leads to; its process, version and protocol are not known. Raises `StudioloError`
    (`bad_request`) for what is no code."""
    coded = code.strip().removeprefix(_HEAD)
    try:
        plain = json.loads(base64.b64decode(coded + "=" * (-len(coded) % 4), altchars=b"-_", validate=True))
        url, token, certificate = plain["url"], plain["token"], plain.get("certificate", "")
        if not all(isinstance(part, str) for part in (url, token, certificate)):
            raise TypeError
        if not url.startswith(("http://", "https://")) or (certificate and not url.startswith("https://")):
            raise ValueError
    except (ValueError, TypeError, KeyError, AttributeError):
        raise StudioloError(
            "bad_request", "This is no pairing code.", "Copy the whole line that `studiolo pair` prints."
        ) from None
    return Running(url=url, token=token, pid=0, version="", protocol=0, certificate=certificate)
