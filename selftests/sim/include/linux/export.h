/* SPDX-License-Identifier: GPL-2.0 */
/* Nothing is exported to other modules here. */
#ifndef ANP_SHIM_LINUX_EXPORT_H
#define ANP_SHIM_LINUX_EXPORT_H

#define EXPORT_SYMBOL_GPL(sym) _Static_assert(1, #sym)

#endif
