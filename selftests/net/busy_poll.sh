#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Busy polling by SO_BUSY_POLL and by epoll empties the queue's ring and drives the lower device's
# NAPI: a frame is fetched that would lie there.
# TIMEOUT=120
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../lib/dgram.sh"

count() { in_a ethtool -S anp0 | awk -v n="$1:" '$1 == n { print $2 }'; }

topo_pair
must in_a ethtool --set-priv-flags anp0 rx-interrupt on
# A veth has a NAPI only with GRO, and for what its peer does not send by TSO; it looks again a second
# after it found nothing.
must in_a ethtool -K eth0 gro on
must in_b ethtool -K eth0 tso off
must in_b ping -q -c 1 -W 5 10.0.0.2
must ip netns exec "$A" sh -c 'echo 100000 >/sys/class/net/eth0/napi_defer_hard_irqs &&
	echo 1000000000 >/sys/class/net/eth0/gro_flush_timeout'
dgram "$A" busy_poll.py "$B" socket
check "the ring's busy polls are counted" test "$(count rx0_busy_polls)" -gt 0
# This one is of the machine, not of a namespace.
must nsenter -t 1 -n sysctl -qw net.core.busy_poll=2000000
dgram "$A" busy_poll.py "$B" epoll
must nsenter -t 1 -n sysctl -qw net.core.busy_poll=0
finish
