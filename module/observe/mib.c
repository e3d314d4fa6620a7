// SPDX-License-Identifier: GPL-2.0
/*
 * The counters' names, and reading them.  Counting itself is inline: anp_count() in anp.h.
 */
#include "anp.h"

const char * const anp_mib_names[ANP_MIB_COUNT] = {
#define X(id, name) name,
	ANP_MIB_LIST(X)
#undef X
};

unsigned long anp_mib_read(const struct net *net, enum anp_mib_item item)
{
	const struct anp_mib __percpu *mib = anp_net(net)->mib;
	unsigned long sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += READ_ONCE(per_cpu_ptr(mib, cpu)->items[item]);
	return sum;
}
