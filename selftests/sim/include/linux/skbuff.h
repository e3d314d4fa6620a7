/* SPDX-License-Identifier: GPL-2.0 */
/*
 * struct sk_buff as the engine knows it, with the kernel's names and meanings: a head that clones
 * share, payload in refcounted frags behind it, lists and a control block.  What the kernel leaves
 * undefined (a push without headroom, a pull into the frags) is a failure here.  Every skb, head
 * and page is counted, and each is an allocation of its own, so that ASan sees its ends.
 */
#ifndef ANP_SHIM_LINUX_SKBUFF_H
#define ANP_SHIM_LINUX_SKBUFF_H

#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/rbtree.h>
#include <linux/string.h>

#define MAX_SKB_FRAGS		17
#define SKB_OVERHEAD		576	/* what the kernel's sk_buff and shared info take, about */
#define SKB_TRUESIZE(n)		((n) + SKB_OVERHEAD)
#define SKB_GSO_TCPV4		1
#define SKB_GSO_TCP_ECN		4
#define CHECKSUM_NONE		0
#define CHECKSUM_UNNECESSARY	1
#define CHECKSUM_PARTIAL	3

struct sock;
struct net_device;

struct page {
	int refs;
	unsigned int size;
	u8 data[];
};

typedef struct {
	struct page *page;
	u32 off;
	u32 size;
} skb_frag_t;

#define SKBFL_SHARED_FRAG	2

struct skb_shared_info {
	u8 flags;
	u8 nr_frags;
	u16 gso_size;
	u16 gso_segs;
	unsigned int gso_type;
	int dataref;
	skb_frag_t frags[MAX_SKB_FRAGS];
};

struct sk_buff {
	union {
		struct {
			struct sk_buff *next;
			struct sk_buff *prev;
			struct net_device *dev;
		};
		struct rb_node rbnode;
	};
	struct sock *sk;
	union {
		struct {
			unsigned long _skb_refdst;
			void (*destructor)(struct sk_buff *skb);
		};
		struct list_head tcp_tsorted_anchor;
	};
	char cb[48] __attribute__((aligned(8)));
	unsigned int len, data_len;
	unsigned int truesize;
	int users;
	u32 tail, end;			/* offsets from head */
	u32 transport_header;		/* likewise */
	u8 cloned : 1, ip_summed : 2;
	struct skb_shared_info *shinfo;	/* one with the head */
	u8 *head, *data;
};

struct sk_buff_head {
	struct sk_buff *next;
	struct sk_buff *prev;
	u32 qlen;
};

/* The shim's own state: what lives, and whether the next allocation fails. */
struct shim {
	long skbs, heads, pages;
	u64 rng;			/* of the failures; any seed but 0 */
	u32 fail_ppm;			/* of a million allocations, so many fail */
	u32 fail_nth;			/* the next but so many fails; 0: none */
	u64 allocs, failed;
};

extern struct shim shim;

/* One allocation is asked for: shall it fail? */
bool shim_fails(void);
struct page *shim_page_alloc(unsigned int size);
void shim_page_put(struct page *page);

struct sk_buff *alloc_skb(unsigned int size, gfp_t gfp);
void kfree_skb(struct sk_buff *skb);
struct sk_buff *skb_clone(struct sk_buff *skb, gfp_t gfp);
struct sk_buff *__pskb_copy(struct sk_buff *skb, int headroom, gfp_t gfp);
int pskb_expand_head(struct sk_buff *skb, int nhead, int ntail, gfp_t gfp);
int skb_copy_bits(const struct sk_buff *skb, int offset, void *to, int len);
void skb_split(struct sk_buff *skb, struct sk_buff *skb1, u32 len);
u8 *__pskb_pull_tail(struct sk_buff *skb, int delta);
int ___pskb_trim(struct sk_buff *skb, unsigned int len);
void *skb_put(struct sk_buff *skb, unsigned int len);
void *skb_push(struct sk_buff *skb, unsigned int len);
void *__skb_pull(struct sk_buff *skb, unsigned int len);
void skb_orphan(struct sk_buff *skb);

static inline void consume_skb(struct sk_buff *skb)
{
	kfree_skb(skb);
}

static inline void __kfree_skb(struct sk_buff *skb)
{
	kfree_skb(skb);
}

static inline struct skb_shared_info *skb_shinfo(const struct sk_buff *skb)
{
	return skb->shinfo;
}

static inline bool skb_is_gso(const struct sk_buff *skb)
{
	return skb_shinfo(skb)->gso_size;
}

static inline struct sk_buff *skb_get(struct sk_buff *skb)
{
	skb->users++;
	return skb;
}

static inline bool skb_shared(const struct sk_buff *skb)
{
	return skb->users != 1;
}

static inline bool skb_cloned(const struct sk_buff *skb)
{
	return skb->cloned && skb_shinfo(skb)->dataref != 1;
}

static inline int skb_unclone(struct sk_buff *skb, gfp_t gfp)
{
	return skb_cloned(skb) ? pskb_expand_head(skb, 0, 0, gfp) : 0;
}

static inline struct sk_buff *pskb_copy(struct sk_buff *skb, gfp_t gfp)
{
	return __pskb_copy(skb, skb->data - skb->head, gfp);
}

static inline unsigned int skb_headlen(const struct sk_buff *skb)
{
	return skb->len - skb->data_len;
}

static inline bool skb_is_nonlinear(const struct sk_buff *skb)
{
	return skb->data_len;
}

static inline unsigned int skb_headroom(const struct sk_buff *skb)
{
	return skb->data - skb->head;
}

static inline int skb_tailroom(const struct sk_buff *skb)
{
	return skb_is_nonlinear(skb) ? 0 : skb->end - skb->tail;
}

static inline u8 *skb_tail_pointer(const struct sk_buff *skb)
{
	return skb->head + skb->tail;
}

static inline void skb_reserve(struct sk_buff *skb, int len)
{
	skb->data += len;
	skb->tail += len;
}

static inline void *skb_pull(struct sk_buff *skb, unsigned int len)
{
	return len > skb->len ? NULL : __skb_pull(skb, len);
}

static inline void *__skb_push(struct sk_buff *skb, unsigned int len)
{
	return skb_push(skb, len);
}

static inline void *__skb_put(struct sk_buff *skb, unsigned int len)
{
	return skb_put(skb, len);
}

static inline bool pskb_may_pull(struct sk_buff *skb, unsigned int len)
{
	if (len <= skb_headlen(skb))
		return true;
	return len <= skb->len && __pskb_pull_tail(skb, len - skb_headlen(skb));
}

static inline void *pskb_pull(struct sk_buff *skb, unsigned int len)
{
	return pskb_may_pull(skb, len) ? __skb_pull(skb, len) : NULL;
}

static inline int pskb_trim(struct sk_buff *skb, unsigned int len)
{
	return len < skb->len ? ___pskb_trim(skb, len) : 0;
}

static inline void skb_trim(struct sk_buff *skb, unsigned int len)
{
	if (skb->len <= len)
		return;
	BUG_ON(skb_is_nonlinear(skb));
	skb->len = len;
	skb->tail = skb->data - skb->head + len;
}

static inline void skb_reset_transport_header(struct sk_buff *skb)
{
	skb->transport_header = skb->data - skb->head;
}

static inline void skb_set_transport_header(struct sk_buff *skb, int offset)
{
	skb->transport_header = skb->data - skb->head + offset;
}

static inline u8 *skb_transport_header(const struct sk_buff *skb)
{
	return skb->head + skb->transport_header;
}

static inline int skb_transport_offset(const struct sk_buff *skb)
{
	return skb_transport_header(skb) - skb->data;
}

static inline unsigned int skb_frag_size(const skb_frag_t *f)
{
	return f->size;
}

static inline void skb_frag_size_add(skb_frag_t *f, int n)
{
	f->size += n;
}

static inline unsigned int skb_frag_off(const skb_frag_t *f)
{
	return f->off;
}

static inline struct page *skb_frag_page(const skb_frag_t *f)
{
	return f->page;
}

static inline void put_page(struct page *page)
{
	shim_page_put(page);
}

/* Nothing is sent from a program's own pages here. */
static inline void *skb_zcopy(struct sk_buff *skb)
{
	(void)skb;
	return NULL;
}

static inline void skb_frag_ref(struct sk_buff *skb, int i)
{
	skb_shinfo(skb)->frags[i].page->refs++;
}

/* Adds a frag; takes over the caller's reference to @page.  len is the caller's business. */
static inline void skb_fill_page_desc(struct sk_buff *skb, int i, struct page *page, int off,
				      int size)
{
	BUG_ON(i >= MAX_SKB_FRAGS);
	skb_shinfo(skb)->frags[i] = (skb_frag_t){ page, off, size };
	skb_shinfo(skb)->nr_frags = i + 1;
}

#include <linux/skbuff_list.h>

#endif
