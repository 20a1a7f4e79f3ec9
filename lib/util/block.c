/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Marked blocks in shared files. */
#include "util/block.h"

#include <errno.h>

struct span {
	size_t outer;       /* the foreign text before ends here */
	size_t begin, stop; /* the block's lines */
	bool has_begin, has_end;
};

/* The end of the line that starts at `at`, its newline included */
static size_t line_end(const struct text *t, size_t at)
{
	const char *nl = memchr(t->s + at, '\n', t->len - at);

	return nl ? (size_t)(nl - t->s) + 1 : t->len;
}

/* An editor may have given the file CR LF line ends. */
static bool line_is(const struct text *t, size_t at, size_t end, const char *marker)
{
	size_t n = strlen(marker), len = end - at;

	if (t->s[at] != *marker)
		return false;
	if (len && t->s[at + len - 1] == '\n')
		len--;
	if (len && t->s[at + len - 1] == '\r')
		len--;
	return len == n && memcmp(t->s + at, marker, n) == 0;
}

static bool ends_in(const struct text *t, size_t len, const char *tail)
{
	size_t n = strlen(tail);

	return len >= n && memcmp(t->s + len - n, tail, n) == 0;
}

/* The last line that is not empty ends in a backslash. */
static bool is_continued(const struct text *t, size_t len)
{
	while (ends_in(t, len, "\n"))
		len--;
	return ends_in(t, len, "\\");
}

/* Takes back what add_separator brought. */
static size_t without_separator(const struct text *t, size_t len, bool block_has_newline)
{
	if (is_continued(t, len) && ends_in(t, len, "\n\n"))
		len--;
	if (!block_has_newline && ends_in(t, len, "\n") && !ends_in(t, len, "\n\n"))
		len--;
	return len;
}

static void add_separator(struct text *t)
{
	if (!t->len)
		return;
	if (!ends_in(t, t->len, "\n"))
		text_addc(t, '\n');
	if (is_continued(t, t->len))
		text_addc(t, '\n');
}

static int find_span(const struct text *t, const struct block *block, struct span *ret,
		     unsigned *ret_line)
{
	struct span span = { 0 };
	unsigned line = 0, line_begin = 0;
	size_t end;

	for (size_t at = 0; at < t->len; at = end) {
		bool is_begin, is_end;

		end = line_end(t, at);
		line++;
		is_begin = line_is(t, at, end, block->begin);
		is_end = line_is(t, at, end, block->end);
		*ret_line = line;
		if ((is_begin && span.has_begin) || (is_end && (!span.has_begin || span.has_end)))
			return -EBADMSG;
		if (is_begin) {
			span.begin = at;
			span.has_begin = true;
			line_begin = line;
		}
		if (is_end) {
			span.stop = end;
			span.has_end = true;
		}
	}
	*ret_line = line_begin;
	if (span.has_begin != span.has_end)
		return -EBADMSG;
	if (!span.has_begin)
		return -ENOENT;
	span.outer = without_separator(t, span.begin, ends_in(t, span.stop, "\n"));
	*ret = span;
	return 0;
}

int block_find(const struct text *content, const struct block *block, struct text *ret_block,
	       unsigned *ret_line)
{
	struct span span;
	unsigned line = 0;
	int r = find_span(content, block, &span, &line);

	if (r < 0) {
		*ret_line = line;
		return r;
	}
	text_clear(ret_block);
	text_add_mem(ret_block, content->s + span.begin, span.stop - span.begin);
	if (!ends_in(content, span.stop, "\n"))
		text_addc(ret_block, '\n');
	return 0;
}

int block_replace(const struct text *content, const struct block *block, const struct text *body,
		  struct text *ret)
{
	size_t end = block->where == BLOCK_WHERE_TOP ? 0 : content->len;
	struct span span = { 0 };
	unsigned line;
	int r = find_span(content, block, &span, &line);

	if (r == -EBADMSG)
		return r;
	if (r == -ENOENT)
		span = (struct span){ .outer = end, .begin = end, .stop = end };
	text_clear(ret);
	text_add_mem(ret, text_str(content), span.outer);
	if (body->len) {
		bool newline = !ret->len || ends_in(ret, ret->len, "\n");

		add_separator(ret);
		text_add_mem(ret, body->s, newline ? body->len : body->len - 1);
	}
	text_add_mem(ret, text_str(content) + span.stop, content->len - span.stop);
	return 0;
}
