#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Runs rules of selftests/wire, each in a process and a network namespace of its own, several at
once, and makes a test point of each for lib/wire.sh.

	rules.py [-v] [--stack inet] [-j JOBS] FOLDER|FILE...

A rule is a file with a sentence that says what holds (and where it is written) as its docstring and
a function rule(w), w being a wire.Wire.  LINUX = "why" says that the host's stack does otherwise:
there the rule must fail.
"""

import argparse
import ctypes
import faulthandler
import importlib.util
import os
import random
import signal
import sys
import tempfile
import time
import traceback
from pathlib import Path

import wire

CLONE_NEWNET = 0x40000000
LIMIT = 3 * wire.PATIENCE
HERE = Path(__file__).resolve().parent.parent / "wire"


def load(path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def judge(module, family, verbose):
    """In the child.  Returns whether the rule holds; on failure, or when asked, tells all."""
    if ctypes.CDLL(None, use_errno=True).unshare(CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), "unshare")
    w = wire.Wire(family)
    why = None
    try:
        module.rule(w)
    except wire.Broken as e:
        where = traceback.extract_tb(e.__traceback__)
        line = next(f for f in reversed(where) if f.filename == module.__file__)
        why = "line %d: %s\n    %s" % (line.lineno, line.line, e)
    except Exception:  # pylint: disable=broad-except
        why = traceback.format_exc()
    log = list(w.log)
    try:
        w.end()
    except wire.Broken as e:
        why = why or str(e)
    if why or verbose:
        print("\n".join(log + ([why] if why else [])))
    return not why


class Job:
    """A rule that is being played."""

    def __init__(self, path, args):
        self.name = "%s/%s" % (path.parent.name, path.stem)
        self.module = load(path)
        self.differs = args.stack == "inet" and getattr(self.module, "LINUX", None)
        self.begin = time.monotonic()
        self.out = tempfile.TemporaryFile("w+")
        sys.stdout.flush()
        self.pid = os.fork()
        if self.pid:
            return
        status = 2
        try:
            os.dup2(self.out.fileno(), 1)
            os.dup2(self.out.fileno(), 2)
            # Input is handled in order only as long as it enters on one CPU.
            os.sched_setaffinity(0, {random.choice(list(os.sched_getaffinity(0)))})
            faulthandler.enable()
            faulthandler.dump_traceback_later(LIMIT - 5)
            signal.alarm(int(LIMIT))
            status = 0 if judge(self.module, args.stack, args.verbose) else 1
            sys.stdout.flush()
        except BaseException:  # pylint: disable=broad-except
            traceback.print_exc()
            sys.stderr.flush()
        finally:
            os._exit(status)

    def report(self, status, verbose):
        """Prints the point; whether it is good."""
        self.out.seek(0)
        output = self.out.read()
        code = os.waitstatus_to_exitcode(status)
        good = code == 1 if self.differs else code == 0
        what = " ".join(self.module.__doc__.split())
        if code < 0:
            output += "\nended by signal %d" % -code
        if verbose or not good:
            for line in output.splitlines():
                print("#", line)
        if verbose:
            print("# %.2f s" % (time.monotonic() - self.begin))
        if self.differs:
            what += " (Linux: %s)" % self.differs
        print("%s %s: %s" % ("ok" if good else "not ok", self.name, what), flush=True)
        return good


def files(names):
    for name in names:
        path = Path(name) if Path(name).exists() else HERE / name
        if path.is_dir():
            yield from (p for p in sorted(path.glob("*.py")))
        else:
            path = path if path.suffix else path.with_suffix(".py")
            yield path.resolve()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("-v", "--verbose", action="store_true")
    parser.add_argument("--stack", choices=("anp", "inet"), default="anp")
    parser.add_argument("-j", "--jobs", type=int, default=8)
    parser.add_argument("rules", nargs="+")
    args = parser.parse_args()
    random.seed(os.environ.get("SEED"))
    todo = list(files(args.rules))
    random.shuffle(todo)
    running, good = {}, True
    while todo or running:
        while todo and len(running) < args.jobs:
            job = Job(todo.pop(), args)
            running[job.pid] = job
        pid, status = os.wait()
        good &= running.pop(pid).report(status, args.verbose)
    print("done" if good else "bad", flush=True)


main()
