"""Who looked at what, took out what and brought in what: a second append-only table beside the actions.

Sealed and anchored as they are. Begin with ``trail.open_trail``.
"""
