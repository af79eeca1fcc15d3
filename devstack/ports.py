"""Free ports on the loopback interface, kept with the data folder so that a kept folder answers where it did before."""

import json
import secrets
import socket
from pathlib import Path

from devstack.supervisor import DevstackError

HOST = "127.0.0.1"
# Below the range from which Linux (32768) and macOS (49152) take the ports of outgoing connections: a port of that
# range that is free now may be somebody's outgoing connection by the time that the JVM binds it.
PORT_MIN = 15_000
PORT_MAX = 32_000
TRIES_MAX = 200


def is_free(port: int) -> bool:
    """Say whether a server could listen on the port now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
        return True


def free_port(taken: frozenset[int] = frozenset()) -> int:
    """Return a free port by chance, so that several stacks that start together don't meet.

    Raises DevstackError if none is found.
    """
    for _ in range(TRIES_MAX):
        port = PORT_MIN + secrets.randbelow(PORT_MAX - PORT_MIN)
        if port not in taken and is_free(port):
            return port
    raise DevstackError(f"no free port between {PORT_MIN} and {PORT_MAX} on {HOST}; stop some servers and try again")


def kept_ports(file: Path, names: tuple[str, ...]) -> dict[str, int]:
    """Return a port for each name: the one in the file if it is free, else another; and write them to the file."""
    assigned: dict[str, int] = json.loads(file.read_text()) if file.exists() else {}
    ports: dict[str, int] = {}
    for name in names:
        port = assigned.get(name)
        ports[name] = port if port is not None and is_free(port) else free_port(frozenset(ports.values()))
    file.write_text(json.dumps(ports))
    return ports
