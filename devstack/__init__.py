"""The whole pool on one machine, without Docker: PostgreSQL, Kafka, the services, and a demonstration."""
