"""The house rules that no linter knows: how long a module may be, and what must not be in the tree."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LIMITS = (
    (re.compile(r"openapi_client/model/\w+\.py"), 25),
    (re.compile(r"openapi_client/configuration\.py"), 550),
    (re.compile(r"openapi_client/.*\.py"), 450),
)
# A person's or a machine's folders; the root of a repository names none.
FOREIGN = re.compile(r"/(?:home|root|Users)/\w")

tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()  # noqa: S607 - git is found as everywhere
problems = []
for name in tracked:
    text = (ROOT / name).read_text(encoding="utf-8")
    lines = text.count("\n")
    limit = next((limit for pattern, limit in LIMITS if pattern.fullmatch(name)), None)
    if limit is not None and lines > limit:
        problems.append(f"{name} has {lines} lines; {limit} are the most")
    if FOREIGN.search(text) and name != ".ci/house.py":
        problems.append(f"{name} names a folder of one machine")
sys.exit("\n".join(problems) or None)
