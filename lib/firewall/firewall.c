/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The backend in use: its rules loaded, compared and removed. */
#include "firewall/firewall.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "firewall/internal.h"
#include "paths.h"
#include "util/file.h"
#include "util/report.h"
#include "util/run.h"

#define STATE_FILE       PATH_RUN "/firewall"
#define SEEN_FILE        PATH_RUN "/firewall.seen"
#define FIREWALL_POLL_MS 50

static const struct firewall_backend backends[] = {
	{ SITE_FIREWALL_NFT, "nft", "nftables", "nf_tables", FIREWALL_NFT_FILE },
	{ SITE_FIREWALL_IPTABLES, "iptables-restore", "iptables", "x_tables",
	  FIREWALL_IPTABLES_FILE },
	{ SITE_FIREWALL_NONE, NULL, NULL, NULL, NULL },
};

const struct firewall_backend *firewall_backend(enum site_firewall id)
{
	for (size_t i = 0; i < ARRAY_SIZE(backends); i++)
		if (backends[i].id == id)
			return &backends[i];
	return &backends[0];
}

int firewall_run(const char *const *argv, const char *input, struct text *ret_output)
{
	const struct run run = { .argv = argv, .input = input, .timeout_ms = FIREWALL_TIMEOUT_MS };
	_cleanup_text_ struct text output = { 0 };
	int r = run_program(&run, &output);

	if (r == 0) {
		if (ret_output)
			text_add_mem(ret_output, text_str(&output), output.len);
		return 0;
	}
	report_error("firewall: %s: %s", argv[0], r < 0 ? strerror(-r) : text_str(&output));
	return r < 0 ? r : -EIO;
}

/* Optional rules, which only newer kernels and programs support: they permit VJ compression. */
static bool is_spare(const char *line, size_t n)
{
	static const char *const words[] = { "tcp option timestamp", "TCPOPTSTRIP" };

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (memmem(line, n, words[i], strlen(words[i])))
			return true;
	return false;
}

void firewall_leave_out_spare(const char *rules, struct text *ret)
{
	for (size_t n; *rules; rules += n) {
		n = strcspn(rules, "\n");
		n += rules[n] == '\n';
		if (!is_spare(rules, n))
			text_add_mem(ret, rules, n);
	}
}

static bool try(const char *const *argv, const char *input)
{
	const struct run run = { .argv = argv, .input = input, .timeout_ms = FIREWALL_TIMEOUT_MS };
	_cleanup_text_ struct text output = { 0 };

	return run_program(&run, &output) == 0;
}

int firewall_run_rules(const char *const *argv, const char *input, const char *const *less_argv,
		       const struct text *rules, bool *ret_strips)
{
	_cleanup_text_ struct text less = { 0 };
	int r;

	firewall_leave_out_spare(text_str(rules), &less);
	*ret_strips = less.len != rules->len && try(argv, input);
	if (*ret_strips)
		return 0;
	if (less.len == rules->len || !try(less_argv, text_str(&less))) {
		r = firewall_run(argv, input, NULL); /* for its reason */
		*ret_strips = r == 0 && less.len != rules->len;
		return r;
	}
	report_warning(
		"firewall: this kernel cannot strip TCP timestamps: headers of callers' packets are not compressed (needs Linux 5.18 or xt_TCPOPTSTRIP)");
	return 0;
}

/* --- nft --- */

static int nft_load(bool *ret_strips)
{
	static const char *const argv[] = { "nft", "-f", FIREWALL_NFT_FILE, NULL },
				 *const less_argv[] = { "nft", "-f", "-", NULL };
	_cleanup_text_ struct text rules = { 0 };
	int r = file_read(FIREWALL_NFT_FILE, &rules);

	return r < 0 ? r : firewall_run_rules(argv, NULL, less_argv, &rules, ret_strips);
}

/* Without the elements of sets, which change with every caller. It is used at a RING: one program
 * if all is well, a second one only to find out why the first failed. */
static int nft_list(struct text *ret)
{
	static const char *const tables[] = { "nft", "list", "tables", NULL };
	static const char *const table[] = { "nft",   "-s",   "-t",      "list",
					     "table", "inet", "dialisp", NULL };
	const struct run run = { .argv = table, .timeout_ms = FIREWALL_TIMEOUT_MS };
	_cleanup_text_ struct text names = { 0 };
	int r;

	if (run_program(&run, ret) == 0)
		return 0;
	text_clear(ret);
	r = firewall_run(tables, NULL, &names);
	if (r < 0 || !strstr(text_str(&names), "table inet dialisp\n"))
		return r;
	return firewall_run(table, NULL, ret);
}

static int nft_unload(void)
{
	/* added first, so that it is not an error if the table has been removed */
	static const char *const argv[] = { "nft",
					    "add table inet dialisp; delete table inet dialisp",
					    NULL };
	_cleanup_free_ char *program = run_find(argv[0]);
	_cleanup_text_ struct text listing = { 0 };
	int r = program ? nft_list(&listing) : 0;

	return r < 0 || !listing.len ? r : firewall_run(argv, NULL, NULL);
}

/* --- any --- */

static int nft_prepare(void)
{
	return 0;
}

static const struct driver {
	enum site_firewall id;
	int (*prepare)(void);
	int (*load)(bool *ret_strips);
	int (*list)(struct text *ret);
	int (*unload)(void);
} drivers[] = {
	{ SITE_FIREWALL_NFT, nft_prepare, nft_load, nft_list, nft_unload },
	{ SITE_FIREWALL_IPTABLES, firewall_iptables_prepare, firewall_iptables_load,
	  firewall_iptables_list, firewall_iptables_unload },
};

/* NULL: apply has written no file. */
static const struct driver *find_driver(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(drivers); i++)
		if (file_exists(firewall_backend(drivers[i].id)->file))
			return &drivers[i];
	return NULL;
}

/* What was loaded: checksums of the backend's file and of its rules as listed by the kernel. */
struct load {
	const struct driver *driver; /* NULL: nothing is */
	uint64_t file, rules;
	bool strips; /* TCP timestamps */
};

#define STRIPS_WORD "stripping"

static int sum_file(const struct driver *driver, uint64_t *ret)
{
	_cleanup_text_ struct text file = { 0 };
	int r = file_read(firewall_backend(driver->id)->file, &file);

	if (r == 0)
		*ret = file_checksum(&file);
	return r;
}

/* -ENOENT: there are none. */
static int sum_rules(const struct driver *driver, uint64_t *ret)
{
	_cleanup_text_ struct text listing = { 0 };
	int r = driver->list(&listing);

	if (r == 0 && !listing.len)
		r = -ENOENT;
	if (r == 0)
		*ret = file_checksum(&listing);
	return r;
}

/* The record, opened and locked: one process at a time loads or removes rules. The descriptor or
 * -errno, reported. */
static int open_state(void)
{
	_cleanup_free_ char *path = file_path(STATE_FILE), *dir = file_path(PATH_RUN);
	int64_t deadline = base_now_ms() + FIREWALL_TIMEOUT_MS;
	int fd = -1, r = 0;

	if (mkdir(dir, 0755) < 0 && errno != EEXIST)
		r = -errno;
	if (r == 0)
		fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	while (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) < 0) {
		if (errno == EWOULDBLOCK && base_now_ms() < deadline) {
			base_sleep_ms(FIREWALL_POLL_MS);
			continue;
		}
		r = -errno;
		base_closep(&fd);
	}
	if (fd >= 0)
		return fd;
	r = r < 0 ? r : -errno;
	report_error("%s: could not open or lock: %s", path, strerror(-r));
	return r;
}

/* A partly written record counts as nothing loaded, so the rules are loaded again: no rename is
 * needed. */
static int remember(int fd, const struct load *load)
{
	char record[80];
	int n = snprintf(record, sizeof(record), "%s %016" PRIx64 " %016" PRIx64 " %s\n",
			 site_firewall_name(load->driver->id), load->file, load->rules,
			 load->strips ? STRIPS_WORD : "-"),
	    r;

	errno = ENOSPC; /* what a short write means */
	if (ftruncate(fd, 0) == 0 && pwrite(fd, record, (size_t)n, 0) == n)
		return 0;
	r = -errno;
	report_error(STATE_FILE ": could not record the rules that were loaded: %s", strerror(-r));
	return r;
}

/* 0 or -errno; without a complete record nothing is loaded. */
static int recall(struct load *ret)
{
	_cleanup_text_ struct text record = { 0 };
	struct load load = { 0 };
	char name[16], word[16] = "";
	int r = file_read(STATE_FILE, &record);

	*ret = load;
	if (r < 0)
		return r == -ENOENT ? 0 : r;
	if (sscanf(text_str(&record), "%15s %16" SCNx64 " %16" SCNx64 " %15s\n", name, &load.file,
		   &load.rules, word) < 3)
		return 0;
	load.strips = str_eq(word, STRIPS_WORD);
	for (size_t i = 0; i < ARRAY_SIZE(drivers); i++)
		if (str_eq(site_firewall_name(drivers[i].id), name))
			load.driver = &drivers[i];
	*ret = load;
	return 0;
}

static int unload_all(const struct driver *except)
{
	int r = 0, e;

	for (size_t i = 0; i < ARRAY_SIZE(drivers); i++) {
		e = &drivers[i] == except ? 0 : drivers[i].unload();
		r = r < 0 ? r : e;
	}
	return r;
}

int firewall_prepare(void)
{
	const struct driver *driver = find_driver();

	return driver ? driver->prepare() : 0;
}

/* The file's checksum is taken first: if it changes meanwhile, the record says so. */
static int load_from(const struct driver *driver, int fd)
{
	struct load load = { .driver = driver };
	int r = sum_file(driver, &load.file);

	if (r < 0)
		report_error("%s: could not read: %s", firewall_backend(driver->id)->file,
			     strerror(-r));
	if (r == 0)
		r = driver->load(&load.strips);
	if (r < 0)
		return r;
	r = sum_rules(driver, &load.rules);
	if (r == -ENOENT)
		report_error("%s: loaded, but its rules are not in the kernel",
			     firewall_backend(driver->id)->file);
	return r < 0 ? r : remember(fd, &load);
}

int firewall_load(void)
{
	_cleanup_close_ int fd = open_state();
	const struct driver *driver = find_driver();

	int r = fd;

	if (r >= 0)
		r = driver ? load_from(driver, fd) : 0;
	return r < 0 ? r : unload_all(driver);
}

int firewall_unload(void)
{
	_cleanup_close_ int fd = open_state();

	if (fd < 0)
		return fd;
	(void)!ftruncate(fd, 0);
	return unload_all(NULL);
}

/* A program is run only if the rules of nf_tables have changed since the last check; the nft
 * backend has no other rules. */
static int sum_loaded(const struct load *load, uint64_t *ret)
{
	bool is_nft = load->driver->id == SITE_FIREWALL_NFT;
	struct firewall_seen seen = { 0 };
	char rules[20];
	int r;

	snprintf(rules, sizeof(rules), "%016" PRIx64, load->rules);
	if (is_nft && firewall_is_seen(SEEN_FILE, rules, &seen)) {
		*ret = load->rules;
		return 0;
	}
	r = sum_rules(load->driver, ret);
	if (r == 0 && *ret == load->rules && is_nft)
		firewall_set_seen(&seen);
	return r;
}

int firewall_find_state(enum site_firewall wanted)
{
	const struct driver *driver = find_driver();
	struct load load;
	uint64_t sum = 0;
	int r;

	if (!driver && wanted == SITE_FIREWALL_NONE)
		return FIREWALL_STATE_LOADED;
	r = recall(&load);
	if (r == 0 && !load.driver)
		return FIREWALL_STATE_MISSING;
	if (r == 0)
		r = sum_loaded(&load, &sum);
	if (r == -EPERM && firewall_legacy_stands())
		return FIREWALL_STATE_OLD;
	if (r < 0)
		return r == -ENOENT || r == -EPERM ? FIREWALL_STATE_MISSING : r;
	if (sum != load.rules)
		return FIREWALL_STATE_MISSING;
	if (driver != load.driver || sum_file(driver, &sum) < 0 || sum != load.file)
		return FIREWALL_STATE_OLD;
	return FIREWALL_STATE_LOADED;
}

bool firewall_strips_stamps(void)
{
	struct load load;

	return recall(&load) == 0 && load.driver && load.strips;
}

/* Another process may be loading: the state is read again under the lock. */
int firewall_ensure(enum site_firewall wanted, enum firewall_state least)
{
	_cleanup_close_ int fd = -1;
	const struct driver *driver;
	int r = firewall_find_state(wanted);

	if (r < (int)least) {
		fd = open_state();
		r = fd < 0 ? fd : firewall_find_state(wanted);
	}
	if (fd < 0 || r >= (int)least)
		return r < 0 ? r : 0;
	driver = find_driver();
	if (!driver) {
		report_error("no firewall rules to load (dialisp apply writes them)");
		return -ENOENT;
	}
	r = load_from(driver, fd);
	return r < 0 ? r : 1;
}

void firewall_add_duties(const struct network *network, struct text *ret)
{
	const char *pool = site_format_prefix(network->pool);

	text_addf(ret, "  from ppp-*, source %s: accept to the uplink, and replies\n", pool);
	text_addf(ret, "  source %s, leaving by other than ppp-*: masquerade\n", pool);
	text_add(ret, "and, to isolate callers:\n"
		      "  from ppp-*, another source, or IPv6: drop\n"
		      "  from ppp-* to this host: drop all but DNS\n"
		      "  from ppp-* to networks of this host, private ranges, ppp-*: drop\n"
		      "  to ppp-*, new connections from anywhere: drop");
}
