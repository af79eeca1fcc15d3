"""The pure parts of the services, joined in memory, and the outside parties that talk to them.

``simulator.Simulator`` is all of it: ``say`` sends a command at a business time and returns its receipt.
"""
