"""What a client and the daemon say to each other: requests, events, recipes, errors and the frames that carry them.

Written once and used everywhere: the daemon checks these very classes, the worker runs them, Krita and Blender carry
them, and the JSON Schema and `docs/protocol.md` are generated from them. Knows no server, socket, model or host
program; needs Python 3.10 and `annotated_types`, nothing else.
"""

PROTOCOL = 1
"""Version of the wire protocol. Raised when an older client could no longer understand the daemon."""
