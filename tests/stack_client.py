"""A client of the stack, a process of its own: writes one after the other and says which were acknowledged, when.

``python stack_client.py database ADDRESS TABLE``: rows through the VIP. ``broker QUEUE ADDRESS...``: persistent messages, each
confirmed, to whichever server answers. Each line of output is ``TIME NUMBER`` of an acknowledged write; it ends with its input.
``consume QUEUE ADDRESS...`` prints all messages of a queue and deletes it.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

ACCOUNT = {"user": "lab", "password": "lab"}
ANSWER_SECONDS = 4
PAUSE_SECONDS = 0.05
Write = Callable[[int], None]


def connect_database(address: str, table: str) -> Write:
    """Writes rows; each is committed by itself. The number is the row's key: a repeated one may be there already."""
    import pymysql

    limits = dict.fromkeys(("connect_timeout", "read_timeout", "write_timeout"), ANSWER_SECONDS)
    link = pymysql.connect(host=address, port=3306, database="lab", autocommit=True, **ACCOUNT, **limits)
    cursor = link.cursor()
    return lambda number: cursor.execute(f"INSERT IGNORE INTO {table} (n) VALUES (%s)", (number,))


def open_channel(addresses: Sequence[str]) -> Any:
    """With whichever server answers first."""
    import pika

    places = [
        pika.ConnectionParameters(
            host=address, credentials=pika.PlainCredentials(*ACCOUNT.values()), heartbeat=5,
            blocked_connection_timeout=ANSWER_SECONDS, socket_timeout=ANSWER_SECONDS, stack_timeout=2 * ANSWER_SECONDS,
        )
        for address in addresses
    ]  # fmt: skip
    return pika.BlockingConnection(places).channel()


def connect_broker(queue: str, addresses: Sequence[str]) -> Write:
    """Publishes messages; returns when the broker has confirmed one, else raises."""
    import pika

    channel = open_channel(addresses)
    channel.queue_declare(queue, durable=True)
    channel.confirm_delivery()
    lasting = pika.BasicProperties(delivery_mode=2)
    return lambda number: channel.basic_publish("", queue, str(number).encode(), lasting, mandatory=True)


def consume(queue: str, addresses: Sequence[str]) -> None:
    channel = open_channel(addresses)
    while (answer := channel.basic_get(queue, auto_ack=True))[0] is not None:
        print(answer[2].decode())
    channel.queue_delete(queue)


def write_on(connect: Callable[[], Write], ended: threading.Event) -> None:
    write: Write | None = None
    number = 1
    while not ended.is_set():
        try:
            write = write or connect()
            write(number)
        except Exception as error:
            print(f"{time.monotonic():.3f} {number} {type(error).__name__} {error}", file=sys.stderr, flush=True)
            write = None
            time.sleep(0.2)
            continue
        print(f"{time.monotonic():.3f} {number}", flush=True)
        number += 1
        time.sleep(PAUSE_SECONDS)


def main(kind: str, first: str, *rest: str) -> None:
    if kind == "consume":
        return consume(first, rest)
    connect = (lambda: connect_database(first, *rest)) if kind == "database" else (lambda: connect_broker(first, rest))
    ended = threading.Event()
    writing = threading.Thread(target=write_on, args=(connect, ended), daemon=True)
    writing.start()
    sys.stdin.read()
    ended.set()
    writing.join(3 * ANSWER_SECONDS)
    return None


if __name__ == "__main__":
    main(*sys.argv[1:])
