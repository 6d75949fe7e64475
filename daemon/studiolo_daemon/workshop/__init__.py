"""How jobs get done: who waits, who runs, on which process. Knows no client."""
