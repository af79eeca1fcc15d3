"""Contributions are planned with the founding; nothing else is said of them here."""
