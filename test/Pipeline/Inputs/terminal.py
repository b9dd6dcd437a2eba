"""terminal.py COMMAND...: runs it with a terminal as its standard output, prints what it wrote there, exits as it did."""

import os
import pty
import sys

sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))
