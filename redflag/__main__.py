"""`python -m redflag`: the same door as the command `redflag`."""

import sys

from redflag.cli import command

sys.exit(command())
