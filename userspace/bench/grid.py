#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""What `make grid` shows: goodput by ANP beside Linux TCP's over the same paths.

grid.py LINES FOLDER            grid.jsonl into FOLDER/grid.jsonl, where newer cells replace older ones;
                                all of that to FOLDER/grid.txt and stdout
grid.py --readme FOLDER README  the tables between README's two grid markers
"""
import json
import os
import statistics
import sys

PAIRS = ('host/host', 'anp/host', 'host/anp')
RTTS, LOSSES, RATES = ('0', '10', '50', '200'), ('0', '0.1', '1', '5'), ('10', '1000')
KINDS = {
    'burst': 'losses in bursts (Gilbert-Elliott), {rtt} ms, {rate} Mb/s',
    'reorder': 'a quarter overtakes, {rtt} ms, {rate} Mb/s',
    'police': 'policed to {rate} Mb/s, 40 KB at once, {rtt} ms',
    'ecn': 'fq_codel with ECN, {rtt} ms, {rate} Mb/s',
}
FEW_LOSSES = 40     # in the whole of a cell's runs; a ratio of such ones is put in brackets


def read(file):
    if not os.path.exists(file):
        return []
    with open(file, encoding='utf-8') as f:
        return [json.loads(line) for line in f]


def write(file, text):
    with open(file, 'w', encoding='utf-8') as f:
        f.write(text)


def mbit(run):
    """All of a run's flows together."""
    return sum(f['bytes'] for f in run['flows']) * 8e3 / run['ns']


def jain(run):
    x = [f['bytes'] for f in run['flows']]
    return sum(x) ** 2 / (len(x) * sum(v * v for v in x))


def collect(runs):
    """-> {cell: {pair: [runs]}}"""
    cells = {}
    for run in runs:
        cells.setdefault(run['cell'], {}).setdefault(run['pair'], []).append(run)
    return cells


def mean(cell, pair):
    return statistics.mean(mbit(run) for run in cell[pair])


def ratio(cell, pair):
    """-> (ratio to Linux at both ends, its standard error or None)"""
    host, this = ([mbit(run) for run in cell[p]] for p in ('host/host', pair))
    value = statistics.mean(this) / statistics.mean(host)
    if min(len(host), len(this)) < 2:
        return value, None
    error = sum((statistics.stdev(x) / statistics.mean(x)) ** 2 / len(x) for x in (host, this))
    return value, value * error ** 0.5


def by_chance(name, cell, pair):
    """Too few losses in all runs: where the first one falls in slow start decides."""
    return name.split()[1] != '0' and any(
        sum(run['flows'][0]['retrans'] for run in cell[p]) < FEW_LOSSES for p in ('host/host', pair))


def ratio_text(name, cell, pair):
    if pair not in cell or 'host/host' not in cell:
        return ''
    value, error = ratio(cell, pair)
    text = f'{value:.2f}' + (f' ±{error:.2f}' if error and error >= 0.005 else '')
    return f'({text})' if by_chance(name, cell, pair) else text


def text(cells):
    out = [f"{'kind, loss %, RTT ms, Mb/s':26} {'Linux, Mb/s':>11}  {'ANP sends':>11} "
           f"{'receives':>11}   resent %: Linux, ANP"]
    for name, cell in cells.items():
        if 'mixed' in cell:
            continue
        resent = [f"{100 * sum(r['flows'][0]['retrans'] for r in cell[p]) / max(1, sum(r['flows'][0]['segs'] for r in cell[p])):5.1f}"
                  for p in PAIRS[:2] if p in cell]
        host = f"{mean(cell, 'host/host'):.2f}" if 'host/host' in cell else ''
        out.append(f'{name:26} {host:>11}  ' +
                   ' '.join(f'{ratio_text(name, cell, p):>11}' for p in PAIRS[1:]) +
                   '   ' + ' '.join(resent))
    for name, cell in cells.items():
        for run in cell.get('mixed', ()):
            out.append(f"{name}: Jain {jain(run):.3f}; ANP, Linux, ANP, Linux: " +
                       ', '.join(f"{f['bytes'] * 8e3 / run['ns']:.2f}" for f in run['flows']) + ' Mb/s')
    return '\n'.join(out) + '\n'


def report(lines, folder):
    new = read(lines)
    if not new:
        sys.exit('grid.py: nothing was measured')
    os.makedirs(folder, exist_ok=True)
    kept = os.path.join(folder, 'grid.jsonl')
    again = {run['cell'] for run in new}
    runs = [run for run in read(kept) if run['cell'] not in again] + new
    write(kept, ''.join(json.dumps(run) + '\n' for run in runs))
    shown = text(collect(runs))
    write(os.path.join(folder, 'grid.txt'), shown)
    print(shown, end='')


# ---- the README ----

BEGIN, END = '<!-- grid: written by make grid-readme -->\n', '<!-- end of grid -->\n'


def readme_grid(cells):
    head = ' | '.join(f'Linux, {"1 Gb/s" if rate == "1000" else "10 Mb/s"} | ANP sends | ANP receives'
                      for rate in RATES)
    out = [f'| RTT | loss | {head} |\n', '|---|---' + '|---:' * 6 + '|\n']
    for rtt in RTTS:
        for loss in LOSSES:
            row = [f'{rtt} ms', f'{loss}%']
            for rate in RATES:
                name = f'plain {loss} {rtt} {rate}'
                cell = cells.get(name)
                if not cell:
                    sys.exit(f'grid.py: no cell {name}: run make grid')
                row += [f"{mean(cell, 'host/host'):.3g} Mb/s"]
                row += [ratio_text(name, cell, p) for p in PAIRS[1:]]
            out.append('| ' + ' | '.join(row) + ' |\n')
    return ''.join(out)


def readme_others(cells):
    out = ['| path | Linux | ANP sends | ANP receives |\n', '|---|---:|---:|---:|\n']
    for name, cell in cells.items():
        kind, _, rtt, rate = name.split()
        if kind in KINDS:
            out.append('| ' + ' | '.join([KINDS[kind].format(rtt=rtt, rate=rate),
                                          f"{mean(cell, 'host/host'):.3g} Mb/s",
                                          *(ratio_text(name, cell, p) for p in PAIRS[1:])]) + ' |\n')
    for name, cell in cells.items():
        for run in cell.get('mixed', ()):
            _, _, rtt, rate = name.split()
            x = [f"{f['bytes'] * 8e3 / run['ns']:.2f}" for f in run['flows']]
            out.append(f'\nTwo CUBIC flows of ANP and two of Linux through one bottleneck of {rate} Mb/s, '
                       f'{rtt} ms: {x[0]} and {x[2]} Mb/s beside {x[1]} and {x[3]}; '
                       f"Jain's index is {jain(run):.2f}.\n")
    return ''.join(out)


def readme(folder, readme_file):
    cells = collect(read(os.path.join(folder, 'grid.jsonl')))
    with open(readme_file, encoding='utf-8') as f:
        before, rest = f.read().split(BEGIN)
    after = rest.split(END)[1]
    write(readme_file, before + BEGIN + readme_grid(cells) + '\n' + readme_others(cells) + END + after)


if __name__ == '__main__':
    if len(sys.argv) == 4 and sys.argv[1] == '--readme':
        readme(*sys.argv[2:])
    elif len(sys.argv) == 3:
        report(*sys.argv[1:])
    else:
        sys.exit(__doc__)
