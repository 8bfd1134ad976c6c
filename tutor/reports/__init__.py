"""What a session amounts to, for a screen, a terminal or a file: the review, the progress over sessions, and
exports. Everything but `collect.py` is pure."""
