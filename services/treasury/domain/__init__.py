"""The pool's money, decided without I/O, clock or chance."""
