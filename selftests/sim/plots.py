#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""What `make plots` draws: windows, times and queues of simulated flows, as textbooks show them.

plots.py ANP_PATHS FOLDER [NAME]    FOLDER/NAME.svg and .png, by gnuplot, and their data, NAME.tsv
"""
import os
import subprocess
import sys

# Solid lines, told apart without red and green.
COLOURS = ('#1f5fa8', '#d9730d', '#3a8f6b', '#8a4fa3')
NAMES = {'reno': 'NewReno', 'cubic': 'CUBIC', 'dctcp': 'DCTCP', 'bbr': 'BBR'}

# (path, seconds shown): the controls are those of the engine that belong there.
ALONE = (('wan', 20), ('satellite', 60), ('bufferbloat', 40), ('wireless', 20), ('policer', 10),
         ('aqm', 10), ('datacentre', 0.06))
SHARED = (('wan', 4, 60), ('datacentre', 4, 0.5))
BESIDE = (('wan', 60),)

POINTS = 700

STYLE = '''set encoding utf8
set output "{out}"
set terminal {terminal}
set datafile separator "\\t"
set border 3 lw 1 lc rgb "#444444"
set tics nomirror out scale 0.6
set grid ytics lc rgb "#dddddd" lw 1
set lmargin 11
set rmargin 3
set xrange [0:{secs}]
'''

PANEL = '''set ylabel "{label}" offset 1
set yrange [0:*]
set tmargin at screen {top}
set bmargin at screen {bottom}
set format x {format}
set xlabel {xlabel}
plot {what}
'''


def name_of(control):
    return NAMES.get(control, control.upper())


def series(binary, path, control, *more):
    """-> (controls known, text) of anp-paths --series."""
    done = subprocess.run([binary, '--series', path, control, *map(str, more)],
                          capture_output=True, text=True, check=True)
    return done.stdout


def listed(binary, option):
    out = subprocess.run([binary, option], capture_output=True, text=True, check=True).stdout
    return [line.split(None, 1) for line in out.splitlines()]


def gnuplot(folder, name, height, secs, body):
    for kind, terminal in (
            ('svg', f'svg size 900,{height} font "sans,13" background "white" dynamic'),
            ('png', f'pngcairo size 900,{height} font "sans,11"')):
        head = STYLE.format(out=os.path.join(folder, f'{name}.{kind}'), terminal=terminal, secs=secs)
        subprocess.run(['gnuplot'], input=head + body, text=True, check=True)


def panels(title, parts):
    """Stacked plots with one x axis; parts: (label, what, weight)."""
    total, top, gap = sum(p[2] for p in parts), 0.92, 0.035
    room = top - 0.1 - gap * (len(parts) - 1)
    body = f'set multiplot title "{title}" font ",14" noenhanced\n'
    for i, (label, what, weight) in enumerate(parts):
        last = i == len(parts) - 1
        bottom = top - room * weight / total
        body += PANEL.format(label=label, what=what, top=round(top, 4), bottom=round(bottom, 4),
                             format='"%g"' if last else '""',
                             xlabel='"seconds"' if last else '""')
        top = bottom - gap
    return body + 'unset multiplot\n'


def thinned(text, secs):
    """Of what is shown, no more points than the picture has room for."""
    head, *rows = text.splitlines()
    rows = [row for row in rows if float(row.split('\t')[1]) <= secs]
    return '\n'.join([head, *rows[::1 + len(rows) // POINTS]]) + '\n'


def alone(binary, folder, path, what, control, secs):
    name = f'{path}-{control}'
    tsv = os.path.join(folder, f'{name}.tsv')
    with open(tsv, 'w', encoding='utf-8') as f:
        f.write(thinned(series(binary, path, control, 1, max(1, round(secs + 0.49))), secs))
    line = f'"{tsv}" every ::1 using 2:'
    windows = (f'{line}($5>0?$5:1/0) with steps lw 2 dt 2 lc rgb "{COLOURS[1]}" title "ssthresh", '
               f'{line}4 with lines lw 2 lc rgb "{COLOURS[0]}" title "cwnd"')
    body = 'set key bottom right horizontal opaque width 2\n' + panels(
        f'{name_of(control)} alone: {what}', (
            ('KB', windows, 2),
            ('srtt, ms', f'{line}6 with lines lw 2 lc rgb "{COLOURS[2]}" notitle', 1.3),
            ('queue, KB', f'{line}7 with lines lw 1 lc rgb "{COLOURS[3]}" notitle', 1.3)))
    gnuplot(folder, name, 700, secs, body)


def rates(text, flows, step):
    """Mb/s of each flow by the time, from the bytes delivered -> list of columns."""
    bins = {}
    for line in text.splitlines()[1:]:
        word = line.split('\t')
        at = int(float(word[1]) / step)
        bins.setdefault(at, {})[int(word[0])] = int(word[8])
    rows, before = [], {}
    # The last bin is not a whole one.
    for at in sorted(bins)[:-1]:
        row = [f'{at * step:.4f}']
        for flow in range(flows):
            now = bins[at].get(flow)
            row.append('NaN' if now is None else f'{(now - before.get(flow, now)) * 8e-6 / step:.3f}')
            if now is not None:
                before[flow] = now
        rows.append('\t'.join(row))
    return '\n'.join(rows) + '\n'


def shared(binary, folder, name, path, title, titles, secs, args):
    flows = len(titles)
    text = series(binary, path, args[0], flows, max(1, round(secs + 0.49)), *args[1:])
    tsv = os.path.join(folder, f'{name}.tsv')
    with open(tsv, 'w', encoding='utf-8') as f:
        f.write(rates(text, flows, secs / 120))
    what = ', '.join(f'"{tsv}" using 1:{i + 2} with lines lw 2 lc rgb "{COLOURS[i % 4]}" '
                     f'title "{titles[i]}"' for i in range(flows))
    gnuplot(folder, name, 400, secs, 'set key top right horizontal opaque width 2\n'
            f'set title "{title}" font ",14" noenhanced\nset yrange [0:*]\n'
            f'set xlabel "seconds"\nset ylabel "delivered, Mb/s" offset 1\nplot {what}\n')


def main(binary, folder, only=None):
    os.makedirs(folder, exist_ok=True)
    paths, controls = dict(listed(binary, '--list')), listed(binary, '--controls')
    jobs = []
    for path, secs in ALONE:
        for control, *where in controls:
            if not where or path in where[0].split():
                jobs.append((f'{path}-{control}', alone, (path, paths[path], control, secs)))
    for path, flows, secs in SHARED:
        for control, *where in controls:
            if where and path not in where[0].split():
                continue
            name = f'{path}-{control}-shared'
            titles = [f'flow {i + 1}' for i in range(flows)]
            jobs.append((name, shared, (name, path, f'{flows} flows of {name_of(control)}: {paths[path]}',
                                        titles, secs, (control,))))
    for path, secs in BESIDE:
        for control, *where in controls:
            if control == 'reno' or where:
                continue
            name = f'{path}-{control}-reno'
            jobs.append((name, shared, (name, path, f'{name_of(control)} beside NewReno: {paths[path]}',
                                        (name_of(control), 'NewReno'), secs, (control, 'reno'))))
    if only:
        jobs = [job for job in jobs if job[0] == only]
    for name, draw, args in jobs:
        draw(binary, folder, *args)
        print(f'{folder}/{name}.svg')
    if not jobs:
        sys.exit(f'plots.py: there is no {only}')


if __name__ == '__main__':
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    main(*sys.argv[1:])
