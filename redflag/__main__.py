"""`python -m redflag`: the same door as the command `redflag`."""

import sys

from redflag.cli import main

sys.exit(main())
