"""Where client programs are run, a few at a time, without each of them importing its SDKs for seconds.

    stage.py open [MODULE...]         import the SDKs once, then run what is asked for; prints its port
    stage.py run PORT [--in-turn] PROGRAM...

`run` hands its own environment and the programs to the open stage, which runs each in a process forked for it: apart
from the imports as if `run` had started it. Prints {name: {"code": ..., "stdout": ...}} as JSON.
"""
# ruff: noqa: T201 - a program prints

import contextlib
import json
import os
import runpy
import signal
import socket
import sys
import tempfile
import traceback
from pathlib import Path

# Not ollama: it reads its environment when it is imported.
SDKS = ("langchain_anthropic", "langchain_openai", "anthropic", "openai", "google.genai", "fastapi", "uvicorn")
AT_ONCE = 4


def open_stage(*modules: str) -> None:
    for module in modules or SDKS:
        __import__(module)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the directors
    with socket.create_server(("127.0.0.1", 0)) as listener:
        print(listener.getsockname()[1], flush=True)
        while True:
            connection, _ = listener.accept()
            with connection:
                if os.fork() == 0:
                    listener.close()
                    as_a_process(direct, connection)


def as_a_process(act, *arguments) -> None:
    """Be a process of one's own: act and end, with 1 after an exception."""
    code = 0
    try:
        act(*arguments)
    except BaseException:
        traceback.print_exc()
        code = 1
    with contextlib.suppress(OSError):
        sys.stdout.flush()
    os._exit(code)


def direct(connection: socket.socket) -> None:
    """Run the programs of one job and send back what they printed."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    with connection.makefile("rw") as stream:
        job = json.loads(stream.readline())
        os.environ.clear()
        os.environ.update(job["environ"])
        stream.write(json.dumps(results_of(job["programs"], AT_ONCE if job["at_once"] else 1)) + "\n")


def results_of(programs: list[str], at_once: int) -> dict[str, dict[str, object]]:
    waiting, running, results = [Path(program) for program in programs], {}, {}
    while waiting or running:
        if waiting and len(running) < at_once:
            program = waiting.pop(0)
            output = tempfile.TemporaryFile()  # noqa: SIM115 - it is closed when it has been read
            pid = os.fork()
            if pid == 0:
                as_a_process(perform, program, output.fileno())
            running[pid] = (program.name, output)
            continue
        pid, status = os.wait()
        name, output = running.pop(pid)
        with output:
            output.seek(0)
            results[name] = {"code": os.waitstatus_to_exitcode(status), "stdout": output.read().decode()}
    return results


def perform(program: Path, stdout: int) -> None:
    os.dup2(stdout, 1)
    sys.argv = [str(program)]
    runpy.run_path(str(program), run_name="__main__")


def run(port: str, *words: str) -> None:
    programs = [word for word in words if word != "--in-turn"]
    job = {"environ": dict(os.environ), "programs": programs, "at_once": "--in-turn" not in words}
    with socket.create_connection(("127.0.0.1", int(port))) as connection, connection.makefile("rw") as stream:
        stream.write(json.dumps(job) + "\n")
        stream.flush()
        print(stream.readline(), end="")


{"open": open_stage, "run": run}[sys.argv[1]](*sys.argv[2:])
