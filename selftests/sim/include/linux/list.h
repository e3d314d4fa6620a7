/* SPDX-License-Identifier: GPL-2.0 */
/* Only a field of structs here: nothing is listed in the simulator. */
#ifndef ANP_SHIM_LINUX_LIST_H
#define ANP_SHIM_LINUX_LIST_H

struct list_head {
	struct list_head *next, *prev;
};

#endif
