#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
Runs the unittest cases of somebody else's module, a line "result id" for each, and "end" when all have run:
unittests.py MODULE RESULTS
"""
import sys
import unittest

from test import support

# What its own runner does for a slow machine (--timeout): these are waits for what is sure to come.
for name in "LOOPBACK_TIMEOUT", "SHORT_TIMEOUT", "LONG_TIMEOUT":
    setattr(support, name, 20 * getattr(support, name))


class Recorder(unittest.TestResult):
    """Each result as it comes, so that nothing is lost if one test takes the others down."""

    def __init__(self, file):
        super().__init__()
        self.file = file

    def put(self, result, test):
        """One line; a subtest is its test's."""
        print(result, getattr(test, "test_case", test).id(), file=self.file, flush=True)

    def startTest(self, test):
        super().startTest(test)
        self.put("begun", test)

    def addSuccess(self, test):
        self.put("ok", test)

    def addError(self, test, err):
        self.put("failed", test)
        print("ERROR", test, self._exc_info_to_string(err, test), file=sys.stderr, flush=True)

    def addFailure(self, test, err):
        self.addError(test, err)

    def addSubTest(self, test, subtest, err):
        if err:
            self.addError(test, err)

    def addSkip(self, test, reason):
        self.put("skipped", test)

    def addExpectedFailure(self, test, err):
        self.put("ok", test)

    def addUnexpectedSuccess(self, test):
        self.put("failed", test)


# The kernel's cryptography, which has nothing to do with a stack.
NO_SOCKETS = ("LinuxKernelCryptoAPI",)


def cases(suite):
    """Each single case of a suite of suites."""
    for test in suite:
        if isinstance(test, unittest.TestSuite):
            yield from cases(test)
        elif type(test).__name__ not in NO_SOCKETS:
            yield test


def classes(suite):
    """Suites of the cases of one class each: what a class sets up is set up once."""
    found = {}
    for test in cases(suite):
        found.setdefault(type(test), []).append(test)
    return unittest.TestSuite(map(unittest.TestSuite, found.values()))


def main(module, path):
    """All cases of a module."""
    with open(path, "w", encoding="utf-8") as file:
        classes(unittest.defaultTestLoader.loadTestsFromName(module)).run(Recorder(file))
        print("end", file=file, flush=True)


main(*sys.argv[1:])
