"""The command line: everything that people do with a pool from a terminal."""
