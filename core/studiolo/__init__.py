"""How a request is fulfilled. Knows no server, no socket and no host program."""

__version__ = "0.1.0"
