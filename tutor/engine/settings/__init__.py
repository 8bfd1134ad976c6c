"""One frozen settings class per engine: every lever with its type, range and meaning. Nothing heavy here."""
