/* SPDX-License-Identifier: GPL-2.0 */
/* A warning or a bug of the engine is a failure of the run: sim_bug() does not return. */
#ifndef ANP_SHIM_LINUX_BUG_H
#define ANP_SHIM_LINUX_BUG_H

#include <linux/types.h>
#include <linux/compiler.h>

/* Provided by the program that links the shim. */
void __attribute__((noreturn)) sim_bug(const char *file, int line, const char *what);

#define BUG() sim_bug(__FILE__, __LINE__, "BUG")
#define BUG_ON(cond) do { if (unlikely(cond)) sim_bug(__FILE__, __LINE__, #cond); } while (0)
#define WARN_ON(cond) ({				\
	bool shim_hit = !!(cond);			\
	if (unlikely(shim_hit))				\
		sim_bug(__FILE__, __LINE__, #cond);	\
	shim_hit;					\
})
#define WARN_ON_ONCE(cond) WARN_ON(cond)
#define WARN(cond, ...) WARN_ON(cond)
#define WARN_ONCE(cond, ...) WARN_ON(cond)
#define DEBUG_NET_WARN_ON_ONCE(cond) ((void)WARN_ON(cond))
#define BUILD_BUG_ON(cond) _Static_assert(!(cond), #cond)
#ifndef static_assert
#define static_assert(cond, ...) _Static_assert(cond, #cond)
#endif

#endif
