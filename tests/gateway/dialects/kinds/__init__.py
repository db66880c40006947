"""For each API: a minimal stream for every kind of event that it has."""
