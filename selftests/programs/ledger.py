#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
The ledger of `make check-programs`: ledger.py LEDGER RESULTS...

Each test file's results are a section of LEDGER, which is written anew for the tests that are in RESULTS and
ran to their end; sections of others stay, unless their test is gone.
"""
import pathlib
import re
import sys

HEAD = """<!-- SPDX-License-Identifier: GPL-2.0 -->
<!-- Written by make check-programs: do not edit. -->
# Programs over ANP

Programs of Debian 12, as they are packaged, run by `anp run` in the VM. `make check-programs` writes this from what they showed;
`make check-programs T=nginx` runs and writes one section. What is checked is in `selftests/programs/`: content by
checksum, exit status, what the program counted itself. An end that is ANP's has no address of the host's stack.

The columns tell which end is ANP: the one that asks (the other is the host's stack), the one that answers, or both.
"""
ROLES = ("ANP to host", "host to ANP", "ANP to ANP")
COLUMNS = "| program | what | ANP asks | ANP answers | both |\n|---|---|---|---|---|\n"
POINT = re.compile(r"^(not )?ok \d+ - ([^:]+): (.*) \[([^\]]+)\]$")
NOT_APPLICABLE = re.compile(r"^# n/a ([^:]+): (.*) \[([^\]]+)\] (.*)$")
SUITE = re.compile(r"^# suite (.*)$")
WORSE = re.compile(r"^# (\S+): ok on the host's stack, (failed|skipped|never begun) on ANP$")


def read_tap(path):
    """(packages, rows, notes, tables of suites) of one test; None if it did not run to its end."""
    text = path.read_text(encoding="utf-8", errors="replace")
    if not re.search(r"^1\.\.\d+$", text, re.M):
        return None
    packages, rows, notes, suites = [], {}, [], []
    for line in text.splitlines():
        if line.startswith("# package "):
            packages.append(line[len("# package "):])
        elif point := POINT.match(line):
            failed, program, what, role = point.groups()
            rows.setdefault((program, what), {})[role] = "**fails**" if failed else "ok"
        elif point := NOT_APPLICABLE.match(line):
            program, what, role, why = point.groups()
            rows.setdefault((program, what), {})[role] = "n/a"
            notes.append(f"{program}, {what}: not applicable, {why}.")
        elif point := SUITE.match(line):
            suites.append(point[1])
        elif worse := WORSE.match(line):
            notes.append(f"{worse[1]}: **{worse[2]}** on ANP only.")
        elif line.startswith("# differs "):
            notes.append(line[len("# differs "):])
    return packages, rows, notes, suites


def section(name, tap):
    """The section of one test."""
    packages, rows, notes, suites = tap
    text = f"## {name}\n\n" + ", ".join(packages) + ".\n\n"
    if any(role in cells for cells in rows.values() for role in ROLES):
        text += COLUMNS
        for (program, what), cells in rows.items():
            text += f"| {program} | {what} | " + " | ".join(cells.get(role, "") for role in ROLES) + " |\n"
    if suites:
        text += "".join(line + "\n" for line in suites)
    for note in dict.fromkeys(notes):
        text += "\n" + note + "\n"
    return text


def old_sections(ledger):
    """Name to text of what is there."""
    if not ledger.exists():
        return {}
    parts = re.split(r"^(?=## )", ledger.read_text(encoding="utf-8"), flags=re.M)[1:]
    return {part.split("\n", 1)[0][3:]: part.rstrip("\n") + "\n" for part in parts}


def main():
    """Merge what the results show into the ledger."""
    ledger = pathlib.Path(sys.argv[1])
    here = pathlib.Path(__file__).parent
    tests = sorted(path.stem for path in here.glob("*.sh") if path.stem != "lib")
    sections = old_sections(ledger)
    for folder in sys.argv[2:]:
        for name in tests:
            path = pathlib.Path(folder, f"programs-{name}.tap")
            tap = read_tap(path) if path.exists() else None
            if tap:
                sections[name] = section(name, tap)
    text = HEAD + "".join("\n" + sections[name] for name in tests if name in sections)
    ledger.write_text(text, encoding="utf-8")


main()
