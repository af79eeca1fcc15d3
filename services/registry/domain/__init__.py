"""Who and what a pool covers, decided without I/O, clock or chance."""
