"""proxyv-eval as a contestant that waits for its turn."""

import contextlib
import json
import subprocess
import sys


class Paced:
    """Reads a line of seconds per round, and the table at the end."""

    def __init__(self, process):
        self.process = process
        self.times = {}
        if not process.stdout.readline():
            sys.exit("bench-peers: proxyv-eval ended before the first round; see its message above")

    def round(self):
        self.process.stdin.write("go\n")
        self.process.stdin.flush()
        for name, seconds in json.loads(self.process.stdout.readline()).items():
            self.times.setdefault(name, []).append(seconds)

    def finish(self):
        self.process.stdin.close()
        return json.loads(self.process.stdout.read())


@contextlib.contextmanager
def paced(command):
    """Starts `command --paced --json`; it has warmed up when the body begins."""
    process = subprocess.Popen(command + ["--paced", "--format", "json"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield Paced(process)
    finally:
        process.terminate()
        process.wait()
