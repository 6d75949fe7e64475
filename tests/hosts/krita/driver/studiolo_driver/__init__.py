"""A plugin for the tests alone: runs Python that arrives on a local socket, on Krita's GUI thread, and answers.

Knows nothing of Studiolo. A program is one line of JSON; so is the answer: `{"value": …}` or `{"error": traceback}`.
"""

import json
import os
import socket
import threading
import traceback

from krita import Extension, Krita
from PyQt5.QtCore import QObject, Qt, pyqtSignal


class Driver(QObject):
    asked = pyqtSignal(object)

    def __init__(self, path):
        super().__init__()
        self._names = {"Krita": Krita}
        self.asked.connect(self._run, Qt.QueuedConnection)
        server = socket.socket(socket.AF_UNIX)
        server.bind(path)
        server.listen(8)
        threading.Thread(target=self._serve, args=(server,), daemon=True).start()

    def _serve(self, server):
        while True:
            connection, _ = server.accept()
            threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection):
        with connection, connection.makefile("rw", encoding="utf-8") as lines:
            for line in lines:
                job = {"code": json.loads(line), "done": threading.Event()}
                self.asked.emit(job)
                job["done"].wait()
                lines.write(json.dumps(job["answer"]) + "\n")
                lines.flush()

    def _run(self, job):
        try:
            self._names["value"] = None
            exec(compile(job["code"], "<test>", "exec"), self._names)
            job["answer"] = {"value": self._names["value"]}
            json.dumps(job["answer"])
        except Exception:  # noqa: BLE001 (whatever it is, the test hears of it)
            job["answer"] = {"error": traceback.format_exc()}
        job["done"].set()


class DriverExtension(Extension):
    def setup(self):
        self._driver = Driver(os.environ["STUDIOLO_DRIVER"])

    def createActions(self, window):  # noqa: N802 (Krita's own name)
        pass


if "STUDIOLO_DRIVER" in os.environ:
    Krita.instance().addExtension(DriverExtension(Krita.instance()))
