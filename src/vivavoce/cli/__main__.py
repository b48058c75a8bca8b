"""`python -m vivavoce.cli`: the same program, for the processes that it starts itself."""

from vivavoce.cli import main

main()
