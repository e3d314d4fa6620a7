// SPDX-License-Identifier: GPL-2.0
/*
 * The skbs of the simulator: see include/linux/skbuff.h.
 */
#include <stdlib.h>
#include <linux/skbuff.h>

struct shim shim;

bool shim_fails(void)
{
	shim.allocs++;
	if (shim.fail_nth && !--shim.fail_nth)
		return true;
	if (!shim.fail_ppm)
		return false;
	/* xorshift64: a stream of its own, so that failures do not change the network's. */
	shim.rng ^= shim.rng << 13;
	shim.rng ^= shim.rng >> 7;
	shim.rng ^= shim.rng << 17;
	if (shim.rng % 1000000 >= shim.fail_ppm)
		return false;
	shim.failed++;
	return true;
}

static void *must_alloc(size_t size)
{
	void *p = calloc(1, size);

	if (!p)
		abort();
	return p;
}

struct page *shim_page_alloc(unsigned int size)
{
	struct page *page;

	if (shim_fails())
		return NULL;
	page = must_alloc(sizeof(*page) + size);
	page->refs = 1;
	page->size = size;
	shim.pages++;
	return page;
}

void shim_page_put(struct page *page)
{
	BUG_ON(page->refs <= 0);
	if (--page->refs)
		return;
	shim.pages--;
	free(page);
}

/* The shared info, then the head's bytes; @head points at the latter. */
static struct skb_shared_info *head_alloc(unsigned int size, u8 **head)
{
	struct skb_shared_info *si;

	if (shim_fails())
		return NULL;
	si = must_alloc(sizeof(*si));
	*head = malloc(size ? size : 1);
	if (!*head)
		abort();
	/* A kernel's head is not zeroed either. */
	memset(*head, 0xa5, size);
	si->dataref = 1;
	shim.heads++;
	return si;
}

static void head_put(struct skb_shared_info *si, u8 *head)
{
	int i;

	BUG_ON(si->dataref <= 0);
	if (--si->dataref)
		return;
	for (i = 0; i < si->nr_frags; i++)
		shim_page_put(si->frags[i].page);
	free(head);
	free(si);
	shim.heads--;
}

struct sk_buff *alloc_skb(unsigned int size, gfp_t gfp)
{
	struct skb_shared_info *si;
	struct sk_buff *skb;
	u8 *head;

	(void)gfp;
	size = ALIGN(size, 64);
	si = head_alloc(size, &head);
	if (!si)
		return NULL;
	skb = must_alloc(sizeof(*skb));
	skb->users = 1;
	skb->shinfo = si;
	skb->head = head;
	skb->data = head;
	skb->end = size;
	skb->truesize = SKB_TRUESIZE(size);
	shim.skbs++;
	return skb;
}

void skb_orphan(struct sk_buff *skb)
{
	if (skb->destructor)
		skb->destructor(skb);
	skb->destructor = NULL;
	skb->sk = NULL;
}

void kfree_skb(struct sk_buff *skb)
{
	if (!skb)
		return;
	BUG_ON(skb->users <= 0);
	if (--skb->users)
		return;
	/* What lies over a reference to a route would be put here. */
	BUG_ON(skb->_skb_refdst);
	skb_orphan(skb);
	head_put(skb->shinfo, skb->head);
	shim.skbs--;
	free(skb);
}

struct sk_buff *skb_clone(struct sk_buff *skb, gfp_t gfp)
{
	struct sk_buff *n;

	(void)gfp;
	BUG_ON(skb->_skb_refdst);
	if (shim_fails())
		return NULL;
	n = must_alloc(sizeof(*n));
	*n = *skb;
	/* The kernel copies dev, whatever lies over it. */
	n->next = NULL;
	n->prev = NULL;
	n->sk = NULL;
	n->destructor = NULL;
	n->users = 1;
	n->cloned = 1;
	skb->cloned = 1;
	skb_shinfo(skb)->dataref++;
	shim.skbs++;
	return n;
}

struct sk_buff *__pskb_copy(struct sk_buff *skb, int headroom, gfp_t gfp)
{
	unsigned int linear = skb_headlen(skb);
	struct sk_buff *n = alloc_skb(headroom + linear, gfp);
	int i;

	BUG_ON(skb->_skb_refdst);
	if (!n)
		return NULL;
	n->dev = skb->dev;
	skb_reserve(n, headroom);
	memcpy(skb_put(n, linear), skb->data, linear);
	n->truesize += skb->data_len;
	n->data_len = skb->data_len;
	n->len = skb->len;
	*n->shinfo = *skb->shinfo;
	n->shinfo->dataref = 1;
	for (i = 0; i < n->shinfo->nr_frags; i++)
		skb_frag_ref(n, i);
	n->transport_header = skb->transport_header + headroom - skb_headroom(skb);
	n->ip_summed = skb->ip_summed;
	memcpy(n->cb, skb->cb, sizeof(n->cb));
	return n;
}

int pskb_expand_head(struct sk_buff *skb, int nhead, int ntail, gfp_t gfp)
{
	unsigned int off = skb->data - skb->head, size = skb->end + nhead + ntail;
	struct skb_shared_info *si;
	u8 *head;
	int i;

	(void)gfp;
	BUG_ON(skb_shared(skb));
	si = head_alloc(size, &head);
	if (!si)
		return -ENOMEM;
	memcpy(head + nhead, skb->head, skb->tail);
	*si = *skb->shinfo;
	si->dataref = 1;
	for (i = 0; i < si->nr_frags; i++)
		si->frags[i].page->refs++;
	head_put(skb->shinfo, skb->head);
	skb->shinfo = si;
	skb->head = head;
	skb->data = head + off + nhead;
	skb->tail += nhead;
	skb->transport_header += nhead;
	skb->end = size;
	skb->cloned = 0;
	return 0;
}

int skb_copy_bits(const struct sk_buff *skb, int offset, void *to, int len)
{
	const struct skb_shared_info *si = skb_shinfo(skb);
	int linear = skb_headlen(skb), i;
	u8 *p = to;

	if (offset < 0 || len < 0 || offset + len > (int)skb->len)
		return -EFAULT;
	if (offset < linear) {
		int n = min(len, linear - offset);

		memcpy(p, skb->data + offset, n);
		p += n;
		len -= n;
		offset = 0;
	} else {
		offset -= linear;
	}
	for (i = 0; len && i < si->nr_frags; i++) {
		const skb_frag_t *f = &si->frags[i];
		int n = min(len, (int)f->size - offset);

		if (n <= 0) {
			offset -= f->size;
			continue;
		}
		memcpy(p, f->page->data + f->off + offset, n);
		p += n;
		len -= n;
		offset = 0;
	}
	BUG_ON(len);
	return 0;
}

/* Takes @n bytes off the front of the frags. */
static void frags_eat(struct sk_buff *skb, unsigned int n)
{
	struct skb_shared_info *si = skb_shinfo(skb);
	int i, kept = 0;

	for (i = 0; i < si->nr_frags; i++) {
		skb_frag_t f = si->frags[i];
		unsigned int eat = min(n, f.size);

		n -= eat;
		f.off += eat;
		f.size -= eat;
		if (f.size)
			si->frags[kept++] = f;
		else
			shim_page_put(f.page);
	}
	si->nr_frags = kept;
}

u8 *__pskb_pull_tail(struct sk_buff *skb, int delta)
{
	int room = skb->end - skb->tail;

	if (delta > (int)skb->data_len)
		return NULL;
	if (room < delta || skb_cloned(skb)) {
		if (pskb_expand_head(skb, 0, room < delta ? delta - room + 128 : 0, GFP_ATOMIC))
			return NULL;
	}
	BUG_ON(skb_copy_bits(skb, skb_headlen(skb), skb_tail_pointer(skb), delta));
	frags_eat(skb, delta);
	skb->tail += delta;
	skb->data_len -= delta;
	return skb_tail_pointer(skb);
}

int ___pskb_trim(struct sk_buff *skb, unsigned int len)
{
	struct skb_shared_info *si;
	unsigned int at = skb_headlen(skb);
	int i;

	if (skb_unclone(skb, GFP_ATOMIC))
		return -ENOMEM;
	si = skb_shinfo(skb);
	if (len < at) {
		skb->tail = skb->data - skb->head + len;
		at = len;
	}
	for (i = 0; i < si->nr_frags && at < len; i++) {
		si->frags[i].size = min(si->frags[i].size, len - at);
		at += si->frags[i].size;
	}
	while (si->nr_frags > i)
		shim_page_put(si->frags[--si->nr_frags].page);
	skb->len = len;
	skb->data_len = len - (skb->tail - skb_headroom(skb));
	return 0;
}

static void split_linear(struct sk_buff *skb, struct sk_buff *skb1, u32 len)
{
	u32 moved = skb_headlen(skb) - len;

	memcpy(skb_put(skb1, moved), skb->data + len, moved);
	skb_shinfo(skb1)->nr_frags = skb_shinfo(skb)->nr_frags;
	memcpy(skb_shinfo(skb1)->frags, skb_shinfo(skb)->frags, sizeof(skb_shinfo(skb)->frags));
	skb_shinfo(skb)->nr_frags = 0;
	skb1->data_len = skb->data_len;
	skb1->len += skb->data_len;
	skb->data_len = 0;
	skb->len = len;
	skb->tail = skb->data - skb->head + len;
}

static void split_frags(struct sk_buff *skb, struct sk_buff *skb1, u32 len)
{
	struct skb_shared_info *si = skb_shinfo(skb), *si1 = skb_shinfo(skb1);
	u32 at = skb_headlen(skb);
	int i, kept = 0;

	skb1->data_len = skb->len - len;
	skb1->len = skb1->data_len;
	skb->data_len = len - at;
	skb->len = len;
	for (i = 0; i < si->nr_frags; i++) {
		skb_frag_t f = si->frags[i];
		u32 stay = at < len ? min(f.size, len - at) : 0;

		at += f.size;
		if (stay) {
			si->frags[kept] = f;
			si->frags[kept++].size = stay;
		}
		if (stay == f.size)
			continue;
		/* The frag that is cut belongs to both. */
		if (stay)
			f.page->refs++;
		f.off += stay;
		f.size -= stay;
		si1->frags[si1->nr_frags++] = f;
	}
	si->nr_frags = kept;
}

void skb_split(struct sk_buff *skb, struct sk_buff *skb1, u32 len)
{
	BUG_ON(skb_cloned(skb) || skb1->len || len > skb->len);
	if (len < skb_headlen(skb))
		split_linear(skb, skb1, len);
	else
		split_frags(skb, skb1, len);
}

void *skb_put(struct sk_buff *skb, unsigned int len)
{
	u8 *p = skb_tail_pointer(skb);

	BUG_ON(skb_is_nonlinear(skb) || skb->tail + len > skb->end);
	skb->tail += len;
	skb->len += len;
	return p;
}

void *skb_push(struct sk_buff *skb, unsigned int len)
{
	BUG_ON(len > skb_headroom(skb));
	skb->data -= len;
	skb->len += len;
	return skb->data;
}

void *__skb_pull(struct sk_buff *skb, unsigned int len)
{
	BUG_ON(len > skb_headlen(skb));
	skb->len -= len;
	return skb->data += len;
}
