#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""The table of RFCs in module/DESIGN.md, made from the citations in the code and in the tests.

	rfc.py --write		writes the table anew
	rfc.py --check		fails if the table is stale, or a row has no test
	rfc.py --missing	the rows that no test cites

A citation is "RFC 9293 3.10.7.4": the section follows the number. More of the same RFC may follow
("RFC 6298 5.2 and 5.3"). It belongs to the function that it stands in or right before, else to the
file. A test shows a section when it cites that section, one above it or one below it; a whole RFC
when it cites any part of it.
"""

import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
TARGET = ROOT / "module/DESIGN.md"
BEGIN, END = "<!-- RFC table: begin (make rfc) -->\n", "<!-- RFC table: end -->\n"
CODE = (("module/", (".c", ".h")),)
TESTS = (("selftests/", (".c", ".sh", ".py")), ("userspace/tests/", (".c", ".sh", ".py")))

SECTION = r"\d+(?:\.\d+)*(?![\w%])"
CITATION = re.compile(rf"RFC[ \n*#/]+(\d{{3,5}})(?:[ \n*#/]+({SECTION}(?:(?:,| and| to) {SECTION})*))?"
                      r"(?! ?(?:s|ms|us|kHz|bytes|octets|duplicate|segments?)\b)")
FUNCTION = re.compile(r"^(?!TEST\()[A-Za-z_][\w \t*]*?\b(\w+)\([^;]*$|^TEST\((\w+)\)")
PYTHON = re.compile(r"^\s*def (\w+)")
SHELL = re.compile(r"^(\w+)\(\) \{")


def tracked(patterns):
    listed = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard"],
                            cwd=ROOT, check=True, capture_output=True, text=True).stdout.split("\n")
    return [Path(name) for name in sorted(listed) if (ROOT / name).is_file() and
            any(name.startswith(folder) and name.endswith(kinds) for folder, kinds in patterns)]


def owners(path, lines):
    """The function of each line; a comment right before one belongs to it."""
    pattern = {".c": FUNCTION, ".py": PYTHON, ".sh": SHELL}.get(path.suffix)
    owner, result = None, []
    for line in lines:
        found = pattern and pattern.match(line)
        if found:
            owner = next(name for name in found.groups() if name)
        elif path.suffix == ".c" and line.startswith("}"):
            result.append(owner)
            owner = None
            continue
        result.append(owner)
    following = None
    for i in range(len(lines) - 1, -1, -1):
        if result[i]:
            following = result[i]
        elif not lines[i].strip() or not lines[i].lstrip().startswith(("/*", "*", "//", "#")):
            following = None
        else:
            result[i] = following
    return result


def place(path, owner):
    name = str(path).removeprefix("module/").removeprefix("selftests/")
    return f"{name}:{owner}" if owner else name


def citations(patterns):
    found = defaultdict(set)
    for path in tracked(patterns):
        if path == Path("selftests/vm/rfc.py"):
            continue
        text = (ROOT / path).read_text(errors="replace")
        names = owners(path, text.split("\n"))
        for match in CITATION.finditer(text):
            where = place(path, names[text.count("\n", 0, match.start())])
            for section in re.findall(SECTION, match.group(2) or "") or [""]:
                found[int(match.group(1)), section].add(where)
    return found


def related(a, b):
    return a == b or a.startswith(b + ".") or b.startswith(a + ".")


def tests_of(rfc, section, tests):
    shown = set()
    for (number, part), places in tests.items():
        if number == rfc and (not section or (part and related(section, part))):
            shown |= places
    return shown


def order(key):
    return key[0], [int(n) for n in key[1].split(".")] if key[1] else []


def few(places, most=4):
    listed = sorted(places)
    more = f" +{len(listed) - most}" if len(listed) > most else ""
    return ", ".join(f"`{p}`" for p in listed[:most]) + more


def table():
    code, tests = citations(CODE), citations(TESTS)
    rows = ["| RFC | section | where | shown by |\n", "|---|---|---|---|\n"]
    missing = []
    for key in sorted(code, key=order):
        shown = tests_of(*key, tests)
        if not shown:
            missing.append((key, code[key]))
        rows.append(f"| {key[0]} | {key[1] or 'whole'} | {few(code[key])} | {few(shown) or '-'} |\n")
    return "".join(rows), missing


def main():
    mode = sys.argv[1] if len(sys.argv) == 2 else ""
    if mode not in ("--write", "--check", "--missing"):
        sys.exit("usage: rfc.py --write|--check|--missing")
    made, missing = table()
    if mode == "--missing":
        for (rfc, section), places in missing:
            print(f"RFC {rfc} {section or 'whole'}: {few(places)}")
        return
    text = TARGET.read_text()
    before, rest = text.split(BEGIN)
    stale, after = rest.split(END)
    if mode == "--write":
        TARGET.write_text(before + BEGIN + made + END + after)
        return
    if stale != made:
        print("the RFC table of module/DESIGN.md is stale: make rfc")
    for (rfc, section), places in missing:
        print(f"RFC {rfc} {section or 'whole'}: no test cites it: {few(places)}")
    sys.exit(1 if missing or stale != made else 0)


main()
