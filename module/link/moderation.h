/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Receive moderation: when a queue's virtual interrupt is raised, and when polling takes its place.
 * Decided by functions of settings, counters and the time alone, which change nothing and touch no
 * device, timer or clock: so selftests/sim/ tests them with virtual time.  ring.c and poll.c keep
 * the counters and do what is decided.
 *
 * Times are in ns of one monotonic clock, rates in frames per second.
 */
#ifndef ANP_LINK_MODERATION_H
#define ANP_LINK_MODERATION_H

#include <linux/types.h>

enum anp_mod_mode {
	ANP_MOD_INTERRUPT,	/* frames are announced by virtual interrupts */
	ANP_MOD_POLLED,		/* never; the queue is looked at regularly */
	ANP_MOD_HYBRID,		/* interrupts while frames are few, polling while they are many */
};

/* Between two looks at a queue that is polled, where rx-usecs does not say. */
#define ANP_MOD_POLL_USECS	50
/* Hybrid: polling begins and ends at these rates, where pkt-rate-high and pkt-rate-low do not say. */
#define ANP_MOD_RATE_HIGH	20000
#define ANP_MOD_RATE_LOW	5000
/* The rate that hybrid goes by is measured over as long. */
#define ANP_MOD_WINDOW		(5 * 1000 * 1000)
/* For as long after a reader's buffer was full, polls stay in ksoftirqd while the reader catches up. */
#define ANP_MOD_HOLD		(50 * 1000 * 1000)

/*
 * An interrupt is due @usecs after the first frame, or as soon as there are @frames.  0 is no such
 * limit; both 0, or @frames 1: each frame has an interrupt of its own.
 */
struct anp_mod_pair {
	u32	usecs;
	u32	frames;
};

/* What ethtool -C and -G say, and the mode. */
struct anp_mod_settings {
	enum anp_mod_mode	mode;
	bool			adaptive;	/* adaptive-rx */
	bool			cqe;		/* cqe-mode-rx: usecs count from the latest frame */
	u32			ring;		/* frames that the ring holds; >= 2 */
	u32			rate_low;	/* pkt-rate-low; 0: not set */
	u32			rate_high;	/* pkt-rate-high; 0: not set */
	u32			sample;		/* sample-interval, seconds; >= 1 */
	struct anp_mod_pair	normal;		/* rx-usecs, rx-frames */
	struct anp_mod_pair	irq;		/* ...-irq: what comes while an interrupt is served */
	struct anp_mod_pair	low;		/* ...-low: adaptive, rate below rate_low */
	struct anp_mod_pair	high;		/* ...-high: adaptive, rate above rate_high */
};

/* Measures a rate over windows of a fixed length. */
struct anp_mod_meter {
	u64	since;			/* the present window's beginning; 0: none yet */
	u32	frames;			/* in it */
	u32	rate;			/* of the window before */
};

/* A queue as its moderation sees it. */
struct anp_mod_counters {
	u32			pending;	/* frames that no interrupt has announced */
	u64			first;		/* when the oldest of them came */
	u64			last;		/* when the latest did; kept for cqe only */
	bool			serving;	/* they come, or came, while an interrupt is served */
	bool			polling;	/* interrupts are off: the queue is polled */
	/* Of the poll that has just ended: */
	bool			exhausted;	/* it left frames behind */
	bool			wanted;		/* it took its time from a task */
	bool			thread;		/* it ran in a kernel thread that others wait for */
	bool			overloaded;	/* a reader's buffer or the ring was full, anp_mod_learn() */
	bool			kept;		/* though the one before was handed over, anp_mod_learn() */
	bool			handed;		/* the next is to be ksoftirqd's: @resched in a task's time */
	u64			spent;		/* ns that it took */
	u32			leave;		/* eighths of @spent to stand back then, anp_mod_learn() */
	u64			hold;		/* until then a kernel thread stays awake, anp_mod_learn() */
	struct anp_mod_meter	fast;		/* over ANP_MOD_WINDOW */
	struct anp_mod_meter	slow;		/* over the sample interval */
	struct anp_mod_pair	dim;		/* what net_dim has found */
};

enum anp_mod_what {
	ANP_MOD_REST,		/* nothing to do: the next frame will ask again */
	ANP_MOD_RAISE,		/* the virtual interrupt, now, for @frames */
	ANP_MOD_WAIT,		/* ask again at @at, or when a frame comes */
	ANP_MOD_POLL,		/* interrupts off; look at the queue at @at */
	ANP_MOD_RETURN,		/* interrupts on again; then ask again */
};

struct anp_mod_verdict {
	enum anp_mod_what	what;
	bool			resched;	/* let the scheduler choose before that, in ksoftirqd */
	u32			frames;
	u64			at;
};

/*
 * What is to be done about a queue: asked when a frame has come, the timer has expired or a poll has
 * ended, unless an interrupt that was raised is still to be served.
 */
struct anp_mod_verdict anp_mod_decide(const struct anp_mod_settings *s,
				      const struct anp_mod_counters *c, u64 now);

/* Does anp_mod_decide() look at @first and @last?  Else the caller need not read the clock. */
bool anp_mod_needs_time(const struct anp_mod_settings *s, const struct anp_mod_counters *c);

/* Does each frame have an interrupt of its own, under these settings? */
bool anp_mod_is_plain(const struct anp_mod_pair *p);

/* Does net_dim set the pair in force? */
bool anp_mod_uses_dim(const struct anp_mod_settings *s);

/*
 * Learns from a poll that ended at @now and took @frames, of which @wasted found a full receive buffer,
 * while @dropped found a full ring since the poll before: by how much, and where, polls have to stand
 * back for the programs that read.
 */
void anp_mod_learn(struct anp_mod_counters *c, u32 frames, u32 wasted, u32 dropped, u64 now);

/* Counts @frames that have come by @now; @window in ns. */
void anp_mod_measure(struct anp_mod_meter *m, u32 frames, u64 now, u64 window);

#endif /* ANP_LINK_MODERATION_H */
