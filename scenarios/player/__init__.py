"""Scenarios: cases written in the words of the regulation, played through the real topics (docs/scenarios.md)."""
