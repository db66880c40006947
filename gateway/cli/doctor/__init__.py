"""`tokentape doctor`: the command, and the facts that it collects. Judging them is pure: gateway/tools/doctor."""

from gateway.cli.doctor.command import doctor

__all__ = ["doctor"]
