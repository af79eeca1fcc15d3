"""``up``: the whole pool keeps running, founded and funded, with one approved project and every address printed."""

import json
import os
import shlex
import sys
from pathlib import Path

from rich.console import Console

from devstack.addresses import ADDRESSES_FILE, Addresses, forget_addresses, write_addresses
from devstack.case import Play
from devstack.console import plain_console
from devstack.databases import without_password
from devstack.key_folder import KeyFolder
from devstack.pool import RunningPool, running_pool, start_calendar
from devstack.processes import start_of
from devstack.supervisor import DevstackError
from shared.contracts.claims import NotifyLoss
from shared.contracts.ids import project_id as project_id_of
from simulator.message_context import CONTRACT_NUMBER, demonstration, usual_sender
from simulator.parties import ADMINISTRATOR, LENDER, MANAGING, SYSTEM
from simulator.samples import sample

FOUNDED_MARK = "founded"
PID_FILE = "pid"
NOTICE_FILE = "loss-notice.json"


async def up(data_dir: Path | None) -> int:
    """Run until told to stop; the exit status is 1 if a part of it ended by itself for good."""
    console = plain_console()
    if data_dir is not None:
        refuse_folder_in_use(data_dir)
    async with running_pool(data_dir, console.print) as pool:
        # `make down` finds this process by its id.
        (pool.stack.data_dir / PID_FILE).write_text(f"{os.getpid()}\n", encoding="utf-8")
        mark = pool.stack.data_dir / FOUNDED_MARK
        if not mark.exists():
            await Play.founded(pool)
            mark.write_text(f"{pool.cast.pool_id}\n", encoding="utf-8")
        await start_calendar(pool)
        write_addresses(pool.stack.data_dir, addresses_of(pool))
        notice = write_notice(pool)
        print_addresses(console, pool, notice, keeps_data=data_dir is not None)
        try:
            await pool.stack.supervisor.failed.wait()
        finally:
            forget_addresses(pool.stack.data_dir)
    return 1


def refuse_folder_in_use(data_dir: Path) -> None:
    """Raise DevstackError at once, with the process that runs on the folder, rather than wait for it to end."""
    try:
        pid = int((data_dir / PID_FILE).read_text(encoding="utf-8"))
        command = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ")
    except (OSError, ValueError):
        return
    # The file is also of this process, which `make up` has told to write it, or of one whose id is another's by now.
    if pid != os.getpid() and b"-m riskpool up" in command:
        raise DevstackError(
            f"process {pid} runs on {data_dir}; stop it: kill {pid}, or make down DATA={shlex.quote(str(data_dir))}"
        )


def addresses_of(pool: RunningPool) -> Addresses:
    """Where this process's pool answers, for commands in another terminal."""
    stack = pool.stack
    return Addresses(
        pid=os.getpid(),
        # Elsewhere only a package would tell it, which the product does without.
        start=start_of(os.getpid()) if sys.platform == "linux" else None,
        kafka_bootstrap=stack.kafka_bootstrap,
        kafka_idempotent=stack.broker.idempotent,
        database_urls=stack.database_urls,
        keys=str(pool.keys.folder.absolute()),
        pool_id=str(pool.cast.pool_id),
    )


def write_notice(pool: RunningPool) -> Path:
    """An example to publish: a loss notice on the approved project, without envelope and signature."""
    notice = sample(NotifyLoss, demonstration(pool.cast, usual_sender(pool.cast, NotifyLoss)))
    path = pool.stack.data_dir / NOTICE_FILE
    content = {"type": notice.message_type, "data": notice.model_dump(mode="json", exclude_none=True)}
    path.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return path


def print_addresses(console: Console, pool: RunningPool, notice: Path, *, keeps_data: bool) -> None:
    """Every address, and what to type next."""
    stack, cast = pool.stack, pool.cast
    console.print("\nThe pool is running. Not for production: all keys of all parties are in one folder.", style="bold")
    console.print(f"  Kafka            {stack.kafka_bootstrap}  ({stack.broker.product})")
    for service, url in stack.database_urls.items():
        console.print(f"  {service + ' database':<16} {without_password(url)}")
    console.print(f"  with passwords   {stack.data_dir / ADDRESSES_FILE}  (only its owner can read it)")
    for service in stack.database_urls:
        answers_at = stack.health_url(service)
        console.print(f"  {service + ' status':<16} {'not ready' if answers_at is None else answers_at + '/status'}")
    for name, path in stack.log_files.items():
        console.print(f"  {name + ' log':<16} {path}")
    console.print(f"  data             {stack.data_dir}")
    console.print(f"  spans, metrics   {stack.data_dir}/services/<service>/spans.jsonl, metrics.jsonl")
    console.print(f"  pool             {cast.pool_id}")
    console.print(f"  root key         {pool.keys.file(MANAGING, ADMINISTRATOR)}")
    console.print(f"  lender's key     {pool.keys.file(LENDER, SYSTEM)}")
    data = shlex.quote(str(stack.data_dir))
    console.print("\nPublish a loss notice as the lender, and wait for its receipt:")
    console.print(f"  .venv/bin/riskpool publish {shlex.quote(str(notice))} --as {LENDER} --data {data}")
    console.print("The same as a bank would program it:")
    console.print(f"  {notify_command(stack.kafka_bootstrap, pool.keys)}")
    console.print("Follow its case, from the audit record:")
    project = project_id_of(cast.pool_id, LENDER, CONTRACT_NUMBER)
    console.print(f"  .venv/bin/riskpool journey {project} --data {data}")
    kept = "; the data stays" if keeps_data else " and removes the data; --data FOLDER (make up DATA=folder) keeps it"
    console.print(f"\nCtrl-C stops everything{kept}.")


def notify_command(bootstrap: str, keys: KeyFolder) -> str:
    """The command with which a newcomer sends the first loss notice."""
    return (
        f".venv/bin/python docs/contracts/examples/notify_loss.py --bootstrap {bootstrap} --pool {keys.cast.pool_id} "
        f"--lender {LENDER} --contract {CONTRACT_NUMBER} --key {shlex.quote(str(keys.file(LENDER, SYSTEM)))}"
    )
