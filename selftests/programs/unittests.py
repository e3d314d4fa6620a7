#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
Runs the unittest cases of somebody else's module, a line "result id" for each: unittests.py MODULE RESULTS
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


def main(module, path):
    """All cases of a module."""
    with open(path, "w", encoding="utf-8") as file:
        unittest.defaultTestLoader.loadTestsFromName(module).run(Recorder(file))


main(*sys.argv[1:])
