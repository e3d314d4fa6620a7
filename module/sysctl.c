// SPDX-License-Identifier: GPL-2.0
/*
 * /proc/sys/net/anp of each namespace, one table.  Names, units, meanings and limits are those of
 * net.ipv4 where Linux has the file.  As there, the namespace's owner may write: root of the user
 * namespace it belongs to.  A new namespace starts from the defaults.
 */
#include <linux/swap.h>
#include <linux/sysctl.h>
#include <net/net_namespace.h>
#include "anp.h"
#include "tcp/cong.h"

#define LOCAL_PORTS(first, last)	((first) | (u32)(last) << 16)

struct anp_sysctl {
	const char	*name;
	size_t		offset;		/* of the first int, in struct anp_net */
	u8		count;		/* ints that stand there */
	int		min, max;
	/* NULL: ints from min to max */
	int		(*handler)(anp_ctl_table *ctl, int write, void *buffer, size_t *lenp,
				   loff_t *ppos);
	bool		secret;		/* for root's eyes only */
};

static int local_port_range(anp_ctl_table *ctl, int write, void *buffer, size_t *lenp,
			    loff_t *ppos)
{
	u32 *ports = ctl->data;
	u32 now = READ_ONCE(*ports);
	int range[2] = { now & 0xffff, now >> 16 };
	struct ctl_table both = {
		.data	= &range,
		.maxlen	= sizeof(range),
		.mode	= ctl->mode,
		.extra1	= ctl->extra1,
		.extra2	= ctl->extra2,
	};
	int err;

	err = proc_dointvec_minmax(&both, write, buffer, lenp, ppos);
	if (err || !write)
		return err;
	/* Ports below 1024 are not to be had without a capability. */
	if (range[1] < range[0] || range[0] < PROT_SOCK)
		return -EINVAL;
	WRITE_ONCE(*ports, LOCAL_PORTS(range[0], range[1]));
	return 0;
}

/* A name; Linux' errors: ENOENT, EPERM. */
static int congestion_control(anp_ctl_table *ctl, int write, void *buffer, size_t *lenp,
			      loff_t *ppos)
{
	/* The entry's data is the namespace's struct anp_net itself. */
	struct anp_net *anet = ctl->data;
	char name[ANP_TCP_CONG_NAME_MAX];
	struct ctl_table text = { .data = name, .maxlen = sizeof(name) };
	int err;

	anp_tcp_cong_default_name(anet->net, name);
	err = proc_dostring(&text, write, buffer, lenp, ppos);
	if (err || !write)
		return err;
	return anp_tcp_cong_set_default(anet->net, name);
}

/* Names: those that there are, or those that any program may choose. */
static int congestion_controls(anp_ctl_table *ctl, int write, void *buffer, size_t *lenp,
			       loff_t *ppos, bool allowed)
{
	struct ctl_table text = { .maxlen = ANP_TCP_CONG_LIST_MAX };
	int err = -ENOMEM;

	text.data = kzalloc(text.maxlen, GFP_USER);
	if (!text.data)
		return err;
	anp_tcp_cong_list(text.data, text.maxlen, allowed);
	err = proc_dostring(&text, write, buffer, lenp, ppos);
	if (!err && write)
		err = anp_tcp_cong_set_allowed(text.data);
	kfree(text.data);
	return err;
}

static int available_controls(anp_ctl_table *ctl, int write, void *buffer, size_t *lenp,
			      loff_t *ppos)
{
	return congestion_controls(ctl, 0, buffer, lenp, ppos, false);
}

static int allowed_controls(anp_ctl_table *ctl, int write, void *buffer, size_t *lenp,
			    loff_t *ppos)
{
	return congestion_controls(ctl, write, buffer, lenp, ppos, true);
}

/* As Linux: a new time is a new beginning. */
static int fastopen_blackhole(anp_ctl_table *ctl, int write, void *buffer, size_t *lenp,
			      loff_t *ppos)
{
	struct anp_net *anet = container_of(ctl->data, struct anp_net, tcp.fastopen_blackhole);
	int err = proc_dointvec_minmax(ctl, write, buffer, lenp, ppos);

	if (write && !err)
		anp_fo_trust(anet);
	return err;
}

/* @mem: three numbers of pages, of all namespaces. */
static int memory(long *mem, anp_ctl_table *ctl, int write, void *buffer, size_t *lenp,
		  loff_t *ppos)
{
	struct ctl_table pages = {
		.data	= mem,
		.maxlen	= 3 * sizeof(*mem),
		.mode	= ctl->mode,
	};

	return proc_doulongvec_minmax(&pages, write, buffer, lenp, ppos);
}

static int tcp_memory(anp_ctl_table *ctl, int write, void *buffer, size_t *lenp, loff_t *ppos)
{
	return memory(anp_tcp_mem, ctl, write, buffer, lenp, ppos);
}

static int udp_memory(anp_ctl_table *ctl, int write, void *buffer, size_t *lenp, loff_t *ppos)
{
	return memory(anp_udp_mem, ctl, write, buffer, lenp, ppos);
}

#define KEY_TEXT	"%08x-%08x-%08x-%08x"
#define KEY_TEXT_LEN	35

static bool key_parse(const char *text, __le32 *key)
{
	u32 k[4];
	int i, end;

	if (sscanf(text, "%x-%x-%x-%x%n", &k[0], &k[1], &k[2], &k[3], &end) != 4 || text[end])
		return false;
	for (i = 0; i < 4; i++)
		key[i] = cpu_to_le32(k[i]);
	return true;
}

/* One key, or the one in use and the one before, separated by a comma. */
static int fastopen_key(anp_ctl_table *ctl, int write, void *buffer, size_t *lenp, loff_t *ppos)
{
	struct anp_net *anet = ctl->data;
	__le32 keys[ANP_TCP_FO_KEYS][4];
	char line[ANP_TCP_FO_KEYS * (KEY_TEXT_LEN + 1) + 2] = "";
	struct ctl_table text = { .data = line, .maxlen = sizeof(line) };
	unsigned int n = anp_fo_net_keys_get(anet, (u8 *)keys), i;
	char *second;
	int err;

	for (i = 0; i < n; i++)
		sprintf(line + strlen(line), "%s" KEY_TEXT, i ? "," : "", le32_to_cpu(keys[i][0]),
			le32_to_cpu(keys[i][1]), le32_to_cpu(keys[i][2]), le32_to_cpu(keys[i][3]));
	err = proc_dostring(&text, write, buffer, lenp, ppos);
	if (err || !write)
		return err;
	second = strchr(line, ',');
	if (second)
		*second++ = 0;
	if (!key_parse(strim(line), keys[0]) || (second && !key_parse(strim(second), keys[1])))
		return -EINVAL;
	anp_fo_net_keys_set(anet, (const u8 *)keys, second ? 2 : 1);
	return 0;
}

#define TCP(field)	offsetof(struct anp_net, tcp.field)

static const struct anp_sysctl sysctls[] = {
	{ "ip_local_port_range", offsetof(struct anp_net, local_ports), 1, 1, 65535,
	  local_port_range },
	{ "mtu_expires", offsetof(struct anp_net, mtu_expires), 1, 1, 86400 },
	{ "icmp_msgs_per_sec", offsetof(struct anp_net, icmp_msgs_per_sec), 1, 0, INT_MAX },
	{ "icmp_msgs_burst", offsetof(struct anp_net, icmp_msgs_burst), 1, 0, INT_MAX },
	{ "tcp_sack", TCP(sack), 1, 0, 1 },
	{ "tcp_timestamps", TCP(timestamps), 1, 0, 2 },
	{ "tcp_window_scaling", TCP(window_scaling), 1, 0, 1 },
	{ "tcp_ecn", TCP(ecn), 1, 0, 2 },
	{ "tcp_congestion_control", 0, 0, 0, 0, congestion_control },
	{ "tcp_available_congestion_control", 0, 0, 0, 0, available_controls },
	{ "tcp_allowed_congestion_control", 0, 0, 0, 0, allowed_controls },
	{ "tcp_syn_retries", TCP(syn_retries), 1, 1, 127 },
	{ "tcp_synack_retries", TCP(synack_retries), 1, 0, 255 },
	{ "tcp_retries1", TCP(retries1), 1, 0, 255 },
	{ "tcp_retries2", TCP(retries2), 1, 0, 255 },
	{ "tcp_orphan_retries", TCP(orphan_retries), 1, 0, 255 },
	{ "tcp_rto_max_ms", TCP(rto_max_ms), 1, 1000, 120000 },
	{ "tcp_fin_timeout", TCP(fin_timeout), 1, 0, 120 },
	{ "tcp_keepalive_time", TCP(keepalive_time), 1, 1, 32767 },
	{ "tcp_keepalive_intvl", TCP(keepalive_intvl), 1, 1, 32767 },
	{ "tcp_keepalive_probes", TCP(keepalive_probes), 1, 1, 127 },
	{ "tcp_slow_start_after_idle", TCP(slow_start_after_idle), 1, 0, 2 },
	{ "tcp_mtu_probing", TCP(mtu_probing), 1, 0, 2 },
	{ "tcp_base_mss", TCP(base_mss), 1, 48, 65495 },
	{ "tcp_mtu_probe_floor", TCP(mtu_probe_floor), 1, 48, 65495 },
	{ "tcp_probe_threshold", TCP(mtu_probe_threshold), 1, 1, 65495 },
	{ "tcp_probe_interval", TCP(mtu_probe_interval), 1, 1, 1000000 },
	{ "tcp_limit_output_bytes", TCP(limit_output_bytes), 1, 0, INT_MAX },
	{ "tcp_autocorking", TCP(autocorking), 1, 0, 1 },
	{ "tcp_challenge_ack_limit", TCP(challenge_ack_limit), 1, 1, INT_MAX },
	{ "tcp_invalid_ratelimit", TCP(invalid_ratelimit), 1, 0, INT_MAX },
	{ "tcp_tw_reuse", TCP(reuse_tw), 1, 0, 2 },
	{ "tcp_syncookies", TCP(syncookies), 1, 0, 2 },
	{ "tcp_max_syn_backlog", TCP(max_syn_backlog), 1, 0, INT_MAX },
	{ "tcp_abort_on_overflow", TCP(abort_on_overflow), 1, 0, 1 },
	{ "tcp_fastopen", TCP(fastopen), 1, 0, INT_MAX },
	{ "tcp_fastopen_blackhole_timeout_sec", TCP(fastopen_blackhole), 1, 0, INT_MAX,
	  fastopen_blackhole },
	{ "tcp_fastopen_key", 0, 0, 0, 0, fastopen_key, true },
	{ "tcp_max_orphans", TCP(max_orphans), 1, 0, INT_MAX },
	{ "tcp_max_tw_buckets", TCP(max_tw_buckets), 1, 0, INT_MAX },
	{ "tcp_mem", 0, 0, 0, 0, tcp_memory },
	{ "tcp_rmem", TCP(rmem), 3, ANP_TCP_BUF_MIN, INT_MAX },
	{ "tcp_wmem", TCP(wmem), 3, ANP_TCP_BUF_MIN, INT_MAX },
	{ "udp_mem", 0, 0, 0, 0, udp_memory },
};

/* What holds for all namespaces only the first one's administrator says. */
static bool for_all_namespaces(const struct anp_sysctl *s)
{
	return s->handler == allowed_controls || s->handler == tcp_memory || s->handler == udp_memory;
}

static void table_fill(struct ctl_table *ctl, struct anp_net *anet, const struct anp_sysctl *s)
{
	ctl->procname = s->name;
	ctl->data = (u8 *)anet + s->offset;
	ctl->maxlen = s->count * sizeof(int);
	ctl->mode = s->secret ? 0600 : 0644;
	if (s->handler == available_controls ||
	    (for_all_namespaces(s) && !net_eq(anet->net, &init_net)))
		ctl->mode = 0444;
	ctl->proc_handler = s->handler ?: proc_dointvec_minmax;
	ctl->extra1 = (void *)&s->min;
	ctl->extra2 = (void *)&s->max;
}

void anp_mem_limits(long *mem, unsigned int share)
{
	unsigned long limit = max(nr_free_buffer_pages() / share, 128ul);

	mem[0] = limit / 4 * 3;
	mem[1] = limit;
	mem[2] = mem[0] * 2;
}

void anp_sysctl_defaults(struct anp_net *anet)
{
	anet->tcp = anp_tcp_conf_default;
	anet->local_ports = LOCAL_PORTS(32768, 60999);
	anet->mtu_expires = 600;
	anet->icmp_msgs_per_sec = 1000;
	anet->icmp_msgs_burst = 50;
}

int anp_sysctl_net_init(struct anp_net *anet)
{
	struct ctl_table *table;
	unsigned int i;

	/* One more: kernels before 6.6 look for an empty one at the end. */
	table = kcalloc(ARRAY_SIZE(sysctls) + 1, sizeof(*table), GFP_KERNEL);
	if (!table)
		return -ENOMEM;
	for (i = 0; i < ARRAY_SIZE(sysctls); i++)
		table_fill(&table[i], anet, &sysctls[i]);
	anet->sysctl = register_net_sysctl_sz(anet->net, "net/anp", table, ARRAY_SIZE(sysctls));
	if (!anet->sysctl) {
		kfree(table);
		return -ENOMEM;
	}
	return 0;
}

ALLOW_ERROR_INJECTION(anp_sysctl_net_init, ERRNO);

void anp_sysctl_net_exit(struct anp_net *anet)
{
	const struct ctl_table *table = anet->sysctl->ctl_table_arg;

	unregister_net_sysctl_table(anet->sysctl);
	kfree(table);
}
