"""The port is taken before anything else is touched, so that a port in use harms nothing."""

from __future__ import annotations

import errno
import socket

from engine.errors import BangVangError


class PortUnusable(BangVangError):
    """Nothing can be served at the address that the settings name."""


def listen(host: str, port: int) -> list[socket.socket]:
    """Listen at every address of a host and return the sockets; whoever comes early waits.

    Raises:
        PortUnusable: another program listens there, or the address is not one of this machine.
    """
    found: list[socket.socket] = []
    try:
        known = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        addresses = dict.fromkeys((one[0], one[4]) for one in known)
        for left, (family, address) in zip(reversed(range(len(addresses))), addresses, strict=True):
            try:
                found.append(socket.create_server(address[:2], family=family))
            except OSError as error:
                # A name may stand for IPv6 too, on a machine that has none.
                absent = error.errno in (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT)
                if not absent or not (left or found):
                    raise
    except OSError as error:
        for one in found:
            one.close()
        # The library names the address once more, in its own words.
        reason = str(error.strerror).partition(" (while")[0]
        raise PortUnusable(
            f"Không mở được cổng {port} ở {host} ({reason}); chưa có gì bị thay đổi. Hãy "
            "dừng chương trình đang dùng cổng, hoặc chọn cổng khác: --port, BANGVANG_PORT. / The "
            "port cannot be opened; nothing was changed. Stop the program that uses it, or choose "
            "another port."
        ) from error
    return found
