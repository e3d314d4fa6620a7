#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Where the instructions of a benchmark go, by function.

profile.py RESULTS [TOP]    RESULTS holds bench.jsonl, kallsyms and the profiles insn.N of a run

For each row that was measured for both stacks: the functions that differ most, then those that take
most, and how often each is called; per operation or per KiB, as in the table of `make bench`.
"""
import bisect
import collections
import glob
import json
import os
import sys


def symbols(path):
    """-> sorted addresses and their names; a module's functions are marked by its name."""
    found = []
    with open(path, encoding='utf-8') as f:
        for line in f:
            word = line.split()
            if word[1] in 'tTwW':
                found.append((int(word[0], 16), ' '.join(word[2:])))
    found.sort()
    return [a for a, _ in found], [n for _, n in found]


def profile(path, addresses, names):
    """-> instructions and calls by function"""
    count, calls = collections.Counter(), collections.Counter()
    with open(path, encoding='utf-8') as f:
        for line in f:
            pc, n, times = line.split()
            pc = int(pc, 16)
            if not pc >> 63:
                count['(user space)'] += int(n)
                continue
            at = bisect.bisect_right(addresses, pc) - 1
            count[names[at]] += int(n)
            if addresses[at] == pc:
                calls[names[at]] += int(times)
    return count, calls


def per_op(count, line):
    ops = line['bytes'] / 1024 if 'bytes' in line else line['ops']
    return collections.Counter({name: n / ops for name, n in count.items()})


def show_difference(host, anp, top):
    print(f'  most of the difference (host, ANP, ANP - host):')
    names = sorted(set(host) | set(anp), key=lambda n: -abs(anp[n] - host[n]))
    for name in names[:top]:
        print(f'{host[name]:10.1f} {anp[name]:10.1f} {anp[name] - host[name]:+10.1f}  {name}')


def show(pair, count, calls, top):
    total = sum(count.values())
    print(f'  {pair}: {total:.0f} (instructions, share, calls)')
    for name, n in count.most_common(top):
        print(f'{n:10.1f} {n / total:6.1%} {calls[name]:7.2f}  {name}')


def main(results, top):
    addresses, names = symbols(os.path.join(results, 'kallsyms'))
    with open(os.path.join(results, 'bench.jsonl'), encoding='utf-8') as f:
        lines = [json.loads(line) for line in f]
    files = sorted(glob.glob(os.path.join(results, 'insn.[0-9]*')),
                   key=lambda name: int(name.rsplit('.', 1)[1]))
    # What ran before the first row was warming up.
    rows = collections.defaultdict(dict)
    for line, file in zip(lines, files[len(files) - len(lines):]):
        pair = f"{line['client']}/{line['server']}"
        rows[line['label']][pair] = [per_op(counter, line)
                                     for counter in profile(file, addresses, names)]
    for label, pairs in rows.items():
        print(label)
        if 'host/host' in pairs and 'anp/anp' in pairs:
            show_difference(pairs['host/host'][0], pairs['anp/anp'][0], top)
        for pair, (count, calls) in pairs.items():
            show(pair, count, calls, top)


if __name__ == '__main__':
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) == 3 else 40)
