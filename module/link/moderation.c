// SPDX-License-Identifier: GPL-2.0
/*
 * The decisions of receive moderation.  See moderation.h; the meaning of the pairs is that of
 * struct ethtool_coalesce in <linux/ethtool.h>.
 */
#include <linux/kernel.h>
#include <linux/math64.h>
#include "moderation.h"

#define USECS(n)	((u64)(n) * 1000)
#define SECOND		1000000000ull

bool anp_mod_is_plain(const struct anp_mod_pair *p)
{
	return p->frames == 1 || (!p->usecs && !p->frames);
}

bool anp_mod_uses_dim(const struct anp_mod_settings *s)
{
	return s->adaptive && !s->rate_low && !s->rate_high;
}

/* The pair that is in force for the frames that wait. */
static const struct anp_mod_pair *in_force(const struct anp_mod_settings *s,
					   const struct anp_mod_counters *c)
{
	if (c->serving && (s->irq.usecs || s->irq.frames))
		return &s->irq;
	if (!s->adaptive)
		return &s->normal;
	if (anp_mod_uses_dim(s))
		return &c->dim;
	if (c->slow.rate < s->rate_low)
		return &s->low;
	if (s->rate_high && c->slow.rate > s->rate_high)
		return &s->high;
	return &s->normal;
}

static struct anp_mod_verdict interrupt(const struct anp_mod_settings *s,
					const struct anp_mod_counters *c, u64 now)
{
	struct anp_mod_verdict v = { .what = ANP_MOD_RAISE, .frames = c->pending };
	const struct anp_mod_pair *p = in_force(s, c);

	if (!c->pending) {
		v.what = ANP_MOD_REST;
		return v;
	}
	if (anp_mod_is_plain(p)) {
		v.frames = 1;
		return v;
	}
	if (p->frames && c->pending >= p->frames)
		return v;
	/* Before the ring overflows, whatever the settings: usecs may be long, and with cqe endless. */
	if (c->pending >= s->ring / 2)
		return v;
	v.at = (s->cqe ? c->last : c->first) + USECS(p->usecs);
	if (now < v.at)
		v.what = ANP_MOD_WAIT;
	return v;
}

/* Eighths of the time of a poll that took it from a task, which are left to the task at least and most. */
#define LEAVE_MIN	(2 * 8)
#define LEAVE_MAX	(8 * 8)

/*
 * A poll that took all there was is followed by the next after the interval.  One that left frames
 * behind goes on.  But one that took its time from a task leaves it at least twice as much: what
 * cannot be handled is better dropped at the ring, early, than after all the work (receive livelock).
 *
 * Even so the lower device's softirq, which nobody here can limit, goes on in the task's time.  So under
 * overload the next poll is to be ksoftirqd's, and with it the lower device's: there both have the share
 * that the scheduler gives them, and what it does not cover is lost in the card at no cost.  Where the
 * next is in a task's time all the same, it stands back.  A turn of the thread may last many times as
 * long as a reader's buffer takes to fill, and would end as soon as it has caught up, with the reader far
 * behind: once a buffer was full the scheduler is to choose anew after each poll, and for a while, as
 * long as another task waits for the CPU, the thread does not go to sleep.
 */
static struct anp_mod_verdict poll(const struct anp_mod_settings *s,
				   const struct anp_mod_counters *c, u64 now)
{
	struct anp_mod_verdict v = { .what = ANP_MOD_POLL, .frames = c->pending, .at = now };

	if (!c->polling)
		return v;
	if (c->wanted)
		v.resched = c->overloaded && !c->kept;
	else
		v.resched = c->thread && now < c->hold;
	if (v.resched)
		return v;
	if (!c->exhausted)
		v.at += USECS(s->normal.usecs ?: ANP_MOD_POLL_USECS);
	if (c->wanted)
		v.at = max(v.at, now + c->spent * max_t(u32, c->leave, LEAVE_MIN) / 8);
	return v;
}

/* Has the rate gone over the upper limit, or stayed above the lower?  The gap is the hysteresis. */
static bool is_busy(const struct anp_mod_settings *s, const struct anp_mod_counters *c)
{
	u32 high = s->rate_high ?: max_t(u32, ANP_MOD_RATE_HIGH, s->rate_low);
	u32 low = s->rate_low ?: min_t(u32, ANP_MOD_RATE_LOW, high);

	return c->fast.rate >= (c->polling ? low : high);
}

struct anp_mod_verdict anp_mod_decide(const struct anp_mod_settings *s,
				      const struct anp_mod_counters *c, u64 now)
{
	const struct anp_mod_verdict back = { .what = ANP_MOD_RETURN };

	if (s->mode == ANP_MOD_POLLED || (s->mode == ANP_MOD_HYBRID && is_busy(s, c)))
		return poll(s, c, now);
	if (c->polling)
		return back;
	return interrupt(s, c, now);
}

bool anp_mod_needs_time(const struct anp_mod_settings *s, const struct anp_mod_counters *c)
{
	if (s->mode == ANP_MOD_POLLED || c->polling)
		return false;
	/* cqe asks of every frame when it came, the others only of the first. */
	return (s->cqe || !c->pending) && !anp_mod_is_plain(in_force(s, c));
}

/*
 * Twice as much may be too little, for the lower device's softirq has its part of that time.  What its
 * reader has no room for was handled for nothing: so it is the sign to leave more.  It grows faster
 * than it shrinks, so that few are wasted while it is looked for.  The bound keeps who is not to blame
 * for the full buffer, another socket of the queue, at a ninth of the CPU.
 */
void anp_mod_learn(struct anp_mod_counters *c, u32 frames, u32 wasted, u32 dropped, u64 now)
{
	u32 leave = max_t(u32, c->leave, LEAVE_MIN);
	bool full = wasted > frames / 16;

	c->overloaded = full || dropped;
	c->kept = c->handed;
	if (full) {
		c->hold = now + ANP_MOD_HOLD;
		c->leave = min_t(u32, leave + leave / 4, LEAVE_MAX);
	} else if (frames && !wasted) {
		c->leave = max_t(u32, leave - 1, LEAVE_MIN);
	}
}

void anp_mod_measure(struct anp_mod_meter *m, u32 frames, u64 now, u64 window)
{
	u64 passed = now - m->since;

	if (!m->since) {
		m->since = now;
		passed = 0;
	}
	m->frames += frames;
	if (passed < window)
		return;
	m->rate = min_t(u64, div64_u64(m->frames * SECOND, passed), U32_MAX);
	m->frames = 0;
	m->since = now;
}
