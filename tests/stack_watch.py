"""Runs in a node: python3 -c SOURCE ADDRESS PORT. Says when the address is here with a listener, here alone, or away.

A line ``TIME STATE`` at each change and at the end, which comes with the end of its input.
"""

import socket
import sys
import threading
import time
from itertools import pairwise


def here(address):
    """Whether the kernel has the address as one of its own."""
    with open("/proc/net/fib_trie") as file:
        lines = file.read().splitlines()
    return any(line.endswith(f"-- {address}") and "host LOCAL" in following for line, following in pairwise(lines))


def listened(address, port):
    """Whether a socket listens on the address, or on all."""
    number = f"{int.from_bytes(socket.inet_aton(address), sys.byteorder):08X}"
    wanted = (f"{number}:{port:04X}", f"00000000:{port:04X}")
    with open("/proc/net/tcp") as file:
        return any(words[1] in wanted and words[3] == "0A" for words in map(str.split, file))


def main(address, port):
    ended = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), ended.set()), daemon=True).start()
    last = ""
    while not ended.wait(0.02):
        state = "away" if not here(address) else "served" if listened(address, port) else "alone"
        if state != last:
            print(f"{time.monotonic():.3f} {state}", flush=True)
            last = state
    print(f"{time.monotonic():.3f} end", flush=True)


main(sys.argv[1], int(sys.argv[2]))
