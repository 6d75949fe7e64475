"""The wire between clients and daemon, which can be cut and held. Knows nothing of what goes over it but the Host header,
which names the daemon, as it would without a wire between.
"""

import socket
import struct
import threading

from studiolo_client.discovery import Running


class Wire:
    """Listens on a port of its own and passes everything on, in both directions."""

    def __init__(self, running):
        """`running` says where the daemon is now."""
        self._running = running
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._links = []
        self._lock = threading.Lock()
        threading.Thread(target=self._accept, daemon=True).start()

    def running(self):
        """The daemon as it is reached over this wire."""
        found = self._running()
        if found is None:
            return None
        url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        return Running(url=url, token=found.token, pid=found.pid, version=found.version, protocol=found.protocol)

    def cut(self, chance, torn):
        """Ends connections abruptly, each with this chance; `torn`: in the middle of what the daemon says next."""
        for link in self._some(chance):
            if torn:
                link.torn.set()
            else:
                link.end()

    def hold(self, chance):
        """Has nothing go through any more, in either direction, with neither end being told; returns what lets go."""
        held = self._some(chance)
        for link in held:
            link.flows.clear()

        def end():
            for link in held:
                link.end()

        return end

    def close(self):
        self._listener.close()
        for link in self._links:
            link.end()

    def _some(self, chance):
        with self._lock:
            self._links = [link for link in self._links if not link.over.is_set()]
            return [link for link in self._links if chance()]

    def _accept(self):
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            found = self._running()
            try:
                port = int(found.url.rpartition(":")[2])
                far = socket.create_connection(("127.0.0.1", port), timeout=5)
            except (OSError, AttributeError):
                near.close()
                continue
            far.settimeout(None)
            own = self._listener.getsockname()[1]
            with self._lock:
                self._links.append(Link(near, far, f"127.0.0.1:{own}".encode(), f"127.0.0.1:{port}".encode()))


class Link:
    def __init__(self, near, far, named, meant):
        self._near, self._far = near, far
        self.over, self.torn, self.flows = threading.Event(), threading.Event(), threading.Event()
        self.flows.set()
        threading.Thread(target=self._pass, args=(near, far, named, meant), daemon=True).start()
        threading.Thread(target=self._pass, args=(far, near), daemon=True).start()

    def end(self):
        """As a cable that is pulled: neither end has said goodbye."""
        self.over.set()
        self.flows.set()
        for end in (self._near, self._far):
            try:
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            end.close()

    def _pass(self, source, sink, named=b"", meant=b""):
        first = bool(named)
        try:
            while data := source.recv(2**16):
                self.flows.wait()
                if first:
                    data, first = data.replace(named, meant, 1), False
                if self.torn.is_set() and source is self._far:
                    sink.sendall(data[: len(data) // 2])
                    break
                sink.sendall(data)
        except OSError:
            pass
        self.end()
