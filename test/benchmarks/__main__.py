"""The one command: what the client costs, side by side with the floor, as the tables of docs/performance.md."""

import argparse
import contextlib
import sys
from collections.abc import Callable, Sequence

import decoding
import keys
import layers
import start
import threads
import warm
from measure import Comparison, Figure
from nginx import running_nginx
from report import layer_table, table

PARTS = ("warm", "decoding", "threads", "start", "keys", "layers")

parser = argparse.ArgumentParser("python test/benchmarks", description=__doc__)
parser.add_argument(
    "parts", nargs="*", metavar="part", help=f"what to measure, of {', '.join(PARTS)}; all of them unless given"
)
parser.add_argument("--quick", action="store_true", help="one short round of each, to see that it works")
parser.add_argument("--host", help="the address of a registry that runs already, to be asked instead of nginx")
options = parser.parse_args()
parts = options.parts or PARTS
if not {*parts} <= {*PARTS}:
    parser.error(f"the parts are {', '.join(PARTS)}")
rounds = {"rounds": 1} if options.quick else {}
calls = {"calls": 1} if options.quick else {}
samples = {"samples": 1} if options.quick else {}

with contextlib.nullcontext(options.host) if options.host else running_nginx() as host:
    measure: dict[str, Callable[[], Sequence[Comparison | Figure]]] = {
        "warm": lambda: warm.compare(host, **rounds, **calls),
        "decoding": lambda: decoding.compare(**rounds, **calls),
        "threads": lambda: threads.compare(host, **rounds, **calls),
        "start": lambda: start.compare(host, **rounds),
        "keys": lambda: keys.compare(keys.QUICK if options.quick else keys.FULL),
    }
    rows = [row for part in parts if part in measure for row in measure[part]()]
    if rows:
        sys.stdout.write(table(rows) + "\n")
    if "layers" in parts:
        sys.stdout.write("\n" + layer_table(layers.profile(host, **samples)) + "\n")
