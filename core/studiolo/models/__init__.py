"""Which models there are, and where they are kept. Never imports torch."""
