"""One module per simulated world."""
