"""The daemon of the daemon's tests."""

from tests.daemon.conftest import daemon  # noqa: F401
