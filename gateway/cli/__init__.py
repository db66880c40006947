"""The command line: flags and glue. Each command reads its settings, calls one function and reports.

The only home of stdout, stderr and exit codes. What costs start-up time (aiohttp, asyncio, msgpack) is imported inside
the commands, so that `--help` answers at once.
"""

from gateway.cli.program import main

__all__ = ["main"]
