"""What a team did: an append-only log that is proved, backed up, and read back as events of the panel.

Nothing is imported here, so that a reader of the models does not load the database library. Begin
with ``log.open_log``.
"""
