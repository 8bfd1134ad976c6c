"""The case file: how each kind of exhibit is drawn in characters. Drawing is pure; the panel shows it."""
