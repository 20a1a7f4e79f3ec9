/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A text grows, is cleared, taken and compared; no secret is left in released memory. */
#include "util/text.h"

#include "check.h"
#include "site.h"

void __real_free(void *p);
void __wrap_free(void *p);

/* How much memory was released with this in it. */
static const char *secret;
static unsigned n_leaked;

void __wrap_free(void *p)
{
	if (p && secret && memcmp(p, secret, strlen(secret)) == 0)
		n_leaked++;
	__real_free(p);
}

static void test_growth(void)
{
	_cleanup_text_ struct text t = { 0 }, u = { 0 };

	check_str(text_str(&t), "");
	for (unsigned i = 0; i < 1000; i++)
		text_addf(&t, "%u,", i);
	check(t.len == 10 * 2 + 90 * 3 + 900 * 4, "%zu bytes", t.len);
	check(strlen(t.s) == t.len);
	check(str_starts(t.s, "0,1,2,") && str_ends(t.s, ",998,999,"));
	text_clear(&t);
	check(t.len == 0);
	check_str(text_str(&t), "");
	text_add_mem(&u, "", 0);
	check(text_equal(&t, &u)); /* one with memory, one without */
}

static void test_bytes(void)
{
	_cleanup_text_ struct text a = { 0 }, b = { 0 };

	text_add_mem(&a, "x\0y", 3);
	text_add_mem(&b, "x\0z", 3);
	check(a.len == 3 && !text_equal(&a, &b));
	text_clear(&b);
	text_add(&b, "x");
	text_addc(&b, '\0');
	check(!text_equal(&a, &b));
	text_addc(&b, 'y');
	check(text_equal(&a, &b));
}

static void test_take(void)
{
	struct text t = { 0 };
	_cleanup_free_ char *empty = text_take(&t), *full = NULL;

	check_str(empty, "");
	text_add(&t, "abc");
	full = text_take(&t);
	check_str(full, "abc");
	check(t.s == NULL && t.len == 0);
}

static void test_secrets(void)
{
	struct text t = { 0 };
	struct site site = { 0 };
	char *s = xstrdup("blue whale");

	secret = "blue whale";
	text_add(&t, s);
	for (unsigned i = 0; i < 1000; i++)
		text_addf(&t, " %s", s);
	text_cut(&t, 0);
	text_free(&t);
	site_add_account(&site, "anna")->password = xstrdup(s);
	site_free(&site);
	base_wipep(&s);
	check(n_leaked == 0, "%u", n_leaked);
	secret = NULL;
}

int main(void)
{
	test_growth();
	test_bytes();
	test_take();
	test_secrets();
	return check_done();
}
