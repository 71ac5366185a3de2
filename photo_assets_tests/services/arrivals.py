"""What arrived at a server and when, and how many requests any window of time has seen."""

import socket
import struct
import threading
from asyncio import Transport
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Final

# tcpi_last_data_recv of Linux' struct tcp_info: 8 bytes and 11 words in, milliseconds.
_SINCE_LAST_DATA: Final = struct.Struct("=8x44xI")


@dataclass
class Arrival:
    """One request: when it came, what it asked for, what befell it."""

    number: int
    monotonic: float  # seconds, comparable within one server process alone
    wall: float  # seconds since the epoch
    method: str
    path: str
    client: str = ""  # the label the client gave itself in a header
    status: int = 0  # 0: no status ever left the server
    sent: int = 0  # bytes of the reply's body, without those of a fault
    fault: str = ""  # a FaultKind, or nothing

    def as_json(self) -> dict[str, object]:
        return asdict(self)


def waited_s(transport: Transport) -> float:
    """Return how long ago the last bytes of a connection reached this machine's kernel, seconds.

    A server that is busy gets to a request late, and to all that came meanwhile at once: its own
    clock would say they came together. To about 4 ms; 0 where the kernel does not tell.
    """
    connection = transport.get_extra_info("socket")
    option = getattr(socket, "TCP_INFO", None)
    if connection is None or option is None:
        return 0.0
    try:
        told = connection.getsockopt(socket.IPPROTO_TCP, option, _SINCE_LAST_DATA.size)
        (milliseconds,) = _SINCE_LAST_DATA.unpack(told)
    except (OSError, struct.error):
        return 0.0
    return float(milliseconds) / 1000


class ArrivalLog:
    """Every arrival since the start or the last `clear`, in order; safe to read from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._arrivals: list[Arrival] = []

    def add(self, monotonic: float, wall: float, method: str, path: str, client: str) -> Arrival:
        with self._lock:
            arrival = Arrival(len(self._arrivals), monotonic, wall, method, path, client)
            self._arrivals.append(arrival)
        return arrival

    def clear(self) -> None:
        with self._lock:
            self._arrivals = []

    def all(self) -> list[Arrival]:
        with self._lock:
            return list(self._arrivals)


def most_in_window(arrivals: Iterable[Arrival], seconds: float) -> int:
    """Return the greatest number of arrivals that any half-open window of `seconds` holds."""
    times = sorted(arrival.monotonic for arrival in arrivals)
    most = first = 0
    for last, time in enumerate(times):
        while time - times[first] >= seconds:
            first += 1
        most = max(most, last - first + 1)
    return most
