"""For the tests alone: runs Python that arrives on a local socket, on Blender's main thread, and answers.

Knows nothing of Studiolo. A program is one line of JSON; so is the answer: `{"value": …}` or `{"error": traceback}`.
In a window it runs between Blender's own events; where Blender is a module it is all that the process does.
"""

import json
import os
import queue
import socket
import sys
import threading
import traceback

import bpy

NAMES = {"bpy": bpy}
JOBS = queue.SimpleQueue()


def listen(path):
    server = socket.socket(socket.AF_UNIX)
    server.bind(path)
    server.listen(8)
    while True:
        connection, _ = server.accept()
        threading.Thread(target=answer, args=(connection,), daemon=True).start()


def answer(connection):
    with connection, connection.makefile("rw", encoding="utf-8") as lines:
        for line in lines:
            reply = queue.SimpleQueue()
            JOBS.put((json.loads(line), reply))
            lines.write(reply.get() + "\n")
            lines.flush()


def work(code, reply):
    try:
        NAMES["value"] = None
        exec(compile(code, "<test>", "exec"), NAMES)
        said = json.dumps({"value": NAMES["value"]})
    except Exception:  # noqa: BLE001 (whatever it is, the test hears of it)
        said = json.dumps({"error": traceback.format_exc()})
    sys.stdout.flush()
    reply.put(said)


def pump():
    while not JOBS.empty():
        work(*JOBS.get())
    return 0.01


threading.Thread(target=listen, args=(os.environ["STUDIOLO_DRIVER"],), daemon=True).start()
if bpy.app.background:
    sys.path[:0] = sys.argv[1:]
    while True:
        work(*JOBS.get())
else:
    bpy.context.preferences.view.show_splash = False
    bpy.app.timers.register(pump, persistent=True)
