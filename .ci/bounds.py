"""Prints the requirements that pin what the package asks for to the lowest versions it promises, or to none.

Usage: bounds.py lowest|newest [EXTRA]
"""

import sys
from email.parser import Parser
from importlib.metadata import distribution

which, *extras = sys.argv[1:]
metadata = Parser().parsestr(distribution("registry-credentials").read_text("METADATA") or "")
for requirement in metadata.get_all("Requires-Dist", []):
    wanted, _, marker = requirement.partition(";")
    extra = marker.replace("'", '"').partition('extra == "')[2].partition('"')[0]
    if which == "lowest" and (not extra or extra in extras):
        sys.stdout.write(wanted.strip().replace(">=", "==") + "\n")
