"""The evidence: simulated runs, measured."""
