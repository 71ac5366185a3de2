"""Each fault as a plain HTTP client meets it on a real socket, and whether the write was done."""

import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from email.utils import parsedate_to_datetime

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from photo_assets_tests.services.arrivals import Arrival, most_in_window
from photo_assets_tests.services.control import Control
from photo_assets_tests.services.faults import ALL_KINDS, STATUS, Chance, Fault, FaultKind, Step
from photo_assets_tests.services.faulty_app import FaultyApp
from photo_assets_tests.services.server import running
from photo_assets_tests.time_limit import PATIENCE_S


class Counter:
    """An app that commits a write for every POST."""

    def __init__(self) -> None:
        self.written: list[str] = []
        self.faulty = FaultyApp(
            Starlette(routes=[Route("/write", self.write, methods=["POST", "GET"])]),
            error_body=lambda status: {"status": status, "message": "told by the service"},
        )

    async def write(self, request: Request) -> Response:
        self.written.append((await request.body()).decode())
        return JSONResponse({"written": len(self.written), "padding": "x" * 200})


@pytest.fixture
def counter() -> Counter:
    return Counter()


@pytest.fixture
def http(counter: Counter) -> Iterator[httpx.Client]:
    with (
        running(counter.faulty) as url,
        httpx.Client(base_url=url, timeout=PATIENCE_S, trust_env=False) as client,
    ):
        yield client


@pytest.mark.parametrize(
    "kind", [kind for kind in STATUS if kind is not FaultKind.OK_HTML], ids=str
)
def test_an_error_has_its_status_and_nothing_is_written(
    counter: Counter, http: httpx.Client, kind: FaultKind
) -> None:
    counter.faulty.faults.script(kind)
    reply = http.post("/write", content="a")
    assert reply.status_code == STATUS[kind]
    assert counter.written == []
    if "html" not in kind and "text" not in kind:
        assert reply.json() == {"status": STATUS[kind], "message": "told by the service"}
    assert http.post("/write", content="b").status_code == 200
    assert [arrival.fault for arrival in counter.faulty.log.all()] == [kind, ""]


@pytest.mark.skipif(not hasattr(socket, "TCP_INFO"), reason="the kernel does not tell here")
def test_a_request_is_stamped_when_it_came_however_busy_the_server_is() -> None:
    """Stamped when the server got to them, all requests of a busy second came at once."""
    sent, free_at = threading.Event(), [0.0]

    async def busy(_request: Request) -> Response:
        await asyncio.sleep(0)  # the second request waits in the kernel from here on
        sent.wait(PATIENCE_S)
        time.sleep(0.2)
        free_at[0] = time.monotonic()
        return JSONResponse({})

    app = FaultyApp(Starlette(routes=[Route("/busy", busy), Route("/next", busy)]))
    with (
        running(app) as url,
        httpx.Client(base_url=url, timeout=PATIENCE_S, trust_env=False) as first,
        socket.create_connection(("127.0.0.1", httpx.URL(url).port)) as second,
        ThreadPoolExecutor(1) as pool,
    ):
        reply = pool.submit(first.get, "/busy")
        while not app.log.all():
            time.sleep(0.01)
        second.sendall(b"GET /next HTTP/1.1\r\nHost: here\r\n\r\n")
        sent.set()
        until = (reply.result(), free_at[0])[1]
        second.recv(1000)
    assert app.log.all()[1].monotonic < until - 0.1


def test_the_four_ways_of_being_limited(counter: Counter, http: httpx.Client) -> None:
    counter.faulty.faults.script(
        Fault(FaultKind.LIMITED_SECONDS, retry_after=7),
        Fault(FaultKind.LIMITED_DATE, retry_after=7),
        FaultKind.LIMITED_MISSING,
        FaultKind.LIMITED_TEXT,
    )
    before = time.time()
    seconds, date, missing, text = (http.post("/write") for _ in range(4))
    assert seconds.headers["retry-after"] == "7"
    told = parsedate_to_datetime(date.headers["retry-after"]).timestamp()
    assert before + 7 <= told <= time.time() + 8  # whole seconds, rounded up
    assert "retry-after" not in missing.headers
    assert text.text == "Too many requests"


@pytest.mark.parametrize(
    ("kind", "error", "written"),
    [
        (FaultKind.DROP_BEFORE, httpx.RemoteProtocolError, 0),
        (FaultKind.DROP_AFTER, httpx.RemoteProtocolError, 1),
        (FaultKind.RESET_BEFORE, httpx.ReadError, 0),
        (FaultKind.RESET_AFTER, httpx.ReadError, 1),
        (FaultKind.TRUNCATED, httpx.RemoteProtocolError, 1),
    ],
)
def test_a_broken_connection(
    counter: Counter,
    http: httpx.Client,
    kind: FaultKind,
    error: type[Exception],
    written: int,
    capfd: pytest.CaptureFixture[str],
) -> None:
    counter.faulty.faults.script(kind)
    with pytest.raises(error):
        http.post("/write", content="a")
    assert len(counter.written) == written
    assert http.post("/write", content="b").status_code == 200
    assert capfd.readouterr().err == "", "the server took the fault for a mistake of the app"


def test_a_slow_body_is_written_and_not_read_in_time(counter: Counter, http: httpx.Client) -> None:
    counter.faulty.faults.script(
        Fault(FaultKind.SLOW, delay=PATIENCE_S), Fault(FaultKind.SLOW, delay=0.01)
    )
    with pytest.raises(httpx.ReadTimeout):
        http.post("/write", content="a", timeout=0.2)
    deadline = time.monotonic() + PATIENCE_S
    while counter.written != ["a"]:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    assert http.post("/write", content="b").json()["written"] == 2


def test_an_error_may_have_been_written(counter: Counter, http: httpx.Client) -> None:
    counter.faulty.faults.script(Fault(FaultKind.GATEWAY_TIMEOUT, committed=True))
    assert http.post("/write", content="a").status_code == 504
    assert counter.written == ["a"]


def test_somebody_elses_page_comes_with_status_200(counter: Counter, http: httpx.Client) -> None:
    counter.faulty.faults.script("200_html")
    reply = http.post("/write", content="a")
    assert (reply.status_code, reply.text[:6]) == (200, "<html>")
    assert counter.written == []


def test_a_script_is_met_in_order_by_what_it_matches(counter: Counter, http: httpx.Client) -> None:
    counter.faulty.faults.script(
        "ok",
        Step(Fault(FaultKind.CONFLICT), method="GET"),
        Step(Fault(FaultKind.UNAVAILABLE), path="nowhere$"),
        Step(Fault(FaultKind.INTERNAL), method="POST", path="^/write$", times=2),
    )
    statuses = [http.post("/write").status_code for _ in range(4)]
    assert statuses == [200, 500, 500, 200]
    assert http.get("/write").status_code == 409
    assert http.get("/nowhere").status_code == 503
    assert counter.faulty.faults.pending == 0


def test_chance_is_seeded_and_meets_its_share() -> None:
    def draws() -> list[Fault | None]:
        chance = Chance(0.2, seed=5)
        return [chance.draw("POST", "/v1/pages") for _ in range(2000)]

    first = draws()
    assert first == draws()
    met = [fault for fault in first if fault]
    assert 340 < len(met) < 460
    assert {fault.kind for fault in met} == set(ALL_KINDS)


def test_a_server_is_steered_over_http(counter: Counter, http: httpx.Client) -> None:
    control = Control(str(http.base_url))
    control.script("503", {"kind": "429_seconds", "retry_after": 3, "method": "POST"})
    assert http.post("/write", headers={"X-Client-Label": "worker 1"}).status_code == 503
    assert http.post("/write").headers["retry-after"] == "3"
    control.chance(1.0, kinds=["409"])
    assert http.post("/write").status_code == 409
    control.clear()
    assert http.post("/write").status_code == 200
    arrivals = control.arrivals()
    assert [arrival.status for arrival in arrivals] == [503, 429, 409, 200]
    assert [arrival.client for arrival in arrivals] == ["worker 1", "", "", ""]
    control.clear_log()
    assert control.arrivals() == []
    control.close()


def test_the_fullest_window() -> None:
    times = [0.0, 0.5, 0.9, 1.0, 1.1, 5.0]
    arrivals = [Arrival(n, time, time, "GET", "/") for n, time in enumerate(times)]
    assert most_in_window(arrivals, 1.0) == 4  # 0.5 .. 1.1: 0.0 and 1.0 are not in one window
    assert most_in_window(arrivals, 0.05) == 1
    assert most_in_window([], 1.0) == 0
