/* SPDX-License-Identifier: GPL-2.0 */
/* The lists of skbs, part of <linux/skbuff.h>. */
#ifndef ANP_SHIM_LINUX_SKBUFF_LIST_H
#define ANP_SHIM_LINUX_SKBUFF_LIST_H

static inline void __skb_queue_head_init(struct sk_buff_head *list)
{
	list->next = (struct sk_buff *)list;
	list->prev = (struct sk_buff *)list;
	list->qlen = 0;
}

static inline void skb_queue_head_init(struct sk_buff_head *list)
{
	__skb_queue_head_init(list);
}

static inline bool skb_queue_empty(const struct sk_buff_head *list)
{
	return list->next == (const struct sk_buff *)list;
}

static inline u32 skb_queue_len(const struct sk_buff_head *list)
{
	return list->qlen;
}

static inline bool skb_queue_is_first(const struct sk_buff_head *list, const struct sk_buff *skb)
{
	return skb->prev == (const struct sk_buff *)list;
}

static inline bool skb_queue_is_last(const struct sk_buff_head *list, const struct sk_buff *skb)
{
	return skb->next == (const struct sk_buff *)list;
}

static inline struct sk_buff *skb_peek(const struct sk_buff_head *list)
{
	return skb_queue_empty(list) ? NULL : list->next;
}

static inline struct sk_buff *skb_peek_tail(const struct sk_buff_head *list)
{
	return skb_queue_empty(list) ? NULL : list->prev;
}

static inline struct sk_buff *skb_peek_next(struct sk_buff *skb, const struct sk_buff_head *list)
{
	return skb_queue_is_last(list, skb) ? NULL : skb->next;
}

static inline struct sk_buff *skb_queue_next(const struct sk_buff_head *list,
					     const struct sk_buff *skb)
{
	BUG_ON(skb_queue_is_last(list, skb));
	return skb->next;
}

static inline struct sk_buff *skb_queue_prev(const struct sk_buff_head *list,
					     const struct sk_buff *skb)
{
	BUG_ON(skb_queue_is_first(list, skb));
	return skb->prev;
}

static inline void __skb_insert(struct sk_buff *skb, struct sk_buff *prev, struct sk_buff *next,
				struct sk_buff_head *list)
{
	skb->next = next;
	skb->prev = prev;
	next->prev = skb;
	prev->next = skb;
	list->qlen++;
}

static inline void __skb_queue_after(struct sk_buff_head *list, struct sk_buff *prev,
				     struct sk_buff *skb)
{
	__skb_insert(skb, prev, prev->next, list);
}

static inline void __skb_queue_before(struct sk_buff_head *list, struct sk_buff *next,
				      struct sk_buff *skb)
{
	__skb_insert(skb, next->prev, next, list);
}

static inline void __skb_queue_tail(struct sk_buff_head *list, struct sk_buff *skb)
{
	__skb_queue_before(list, (struct sk_buff *)list, skb);
}

static inline void __skb_queue_head(struct sk_buff_head *list, struct sk_buff *skb)
{
	__skb_queue_after(list, (struct sk_buff *)list, skb);
}

static inline void __skb_unlink(struct sk_buff *skb, struct sk_buff_head *list)
{
	BUG_ON(!list->qlen || skb->next->prev != skb || skb->prev->next != skb);
	list->qlen--;
	skb->next->prev = skb->prev;
	skb->prev->next = skb->next;
	skb->next = NULL;
	skb->prev = NULL;
}

static inline struct sk_buff *__skb_dequeue(struct sk_buff_head *list)
{
	struct sk_buff *skb = skb_peek(list);

	if (skb)
		__skb_unlink(skb, list);
	return skb;
}

static inline struct sk_buff *__skb_dequeue_tail(struct sk_buff_head *list)
{
	struct sk_buff *skb = skb_peek_tail(list);

	if (skb)
		__skb_unlink(skb, list);
	return skb;
}

static inline void __skb_queue_purge(struct sk_buff_head *list)
{
	struct sk_buff *skb;

	while ((skb = __skb_dequeue(list)))
		kfree_skb(skb);
}

#define skb_queue_walk(list, skb) \
	for ((skb) = (list)->next; (skb) != (struct sk_buff *)(list); (skb) = (skb)->next)
#define skb_queue_walk_safe(list, skb, tmp) \
	for ((skb) = (list)->next, (tmp) = (skb)->next; (skb) != (struct sk_buff *)(list); \
	     (skb) = (tmp), (tmp) = (skb)->next)
#define skb_queue_walk_from(list, skb) \
	for (; (skb) != (struct sk_buff *)(list); (skb) = (skb)->next)
#define skb_queue_walk_from_safe(list, skb, tmp) \
	for ((tmp) = (skb)->next; (skb) != (struct sk_buff *)(list); \
	     (skb) = (tmp), (tmp) = (skb)->next)
#define skb_queue_reverse_walk(list, skb) \
	for ((skb) = (list)->prev; (skb) != (struct sk_buff *)(list); (skb) = (skb)->prev)

/* As in the kernel: a null pointer stays one, since rbnode comes first. */
#define rb_to_skb(rb) ((struct sk_buff *)(rb))
_Static_assert(offsetof(struct sk_buff, rbnode) == 0, "rb_to_skb() is a cast");
#define skb_rb_first(root) rb_to_skb(rb_first(root))
#define skb_rb_last(root) rb_to_skb(rb_last(root))
#define skb_rb_next(skb) rb_to_skb(rb_next(&(skb)->rbnode))
#define skb_rb_prev(skb) rb_to_skb(rb_prev(&(skb)->rbnode))

#endif
