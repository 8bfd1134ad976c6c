"""The event log on disk, and the views of it."""
