import sys

from pacewright.cli.main import main

sys.exit(main())
