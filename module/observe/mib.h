/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The counters: one list, from which come the enumerators, the names that /proc/net/anp/stat and
 * `anp stat` print, and the names of drop reasons in tracepoints.  Names are those of nstat where
 * Linux has the counter; what only ANP has starts with Anp.  Items from ANP_MIB_DROP_FIRST on are
 * reasons for which a packet is dropped: each dropped packet counts exactly one of them.
 */
#ifndef ANP_OBSERVE_MIB_H
#define ANP_OBSERVE_MIB_H

#define ANP_MIB_LIST(X) \
	X(IP_IN_RECEIVES, "IpInReceives") \
	X(IP_IN_DELIVERS, "IpInDelivers") \
	X(IP_OUT_REQUESTS, "IpOutRequests") \
	X(IP_REASM_REQDS, "IpReasmReqds") \
	X(IP_REASM_OKS, "IpReasmOKs") \
	X(IP_FRAG_OKS, "IpFragOKs") \
	X(IP_FRAG_CREATES, "IpFragCreates") \
	X(ARP_IN_REQUESTS, "AnpArpInRequests") \
	X(ARP_IN_REPLIES, "AnpArpInReplies") \
	X(ARP_OUT_REQUESTS, "AnpArpOutRequests") \
	X(ARP_OUT_REPLIES, "AnpArpOutReplies") \
	X(ICMP_IN_MSGS, "IcmpInMsgs") \
	X(ICMP_IN_ECHOS, "IcmpInEchos") \
	X(ICMP_IN_ECHO_REPS, "IcmpInEchoReps") \
	X(ICMP_IN_DEST_UNREACHS, "IcmpInDestUnreachs") \
	X(ICMP_IN_TIME_EXCDS, "IcmpInTimeExcds") \
	X(ICMP_IN_PARM_PROBS, "IcmpInParmProbs") \
	X(ICMP_OUT_MSGS, "IcmpOutMsgs") \
	X(ICMP_OUT_ECHOS, "IcmpOutEchos") \
	X(ICMP_OUT_ECHO_REPS, "IcmpOutEchoReps") \
	X(ICMP_OUT_DEST_UNREACHS, "IcmpOutDestUnreachs") \
	X(ICMP_OUT_TIME_EXCDS, "IcmpOutTimeExcds") \
	X(ICMP_OUT_PARM_PROBS, "IcmpOutParmProbs") \
	X(ICMP_OUT_RATELIMIT, "IcmpOutRateLimitHost") \
	X(IGMP_IN_MSGS, "AnpIgmpInMsgs") \
	X(IGMP_OUT_MSGS, "AnpIgmpOutMsgs") \
	X(PMTU_UPDATES, "AnpPmtuUpdates") \
	X(UDP_IN_DATAGRAMS, "UdpInDatagrams") \
	X(UDP_OUT_DATAGRAMS, "UdpOutDatagrams") \
	X(UDP_SNDBUF_ERRORS, "UdpSndbufErrors") \
	X(TCP_ACTIVE_OPENS, "TcpActiveOpens") \
	X(TCP_PASSIVE_OPENS, "TcpPassiveOpens") \
	X(TCP_ATTEMPT_FAILS, "TcpAttemptFails") \
	X(TCP_ESTAB_RESETS, "TcpEstabResets") \
	X(TCP_IN_SEGS, "TcpInSegs") \
	X(TCP_OUT_SEGS, "TcpOutSegs") \
	X(TCP_RETRANS_SEGS, "TcpRetransSegs") \
	X(TCP_OUT_RSTS, "TcpOutRsts") \
	X(TCP_ORIG_DATA_SENT, "TcpExtTCPOrigDataSent") \
	X(TCP_TIMEOUTS, "TcpExtTCPTimeouts") \
	X(TCP_FAST_RETRANS, "TcpExtTCPFastRetrans") \
	X(TCP_SLOW_START_RETRANS, "TcpExtTCPSlowStartRetrans") \
	X(TCP_RENO_RECOVERY, "TcpExtTCPRenoRecovery") \
	X(TCP_SACK_RECOVERY, "TcpExtTCPSackRecovery") \
	X(TCP_LOST_RETRANSMIT, "TcpExtTCPLostRetransmit") \
	X(TCP_SACK_REORDER, "TcpExtTCPSACKReorder") \
	X(TCP_SACK_RENEGING, "TcpExtTCPSACKReneging") \
	X(TCP_SACK_DISCARD, "TcpExtTCPSACKDiscard") \
	X(TCP_DSACK_RECV, "TcpExtTCPDSACKRecv") \
	X(TCP_DSACK_OFO_RECV, "TcpExtTCPDSACKOfoRecv") \
	X(TCP_DSACK_IGNORED, "TcpExtTCPDSACKIgnoredDubious") \
	X(TCP_DSACK_UNDO, "TcpExtTCPDSACKUndo") \
	X(TCP_FULL_UNDO, "TcpExtTCPFullUndo") \
	X(TCP_PARTIAL_UNDO, "TcpExtTCPPartialUndo") \
	X(TCP_LOSS_UNDO, "TcpExtTCPLossUndo") \
	X(TCP_SPURIOUS_RTOS, "TcpExtTCPSpuriousRTOs") \
	X(TCP_LOSS_PROBES, "TcpExtTCPLossProbes") \
	X(TCP_LOSS_PROBE_RECOVERY, "TcpExtTCPLossProbeRecovery") \
	X(TCP_WQUEUE_TOO_BIG, "TcpExtTCPWqueueTooBig") \
	X(TCP_SMALL_QUEUE, "AnpTcpSmallQueue") \
	X(TCP_AUTOCORKING, "TcpExtTCPAutoCorking") \
	X(TCP_SPURIOUS_RTX_HOST_QUEUES, "TcpExtTCPSpuriousRtxHostQueues") \
	X(TCP_COPIED_BYTES, "AnpTcpCopiedBytes") /* from programs, to be sent */ \
	X(TCP_HYSTART_CSS, "AnpTcpHystartCss") \
	X(TCP_HYSTART_EXIT, "TcpExtTCPHystartDelayDetect") \
	X(TCP_IN_CE, "AnpTcpInCE") \
	X(TCP_LOCAL_CONGESTION, "AnpTcpLocalCongestion") \
	X(TCP_ECN_REDUCTIONS, "AnpTcpEcnReductions") \
	X(TCP_SYN_RETRANS, "TcpExtTCPSynRetrans") \
	X(TCP_OFO_QUEUE, "TcpExtTCPOFOQueue") \
	X(TCP_OFO_MERGE, "TcpExtTCPOFOMerge") \
	X(TCP_DSACK_OLD_SENT, "TcpExtTCPDSACKOldSent") \
	X(TCP_DSACK_OFO_SENT, "TcpExtTCPDSACKOfoSent") \
	X(TCP_OFO_PRUNED, "TcpExtOfoPruned") \
	X(TCP_PRUNE_CALLED, "TcpExtPruneCalled") \
	X(TCP_RCV_COLLAPSED, "TcpExtTCPRcvCollapsed") \
	X(TCP_MEMORY_PRESSURES, "TcpExtTCPMemoryPressures") \
	X(TCP_DELAYED_ACKS, "TcpExtDelayedACKs") \
	X(TCP_CHALLENGE_ACK, "TcpExtTCPChallengeACK") \
	X(TCP_ACK_SKIPPED_SYN_RECV, "TcpExtTCPACKSkippedSynRecv") \
	X(TCP_ACK_SKIPPED_PAWS, "TcpExtTCPACKSkippedPAWS") \
	X(TCP_ACK_SKIPPED_SEQ, "TcpExtTCPACKSkippedSeq") \
	X(TCP_ACK_SKIPPED_FIN_WAIT2, "TcpExtTCPACKSkippedFinWait2") \
	X(TCP_ACK_SKIPPED_TIME_WAIT, "TcpExtTCPACKSkippedTimeWait") \
	X(TCP_ACK_SKIPPED_CHALLENGE, "TcpExtTCPACKSkippedChallenge") \
	X(TCP_SYN_CHALLENGE, "TcpExtTCPSYNChallenge") \
	X(TCP_TO_ZERO_WINDOW, "TcpExtTCPToZeroWindowAdv") \
	X(TCP_FROM_ZERO_WINDOW, "TcpExtTCPFromZeroWindowAdv") \
	X(TCP_WINPROBE, "TcpExtTCPWinProbe") \
	X(TCP_KEEPALIVE, "TcpExtTCPKeepAlive") \
	X(TCP_ABORT_ON_DATA, "TcpExtTCPAbortOnData") \
	X(TCP_ABORT_ON_CLOSE, "TcpExtTCPAbortOnClose") \
	X(TCP_ABORT_ON_TIMEOUT, "TcpExtTCPAbortOnTimeout") \
	X(TCP_ABORT_ON_LINGER, "TcpExtTCPAbortOnLinger") \
	X(TCP_ABORT_ON_MEMORY, "TcpExtTCPAbortOnMemory") \
	X(TCP_TW, "TcpExtTW") \
	X(TCP_TW_RECYCLED, "TcpExtTWRecycled") \
	X(TCP_PARKED, "AnpTcpParked") \
	X(TCP_UNPARKED, "AnpTcpUnparked") \
	X(TCP_TW_OVERFLOW, "TcpExtTCPTimeWaitOverflow") \
	X(TCP_REQ_RETRANS, "AnpTcpSynAckRetrans") \
	X(TCP_MTUP_FAIL, "TcpExtTCPMTUPFail") \
	X(TCP_MTUP_SUCCESS, "TcpExtTCPMTUPSuccess") \
	X(TCP_LISTEN_OVERFLOWS, "TcpExtListenOverflows") \
	X(TCP_REQ_FULL_DROP, "TcpExtTCPReqQFullDrop") \
	X(TCP_REQ_FULL_COOKIES, "TcpExtTCPReqQFullDoCookies") \
	X(TCP_COOKIES_SENT, "TcpExtSyncookiesSent") \
	X(TCP_COOKIES_RECV, "TcpExtSyncookiesRecv") \
	X(TCP_COOKIES_FAILED, "TcpExtSyncookiesFailed") \
	X(TCP_FO_ACTIVE, "TcpExtTCPFastOpenActive") \
	X(TCP_FO_ACTIVE_FAIL, "TcpExtTCPFastOpenActiveFail") \
	X(TCP_FO_PASSIVE, "TcpExtTCPFastOpenPassive") \
	X(TCP_FO_PASSIVE_FAIL, "TcpExtTCPFastOpenPassiveFail") \
	X(TCP_FO_PASSIVE_ALT_KEY, "TcpExtTCPFastOpenPassiveAltKey") \
	X(TCP_FO_LISTEN_OVERFLOW, "TcpExtTCPFastOpenListenOverflow") \
	X(TCP_FO_COOKIE_REQD, "TcpExtTCPFastOpenCookieReqd") \
	X(TCP_FO_BLACKHOLE, "TcpExtTCPFastOpenBlackhole") \
	X(TCP_EMBRYONIC_RSTS, "TcpExtEmbryonicRsts") \
	X(TCP_DEFER_ACCEPT_DROP, "TcpExtTCPDeferAcceptDrop") \
	X(TCP_BACKLOG_COALESCE, "TcpExtTCPBacklogCoalesce") \
	X(TCP_RCV_COALESCE, "TcpExtTCPRcvCoalesce") \
	X(SOCKOPT_REFUSED, "AnpSockoptRefused") \
	X(IOCTL_REFUSED, "AnpIoctlRefused") \
	X(SOCKET_REFUSED, "AnpSocketRefused") \
	/* ---- drop reasons: link ---- */ \
	X(DROP_LINK_DOWN, "AnpDropLinkDown") \
	X(DROP_LINK_OTHERHOST, "AnpDropLinkOtherHost") \
	X(DROP_LINK_OWN_MAC, "AnpDropLinkOwnMac") \
	X(DROP_LINK_PROTO, "AnpDropLinkProto") \
	X(DROP_LINK_HOST_TX, "AnpDropLinkHostTx") \
	X(DROP_LINK_RING, "AnpDropLinkRing") \
	X(DROP_ARP_HDR, "AnpDropArpHdr") \
	X(DROP_ARP_IGNORED, "AnpDropArpIgnored") \
	/* ---- IP ---- */ \
	X(DROP_IP_HDR, "IpInHdrErrors") \
	X(DROP_IP_CSUM, "IpExtInCsumErrors") \
	X(DROP_IP_TRUNCATED, "IpExtInTruncatedPkts") \
	X(DROP_IP_OPTIONS, "AnpDropIpOptions") \
	X(DROP_IP_MARTIAN, "AnpDropIpMartian") \
	X(DROP_IP_NOT_LOCAL, "IpInAddrErrors") \
	X(DROP_IP_PROTO, "IpInUnknownProtos") \
	X(DROP_IP_REASM, "IpReasmFails") \
	X(DROP_IP_REASM_TIMEOUT, "IpReasmTimeout") \
	X(DROP_IP_NO_ROUTE, "IpOutNoRoutes") \
	X(DROP_IP_OUT, "IpOutDiscards") \
	X(DROP_IP_FRAG_FAIL, "IpFragFails") \
	X(DROP_NEIGH_FAILED, "AnpDropNeighFailed") \
	X(DROP_NOMEM, "IpInDiscards") \
	/* ---- ICMP ---- */ \
	X(DROP_ICMP_CSUM, "IcmpInCsumErrors") \
	X(DROP_ICMP_HDR, "IcmpInErrors") \
	X(DROP_ICMP_TYPE, "AnpDropIcmpType") \
	X(DROP_ICMP_BROADCAST, "AnpDropIcmpBroadcast") \
	X(DROP_ICMP_NO_SOCKET, "AnpDropIcmpNoSocket") \
	X(DROP_PING_RCVBUF, "AnpDropPingRcvbuf") \
	X(DROP_RAW_RCVBUF, "AnpDropRawRcvbuf") \
	X(DROP_IGMP, "AnpDropIgmp") \
	/* ---- sockets: SO_ATTACH_FILTER said no ---- */ \
	X(DROP_SOCK_FILTER, "AnpDropSockFilter") \
	/* ---- UDP ---- */ \
	X(DROP_UDP_HDR, "UdpInErrors") \
	X(DROP_UDP_CSUM, "UdpInCsumErrors") \
	X(DROP_UDP_NO_PORT, "UdpNoPorts") \
	X(DROP_UDP_RCVBUF, "UdpRcvbufErrors") \
	X(DROP_UDP_MEM, "UdpMemErrors") \
	/* ---- TCP ---- */ \
	X(DROP_TCP_HDR, "TcpInErrs") \
	X(DROP_TCP_CSUM, "TcpInCsumErrors") \
	X(DROP_TCP_NO_SOCKET, "AnpDropTcpNoSocket") \
	X(DROP_TCP_BACKLOG, "TcpExtTCPBacklogDrop") \
	X(DROP_TCP_LISTEN, "TcpExtListenDrops") \
	X(DROP_TCP_PAWS, "TcpExtPAWSEstab") \
	X(DROP_TCP_OLD_DATA, "AnpDropTcpOldData") \
	X(DROP_TCP_WINDOW, "AnpDropTcpOutOfWindow") \
	X(DROP_TCP_ACK, "AnpDropTcpBadAck") \
	X(DROP_TCP_FLAGS, "AnpDropTcpFlags") \
	X(DROP_TCP_RST, "AnpDropTcpReset") \
	X(DROP_TCP_CLOSED, "AnpDropTcpClosed") \
	X(DROP_TCP_RCVBUF, "TcpExtTCPRcvQDrop") \
	X(DROP_TCP_OFO, "TcpExtTCPOFODrop") \
	X(DROP_TCP_ZERO_WINDOW, "TcpExtTCPZeroWindowDrop") \
	X(DROP_TCP_MIN_TTL, "TcpExtTCPMinTTLDrop") \
	X(DROP_TCP_TIMEWAIT, "AnpDropTcpTimeWait")

enum anp_mib_item {
#define X(id, name) ANP_MIB_##id,
	ANP_MIB_LIST(X)
#undef X
	ANP_MIB_COUNT
};

#define ANP_MIB_DROP_FIRST ANP_MIB_DROP_LINK_DOWN

#endif /* ANP_OBSERVE_MIB_H */
