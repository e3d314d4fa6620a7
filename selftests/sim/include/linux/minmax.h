/* SPDX-License-Identifier: GPL-2.0 */
/* min(), max(), clamp(); the module's build checks the types that these do not. */
#ifndef ANP_SHIM_LINUX_MINMAX_H
#define ANP_SHIM_LINUX_MINMAX_H

#define min(a, b) ({ __auto_type shim_a = (a); __auto_type shim_b = (b); \
	shim_a < shim_b ? shim_a : shim_b; })
#define max(a, b) ({ __auto_type shim_a = (a); __auto_type shim_b = (b); \
	shim_a > shim_b ? shim_a : shim_b; })
#define min_t(t, a, b) min((t)(a), (t)(b))
#define max_t(t, a, b) max((t)(a), (t)(b))
#define min3(a, b, c) ({ __auto_type shim_c = (c); __auto_type shim_m = min(a, b); \
	shim_m < shim_c ? shim_m : shim_c; })
#define max3(a, b, c) ({ __auto_type shim_c = (c); __auto_type shim_m = max(a, b); \
	shim_m > shim_c ? shim_m : shim_c; })
#define clamp(v, lo, hi) ({ __auto_type shim_v = (v); __auto_type shim_l = (lo); \
	__auto_type shim_h = (hi); \
	shim_v < shim_l ? shim_l : shim_v > shim_h ? shim_h : shim_v; })
#define clamp_t(t, v, lo, hi) clamp((t)(v), (t)(lo), (t)(hi))
#define clamp_val(v, lo, hi) clamp_t(__typeof__(v), v, lo, hi)
#define swap(a, b) do { __auto_type shim_s = (a); (a) = (b); (b) = shim_s; } while (0)

#endif
