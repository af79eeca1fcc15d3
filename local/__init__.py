"""The whole pool on one machine without Docker: PostgreSQL, Kafka, and the four services under one supervisor."""
