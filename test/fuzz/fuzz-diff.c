/* SPDX-License-Identifier: GPL-2.0-or-later */
/* diff and block: any two texts differ or do not; a block goes in, is found, and leaves what was
 * there before. */
#include "util/diff.h"

#include <errno.h>

#include "fuzz.h"
#include "util/block.h"

static void check_diff(const struct text *a, const struct text *b)
{
	_cleanup_text_ struct text out = { 0 };

	diff_unified("a", a, "b", b, &out);
	must((out.len == 0) == text_equal(a, b));
}

static void check_block(const struct text *content, const struct text *inner,
			enum block_where where)
{
	const struct block block = { "# begin", "# end", where };
	_cleanup_text_ struct text body = { 0 }, with = { 0 }, found = { 0 }, without = { 0 };
	const struct text none = { 0 };
	unsigned line = 0;
	bool is_new = block_find(content, &block, &found, &line) == -ENOENT;

	text_addf(&body, "# begin\n%s\n# end\n", text_str(inner));
	if (block_replace(content, &block, &body, &with) < 0) {
		must(line);
		return;
	}
	/* a body with marks of its own is nobody's: templates have none */
	if (block_find(&with, &block, &found, &line) < 0)
		return;
	must(text_equal(&found, &body));
	must(block_replace(&with, &block, &none, &without) == 0);
	must(!is_new || text_equal(&without, content));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	enum block_where where = fuzz_byte(&data, &size) & 1 ? BLOCK_WHERE_END : BLOCK_WHERE_TOP;
	_cleanup_free_ char *first = fuzz_string(&data, &size);
	_cleanup_text_ struct text a = { 0 }, b = { 0 };

	text_add(&a, first);
	fuzz_text(data, size, &b);
	check_diff(&a, &b);
	check_diff(&b, &a);
	check_block(&b, &a, where);
	return 0;
}
