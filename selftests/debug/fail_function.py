# SPDX-License-Identifier: GPL-2.0
"""Each function of the module that is marked for it fails once where a program is waiting for it: the
program is told that errno, and afterwards the same call works, so that nothing was left half done."""

import contextlib
import ctypes
import errno
import os
import socket
import subprocess

from dgram import ANP_REUSEPORT, SOL_ANP, anp_raw, anp_socket, done, eq, section
from rtnl import Rtnl
from stream import anp_stream

DEBUG = "/sys/kernel/debug/"
FAIL = DEBUG + "fail_function/"
CLONE_NEWNET = 0x40000000
US = "10.0.0.2"
PEER, PORT = "10.0.0.1", 7000
GROUP = socket.inet_aton("239.1.2.3") + socket.inet_aton(US)
LIBC = ctypes.CDLL(None, use_errno=True)
ports = iter(range(5000, 5999))


def write(path, text):
    with open(path, "w", encoding="ascii") as f:
        f.write(text)


@contextlib.contextmanager
def failing(function, code):
    write(FAIL + "inject", function)
    write(FAIL + function + "/retval", hex(2**64 - code))
    write(FAIL + "probability", "100")
    try:
        yield
    finally:
        write(FAIL + "probability", "0")
        write(FAIL + "inject", "!" + function)


# --- what a program asks for; each raises OSError where it is refused -----------------


def new_namespace():
    """In a child, for nobody comes back from there."""
    pid = os.fork()
    if not pid:
        os._exit(ctypes.get_errno() if LIBC.unshare(CLONE_NEWNET) else 0)
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    if code:
        raise OSError(code, os.strerror(code))


def on(make, call):
    """The call on one socket, made before anything fails."""
    s = make()
    return lambda: call(s)


def bound():
    s = anp_stream()
    s.bind((US, next(ports)))
    return s


def shared(s):
    s.setsockopt(SOL_ANP, ANP_REUSEPORT, 1)
    s.bind((US, next(ports)))


def join(s):
    s.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, GROUP)


def reno(s):
    s.setsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION, b"reno")


def ip_link(state):
    subprocess.run(["ip", "link", "set", "anp0", state], check=True)


def up():
    """The kernel's errno, not ip's exit status; down again for who tries next."""
    Rtnl().up("anp0")
    ip_link("down")


def moderate():
    """What could not be had has changed nothing."""
    before = usecs()
    if subprocess.run(["ethtool", "-C", "anp0", "rx-usecs", "77"], stderr=subprocess.DEVNULL,
                      check=False).returncode:
        raise OSError(errno.EIO if usecs() == before else errno.EUCLEAN, "refused")


def usecs():
    out = subprocess.run(["ethtool", "-c", "anp0"], capture_output=True, check=True, encoding="ascii")
    return next(line.split()[1] for line in out.stdout.splitlines() if line.startswith("rx-usecs:"))


# function -> what calls it: name, call or what makes it, the errno that is told if it is another one
NAMESPACE = [("a new namespace", lambda: new_namespace, None)]
STATE = [("a new namespace", lambda: new_namespace, errno.ENOMEM)]
CASES = {
    "anp_refused_net_init": STATE,
    "anp_fo_net_init": STATE,
    "anp_output_net_init": NAMESPACE,
    "anp_pmtu_net_init": NAMESPACE,
    "anp_reasm_net_init": NAMESPACE,
    "anp_route_net_init": NAMESPACE,
    "anp_ip_net_init": NAMESPACE,
    "anp_link_net_init": NAMESPACE,
    "anp_observe_net_init": NAMESPACE,
    "anp_sysctl_net_init": NAMESPACE,
    "anp_tcp_conn_new": [("socket(SOCK_STREAM)", lambda: anp_stream, None)],
    "anp_udp_init_sock": [("socket(SOCK_DGRAM)", lambda: anp_socket, None),
                          ("socket(SOCK_RAW)", lambda: lambda: anp_raw(253), None)],
    "anp_port_bind": [("bind() of a stream", lambda: on(anp_stream, lambda s: s.bind((US, 4000))), None)],
    "anp_lhash_insert": [("listen()", lambda: on(bound, lambda s: s.listen(1)), None)],
    "anp_reuseport_join": [("bind() of a shared port", lambda: on(anp_socket, shared), None)],
    "anp_udp_get_port": [("bind() of datagrams", lambda: on(anp_socket, lambda s: s.bind((US, 4001))), None)],
    "anp_port_connect": [("connect()", lambda: on(anp_stream, lambda s: s.connect((PEER, PORT))), None)],
    "anp_route_get": [("connect()", lambda: on(anp_stream, lambda s: s.connect((PEER, PORT))), None),
                      ("connect() of datagrams", lambda: on(anp_socket, lambda s: s.connect((PEER, 9))), None),
                      ("sendto()", lambda: on(anp_socket, lambda s: s.sendto(b"x", (PEER, 9))), None),
                      ("sendto() of a raw socket",
                       lambda: on(lambda: anp_raw(253), lambda s: s.sendto(b"x", (PEER, 0))), None)],
    "anp_mc_join": [("IP_ADD_MEMBERSHIP", lambda: on(anp_socket, join), None)],
    "anp_tcp_cong_choose": [("TCP_CONGESTION", lambda: on(anp_stream, reno), None)],
    "anp_rx_apply": [("ethtool -C", lambda: moderate, errno.EIO), ("a device that is set up", lambda: up, None)],
    "anp_dev_addr_start": [("a device that is set up", lambda: up, None)],
}
# Not one that the kernel or the module would choose by itself.
CODE = errno.EDOM


def attempt(call):
    try:
        call()
        return 0
    except OSError as e:
        return e.errno


def name(code):
    return errno.errorcode.get(code, str(code))


def refused(function, what, make, told):
    if make() is up:
        ip_link("down")
    call = make()
    with failing(function, CODE):
        got = attempt(call)
    eq("%s fails: %s" % (function, what), name(told or CODE), name(got))
    eq("... afterwards", "0", name(attempt(call)))
    if call is up:
        ip_link("up")


with open(DEBUG + "error_injection/list", encoding="ascii") as listed:
    marked = {line.split()[0] for line in listed if "[anp]" in line}
eq("each function that is marked has its call here", sorted(marked), sorted(CASES))
write(FAIL + "times", "-1")
write(FAIL + "verbose", "0")
for point_of, cases in CASES.items():
    for case in cases:
        with section(point_of):
            refused(point_of, *case)
done()
