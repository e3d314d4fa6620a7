#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""The simulator's table of paths between README's two markers.

readme.py ANP_PATHS README
"""
import subprocess
import sys

BEGIN, END = '<!-- paths: written by make grid-readme -->\n', '<!-- end of paths -->\n'
NAMES = {'reno': 'NewReno', 'cubic': 'CUBIC', 'dctcp': 'DCTCP', 'bbr': 'BBR'}


def lines(binary, *option):
    return subprocess.run([binary, *option], capture_output=True, text=True,
                          check=True).stdout.splitlines()


def measured(binary):
    """-> {path: {control: (share, Jain or '')}}, {path: {control: its rate : NewReno's}}"""
    alone, beside, into = {}, {}, None
    for line in lines(binary):
        word = line.split()
        if not word or word[0] in ('path', 'beside') or 'passed,' in word:
            into = {'path': alone, 'beside': beside}.get(word[0] if word else '', into)
        elif into is alone:
            alone.setdefault(word[0], {})[word[1]] = (word[2], word[6] if len(word) > 6 else '')
        elif into is beside:
            beside.setdefault(word[0], {})[word[1]] = word[4]
    return alone, beside


def table(binary):
    alone, beside = measured(binary)
    what = dict(line.split(None, 1) for line in lines(binary, '--list'))
    controls = [line.split()[0] for line in lines(binary, '--controls')]
    rivals = [c for c in controls if any(c in row for row in beside.values())]
    head = ['path'] + [NAMES.get(c, c) for c in controls] + \
           [f'{NAMES.get(c, c)} : NewReno' for c in rivals]
    out = ['| ' + ' | '.join(head) + ' |\n', '|---' + '|---:' * (len(head) - 1) + '|\n']
    for path, row in alone.items():
        cells = [f'{path}: {what[path]}']
        for control in controls:
            share, jain = row.get(control, ('', ''))
            cells.append(share + (f', {jain}' if jain else ''))
        cells += [beside.get(path, {}).get(c, '') for c in rivals]
        out.append('| ' + ' | '.join(cells) + ' |\n')
    return ''.join(out)


def main(binary, readme):
    new = table(binary)
    with open(readme, encoding='utf-8') as f:
        before, rest = f.read().split(BEGIN)
    after = rest.split(END)[1]
    with open(readme, 'w', encoding='utf-8') as f:
        f.write(before + BEGIN + new + END + after)


if __name__ == '__main__':
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
