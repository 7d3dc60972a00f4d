"""`python -m simone` is the `simone` command.

Not for anything else.
"""

from simone.cli.main import main

main()
