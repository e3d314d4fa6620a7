# SPDX-License-Identifier: GPL-2.0
"""Looks at `anp latency show --json`: sums(), or total(STAGE).

latency.py sums DIRECTION: the stages of rx or tx add up to the total, and all counted the same
latency.py count STAGE: how often a stage was counted
"""
import json
import sys

stages = {s["stage"]: s for s in json.load(sys.stdin)["stages"]}
if sys.argv[1] == "count":
    print(stages[sys.argv[2]]["count"])
    sys.exit(0)
parts = [s for name, s in stages.items()
         if name.startswith(sys.argv[2] + "-") and not name.endswith("-total")]
total = stages[sys.argv[2] + "-total"]
for s in parts + [total]:
    print(s)
    assert s["count"] == total["count"] > 0
    assert s["p50"] <= s["p90"] <= s["p99"] <= s["p99.9"] <= s["max"]
assert abs(sum(s["sum"] for s in parts) - total["sum"]) <= 0.05 * total["sum"]
