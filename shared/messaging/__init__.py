"""How messages travel: broker, intake, transaction, inbox, outbox, relay, telemetry. Knows no message type by name."""
