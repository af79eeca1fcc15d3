"""A plain consumer in a process of its own: writes down which record it has read, and when.

It stands beside the stack as idle as a service does. Each line on standard output is a record's id, or for a receipt
the id of the message it answers, and the reading of the system's monotonic clock when the record was there; that clock
is one for all processes. The line ``ready`` says that what is sent from now on will be read.
"""

import json
import sys
import time

import uvloop
from aiokafka import AIOKafkaConsumer


async def _read(bootstrap: str, topics: list[str]) -> None:
    consumer = AIOKafkaConsumer(*topics, bootstrap_servers=bootstrap, group_id=None)
    await consumer.start()
    # A consumer that has read nothing yet would start behind what is sent next.
    await consumer.getmany(timeout_ms=200)
    print("ready", flush=True)
    try:
        while True:
            found = await consumer.getmany(timeout_ms=1_000)
            read = time.monotonic()
            for record in (record for records in found.values() for record in records):
                content = json.loads(record.value)
                print(content["data"].get("message_id", content["id"]), read, flush=True)
    finally:
        await consumer.stop()


if __name__ == "__main__":
    uvloop.run(_read(sys.argv[1], sys.argv[2:]))
