/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The simulator: two hosts, the network between them, the programs on them, all in virtual time.
 * One run (a seed) lives in one global, struct sim; a process runs one at a time.
 *
 *   main.c      command line, workers, summary          net.c    what the network does to segments
 *   scenario.c  what a seed stands for                  wire.c   skb surgery: cut, join, copy
 *   run.c       events, time, the end of a run          app.c    the programs
 *   host.c      the engine's host: connections          check.c  what must always hold
 *   listen.c    listener, requests, TIME-WAIT, demux    trace.c  lines that read like tcpdump's
 *   check_wire.c  ... of what is sent
 *   link.c      a bottleneck with its queue             paths.c  kinds of paths, what they must carry
 *   lower.c     a host's own slow device
 *   fastopen.c  cookies and data on the SYN
 */
#ifndef ANP_SIM_SIM_H
#define ANP_SIM_SIM_H

#include <setjmp.h>
#include "../../module/tcp/tcp.h"
#include "rng.h"

#define SEC		1000000ull		/* us */
#define MSEC		1000ull
#define SIM_PORT	80			/* where both hosts listen */
#define SIM_CLIENT_PORT	10000			/* first port of those who open */
#define SIM_MTU		1500
#define SIM_PAIRS_MAX	64
#define SIM_HEADROOM	128

/* ---- events (run.c) ---- */

enum sim_event_type {
	EV_SEGMENT,		/* struct packet arrives */
	EV_TIMER,		/* struct ep's deadline */
	EV_REQ,			/* struct req's */
	EV_TW,			/* struct tw's */
	EV_APP,			/* struct app acts */
	EV_ACCEPT,		/* struct host's server accepts */
	EV_ICMP,		/* struct ep learns of a path MTU */
	EV_LINK,		/* struct net's link has sent a packet */
	EV_LOWER,		/* struct host's device has */
	EV_DRAINED,		/* of struct ep's, which waited for that */
	EV_SCENARIO,		/* the scenario's next step */
};

struct event {
	u64 at;
	u64 order;		/* of creation: ties are broken alike in every run */
	enum sim_event_type type;
	u32 arg;
	void *obj;
};

/* ---- the programs (app.c) ---- */

enum app_end {
	END_ORDERLY,		/* send all, shutdown(), read to the end, close() */
	END_AFTER_PEER,		/* send all, read to the end, close() */
	END_EARLY,		/* send all, close() whatever the peer still has to say */
	END_ABORT,		/* ABORT in the middle */
	END_NEVER,		/* stay until the peer ends (keepalive, closed ports) */
	END_SHUT_RD,		/* shutdown(SHUT_RD) first, then orderly */
};

struct app_script {
	u32 to_send;
	u32 write_min, write_max;
	u32 write_gap;		/* us between writes, up to */
	u32 read_min, read_max;
	u32 read_gap;		/* us between reads, up to */
	u32 pause_at;		/* stop reading at this many bytes ... */
	u32 pause;		/* ... for so long, us */
	u32 idle_at, idle;	/* likewise for writing */
	u32 abort_at;		/* END_ABORT: bytes sent and received */
	u32 hold;		/* us between the last byte and close() */
	enum app_end end;
	bool nodelay, cork, more;
	bool fast_open;		/* its first bytes go with the SYN, if there is a cookie */
	bool keepalive;
	u32 keep_idle, keep_intvl, keep_cnt;	/* ms, ms, count */
	u32 user_timeout;			/* ms */
	s32 linger2;				/* ms; 0: not set */
	u16 user_mss;
	u32 sndbuf, rcvbuf, rcvbuf_max;
	u32 pacing_max;		/* bytes a second, 0: none */
};

struct pair;

struct app {
	struct pair *pair;
	u8 side;		/* the host it runs on */
	struct app_script s;
	struct ep *ep;		/* NULL: not connected, or closed */
	u64 wake_at;		/* its EV_APP that counts; 0: none */
	u64 read_at, write_at;	/* not before */
	u64 sent, rcvd;
	u64 last_rcvd_at;	/* us; when it last read something */
	bool can_read, can_write;	/* an event said so */
	bool connected, wr_done, eof, ended, corked, paused, idled;
	int error;		/* of the connection, 0: none */
};

/* The options of a SYN, as the wire has seen them. */
struct wire_syn {
	bool seen, wscale, sack_ok, ts;
	u16 mss;		/* 0: it had none */
};

/* Two programs that talk: app[opener] connects, the other one accepts. */
struct pair {
	u32 nr;
	u32 key;		/* where in the pattern its bytes begin */
	u8 opener;
	u16 port[2];		/* by side */
	u64 start_at;
	u64 started;		/* in which order, 0: not yet */
	bool both;		/* simultaneous open */
	const struct anp_tcp_cong_ops *cong;	/* of both ends; NULL: the hosts' */
	const char *excuse;	/* why an error is legitimate; NULL: none is */
	bool data_lost_ok;	/* why not all bytes need to arrive */
	struct app app[2];
	bool cookie_used;	/* one of its cookies has become a connection */
	bool fo_used;		/* likewise its SYN with data */
	u32 iss[2];		/* as seen on the wire, by side; for the trace */
	bool iss_seen[2];
	struct wire_syn syn[2];	/* by side, the last; check_wire.c */
	u32 tsval[2];
	bool ts_seen[2];
};

/* ---- the hosts (host.c, listen.c) ---- */

struct ep {
	struct anp_tcb t;
	struct host *host;
	struct pair *pair;
	struct app *app;	/* NULL: closed by its program, or not accepted yet */
	struct ep *next;	/* all of a host, also the dead */
	struct ep *accept_next;
	bool dead;		/* CLOSED: no lookup finds it */
	bool gone;		/* the program has closed it, too: queues are freed */
	int depth;		/* of engine calls under way: must be 0 or 1 */
	int error;
	unsigned int events;
	u64 armed_at;		/* EV_TIMER that is in the heap; 0: none */
	struct sk_buff_head rcvq;
	u32 rmem, rcvbuf;
	u32 rcvbuf_max;		/* to which it may grow, 0: it stays as it is */
	u32 wmem, sndbuf;
	u32 right_edge;		/* of the window offered: rcv_wup + rcv_wnd, never goes back */
	bool right_known;
	u32 last_rcv_nxt;
	bool fin_known;		/* the peer's FIN was taken in: rcv_nxt stays */
	u64 delivered;		/* bytes put on rcvq */
	u32 below;		/* truesize of what the host's device has not sent yet */
	bool below_waits;	/* the engine wants to know when it has */
	bool paces;		/* the engine paces */
	u64 pacing_rate, pacing_max;	/* bytes a second */
	u32 ecn_end;		/* of the data sent so far, 0: none */
	bool fo_pending;	/* counts in fo_len */
};

struct req {
	struct anp_tcp_req r;
	struct req *next;
	struct host *host;
	struct pair *pair;
	bool dead;
	bool queued;		/* counts in req_len */
};

struct tw {
	struct anp_tcp_tw w;
	struct tw *next;
	struct host *host;
	struct pair *pair;
	bool dead;
};

/* A host's device, if it is slower than its programs (lower.c). */
struct lower {
	u32 rate;		/* bytes a second; 0: it sends at once */
	struct sk_buff_head queue;
	struct sk_buff *sending;
	u32 most;		/* truesize that one connection ever had here */
	u32 weight;		/* of the largest segment */
};

struct host {
	u8 id;
	struct lower lower;
	struct ep *eps;
	struct req *reqs;
	struct tw *tws;
	struct ep *accept_head, **accept_tail;
	u32 accept_len, req_len;
	u32 backlog, req_max;
	bool listening;
	bool cookies;		/* a full SYN queue answers with SYN cookies */
	struct anp_tcp_cookie_key cookie_key;
	/* Fast Open, as a server and as a client of the other host. */
	u32 fo_max, fo_len;	/* connections whose handshake is not complete; 0: not served */
	struct anp_tcp_fo_keys fo_keys;
	struct anp_tcp_foc foc;	/* length 0: none */
	u64 fo_not_before;	/* us; data in SYNs gets lost: not again before this */
	u32 accept_gap;		/* us the server takes to come back to accept() */
	bool accept_armed;
	unsigned long mib[ANP_MIB_COUNT];
};

/* ---- the network (net.c, link.c) ---- */

enum link_kind {
	LINK_NONE,		/* struct net's rate and queue are reckoned, nothing waits */
	LINK_TAIL_DROP,
	LINK_CODEL,		/* RFC 8289; what is ECN-capable is marked instead of dropped */
};

/* A bottleneck: packets wait one by one.  The first fields are set by who makes the path. */
struct link {
	enum link_kind kind;
	u32 rate;		/* bytes a second */
	u32 limit;		/* bytes that may wait */
	u32 mark_at;		/* waiting from which on what is ECN-capable is marked (RFC 8257); 0: never */
	u32 police_rate;	/* behind it, a token bucket: bytes a second, 0: there is none */
	u32 police_burst;	/* bytes */
	u32 to_bad, to_good;	/* ppm of packets: the air gets bad, good again (Gilbert, Elliott) */
	u32 bad_loss;		/* ppm, while it is bad */

	struct sk_buff_head queue;
	struct sk_buff *sending;	/* on the wire */
	u32 bytes;		/* waiting */
	u64 delay_sum, delay_max;	/* us that packets have waited */
	u64 packets;
	/* RFC 8289 5.3 */
	u64 first_above, drop_next;
	u32 drops, last_drops;
	bool dropping;
	u64 tokens, tokens_at;	/* millionths of bytes; us */
	bool bad;
};

/* One direction. */
struct net {
	struct link link;
	u32 delay, jitter;	/* us */
	u32 rate;		/* bytes a second, 0: no limit */
	u32 queue;		/* bytes that may wait for the rate */
	u32 loss, burst, burst_len;	/* the last in us, as are all times */
	u32 dup, reorder, reorder_by;
	u32 overtake;		/* ppm that wait for neither the link's queue nor the delay */
	u32 corrupt, garble;	/* ppm, all of them */
	u32 old, old_by;	/* copies that come again after up to old_by us */
	u32 mark_at;		/* bytes waiting from which on ECT is marked CE; 0: never */
	u32 bleach;		/* ppm of segments whose ECN field is cleared */
	u64 marked;
	u32 syn_loss;		/* more loss for segments with SYN */
	u32 syn_data_loss;	/* likewise if they have data as well */
	u32 mtu;
	bool down;
	u64 burst_until;
	u64 busy_until, last_at;
	u64 sent, lost;
};

struct packet {
	struct sk_buff *skb;
	struct packet *next, *prev;	/* all that are under way */
	u8 to;
	bool damaged;
	u16 sum;		/* of all its bytes: nobody may write to it under way */
};

/* How a segment lies in memory when it arrives. */
enum wire_layout {
	WIRE_SAME_SKB,		/* the sender's own, as over veth or loopback */
	WIRE_LINEAR,
	WIRE_PAGE,		/* header in the head, payload in a page */
	WIRE_BARE_HEADER,	/* 20 bytes in the head, options and payload in a page */
	WIRE_CRUMBS,		/* payload in several pages */
	WIRE_KINDS
};

/* ---- a run ---- */

struct scenario {
	const char *name;
	const char *what;
	void (*setup)(void);
	void (*step)(u32 nr);		/* EV_SCENARIO, NULL: has none */
	void (*verify)(void);		/* what is special about its end, NULL: nothing */
};

struct sim {
	/* what to run */
	u64 seed;
	const struct scenario *scenario;
	u32 want_pairs;			/* --connections; 0: the scenario's choice */
	bool verbose;			/* --trace */

	/* parameters, set by the scenario */
	struct net net[2];		/* by the sending host */
	enum wire_layout layout;
	bool cut;			/* super-segments are cut on the wire */
	u32 batch;			/* us; arrivals are moderated to this grid and joined */
	bool checksum;			/* segments carry one, and it is checked */
	bool light;			/* a long run: not all is checked after each step */
	bool hostile;			/* garbled segments pass: only safety is asked for */
	bool iss_clock;			/* RFC 9293 3.4.1, not random */
	u32 wrap;			/* iss this close before 2^32; 0: anywhere */
	struct anp_tcp_conf conf;	/* of both hosts */
	bool icmp_lost;			/* nobody learns of a path MTU */
	enum anp_tcp_ecn_mode ecn[2];
	bool no_ts[2], no_wscale[2], no_sack[2];
	const struct anp_tcp_cong_ops *cong[2];
	u32 mtu;			/* of the hosts' devices; the path's may be smaller */
	u32 gso_max;
	u32 orphans_max;		/* 0: no limit */
	u32 fail_ppm;			/* of allocations */
	u32 xmit_fail;			/* ppm of sends that the layer below refuses */
	u32 park;			/* ppm of the calls after which a connection at rest is parked */
	u64 down_total;			/* us of outage so far */
	u64 time_max;			/* the run must be over by then */

	/* state */
	u64 now;
	struct rng rng_net, rng_app, rng_scn, rng_host;
	struct event *heap;
	u32 heap_len, heap_cap;
	u64 order;
	u64 steps;
	struct host host[2];
	struct pair pair[SIM_PAIRS_MAX];
	u32 pairs;
	struct packet packets;		/* list head */

	jmp_buf env;			/* sim_fail() returns there */
	bool in_run;
	char failure[400];
};

extern struct sim sim;

/* The broken property; prints the report and ends the run. */
void __attribute__((noreturn, format(printf, 1, 2))) sim_fail(const char *fmt, ...);
#define SIM_CHECK(cond, ...) do { if (!(cond)) sim_fail(__VA_ARGS__); } while (0)

/* run.c */
void event_add(u64 at, enum sim_event_type type, void *obj, u32 arg);
const struct event *event_peek(void);
struct event event_take(void);
bool sim_run(u64 seed, const struct scenario *s);
void sim_reset(u64 seed, const struct scenario *s);
void sim_teardown(void);	/* with a check for leaks */

/* scenario.c */
extern const struct scenario sim_scenarios[];
extern const u32 sim_scenarios_nr;
const struct scenario *scenario_of(u64 seed);
const struct scenario *scenario_find(const char *name);
void scenario_setup(void);

/* host.c; every call of the engine stands between enter and leave */
struct ep *ep_new(struct host *h, struct pair *pair, struct app *app);
void ep_enter(struct ep *ep);
void ep_leave(struct ep *ep);
void ep_options(struct ep *ep, const struct app_script *s);
int ep_connect(struct ep *ep);
u32 ep_write(struct ep *ep, u32 len, bool more);	/* bytes taken */
u32 ep_read(struct ep *ep, u32 len, bool *eof);
void ep_shutdown(struct ep *ep);
void ep_close(struct ep *ep, bool abort);
void ep_timer(struct ep *ep);
void ep_params(struct host *h, const struct pair *pair, struct anp_tcp_params *p);
void ep_free(struct ep *ep);
u32 ep_queue(struct ep *ep, u32 len);		/* without sending */
static inline struct ep *ep_of(const struct anp_tcb *t)
{
	return container_of(t, struct ep, t);
}

/* listen.c */
void host_receive(struct host *h, struct sk_buff *skb);
struct anp_tcp_flow flow_of(const struct host *h, const struct pair *pair);
struct ep *host_child(struct host *h, struct pair *pair);
void host_child_made(struct host *h);
void host_req_timer(struct req *r);
void host_tw_timer(struct tw *w);
void host_accept(struct host *h);
void host_listen_close(struct host *h);
void host_icmp_mtu(struct ep *ep, u32 mtu);
struct tw *host_tw_find(struct host *h, u16 lport, u16 rport);
void host_tw_free(struct tw *w);
void host_xmit(struct host *h, struct sk_buff *skb);
struct pair *pair_of_ports(const struct host *h, u16 lport, u16 rport);

/* fastopen.c */
int fo_connect(struct ep *ep, const struct anp_tcp_params *p);
/* A SYN for the listener: true if it has become a connection.  @give: cookie for the SYN-ACK. */
bool fo_listen(struct host *h, struct sk_buff *skb, struct pair *pair, const struct anp_tcp_req *r,
	       struct anp_tcp_foc *give);

/* lower.c */
/* @ep: whose segment it is, NULL: a small object's.  Consumes @skb. */
void lower_send(struct host *h, struct ep *ep, struct sk_buff *skb);
void lower_sent(struct host *h);
void lower_drained(struct ep *ep);
void lower_purge(struct host *h);

/* net.c, wire.c */
void net_send(struct host *from, struct sk_buff *skb);
void net_arrive(struct packet *p);
void net_inject(struct host *to, struct sk_buff *skb);
void net_purge(void);
void net_depart(struct host *from, struct sk_buff *skb, u64 at);
u64 net_in_order(struct net *n, u64 at);
void link_send(struct host *from, struct sk_buff *skb);
void link_sent(struct net *n);
void link_purge(struct link *l);
struct sk_buff *wire_segment(struct sk_buff *skb, u32 off, u32 len, bool last);
struct sk_buff *wire_copy(struct sk_buff *skb, enum wire_layout layout);
bool wire_join(struct sk_buff *to, struct sk_buff *skb);
u16 wire_checksum(struct sk_buff *skb);
u32 wire_hdrlen(struct sk_buff *skb);

/* app.c */
void app_start(struct pair *p);
void app_run(struct app *a);
void app_event(struct app *a, unsigned int events);
bool app_interrupt(void);
void app_adopt(struct app *a, struct ep *ep);
void app_pattern(u32 key, u64 at, u8 *to, u32 len);
bool app_pattern_is(u32 key, u64 at, const u8 *from, u32 len);
static inline u32 app_key(const struct app *a)
{
	return a->pair->key + a->side * 524287;
}

void pair_excuse(struct pair *p, const char *why, bool data_too);

/* check.c */
void check_ep(struct ep *ep);
void check_xmit(struct ep *ep, struct sk_buff *skb);
void check_transition(struct ep *ep, u8 old, u8 new);
void check_end(void);

/* check_wire.c */
void check_wire(const struct host *from, struct sk_buff *skb);

/* trace.c */
const char *state_name(u8 state);
void trace_reset(void);
void trace_dump(void);
void trace_segment(const struct host *from, const struct sk_buff *skb, const char *fate, u64 at);
void trace_ep(const struct ep *ep, const char *what, u64 a, u64 b);
void trace_state(const struct ep *ep, u8 old, u8 new);
void trace_drop(const struct host *h, const struct ep *ep, enum anp_mib_item why);
void trace_note(const char *what, u64 a, u64 b);

#endif /* ANP_SIM_SIM_H */
