/* SPDX-License-Identifier: GPL-2.0 */
/* Kernels before 6.12 have this header elsewhere; newer ones find their own first. */
#include <asm/unaligned.h>
