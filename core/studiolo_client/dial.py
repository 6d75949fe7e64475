"""A connection to the daemon's address: over TLS where that says https, and to the very certificate that is known.

Knows addresses and certificates; says nothing on the connection.
"""

from __future__ import annotations

import hmac
import socket
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from studiolo_client.discovery import Running


class OtherCertificate(OSError):
    """Whoever answers is not the daemon that was paired, or it has a new certificate."""


def dial(running: Running, timeout: float) -> socket.socket:
    """An open connection, whose every step waits `timeout` seconds at most. Raises OSError when nobody answers,
    `OtherCertificate` when somebody does who is not that daemon, and ValueError when the address is none."""
    address = urlsplit(running.url)
    secure = address.scheme == "https"
    plain = socket.create_connection((address.hostname or "", address.port or (443 if secure else 80)), timeout)
    try:
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return _secured(plain, address.hostname or "", running.certificate) if secure else plain
    except BaseException:
        plain.close()
        raise


def _secured(plain: socket.socket, name: str, certificate: str) -> socket.socket:
    import hashlib
    import ssl  # most daemons are on this machine

    context = ssl.create_default_context()
    if certificate:
        # it may be signed by itself, and the machine be called otherwise now: only that it is this one counts
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    secured = context.wrap_socket(plain, server_hostname=name)
    shown = hashlib.sha256(secured.getpeercert(binary_form=True) or b"").hexdigest()
    if certificate and not hmac.compare_digest(shown, certificate.lower()):
        secured.close()
        raise OtherCertificate("it shows another certificate than the one that was paired")
    return secured
