/* SPDX-License-Identifier: GPL-2.0 */
/* Kernels before 6.10 have what is in this header in sock.h; newer ones find their own first. */
#include <net/sock.h>
