/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bench-spent: CPU time of this machine by program, from "ready" until standard input can be read.
 * Tasks that end report their run time by taskstats (Documentation/accounting/taskstats.rst), what
 * lives on has it in proc(5), schedstat. Both are the scheduler's, in nanoseconds; what a fork took
 * before its execve() is the new program's. */
#include <errno.h>
#include <glob.h>
#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <linux/taskstats.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <time.h>

#include "util/file.h"

#define BUFFER_BYTES (16 * 1024 * 1024) /* events that wait for us */
#define KTHREADD     2                  /* the parent of all kernel threads */

/* The programs' first row: kernel threads, and what tasks take behind their last report, to give
 * their memory back. */
#define KERNEL "kernel and unaccounted"

struct program {
	char name[32];
	int64_t ns;
	unsigned n_ended;
};

struct task {
	pid_t tid;
	int64_t ns;
};

struct account {
	struct program *programs;
	size_t n_programs;
	struct task *before; /* as they were at the start */
	size_t n_before;
	uint16_t family;
};

static struct program *ensure_program(struct account *account, const char *name)
{
	struct program *program;

	for (size_t i = 0; i < account->n_programs; i++)
		if (str_eq(account->programs[i].name, name))
			return &account->programs[i];
	account->programs = xgrow(account->programs, account->n_programs, sizeof(*program));
	program = &account->programs[account->n_programs++];
	*program = (struct program){ 0 };
	base_copy(program->name, sizeof(program->name), name);
	return program;
}

/* Run time that a task had when the account began; a later task may have the same number. */
static int64_t take_before(struct account *account, pid_t tid)
{
	for (size_t i = 0; i < account->n_before; i++)
		if (account->before[i].tid == tid) {
			account->before[i].tid = 0;
			return account->before[i].ns;
		}
	return 0;
}

/* --- tasks that end
 * --------------------------------------------------------------------------------- */

static int add_ended(const struct nlattr *attr, void *data)
{
	const struct taskstats *stats = mnl_attr_get_payload(attr);
	struct account *account = data;
	struct program *program;

	if (mnl_attr_get_type(attr) != TASKSTATS_TYPE_STATS)
		return MNL_CB_OK;
	program = ensure_program(account, stats->ac_ppid == KTHREADD ? KERNEL : stats->ac_comm);
	program->ns +=
		(int64_t)stats->cpu_run_virtual_total - take_before(account, (pid_t)stats->ac_pid);
	program->n_ended++;
	return MNL_CB_OK;
}

static int read_attribute(const struct nlattr *attr, void *data)
{
	struct account *account = data;

	if (mnl_attr_get_type(attr) == CTRL_ATTR_FAMILY_ID)
		account->family = mnl_attr_get_u16(attr);
	return MNL_CB_OK;
}

/* The sum of a process (TASKSTATS_TYPE_AGGR_TGID) comes beside those of its threads. */
static int read_event_attribute(const struct nlattr *attr, void *data)
{
	return mnl_attr_get_type(attr) == TASKSTATS_TYPE_AGGR_PID
		       ? mnl_attr_parse_nested(attr, add_ended, data)
		       : MNL_CB_OK;
}

static int read_message(const struct nlmsghdr *message, void *data)
{
	struct account *account = data;

	return mnl_attr_parse(message, sizeof(struct genlmsghdr),
			      message->nlmsg_type == GENL_ID_CTRL ? read_attribute
								  : read_event_attribute,
			      account);
}

static int receive(struct mnl_socket *socket, struct account *account)
{
	_Alignas(struct nlmsghdr) char buffer[32768];
	ssize_t n = mnl_socket_recvfrom(socket, buffer, sizeof(buffer));

	return n < 0 ? -1 : mnl_cb_run(buffer, (size_t)n, 0, 0, read_message, account);
}

/* Asks for one thing and reads until its acknowledgement. */
static int ask(struct mnl_socket *socket, struct account *account, uint16_t type, uint8_t command,
	       uint16_t attr, const char *value)
{
	_Alignas(struct nlmsghdr) char buffer[256];
	struct nlmsghdr *message = mnl_nlmsg_put_header(buffer);
	struct genlmsghdr *body;
	int r;

	message->nlmsg_type = type;
	message->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
	body = mnl_nlmsg_put_extra_header(message, sizeof(*body));
	*body = (struct genlmsghdr){ .cmd = command, .version = 1 };
	mnl_attr_put_strz(message, attr, value);
	if (mnl_socket_sendto(socket, message, message->nlmsg_len) < 0)
		return -1;
	while ((r = receive(socket, account)) > MNL_CB_STOP)
		;
	return r;
}

static struct mnl_socket *listen_to_exits(struct account *account)
{
	const int bytes = BUFFER_BYTES;
	struct mnl_socket *socket = mnl_socket_open2(NETLINK_GENERIC, SOCK_CLOEXEC);
	_cleanup_text_ struct text cpus = { 0 };

	if (!socket || file_read("/sys/devices/system/cpu/possible", &cpus) < 0)
		return NULL;
	if (mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID) < 0 ||
	    setsockopt(mnl_socket_get_fd(socket), SOL_SOCKET, SO_RCVBUFFORCE, &bytes,
		       sizeof(bytes)) < 0 ||
	    ask(socket, account, GENL_ID_CTRL, CTRL_CMD_GETFAMILY, CTRL_ATTR_FAMILY_NAME,
		TASKSTATS_GENL_NAME) < 0 ||
	    ask(socket, account, account->family, TASKSTATS_CMD_GET,
		TASKSTATS_CMD_ATTR_REGISTER_CPUMASK, text_str(&cpus)) < 0) {
		mnl_socket_close(socket);
		return NULL;
	}
	return socket;
}

/* --- tasks that live on
 * ----------------------------------------------------------------------------- */

static int64_t read_number(const char *path, const char *key)
{
	_cleanup_text_ struct text text = { 0 };
	const char *at;

	if (file_read(path, &text) < 0)
		return 0;
	at = strstr(text_str(&text), key);
	return at ? strtoll(at + strlen(key), NULL, 10) : 0;
}

/* Kernel threads are children of kthreadd. False: it is gone, it has ended and thus reported
 * already, or it is us. */
static bool read_process(const char *pid, char *name, size_t size)
{
	_cleanup_free_ char *path = xasprintf("/proc/%s/stat", pid);
	_cleanup_text_ struct text stat = { 0 };
	const char *end;
	char state;
	int parent;

	if (file_read(path, &stat) < 0 || !(end = strrchr(text_str(&stat), ')')) ||
	    sscanf(end, ") %c %d", &state, &parent) != 2 || state == 'Z' || state == 'X' ||
	    atoi(pid) == getpid())
		return false;
	if (parent == KTHREADD || atoi(pid) == KTHREADD)
		base_copy(name, size, KERNEL);
	else
		base_read_comm(atoi(pid), name, size);
	return true;
}

/* Calls `see` with the name and the run time of every task. */
static void walk_tasks(struct account *account,
		       void (*see)(struct account *, const char *, pid_t, int64_t))
{
	char name[sizeof(account->programs->name)];
	glob_t tasks;

	if (glob("/proc/[0-9]*/task/[0-9]*", GLOB_NOSORT, NULL, &tasks) != 0)
		return;
	for (size_t i = 0; i < tasks.gl_pathc; i++) {
		const char *tid = strrchr(tasks.gl_pathv[i], '/') + 1;
		_cleanup_free_ char *path = xasprintf("%s/schedstat", tasks.gl_pathv[i]);

		if (read_process(tid, name, sizeof(name)))
			see(account, name, atoi(tid), read_number(path, ""));
	}
	globfree(&tasks);
}

static void keep(struct account *account, const char *name __attribute__((unused)), pid_t tid,
		 int64_t ns)
{
	account->before = xgrow(account->before, account->n_before, sizeof(*account->before));
	account->before[account->n_before++] = (struct task){ .tid = tid, .ns = ns };
}

static void add_living(struct account *account, const char *name, pid_t tid, int64_t ns)
{
	ensure_program(account, name)->ns += ns - take_before(account, tid);
}

/* All that ran but kernel threads and us: the root's own cpu.stat counts ticks, that of a cgroup
 * counts as the scheduler does. */
static int64_t read_all_ns(void)
{
	struct timespec own;
	int64_t us = 0;
	glob_t groups;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &own);

	if (glob("/sys/fs/cgroup/*/cpu.stat", 0, NULL, &groups) != 0)
		return 0;
	for (size_t i = 0; i < groups.gl_pathc; i++)
		us += read_number(groups.gl_pathv[i], "usage_usec ");
	globfree(&groups);
	return us * 1000 - (own.tv_sec * INT64_C(1000000000) + own.tv_nsec);
}

/* --- the account
 * ------------------------------------------------------------------------------------ */

static int compare(const void *a, const void *b)
{
	int64_t x = ((const struct program *)a)->ns, y = ((const struct program *)b)->ns;

	return x < y ? 1 : -(x > y);
}

static void print(struct account *account, int64_t all_ns)
{
	int64_t rest = all_ns;

	for (size_t i = 1; i < account->n_programs; i++)
		rest -= account->programs[i].ns;
	account->programs[0].ns += rest > 0 ? rest : 0;
	qsort(account->programs, account->n_programs, sizeof(*account->programs), compare);
	for (size_t i = 0; i < account->n_programs && account->programs[i].ns > 0; i++)
		printf("%.4f %u %s\n", (double)account->programs[i].ns / 1e9,
		       account->programs[i].n_ended, account->programs[i].name);
}

/* Until standard input is readable; then what has come in by now. */
static int listen_until_told(struct mnl_socket *socket, struct account *account)
{
	struct pollfd fds[] = { { .fd = mnl_socket_get_fd(socket), .events = POLLIN },
				{ .fd = STDIN_FILENO, .events = POLLIN } };

	do {
		if (poll(fds, ARRAY_SIZE(fds), -1) < 0 ||
		    (fds[0].revents && receive(socket, account) < 0))
			return -1;
	} while (fds[0].revents || !fds[1].revents);
	return 0;
}

int main(int argc, char **argv __attribute__((unused)))
{
	struct account account = { 0 };
	struct mnl_socket *socket;
	int64_t all_ns;
	int r;

	if (argc > 1) {
		fprintf(stderr,
			"usage: bench-spent <PIPE\n"
			"says \"ready\"; when the pipe has something or ends, a line for each program: \"SECONDS ENDED PROGRAM\"\n");
		return 2;
	}
	ensure_program(&account, KERNEL);
	socket = listen_to_exits(&account);
	if (!socket) {
		fprintf(stderr, "bench-spent: taskstats: %s\n", strerror(errno));
		return 1;
	}
	walk_tasks(&account, keep);
	all_ns = read_all_ns();
	puts("ready");
	fflush(stdout);
	r = listen_until_told(socket, &account);
	all_ns = read_all_ns() - all_ns;
	if (r < 0)
		fprintf(stderr, "bench-spent: taskstats: %s\n", strerror(errno));
	walk_tasks(&account, add_living);
	print(&account, all_ns);
	mnl_socket_close(socket);
	free(account.programs);
	free(account.before);
	return r < 0;
}
