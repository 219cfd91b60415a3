"""`python -m cli`: the `standby` command without its script."""

from cli import main

main(prog_name="standby")
