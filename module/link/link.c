// SPDX-License-Identifier: GPL-2.0
/*
 * The link layer's coming and going.
 */
#include "link/link.h"

int anp_link_init(void)
{
	int err;

	err = anp_follow_init();
	if (err)
		return err;
	err = anp_newlink_init();
	if (err)
		goto err_follow;
	return 0;

err_follow:
	anp_follow_exit();
	return err;
}

/* Deletes the devices that are left. */
void anp_link_exit(void)
{
	anp_newlink_exit();
	anp_follow_exit();
}
