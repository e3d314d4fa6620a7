#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""The report of `make experiment`: experiment.py LINES FOLDER, or of the flood alone what has to hold: --check LINES

Tables (report.md), the numbers (CSV) and the plots (SVG and PNG) of what selftests/experiment.sh has
measured.  Ends with 1 where what moderation is for did not come about.
"""
import csv
import json
import os
import subprocess
import sys

MODES = ('inline', 'interrupt', 'poll', 'hybrid')
# The flood's fifth curve: hybrid mode, and a program with the default buffer.
FLOODED = MODES + ('default',)
COLOURS = {'default': '#8c6bb1', 'inline': '#777777', 'interrupt': '#c03030', 'poll': '#2a7f3f', 'hybrid': '#3b6fd8'}
STAGES = ('rx-ring', 'rx-irq', 'rx-link', 'rx-ip', 'rx-tcp', 'rx-queue', 'rx-wakeup', 'rx-copy',
          'rx-return')
PALETTE = ('#8c6bb1', '#c51b8a', '#41ab5d', '#9ecae1', '#fdae6b', '#ffd92f', '#3182bd', '#e6550d', '#525252')

# Just above capacity the lower device's softirq has its part of the program's time, until it moves to ksoftirqd.
DIP = 0.7

failed = []


def holds(text, good):
    if not good:
        failed.append(text)
    return f"- {'yes' if good else '**NO**'}: {text}"


def one_way(line):
    """us of a message, half of a round trip."""
    return line['run']['ns'] / line['run']['ops'] / 2000


def mb_per_s(line):
    return line['run']['size'] / one_way(line)


def size_text(n):
    for unit in ('B', 'KB', 'MB'):
        if n < 1024:
            return f'{n} {unit}'
        n //= 1024
    return f'{n} GB'


def table(head, rows):
    out = ['| ' + ' | '.join(head) + ' |', '|---' + '|---:' * (len(head) - 1) + '|']
    return '\n'.join(out + ['| ' + ' | '.join(str(c) for c in row) + ' |' for row in rows])


def write_csv(folder, name, head, rows):
    with open(os.path.join(folder, name + '.csv'), 'w', encoding='utf-8', newline='') as f:
        csv.writer(f).writerows([head, *rows])


def gnuplot(folder, name, script, height=520):
    for kind, terminal in (('svg', 'svg noenhanced background "white" font "sans,14"'),
                           ('png', 'pngcairo noenhanced background "white" font "sans,11"')):
        subprocess.run(['gnuplot'], text=True, check=True, input=(
            f'set terminal {terminal} size 900,{height}\n'
            f'set output "{os.path.join(folder, name)}.{kind}"\n'
            'set grid\nset key outside below horizontal\n' + script))


def curves(points, style='linespoints'):
    """points: {name: [(x, y)]} -> data blocks and a plot command."""
    data, plots = '', []
    for i, (name, values) in enumerate(points.items()):
        data += f'$d{i} << E\n' + ''.join(f'{x} {y}\n' for x, y in values) + 'E\n'
        colour = COLOURS.get(name.split(' ')[0], '#333333')
        plots.append(f'$d{i} with {style} lw 2 pt {i + 5} lc rgb "{colour}" title "{name}"')
    return data, 'plot ' + ', '.join(plots) + '\n'


def by_mode(lines, x, y):
    points = {}
    for line in lines:
        points.setdefault(line['mode'], []).append((x(line), y(line)))
    return points


def part_size(lines, folder):
    sizes = sorted({line['run']['size'] for line in lines})
    cell = {(line['mode'], line['run']['size']): line for line in lines}
    rows = [[size_text(n)] + [f"{one_way(cell[m, n]):.1f}" for m in MODES] +
            [f"{mb_per_s(cell[m, n]):.1f}" for m in MODES] for n in sizes]
    write_csv(folder, 'size', ['mode', 'bytes', 'us_one_way', 'mb_per_s', 'frames', 'interrupts'],
              [[line['mode'], line['run']['size'], one_way(line), mb_per_s(line), line['seen'],
                line['irqs']] for line in lines])
    data, plot = curves(by_mode(lines, lambda l: l['run']['size'], mb_per_s))
    gnuplot(folder, 'size', data + 'set logscale xy\nset xlabel "bytes of a message"\n'
            'set ylabel "MB/s"\nset title "Throughput of messages to and fro"\n'
            'set xtics ("1" 1, "16" 16, "256" 256, "4 KB" 4096, "64 KB" 65536, "1 MB" 1048576, '
            '"16 MB" 16777216)\n' + plot)
    head = ['message', *(m + ', us' for m in MODES), *(m + ', MB/s' for m in MODES)]
    return ['## Message sizes', 'One way of a message (half of a round trip), and the throughput that '
            'this is.', table(head, rows), '![Throughput](size.png)']


def part_usecs(lines, folder):
    cell = {(line['mode'], line['usecs']): line for line in lines if line['part'] == 'usecs'}
    usecs = sorted({int(u) for _, u in cell})
    base = one_way(cell['interrupt', '0'])
    rows = [[u] + [f"{one_way(cell[m, str(u)]):.1f}" if (m, str(u)) in cell else '' for m in MODES]
            for u in usecs]
    write_csv(folder, 'usecs', ['mode', 'rx_usecs', 'us_one_way', 'frames', 'interrupts'],
              [[m, u, one_way(line), line['seen'], line['irqs']] for (m, u), line in cell.items()])
    data, plot = curves(by_mode([line for line in cell.values() if line['mode'] != 'inline'],
                                lambda l: l['usecs'], one_way))
    gnuplot(folder, 'usecs', data + f'''set xlabel "rx-usecs"
set ylabel "us, one way"
set yrange [0:*]
set title "A byte's way to the other program and the setting of moderation"
inline = {one_way(cell['inline', '0'])}
''' + plot.rstrip('\n') + f', inline with lines lw 2 dt 2 lc rgb "{COLOURS["inline"]}" title "inline"\n')
    text = ['## Latency and rx-usecs', 'One byte to and fro, one way, in us. Polling looks every rx-usecs, 50 '
            'where they are 0.', table(['rx-usecs', *MODES], rows), '![Latency](usecs.png)']
    for u in usecs[1:]:
        text.append(holds(f'rx-usecs {u} add no more than that to a way',
                          one_way(cell['interrupt', str(u)]) - base <= u * 1.05 + 1))
    on = {(l['mode'], l['usecs']): one_way(l) for l in lines if l['part'] == 'measured'}
    cost = on['inline', '0'] - one_way(cell['inline', '0'])
    text.append(f'\nMeasuring the stages at one end costs {2 * cost * 1000:.0f} instructions a round trip '
                f'({cost / one_way(cell["inline", "0"]):.1%}); off, nothing.')
    return text


def part_stages(lines, folder):
    rows, csv_rows, good = [], [], True
    for line in lines:
        stage = {s['stage']: s for s in line['latency']['stages']}
        total = stage['rx-total']
        mean = [stage[s]['sum'] / stage[s]['count'] / 1000 for s in STAGES]
        whole = total['sum'] / total['count'] / 1000
        good &= abs(sum(mean) - whole) <= 0.05 * whole
        name = line['mode'] if line['mode'] == 'inline' else f"{line['mode']}, {line['usecs']}"
        csv_rows.append([line['mode'], line['usecs'], *mean, whole, total['p50'], total['p99']])
        if line['usecs'] in ('0', '50'):
            rows.append([name, *mean, whole])
    write_csv(folder, 'stages', ['mode', 'rx_usecs', *(s + '_us' for s in STAGES), 'total_us', 'p50_ns',
                                 'p99_ns'], csv_rows)
    data = '$d << E\n' + ''.join(f'"{r[0]}" ' + ' '.join(map(str, r[1:1 + len(STAGES)])) + '\n' for r in rows) + 'E\n'
    plots = ', '.join(f'$d using {i + 2}{":xtic(1)" if not i else ""} lc rgb "{PALETTE[i]}" '
                      f'title "{stage}"' for i, stage in enumerate(STAGES))
    gnuplot(folder, 'stages', data + 'set style data histograms\nset style histogram rowstacked\n'
            'set style fill solid 0.9 border rgb "#404040"\nset boxwidth 0.7\nset ylabel "us"\n'
            'set grid noxtics ytics\nset xtics rotate by 20 right nomirror\n'
            'set title "A received byte: mean time in each stage (mode, rx-usecs)"\nplot ' + plots + '\n', 600)
    head = ['mode, rx-usecs', *(s.removeprefix('rx-') for s in STAGES), 'total']
    return ['## Where the time goes', 'A received byte from the lower device to the return of recvmsg(), mean in '
            'us.', table(head, [[r[0]] + [f'{v:.2f}' for v in r[1:]] for r in rows]),
            '![Stages](stages.png)', holds('the stages add up to the end-to-end time within 5%', good)]


def per_packet(line):
    return line['irqs'] / line['seen'] if line['seen'] else 0


def bulk_name(line):
    if line['mode'] == 'interrupt' and line['usecs'] != '0':
        return f"interrupt, {line['usecs']}" + (f"/{line['frames']}" if line['frames'] else '')
    return line['mode']


def part_bulk(lines, folder):
    rows = [[bulk_name(l), l['seen'], l['irqs'], f'{per_packet(l):.3f}',
             f"{l['run']['bytes'] / l['run']['ns'] * 1000:.0f}"] for l in lines]
    head = ['mode, rx-usecs/rx-frames', 'packets', 'interrupts', 'a packet', 'MB/s']
    write_csv(folder, 'bulk', ['mode', 'packets', 'interrupts', 'interrupts_per_packet', 'mb_per_s'], rows)
    shown = [l for l in lines if l['mode'] == 'interrupt']
    data = '$d << E\n' + ''.join(f'"{bulk_name(l)}" {per_packet(l)}\n' for l in shown) + 'E\n'
    gnuplot(folder, 'interrupts', data + 'set style fill solid 0.85 border rgb "#404040"\nset boxwidth 0.6\n'
            'set logscale y\nset yrange [0.005:2]\nset ylabel "virtual interrupts a packet"\nunset key\n'
            'set grid noxtics ytics\nset xtics rotate by 20 right nomirror\n'
            'set title "A stream of 1500-byte packets (rx-usecs/rx-frames)"\n'
            f'plot $d using 0:2:xtic(1) with boxes lc rgb "{COLOURS["interrupt"]}", '
            '$d using 0:($2*1.25):(sprintf("%.3f", $2)) with labels\n')
    cell = {bulk_name(l): per_packet(l) for l in lines}
    return ['## Interrupts', 'A stream whose super-packets are cut before the wire, at its receiver.', table(head, rows),
            '![Interrupts](interrupts.png)',
            holds(f"rx-usecs 50, rx-frames 32: {cell['interrupt'] / cell['interrupt, 50/32']:.0f} times fewer "
                  'interrupts a packet than in plain interrupt mode (at least 10)',
                  cell['interrupt'] >= 10 * cell['interrupt, 50/32'])]


def flood_holds(cell, offered):
    """What capacity is, and what has to hold above it; cell: {(mode, offered): line}."""
    # Capacity: the most that was received whole.
    peak = {m: max(cell[m, n]['goodput'] for n in offered) for m in ('interrupt', 'hybrid', 'default')}
    full = max(n for n in offered if cell['hybrid', n]['goodput'] > 0.97 * n)
    over = min(n for n in offered if n >= 3 * full)
    h, i, d = cell['hybrid', over], cell['interrupt', over], cell['default', over]
    dip = min((cell['hybrid', n] for n in offered if n > full), key=lambda line: line['goodput'])
    return f'All is received up to {full // 1000} 000 a second; {over // 1000} 000 are three times that.', [
        holds(f"hybrid: there the program has {h['user']:.0%} of the CPU (at least 30%)", h['user'] >= 0.3),
        holds(f"hybrid: there goodput is {h['goodput'] / peak['hybrid']:.0%} of the peak (at least 90%)",
              h['goodput'] >= 0.9 * peak['hybrid']),
        holds(f"hybrid, default buffer: there the program has {d['user']:.0%} of the CPU (at least 30%), and goodput "
              f"is {d['goodput'] / peak['default']:.0%} of the peak (at least 90%)",
              d['user'] >= 0.3 and d['goodput'] >= 0.9 * peak['default']),
        holds(f"hybrid: nowhere above capacity is it less than {dip['goodput'] / peak['hybrid']:.0%} of the peak, "
              f"which it is at {dip['offered'] // 1000} 000 (at least {DIP:.0%})",
              dip['goodput'] >= DIP * peak['hybrid']),
        holds(f"interrupts alone: goodput is {i['goodput'] / peak['interrupt']:.0%} of the peak, the program "
              f"has {i['user']:.0%}: livelock (at most 25%)", i['goodput'] <= 0.25 * peak['interrupt'])]


def part_flood(lines, folder):
    offered = sorted({l['offered'] for l in lines})
    cell = {(l['label'], l['offered']): l for l in lines}
    labels = [m for m in FLOODED if (m, offered[0]) in cell]
    rows = [[f'{n // 1000}'] + [f"{cell[m, n]['goodput'] / 1000:.0f}" for m in labels] +
            [f"{cell[m, n]['user']:.0%}" for m in labels] for n in offered]
    write_csv(folder, 'flood', ['mode', 'offered', 'goodput', 'user_share'],
              [[l['label'], l['offered'], l['goodput'], l['user']] for l in lines])
    points = {m: [(n / 1000, cell[m, n]['goodput'] / 1000) for n in offered] for m in labels}
    data, plot = curves(points)
    gnuplot(folder, 'flood', data + 'set xlabel "offered, 1000 datagrams a second"\n'
            'set ylabel "received by the program, 1000 a second"\n'
            'set title "A flood of 64-byte frames"\n' + plot)
    text, holding = flood_holds(cell, offered) if len(labels) == len(FLOODED) else ('', [])
    return ['## A flood', 'Datagrams in frames of 64 bytes from a card whose ring its wire fills for nothing '
            '(selftests/modules/anp_flood.c; it waits 50 us with an interrupt), to a program that has a buffer '
            'of 4 MB ("default": of the default size, in hybrid mode). In 1000 a second; then the share of the CPU that '
            'the program had.', table(['offered', *labels, *labels], rows), '![Flood](flood.png)', text, *holding]


def part_neighbour(lines, _folder):
    rows = [[l['mode'], f"{l['offered'] // 1000}", f"{l['run']['bytes'] / l['run']['ns'] * 1000:.0f}"] for l in lines]
    return ['## Its neighbour', 'A TCP connection whose segments come by the queue that is flooded, to another program, MB/s: '
            'runs may differ much, for what it loses with the flood at the ring it may wait for by its timer.',
            table(['mode', '1000 datagrams a second', 'MB/s'], rows)]


HEAD = '''# Interrupts, polling, and both

Measured in a VM whose clock counts instructions: a us is 1000 of them, on one processor that two
namespaces and their programs share; caches are not modelled. ANP at both ends of a veth pair.
'''


def check(lines_file):
    with open(lines_file, encoding='utf-8') as f:
        cell = {(line['label'], line['offered']): line for line in map(json.loads, f)}
    for (mode, offered), line in cell.items():
        print(f"# {mode} {offered}: {line['goodput']:.0f} a second, {line['user']:.0%} of the CPU")
    text, holding = flood_holds(cell, sorted({n for _, n in cell}))
    print('\n'.join([text, *holding]))
    return 1 if failed else 0


def main(lines_file, folder):
    with open(lines_file, encoding='utf-8') as f:
        lines = [json.loads(line) for line in f]
    os.makedirs(folder, exist_ok=True)
    text = [HEAD]
    for parts, make in ((('usecs', 'measured'), part_usecs), (('stages',), part_stages),
                        (('size',), part_size), (('bulk',), part_bulk), (('flood',), part_flood),
                        (('neighbour',), part_neighbour)):
        of_part = [line for line in lines if line['part'] in parts]
        if of_part:
            text += make(of_part, folder)
    report = os.path.join(folder, 'report.md')
    with open(report, 'w', encoding='utf-8') as f:
        f.write('\n\n'.join(text).replace('\n\n- ', '\n- ') + '\n')
    print('\n'.join(line for line in text if line.startswith(('- ', '\nMeasuring'))))
    print(f'{report}, and its tables as CSV, its plots as SVG and PNG')
    return 1 if failed else 0


if __name__ == '__main__':
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sys.exit(check(sys.argv[2]) if sys.argv[1] == '--check' else main(*sys.argv[1:]))
