/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The socket options of socket(7), ip(7), udp(7) and tcp(7), and what ANP does with each.  One list:
 * the module takes from it the names that /proc/net/anp/compat shows and the errors of what it
 * refuses, userspace/man/options.sh the table in af_anp(7), selftests/api/options.sh the cases that
 * are compared with AF_INET.
 *
 *	X(level, option, sockets, error, note)
 *
 * @sockets: which have it, by letter: Stream, Udp, Ping, Raw; "" for none
 * @error: what the others answer to setsockopt(); in all but a few cases that of an unknown option
 * @note: for the man page, "" if ip(7) and the others tell it all
 */
#ifndef ANP_SOCKET_OPTION_LIST_H
#define ANP_SOCKET_OPTION_LIST_H

#define ANP_OPTION_LIST(X) \
	X(SOL_IP, IP_TOS, "SUPR", ENOPROTOOPT, "the ECN bits of a connection are TCP's") \
	X(SOL_IP, IP_TTL, "SUPR", ENOPROTOOPT, "") \
	X(SOL_IP, IP_HDRINCL, "R", ENOPROTOOPT, "") \
	X(SOL_IP, IP_OPTIONS, "", ENOPROTOOPT, "none are sent; reads as empty") \
	X(SOL_IP, IP_ROUTER_ALERT, "", EINVAL, "") \
	X(SOL_IP, IP_RECVOPTS, "UPR", ENOPROTOOPT, "") \
	X(SOL_IP, IP_RETOPTS, "UPR", ENOPROTOOPT, "") \
	X(SOL_IP, IP_PKTINFO, "UPR", ENOPROTOOPT, "") \
	X(SOL_IP, IP_PKTOPTIONS, "", ENOPROTOOPT, "") \
	X(SOL_IP, IP_MTU_DISCOVER, "SUPR", ENOPROTOOPT, "") \
	X(SOL_IP, IP_RECVERR, "SUPR", ENOPROTOOPT, "") \
	X(SOL_IP, IP_RECVTTL, "UPR", ENOPROTOOPT, "") \
	X(SOL_IP, IP_RECVTOS, "UPR", ENOPROTOOPT, "") \
	X(SOL_IP, IP_MTU, "SUPR", ENOPROTOOPT, "can only be read, when connected") \
	X(SOL_IP, IP_FREEBIND, "SUPR", ENOPROTOOPT, "") \
	X(SOL_IP, IP_IPSEC_POLICY, "", ENOPROTOOPT, "no IPsec") \
	X(SOL_IP, IP_XFRM_POLICY, "", ENOPROTOOPT, "no IPsec") \
	X(SOL_IP, IP_PASSSEC, "", ENOPROTOOPT, "") \
	X(SOL_IP, IP_TRANSPARENT, "", ENOPROTOOPT, "packets to others' addresses are not taken") \
	X(SOL_IP, IP_RECVORIGDSTADDR, "UPR", ENOPROTOOPT, "") \
	X(SOL_IP, IP_MINTTL, "S", ENOPROTOOPT, "") \
	X(SOL_IP, IP_NODEFRAG, "", ENOPROTOOPT, "") \
	X(SOL_IP, IP_CHECKSUM, "", ENOPROTOOPT, "") \
	X(SOL_IP, IP_BIND_ADDRESS_NO_PORT, "SUPR", ENOPROTOOPT, "") \
	X(SOL_IP, IP_RECVFRAGSIZE, "", ENOPROTOOPT, "") \
	X(SOL_IP, IP_RECVERR_RFC4884, "", ENOPROTOOPT, "") \
	X(SOL_IP, IP_MULTICAST_IF, "UPR", ENOPROTOOPT, "") \
	X(SOL_IP, IP_MULTICAST_TTL, "UPR", ENOPROTOOPT, "") \
	X(SOL_IP, IP_MULTICAST_LOOP, "UPR", ENOPROTOOPT, "") \
	X(SOL_IP, IP_ADD_MEMBERSHIP, "UPR", ENOPROTOOPT, "") \
	X(SOL_IP, IP_DROP_MEMBERSHIP, "UPR", ENOPROTOOPT, "") \
	X(SOL_IP, IP_UNBLOCK_SOURCE, "UPR", ENOPROTOOPT, "") \
	X(SOL_IP, IP_BLOCK_SOURCE, "UPR", ENOPROTOOPT, "") \
	X(SOL_IP, IP_ADD_SOURCE_MEMBERSHIP, "UPR", ENOPROTOOPT, "") \
	X(SOL_IP, IP_DROP_SOURCE_MEMBERSHIP, "UPR", ENOPROTOOPT, "") \
	X(SOL_IP, IP_MSFILTER, "UPR", ENOPROTOOPT, "") \
	X(SOL_IP, MCAST_JOIN_GROUP, "UPR", ENOPROTOOPT, "") \
	X(SOL_IP, MCAST_BLOCK_SOURCE, "UPR", ENOPROTOOPT, "") \
	X(SOL_IP, MCAST_UNBLOCK_SOURCE, "UPR", ENOPROTOOPT, "") \
	X(SOL_IP, MCAST_LEAVE_GROUP, "UPR", ENOPROTOOPT, "") \
	X(SOL_IP, MCAST_JOIN_SOURCE_GROUP, "UPR", ENOPROTOOPT, "") \
	X(SOL_IP, MCAST_LEAVE_SOURCE_GROUP, "UPR", ENOPROTOOPT, "") \
	X(SOL_IP, MCAST_MSFILTER, "UPR", ENOPROTOOPT, "") \
	X(SOL_IP, IP_MULTICAST_ALL, "UPR", ENOPROTOOPT, "") \
	X(SOL_IP, IP_UNICAST_IF, "UPR", ENOPROTOOPT, "") \
	X(SOL_IP, IP_LOCAL_PORT_RANGE, "", ENOPROTOOPT, "") \
	X(SOL_RAW, ICMP_FILTER, "R", ENOPROTOOPT, "with IPPROTO_ICMP; else EOPNOTSUPP") \
	X(SOL_UDP, UDP_CORK, "U", ENOPROTOOPT, "") \
	X(SOL_UDP, UDP_ENCAP, "", ENOPROTOOPT, "no IPsec, no tunnels") \
	X(SOL_UDP, UDP_NO_CHECK6_TX, "", ENOPROTOOPT, "IPv6 only") \
	X(SOL_UDP, UDP_NO_CHECK6_RX, "", ENOPROTOOPT, "IPv6 only") \
	X(SOL_UDP, UDP_SEGMENT, "U", ENOPROTOOPT, "") \
	X(SOL_UDP, UDP_GRO, "U", ENOPROTOOPT, "") \
	X(SOL_TCP, TCP_NODELAY, "S", ENOPROTOOPT, "") \
	X(SOL_TCP, TCP_MAXSEG, "S", ENOPROTOOPT, "") \
	X(SOL_TCP, TCP_CORK, "S", ENOPROTOOPT, "") \
	X(SOL_TCP, TCP_KEEPIDLE, "S", ENOPROTOOPT, "") \
	X(SOL_TCP, TCP_KEEPINTVL, "S", ENOPROTOOPT, "") \
	X(SOL_TCP, TCP_KEEPCNT, "S", ENOPROTOOPT, "") \
	X(SOL_TCP, TCP_SYNCNT, "S", ENOPROTOOPT, "") \
	X(SOL_TCP, TCP_LINGER2, "S", ENOPROTOOPT, "") \
	X(SOL_TCP, TCP_DEFER_ACCEPT, "S", ENOPROTOOPT, "") \
	X(SOL_TCP, TCP_WINDOW_CLAMP, "S", ENOPROTOOPT, "") \
	X(SOL_TCP, TCP_INFO, "S", ENOPROTOOPT, "can only be read") \
	X(SOL_TCP, TCP_QUICKACK, "S", ENOPROTOOPT, "") \
	X(SOL_TCP, TCP_CONGESTION, "S", ENOPROTOOPT, "the algorithms of ANP") \
	X(SOL_TCP, TCP_MD5SIG, "", ENOPROTOOPT, "") \
	X(SOL_TCP, TCP_MD5SIG_EXT, "", ENOPROTOOPT, "") \
	X(SOL_TCP, TCP_USER_TIMEOUT, "S", ENOPROTOOPT, "") \
	X(SOL_TCP, TCP_REPAIR, "", ENOPROTOOPT, "") \
	X(SOL_TCP, TCP_FASTOPEN, "S", ENOPROTOOPT, "") \
	X(SOL_TCP, TCP_TIMESTAMP, "", ENOPROTOOPT, "") \
	X(SOL_TCP, TCP_NOTSENT_LOWAT, "S", ENOPROTOOPT, "") \
	X(SOL_TCP, TCP_SAVE_SYN, "S", ENOPROTOOPT, "") \
	X(SOL_TCP, TCP_SAVED_SYN, "S", ENOPROTOOPT, "can only be read, once") \
	X(SOL_TCP, TCP_FASTOPEN_CONNECT, "S", ENOPROTOOPT, "") \
	X(SOL_TCP, TCP_ULP, "", ENOPROTOOPT, "no kernel TLS") \
	X(SOL_TCP, TCP_FASTOPEN_KEY, "S", ENOPROTOOPT, "") \
	X(SOL_TCP, TCP_FASTOPEN_NO_COOKIE, "S", ENOPROTOOPT, "") \
	X(SOL_TCP, TCP_ZEROCOPY_RECEIVE, "", ENOPROTOOPT, "") \
	X(SOL_TCP, TCP_INQ, "S", ENOPROTOOPT, "") \
	X(SOL_TCP, TCP_CC_INFO, "S", ENOPROTOOPT, "can only be read") \
	X(SOL_TCP, TCP_TX_DELAY, "", ENOPROTOOPT, "") \
	X(SOL_ANP, ANP_ADDR_FAMILY, "SUPR", ENOPROTOOPT, "") \
	X(SOL_ANP, ANP_REUSEPORT, "SUPR", ENOPROTOOPT, "") \
	X(SOL_ANP, ANP_ZEROCOPY, "SU", ENOPROTOOPT, "")

/*
 * Those of SOL_SOCKET are the kernel's core's, which asks the family for nothing before Linux 6.12.
 * The error is what it answers for a family that is not AF_INET; SOCK: as on a socket of AF_INET.
 */
#define ANP_SOCKET_OPTION_LIST(X) \
	X(SO_ACCEPTCONN, "SUPR", 0, "can only be read") \
	X(SO_ATTACH_FILTER, "SUPR", 0, "a stream's program sees a segment from its TCP header on") \
	X(SO_ATTACH_REUSEPORT_CBPF, "SUPR", 0, "UDP, and listeners: chooses among those that share a port") \
	X(SO_ATTACH_REUSEPORT_EBPF, "SUPR", 0, "likewise") \
	X(SO_BINDTODEVICE, "SUPR", 0, "of an ANP device") \
	X(SO_BROADCAST, "SUPR", 0, "") \
	X(SO_BUSY_POLL, "SUPR", 0, "") \
	X(SO_COOKIE, "SUPR", 0, "can only be read") \
	X(SO_DEBUG, "SUPR", 0, "") \
	X(SO_DOMAIN, "SUPR", 0, "AF_ANP; AF_INET in anp run") \
	X(SO_DONTROUTE, "SUPR", 0, "") \
	X(SO_ERROR, "SUPR", 0, "can only be read") \
	X(SO_INCOMING_CPU, "SUPR", 0, "") \
	X(SO_INCOMING_NAPI_ID, "SUPR", 0, "can only be read") \
	X(SO_KEEPALIVE, "S", 0, "") \
	X(SO_LINGER, "SUPR", 0, "") \
	X(SO_LOCK_FILTER, "SUPR", 0, "") \
	X(SO_MARK, "SUPR", 0, "") \
	X(SO_MAX_PACING_RATE, "SUPR", 0, "TCP: kept by the connection itself; the others: by the qdisc fq") \
	X(SO_MEMINFO, "SUPR", 0, "can only be read") \
	X(SO_NO_CHECK, "SUPR", 0, "UDP: send without checksums") \
	X(SO_OOBINLINE, "SUPR", 0, "") \
	X(SO_PEEK_OFF, "SU", EOPNOTSUPP, "") \
	X(SO_PRIORITY, "SUPR", 0, "") \
	X(SO_PROTOCOL, "SUPR", 0, "can only be read") \
	X(SO_RCVBUF, "SUPR", 0, "") \
	X(SO_RCVBUFFORCE, "SUPR", 0, "") \
	X(SO_RCVLOWAT, "SUPR", 0, "") \
	X(SO_RCVTIMEO, "SUPR", 0, "") \
	X(SO_REUSEADDR, "SUPR", 0, "off at first, also on a ping socket") \
	X(SO_REUSEPORT, "SUPR", EOPNOTSUPP, "before Linux 6.12 by ANP_REUSEPORT or anp run only") \
	X(SO_RXQ_OVFL, "SUPR", 0, "") \
	X(SO_SELECT_ERR_QUEUE, "SUPR", 0, "") \
	X(SO_SNDBUF, "SUPR", 0, "") \
	X(SO_SNDBUFFORCE, "SUPR", 0, "") \
	X(SO_SNDTIMEO, "SUPR", 0, "") \
	X(SO_TIMESTAMP, "SUPR", 0, "") \
	X(SO_TIMESTAMPNS, "SUPR", 0, "") \
	X(SO_TIMESTAMPING, "SUPR", 0, "in software") \
	X(SO_TXTIME, "SUPR", 0, "") \
	X(SO_TYPE, "SUPR", 0, "can only be read")

#endif /* ANP_SOCKET_OPTION_LIST_H */
