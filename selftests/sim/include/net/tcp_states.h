/* SPDX-License-Identifier: GPL-2.0 */
/* The numbers by which Linux and its tools know the states of RFC 9293 3.3.2. */
#ifndef ANP_SHIM_NET_TCP_STATES_H
#define ANP_SHIM_NET_TCP_STATES_H

#define ANP_SHIM_STATES(X) \
	X(ESTABLISHED, 1) X(SYN_SENT, 2) X(SYN_RECV, 3) X(FIN_WAIT1, 4) X(FIN_WAIT2, 5) \
	X(TIME_WAIT, 6) X(CLOSE, 7) X(CLOSE_WAIT, 8) X(LAST_ACK, 9) X(LISTEN, 10) X(CLOSING, 11) \
	X(NEW_SYN_RECV, 12)

enum {
#define X(name, nr) TCP_##name = nr,
	ANP_SHIM_STATES(X)
#undef X
	TCP_MAX_STATES
};

enum {
#define X(name, nr) TCPF_##name = 1 << (nr),
	ANP_SHIM_STATES(X)
#undef X
};

#endif
