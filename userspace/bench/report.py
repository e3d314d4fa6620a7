#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""What `make bench` shows: one table of all measurements, its JSON, and a plot.

report.py LINES FOLDER          bench.jsonl to FOLDER/bench.json, bench.svg, bench.png and stdout
report.py --readme JSON README  the table between README's two bench markers
"""
import json
import os
import statistics
import subprocess
import sys

# name of a row -> (what people read, most that ANP may take of what the host takes, or None)
ROWS = {
    'rr-1': ('request-response, 1 byte', 0.75),
    'rr-100': ('request-response, 100 bytes', 0.75),
    'rr-1024': ('request-response, 1024 bytes', 0.75),
    'crr': ('connect, request, response, close', 0.70),
    'udp-rr': ('UDP request-response, 1 byte', 0.80),
    'udp-burst': ('UDP, a 64-byte datagram in a burst', None),
    'udp-burst-interrupt': ('... in interrupt mode', None),
    'udp-burst-poll': ('... in poll mode', None),
    'udp-burst-hybrid': ('... in hybrid mode', None),
    'many-10': ('request-response on 10 connections', None),
    'many-1000': ('request-response on 1000 connections', None),
}
MODES = {'tso': ('TSO', 0.95), 'off': ('offloads off', 0.90), 'gso1': ('gso_max_segs 1', 0.80)}
for _mode, (_text, _goal) in MODES.items():
    for _kb in (16, 60, 64, 128):
        ROWS[f'bulk-{_mode}-{_kb}'] = (f'1 KiB of bulk, {_kb} KiB writes, {_text}', _goal)
IDLE = ('an idle connection\'s own slab bytes, per end', 0.50)
# What any socket of any family takes: inode, file, directory entry and what LSMs hang on these.
ANY_SOCKET = {'sock_inode_cache', 'filp', 'dentry', 'lsm_inode_cache', 'lsm_file_cache'}
# What the connections of the run before have left, and no idle one has.
FORMER = {'tw_sock_TCP', 'anp_tw'}
PAIRS = ('host/host', 'anp/anp', 'anp/host', 'host/anp')
WAITED = 0.03   # share of the time that was not work, from which on it is told


def cost(line):
    """Instructions per operation, or per KiB."""
    return line['ns'] / (line['bytes'] / 1024 if 'bytes' in line else line['ops'])


def own_bytes(line):
    return sum(n for cache, n in line['slabs'].items() if cache not in ANY_SOCKET | FORMER)


def collect(lines):
    """-> list of rows {name, text, goal, unit, pairs: {pair: {median, spread, values, waited}}}"""
    rows = {}
    for line in lines:
        name = line['label']
        idle = 'slabs' in line
        text, goal = IDLE if idle else ROWS.get(name, (name, None))
        row = rows.setdefault(name, {'name': name, 'text': text, 'goal': goal,
                                     'unit': 'bytes' if idle else 'instructions', 'pairs': {}})
        pair = row['pairs'].setdefault(f"{line['client']}/{line['server']}",
                                       {'values': [], 'waited': 0})
        pair['values'].append(own_bytes(line) if idle else cost(line))
        if not idle:
            pair['waited'] = max(pair['waited'], 1 - line['cpu_ns'] / line['ns'])
    for row in rows.values():
        for pair in row['pairs'].values():
            values = pair['values']
            pair['median'] = statistics.median(values)
            pair['spread'] = (max(values) - min(values)) / pair['median']
        host, anp = (row['pairs'].get(p) for p in ('host/host', 'anp/anp'))
        if host and anp:
            row['ratio'] = anp['median'] / host['median']
    return list(rows.values())


def number(value):
    return f'{value:,.0f}'.replace(',', ' ')


def table(rows):
    out = [f"{'':43} {'host':>9} {'ANP':>9} {'ratio':>6} {'goal':>5} {'ANP-host':>9} "
           f"{'host-ANP':>9} {'spread':>7}"]
    for row in rows:
        pairs = row['pairs']
        cell = [number(pairs[p]['median']) if p in pairs else '' for p in PAIRS]
        ratio = f"{row['ratio']:.2f}" if 'ratio' in row else ''
        goal = f"{row['goal']:.2f}" if row['goal'] else ''
        spread = max(p['spread'] for p in pairs.values())
        waits = [f'{name} {p["waited"]:.0%}' for name, p in pairs.items()
                 if p['waited'] > WAITED]
        out.append(f"{row['text']:43} {cell[0]:>9} {cell[1]:>9} {ratio:>6} {goal:>5} {cell[2]:>9} "
                   f"{cell[3]:>9} {spread:>7.1%}"
                   + (f"  waited: {', '.join(waits)}" if waits else ''))
    return '\n'.join(out)


PLOT = '''set encoding utf8
set output "{out}"
set terminal {terminal}
set title "Instructions for the same work: ANP at both ends, the host's TCP = 1"
set datafile separator "\\t"
set style fill solid 0.85 border rgb "#333333"
set xrange [0:*<2.5]
set yrange [{last}.6:-0.6]
set lmargin 46
set rmargin 4
set xlabel "ratio (less is better)"
set grid xtics
set ytics nomirror
set key outside bottom center horizontal
set boxwidth 0.7
set arrow from 1,graph 0 to 1,graph 1 nohead lw 2 lc rgb "#888888" front
plot "{data}" using ($3*0.5):0:($3*0.5):(0.35):ytic(1) with boxxyerror lc rgb "#3b7dd8" title "ANP / host", \\
     "" using ($3+0.02):0:2 with labels left font ",9" notitle, \\
     "" using 4:0 with points pt 9 ps 1.4 lc rgb "#c03030" title "goal"
'''


def plot(rows, folder):
    shown = [r for r in rows if 'ratio' in r]
    if not shown:
        return
    data = os.path.join(folder, 'bench.tsv')
    with open(data, 'w', encoding='utf-8') as f:
        for row in shown:
            f.write(f"{row['text']}\t{row['ratio']:.2f}\t{row['ratio']:.4f}\t"
                    f"{row['goal'] or 'NaN'}\n")
    height = 140 + 30 * len(shown)
    for kind, terminal in (('svg', f'svg noenhanced size 1000,{height} font "sans,12" background "white"'),
                           ('png', f'pngcairo noenhanced size 1000,{height} font "sans,10"')):
        script = PLOT.format(out=os.path.join(folder, f'bench.{kind}'), terminal=terminal,
                             last=len(shown) - 1, data=data)
        subprocess.run(['gnuplot'], input=script, text=True, check=True)


def report(lines_file, folder):
    with open(lines_file, encoding='utf-8') as f:
        rows = collect(json.loads(line) for line in f)
    if not rows:
        sys.exit('report.py: nothing was measured')
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, 'bench.json'), 'w', encoding='utf-8') as f:
        json.dump({'rows': rows}, f, indent=1)
        f.write('\n')
    text = table(rows)
    with open(os.path.join(folder, 'bench.txt'), 'w', encoding='utf-8') as f:
        f.write(text + '\n')
    print('\nInstructions, both ends together; client-server where they differ:\n')
    print(text)
    plot(rows, folder)
    print(f'\n{folder}: bench.txt, bench.json, bench.svg, bench.png')


README_ROWS = ('rr-1', 'rr-100', 'rr-1024', 'many-10', 'many-1000', 'crr', 'udp-rr', 'bulk-tso-64', 'bulk-off-64',
               'bulk-gso1-64', 'idle')
BEGIN, END = '<!-- bench: written by make bench-readme -->\n', '<!-- end of bench -->\n'


def readme(json_file, readme_file):
    with open(json_file, encoding='utf-8') as f:
        rows = {row['name']: row for row in json.load(f)['rows']}
    out = ['| work | host | ANP | ratio | goal | ANP to host | host to ANP | spread |\n',
           '|---|---:|---:|---:|---:|---:|---:|---:|\n']
    for name in README_ROWS:
        if name not in rows:
            sys.exit(f'report.py: no row {name}: run make bench without QUICK and ROWS')
        row = rows[name]
        pairs = row['pairs']
        host, anp = (pairs[p] for p in ('host/host', 'anp/anp'))
        mixed = [number(pairs[p]['median']) if p in pairs else '' for p in ('anp/host', 'host/anp')]
        goal = f"{row['goal']:.2f}" if row['goal'] else ''
        out.append(f"| {row['text']} | {number(host['median'])} | {number(anp['median'])} | "
                   f"{row['ratio']:.2f} | {goal} | {mixed[0]} | {mixed[1]} | "
                   f"{max(p['spread'] for p in pairs.values()):.1%} |\n")
    with open(readme_file, encoding='utf-8') as f:
        text = f.read()
    before, rest = text.split(BEGIN)
    after = rest.split(END)[1]
    with open(readme_file, 'w', encoding='utf-8') as f:
        f.write(before + BEGIN + ''.join(out) + END + after)


if __name__ == '__main__':
    if len(sys.argv) == 4 and sys.argv[1] == '--readme':
        readme(*sys.argv[2:])
    elif len(sys.argv) == 3:
        report(*sys.argv[1:])
    else:
        sys.exit(__doc__)
