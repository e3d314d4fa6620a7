/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the fuzz targets share: bytes to decide by, and a host of the simulator's whose peer they
 * play.  The network swallows all that the host sends; what must hold of it is checked after every
 * call, as in the simulator (sim/check.c).
 */
#ifndef ANP_FUZZ_FUZZ_H
#define ANP_FUZZ_FUZZ_H

#include "../sim/sim.h"

#define FUZZ_PORT	SIM_CLIENT_PORT		/* of the peer; the host listens on SIM_PORT */

/* The input, from which each decision takes what it needs; zeros behind its end. */
struct fuzz_in {
	const u8 *p;
	size_t left;
};

u8 fuzz_u8(struct fuzz_in *in);
u16 fuzz_u16(struct fuzz_in *in);
u32 fuzz_u32(struct fuzz_in *in);

/* One of the first @n. */
static inline u32 fuzz_below(struct fuzz_in *in, u32 n)
{
	return fuzz_u8(in) % n;
}

/* A segment of the peer's. */
struct fuzz_seg {
	u8 flags;
	u32 seq, ack;
	u16 wnd, len;
	u8 opts[40], optlen;	/* raw; padded to four bytes */
	enum wire_layout layout;
};

/* A host that listens, and afterwards nothing of it, or it has leaked. */
struct host *fuzz_begin(void);
void fuzz_end(void);

/* The host's connection, alive or just closed; NULL: none. */
struct ep *fuzz_ep(void);

/* Its program, if it has one, lets go; the next connection begins anew. */
void fuzz_close(struct ep *ep, bool abort);

struct sk_buff *fuzz_skb(const struct fuzz_seg *s);
void fuzz_rcv(const struct fuzz_seg *s);

/* Timers and programs are served for @us. */
void fuzz_pass(u64 us);

/* Options are appended to those of @s. */
void fuzz_opt(struct fuzz_seg *s, u8 kind, u8 len, const void *value);
void fuzz_opt_ts(struct fuzz_seg *s, u32 tsval, u32 tsecr);

#endif /* ANP_FUZZ_FUZZ_H */
