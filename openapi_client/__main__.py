"""`python -m openapi_client`: the commands."""

import sys

from openapi_client.cli import main

if __name__ == "__main__":
    sys.exit(main())
