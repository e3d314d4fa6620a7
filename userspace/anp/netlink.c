// SPDX-License-Identifier: GPL-2.0
/*
 * Talking generic netlink.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <linux/genetlink.h>

#include <linux/anp.h>
#include "netlink.h"

#ifndef SOL_NETLINK
#define SOL_NETLINK 270
#endif

/* The kernel's messages of a dump grow to this. */
#define ANSWER_SIZE 32768
#define HEADERS (NLMSG_HDRLEN + GENL_HDRLEN)

static struct nlmsghdr *header_of(struct anp_nl_request *req)
{
	return (struct nlmsghdr *)req->buf;
}

void anp_nl_begin(struct anp_nl_request *req, uint8_t cmd)
{
	struct genlmsghdr genl = { .cmd = cmd, .version = ANP_GENL_VERSION };

	memset(req, 0, sizeof(*req));
	memcpy(req->buf + NLMSG_HDRLEN, &genl, sizeof(genl));
	req->len = HEADERS;
}

void anp_nl_put(struct anp_nl_request *req, uint16_t type, const void *data, size_t len)
{
	struct nlattr attr = { .nla_len = NLA_HDRLEN + len, .nla_type = type };

	if (req->len + NLA_HDRLEN + NLA_ALIGN(len) > sizeof(req->buf))
		abort();
	memcpy(req->buf + req->len, &attr, sizeof(attr));
	memcpy(req->buf + req->len + NLA_HDRLEN, data, len);
	req->len += NLA_HDRLEN + NLA_ALIGN(len);
}

void anp_nl_put_u8(struct anp_nl_request *req, uint16_t type, uint8_t value)
{
	anp_nl_put(req, type, &value, sizeof(value));
}

void anp_nl_put_u16(struct anp_nl_request *req, uint16_t type, uint16_t value)
{
	anp_nl_put(req, type, &value, sizeof(value));
}

void anp_nl_put_u32(struct anp_nl_request *req, uint16_t type, uint32_t value)
{
	anp_nl_put(req, type, &value, sizeof(value));
}

void anp_nl_attrs(const void *attrs, size_t len, const struct nlattr **found, size_t count)
{
	const char *at = attrs;

	memset(found, 0, count * sizeof(*found));
	while (len >= NLA_HDRLEN) {
		const struct nlattr *attr = (const struct nlattr *)at;
		size_t step = NLA_ALIGN(attr->nla_len);
		uint16_t type = attr->nla_type & NLA_TYPE_MASK;

		if (attr->nla_len < NLA_HDRLEN || attr->nla_len > len)
			return;
		if (type < count)
			found[type] = attr;
		if (step >= len)
			return;
		at += step;
		len -= step;
	}
}

uint64_t anp_nl_number(const struct nlattr *attr)
{
	uint64_t u64;
	uint32_t u32;
	uint16_t u16;

	switch (attr ? attr->nla_len - NLA_HDRLEN : 0) {
	case 1:
		return ((const uint8_t *)attr)[NLA_HDRLEN];
	case 2:
		memcpy(&u16, (const char *)attr + NLA_HDRLEN, sizeof(u16));
		return u16;
	case 4:
		memcpy(&u32, (const char *)attr + NLA_HDRLEN, sizeof(u32));
		return u32;
	case 8:
		memcpy(&u64, (const char *)attr + NLA_HDRLEN, sizeof(u64));
		return u64;
	}
	return 0;
}

size_t anp_nl_bytes(const struct nlattr *attr, void *to, size_t size)
{
	size_t len = attr ? attr->nla_len - NLA_HDRLEN : 0;

	if (len)
		memcpy(to, (const char *)attr + NLA_HDRLEN, len < size ? len : size);
	return len;
}

/* What the kernel says in words stands behind the request that it quotes. */
static int failure(struct anp_nl *nl, const struct nlmsghdr *h)
{
	const struct nlattr *found[NLMSGERR_ATTR_MSG + 1];
	const struct nlmsgerr *e = NLMSG_DATA(h);
	size_t offset = sizeof(*e), len = NLMSG_PAYLOAD(h, 0);

	if (len < sizeof(*e)) {
		errno = EBADMSG;
		return -1;
	}
	if (!(h->nlmsg_flags & NLM_F_CAPPED))
		offset += e->msg.nlmsg_len - NLMSG_HDRLEN;
	if (h->nlmsg_flags & NLM_F_ACK_TLVS && offset < len) {
		anp_nl_attrs((const char *)e + offset, len - offset, found, NLMSGERR_ATTR_MSG + 1);
		anp_nl_bytes(found[NLMSGERR_ATTR_MSG], nl->error, sizeof(nl->error) - 1);
	}
	errno = -e->error;
	return e->error ? -1 : 0;
}

/* One datagram from the kernel.  *@done: nothing follows. */
static int walk(struct anp_nl *nl, const char *buf, size_t len, anp_nl_fn *fn, void *arg, bool *done)
{
	const struct nlmsghdr *h;
	int ret = 0;

	for (h = (const struct nlmsghdr *)buf; !ret && NLMSG_OK(h, len); h = NLMSG_NEXT(h, len)) {
		const struct genlmsghdr *genl = NLMSG_DATA(h);
		int error;

		if (h->nlmsg_type == NLMSG_ERROR) {
			*done = true;
			return failure(nl, h);
		}
		if (h->nlmsg_type == NLMSG_DONE) {
			*done = true;
			if (NLMSG_PAYLOAD(h, 0) < sizeof(error))
				return 0;
			memcpy(&error, NLMSG_DATA(h), sizeof(error));
			errno = -error;
			return error < 0 ? -1 : 0;
		}
		if (h->nlmsg_len < HEADERS)
			continue;
		ret = fn(arg, genl->cmd, (const char *)h + HEADERS, h->nlmsg_len - HEADERS);
		*done |= !(h->nlmsg_flags & NLM_F_MULTI);
	}
	return ret;
}

static int receive(struct anp_nl *nl, anp_nl_fn *fn, void *arg, bool *done)
{
	static _Alignas(8) char buf[ANSWER_SIZE];
	ssize_t len;

	do
		len = recv(nl->fd, buf, sizeof(buf), MSG_TRUNC);
	while (len < 0 && errno == EINTR);
	if (len < 0)
		return -1;
	if ((size_t)len > sizeof(buf)) {
		errno = EMSGSIZE;
		return -1;
	}
	return walk(nl, buf, len, fn, arg, done);
}

static int ask(struct anp_nl *nl, struct anp_nl_request *req, uint16_t type, uint16_t flags,
	       anp_nl_fn *fn, void *arg)
{
	struct nlmsghdr *h = header_of(req);
	bool done = false;
	int ret = 0;

	*h = (struct nlmsghdr){
		.nlmsg_len = req->len,
		.nlmsg_type = type,
		.nlmsg_flags = NLM_F_REQUEST | flags,
		.nlmsg_seq = ++nl->seq,
	};
	nl->error[0] = 0;
	if (send(nl->fd, req->buf, req->len, 0) < 0)
		return -1;
	while (!ret && !done)
		ret = receive(nl, fn, arg, &done);
	return ret;
}

int anp_nl_dump(struct anp_nl *nl, struct anp_nl_request *req, anp_nl_fn *fn, void *arg)
{
	return ask(nl, req, nl->family, NLM_F_DUMP, fn, arg);
}

int anp_nl_events(struct anp_nl *nl, anp_nl_fn *fn, void *arg)
{
	bool done;

	return receive(nl, fn, arg, &done);
}

int anp_nl_listen(struct anp_nl *nl)
{
	return setsockopt(nl->fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &nl->group,
			  sizeof(nl->group));
}

/* The family's number, and its only group's. */
static int take_family(void *arg, uint8_t cmd, const void *attrs, size_t len)
{
	const struct nlattr *found[CTRL_ATTR_MAX + 1], *group[CTRL_ATTR_MCAST_GRP_MAX + 1];
	struct anp_nl *nl = arg;
	const struct nlattr *list;

	(void)cmd;
	anp_nl_attrs(attrs, len, found, CTRL_ATTR_MAX + 1);
	nl->family = anp_nl_number(found[CTRL_ATTR_FAMILY_ID]);
	list = found[CTRL_ATTR_MCAST_GROUPS];
	if (!list || list->nla_len < 2 * NLA_HDRLEN)
		return 0;
	list = (const struct nlattr *)((const char *)list + NLA_HDRLEN);
	anp_nl_attrs((const char *)list + NLA_HDRLEN, list->nla_len - NLA_HDRLEN, group,
		     CTRL_ATTR_MCAST_GRP_MAX + 1);
	nl->group = anp_nl_number(group[CTRL_ATTR_MCAST_GRP_ID]);
	return 0;
}

int anp_nl_open(struct anp_nl *nl)
{
	static const int on = 1;
	struct anp_nl_request req;
	int err;

	memset(nl, 0, sizeof(*nl));
	nl->fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC);
	if (nl->fd < 0)
		return -1;
	setsockopt(nl->fd, SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(on));
	setsockopt(nl->fd, SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof(on));
	anp_nl_begin(&req, CTRL_CMD_GETFAMILY);
	anp_nl_put(&req, CTRL_ATTR_FAMILY_NAME, ANP_GENL_NAME, sizeof(ANP_GENL_NAME));
	if (!ask(nl, &req, GENL_ID_CTRL, 0, take_family, nl))
		return 0;
	err = errno;
	close(nl->fd);
	errno = err;
	return -1;
}

void anp_nl_close(struct anp_nl *nl)
{
	close(nl->fd);
}
