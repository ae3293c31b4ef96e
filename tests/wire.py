"""A relay between a client and PostgreSQL that counts what the client waits for.

Every round trip of the protocol ends with a message that asks the server to answer: `Sync` of the
extended protocol, or a simple `Query`. Both are counted as they pass, so nothing that a driver does
by itself stays unseen.
"""

from __future__ import annotations

import contextlib
import socket
import struct
import tempfile
import threading
from pathlib import Path
from types import TracebackType

from sqlalchemy import make_url


class Relay:
    """Listens on a Unix socket and passes everything on to the server behind `url`."""

    def __init__(self, url: str) -> None:
        target = make_url(url)
        server = Path(str(target.query["host"]))
        self._server = str(server / f".s.PGSQL.{target.port or 5432}")
        self._folder = tempfile.TemporaryDirectory(prefix="relay")
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._path = Path(self._folder.name) / ".s.PGSQL.5432"
        self._listener.bind(str(self._path))
        self._listener.listen()
        self._open: list[socket.socket] = []
        self.trips = 0
        self.statements: list[str] = []
        self.url = target.update_query_dict({"host": self._folder.name}).set(port=5432)
        self._thread = threading.Thread(target=self._accept, daemon=True)

    def __enter__(self) -> Relay:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.cut()
        # A thread that waits in accept() is woken by a shutdown, not by a close.
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()
        self._folder.cleanup()

    def cut(self) -> None:
        """Break every connection, as a network does."""
        for end in self._open:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
        self._open.clear()

    def refuse(self) -> None:
        """Let nobody in any more, as a server that is down."""
        self._path.unlink()

    def reset(self) -> None:
        """Count from zero."""
        self.trips = 0
        self.statements.clear()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            server.connect(self._server)
            self._open += [client, server]
            threading.Thread(target=self._forward, args=(client, server), daemon=True).start()
            threading.Thread(target=self._back, args=(server, client), daemon=True).start()

    def _forward(self, client: socket.socket, server: socket.socket) -> None:
        """Pass on what the client says, message by message; the first one has no type."""
        try:
            reader = client.makefile("rb")
            (length,) = struct.unpack("!I", reader.read(4))
            server.sendall(struct.pack("!I", length) + reader.read(length - 4))
            while head := reader.read(5):
                kind, length = struct.unpack("!cI", head)
                body = reader.read(length - 4)
                if kind in (b"S", b"Q"):
                    self.trips += 1
                if kind == b"Q":
                    self.statements.append(body.rstrip(b"\0").decode())
                elif kind == b"P":
                    self.statements.append(body.split(b"\0")[1].decode())
                server.sendall(head + body)
        except (OSError, struct.error, ValueError):
            return

    def _back(self, server: socket.socket, client: socket.socket) -> None:
        try:
            while data := server.recv(65536):
                client.sendall(data)
        except (OSError, ValueError):
            return
