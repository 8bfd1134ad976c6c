"""The pure core: what was said, what it is worth, what to do next."""
