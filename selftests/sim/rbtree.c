// SPDX-License-Identifier: GPL-2.0
/*
 * The tree behind the shim's <linux/rbtree.h>: binary, not balanced.  The out-of-order queue holds
 * a receive window of segments at most, so depth is bounded by that.
 */
#include <linux/rbtree.h>

static void replace_child(struct rb_root *root, struct rb_node *old, struct rb_node *new)
{
	struct rb_node *parent = old->rb_parent;

	if (!parent)
		root->rb_node = new;
	else if (parent->rb_left == old)
		parent->rb_left = new;
	else
		parent->rb_right = new;
	if (new)
		new->rb_parent = parent;
}

void rb_erase(struct rb_node *node, struct rb_root *root)
{
	struct rb_node *next;

	if (!node->rb_left || !node->rb_right) {
		replace_child(root, node, node->rb_left ? node->rb_left : node->rb_right);
		return;
	}
	/* Two children: the next in order, which has no left child, takes the place. */
	for (next = node->rb_right; next->rb_left; next = next->rb_left)
		;
	if (next->rb_parent != node) {
		replace_child(root, next, next->rb_right);
		next->rb_right = node->rb_right;
		next->rb_right->rb_parent = next;
	}
	replace_child(root, node, next);
	next->rb_left = node->rb_left;
	next->rb_left->rb_parent = next;
}

struct rb_node *rb_first(const struct rb_root *root)
{
	struct rb_node *n = root->rb_node;

	while (n && n->rb_left)
		n = n->rb_left;
	return n;
}

struct rb_node *rb_last(const struct rb_root *root)
{
	struct rb_node *n = root->rb_node;

	while (n && n->rb_right)
		n = n->rb_right;
	return n;
}

struct rb_node *rb_next(const struct rb_node *node)
{
	struct rb_node *n = node->rb_right;

	if (n) {
		while (n->rb_left)
			n = n->rb_left;
		return n;
	}
	while ((n = node->rb_parent) && n->rb_right == node)
		node = n;
	return n;
}

struct rb_node *rb_prev(const struct rb_node *node)
{
	struct rb_node *n = node->rb_left;

	if (n) {
		while (n->rb_right)
			n = n->rb_right;
		return n;
	}
	while ((n = node->rb_parent) && n->rb_left == node)
		node = n;
	return n;
}
