/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The engine's inline host interface (module/tcp/tcp.h tells what each has to do), for the
 * simulator.  All go to host.c: speed is not what the simulator is for.
 */
#ifndef ANP_SIM_TCP_HOST_H
#define ANP_SIM_TCP_HOST_H

void anp_tcp_host_count(struct anp_tcb *t, enum anp_mib_item item);
bool anp_tcp_host_challenge(struct anp_tcb *t);
void anp_tcp_host_drop(struct anp_tcb *t, struct sk_buff *skb, enum anp_mib_item item);
struct sk_buff *anp_tcp_host_alloc(struct anp_tcb *t, unsigned int hdrlen);
u32 anp_tcp_host_rcv_free(const struct anp_tcb *t);
u32 anp_tcp_host_rcv_full(const struct anp_tcb *t);
void anp_tcp_host_rcv_grow(struct anp_tcb *t, u32 window);
bool anp_tcp_host_rcv_charge(struct anp_tcb *t, struct sk_buff *skb);
void anp_tcp_host_snd_free(struct anp_tcb *t, struct sk_buff *skb);
void anp_tcp_host_snd_split(struct anp_tcb *t, struct sk_buff *from, struct sk_buff *to);
bool anp_tcp_host_snd_split_ok(const struct anp_tcb *t);
bool anp_tcp_host_orphan_dear(const struct anp_tcb *t, unsigned int shift);
bool anp_tcp_host_snd_short(const struct anp_tcb *t);
struct sk_buff *anp_tcp_host_snd_alloc(struct anp_tcb *t);
u32 anp_tcp_host_below(const struct anp_tcb *t);
bool anp_tcp_host_below_has(const struct anp_tcb *t, const struct sk_buff *skb);
bool anp_tcp_host_below_wait(struct anp_tcb *t, u32 limit);

bool anp_tcp_host_paces(const struct anp_tcb *t);
bool anp_tcp_host_rate_wanted(const struct anp_tcb *t);
void anp_tcp_host_pace(struct anp_tcb *t);
u64 anp_tcp_host_rate(const struct anp_tcb *t);
void anp_tcp_host_rate_set(struct anp_tcb *t, u64 rate);

#endif /* ANP_SIM_TCP_HOST_H */
