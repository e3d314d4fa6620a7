/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The generic netlink family of AF_ANP, by plain sockets: the tool runs where no library is.
 */
#ifndef ANP_NETLINK_H
#define ANP_NETLINK_H

#include <stddef.h>
#include <stdint.h>
#include <linux/netlink.h>

/**
 * struct anp_nl - an open connection to the kernel
 * @fd: the socket
 * @family: the number of the family "anp"
 * @group: the number of its multicast group of socket events
 * @seq: of the last request
 * @error: what the kernel said of the last request that failed, or ""
 */
struct anp_nl {
	int fd;
	uint16_t family;
	uint32_t group;
	uint32_t seq;
	char error[128];
};

/** struct anp_nl_request - a request being written: header and attributes */
struct anp_nl_request {
	_Alignas(4) char buf[512];
	size_t len;
};

/** anp_nl_fn - is given each answer: its command, and its attributes; not 0 ends the walk */
typedef int anp_nl_fn(void *arg, uint8_t cmd, const void *attrs, size_t len);

/** anp_nl_open() - connect; 0, or -1 and errno (ENOENT: there is no ANP) */
int anp_nl_open(struct anp_nl *nl);

void anp_nl_close(struct anp_nl *nl);

/** anp_nl_begin() - begin a request of the command @cmd */
void anp_nl_begin(struct anp_nl_request *req, uint8_t cmd);

/** anp_nl_put() - add an attribute; the request has room for all that there are */
void anp_nl_put(struct anp_nl_request *req, uint16_t type, const void *data, size_t len);
void anp_nl_put_u8(struct anp_nl_request *req, uint16_t type, uint8_t value);
void anp_nl_put_u16(struct anp_nl_request *req, uint16_t type, uint16_t value);
void anp_nl_put_u32(struct anp_nl_request *req, uint16_t type, uint32_t value);

/**
 * anp_nl_dump() - send @req, and give all answers to @fn
 *
 * Return: 0; what @fn returned if that was not 0; or -1 and errno, and maybe nl->error.
 */
int anp_nl_dump(struct anp_nl *nl, struct anp_nl_request *req, anp_nl_fn *fn, void *arg);

/** anp_nl_listen() - join the group of socket events; 0, or -1 and errno */
int anp_nl_listen(struct anp_nl *nl);

/**
 * anp_nl_events() - wait for events, and give those that have come to @fn
 *
 * Return: as anp_nl_dump(); ENOBUFS: some were lost.
 */
int anp_nl_events(struct anp_nl *nl, anp_nl_fn *fn, void *arg);

/**
 * anp_nl_attrs() - find attributes by their number
 * @attrs: @len bytes of attributes
 * @found: is filled: found[n] is the attribute number n or NULL, n below @count
 */
void anp_nl_attrs(const void *attrs, size_t len, const struct nlattr **found, size_t count);

/** anp_nl_number() - the value of an attribute of 1, 2, 4 or 8 bytes; 0 if it is NULL */
uint64_t anp_nl_number(const struct nlattr *attr);

/** anp_nl_bytes() - copy at most @size bytes of its value; return how many it has, 0 for NULL */
size_t anp_nl_bytes(const struct nlattr *attr, void *to, size_t size);

#endif /* ANP_NETLINK_H */
