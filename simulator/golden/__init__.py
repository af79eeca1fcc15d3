"""One example of every message type, all of one story."""
