#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""What `make grid` shows: goodput by ANP beside Linux TCP's over the same paths.

grid.py LINES FOLDER            grid.jsonl into FOLDER/grid.jsonl, where newer cells replace older ones;
                                all of that to FOLDER/grid.txt and stdout
grid.py --readme FOLDER README  the tables between README's two grid markers; a cell that FOLDER does not
                                know keeps what stands there, marked as OLDER
grid.py --check LINES           what the cells of QUICK=1 have to reach: a line for each that does not,
                                and "N passed, N failed"

Of several runs the median counts; ± is half of the distance from the least to the greatest, of ANP's
runs and of Linux' together.
"""
import json
import os
import statistics
import sys

PAIRS = ('host/host', 'anp/host', 'host/anp', 'anp/anp')
NAMES = {'anp/host': 'ANP sends', 'host/anp': 'ANP receives', 'anp/anp': 'ANP at both ends'}
RTTS, LOSSES, RATES = ('0', '10', '50', '200'), ('0', '0.1', '1', '5'), ('10', '1000')
KINDS = {
    'burst': 'losses in bursts (Gilbert-Elliott), {rtt} ms, {rate} Mb/s',
    'reorder': 'a quarter overtakes, {rtt} ms, {rate} Mb/s',
    'police': 'policed to {rate} Mb/s, 40 KB at once, {rtt} ms',
    'ecn': 'fq_codel with ECN, {rtt} ms, {rate} Mb/s',
}
BEHIND = 0.95       # of Linux' goodput
EQUAL = 0.95        # Jain's index
FEW_LOSSES = 40     # in the whole of a cell's runs; a ratio of such ones is put in brackets
OLDER = '°'         # behind Linux' figure of a cell that was not measured again


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


def median(cell, pair):
    return statistics.median(mbit(run) for run in cell[pair])


def ratio(cell, pair):
    """-> (ratio to Linux at both ends, how far it may lie off, None where nothing tells)"""
    host, this = ([mbit(run) for run in cell[p]] for p in ('host/host', pair))
    middle = statistics.median(host)
    spread = sum(max(x) - min(x) for x in (host, this)) / 2 / middle
    return statistics.median(this) / middle, spread if len(this) > 1 else None


def resent(cell, pair):
    """Percent of the segments that went again."""
    flows = [run['flows'][0] for run in cell[pair]]
    return 100 * sum(f['retrans'] for f in flows) / max(1, sum(f['segs'] for f in flows))


def by_chance(name, cell, pair):
    """Too few losses in all runs: where the first one falls in slow start decides."""
    return name.split()[1] != '0' and any(
        sum(run['flows'][0]['retrans'] for run in cell[p]) < FEW_LOSSES for p in ('host/host', pair))


def ratio_text(name, cell, pair):
    if pair not in cell or 'host/host' not in cell:
        return ''
    value, spread = ratio(cell, pair)
    text = f'{value:.2f}' + (f' ±{spread:.2f}' if spread and spread >= 0.005 else '')
    return f'({text})' if by_chance(name, cell, pair) else text


def pairs_of(cells):
    """Those beside Linux' own that something is known of."""
    return [p for p in PAIRS[1:] if any(p in cell for cell in cells.values())]


def text(cells):
    pairs = pairs_of(cells)
    out = [f"{'kind, loss %, RTT ms, Mb/s':26} {'Linux, Mb/s':>11}  " +
           ' '.join(f'{NAMES[p]:>16}' for p in pairs) + '   resent %: Linux, ANP']
    for name, cell in cells.items():
        if 'mixed' in cell:
            continue
        host = f"{median(cell, 'host/host'):.2f}" if 'host/host' in cell else ''
        out.append(f'{name:26} {host:>11}  ' +
                   ' '.join(f'{ratio_text(name, cell, p):>16}' for p in pairs) +
                   '   ' + ' '.join(f'{resent(cell, p):5.1f}' for p in PAIRS[:2] if p in cell))
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
    again = {(run['cell'], run['pair']) for run in new}
    runs = [run for run in read(kept) if (run['cell'], run['pair']) not in again] + new
    write(kept, ''.join(json.dumps(run) + '\n' for run in runs))
    shown = text(collect(runs))
    write(os.path.join(folder, 'grid.txt'), shown)
    print(shown, end='')


# ---- the README ----

BEGIN, END = '<!-- grid: written by make grid-readme -->\n', '<!-- end of grid -->\n'


def known(before):
    """The figures that stand in the README: {cell's name or description: [Linux, ANP, ...]}, and the share's lines."""
    figures, shares = {}, []
    for line in before.splitlines():
        column = [c.strip().rstrip(OLDER) for c in line.strip('|').split('|')]
        if len(column) > 2 and column[0].endswith(' ms') and column[1].endswith('%'):
            half = len(column) // 2 - 1
            for i, rate in enumerate(RATES):
                figures[f'plain {column[1][:-1]} {column[0][:-3]} {rate}'] = column[2 + i * half:][:half]
        elif len(column) > 1 and column[0] not in ('RTT', 'path') and not column[0].startswith('---'):
            figures[column[0]] = column[1:]
        elif "Jain's index" in line:
            shares.append(line + '\n')
    return figures, shares


def figures_of(name, cells, pairs):
    cell = cells[name]
    return [f"{median(cell, 'host/host'):.3g} Mb/s", *(ratio_text(name, cell, p) for p in pairs)]


def figures(cells, pairs, before):
    """Of each cell in the README's order: what was measured, else what stood there, marked."""
    grid = [f'plain {loss} {rtt} {rate}' for rtt in RTTS for loss in LOSSES for rate in RATES]
    others = [name for name in before if name not in grid]
    others += [what(n) for n in cells if n.split()[0] in KINDS and what(n) not in others]
    out = {what(n) if n.split()[0] in KINDS else n: figures_of(n, cells, pairs)
           for n in cells if 'mixed' not in cells[n]}
    for name in grid + others:
        if name in before and name not in out:
            out[name] = [before[name][0] + OLDER, *before[name][1:]]
        if name not in out:
            sys.exit(f'grid.py: no cell {name}: run make grid')
    return grid, others, out


def readme_grid(pairs, figure):
    head = ' | '.join(f'Linux, {"1 Gb/s" if rate == "1000" else "10 Mb/s"} | ' +
                      ' | '.join(NAMES[p] for p in pairs) for rate in RATES)
    out = [f'| RTT | loss | {head} |\n', '|---|---' + '|---:' * 2 * (1 + len(pairs)) + '|\n']
    for rtt in RTTS:
        for loss in LOSSES:
            row = [f'{rtt} ms', f'{loss}%']
            for rate in RATES:
                row += figure[f'plain {loss} {rtt} {rate}']
            out.append('| ' + ' | '.join(row) + ' |\n')
    return ''.join(out)


def readme_others(pairs, others, figure):
    out = [f"| path | Linux | {' | '.join(NAMES[p] for p in pairs)} |\n",
           '|---' + '|---:' * (1 + len(pairs)) + '|\n']
    for name in others:
        out.append('| ' + ' | '.join([name, *figure[name]]) + ' |\n')
    return ''.join(out)


def readme_share(cells, before):
    out = []
    for name, cell in cells.items():
        for run in cell.get('mixed', ()):
            _, _, rtt, rate = name.split()
            x = [f"{f['bytes'] * 8e3 / run['ns']:.2f}" for f in run['flows']]
            equal = 'as equals should' if jain(run) >= EQUAL else f'less than the {EQUAL} of equals'
            out.append(f'\nTwo CUBIC flows of ANP and two of Linux through one bottleneck of {rate} Mb/s, '
                       f'{rtt} ms: {x[0]} and {x[2]} Mb/s beside {x[1]} and {x[3]}; '
                       f"Jain's index is {jain(run):.3f}, {equal}.\n")
    return ''.join(out or ['\n' + line for line in before])


def what(name):
    kind, loss, rtt, rate = name.split()
    if kind in KINDS:
        return KINDS[kind].format(rtt=rtt, rate=rate)
    return f"{'1 Gb/s' if rate == '1000' else rate + ' Mb/s'} at {rtt} ms with {loss}% lost"


def behind(text):
    """Is a ratio, as ratio_text() has it, a shortfall?  Not what chance decides, nor what the spread explains."""
    word = text.split('±')
    return not text.startswith('(') and sum(float(w) for w in word) < BEHIND


def readme_behind(pairs, figure):
    out = []
    for name, (_, *ratios) in figure.items():
        for pair, text in zip(pairs, ratios):
            if behind(text):
                out.append(f'{what(name) if name.startswith("plain ") else name} ({NAMES[pair]}: {text})')
    if not out:
        return f'\nNowhere is ANP below {BEHIND} of Linux by more than the runs differ.\n'
    return f"\nBelow {BEHIND} of Linux by more than the runs differ: {'; '.join(out)}.\n"


def readme_runs(cells):
    """How often was measured what depends on chance, and what does not?"""
    runs = {False: set(), True: set()}
    for name, cell in cells.items():
        for pair in cell.keys() - {'mixed'}:
            kind, loss = name.split()[:2]
            runs[loss != '0' or kind in ('burst', 'reorder')].add(len(cell[pair]))
    if not all(runs.values()):
        return ''
    runs = {chance: f'{min(n)}' + (f' to {max(n)}' if max(n) > min(n) else '') for chance, n in runs.items()}
    return (f'\nEach figure is the median of so many runs: {runs[True]} where chance has a part, {runs[False]} '
            'elsewhere.\n')


def readme(folder, readme_file):
    cells = collect(read(os.path.join(folder, 'grid.jsonl')))
    with open(readme_file, encoding='utf-8') as f:
        before, rest = f.read().split(BEGIN)
    old, after = rest.split(END)
    before_figures, before_shares = known(old)
    pairs = pairs_of(cells)
    grid, others, figure = figures(cells, pairs, before_figures)
    text = readme_grid(pairs, figure) + '\n' + readme_others(pairs, others, figure)
    text += readme_share(cells, before_shares)
    text += readme_behind(pairs, {name: figure[name] for name in grid + others})
    text += readme_runs(cells)
    if OLDER in text:
        text += f'\n{OLDER}: a cell that was measured with an earlier version.\n'
    write(readme_file, before + BEGIN + text + END + after)


# ---- the check ----

# Of the cells of QUICK=1: least ratio to Linux' goodput, most percent sent twice. Chance has no part in
# them, nor how fast this machine is: each run gives the same, and the room is for what changes in either stack.
LIMITS = {
    'plain 0 10 10': (0.95, 12),
    # To a receiver that acknowledges each two segments ACKs are too far apart for a train (hystart.c):
    # slow start overflows the queue once, whoever sends.
    'plain 0 50 10': (0.95, 12),
    'ecn 0 40 10': (0.95, 0.5),
}


def check(lines):
    cells, passed, failed = collect(read(lines)), 0, 0
    for name, (least, most) in LIMITS.items():
        for pair in PAIRS[1:]:
            if pair not in cells.get(name, ()):
                print(f'not ok - {name}, {pair}: not measured')
                failed += 1
                continue
            value, again = ratio(cells[name], pair)[0], resent(cells[name], pair)
            # Who sends decides what is sent twice.
            good = value >= least and (again <= most or pair == 'host/anp')
            print(f"{'ok' if good else 'not ok'} - {name}, {NAMES[pair]}: {value:.2f} times Linux' goodput "
                  f'(at least {least}), {again:.2f}% sent twice (at most {most})')
            passed, failed = passed + good, failed + (not good)
    print(f'{passed} passed, {failed} failed')
    sys.exit(1 if failed else 0)


if __name__ == '__main__':
    if len(sys.argv) == 3 and sys.argv[1] == '--check':
        check(sys.argv[2])
    elif len(sys.argv) == 4 and sys.argv[1] == '--readme':
        readme(*sys.argv[2:])
    elif len(sys.argv) == 3:
        report(*sys.argv[1:])
    else:
        sys.exit(__doc__)
