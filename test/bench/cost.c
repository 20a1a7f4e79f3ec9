/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bench-cost: runs a command many times: its wall and CPU time, that of its children with it. A
 * file that the command changes or removes can be kept: each run finds it as the first one did. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

#include "util/base.h"
#include "util/file.h"

struct cost {
	double *values; /* milliseconds */
	unsigned n;
};

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static double now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* Of this child alone and of those it has waited for: user and system together, which the kernel
 * counts in nanoseconds. */
static double cpu_ms(const struct rusage *usage)
{
	return (double)(usage->ru_utime.tv_sec + usage->ru_stime.tv_sec) * 1e3 +
	       (double)(usage->ru_utime.tv_usec + usage->ru_stime.tv_usec) / 1e3;
}

static int run_once(char **argv, double *ret_wall, double *ret_cpu)
{
	struct rusage usage;
	double start = now_ms();
	pid_t pid = vfork();
	int status;

	if (pid == 0) {
		dup2(open("/dev/null", O_RDWR), STDOUT_FILENO);
		execvp(argv[0], argv);
		_exit(127);
	}
	if (pid < 0 || wait4(pid, &status, 0, &usage) < 0)
		return -errno;
	*ret_wall = now_ms() - start;
	*ret_cpu = cpu_ms(&usage);
	return status;
}

static int put_back(const char *path, const struct text *text)
{
	_cleanup_close_ int fd =
		path ? open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600) : -1;
	size_t n = strlen(text_str(text));

	if (path && (fd < 0 || write(fd, text_str(text), n) != (ssize_t)n))
		return -errno;
	return 0;
}

static void print(struct cost *cost)
{
	qsort(cost->values, cost->n, sizeof(*cost->values), compare);
	printf("%.3f %.3f ", cost->values[0], cost->values[cost->n / 2]);
}

static int usage(void)
{
	fprintf(stderr, "usage: bench-cost [--keep FILE] RUNS COMMAND [ARGUMENT...]\n"
			"one line: wall ms best and median, CPU ms best and median\n");
	return 2;
}

int main(int argc, char **argv)
{
	struct cost wall = { 0 }, cpu = { 0 };
	_cleanup_text_ struct text kept = { 0 };
	const char *keep = NULL;
	unsigned runs = 0;
	int status = 0;

	if (argc > 2 && str_eq(argv[1], "--keep")) {
		keep = argv[2];
		argv += 2;
		argc -= 2;
	}
	if (argc < 3 || base_parse_uint(argv[1], 1, 100000, &runs) < 0)
		return usage();
	if (keep && file_read(keep, &kept) < 0) {
		fprintf(stderr, "bench-cost: %s: cannot be read\n", keep);
		return 1;
	}
	wall.values = xcalloc(runs, sizeof(*wall.values));
	cpu.values = xcalloc(runs, sizeof(*cpu.values));
	for (wall.n = cpu.n = 0; wall.n < runs && status == 0; wall.n++, cpu.n++) {
		status = put_back(keep, &kept);
		if (status == 0)
			status = run_once(argv + 2, &wall.values[wall.n], &cpu.values[wall.n]);
	}
	if (status != 0)
		fprintf(stderr, "bench-cost: %s: failed (%d)\n", argv[2], status);
	else {
		print(&wall);
		print(&cpu);
		putchar('\n');
	}
	free(wall.values);
	free(cpu.values);
	return status != 0;
}
