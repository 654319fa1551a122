"""`python -m concord` is the `concord` command."""

from concord.command import main

main()
