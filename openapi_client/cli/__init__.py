"""The commands: what each takes, and which module carries it out."""

import argparse
import sys
from collections.abc import Sequence

from openapi_client import __version__


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and gives its exit status: 0 if it did what it is for.

    Args:
        arguments: The command's words, those of this process unless given.
    """
    options = _parser().parse_args(arguments)
    try:
        if options.command == "sandbox":
            # Loaded here: neither command needs the other's libraries, and `--help` needs none.
            from openapi_client.cli.sandbox import run_sandbox  # noqa: PLC0415 - loaded when it is run

            return run_sandbox(
                options.token_lifetime_seconds,
                options.credentials_lifetime_seconds,
                generation=options.generation,
                port=options.port,
                load=options.load,
                print_env=options.print_env,
            )
        from openapi_client.cli.demo import run_demo  # noqa: PLC0415 - loaded when it is run

        return run_demo(options.host, options.location)
    except ImportError as error:
        sys.stderr.write(f"{error}\n")
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="registry-credentials", description="Temporary AWS credentials for one place in a data store registry."
    )
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")

    sandbox = commands.add_parser(
        "sandbox",
        help="run a registry and an S3 store on this machine until Ctrl-C",
        description="Runs a registry and an S3 store on this machine until Ctrl-C, and prints how to use them.",
    )
    sandbox.add_argument(
        "--generation",
        type=int,
        choices=(2022, 2023),
        default=2022,
        help="2022: the documented registry, for places in S3; 2023: one as deployed since then, for datasets (2022)",
    )
    sandbox.add_argument("--port", type=int, default=0, metavar="N", help="the registry's port (any that is free)")
    sandbox.add_argument(
        "--load",
        metavar="FOLDER",
        help="put the folder's files into the store, with --generation 2023 into its dataset",
    )
    sandbox.add_argument(
        "--print-env",
        action="store_true",
        help='print the environment for a shell to eval, as in: eval "$(registry-credentials sandbox --print-env &)"',
    )
    sandbox.add_argument(
        "--token-lifetime-seconds", type=float, default=300, metavar="S", help="how long a bearer token is good (300)"
    )
    sandbox.add_argument(
        "--credentials-lifetime-seconds",
        type=int,
        default=28_800,
        metavar="S",
        help="how long AWS credentials live (28800)",
    )

    demo = commands.add_parser(
        "demo",
        help="get credentials, use them on S3, show what they may and may not do",
        description="Gets read and write credentials for one place, uses them on S3, and shows what they may and may"
        " not do: on a sandbox of its own, or on the registry at --host, with the token or the login that environment"
        " variables name, as OPENAPI_CLIENT_ACCESS_TOKEN, or OPENAPI_CLIENT_USERNAME and OPENAPI_CLIENT_PASSWORD. It"
        " writes one small object below the place and deletes it again.",
    )
    demo.add_argument("--host", metavar="URL", help="the registry, instead of a sandbox")
    demo.add_argument(
        "--location",
        metavar="PLACE",
        help="a dataset, hdl:HANDLE, or a place in S3, s3://BUCKET/PATH/; required with --host, else one of each",
    )
    return parser
