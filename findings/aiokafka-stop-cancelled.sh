#!/usr/bin/env bash
# aiokafka 0.14.0: AIOKafkaConsumer.stop() raises CancelledError, and leaves connections open, while a fetch waits to be tried again.
#
# A fetch that has failed sleeps for retry_backoff_ms outside of what catches its cancellation; Fetcher.close() cancels that task and
# awaits it bare. So whoever stops a consumer while its broker is away is told to have been cancelled, which nobody did: what comes
# after stop() in a finally is skipped, and the client is never closed. The broker here is a few lines that hang up on each fetch.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" --disable-pip-version-check --quiet install 'aiokafka==0.14.0'
"$folder/venv/bin/python" - <<'PYTHON'
import asyncio
import logging
import struct

import aiokafka
from aiokafka import AIOKafkaConsumer, TopicPartition

logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
FETCH, METADATA, API_VERSIONS = 1, 3, 18
fetches = asyncio.Event()


def text(value):
    return struct.pack(">h", len(value)) + value.encode()


async def broker(reader, writer):
    """As much of a broker as a consumer needs: one topic with one partition, whose fetches end with the connection."""
    port = writer.get_extra_info("sockname")[1]
    try:
        while True:
            request = await reader.readexactly(struct.unpack(">i", await reader.readexactly(4))[0])
            api, _, correlation = struct.unpack(">hhi", request[:8])
            if api == FETCH:
                fetches.set()
                break
            if api == API_VERSIONS:
                kinds = [(FETCH, 4, 4), (METADATA, 0, 0), (API_VERSIONS, 0, 0)]
                body = struct.pack(">hi", 0, len(kinds)) + b"".join(struct.pack(">hhh", *kind) for kind in kinds)
            else:
                partition = struct.pack(">hiiii", 0, 0, 0, 1, 0) + struct.pack(">ii", 1, 0)
                body = struct.pack(">ii", 1, 0) + text("127.0.0.1") + struct.pack(">i", port)
                body += struct.pack(">ih", 1, 0) + text("t") + struct.pack(">i", 1) + partition
            answer = struct.pack(">i", correlation) + body
            writer.write(struct.pack(">i", len(answer)) + answer)
    except asyncio.IncompleteReadError:
        pass
    writer.close()


async def main():
    server = await asyncio.start_server(broker, "127.0.0.1", 0)
    address = "127.0.0.1:%d" % server.sockets[0].getsockname()[1]
    consumer = AIOKafkaConsumer(bootstrap_servers=address, retry_backoff_ms=5_000)
    await consumer.start()
    place = TopicPartition("t", 0)
    consumer.assign([place])
    consumer.seek(place, 0)
    await asyncio.wait_for(fetches.wait(), 20)
    await asyncio.sleep(0.5)
    outcome = "returned"
    try:
        await consumer.stop()
    except asyncio.CancelledError:
        outcome = "raised CancelledError"
    told = bool(asyncio.current_task().cancelling())
    print("aiokafka", aiokafka.__version__)
    print(f"stop() {outcome}; somebody had cancelled whoever stops: {told}; left open: {len(consumer._client._conns)} connection(s)")
    await consumer._client.close()
    server.close()
    assert (outcome, told) == ("raised CancelledError", False)

asyncio.run(asyncio.wait_for(main(), 60))
PYTHON
