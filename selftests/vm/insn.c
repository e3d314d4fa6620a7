// SPDX-License-Identifier: GPL-2.0
/*
 * A plugin for QEMU's TCG that counts the guest's instructions by translated block, between the two
 * marks that anp_bench executes around what it measures (userspace/bench/main.c).  Each interval
 * becomes a file OUT.N of lines "PC COUNT TIMES"; profile.py sums them up by function.  A block that
 * begins at a function's address was called TIMES times.
 *
 * Debian's QEMU loads plugins but has no header for them: the few declarations that are needed are
 * repeated here, as they are in the API of QEMU 9.1 and later.
 */
#include <inttypes.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef uint64_t qemu_plugin_id_t;

struct qemu_plugin_tb;
struct qemu_plugin_insn;
struct qemu_info;

enum { QEMU_PLUGIN_CB_NO_REGS };

void qemu_plugin_register_vcpu_tb_trans_cb(qemu_plugin_id_t id,
					   void (*cb)(qemu_plugin_id_t, struct qemu_plugin_tb *));
void qemu_plugin_register_vcpu_tb_exec_cb(struct qemu_plugin_tb *tb, void (*cb)(unsigned int, void *),
					  int flags, void *data);
void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn *insn,
					    void (*cb)(unsigned int, void *), int flags,
					    void *data);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb);
uint64_t qemu_plugin_tb_vaddr(const struct qemu_plugin_tb *tb);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *tb, size_t i);
size_t qemu_plugin_insn_data(const struct qemu_plugin_insn *insn, void *dest, size_t len);
size_t qemu_plugin_insn_size(const struct qemu_plugin_insn *insn);

#define EXPORT __attribute__((visibility("default")))

EXPORT int qemu_plugin_version = 4;

#define BUCKETS	(1 << 18)
#define START	1
#define STOP	2

/* Blocks that begin at one address and have one length; translated anew they are counted on. */
struct block {
	struct block *next;
	uint64_t pc;
	uint64_t count;
	size_t insns;
};

static struct block *blocks[BUCKETS];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static bool counting;
static char out[4096];
static int interval;

static struct block *block_of(uint64_t pc, size_t insns)
{
	struct block **head = &blocks[(pc * 0x9e3779b97f4a7c15ull >> 40 ^ insns) % BUCKETS], *b;

	for (b = *head; b; b = b->next)
		if (b->pc == pc && b->insns == insns)
			return b;
	b = calloc(1, sizeof(*b));
	if (!b)
		abort();
	b->pc = pc;
	b->insns = insns;
	b->next = *head;
	*head = b;
	return b;
}

static void executed(unsigned int cpu, void *data)
{
	struct block *b = data;

	(void)cpu;
	if (counting)
		b->count += b->insns;
}

static void dump(void)
{
	char path[sizeof(out) + 16];
	struct block *b;
	FILE *f;
	int i;

	snprintf(path, sizeof(path), "%s.%d", out, interval++);
	f = fopen(path, "w");
	if (!f)
		abort();
	for (i = 0; i < BUCKETS; i++) {
		for (b = blocks[i]; b; b = b->next) {
			if (b->count)
				fprintf(f, "%016" PRIx64 " %" PRIu64 " %" PRIu64 "\n", b->pc,
					b->count, b->count / b->insns);
			b->count = 0;
		}
	}
	fclose(f);
}

static void marked(unsigned int cpu, void *data)
{
	(void)cpu;
	pthread_mutex_lock(&lock);
	counting = (uintptr_t)data == START;
	if (!counting)
		dump();
	pthread_mutex_unlock(&lock);
}

/* nopl 0x414e5001(%rax,%rax) is START, ...2 is STOP; 0: no mark. */
static uintptr_t mark_of(const struct qemu_plugin_insn *insn)
{
	static const uint8_t nop[] = { 0x0f, 0x1f, 0x84, 0x00 };
	uint8_t code[8];
	uint32_t number;

	if (qemu_plugin_insn_size(insn) != sizeof(code) ||
	    qemu_plugin_insn_data(insn, code, sizeof(code)) != sizeof(code) || memcmp(code, nop, sizeof(nop)))
		return 0;
	memcpy(&number, code + sizeof(nop), sizeof(number));
	return number == 0x414e5001 ? START : number == 0x414e5002 ? STOP : 0;
}

static void translated(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
	size_t i, insns = qemu_plugin_tb_n_insns(tb);
	struct block *b;

	(void)id;
	for (i = 0; i < insns; i++) {
		struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
		uintptr_t mark = mark_of(insn);

		if (mark)
			qemu_plugin_register_vcpu_insn_exec_cb(insn, marked,
							       QEMU_PLUGIN_CB_NO_REGS,
							       (void *)mark);
	}
	pthread_mutex_lock(&lock);
	b = block_of(qemu_plugin_tb_vaddr(tb), insns);
	pthread_mutex_unlock(&lock);
	qemu_plugin_register_vcpu_tb_exec_cb(tb, executed, QEMU_PLUGIN_CB_NO_REGS, b);
}

EXPORT int qemu_plugin_install(qemu_plugin_id_t id, const struct qemu_info *info, int argc,
			       char **argv)
{
	(void)info;
	if (argc != 1 || strncmp(argv[0], "out=", 4)) {
		fprintf(stderr, "insn: usage: -plugin insn.so,out=FILE\n");
		return 1;
	}
	snprintf(out, sizeof(out), "%s", argv[0] + 4);
	qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
	return 0;
}
