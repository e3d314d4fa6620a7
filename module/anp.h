/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What all layers of the module share: the state of a network namespace, counters and drops, and
 * the interfaces between the layers.  A layer calls the one below and its own; upward goes by a
 * registered handler.
 *
 * Locks, outermost first:
 *   RTNL                devices, addresses, routes
 *   the socket lock     everything in a socket (lock_sock(), or bh_lock_sock() in a softirq)
 *   bucket locks        anp_bhash, anp_ehash, anp_lhash, anp_uhash chains; bottom halves off
 * Receive runs in softirq under rcu_read_lock(); lookups there take a reference.
 *
 * What is marked by ALLOW_ERROR_INJECTION() fails before it has done anything when a test says so
 * (selftests/debug/fail_function.sh): what fails otherwise than by memory, and each rung of a
 * namespace's beginning.
 */
#ifndef ANP_ANP_H
#define ANP_ANP_H

#include <linux/error-injection.h>
#include <linux/ip.h>
#include <linux/list.h>
#include <linux/netdevice.h>
#include <linux/notifier.h>
#include <linux/rtnetlink.h>
#include <linux/siphash.h>
#include <linux/skbuff.h>
#include <net/inet_sock.h>
#include <net/netns/generic.h>
#include <net/sock.h>
#include <uapi/linux/anp.h>
#include "compat.h"
#include "observe/mib.h"
#include "tcp/conf.h"

#define ANP_VERSION "0.1.0"

struct anp_mib {
	unsigned long items[ANP_MIB_COUNT];
};

struct fib_table;
struct anp_addr_types;
struct anp_fo;
struct anp_igmp_dev;
struct anp_ip_ids;
struct anp_latency;
struct anp_tcp_cong_ops;
struct anp_pmtu;
struct anp_refusals;
struct ctl_table_header;
struct fqdir;
struct proc_dir_entry;

#define ANP_PMTU_SLOTS 256

/*
 * struct anp_net - a network namespace's ANP
 *
 * Lives as long as the namespace; reached by anp_net().
 */
struct anp_net {
	struct net		*net;
	struct anp_mib __percpu	*mib;
	struct list_head	devs;		/* struct anp_dev; RTNL to write, RCU to read */
	struct fib_table	*fib;		/* ANP_RT_TABLE; NULL before the first device; RCU-safe */
	struct notifier_block	fib_nb;		/* link/routes.c */
	atomic_t		route_gen;	/* ANP's part of anp_route_gen() */
	struct anp_addr_types __percpu *addr_types;	/* ip/route.c */
	struct sock		*ctl_sk;	/* owner of what ANP sends for no socket */
	struct fqdir		*fqdir;		/* IPv4 reassembly */
	struct anp_pmtu		*pmtu;		/* ANP_PMTU_SLOTS; ip/pmtu.c */
	struct anp_ip_ids	*ip_ids;	/* ip/output.c */
	siphash_key_t		iss_key;	/* RFC 6528 */
	siphash_key_t		port_key;	/* RFC 6056 */
	struct anp_tcp_cookie_key cookie_key;	/* RFC 4987 3.6 */
	struct anp_fo		*fastopen;	/* socket/fastopen.c */
	struct anp_refusals	*refusals;	/* observe/refused.c */
	struct proc_dir_entry	*proc;
	/* Set by sysctl.c, read without a lock. */
	struct ctl_table_header	*sysctl;
	struct anp_tcp_conf	tcp;
	int			mtu_expires;	/* s a learnt path MTU is believed; net/anp */
	struct anp_tcp_challenge challenge;	/* changed without a lock */
	u32			local_ports;	/* ip_local_port_range: first, last << 16 */
	struct list_head	mc_groups;	/* ip/mcast.c */
	spinlock_t		mc_lock;	/* mc_groups and IGMP's part of them */
	struct anp_latency	*latency;	/* observe/latency.c; NULL: never measured */
	struct list_head	tw_list;	/* reserved for socket/timewait.c */
	atomic_t		tw_count;
	atomic_t		orphan_count;
	atomic_t		sockets;
	/* What new TCP sockets get; pinned.  socket/cong.c */
	const struct anp_tcp_cong_ops __rcu *cong_default;
	/* ICMP rate limit, ip/icmp.c; the first two are net/anp's */
	int			icmp_msgs_per_sec;
	int			icmp_msgs_burst;
	spinlock_t		icmp_lock;	/* the two below */
	u32			icmp_credit;
	unsigned long		icmp_stamp;	/* jiffies */
};

extern unsigned int anp_net_id;

/*
 * The ANP of @net; never NULL while the module is loaded.  What net_generic() does, several times
 * for each packet; a reader of RCU is cheaper with preemption off.
 */
static inline struct anp_net *anp_net(const struct net *net)
{
	struct anp_net *anet;

	preempt_disable_notrace();
	anet = rcu_dereference_sched(net->gen)->ptr[anp_net_id];
	preempt_enable_notrace();
	return anet;
}

/* The ports that the stack chooses from, host order. */
static inline void anp_local_ports(const struct net *net, u16 *low, u16 *high)
{
	u32 range = READ_ONCE(anp_net(net)->local_ports);

	*low = range & 0xffff;
	*high = range >> 16;
}

/* ---- observe/ ---- */

/* Counts @item once; any context. */
static inline void anp_count(const struct net *net, enum anp_mib_item item)
{
	this_cpu_inc(anp_net(net)->mib->items[item]);
}

static inline void anp_count_add(const struct net *net, enum anp_mib_item item, unsigned long n)
{
	this_cpu_add(anp_net(net)->mib->items[item], n);
}

extern const char * const anp_mib_names[ANP_MIB_COUNT];

/* Sum over all CPUs. */
unsigned long anp_mib_read(const struct net *net, enum anp_mib_item item);

/* Counts and traces the drop of @skb for the reason @item, and frees it; any context. */
void anp_drop(struct net *net, struct sk_buff *skb, enum anp_mib_item item);

/* Calls of which a part may be refused. */
enum anp_refused_call {
	ANP_REFUSED_SETSOCKOPT,
	ANP_REFUSED_GETSOCKOPT,
	ANP_REFUSED_IOCTL,
	ANP_REFUSED_SOCKET,
};

/*
 * Notes that the running program was refused something, with @err (negative); process context.
 * @level, @name: of an option; the command of an ioctl; type and protocol of a socket.
 */
void anp_refused(const struct net *net, enum anp_refused_call call, int level, int name, int err);

/* Notes and counts a socket option that @sk does not have; returns the errno to answer. */
int anp_refuse_option(const struct sock *sk, bool set, int level, int name);

/* Likewise an ioctl that @sk does not have; returns -ENOIOCTLCMD, for the core to go on. */
int anp_refuse_ioctl(const struct sock *sk, unsigned int cmd);

int anp_refused_net_init(struct anp_net *anet);
void anp_refused_net_exit(struct anp_net *anet);

int anp_observe_net_init(struct anp_net *anet);		/* /proc/net/anp */
void anp_observe_net_exit(struct anp_net *anet);

/* ---- sysctl.c ---- */

void anp_sysctl_defaults(struct anp_net *anet);
/* @mem: three numbers of pages as Linux computes them, the second being 1/@share of what there is. */
void anp_mem_limits(long *mem, unsigned int share);
int anp_sysctl_net_init(struct anp_net *anet);		/* /proc/sys/net/anp */
void anp_sysctl_net_exit(struct anp_net *anet);

/* ---- link/ ---- */

struct anp_dev;			/* link/link.h */

int anp_link_init(void);	/* rtnl_link_ops, notifiers */
void anp_link_exit(void);

bool anp_dev_is_anp(const struct net_device *dev);

struct anp_arp_dev;		/* ip/arp.h */

/* What ARP keeps in the anp device @dev. */
struct anp_arp_dev *anp_dev_arp(const struct net_device *dev);
struct anp_igmp_dev *anp_dev_igmp(const struct net_device *dev);	/* ip/mcast.h */

/*
 * Handlers of the layers above, called in softirq under rcu_read_lock() with skb->dev the anp
 * device, skb_network_header() set, the link header pulled.  They consume the skb.
 */
struct anp_link_handlers {
	void (*arp)(struct sk_buff *skb);
	void (*ip)(struct sk_buff *skb);
};

/* Called once by ip/ before the first device can exist. */
void anp_link_set_handlers(const struct anp_link_handlers *h);

/*
 * skb->pkt_type of a packet that ANP gives to dev_queue_xmit(): the anp device passes those on, and
 * drops what the host's stack sends through it.  skb->sk's family says the same, but is lost where
 * a qdisc copies or delays a packet.  No packet that the host sends has this type.
 */
#define ANP_PACKET_OWN PACKET_KERNEL

static inline void anp_link_mark_own(struct sk_buff *skb)
{
	skb->pkt_type = ANP_PACKET_OWN;
}

/*
 * dev_queue_xmit() for a packet of ANP's own that is marked so, skb->dev the anp device, link header
 * pushed; goes straight to the lower device where nothing between the two wants to see it.
 * Consumes @skb.  Any context but hardirq.  Returns what dev_queue_xmit() does.
 */
int anp_link_xmit(struct sk_buff *skb);

int anp_link_net_init(struct anp_net *anet);	/* watches the namespace's routes */
void anp_link_net_exit(struct anp_net *anet);

/* An up anp device of @net to loop 127/8 through, or NULL.  Under RCU, no reference. */
struct net_device *anp_link_any(struct net *net);

/* ---- ip/ ---- */

/*
 * struct anp_route - where packets to a destination go
 *
 * Holds no references, so that an idle socket's cached route never delays the end of a device:
 * every change of routes, addresses or devices makes it stale before a grace period.  @dev may be
 * looked at only under rcu_read_lock() taken before anp_route_valid() said yes; the other fields
 * at any time.  The neighbour is looked up for each packet.
 */
struct anp_route {
	struct net_device	*dev;		/* the anp device; NULL: no route cached */
	__be32			daddr;
	__be32			saddr;
	__be32			nexthop;
	u32			mtu;		/* of the path: device, route metric, learnt by ICMP */
	u32			gso_max;	/* largest super-packet the device takes, bytes */
	u16			advmss;		/* the route's metric: MSS to tell a peer; 0: none */
	int			gen;
	int			oif;		/* as in the struct anp_flow it came from */
	u8			tos;		/* likewise */
	u8			type;		/* RTN_LOCAL, RTN_UNICAST, RTN_BROADCAST, RTN_MULTICAST */
};

/* What a route is wanted for. */
struct anp_flow {
	__be32	daddr;
	__be32	saddr;		/* 0: choose */
	int	oif;		/* an anp device's ifindex, 0: any */
	u8	tos;
};

/*
 * Finds the route of @fl and fills @rt.  Any context.  Returns 0; -ENETUNREACH, -EHOSTUNREACH,
 * -EACCES (prohibit), -EINVAL (blackhole, or fl->saddr is not ours).  0.0.0.0 as destination
 * stands for 127.0.0.1.
 */
int anp_route_get(struct net *net, const struct anp_flow *fl, struct anp_route *rt);

/* Forgets what @rt says. */
static inline void anp_route_put(struct anp_route *rt)
{
	rt->dev = NULL;
}

/* Changes with the kernel's FIB, addresses and links (rt_genid) and with what ICMP taught. */
static inline int anp_route_gen(const struct net *net)
{
	return atomic_read(&anp_net(net)->route_gen) + rt_genid_ipv4(net);
}

static inline bool anp_route_valid(const struct net *net, const struct anp_route *rt)
{
	return rt->dev && rt->gen == anp_route_gen(net);
}

/* Kind of @addr as seen by @net's anp devices: RTN_LOCAL, RTN_BROADCAST, RTN_MULTICAST, RTN_UNICAST. */
unsigned int anp_addr_type(struct net *net, __be32 addr);

#define ANP_IP_ROUTER_ALERT_LEN 4

/* How to send: what a socket's options say. */
struct anp_ip_opts {
	u8	proto;
	u8	tos;
	u8	ttl;		/* 0: the default */
	bool	df;		/* do not fragment; the caller learns -EMSGSIZE */
	bool	router_alert;	/* RFC 2113: routers on the way are to look into it */
	bool	stay;		/* a TTL of 0: a multicast for this host only */
};

/*
 * Puts an IPv4 header before skb->data (headroom: LL_MAX_HEADER + 20, or 24) and sends by @rt; fragments
 * when needed and allowed.  skb->sk must be of family AF_ANP (the net's ctl_sk where no socket
 * sends: anp_ip_set_owner_ctl()).  A GSO skb is not fragmented.  A stale @rt is looked up anew.
 * skb_set_dst_pending_confirm() before it confirms the neighbour.  Consumes @skb.
 * Returns 0 or a negative errno (drops are counted).
 */
int anp_ip_send(struct net *net, struct sk_buff *skb, const struct anp_route *rt,
		const struct anp_ip_opts *o);

/* Makes @net's control socket the owner of @skb: sent by the stack itself. */
void anp_ip_set_owner_ctl(struct net *net, struct sk_buff *skb);

/*
 * Transport protocols.  @rcv: skb->data at the transport header, skb_network_header() at a checked
 * IPv4 header, reassembled, for us; at least hdrlen bytes are linear.  Consumes the skb.
 * @err: an ICMP error; skb->data at the IPv4 header inside the message (checked, 8 bytes of
 * transport header are linear behind it), @type and @code of the ICMP message, @info: MTU or 0,
 * already mapped to @err (errno > 0, @hard as in Linux' icmp_err_convert).  Does not consume.
 */
struct anp_ip_proto {
	u8	proto;
	u8	hdrlen;
	bool	learns_mtu;	/* @err calls anp_pmtu_update() when it knows the packet for its own */
	void	(*rcv)(struct sk_buff *skb);
	void	(*err)(struct sk_buff *skb, u8 type, u8 code, u32 info, int err, bool hard);
};

/*
 * Raw sockets, which hear packets beside their protocols: both are called in softirq under RCU, look
 * at @skb only, and say whether there is a socket for it.  @rcv: skb->data at a checked IPv4 header,
 * reassembled, for us.  @err: as anp_ip_proto.err.
 */
struct anp_ip_raw {
	bool (*rcv)(struct net *net, struct sk_buff *skb);
	bool (*err)(struct sk_buff *skb, u8 type, u8 code, u32 info, int err, bool hard);
};

/* Counts raw sockets: without any, nobody asks for them. */
DECLARE_STATIC_KEY_FALSE(anp_ip_raw_used);

/* @raw is static; NULL, when there is no raw socket any more. */
void anp_ip_set_raw(const struct anp_ip_raw *raw);

/*
 * As anp_ip_send(), for a packet that begins with a complete IPv4 header of the program's (network and
 * transport header set).  It is not fragmented: -EMSGSIZE, and *@mtu is what the device takes.
 */
int anp_ip_send_whole(struct net *net, struct sk_buff *skb, const struct anp_route *rt, u32 *mtu);

/* Handlers are static and are registered before the family is; unregistering waits for readers. */
int anp_ip_register(const struct anp_ip_proto *p);
void anp_ip_unregister(const struct anp_ip_proto *p);

/*
 * A router says that packets to @daddr may not be larger than @mtu (RFC 1191); remembered for ten
 * minutes.  Returns what is believed: a very small MTU is raised.
 */
u32 anp_pmtu_update(struct net *net, __be32 daddr, u32 mtu);

/* Sends the ICMP error @type/@code about the received @skb (network header set).  Rate-limited. */
void anp_icmp_send(struct sk_buff *skb, u8 type, u8 code, __be32 info);

/* skb->dev's broadcast or multicast (link or IP) destination: no error and no RST may answer. */
bool anp_ip_is_broadcast(const struct sk_buff *skb);

int anp_ip_init(void);
void anp_ip_exit(void);
int anp_ip_net_init(struct anp_net *anet);	/* ctl_sk, fqdir, pmtu */
void anp_ip_net_exit(struct anp_net *anet);

/* ---- socket/ ---- */

/* Of struct inet_sock what sockets here have: behind it lies what ip_append_data() works with. */
#define ANP_INET_SIZE	offsetof(struct inet_sock, cork)

/* What a program of AF_INET6 has asked for. */
#define ANP_MAPPED_V6ONLY	BIT(0)	/* IPV6_V6ONLY */
#define ANP_MAPPED_PKTINFO	BIT(1)	/* IPV6_RECVPKTINFO, of datagram sockets */

/*
 * struct anp_sock - what all AF_ANP sockets have; it begins like a struct inet_sock (eBPF and others
 * look at it by protocol), and inet_sk() gives that.  Lock: the socket lock.
 */
struct anp_sock {
	struct sock		sk;		/* must be first */
	u8			inet[ANP_INET_SIZE - sizeof(struct sock)] __aligned(8);
	u16			addr_family;	/* ANP_ADDR_FAMILY */
	u8			pmtudisc;	/* IP_MTU_DISCOVER */
	u8			min_ttl;	/* IP_MINTTL; read without the lock */
	bool			freebind;	/* IP_FREEBIND */
	bool			recverr;	/* IP_RECVERR; read without the lock */
	u8			mapped;		/* ANP_MAPPED_*; read without the lock */
};

static inline struct anp_sock *anp_sk(const struct sock *sk)
{
	return (struct anp_sock *)sk;
}

/* Instead of a protocol: the type has them all, but 0. */
#define ANP_ANY_PROTOCOL	(-1)

/* A family's type and protocol, registered by stream, UDP, ping and raw. */
struct anp_sock_type {
	struct list_head	node;
	int			type;		/* SOCK_* */
	int			protocol;	/* IPPROTO_*, ANP_ANY_PROTOCOL */
	bool			is_default;	/* for protocol 0 */
	struct proto		*prot;
	const struct proto_ops	*ops;
};

int anp_sock_register(struct anp_sock_type *t);
void anp_sock_unregister(struct anp_sock_type *t);

int anp_family_init(void);	/* sock_register(): after everything else */
void anp_family_exit(void);
int anp_stream_init(void);	/* TCP: caches, hashes, handler, type */
void anp_stream_exit(void);
void anp_stream_net_exit(struct anp_net *anet);	/* purge TIME-WAIT and requests */
/* net.anp.tcp_mem and udp_mem, pages of all namespaces: no limit below, pressure, no more. */
extern long anp_tcp_mem[3];	/* socket/stream.c */
extern long anp_udp_mem[3];	/* udp/memory.c */
/* Fast Open: state; keys as bytes, @n of them (room for ANP_FO_KEYS_LEN); paths are trusted anew. */
#define ANP_FO_KEY_LEN	16
#define ANP_FO_KEYS_LEN	(ANP_FO_KEY_LEN * ANP_TCP_FO_KEYS)
int anp_fo_net_init(struct anp_net *anet);
void anp_fo_net_exit(struct anp_net *anet);
void anp_fo_net_keys_set(struct anp_net *anet, const u8 *bytes, unsigned int n);
unsigned int anp_fo_net_keys_get(struct anp_net *anet, u8 *bytes);
void anp_fo_trust(struct anp_net *anet);

void anp_tcp_cong_net_init(struct anp_net *anet);
void anp_tcp_cong_net_exit(struct anp_net *anet);

/* What the TCP sockets of @net begin with: its name; another one (-ENOENT, -EPERM, -EBUSY). */
void anp_tcp_cong_default_name(struct net *net, char *name);
int anp_tcp_cong_set_default(struct net *net, const char *name);

/* Names with spaces between: of all controls, or of those that @allowed says any program may have. */
void anp_tcp_cong_list(char *buf, size_t size, bool allowed);

/* Any program may have those in @names, and no others.  Changes @names.  0 or -ENOENT: as before. */
int anp_tcp_cong_set_allowed(char *names);
int anp_udp_init(void);
void anp_udp_exit(void);
int anp_ping_init(void);
void anp_ping_exit(void);
int anp_raw_init(void);
void anp_raw_exit(void);

/*
 * Shared by the proto_ops of all types (socket/family.c, options.c).
 *
 * anp_addr_take(): @uaddr of @len may be used on @sk: AF_ANP or AF_INET (AF_UNSPEC where
 * @unspec_ok), at least 16 bytes.  One of AF_INET6 becomes the IPv4 address that it stands for, if
 * the socket was told to speak so; @local: it is to be this host's.  Returns 0, -EINVAL,
 * -EAFNOSUPPORT, or for a real IPv6 address -EADDRNOTAVAIL (@local) or -ENETUNREACH.
 * anp_addr_fill(): answers in the family the socket was told to; returns the length.
 */
int anp_addr_take(const struct sock *sk, struct sockaddr_unsized *uaddr, int len, bool unspec_ok,
		  bool local);
int anp_addr_fill(const struct sock *sk, struct sockaddr *uaddr, __be32 addr, __be16 port);

/*
 * Sockets that share a port (socket/reuseport.c), in groups of the kernel's.  Under the lock of the
 * hash that they are in, but for select(), which is under RCU.
 *
 * anp_reuseport_may(): may @sk share a port that others have?  Not if it brings a program of its own,
 * as in Linux.
 * anp_reuseport_together(): are @sk and @other, of one namespace and port, of one group?
 * anp_reuseport_join(): @sk joins @other's, or begins one if that is NULL; 0 or -ENOMEM.
 * anp_reuseport_leave(): of any group, if it is in one.
 * anp_reuseport_select(): which of @sk's group a packet is for whose peers' @hash this is: as its
 * program says of @skb, behind @hdr_len bytes; @sk if it has no group, NULL if the program wants it
 * dropped.
 */
bool anp_reuseport_may(const struct sock *sk);
bool anp_reuseport_together(const struct sock *sk, const struct sock *other);
int anp_reuseport_join(struct sock *sk, struct sock *other);
void anp_reuseport_leave(struct sock *sk);
struct sock *anp_reuseport_select(struct sock *sk, u32 hash, struct sk_buff *skb, int hdr_len);

/*
 * Of sockets that were told to speak AF_INET6 (socket/mapped.c).  anp_mapped_take() and _fill(): as
 * above, for these.  anp_mapped_option(): replaces an option of SOL_IPV6 by its twin of SOL_IP;
 * false: it has none.  The others are anp_mapped_set()'s and _get()'s.
 */
bool anp_mapped(const struct sock *sk);
int anp_mapped_take(const struct sock *sk, struct sockaddr_unsized *uaddr, int len, bool local);
int anp_mapped_fill(struct sockaddr *uaddr, __be32 addr, __be16 port);
bool anp_mapped_option(const struct sock *sk, int *level, int *optname);
int anp_mapped_set(struct sock *sk, int optname, sockptr_t optval, unsigned int optlen);
int anp_mapped_get(struct sock *sk, int optname, int len, char __user *optval, int __user *optlen);

int anp_getname(struct socket *sock, struct sockaddr *uaddr, int peer);

/* @n bytes of @skb from @off on to @msg; a small message takes no walk over the skb.  0 or -EFAULT. */
int anp_copy_out(const struct sk_buff *skb, int off, struct msghdr *msg, size_t n);
int anp_release(struct socket *sock);
int anp_ioctl(struct socket *sock, unsigned int cmd, unsigned long arg);
int anp_setsockopt(struct socket *sock, int level, int optname, sockptr_t optval,
		   unsigned int optlen);
int anp_getsockopt(struct socket *sock, int level, int optname, char __user *optval,
		   int __user *optlen);
/* What setsockopt() of SOL_IP was given as a number: as Linux takes an int, a byte or nothing. */
int anp_get_ip_number(int optname, sockptr_t optval, unsigned int optlen, int *val);

/* Answers a getsockopt() of SOL_IP for a number, @len what the program has room for (>= 0). */
int anp_put_ip_number(int val, int len, char __user *optval, int __user *optlen);

/*
 * What a received skb in a datagram socket's queue, or about an ICMP error in an error queue, carries;
 * the core keeps its own at the end of cb.
 */
struct anp_rx_cb {
	int	ifindex;
	__be32	spec_dst;	/* only where the socket wants IP_PKTINFO */
};

static inline struct anp_rx_cb *anp_rx_cb(struct sk_buff *skb)
{
	BUILD_BUG_ON(sizeof(struct anp_rx_cb) > sizeof(skb->cb) - sizeof(u64));
	return (struct anp_rx_cb *)skb->cb;
}

static inline bool anp_is_udp(const struct sock *sk)
{
	return sk->sk_type == SOCK_DGRAM && sk->sk_protocol == IPPROTO_UDP;
}

struct sock_extended_err;

/*
 * The error queue of IP_RECVERR (socket/errqueue.c).
 *
 * anp_errqueue_icmp(): @skb, an ICMP error as anp_ip_proto.err gets it, says @ee of a packet to port
 * @port; the program gets what lies @off bytes behind skb->data.  Softirq, under RCU; only looks.
 * anp_errqueue_local(): likewise an error found while sending to @daddr.  May sleep.
 * anp_recv_error(): recvmsg() with MSG_ERRQUEUE; @cmsgs adds those that the type of socket has
 * (NULL: none).  Returns the length or a negative errno.
 */
void anp_errqueue_icmp(struct sock *sk, const struct sk_buff *skb,
		       const struct sock_extended_err *ee, unsigned int off, __be16 port);
void anp_errqueue_local(struct sock *sk, int err, __be32 daddr, __be16 port, u32 info);
int anp_recv_error(struct sock *sk, struct msghdr *msg, size_t len,
		   void (*cmsgs)(struct msghdr *msg, struct sock *sk, struct sk_buff *skb));

/*
 * MSG_ZEROCOPY: who is to be told when the pages of this send of @len bytes are free, io_uring or the
 * error queue.  @last: whose notice this send may share, if it follows on that one; socket lock held then.
 * Returns NULL where nobody is: the program has not asked for it before, and the flag says nothing.
 * -ENOBUFS: more notices than may wait unread.
 */
struct ubuf_info *anp_zerocopy_begin(struct sock *sk, const struct msghdr *msg, size_t len,
				     struct ubuf_info *last);

/* The send that began with @uarg, if any, is over; @failed: there is nothing to tell of. */
void anp_zerocopy_end(struct ubuf_info *uarg, bool failed);

/* May this socket bind to an address of the kind @type?  IP_FREEBIND does not ask whose it is. */
static inline bool anp_bind_allowed(const struct sock *sk, unsigned int type)
{
	return type == RTN_LOCAL || (type == RTN_UNICAST && READ_ONCE(anp_sk(sk)->freebind));
}

/* May this socket bind to @port (host order)?  CAP_NET_BIND_SERVICE below 1024. */
bool anp_port_allowed(const struct sock *sk, u16 port);

/* The route to @sk's peer in @cache, as it was found before or looked up anew.  Socket lock held. */
int anp_sk_route(struct sock *sk, struct anp_route *cache);

#endif /* ANP_ANP_H */
