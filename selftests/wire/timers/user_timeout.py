# SPDX-License-Identifier: GPL-2.0
"""TCP_USER_TIMEOUT ends a connection whose data is not acknowledged (RFC 5482 3.1)."""

import time


def rule(w):
    c = w.accept(opts=[(6, 18, 700)])  # TCP_USER_TIMEOUT
    c.write(1000)
    c.error("ETIMEDOUT")
    w.true("not before its time", time.monotonic() - c.t0 >= 0.7)
    c.gone()
