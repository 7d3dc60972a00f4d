"""Memory measured: how fast, how large, and whether recall finds what answers a question."""
