// SPDX-License-Identifier: GPL-2.0
/*
 * Routes through anp devices belong in the private table.  In any other one they would make the
 * host send its own traffic there, which the device drops; so they are refused with the reason.
 */
#include <net/fib_notifier.h>
#include <net/ip_fib.h>
#include <net/nexthop.h>
#include "link/link.h"

static bool leads_to_anp(struct fib_info *fi)
{
	unsigned int i;

	for (i = 0; i < fib_info_num_path(fi); i++) {
		const struct fib_nh_common *nhc = fib_info_nhc(fi, i);

		if (nhc->nhc_dev && anp_dev_is_anp(nhc->nhc_dev))
			return true;
	}
	return false;
}

/* Called under RTNL for a change, under RCU for what is there when a namespace is joined. */
static int fib_event(struct notifier_block *nb, unsigned long event, void *ptr)
{
	struct fib_notifier_info *info = ptr;
	struct fib_entry_notifier_info *entry;

	if (info->family != AF_INET)
		return NOTIFY_DONE;
	if (event != FIB_EVENT_ENTRY_REPLACE && event != FIB_EVENT_ENTRY_APPEND)
		return NOTIFY_DONE;

	entry = container_of(info, struct fib_entry_notifier_info, info);
	if (entry->tb_id == ANP_RT_TABLE || !leads_to_anp(entry->fi))
		return NOTIFY_DONE;
	NL_SET_ERR_MSG(info->extack, "Routes through an anp device belong in its own table: add \"table 1066\" (\"table anp\")");
	return notifier_from_errno(-EINVAL);
}

int anp_link_net_init(struct anp_net *anet)
{
	anet->fib_nb.notifier_call = fib_event;
	return register_fib_notifier(anet->net, &anet->fib_nb, NULL, NULL);
}

ALLOW_ERROR_INJECTION(anp_link_net_init, ERRNO);

void anp_link_net_exit(struct anp_net *anet)
{
	unregister_fib_notifier(anet->net, &anet->fib_nb);
}
