"""A process that has the libraries of the command line loaded, and forks one for each command: as separate as one that
is started anew, for a fraction of its seconds. Reads orders as JSON lines, writes exit statuses.
"""

import gc
import json
import os
import signal
import sys
from importlib import import_module

from studiolo_cli import main

LIBRARIES = (
    "studiolo_client.client",
    "studiolo_client.start",
    "PIL.ImageOps",
    "PIL.PngImagePlugin",
    "numpy",
    "pydantic.type_adapter",  # typer asks it what a parameter means
    "pydantic.fields",
    "yaml",
    "zoneinfo",
)
"""What commands load when they run; that they do so no sooner is tested with processes that are started anew."""


def become(order):
    """Makes of this process what a shell would have made for the command."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ.clear()
    os.environ.update(order["environment"])
    os.chdir(order["folder"])
    for number, (name, flags) in enumerate(
        ((order["in"], os.O_RDONLY), (order["out"], os.O_WRONLY), (order["err"], os.O_WRONLY))
    ):
        file = os.open(name, flags)
        os.dup2(file, number)
        os.close(file)
    sys.stdin, sys.stdout = os.fdopen(0, closefd=False), os.fdopen(1, "w", closefd=False)
    sys.stderr = os.fdopen(2, "w", buffering=1, closefd=False)
    sys.argv = ["studiolo", *order["arguments"]]


def serve():
    """Until there are no more orders; in each child it returns at once, with True."""
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            become(json.loads(line))
            return True
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
    return False


if __name__ == "__main__":
    for name in LIBRARIES:
        import_module(name)
    gc.freeze()
    if serve():
        main.run()
