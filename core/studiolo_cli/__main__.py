"""`python -m studiolo_cli` is the command line."""

from studiolo_cli.main import run

run()
