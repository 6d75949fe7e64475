"""The way in for other machines: what a person set for it, checked and opened. Without it the daemon is this machine's.

Knows addresses and certificates; knows no token. Whoever comes this way is let in by a paired program's token only.
"""

from __future__ import annotations

import os
import socket
import ssl
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from studiolo_contract.errors import StudioloError
from studiolo_daemon.settings import Settings

ANY = ("0.0.0.0", "::")  # noqa: S104 - only to know them when somebody sets them
"""Hosts that are every address of the machine and the name of none."""


@dataclass(frozen=True)
class Outside:
    """A port that other machines may knock at."""

    listener: socket.socket
    tls: ssl.SSLContext | None
    names: tuple[str, ...]
    """What the machine is called in a Host header, as in an address; the first one is in pairing codes."""
    certificate: str
    """The sha256 of the certificate in hexadecimal, empty without TLS."""

    @property
    def port(self) -> int:
        port: int = self.listener.getsockname()[1]
        return port

    @property
    def scheme(self) -> str:
        return "http" if self.tls is None else "https"

    @property
    def hosts(self) -> frozenset[str]:
        """The Host headers that are answered."""
        return frozenset(f"{name}:{self.port}" for name in self.names)

    @property
    def url(self) -> str:
        return f"{self.scheme}://{self.names[0]}:{self.port}"


def open_outside(settings: Settings) -> Outside | None:
    """The way in for other machines, listening; None where no `host` is set. Raises `StudioloError` (`bad_request`)
    that names the setting to mend."""
    if not settings.host:
        return None
    names = tuple(f"[{name}]" if ":" in name else name for name in (settings.host, *settings.names) if name not in ANY)
    if not names:
        raise _bad(f"'{settings.host}' is every address of this machine.", "Set 'names' to those that it is called by.")
    tls, certificate = None, ""
    if not settings.insecure_without_tls:
        if not settings.tls_certificate or not settings.tls_key:
            raise _bad(
                f"With host = '{settings.host}' other machines could read what is sent.",
                "Set 'tls_certificate' and 'tls_key'; or insecure_without_tls = true, on a network of your own.",
            )
        tls, certificate = _tls(Path(settings.tls_certificate).expanduser(), Path(settings.tls_key).expanduser())
    elif settings.tls_certificate or settings.tls_key:
        raise _bad("There is a certificate, and insecure_without_tls as well.", "Take one of the two out.")
    return Outside(_listen(settings.host, settings.host_port), tls, names, certificate)


def _tls(certificate: Path, key: Path) -> tuple[ssl.SSLContext, str]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(certificate, key, password="")  # or it asks for one in the terminal
        head, end, _ = certificate.read_text(encoding="ascii").partition("-----END CERTIFICATE-----")
        first = ssl.PEM_cert_to_DER_cert(head[head.index("-----BEGIN CERTIFICATE-----") :] + end)
    except (OSError, ValueError) as error:
        raise _bad(
            f"The certificate {certificate} with the key {key} can't be used: {error}.",
            "Set 'tls_certificate' and 'tls_key' to files in PEM that belong together, the key without a password.",
        ) from None
    return context, sha256(first).hexdigest()


def _listen(host: str, port: int) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
    except (OSError, UnicodeError) as error:
        raise _bad(f"host = '{host}' is no address: {error}.", "Set one of this machine's.") from None
    try:
        if os.name == "posix":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(128)
    except OSError as error:
        listener.close()
        raise _bad(
            f"Port {port} of '{host}' cannot be had: {error.strerror}.", "Set another 'host' or 'host_port'."
        ) from None
    return listener


def _bad(message: str, mend: str) -> StudioloError:
    return StudioloError("bad_request", message, mend)
