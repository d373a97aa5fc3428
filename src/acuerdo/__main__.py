"""`python -m acuerdo`: the same as the command `acuerdo`."""

from acuerdo.cli import main

main()
