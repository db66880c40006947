"""`tokentape bench`: the command, how it is told what to send, and what it shows while it runs."""

from gateway.cli.bench.command import bench

__all__ = ["bench"]
