"""An ASGI app around another: it logs what arrives, commits the planned faults, takes orders.

`POST /__faults` {"script": [...], "chance": {...} | null, "clear": true}; `GET /__faults`;
`GET /__log`; `DELETE /__log`. These are neither logged nor met by faults, so that a test can steer
a server in another process, or one that outlives the client under test.
"""

import asyncio
import json
import math
import socket
import struct
import time
from collections.abc import Callable
from email.utils import formatdate
from typing import Any

from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from photo_assets_tests.services.arrivals import Arrival, ArrivalLog, waited_s
from photo_assets_tests.services.faults import (
    STATUS,
    Fault,
    FaultKind,
    FaultPlan,
    chance_from_json,
    step_from_json,
)

#: Where `server.Connection` leaves the transport, so that a fault can break it.
TRANSPORT = "photo_assets.transport"

#: Makes the JSON body of an error as the service words it, from the status.
ErrorBody = Callable[[int], Any]


def plain_error(status: int) -> Any:
    return {"message": f"fault {status}"}


class FaultyApp:
    """`app` on a bad day. Serve it by `server.running`, which alone can break connections."""

    def __init__(
        self,
        app: ASGIApp,
        error_body: ErrorBody = plain_error,
        label_header: str = "x-client-label",
    ) -> None:
        self.app = app
        self.faults = FaultPlan()
        self.log = ArrivalLog()
        #: The bodies of requests, where somebody put a list here to have them.
        self.bodies: list[bytes] | None = None
        self._error_body = error_body
        self._label_header = label_header.lower().encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
        elif scope["path"].startswith("/__"):
            await self._control(scope, receive, send)
        else:
            await self._serve(scope, receive, send)

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        label = dict(scope["headers"]).get(self._label_header, b"").decode("latin-1")
        method, path = scope["method"], scope["path"]
        waited = waited_s(scope["extensions"][TRANSPORT])
        arrival = self.log.add(time.monotonic() - waited, time.time() - waited, method, path, label)
        if self.bodies is not None:
            receive = _keeping(receive, self.bodies)
        fault = self.faults.next(method, path)
        if fault is None:
            await self.app(scope, receive, _noting_status(arrival, send))
            return
        arrival.fault = fault.kind
        body = await _read(receive)
        reply = await self._handle(scope, body) if fault.commits else []
        await self._commit(fault, reply, scope, receive, _noting_status(arrival, send))

    async def _handle(self, scope: Scope, body: bytes) -> list[Message]:
        """Let the app do the request, and keep what it would have answered."""
        reply: list[Message] = []

        async def keep(message: Message) -> None:
            reply.append(message)

        async def replay() -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        await self.app(scope, replay, keep)
        return reply

    async def _commit(
        self, fault: Fault, reply: list[Message], scope: Scope, receive: Receive, send: Send
    ) -> None:
        match fault.kind:
            case FaultKind.DROP_BEFORE | FaultKind.DROP_AFTER:
                await _break(scope, receive, reset=False)
            case FaultKind.RESET_BEFORE | FaultKind.RESET_AFTER:
                await _break(scope, receive, reset=True)
            case FaultKind.TRUNCATED:
                start, body = reply[0], b"".join(part.get("body", b"") for part in reply[1:])
                await send(start)
                half = body[: len(body) // 2]
                await send({"type": "http.response.body", "body": half, "more_body": True})
                await _break(scope, receive, reset=False)
            case FaultKind.SLOW:
                await send(reply[0])
                if not await _gone_within(receive, fault.delay):
                    for message in reply[1:]:
                        await send(message)
            case _:
                await self._error(fault)(scope, receive, send)

    def _error(self, fault: Fault) -> Response:
        status = STATUS[fault.kind]
        headers: dict[str, str] = {}
        # Rounded up: a client that waits as told is never early.
        if fault.kind in (FaultKind.LIMITED_SECONDS, FaultKind.LIMITED_TEXT):
            headers["Retry-After"] = str(math.ceil(fault.retry_after))
        elif fault.kind is FaultKind.LIMITED_DATE:
            headers["Retry-After"] = formatdate(
                math.ceil(time.time() + fault.retry_after), usegmt=True
            )
        if fault.kind is FaultKind.LIMITED_TEXT:
            return PlainTextResponse("Too many requests", status, headers)
        if fault.kind in (FaultKind.BAD_GATEWAY_HTML, FaultKind.OK_HTML):
            return HTMLResponse(f"<html><body><h1>{status}</h1></body></html>", status)
        return JSONResponse(self._error_body(status), status, headers)

    async def _control(self, scope: Scope, receive: Receive, send: Send) -> None:
        match (scope["method"], scope["path"]):
            case ("GET", "/__log"):
                done: Any = [arrival.as_json() for arrival in self.log.all()]
            case ("DELETE", "/__log"):
                self.log.clear()
                done = {}
            case ("GET", "/__faults"):
                done = {"pending": self.faults.pending}
            case ("POST", "/__faults"):
                self._order(json.loads(await _read(receive)))
                done = {"pending": self.faults.pending}
            case _:
                # The app may have orders of its own.
                await self.app(scope, receive, send)
                return
        await JSONResponse(done)(scope, receive, send)

    def _order(self, order: dict[str, Any]) -> None:
        if order.get("clear"):
            self.faults.clear()
        self.faults.script(*(step_from_json(step) for step in order.get("script", [])))
        if "chance" in order:
            chance = order["chance"]
            self.faults.chance(chance_from_json(chance) if chance else None)


def _noting_status(arrival: Arrival, send: Send) -> Send:
    async def noting(message: Message) -> None:
        if message["type"] == "http.response.start":
            arrival.status = message["status"]
        arrival.sent += len(message.get("body", b""))
        await send(message)

    return noting


def _keeping(receive: Receive, bodies: list[bytes]) -> Receive:
    """Return `receive`, which adds the request's whole body to `bodies` on the way."""
    parts = bytearray()

    async def keeping() -> Message:
        message = await receive()
        parts.extend(message.get("body", b""))
        if message["type"] == "http.request" and not message.get("more_body", False):
            bodies.append(bytes(parts))
        return message

    return keeping


async def _read(receive: Receive) -> bytes:
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body", False):
            return bytes(body)


async def _break(scope: Scope, receive: Receive, *, reset: bool) -> None:
    transport: asyncio.Transport = scope["extensions"][TRANSPORT]
    if reset:
        # Closing with a linger of nought sends a reset instead of an orderly end.
        linger = struct.pack("ii", 1, 0)
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        transport.abort()
    else:
        transport.close()
    # Returning only now keeps uvicorn from taking the missing reply for a mistake of the app.
    while (await receive())["type"] != "http.disconnect":
        pass


async def _gone_within(receive: Receive, seconds: float) -> bool:
    """Wait; True if the client hung up meanwhile."""
    try:
        async with asyncio.timeout(seconds):
            while (await receive())["type"] != "http.disconnect":
                pass
    except TimeoutError:
        return False
    return True
