/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TESTS_PROBE_H
#define TESTS_PROBE_H

/* The TTL of sockets that came from the supervisor of run_inet. */
#define MARK_TTL 77

/* The TTL of those on which the supervisor set SO_REUSEPORT. */
#define REUSEPORT_TTL 78

#endif /* TESTS_PROBE_H */
