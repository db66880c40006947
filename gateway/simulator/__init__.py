"""The simulated provider: Anthropic, OpenAI, Gemini and Ollama on one port, deterministic from a seed.

For demos, tests and benchmarks that must not need a key, a network or luck. What it can do: docs/simulator.md.
"""

from gateway.simulator.app import simulator_app, simulator_runner
from gateway.simulator.simulation import Simulation

__all__ = ["Simulation", "simulator_app", "simulator_runner"]
