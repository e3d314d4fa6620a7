// SPDX-License-Identifier: GPL-2.0
/*
 * The tree behind the shim's <linux/rbtree.h>: a treap.  Its shape is that of a tree to which nodes
 * came by random priorities, which are taken from their addresses; so it is balanced as a rule,
 * whatever order a peer chooses.
 */
#include <linux/rbtree.h>

static u32 priority(const struct rb_node *node)
{
	return (u32)(((u64)(uintptr_t)node >> 4) * 0x9e3779b97f4a7c15ULL >> 32);
}

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

/* @node takes the place of its parent, which becomes its child. */
static void rotate_up(struct rb_node *node, struct rb_root *root)
{
	struct rb_node *parent = node->rb_parent, *moved;

	if (parent->rb_left == node) {
		moved = node->rb_right;
		node->rb_right = parent;
		parent->rb_left = moved;
	} else {
		moved = node->rb_left;
		node->rb_left = parent;
		parent->rb_right = moved;
	}
	if (moved)
		moved->rb_parent = parent;
	node->rb_parent = parent->rb_parent;
	if (!node->rb_parent)
		root->rb_node = node;
	else if (node->rb_parent->rb_left == parent)
		node->rb_parent->rb_left = node;
	else
		node->rb_parent->rb_right = node;
	parent->rb_parent = node;
}

void rb_insert_color(struct rb_node *node, struct rb_root *root)
{
	while (node->rb_parent && priority(node->rb_parent) < priority(node))
		rotate_up(node, root);
}

void rb_erase(struct rb_node *node, struct rb_root *root)
{
	struct rb_node *left, *right;

	while ((left = node->rb_left) && (right = node->rb_right))
		rotate_up(priority(left) < priority(right) ? right : left, root);
	replace_child(root, node, left ? left : node->rb_right);
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
