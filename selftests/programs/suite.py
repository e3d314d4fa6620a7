#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
A suite of somebody else's tests, run on the host's stack and on ANP: suite.py NAME KNOWN HOST ANP

HOST and ANP are lists of results, "ok id", "failed id" or "skipped id"; of several for an id the worst counts, and
what is only "begun" hung. Prints a line of the ledger; succeeds if all that passes on the host passes on ANP, but for
what stands in KNOWN with its reason, lines "id reason" where the id may hold a *.
"""
import fnmatch
import sys


ORDER = ("begun", "skipped", "ok", "failed")


def read(path):
    """Test to result."""
    results = {}
    with open(path, encoding="utf-8") as file:
        for line in file:
            result, test = line.rstrip("\n").split(" ", 1)
            results[test] = max(results.get(test, "begun"), result, key=ORDER.index)
    return {test: "failed" if result == "begun" else result for test, result in results.items()}


def known_of(path):
    """(pattern, reason) of each line."""
    with open(path, encoding="utf-8") as file:
        return [line.rstrip("\n").split(" ", 1) for line in file if line.strip() and not line.startswith("#")]


def counted(results, kinds):
    """How many of each kind, as cells of the table."""
    values = list(results.values())
    return " | ".join(str(values.count(kind)) for kind in kinds)


def compare(name, known_path, host_path, anp_path):
    """The exit status is the point."""
    host, anp = read(host_path), read(anp_path)
    known, unknown, reasons = known_of(known_path), [], {}
    for test, result in sorted(host.items()):
        got = anp.setdefault(test, "failed")
        if got == "ok" or result == "failed" or got == result:
            continue
        for pattern, reason in known:
            if fnmatch.fnmatchcase(test, pattern):
                reasons.setdefault(reason, []).append(test)
                anp[test] = "n/a"
                break
        else:
            unknown.append(f"{test}: {result} on the host's stack, {got} on ANP")
    print(f"# suite | {name} | {counted(host, ('ok', 'failed', 'skipped'))} |"
          f" {counted(anp, ('ok', 'failed', 'n/a', 'skipped'))} |")
    for reason, tests in reasons.items():
        print(f"# differs {name}, not applicable: {reason}: {', '.join(test.split('.', 1)[-1] for test in tests)}.")
    failed = [test for test, result in host.items() if result == anp[test] == "failed"]
    if failed:
        print(f"# differs {name}, on the host's stack they fail, too: {', '.join(failed)}.")
    for line in unknown:
        print("#", line)
    return 1 if unknown or not host or not anp else 0


sys.exit(compare(*sys.argv[1:]))
