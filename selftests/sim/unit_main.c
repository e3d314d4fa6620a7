// SPDX-License-Identifier: GPL-2.0
/*
 * Runs the unit tests: all, or those whose name contains an argument.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include "unit.h"

static struct unit_test *tests;
static struct unit_test *running;
static jmp_buf env;

const char *__asan_default_options(void);

/* A test that fails leaves its memory behind; the others count their skbs. */
const char *__asan_default_options(void)
{
	return "detect_leaks=0";
}

/* Kept in the order of their names, whatever the linker's. */
void unit_register(struct unit_test *t)
{
	struct unit_test **at = &tests;

	while (*at && strcmp((*at)->name, t->name) < 0)
		at = &(*at)->next;
	t->next = *at;
	*at = t;
}

void unit_fail(const char *file, int line, const char *fmt, ...)
{
	va_list ap;

	printf("not ok %s: %s:%d: ", running ? running->name : "-", file, line);
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	putchar('\n');
	fflush(stdout);
	longjmp(env, 1);
}

void sim_bug(const char *file, int line, const char *what)
{
	unit_fail(file, line, "the engine warns: %s", what);
}

/* An engine that does not come back: no other test can be run after this. */
static void hangs(int sig)
{
	(void)sig;
	printf("not ok %s: hangs\n", running->name);
	fflush(stdout);
	_exit(1);
}

static bool run(struct unit_test *t)
{
	running = t;
	alarm(20);
	memset(&shim, 0, sizeof(shim));
	lab_reset();
	if (setjmp(env))
		return false;
	t->run();
	lab_clear();
	if (shim.skbs || shim.heads || shim.pages)
		unit_fail(__FILE__, __LINE__, "leaks %ld skbs, %ld heads, %ld pages", shim.skbs,
			  shim.heads, shim.pages);
	return true;
}

static bool chosen(const struct unit_test *t, int argc, char **argv)
{
	int i;

	for (i = 1; i < argc; i++)
		if (strstr(t->name, argv[i]))
			return true;
	return argc < 2;
}

int main(int argc, char **argv)
{
	u32 passed = 0, failed = 0;
	struct unit_test *t;

	signal(SIGALRM, hangs);
	for (t = tests; t; t = t->next) {
		if (!chosen(t, argc, argv))
			continue;
		if (run(t))
			passed++;
		else
			failed++;
	}
	printf("%u passed, %u failed\n", passed, failed);
	return failed || !passed ? 1 : 0;
}
