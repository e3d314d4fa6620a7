/* SPDX-License-Identifier: GPL-2.0 */
/*
 * libanp: a few verbs over AF_ANP sockets.
 *
 * Every file descriptor is a plain kernel socket: read, write, poll, epoll, setsockopt and close do
 * what they do elsewhere, and nothing here keeps state.  All functions answer -1 and set errno when
 * they fail, are safe in any thread, and open descriptors with FD_CLOEXEC.
 *
 * Names are resolved by the host's resolver, which asks through the host's own network stack.  A
 * name that does not resolve gives ENOENT, a resolver that cannot answer now EAGAIN, an unknown
 * service EINVAL.
 */
#ifndef LIBANP_ANP_H
#define LIBANP_ANP_H

#include <stddef.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <linux/anp.h>

#ifdef __cplusplus
extern "C" {
#endif

struct tcp_info;

/**
 * anp_version() - the library's version
 *
 * Return: a constant string, "MAJOR.MINOR.PATCH".
 */
const char *anp_version(void);

/**
 * anp_available() - is AF_ANP registered in the running kernel?
 *
 * Opens a socket and closes it, which also loads the module where the kernel may do so.
 *
 * Return: 1 if it is, 0 if it is not, -1 and errno if that cannot be told (EMFILE, EPERM ...).
 */
int anp_available(void);

/**
 * anp_socket() - open an AF_ANP socket
 * @type: SOCK_STREAM or SOCK_DGRAM, with SOCK_NONBLOCK if wanted
 * @protocol: 0, or IPPROTO_ICMP with SOCK_DGRAM for a ping socket
 *
 * The socket answers addresses in AF_ANP; see anp_set_addr_family().
 *
 * Return: the descriptor, or -1 and errno; EAFNOSUPPORT without the module.
 */
int anp_socket(int type, int protocol);

/**
 * anp_connect() - connect to a host by name
 * @host: a name or an IPv4 address in dots; NULL is the loopback address
 * @service: a service name or a port number
 * @type: SOCK_STREAM or SOCK_DGRAM
 * @timeout_ms: for all addresses together; negative leaves it to TCP's own patience
 *
 * The addresses of @host are tried in the resolver's order.  The errno of the last one is given.
 *
 * Return: a connected blocking socket, or -1 and errno (ETIMEDOUT when @timeout_ms is over).
 */
int anp_connect(const char *host, const char *service, int type, int timeout_ms);

/**
 * anp_listen() - open a listening stream socket
 * @addr: the name or IPv4 address to bind; NULL is every address
 * @service: a service name or a port number; "0" takes a free port
 * @backlog: as in listen(2)
 *
 * SO_REUSEADDR is set, so that a server can be restarted at once.
 *
 * Return: the descriptor, or -1 and errno.
 */
int anp_listen(const char *addr, const char *service, int backlog);

/**
 * anp_bind_dgram() - open a datagram socket bound to an address
 * @addr: the name or IPv4 address to bind; NULL is every address
 * @service: a service name or a port number; "0" takes a free port
 *
 * Return: the descriptor, or -1 and errno.
 */
int anp_bind_dgram(const char *addr, const char *service);

/**
 * anp_set_addr_family() - the family in which a socket answers addresses
 * @fd: an AF_ANP socket
 * @family: AF_ANP, AF_INET, or AF_INET6: then addresses are IPv4-mapped ones
 *
 * Return: 0, or -1 and errno.
 */
int anp_set_addr_family(int fd, int family);

/**
 * anp_set_nodelay() - switch Nagle's algorithm off or on
 * @fd: a stream socket
 * @on: non-zero sends small segments at once
 *
 * Return: 0, or -1 and errno.
 */
int anp_set_nodelay(int fd, int on);

/**
 * anp_tcp_info() - what TCP knows about a connection
 * @fd: a stream socket
 * @info: the struct tcp_info of <linux/tcp.h> or of <netinet/tcp.h>
 * @size: sizeof(*@info); the two headers differ
 *
 * Return: how many bytes of @info the kernel filled, the rest being zero, or -1 and errno.
 */
ssize_t anp_tcp_info(int fd, struct tcp_info *info, size_t size);

/**
 * anp_recv_queue() - bytes that can be read now
 * @fd: a socket
 *
 * Return: the number of bytes (SIOCINQ), or -1 and errno.
 */
int anp_recv_queue(int fd);

/**
 * anp_send_queue() - bytes that the peer has not acknowledged yet
 * @fd: a socket
 *
 * Return: the number of bytes (SIOCOUTQ), or -1 and errno.
 */
int anp_send_queue(int fd);

/**
 * anp_send_all() - send a whole buffer
 * @fd: a stream socket
 * @buf: the data
 * @len: its length
 *
 * Waits where the socket is non-blocking, restarts after a signal, and never raises SIGPIPE.
 *
 * Return: @len, or -1 and errno; how much was sent is then not known.
 */
ssize_t anp_send_all(int fd, const void *buf, size_t len);

/**
 * anp_recv_all() - receive until a buffer is full
 * @fd: a stream socket
 * @buf: where the data goes
 * @len: how much is wanted
 *
 * Waits where the socket is non-blocking and restarts after a signal.
 *
 * Return: @len, less if the peer closed before, or -1 and errno.
 */
ssize_t anp_recv_all(int fd, void *buf, size_t len);

#ifdef __cplusplus
}
#endif

#endif /* LIBANP_ANP_H */
