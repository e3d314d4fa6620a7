// SPDX-License-Identifier: GPL-2.0
/*
 * Receive moderation, with virtual time: each setting of ethtool -C, hybrid's hysteresis under a
 * square wave, and that no sequence of frames waits longer than the settings say.
 */
#include "unit.h"
#include "../../module/link/moderation.h"

#define US	1000ull
#define MS	1000000ull
#define SEC	1000000000ull

static struct anp_mod_settings s;
static struct anp_mod_counters c;

static void begin(enum anp_mod_mode mode, u32 usecs, u32 frames)
{
	s = (struct anp_mod_settings){
		.mode = mode, .ring = 512, .sample = 1,
		.normal = { .usecs = usecs, .frames = frames },
	};
	c = (struct anp_mod_counters){ 0 };
}

static void frame(u64 now)
{
	if (!c.pending++)
		c.first = now;
	c.last = now;
}

#define DECIDE(now) anp_mod_decide(&s, &c, now)
#define EXPECT_WHAT(verdict, wanted) EXPECT_EQ((verdict).what, wanted)

TEST(moderation__nothing_pending_rests)
{
	begin(ANP_MOD_INTERRUPT, 50, 32);
	EXPECT_WHAT(DECIDE(1 * SEC), ANP_MOD_REST);
}

TEST(moderation__plain_raises_for_each_frame)
{
	begin(ANP_MOD_INTERRUPT, 0, 0);
	frame(SEC);
	frame(SEC);
	EXPECT_WHAT(DECIDE(SEC), ANP_MOD_RAISE);
	EXPECT_EQ(DECIDE(SEC).frames, 1);
	EXPECT(!anp_mod_needs_time(&s, &c));
	/* ethtool's way to say "no coalescing". */
	begin(ANP_MOD_INTERRUPT, 50, 1);
	frame(SEC);
	EXPECT_WHAT(DECIDE(SEC), ANP_MOD_RAISE);
}

TEST(moderation__usecs_count_from_the_first_frame)
{
	begin(ANP_MOD_INTERRUPT, 50, 0);
	frame(SEC);
	EXPECT_WHAT(DECIDE(SEC), ANP_MOD_WAIT);
	EXPECT_EQ(DECIDE(SEC).at, SEC + 50 * US);
	frame(SEC + 30 * US);
	EXPECT_EQ(DECIDE(SEC + 30 * US).at, SEC + 50 * US);
	EXPECT_WHAT(DECIDE(SEC + 50 * US - 1), ANP_MOD_WAIT);
	EXPECT_WHAT(DECIDE(SEC + 50 * US), ANP_MOD_RAISE);
	EXPECT_EQ(DECIDE(SEC + 50 * US).frames, 2);
}

TEST(moderation__cqe_counts_from_the_latest_frame)
{
	begin(ANP_MOD_INTERRUPT, 50, 0);
	s.cqe = true;
	frame(SEC);
	EXPECT(anp_mod_needs_time(&s, &c));
	frame(SEC + 30 * US);
	EXPECT_EQ(DECIDE(SEC + 30 * US).at, SEC + 80 * US);
	/* Frames that keep coming do not postpone it for ever. */
	while (DECIDE(c.last).what == ANP_MOD_WAIT)
		frame(c.last + 10 * US);
	EXPECT_EQ(c.pending, s.ring / 2);
}

TEST(moderation__frames_raise_before_the_time)
{
	u32 i;

	begin(ANP_MOD_INTERRUPT, 1000, 32);
	for (i = 0; i < 31; i++) {
		frame(SEC + i);
		EXPECT_WHAT(DECIDE(SEC + i), ANP_MOD_WAIT);
	}
	frame(SEC + i);
	EXPECT_WHAT(DECIDE(SEC + i), ANP_MOD_RAISE);
	EXPECT_EQ(DECIDE(SEC + i).frames, 32);
}

TEST(moderation__half_a_ring_raises)
{
	begin(ANP_MOD_INTERRUPT, 100000, 0);
	s.ring = 64;
	while (c.pending < 31)
		frame(SEC);
	EXPECT_WHAT(DECIDE(SEC), ANP_MOD_WAIT);
	frame(SEC);
	EXPECT_WHAT(DECIDE(SEC), ANP_MOD_RAISE);
}

TEST(moderation__irq_pair_while_serving)
{
	begin(ANP_MOD_INTERRUPT, 10, 4);
	s.irq = (struct anp_mod_pair){ .usecs = 200, .frames = 64 };
	frame(SEC);
	EXPECT_EQ(DECIDE(SEC).at, SEC + 10 * US);
	c.serving = true;
	EXPECT_EQ(DECIDE(SEC).at, SEC + 200 * US);
	while (c.pending < 63)
		frame(SEC);
	EXPECT_WHAT(DECIDE(SEC), ANP_MOD_WAIT);
	frame(SEC);
	EXPECT_WHAT(DECIDE(SEC), ANP_MOD_RAISE);
	/* Where only this pair asks for the time, it has to be known. */
	s.normal = (struct anp_mod_pair){ 0 };
	c.pending = 0;
	EXPECT(anp_mod_needs_time(&s, &c));
	c.serving = false;
	EXPECT(!anp_mod_needs_time(&s, &c));
	c.serving = true;
	s.normal = (struct anp_mod_pair){ 10, 4 };
	/* Not set: no difference. */
	s.irq = (struct anp_mod_pair){ 0 };
	c.pending = 1;
	EXPECT_EQ(DECIDE(SEC).at, SEC + 10 * US);
}

TEST(moderation__rate_picks_the_pair)
{
	begin(ANP_MOD_INTERRUPT, 50, 0);
	s.rate_low = 1000;
	s.rate_high = 10000;
	s.low = (struct anp_mod_pair){ 0, 1 };
	s.high = (struct anp_mod_pair){ 500, 0 };
	frame(SEC);
	/* Only while adaptive-rx is on. */
	c.slow.rate = 999;
	EXPECT_EQ(DECIDE(SEC).at, SEC + 50 * US);
	s.adaptive = true;
	EXPECT_WHAT(DECIDE(SEC), ANP_MOD_RAISE);
	c.slow.rate = 1000;
	EXPECT_EQ(DECIDE(SEC).at, SEC + 50 * US);
	c.slow.rate = 10000;
	EXPECT_EQ(DECIDE(SEC).at, SEC + 50 * US);
	c.slow.rate = 10001;
	EXPECT_EQ(DECIDE(SEC).at, SEC + 500 * US);
	EXPECT(!anp_mod_uses_dim(&s));
}

TEST(moderation__adaptive_without_rates_is_dim)
{
	begin(ANP_MOD_INTERRUPT, 50, 0);
	s.adaptive = true;
	c.dim = (struct anp_mod_pair){ .usecs = 8, .frames = 256 };
	EXPECT(anp_mod_uses_dim(&s));
	frame(SEC);
	EXPECT_EQ(DECIDE(SEC).at, SEC + 8 * US);
}

TEST(moderation__poll_looks_regularly)
{
	begin(ANP_MOD_POLLED, 0, 0);
	EXPECT_WHAT(DECIDE(SEC), ANP_MOD_POLL);
	EXPECT_EQ(DECIDE(SEC).at, SEC);
	c.polling = true;
	EXPECT_EQ(DECIDE(SEC).at, SEC + ANP_MOD_POLL_USECS * US);
	s.normal.usecs = 200;
	EXPECT_EQ(DECIDE(SEC).at, SEC + 200 * US);
	EXPECT(!anp_mod_needs_time(&s, &c));
}

TEST(moderation__poll_shares_the_cpu_under_overload)
{
	begin(ANP_MOD_POLLED, 200, 0);
	c.polling = true;
	c.exhausted = true;
	c.spent = 70 * US;
	EXPECT_EQ(DECIDE(SEC).at, SEC);
	c.wanted = true;
	EXPECT_EQ(DECIDE(SEC).at, SEC + 140 * US);
	/* Also where nothing is left behind, if the interval would be shorter. */
	c.exhausted = false;
	EXPECT_EQ(DECIDE(SEC).at, SEC + 200 * US);
	c.spent = 150 * US;
	EXPECT_EQ(DECIDE(SEC).at, SEC + 300 * US);
}

/* What comes until @now goes into the ring, or is dropped. */
static void arrive(u64 *next, u64 now)
{
	for (; *next <= now; *next += US / 3)
		if (c.pending < s.ring)
			frame(*next);
}

/*
 * A CPU that needs a microsecond for a frame gets three: how much of 100 ms is left for the program
 * that wants them, and how many frames were handled; the others are dropped at the ring.
 */
static u64 flooded(enum anp_mod_mode mode, u32 *handled)
{
	u64 now = SEC, next = SEC, end = SEC + 100 * MS, left = 0;
	struct anp_mod_verdict v;
	u32 n;

	begin(mode, 0, 0);
	*handled = 0;
	while (now < end) {
		v = DECIDE(now);
		if (v.what == ANP_MOD_RETURN) {
			c.polling = false;
			continue;
		}
		if (v.what == ANP_MOD_REST)
			v.at = next;
		if (v.at > now) {
			left += v.at - now;
			now = v.at;
		}
		arrive(&next, now);
		c.polling = v.what == ANP_MOD_POLL;
		n = min(c.pending, 64u);
		c.pending -= n;
		*handled += n;
		c.spent = n * US;
		now += c.spent;
		arrive(&next, now);
		anp_mod_measure(&c.fast, n, now, ANP_MOD_WINDOW);
		c.exhausted = c.pending;
		c.wanted = c.polling;
	}
	return left;
}

/* Receive livelock, and its cure. */
TEST(moderation__a_flood_leaves_the_program_its_share)
{
	u32 handled;

	EXPECT_EQ(flooded(ANP_MOD_INTERRUPT, &handled), 0);
	EXPECT(flooded(ANP_MOD_POLLED, &handled) >= 30 * MS);
	EXPECT(handled >= 30000);
	/* Hybrid mode has to measure first. */
	EXPECT(flooded(ANP_MOD_HYBRID, &handled) >= 30 * MS);
	EXPECT(handled >= 30000);
}

/* A poll in a task's time that was handed to ksoftirqd and yet ran there, as @frames, @wasted tell. */
static void kept_poll(u32 frames, u32 wasted)
{
	c.handed = true;
	anp_mod_learn(&c, frames, wasted, 0, SEC);
}

/* What the reader has no room for was polled for nothing: the next polls leave it more time. */
TEST(moderation__poll_stands_back_for_who_reads)
{
	unsigned int i;

	begin(ANP_MOD_POLLED, 0, 0);
	c.polling = true;
	c.wanted = true;
	c.spent = 100 * US;
	kept_poll(64, 0);
	EXPECT_EQ(DECIDE(SEC).at, SEC + 200 * US);
	kept_poll(64, 32);
	EXPECT_EQ(DECIDE(SEC).at, SEC + 250 * US);
	/* A few are no sign, and no poll without frames is one of the contrary. */
	kept_poll(64, 3);
	kept_poll(0, 0);
	EXPECT_EQ(DECIDE(SEC).at, SEC + 250 * US);
	for (i = 0; i < 4; i++)
		kept_poll(64, 0);
	EXPECT_EQ(DECIDE(SEC).at, SEC + 200 * US);
	/* Others who share the queue keep a part. */
	for (i = 0; i < 100; i++)
		kept_poll(64, 64);
	EXPECT_EQ(DECIDE(SEC).at, SEC + 800 * US);
	/* Nobody wants the CPU: there is nobody to stand back for. */
	c.wanted = false;
	EXPECT_EQ(DECIDE(SEC).at, SEC + ANP_MOD_POLL_USECS * US);
}

/* Overload in a task's time, of a reader's buffer or of the ring: the next poll is ksoftirqd's. */
TEST(moderation__poll_under_overload_goes_to_ksoftirqd)
{
	begin(ANP_MOD_POLLED, 0, 0);
	c.polling = true;
	c.wanted = true;
	c.spent = 100 * US;
	anp_mod_learn(&c, 64, 0, 0, SEC);
	EXPECT(!DECIDE(SEC).resched);
	EXPECT_EQ(DECIDE(SEC).at, SEC + 200 * US);
	anp_mod_learn(&c, 64, 0, 1, SEC);
	EXPECT(DECIDE(SEC).resched);
	EXPECT_EQ(DECIDE(SEC).at, SEC);
	anp_mod_learn(&c, 64, 64, 0, SEC);
	EXPECT(DECIDE(SEC).resched);
	/* It ran in a task's time nevertheless: it stands back, however often it is asked. */
	kept_poll(64, 64);
	EXPECT(!DECIDE(SEC).resched);
	EXPECT(DECIDE(SEC).at > SEC + 200 * US);
	c.handed = false;
	EXPECT(!DECIDE(SEC).resched);
	/* And then it is tried again. */
	anp_mod_learn(&c, 64, 64, 0, SEC);
	EXPECT(DECIDE(SEC).resched);
	/* Nobody wants the CPU. */
	c.wanted = false;
	EXPECT(!DECIDE(SEC).resched);
}

/* A kernel thread's share is the scheduler's, which is to look again once a reader's buffer is full. */
TEST(moderation__poll_in_a_thread_asks_the_scheduler)
{
	begin(ANP_MOD_POLLED, 0, 0);
	c.polling = true;
	c.thread = true;
	c.exhausted = true;
	c.spent = 100 * US;
	anp_mod_learn(&c, 64, 4, 0, SEC);
	EXPECT_EQ(DECIDE(SEC).at, SEC);
	EXPECT(!DECIDE(SEC).resched);
	anp_mod_learn(&c, 64, 5, 0, SEC);
	EXPECT_EQ(DECIDE(SEC).at, SEC);
	EXPECT(DECIDE(SEC).resched);
	/* Frames that the ring drops are what the thread's share does not cover. */
	c.hold = 0;
	anp_mod_learn(&c, 64, 0, 100, SEC);
	EXPECT(!DECIDE(SEC).resched);
}

/* A thread that has caught up and slept would leave the next softirqs to the time of who is behind. */
TEST(moderation__poll_in_a_thread_stays_awake_for_a_while)
{
	u64 end = SEC + ANP_MOD_HOLD;

	begin(ANP_MOD_POLLED, 0, 0);
	c.polling = true;
	c.thread = true;
	anp_mod_learn(&c, 64, 64, 0, SEC);
	anp_mod_learn(&c, 0, 0, 0, end - 1);
	EXPECT(DECIDE(end - 1).resched);
	EXPECT_EQ(DECIDE(end - 1).at, end - 1);
	/* While somebody waits for the CPU only. */
	c.thread = false;
	EXPECT(!DECIDE(end - 1).resched);
	EXPECT_EQ(DECIDE(end - 1).at, end - 1 + ANP_MOD_POLL_USECS * US);
	c.thread = true;
	/* And not for ever, whether frames come or not; from the last full buffer on. */
	EXPECT(!DECIDE(end).resched);
	EXPECT_EQ(DECIDE(end).at, end + ANP_MOD_POLL_USECS * US);
	anp_mod_learn(&c, 64, 64, 0, end);
	EXPECT(DECIDE(end).resched);
	/* Hybrid mode returns to interrupts when few come. */
	s.mode = ANP_MOD_HYBRID;
	EXPECT_WHAT(DECIDE(end), ANP_MOD_RETURN);
}

TEST(moderation__mode_set_to_interrupt_returns)
{
	begin(ANP_MOD_INTERRUPT, 0, 0);
	c.polling = true;
	EXPECT_WHAT(DECIDE(SEC), ANP_MOD_RETURN);
}

TEST(moderation__hybrid_has_a_gap)
{
	begin(ANP_MOD_HYBRID, 0, 0);
	frame(SEC);
	c.fast.rate = ANP_MOD_RATE_HIGH - 1;
	EXPECT_WHAT(DECIDE(SEC), ANP_MOD_RAISE);
	c.fast.rate = ANP_MOD_RATE_HIGH;
	EXPECT_WHAT(DECIDE(SEC), ANP_MOD_POLL);
	c.polling = true;
	c.fast.rate = ANP_MOD_RATE_LOW;
	EXPECT_WHAT(DECIDE(SEC), ANP_MOD_POLL);
	c.fast.rate = ANP_MOD_RATE_LOW - 1;
	EXPECT_WHAT(DECIDE(SEC), ANP_MOD_RETURN);
	s.rate_high = 800;
	s.rate_low = 100;
	EXPECT_WHAT(DECIDE(SEC), ANP_MOD_POLL);
	c.fast.rate = 99;
	EXPECT_WHAT(DECIDE(SEC), ANP_MOD_RETURN);
	/* One limit alone: the other gives way. */
	s.rate_low = 0;
	EXPECT_WHAT(DECIDE(SEC), ANP_MOD_RETURN);
	c.polling = false;
	EXPECT_WHAT(DECIDE(SEC), ANP_MOD_RAISE);
}

/* A queue that does what is decided, polled at once; @gap ns between frames, until @end. */
static u64 run(u64 now, u64 end, u64 gap, u32 *to_poll, u32 *to_irq)
{
	u64 next_frame = now, next_poll = now;
	struct anp_mod_verdict v;

	while (now < end) {
		now = c.polling && next_poll < next_frame ? next_poll : next_frame;
		if (now == next_frame) {
			frame(now);
			next_frame += gap;
		}
		if (c.polling && now < next_poll)
			continue;
		for (;;) {
			if (c.polling || DECIDE(now).what == ANP_MOD_RAISE) {
				anp_mod_measure(&c.fast, c.pending, now, ANP_MOD_WINDOW);
				c.pending = 0;
			}
			v = DECIDE(now);
			if (v.what != ANP_MOD_RETURN)
				break;
			c.polling = false;
			++*to_irq;
		}
		if (v.what != ANP_MOD_POLL)
			continue;
		*to_poll += !c.polling;
		c.polling = true;
		next_poll = DECIDE(now).at;
	}
	return now;
}

TEST(moderation__hybrid_square_wave_changes_once_an_edge)
{
	u32 to_poll = 0, to_irq = 0, i;
	u64 now = SEC;

	begin(ANP_MOD_HYBRID, 0, 0);
	for (i = 1; i <= 10; i++) {
		now = run(now, now + 100 * MS, SEC / 50000, &to_poll, &to_irq);
		EXPECT_EQ(to_poll, i);
		EXPECT_EQ(to_irq, i - 1);
		EXPECT(c.polling);
		now = run(now, now + 100 * MS, SEC / 1000, &to_poll, &to_irq);
		EXPECT_EQ(to_irq, i);
		EXPECT(!c.polling);
	}
	EXPECT_EQ(to_poll, 10);
}

TEST(moderation__hybrid_between_the_limits_stays)
{
	u32 to_poll = 0, to_irq = 0;
	u64 now = SEC;

	begin(ANP_MOD_HYBRID, 0, 0);
	now = run(now, now + 200 * MS, SEC / 10000, &to_poll, &to_irq);
	EXPECT_EQ(to_poll, 0);
	now = run(now, now + 50 * MS, SEC / 40000, &to_poll, &to_irq);
	EXPECT_EQ(to_poll, 1);
	run(now, now + 200 * MS, SEC / 10000, &to_poll, &to_irq);
	EXPECT_EQ(to_irq, 0);
}

TEST(moderation__meter_measures)
{
	struct anp_mod_meter m = { 0 };
	u64 now;

	for (now = SEC; now <= SEC + 10 * MS; now += 100 * US)
		anp_mod_measure(&m, 2, now, 5 * MS);
	EXPECT(m.rate >= 19000 && m.rate <= 21000);
	/* After a silence of a second the rate is that of the silence. */
	anp_mod_measure(&m, 1, now + SEC, 5 * MS);
	EXPECT(m.rate <= 10);
	m = (struct anp_mod_meter){ .since = SEC, .frames = U32_MAX };
	anp_mod_measure(&m, 0, SEC + 1, 0);
	EXPECT_EQ(m.rate, U32_MAX);
}

/* Whatever comes, no frame waits longer than usecs, and no ring overflows unannounced. */
TEST(moderation__never_waits_longer_than_usecs)
{
	u64 now = SEC, seed = 1, deadline;
	struct anp_mod_verdict v;
	u32 i;

	begin(ANP_MOD_INTERRUPT, 50, 32);
	for (i = 0; i < 100000; i++) {
		seed = seed * 6364136223846793005ull + 1442695040888963407ull;
		now += (seed >> 33) % (seed >> 63 ? 200 * US : 5 * US);
		if (c.pending) {
			deadline = c.first + 50 * US;
			EXPECT(DECIDE(deadline).what == ANP_MOD_RAISE);
			if (now >= deadline)
				c.pending = 0;
		}
		frame(now);
		v = DECIDE(now);
		EXPECT(v.what == ANP_MOD_RAISE || v.what == ANP_MOD_WAIT);
		EXPECT(v.what != ANP_MOD_WAIT || (v.at > now && v.at <= now + 50 * US));
		if (v.what == ANP_MOD_RAISE) {
			EXPECT_EQ(c.pending, 32);
			c.pending = 0;
		}
	}
}
