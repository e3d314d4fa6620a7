/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The socket options of socket(7), ip(7), udp(7) and tcp(7), and what ANP does with each.  One list:
 * the module takes from it the names that /proc/net/anp/compat shows and the errors of what it
 * refuses, userspace/man/options.sh the table in af_anp(7), selftests/api/options.sh the cases that
 * are compared with AF_INET.
 *
 *	X(level, option, sockets, error, note)
 *
 * @sockets: which have it, by letter: Stream, Udp, Ping; "" for none
 * @error: what the others answer to setsockopt(); in all but a few cases that of an unknown option
 * @note: for the man page, "" if ip(7) and the others tell it all
 */
#ifndef ANP_SOCKET_OPTION_LIST_H
#define ANP_SOCKET_OPTION_LIST_H

#define ANP_OPTION_LIST(X) \
	X(SOL_IP, IP_TOS, "SUP", ENOPROTOOPT, "the ECN bits of a connection are TCP's") \
	X(SOL_IP, IP_TTL, "SUP", ENOPROTOOPT, "") \
	X(SOL_IP, IP_HDRINCL, "", ENOPROTOOPT, "") \
	X(SOL_IP, IP_OPTIONS, "", ENOPROTOOPT, "none are sent; reads as empty") \
	X(SOL_IP, IP_ROUTER_ALERT, "", EINVAL, "") \
	X(SOL_IP, IP_RECVOPTS, "UP", ENOPROTOOPT, "") \
	X(SOL_IP, IP_RETOPTS, "UP", ENOPROTOOPT, "") \
	X(SOL_IP, IP_PKTINFO, "UP", ENOPROTOOPT, "") \
	X(SOL_IP, IP_PKTOPTIONS, "", ENOPROTOOPT, "") \
	X(SOL_IP, IP_MTU_DISCOVER, "SUP", ENOPROTOOPT, "") \
	X(SOL_IP, IP_RECVERR, "UP", ENOPROTOOPT, "a stream takes 0 only") \
	X(SOL_IP, IP_RECVTTL, "UP", ENOPROTOOPT, "") \
	X(SOL_IP, IP_RECVTOS, "UP", ENOPROTOOPT, "") \
	X(SOL_IP, IP_MTU, "SUP", ENOPROTOOPT, "can only be read, when connected") \
	X(SOL_IP, IP_FREEBIND, "SUP", ENOPROTOOPT, "") \
	X(SOL_IP, IP_IPSEC_POLICY, "", ENOPROTOOPT, "no IPsec") \
	X(SOL_IP, IP_XFRM_POLICY, "", ENOPROTOOPT, "no IPsec") \
	X(SOL_IP, IP_PASSSEC, "", ENOPROTOOPT, "") \
	X(SOL_IP, IP_TRANSPARENT, "", ENOPROTOOPT, "packets to others' addresses are not taken") \
	X(SOL_IP, IP_RECVORIGDSTADDR, "UP", ENOPROTOOPT, "") \
	X(SOL_IP, IP_MINTTL, "S", ENOPROTOOPT, "") \
	X(SOL_IP, IP_NODEFRAG, "", ENOPROTOOPT, "") \
	X(SOL_IP, IP_CHECKSUM, "", ENOPROTOOPT, "") \
	X(SOL_IP, IP_BIND_ADDRESS_NO_PORT, "SUP", ENOPROTOOPT, "") \
	X(SOL_IP, IP_RECVFRAGSIZE, "", ENOPROTOOPT, "") \
	X(SOL_IP, IP_RECVERR_RFC4884, "", ENOPROTOOPT, "") \
	X(SOL_IP, IP_MULTICAST_IF, "UP", ENOPROTOOPT, "") \
	X(SOL_IP, IP_MULTICAST_TTL, "UP", ENOPROTOOPT, "") \
	X(SOL_IP, IP_MULTICAST_LOOP, "UP", ENOPROTOOPT, "") \
	X(SOL_IP, IP_ADD_MEMBERSHIP, "UP", ENOPROTOOPT, "") \
	X(SOL_IP, IP_DROP_MEMBERSHIP, "UP", ENOPROTOOPT, "") \
	X(SOL_IP, IP_UNBLOCK_SOURCE, "UP", ENOPROTOOPT, "") \
	X(SOL_IP, IP_BLOCK_SOURCE, "UP", ENOPROTOOPT, "") \
	X(SOL_IP, IP_ADD_SOURCE_MEMBERSHIP, "UP", ENOPROTOOPT, "") \
	X(SOL_IP, IP_DROP_SOURCE_MEMBERSHIP, "UP", ENOPROTOOPT, "") \
	X(SOL_IP, IP_MSFILTER, "UP", ENOPROTOOPT, "") \
	X(SOL_IP, MCAST_JOIN_GROUP, "UP", ENOPROTOOPT, "") \
	X(SOL_IP, MCAST_BLOCK_SOURCE, "UP", ENOPROTOOPT, "") \
	X(SOL_IP, MCAST_UNBLOCK_SOURCE, "UP", ENOPROTOOPT, "") \
	X(SOL_IP, MCAST_LEAVE_GROUP, "UP", ENOPROTOOPT, "") \
	X(SOL_IP, MCAST_JOIN_SOURCE_GROUP, "UP", ENOPROTOOPT, "") \
	X(SOL_IP, MCAST_LEAVE_SOURCE_GROUP, "UP", ENOPROTOOPT, "") \
	X(SOL_IP, MCAST_MSFILTER, "", ENOPROTOOPT, "use IP_MSFILTER") \
	X(SOL_IP, IP_MULTICAST_ALL, "UP", ENOPROTOOPT, "") \
	X(SOL_IP, IP_UNICAST_IF, "UP", ENOPROTOOPT, "") \
	X(SOL_IP, IP_LOCAL_PORT_RANGE, "", ENOPROTOOPT, "") \
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
	X(SOL_TCP, TCP_SAVE_SYN, "", ENOPROTOOPT, "") \
	X(SOL_TCP, TCP_SAVED_SYN, "", ENOPROTOOPT, "") \
	X(SOL_TCP, TCP_FASTOPEN_CONNECT, "S", ENOPROTOOPT, "") \
	X(SOL_TCP, TCP_ULP, "", ENOPROTOOPT, "no kernel TLS") \
	X(SOL_TCP, TCP_FASTOPEN_KEY, "S", ENOPROTOOPT, "") \
	X(SOL_TCP, TCP_FASTOPEN_NO_COOKIE, "S", ENOPROTOOPT, "") \
	X(SOL_TCP, TCP_ZEROCOPY_RECEIVE, "", ENOPROTOOPT, "") \
	X(SOL_TCP, TCP_INQ, "S", ENOPROTOOPT, "") \
	X(SOL_TCP, TCP_CC_INFO, "S", ENOPROTOOPT, "can only be read") \
	X(SOL_TCP, TCP_TX_DELAY, "", ENOPROTOOPT, "") \
	X(SOL_ANP, ANP_ADDR_FAMILY, "SUP", ENOPROTOOPT, "") \
	X(SOL_ANP, ANP_REUSEPORT, "SUP", ENOPROTOOPT, "") \
	X(SOL_ANP, ANP_ZEROCOPY, "S", ENOPROTOOPT, "")

/*
 * Those of SOL_SOCKET are the kernel's core's, which asks the family for nothing before Linux 6.12.
 * The error is what it answers for a family that is not AF_INET; SOCK: as on a socket of AF_INET.
 */
#define ANP_SOCKET_OPTION_LIST(X) \
	X(SO_ACCEPTCONN, "SUP", 0, "can only be read") \
	X(SO_ATTACH_FILTER, "SUP", 0, "a stream's program sees a segment from its TCP header on") \
	X(SO_BINDTODEVICE, "SUP", 0, "of an ANP device") \
	X(SO_BROADCAST, "SUP", 0, "") \
	X(SO_BUSY_POLL, "SUP", 0, "") \
	X(SO_COOKIE, "SUP", 0, "can only be read") \
	X(SO_DEBUG, "SUP", 0, "") \
	X(SO_DOMAIN, "SUP", 0, "AF_ANP; AF_INET in anp run") \
	X(SO_DONTROUTE, "SUP", 0, "") \
	X(SO_ERROR, "SUP", 0, "can only be read") \
	X(SO_INCOMING_CPU, "SUP", 0, "") \
	X(SO_INCOMING_NAPI_ID, "SUP", 0, "can only be read") \
	X(SO_KEEPALIVE, "S", 0, "") \
	X(SO_LINGER, "SUP", 0, "") \
	X(SO_LOCK_FILTER, "SUP", 0, "") \
	X(SO_MARK, "SUP", 0, "") \
	X(SO_MAX_PACING_RATE, "SUP", 0, "TCP: kept by the connection itself; the others: by the qdisc fq") \
	X(SO_MEMINFO, "SUP", 0, "can only be read") \
	X(SO_NO_CHECK, "SUP", 0, "UDP: send without checksums") \
	X(SO_OOBINLINE, "SUP", 0, "") \
	X(SO_PEEK_OFF, "U", EOPNOTSUPP, "") \
	X(SO_PRIORITY, "SUP", 0, "") \
	X(SO_PROTOCOL, "SUP", 0, "can only be read") \
	X(SO_RCVBUF, "SUP", 0, "") \
	X(SO_RCVBUFFORCE, "SUP", 0, "") \
	X(SO_RCVLOWAT, "SUP", 0, "") \
	X(SO_RCVTIMEO, "SUP", 0, "") \
	X(SO_REUSEADDR, "SUP", 0, "off at first, also on a ping socket") \
	X(SO_REUSEPORT, "SUP", EOPNOTSUPP, "before Linux 6.12 by ANP_REUSEPORT or anp run only") \
	X(SO_RXQ_OVFL, "SUP", 0, "") \
	X(SO_SELECT_ERR_QUEUE, "SUP", 0, "") \
	X(SO_SNDBUF, "SUP", 0, "") \
	X(SO_SNDBUFFORCE, "SUP", 0, "") \
	X(SO_SNDTIMEO, "SUP", 0, "") \
	X(SO_TIMESTAMP, "SUP", 0, "") \
	X(SO_TIMESTAMPNS, "SUP", 0, "") \
	X(SO_TIMESTAMPING, "SUP", 0, "in software") \
	X(SO_TXTIME, "SUP", 0, "") \
	X(SO_TYPE, "SUP", 0, "can only be read")

#endif /* ANP_SOCKET_OPTION_LIST_H */
