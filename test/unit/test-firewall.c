/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which backend's rules are loaded, known, missed and left; nft and iptables are fakes that
 * remember. */
#include "firewall/firewall.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "check.h"
#include "files.h"
#include "paths.h"
#include "util/file.h"
#include "util/publish.h"
#include "util/run.h"

static struct {
	const char *version;                  /* of `iptables` */
	const char *tables, *table;           /* nft's */
	const char *saved_nft, *saved_legacy; /* IPv4, in the kernel */
	const char *failing;
	unsigned n_looks;
	struct text events;
} fake;

int run_program(const struct run *run, struct text *ret_output)
{
	const struct {
		const char *program, *word;
		const char *output;
	} answers[] = {
		{ "nft", "list tables", fake.tables },
		{ "nft", "list table", fake.table },
		{ "iptables", "--version", fake.version },
		{ "iptables-nft-save", "", fake.saved_nft },
		{ "iptables-legacy-save", "", fake.saved_legacy },
	};
	_cleanup_text_ struct text words = { 0 };
	_cleanup_free_ char *command = NULL;

	for (size_t i = 1; run->argv[i]; i++)
		text_addf(&words, "%s%s", i > 1 ? " " : "", run->argv[i]);
	check(run->timeout_ms > 0);
	for (size_t i = 0; i < ARRAY_SIZE(answers); i++) {
		if (!str_eq(run->argv[0], answers[i].program) ||
		    !strstr(text_str(&words), answers[i].word))
			continue;
		fake.n_looks++;
		text_clear(ret_output); /* as the real one does */
		text_add(ret_output, answers[i].output ? answers[i].output : "");
		return strstr(text_str(&words), "list table ") && !answers[i].output;
	}
	if (!str_ends(run->argv[0], "-save"))
		text_addf(&fake.events, "%s %s;", run->argv[0],
			  run->input ? run->input : text_str(&words));
	command = xasprintf("%s %s", run->argv[0], text_str(&words));
	return fake.failing && str_starts(command, fake.failing) ? 1 : 0;
}

char *run_find(const char *program)
{
	return xasprintf("/usr/sbin/%s", program);
}

/* The generation of nf_tables' rules; 0: the kernel does not tell. */
static uint32_t generation;

int __wrap_netlink_find_generation(uint32_t *ret);
int __wrap_netlink_find_generation(uint32_t *ret)
{
	if (!generation)
		return -EPERM;
	*ret = generation;
	return 0;
}

static char root[] = "/tmp/test-firewall-XXXXXX";

static void put(const char *path, const char *content)
{
	struct text text = { .s = (char *)content, .len = strlen(content) };

	check(publish_file(path, &text, 0644) == 0, "%s", path);
}

static void check_events(int line, const char *want)
{
	check(strcmp(text_str(&fake.events), want) == 0, "line %d: have \"%s\", want \"%s\"", line,
	      text_str(&fake.events), want);
	text_clear(&fake.events);
}
#define EVENTS(want) check_events(__LINE__, want)

#define UNLOAD_NFT "nft add table inet dialisp; delete table inet dialisp;"
#define OUR_TABLE  "table inet other\ntable inet dialisp\n"
#define V4         "*filter\n:DIALISP-A - [0:0]\n-I INPUT -j DIALISP-A\nCOMMIT\n"
#define V6         "*filter\n:DIALISP - [0:0]\n-I INPUT -j DIALISP\nCOMMIT\n"
#define V4_IN_PLACE                                                                                \
	"*filter\n:INPUT ACCEPT [0:0]\n:DIALISP-A - [0:0]\n-A INPUT -j DIALISP-A\nCOMMIT\n"
#define REMOVE_V4 "*filter\n-D INPUT -j DIALISP-A\n-F DIALISP-A\n-X DIALISP-A\nCOMMIT\n"

static void test_nft(void)
{
	check(firewall_find_state(SITE_FIREWALL_NONE) == FIREWALL_STATE_LOADED);
	check(firewall_find_state(SITE_FIREWALL_NFT) == FIREWALL_STATE_MISSING);
	check(firewall_load() == 0); /* no file: nothing of ours anywhere */
	EVENTS("");

	put(FIREWALL_NFT_FILE, "table inet dialisp { }\n");
	check(firewall_find_state(SITE_FIREWALL_NFT) == FIREWALL_STATE_MISSING);
	check(firewall_find_state(SITE_FIREWALL_NONE) ==
	      FIREWALL_STATE_MISSING);     /* not applied yet */
	check(firewall_load() == -ENOENT); /* nft said yes, and nothing is there */
	EVENTS("nft -f " FIREWALL_NFT_FILE ";");
	fake.tables = OUR_TABLE;
	fake.table = "table inet dialisp {\n\tchain a { drop }\n}\n";
	check(firewall_load() == 0);
	EVENTS("nft -f " FIREWALL_NFT_FILE ";");
	check(firewall_find_state(SITE_FIREWALL_NFT) == FIREWALL_STATE_LOADED);
	check(firewall_find_state(SITE_FIREWALL_IPTABLES) ==
	      FIREWALL_STATE_LOADED); /* what was applied counts */
	fake.n_looks = 0;
	check(firewall_ensure(SITE_FIREWALL_NFT, FIREWALL_STATE_LOADED) == 0);
	check(fake.n_looks == 1, "%u programs while a phone rings", fake.n_looks);

	/* flushed: wholly, or a chain of it; another file that is not loaded */
	fake.tables = "table inet other\n";
	fake.table = NULL;
	check(firewall_find_state(SITE_FIREWALL_NFT) == FIREWALL_STATE_MISSING);
	fake.tables = OUR_TABLE;
	fake.table = "table inet dialisp {\n\tchain a { }\n}\n";
	check(firewall_find_state(SITE_FIREWALL_NFT) == FIREWALL_STATE_MISSING);
	check(firewall_load() == 0);
	check(firewall_find_state(SITE_FIREWALL_NFT) == FIREWALL_STATE_LOADED);
	put(FIREWALL_NFT_FILE, "table inet dialisp { chain b { } }\n");
	check(firewall_find_state(SITE_FIREWALL_NFT) == FIREWALL_STATE_OLD);
	text_clear(&fake.events);
	fake.failing = "nft";
	check(firewall_load() == -EIO);
	fake.failing = NULL;
	EVENTS("nft -f " FIREWALL_NFT_FILE ";");

	check(firewall_load() == 0);
	text_clear(&fake.events);
}

static unsigned count_looks(int want)
{
	int r = firewall_ensure(SITE_FIREWALL_NFT, FIREWALL_STATE_OLD);

	check(r == want, "%d", r);
	return fake.n_looks;
}

/* No program is run while no rule has changed. */
static void test_seen(void)
{
	static const char whole[] = "table inet dialisp {\n\tchain a { drop }\n}\n",
			  part[] = "table inet dialisp {\n}\n";
	const struct {
		uint32_t generation;
		const char *table;
		unsigned looks; /* 0: none */
		int r;
	} cases[] = {
		{ 7, whole, 1, 0 }, { 7, whole, 0, 0 }, { 7, part, 0, 0 }, /* cannot be */
		{ 8, whole, 1, 0 }, { 8, whole, 0, 0 }, { 9, part, 1, 1 },
		{ 9, part, 1, 0 },  { 9, part, 0, 0 },  { 0, part, 1, 0 },
	};

	fake.table = whole;
	check(firewall_load() == 0);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		fake.table = cases[i].table;
		generation = cases[i].generation;
		fake.n_looks = 0;
		check((count_looks(cases[i].r) > 0) == cases[i].looks, "case %zu", i);
	}
	/* other rules of ours are not what was seen */
	generation = 9;
	fake.table = whole;
	check(firewall_load() == 0);
	fake.n_looks = 0;
	check(count_looks(0) == 1 && count_looks(0) == 1);
	generation = 0;
	text_clear(&fake.events);
}

/* In the middle of an apply, or after a mistake of the administrator: callers stay isolated. */
static void test_ensure(void)
{
	static const char whole[] = "table inet dialisp {\n\tchain a { drop }\n}\n";

	text_clear(&fake.events);
	put(FIREWALL_NFT_FILE, "table inet dialisp { chain c { } }\n");
	check(firewall_ensure(SITE_FIREWALL_NFT, FIREWALL_STATE_OLD) ==
	      0); /* a phone rings before the reload */
	EVENTS("");
	check(firewall_ensure(SITE_FIREWALL_NFT, FIREWALL_STATE_LOADED) == 1);
	EVENTS("nft -f " FIREWALL_NFT_FILE ";");
	fake.table = "table inet dialisp {\n}\n";
	check(firewall_ensure(SITE_FIREWALL_NFT, FIREWALL_STATE_OLD) == 1);
	EVENTS("nft -f " FIREWALL_NFT_FILE ";");
	fake.failing = "nft";
	fake.table = whole;
	check(firewall_ensure(SITE_FIREWALL_NFT, FIREWALL_STATE_OLD) == -EIO);
	fake.failing = NULL;
	check(firewall_load() == 0);
	text_clear(&fake.events);

	/* from one backend to the other: the new file is there, the old rules are in force */
	check(publish_removal(FIREWALL_NFT_FILE) == 0);
	put(FIREWALL_IPTABLES_FILE, V4);
	check(firewall_find_state(SITE_FIREWALL_IPTABLES) == FIREWALL_STATE_OLD);
	/* no file at all: nothing is loaded, and nothing is removed for active calls */
	check(publish_removal(FIREWALL_IPTABLES_FILE) == 0);
	check(firewall_find_state(SITE_FIREWALL_NFT) == FIREWALL_STATE_OLD);
	check(firewall_ensure(SITE_FIREWALL_NFT, FIREWALL_STATE_OLD) == 0);
	check(firewall_ensure(SITE_FIREWALL_NFT, FIREWALL_STATE_LOADED) == -ENOENT);
	check(firewall_ensure(SITE_FIREWALL_NONE, FIREWALL_STATE_LOADED) == 0);
	EVENTS("");
	fake.table = NULL;
	check(firewall_ensure(SITE_FIREWALL_NFT, FIREWALL_STATE_OLD) == -ENOENT);
	EVENTS("");
	put(FIREWALL_NFT_FILE, "table inet dialisp { chain c { } }\n");
	fake.table = whole;
}

static void put_record(const char *content)
{
	_cleanup_free_ char *path = file_path(PATH_RUN "/firewall");

	write_file(path, content);
}

/* A kernel or a program that cannot take time stamps away: everything else is loaded, and that is
 * known. */
static void test_stamps(void)
{
	check(!firewall_strips_stamps()); /* the file knows nothing of them */
	put(FIREWALL_NFT_FILE, "chain s {\nreset tcp option timestamp\n}\n");
	check(!firewall_strips_stamps()); /* not loaded yet */
	check(firewall_load() == 0);
	EVENTS("nft -f " FIREWALL_NFT_FILE ";");
	check(firewall_strips_stamps());
	fake.failing = "nft -f " FIREWALL_NFT_FILE;
	check(firewall_load() == 0);
	EVENTS("nft -f " FIREWALL_NFT_FILE ";nft chain s {\n}\n;");
	check(!firewall_strips_stamps());
	check(firewall_find_state(SITE_FIREWALL_NFT) == FIREWALL_STATE_LOADED);
	fake.failing = "nft";
	check(firewall_load() == -EIO); /* and timestamps are not blamed */
	fake.failing = NULL;
	check(firewall_load() == 0);
	check(firewall_strips_stamps());
	put_record("nft 0000000000000001 0000000000000002\n"); /* of an older version */
	check(!firewall_strips_stamps());
	text_clear(&fake.events);
	put(FIREWALL_NFT_FILE, "table inet dialisp { chain c { } }\n");
}

/* Another process loads rules during the check: the rules are new, the record is not. The check is
 * repeated after the other process has finished. */
static void test_loader(void)
{
	_cleanup_free_ char *path = file_path(PATH_RUN "/firewall");
	_cleanup_text_ struct text record = { 0 };
	int status = -1, ready[2];
	char c;
	pid_t pid;

	check(firewall_load() == 0);
	check(file_read(PATH_RUN "/firewall", &record) == 0);
	put_record("nft 0000000000000001 0000000000000002\n");
	check(pipe(ready) == 0);
	pid = fork();
	if (pid == 0) {
		int fd = open(path, O_RDWR | O_CLOEXEC);

		if (fd < 0 || flock(fd, LOCK_EX) < 0 || write(ready[1], "", 1) != 1)
			_exit(1);
		base_sleep_ms(300);
		_exit(pwrite(fd, text_str(&record), record.len, 0) == (ssize_t)record.len ? 0 : 1);
	}
	check(read(ready[0], &c, 1) == 1);
	text_clear(&fake.events);
	check(firewall_ensure(SITE_FIREWALL_NFT, FIREWALL_STATE_OLD) == 0);
	EVENTS("");
	check(waitpid(pid, &status, 0) == pid && status == 0);
	close(ready[0]);
	close(ready[1]);
}

static void test_records(void)
{
	static const char *const cases[] = { "",
					     "nft",
					     "nft 0000",
					     "none 0000000000000001 0000000000000002\n",
					     "nft 0000000000000001 0000000000000002\n",
					     "\n\n" };

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		put_record(cases[i]);
		check(firewall_find_state(SITE_FIREWALL_NFT) == FIREWALL_STATE_MISSING, "case %zu",
		      i);
	}
}

static void test_unload(void)
{
	check(firewall_load() == 0);
	text_clear(&fake.events);
	check(firewall_unload() == 0);
	EVENTS(UNLOAD_NFT);
	check(firewall_find_state(SITE_FIREWALL_NFT) == FIREWALL_STATE_MISSING);
}

/* From nft to iptables: the new rules first, then the old ones go, and those of the other iptables.
 */
static void test_iptables(void)
{
	check(publish_removal(FIREWALL_NFT_FILE) == 0);
	put(FIREWALL_IPTABLES_FILE, V4);
	put(FIREWALL_IP6TABLES_FILE, V6);
	fake.version = "iptables v1.8.9 (nf_tables)\n";
	fake.saved_nft = V4_IN_PLACE;
	check(firewall_load() == 0);
	EVENTS("iptables-nft-restore *filter\n:DIALISP-A - [0:0]\n-D INPUT -j DIALISP-A\n-I INPUT -j DIALISP-A\nCOMMIT\n;"
	       "ip6tables-nft-restore " V6 ";" UNLOAD_NFT);
	check(firewall_find_state(SITE_FIREWALL_IPTABLES) == FIREWALL_STATE_LOADED);
	fake.saved_nft =
		"*filter\n:INPUT ACCEPT [9:9]\n:DIALISP-A - [0:0]\n-A INPUT -i lo -j ACCEPT\n-A INPUT -j DIALISP-A\nCOMMIT\n";
	check(firewall_find_state(SITE_FIREWALL_IPTABLES) ==
	      FIREWALL_STATE_MISSING); /* a rule of others precedes ours */

	fake.tables = "";
	fake.table = NULL;
	fake.saved_nft = V4_IN_PLACE;
	fake.failing = "ip6tables";
	check(firewall_load() == -EIO);
	fake.failing = NULL;
	check(publish_removal(FIREWALL_IP6TABLES_FILE) == 0);
	check(firewall_load() == -ENOENT);
	put(FIREWALL_IP6TABLES_FILE, V6);
	text_clear(&fake.events);
	check(firewall_unload() == 0);
	EVENTS("iptables-nft-restore " REMOVE_V4 ";");
	check(firewall_find_state(SITE_FIREWALL_IPTABLES) == FIREWALL_STATE_MISSING);
}

static void test_choose(void)
{
	fake.saved_nft = "-A INPUT -j ufw-before-input\n";
	check(firewall_choose() == SITE_FIREWALL_NFT);
	fake.saved_nft = "-A INPUT -s 192.0.2.1/32 -j DROP\n";
	check(firewall_choose() == SITE_FIREWALL_IPTABLES);
}

static int remove_one(const char *path, const struct stat *st __attribute__((unused)),
		      int type __attribute__((unused)), struct FTW *ftw __attribute__((unused)))
{
	return remove(path);
}

int main(void)
{
	_cleanup_free_ char *run = NULL;

	check(mkdtemp(root) != NULL);
	run = xasprintf("%s/run", root);
	check(mkdir(run, 0755) == 0);
	file_set_root(root);
	test_nft();
	test_ensure();
	test_seen();
	test_stamps();
	test_loader();
	test_records();
	test_unload();
	test_iptables();
	test_choose();
	text_free(&fake.events);
	file_set_root("");
	nftw(root, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	return check_done();
}
