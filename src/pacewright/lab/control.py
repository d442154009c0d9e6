"""How the keeper is asked: one line of JSON to its socket, one line back."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import socketserver
import threading
from collections.abc import Callable
from typing import Any

from pacewright.model.errors import NoCluster, PacewrightError

Document = dict[str, Any]
SOCKET = "control"
IPMI = "IPMI"  # who pressed the power button: a BMC


def ask(folder: str, verb: str, *, timeout: float = 60.0, **words: Any) -> Document:
    """The keeper's answer. Raises PacewrightError with its words, NoCluster where no keeper answers."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(timeout)
        try:
            connection.connect(os.path.join(folder, SOCKET))
            connection.sendall(json.dumps({"verb": verb, **words}).encode() + b"\n")
            with connection.makefile("rb") as stream:
                line = stream.readline()
        except OSError as error:
            raise NoCluster(f"the lab's keeper does not answer: {error.strerror or error}") from None
    if not line:
        raise NoCluster("the lab's keeper ended while it was asked")
    answer: Document = json.loads(line)
    if "error" in answer:
        raise PacewrightError(answer["error"])
    return answer


def serve(folder: str, answer: Callable[[str, Document], Document]) -> None:
    """Answers in threads, until the process ends. ``answer``: verb and words in, document out; errors are told."""

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            try:
                words: Document = json.loads(self.rfile.readline())
                told = answer(str(words.pop("verb")), words)
            except PacewrightError as error:
                told = {"error": str(error)}
            except Exception as error:  # the keeper holds the whole lab: it must outlive a mistake
                told = {"error": f"the keeper failed: {type(error).__name__}: {error}"}
            with contextlib.suppress(OSError):
                self.wfile.write(json.dumps(told).encode() + b"\n")

    path = os.path.join(folder, SOCKET)
    with contextlib.suppress(FileNotFoundError):
        os.unlink(path)
    server = socketserver.ThreadingUnixStreamServer(path, Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
