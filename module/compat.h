/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The sources are written for the newest supported kernel; this header gives older ones the new
 * names, so that no #if stands in a function body.
 */
#ifndef ANP_COMPAT_H
#define ANP_COMPAT_H

#include <linux/version.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 1, 0)
#error "AF_ANP needs Linux 6.1 or newer"
#endif

#endif /* ANP_COMPAT_H */
