"""Whether a running pool is as it has to be: its topics, its databases with their migrations, and their clocks."""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime

import asyncpg
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import KafkaError

from devstack.kafka import admin_client
from devstack.migrate import migration_folders
from devstack.supervisor import DevstackError
from devstack.topics import TOPIC_CONFIG
from riskpool.copies_check import copies_finding, fewest_copies
from riskpool.finding import Finding, missing, ok, wrong
from riskpool.places import database_at
from shared.contracts.topics import OUTCOMES_PARTITIONS, OUTCOMES_PREFIX, SERVICES, TOPICS
from shared.messaging.database import Connection
from shared.messaging.identity import is_of_the_pool

# Validity is judged by the time of intake: a clock that is off by more lets a key sign too early or too late.
CLOCK_DIFFERENCE_MAX_SECONDS = 1.0


async def broker_findings(bootstrap: str) -> list[Finding]:
    """Whether the broker answers, and the topics are there: with their partitions, their settings and enough copies."""
    try:
        async with admin_client(bootstrap) as admin:
            brokers = len((await admin.describe_cluster())["brokers"])
            # All topics are described, never one by name: Tansu creates what is asked for.
            topics = await admin.describe_topics()
            settings = await _topic_settings(admin, [each["topic"] for each in topics if is_of_the_pool(each["topic"])])
    except (KafkaError, OSError, TimeoutError) as error:
        found = f"no answer at {bootstrap} ({type(error).__name__})"
        return [missing("broker", found, "start it, or mend --bootstrap: host:port of a broker")]
    copies = fewest_copies([topic for topic in topics if is_of_the_pool(topic["topic"])])
    return [
        ok("broker", f"{bootstrap} answers, {brokers} in the cluster"),
        topics_finding({topic["topic"]: len(topic["partitions"]) for topic in topics}, bootstrap),
        settings_finding(settings, bootstrap),
        copies_finding(brokers, copies, settings, bootstrap),
    ]


async def _topic_settings(admin: AIOKafkaAdminClient, topics: Sequence[str]) -> dict[str, dict[str, str]]:
    """The settings of these topics by name; a broker that tells none, as Tansu, leaves them out."""
    if not topics:
        return {}
    answers = await admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, name) for name in topics])
    return {
        name: {entry[0]: entry[1] for entry in entries}
        for answer in answers
        for error, _, _, name, entries in answer.resources
        if not error
    }


def settings_finding(settings: Mapping[str, Mapping[str, str]], bootstrap: str) -> Finding:
    """Whether each topic keeps everything, and has what outsiders compress unpacked by the broker.

    A batch that is kept compressed is read as well; but then a few bytes can unpack to more than a service has memory.
    """
    others = [
        f"{topic} has {name}={found[name]} and not {value}"
        for topic, found in sorted(settings.items())
        for name, value in TOPIC_CONFIG.items()
        if found.get(name, value) != value
    ]
    if others:
        wanted = ",".join(f"{name}={value}" for name, value in TOPIC_CONFIG.items())
        mend = f"kafka-configs.sh --bootstrap-server {bootstrap} --alter --topic … --add-config {wanted}"
        return wrong("topic settings", "; ".join(others), mend)
    return ok("topic settings", "everything is kept, and what is compressed is unpacked by the broker")


def topics_finding(counts: Mapping[str, int], bootstrap: str) -> Finding:
    """What the partition counts, by topic, come to."""
    expected = {topic.name: topic.partitions for topic in TOPICS}
    outcomes = [name for name in counts if name.startswith(OUTCOMES_PREFIX)]
    expected |= dict.fromkeys(outcomes, OUTCOMES_PARTITIONS)
    absent = [name for name in expected if name not in counts]
    others = [
        f"{name} has {counts[name]} partitions and not {count}"
        for name, count in expected.items()
        if name in counts and counts[name] != count
    ]
    if others:
        mend = "partition counts are fixed for life: build the broker anew, and replay the services' outboxes"
        return wrong("topics", "; ".join(others), mend)
    if absent:
        mend = f".venv/bin/python -m devstack.topics --bootstrap {bootstrap} --institution …"
        return missing("topics", f"not there: {', '.join(absent)}", mend)
    if not outcomes:
        mend = f".venv/bin/python -m devstack.topics --bootstrap {bootstrap} --institution … for each institution"
        return missing("topics", f"no topic {OUTCOMES_PREFIX}<institution>: nobody can be answered", mend)
    return ok("topics", f"{len(TOPICS)} and {len(outcomes)} answer topics, with the right partition counts")


async def answer_topics_finding(bootstrap: str, urls: Sequence[str]) -> Finding:
    """Whether each institution that a service knows a key of, or has something to say to, has its topic."""
    institutions: set[str] = set()
    try:
        async with admin_client(bootstrap) as admin:
            topics = {topic["topic"] for topic in await admin.describe_topics()}
        for url in urls:
            async with database_at(url) as connection:
                institutions |= await _institutions(connection)
    except (KafkaError, OSError, TimeoutError, DevstackError, asyncpg.PostgresError) as error:
        return wrong(
            "answer topics", f"can't be looked at ({type(error).__name__})", "see the findings above", needed=False
        )
    return compared_answer_topics(institutions, topics, bootstrap)


async def _institutions(connection: Connection) -> set[str]:
    rows = await connection.fetch(
        """
        SELECT institution FROM signing_keys
        UNION
        SELECT substr(topic, length($1) + 1) FROM outbox WHERE published_at IS NULL AND starts_with(topic, $1)
        """,
        OUTCOMES_PREFIX,
    )
    return {row["institution"] for row in rows}


def compared_answer_topics(institutions: Collection[str], topics: Collection[str], bootstrap: str) -> Finding:
    """What comparing the institutions with the topics comes to."""
    absent = sorted(each for each in institutions if f"{OUTCOMES_PREFIX}{each}" not in topics)
    if absent:
        options = " ".join(f"--institution {each}" for each in absent)
        mend = f".venv/bin/python -m devstack.topics --bootstrap {bootstrap} {options}"
        return missing("answer topics", f"nobody can be answered at: {', '.join(absent)}", mend)
    return ok("answer topics", f"each of {len(institutions)} institutions has its own")


async def database_findings(url: str) -> list[Finding]:
    """Whether a service's database answers, has all migrations, and has the same time as this machine."""
    try:
        async with database_at(url) as connection:
            database = str(await connection.fetchval("SELECT current_database()"))
            before = datetime.now(UTC)
            theirs: datetime = await connection.fetchval("SELECT clock_timestamp()")
            after = datetime.now(UTC)
            try:
                applied = {row["version"] for row in await connection.fetch("SELECT version FROM schema_migrations")}
            except asyncpg.UndefinedTableError:
                applied = set()
            except asyncpg.InsufficientPrivilegeError:
                applied = None
    except DevstackError as error:
        found, _, mend = str(error).partition("; ")
        return [missing("database", found, mend or "mend --database-url")]
    return [migrations_finding(database, applied), clock_finding(database, before, theirs, after)]


def migrations_finding(database: str, applied: set[str] | None) -> Finding:
    """What the applied versions come to; None if the url's role may not read them."""
    name = f"database {database}"
    service = service_of(database)
    if service is None:
        return wrong(name, "is no service's database: those are called riskpool_<service>", "mend --database-url")
    files = [path.name for folder in migration_folders(service) for path in folder.glob("*.sql")]
    return compared_finding(name, service, applied, files)


def service_of(database: str) -> str | None:
    """The service whose database is called so; a copy for a test has a suffix after two underscores."""
    service = database.partition("__")[0].removeprefix("riskpool_")
    return service if service in SERVICES and database.startswith("riskpool_") else None


def compared_finding(name: str, service: str, applied: set[str] | None, file_names: Sequence[str]) -> Finding:
    """What comparing the applied versions with the migrations' files comes to."""
    files = {file_name.partition("_")[0]: file_name for file_name in file_names}
    mend = f"apply them: RISKPOOL_MIGRATE_URL_{service.upper()}=… python -m devstack.migrate {service}"
    if applied is None:
        return wrong(name, "its role may not read which migrations were applied", mend)
    absent = sorted(files.keys() - applied)
    if absent:
        return missing(name, f"not applied: {', '.join(files[version] for version in absent)}", mend)
    unknown = sorted(applied - files.keys())
    if unknown:
        found = f"has migrations that this version does not know: {', '.join(unknown)}"
        return wrong(name, found, "this code is older than the database: bring it up to date", needed=False)
    return ok(name, f"answers; all {len(files)} migrations are applied")


def clock_finding(database: str, before: datetime, theirs: datetime, after: datetime) -> Finding:
    """Whether the server's time, read between two of ours, is ours."""
    name = f"clock of {database}"
    if before <= theirs <= after:
        difference = 0.0
    else:
        difference = min(abs((theirs - before).total_seconds()), abs((theirs - after).total_seconds()))
    if difference > CLOCK_DIFFERENCE_MAX_SECONDS:
        found = f"differs from this machine's by at least {difference:.1f} s"
        return wrong(name, found, "let both follow a time server (NTP): validity is judged by the time of intake")
    return ok(name, f"differs from this machine's by {difference:.1f} s")
