/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Unit tests of the engine: one tcb in a laboratory, hand-made segments in, what it sends looked at
 * one by one.  A test is `TEST(noun__case) { ... }`; it ends at the first EXPECT that fails.  What
 * it leaves behind is cleared away and must not leak.
 */
#ifndef ANP_SIM_UNIT_H
#define ANP_SIM_UNIT_H

#include "../../module/tcp/engine.h"

struct unit_test {
	const char *name;
	void (*run)(void);
	struct unit_test *next;
};

void unit_register(struct unit_test *t);
void __attribute__((noreturn, format(printf, 3, 4))) unit_fail(const char *file, int line,
								const char *fmt, ...);

#define TEST(id) \
	static void id(void); \
	static struct unit_test id##_test = { .name = #id, .run = id }; \
	static void __attribute__((constructor)) id##_register(void) \
	{ \
		unit_register(&id##_test); \
	} \
	static void id(void)

#define EXPECT(cond) do { if (!(cond)) unit_fail(__FILE__, __LINE__, "%s", #cond); } while (0)
#define EXPECT_EQ(a, b) do { \
	long long unit_a = (long long)(a), unit_b = (long long)(b); \
	if (unit_a != unit_b) \
		unit_fail(__FILE__, __LINE__, "%s is %lld, not %s (%lld)", #a, unit_a, #b, \
			  unit_b); \
} while (0)

/* ---- the laboratory (unit_lab.c) ---- */

#define LAB_ISS		1000u
#define LAB_IRS		5000u
#define LAB_SPORT	1111
#define LAB_DPORT	2222
#define LAB_MSS		1460
#define LAB_WND		30000u

/* A segment as tests see it: numbers in host order. */
struct seg {
	u8 flags;
	u32 seq, ack;
	u16 wnd;
	u32 len;
	u8 ecn;			/* of the IP header */
	const u8 *opts;		/* raw, padded to 4 bytes by the test */
	u8 optlen;
	/* of segments sent only */
	u16 gso_size;
	struct anp_tcp_opts syn;	/* options of a SYN */
	bool has_ts;
	u32 tsval, tsecr;
	u8 sacks;
	struct anp_tcp_sack sack[ANP_TCP_SACKS_MAX];
};

struct lab {
	struct anp_tcb t;
	u64 now;
	struct anp_tcp_params p;
	struct sk_buff_head sent;	/* what went out and was not looked at */
	struct sk_buff_head rcvq;
	u32 rmem, wmem, rcvbuf;
	int error;
	unsigned int events;
	struct anp_tcp_tw tw;
	bool tw_made;
	bool join;			/* the receive queues join segments */
	bool split_no;			/* the send queue weighs too much to be cut */
	struct anp_tcp_challenge challenge;
	int challenge_limit;		/* 0: none */
	u32 grown;			/* window that the receive buffer was asked to hold */
	bool snd_short;			/* the program waits for room in the send buffer */
	u32 below;			/* truesize that the layers below hold, */
	bool below_has;			/* with a copy of ... */
	u32 below_seq;			/* ... the segment of this number */
	bool below_waits;		/* the engine wants to hear of it */
	bool paces;			/* the engine paces */
	u64 pacing_rate, pacing_max;	/* bytes a second; the last 0: no limit */
	bool orphan_dear;		/* too many orphans, but for those that weigh ... */
	unsigned int orphan_shift;	/* ... less than this */
	bool full;			/* a queue below is full, and says so of what it takes */
	bool refuse;			/* the layer below refuses what is sent */
	bool fo_learnt, fo_syn_lost;	/* Fast Open: what the SYN-ACK taught */
	struct anp_tcp_foc foc;		/* its cookie; length 0: none */
	u32 fo_swallowed, fo_passed;	/* what connections' ends told of the path */
	unsigned long mib[ANP_MIB_COUNT];
};

extern struct lab lab;

void lab_reset(void);
void lab_clear(void);
/* Brings the tcb to @state by the shortest way, nothing sent is left unlooked at. */
void lab_to(u8 state);
/* ESTABLISHED with SACK, and timestamps if @ts. */
void lab_to_sack(bool ts);
struct sk_buff *lab_skb(const struct seg *s);
void lab_rcv(const struct seg *s);
#define RCV(...) lab_rcv(&(struct seg){ .wnd = LAB_WND, __VA_ARGS__ })
#define RCV_RAW(...) lab_rcv(&(struct seg){ __VA_ARGS__ })
/* An ACK of @ack with @n SACK blocks. */
void lab_sack(u32 ack, u32 n, const struct anp_tcp_sack *b);
#define SACK(ack, ...) do { \
	const struct anp_tcp_sack blocks[] = { __VA_ARGS__ }; \
	lab_sack(ack, ARRAY_SIZE(blocks), blocks); \
} while (0)
/* The next segment sent; fails the test if there is none. */
struct seg lab_sent(void);
struct seg lab_look(struct sk_buff *skb);
bool lab_silent(void);
void lab_write(u32 len);
void lab_pass(u64 us);		/* time passes, due timers run */
u64 lab_until(void);		/* us to the deadline; 0: none */
/* Parks the tcb if it can be, spoils its memory, and makes it again after @us. */
bool lab_rest(u64 us);
void lab_read(u32 len);
const char *lab_state_name(u8 state);

#define LAB_SND_NXT lab.t.snd_nxt
#define LAB_RCV_NXT lab.t.rcv_nxt

#endif /* ANP_SIM_UNIT_H */
