"""`python -m mskflow` is `mskflow`."""

import sys

from sim.app.cli import main

if __name__ == "__main__":  # a worker process may import this module
    sys.exit(main())
