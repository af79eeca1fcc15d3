"""Collective decisions: the pure tally, for whoever owns the matter that is decided."""
