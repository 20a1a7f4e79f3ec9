/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Other firewalls on this host: the table of products, and opening or closing all of them. */
#include "firewall/others/others.h"

#include <errno.h>
#include <stdio.h>

#include "firewall/firewall.h"
#include "firewall/others/internal.h"
#include "paths.h"
#include "util/file.h"
#include "util/report.h"
#include "util/run.h"

#define LOCK_FILE    PATH_RUN "/other-firewalls.lock"
#define LOCK_WAIT_MS 30000
#define LOCK_POLL_MS 100

#define START_WAIT_MS 30000
#define START_POLL_MS 500

#define RETURN_WAIT_MS 5000
#define RETURN_POLL_MS 100

#define UFW_CONF  "/etc/ufw/ufw.conf"
#define UFW_RULES "/etc/ufw/user.rules"

const struct others_product *const others_products[] = {
	&others_docker,
	&others_ufw,
	&others_firewalld,
};
const size_t others_n_products = ARRAY_SIZE(others_products);

/* --- reading --- */

int others_try(const char *const *argv, struct text *ret_said)
{
	const struct run run = { .argv = argv, .timeout_ms = OTHERS_TIMEOUT_MS };

	return run_program(&run, ret_said);
}

int others_judge(const char *const *argv, int status, const struct text *said)
{
	if (status)
		report_error("%s %s: %s", argv[0], argv[1],
			     status < 0 ? strerror(-status) : text_str(said));
	return status > 0 ? -EIO : status;
}

int others_run(const char *const *argv, struct text *ret_output)
{
	_cleanup_text_ struct text output = { 0 };
	int r = others_try(argv, &output);

	if (r == 0 && ret_output)
		text_add_mem(ret_output, text_str(&output), output.len);
	return others_judge(argv, r, &output);
}

void others_world_free(struct others_world *world)
{
	text_free(&world->nft);
	for (unsigned i = 0; i < FIREWALL_N_VARIANTS; i++)
		text_free(&world->saved[i]);
	text_free(&world->ufw_conf);
	text_free(&world->ufw_rules);
}

/* Without counters. */
static int list_nft(struct text *ret)
{
	static const char *const argv[] = { "nft", "-s", "list", "ruleset", NULL };
	_cleanup_free_ char *program = run_find(argv[0]);

	return program ? firewall_run(argv, NULL, ret) : 0;
}

/* At a RING iptables-legacy cannot be read (CAP_NET_RAW); the line's next start reads it. */
static int list_iptables(enum firewall_variant variant, enum others_scope scope, struct text *ret)
{
	int r = firewall_iptables_save(variant, ret);

	return r == -EPERM && scope != OTHERS_SCOPE_ALL ? 0 : r;
}

/* A file that does not exist: its product is not installed. */
static int read_world(struct others_world *ret, enum others_scope scope)
{
	int r = scope == OTHERS_SCOPE_ALL ? list_nft(&ret->nft) : 0;

	for (unsigned i = 0; i < FIREWALL_N_VARIANTS && r == 0; i++)
		r = list_iptables((enum firewall_variant)i, scope, &ret->saved[i]);
	(void)file_read(UFW_CONF, &ret->ufw_conf);
	(void)file_read(UFW_RULES, &ret->ufw_rules);
	return r;
}

static bool is_one_starting(const struct others_world *world)
{
	for (size_t i = 0; i < others_n_products; i++)
		if (others_products[i]->is_starting && others_products[i]->is_starting(world))
			return true;
	return false;
}

int others_world_look(struct others_world *ret, enum others_scope scope)
{
	int64_t deadline = base_now_ms() + START_WAIT_MS;

	for (;;) {
		int r = read_world(ret, scope);
		bool may_wait = r == 0 && scope == OTHERS_SCOPE_ALL && base_now_ms() < deadline;

		if (!may_wait || !is_one_starting(ret))
			return r;
		others_world_free(ret);
		base_sleep_ms(START_POLL_MS);
	}
}

/* --- changing --- */

/* Lines that start at the same time check at the same time; the second one finds it done. 0,
 * -EWOULDBLOCK (not reported), -errno */
static int take_lock(unsigned wait_ms, int *ret_fd)
{
	int64_t deadline = base_now_ms() + wait_ms;
	pid_t holder = 0;
	int fd;

	while ((fd = file_lock(LOCK_FILE, &holder)) == -EWOULDBLOCK && base_now_ms() < deadline)
		base_sleep_ms(LOCK_POLL_MS);
	if (fd < 0 && fd != -EWOULDBLOCK)
		report_error(LOCK_FILE ": could not lock: %s", strerror(-fd));
	if (fd >= 0)
		*ret_fd = fd;
	return fd < 0 ? fd : 0;
}

static int change_one(const struct others_product *product, const struct others_world *world,
		      const struct others_desired *desired, unsigned *ret_n)
{
	int r = product->change(world, desired);

	if (r < 0)
		return r;
	++*ret_n;
	report_info("%s: %s callers through, by %s", product->name,
		    product->needs_rules(world, desired) ? "lets" : "no longer lets",
		    product->place);
	return 0;
}

static int change_all(const struct others_world *world, const struct others_desired *desired,
		      enum others_scope scope, unsigned *ret_n, bool *ret_is_flushed)
{
	int r = 0, e;

	for (size_t i = 0; i < others_n_products; i++) {
		const struct others_product *product = others_products[i];
		bool is_meant = scope == OTHERS_SCOPE_ALL || product->is_kernel_only;

		if (!is_meant || !product->is_present(world) || product->is_done(world, desired))
			continue;
		e = change_one(product, world, desired, ret_n);
		*ret_is_flushed |= product->flushes_others;
		r = r < 0 ? r : e;
	}
	return r;
}

/* Waits until products whose rules a flush has removed have restored them, or time out. */
static int wait_for_return(const struct others_world *before, struct others_world *ret)
{
	int64_t deadline = base_now_ms() + RETURN_WAIT_MS;

	for (;;) {
		bool is_back = true;
		int r = others_world_look(ret, OTHERS_SCOPE_KERNEL);

		for (size_t i = 0; i < others_n_products; i++)
			if (others_products[i]->is_kernel_only &&
			    others_products[i]->is_present(before))
				is_back &= others_products[i]->is_present(ret);
		if (r < 0 || is_back || base_now_ms() >= deadline)
			return r;
		others_world_free(ret);
		base_sleep_ms(RETURN_POLL_MS);
	}
}

/* A reload of Debian 12's firewalld flushes all tables of iptables. Docker, notified by it,
 * restores its rules; ours are loaded again. */
static int change_after_flush(const struct others_world *before,
			      const struct others_desired *desired, unsigned *ret_n)
{
	_cleanup_(others_world_free) struct others_world world = { 0 };
	int r = desired->has_variant ? firewall_load() : 0, e = wait_for_return(before, &world);
	bool is_flushed = false;

	if (e == 0)
		e = change_all(&world, desired, OTHERS_SCOPE_KERNEL, ret_n, &is_flushed);
	return r < 0 ? r : e;
}

/* 0, 1: another process is doing it, -errno */
static int reach_desired(struct others_desired *desired, enum others_scope scope, unsigned *ret_n)
{
	_cleanup_(others_world_free) struct others_world world = { 0 };
	_cleanup_close_ int lock = -1;
	int r = take_lock(scope == OTHERS_SCOPE_ALL ? LOCK_WAIT_MS : 0, &lock), e;
	bool is_flushed = false;

	if (r == -EWOULDBLOCK && scope != OTHERS_SCOPE_ALL)
		return 1; /* at a RING there is no time to wait */
	if (r == -EWOULDBLOCK)
		report_error(LOCK_FILE ": locked by another process for %d s: try again",
			     LOCK_WAIT_MS / 1000);
	if (r == 0)
		r = others_world_look(&world, scope);
	if (r < 0)
		return r;
	others_find_variant(&world, desired);
	r = change_all(&world, desired, scope, ret_n, &is_flushed);
	e = is_flushed ? change_after_flush(&world, desired, ret_n) : 0;
	return r < 0 ? r : e;
}

int others_open(const struct site *site, unsigned *ret_n)
{
	struct others_desired desired = { 0 };
	int r;

	others_make_desired(site, &desired);
	r = others_save_desired(&desired);
	return r < 0 ? r : reach_desired(&desired, OTHERS_SCOPE_ALL, ret_n);
}

int others_renew(enum others_scope scope, unsigned *ret_n)
{
	struct others_desired desired = { 0 };
	struct firewall_seen seen;
	unsigned n = 0;
	int r = others_load_desired(&desired);

	if (r < 0)
		return r == -ENOENT ? 0 : r;
	(void)firewall_is_seen(OTHERS_SEEN_FILE, desired.pool, &seen);
	r = reach_desired(&desired, scope, &n);
	if (r == 0 && n == 0)
		firewall_set_seen(&seen);
	*ret_n += n;
	return r < 0 ? r : 0;
}

int others_close(unsigned *ret_n)
{
	const struct site none = { 0 };

	return others_open(&none, ret_n);
}
