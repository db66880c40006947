"""The command from outside: it starts no sooner than it must."""

import subprocess
import sys


def test_help_brings_neither_a_server_nor_an_sdk():
    code = (
        "import sys\nfrom gateway.cli.program import outcome\noutcome(['bench', '--help'])\n"
        "print({'aiohttp', 'anthropic', 'openai', 'httpx2'} & set(sys.modules))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.splitlines()[-1] == "set()"
    assert "--max-in-flight" in ran.stdout
