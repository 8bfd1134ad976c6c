"""Scenario files: schema, reading, checking."""
