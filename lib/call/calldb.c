/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Call records: small key=value files below /run/dialisp, each whole or not there. */
#include "call/calldb.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>

#include "call/internal.h"
#include "paths.h"
#include "site.h"
#include "util/text.h"

#define RECORD_MAX 4096

enum kind {
	KIND_STRING,
	KIND_TIME,
	KIND_PID,
	KIND_COUNT,
	KIND_CARRIER, /* an enum, in words: this and the following */
	KIND_SHAPING,
	KIND_ERROR_CONTROL,
};
enum mask {
	MASK_NONE,
	MASK_NAME,
	MASK_NUMBER,
};
struct field {
	const char *key; /* NULL ends a table */
	enum kind kind;
	size_t offset, size;
	enum mask mask;
};

#define FIELD(object, key, kind, mask)                                                             \
	{                                                                                          \
#key, kind, offsetof(struct object, key), sizeof(((struct object *)NULL)->key),    \
			mask                                                                       \
	}
static const struct field call_fields[] = {
	FIELD(calldb_call, number, KIND_STRING, MASK_NUMBER),
	FIELD(calldb_call, caller, KIND_STRING, MASK_NAME),
	FIELD(calldb_call, ring_number, KIND_STRING, MASK_NUMBER),
	FIELD(calldb_call, connect, KIND_STRING, MASK_NONE),
	FIELD(calldb_call, rate, KIND_COUNT, MASK_NONE),
	FIELD(calldb_call, error_control, KIND_ERROR_CONTROL, MASK_NONE),
	FIELD(calldb_call, port_speed, KIND_COUNT, MASK_NONE),
	FIELD(calldb_call, user, KIND_STRING, MASK_NAME),
	FIELD(calldb_call, address, KIND_STRING, MASK_NONE),
	FIELD(calldb_call, link, KIND_STRING, MASK_NONE),
	FIELD(calldb_call, ring_at, KIND_TIME, MASK_NONE),
	FIELD(calldb_call, answer_at, KIND_TIME, MASK_NONE),
	FIELD(calldb_call, up_at, KIND_TIME, MASK_NONE),
	FIELD(calldb_call, pid, KIND_PID, MASK_NONE),
	FIELD(calldb_call, tty, KIND_STRING, MASK_NONE),
	FIELD(calldb_call, carrier, KIND_CARRIER, MASK_NONE),
	FIELD(calldb_call, shape.how, KIND_SHAPING, MASK_NONE),
	FIELD(calldb_call, shape.rate, KIND_COUNT, MASK_NONE),
	FIELD(calldb_call, shape.mtu, KIND_COUNT, MASK_NONE),
	FIELD(calldb_call, shape.vj_compression, KIND_COUNT, MASK_NONE),
	{ 0 },
};
static const struct field last_fields[] = {
	FIELD(calldb_last, reason, KIND_STRING, MASK_NONE),
	FIELD(calldb_last, at, KIND_TIME, MASK_NONE),
	FIELD(calldb_last, idle_starts, KIND_COUNT, MASK_NONE),
	FIELD(calldb_last, carrier, KIND_CARRIER, MASK_NONE),
	FIELD(calldb_last, failed.n, KIND_COUNT, MASK_NONE),
	FIELD(calldb_last, failed.at, KIND_TIME, MASK_NONE),
	{ 0 },
};

static const char *const carrier_names[] = {
	[CALLDB_CARRIER_UNKNOWN] = "",
	[CALLDB_CARRIER_ON] = "on",
	[CALLDB_CARRIER_OFF] = "off",
};

static const char *const shaping_names[] = {
	[CALLDB_SHAPING_UNSET] = "",  [CALLDB_SHAPING_CONNECT] = "connect",
	[CALLDB_SHAPING_SET] = "set", [CALLDB_SHAPING_ASSUMED] = "assumed",
	[CALLDB_SHAPING_OFF] = "off", [CALLDB_SHAPING_MISSING] = "missing",
};

static const char *const error_control_names[] = {
	[AT_ERROR_CONTROL_UNKNOWN] = "",
	[AT_ERROR_CONTROL_NONE] = "none",
	[AT_ERROR_CONTROL_ON] = "on",
};

static const struct words {
	const char *const *names;
	size_t n;
} words[] = {
	[KIND_CARRIER] = { carrier_names, ARRAY_SIZE(carrier_names) },
	[KIND_SHAPING] = { shaping_names, ARRAY_SIZE(shaping_names) },
	[KIND_ERROR_CONTROL] = { error_control_names, ARRAY_SIZE(error_control_names) },
};

const char *calldb_shaping_name(enum calldb_shaping how)
{
	return shaping_names[how];
}

static const char *run_dir = PATH_RUN;

void calldb_set_dir(const char *dir)
{
	run_dir = dir;
}

const char *calldb_dir(void)
{
	return run_dir;
}

void calldb_mask(char s[static 6], bool is_number)
{
	size_t n = strlen(s);
	char tail[3] = "";

	if (n == 0)
		return;
	if (!is_number) {
		memcpy(s + 1, "***", sizeof("***"));
		return;
	}
	if (n > 4) /* two digits would be half of a short number */
		memcpy(tail, s + n - 2, sizeof(tail));
	memcpy(s, "***", 3);
	memcpy(s + 3, tail, sizeof(tail));
}

/* A value must never become a second line. */
static void write_string(struct text *out, const char *value)
{
	for (; *value; value++)
		text_addc(out, (unsigned char)*value < ' ' || *value == 0x7f ? ' ' : *value);
}

static void write_field(const struct field *field, const void *object, struct text *out)
{
	const void *value = (const char *)object + field->offset;

	text_addf(out, "%s=", field->key);
	switch (field->kind) {
	case KIND_STRING:
		write_string(out, value);
		break;
	case KIND_TIME:
		text_addf(out, "%lld", (long long)*(const int64_t *)value);
		break;
	case KIND_PID:
		text_addf(out, "%d", (int)*(const pid_t *)value);
		break;
	case KIND_COUNT:
		text_addf(out, "%u", *(const unsigned *)value);
		break;
	case KIND_CARRIER:
	case KIND_SHAPING:
	case KIND_ERROR_CONTROL:
		text_add(out, words[field->kind].names[*(const unsigned *)value]);
		break;
	}
	text_addc(out, '\n');
}

static void read_number(const struct field *field, void *value, const char *s)
{
	unsigned number;

	if (base_parse_uint(s, 0, field->kind == KIND_PID ? INT_MAX : UINT_MAX, &number) < 0)
		return;
	if (field->kind == KIND_TIME)
		*(int64_t *)value = number;
	else if (field->kind == KIND_PID)
		*(pid_t *)value = (pid_t)number;
	else
		*(unsigned *)value = number;
}

/* An enum without negative values is an unsigned int (GCC and clang). */
static void read_word(const struct words *list, unsigned *value, const char *s)
{
	for (unsigned i = 0; i < list->n; i++)
		if (str_eq(s, list->names[i]))
			*value = i;
}

static void read_field(const struct field *field, void *object, const char *s)
{
	void *value = (char *)object + field->offset;

	switch (field->kind) {
	case KIND_STRING:
		base_copy(value, field->size, s);
		break;
	case KIND_CARRIER:
	case KIND_SHAPING:
	case KIND_ERROR_CONTROL:
		read_word(&words[field->kind], value, s);
		break;
	case KIND_TIME:
	case KIND_PID:
	case KIND_COUNT:
		read_number(field, value, s);
		break;
	}
}

static void read_line(const struct field *fields, void *object, char *line)
{
	char *value = strchr(line, '=');

	if (!value)
		return;
	*value++ = '\0';
	for (; fields->key; fields++)
		if (str_eq(fields->key, line))
			read_field(fields, object, value);
}

/* Below the directory of all records. Never follows a link: an attacker who took over the line by
 * telephone can write there, and `end` writes with all privileges. */
int calldb_open_dir(const char *name)
{
	_cleanup_close_ int parent = open(run_dir, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	int fd = parent < 0 ? -1
			    : openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

static int load_record(const char *dir, const char *name, const char *suffix,
		       const struct field *fields, void *object)
{
	_cleanup_free_ char *file = xasprintf("%s%s", name, suffix);
	_cleanup_close_ int parent = calldb_open_dir(dir);
	_cleanup_close_ int fd =
		parent < 0 ? -1 : openat(parent, file, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	char record[RECORD_MAX], *rest = record, *line;
	ssize_t n;

	if (parent < 0)
		return parent;
	if (fd < 0)
		return -errno;
	n = read(fd, record, sizeof(record) - 1);
	if (n < 0)
		return -errno;
	record[n] = '\0';
	while ((line = strsep(&rest, "\n")))
		read_line(fields, object, line);
	return 0;
}

/* pppd runs our hooks with umask 077, and status must work without root: modes are set with
 * fchmod. */
int calldb_make_dir(const char *path)
{
	if (mkdir(path, 0755) == 0)
		return chmod(path, 0755) < 0 ? -errno : 0;
	return errno == EEXIST ? 0 : -errno;
}

static int replace_file(int dir, const char *name, mode_t mode, const struct text *content)
{
	_cleanup_free_ char *temporary = xasprintf(".new-%s-%d", name, (int)getpid());
	_cleanup_close_ int fd = -1;
	int r = 0;

	unlinkat(dir, temporary, 0); /* of a dead process that had our pid */
	fd = openat(dir, temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return -errno;
	errno = ENOSPC; /* the reason for a short write */
	if (write(fd, content->s, content->len) != (ssize_t)content->len || fchmod(fd, mode) < 0 ||
	    renameat(dir, temporary, dir, name) < 0)
		r = -errno;
	if (r < 0)
		unlinkat(dir, temporary, 0);
	return r;
}

static int make_dirs(const char *name)
{
	_cleanup_free_ char *path = xasprintf("%s/%s", run_dir, name);
	int r = calldb_make_dir(run_dir);

	return r < 0 ? r : calldb_make_dir(path);
}

static int save_record(const char *dir, const char *name, const char *suffix, mode_t mode,
		       const struct field *fields, const void *object)
{
	_cleanup_free_ char *file = xasprintf("%s%s", name, suffix);
	_cleanup_text_ struct text content = { 0 };
	_cleanup_close_ int fd = -1;
	int r = make_dirs(dir);

	if (r < 0)
		return r;
	fd = calldb_open_dir(dir);
	if (fd < 0)
		return fd;
	for (; fields->key; fields++)
		write_field(fields, object, &content);
	return replace_file(fd, file, mode, &content);
}

int calldb_load(const char *line, struct calldb_call *ret)
{
	struct calldb_call call = { 0 };
	int r = load_record("calls", line, "", call_fields, &call);

	if (r < 0)
		return r;
	*ret = call;
	return 0;
}

int calldb_load_masked(const char *line, struct calldb_call *ret)
{
	struct calldb_call call = { 0 };
	int r = load_record("calls", line, ".masked", call_fields, &call);

	if (r < 0)
		return r;
	*ret = call;
	return 0;
}

int calldb_save(const char *line, const struct calldb_call *call)
{
	struct calldb_call masked = *call;
	int r;

	for (const struct field *field = call_fields; field->key; field++)
		if (field->mask != MASK_NONE)
			calldb_mask((char *)&masked + field->offset, field->mask == MASK_NUMBER);
	r = save_record("calls", line, "", 0600, call_fields, call);
	return r < 0 ? r : save_record("calls", line, ".masked", 0644, call_fields, &masked);
}

void calldb_clear(const char *line)
{
	_cleanup_free_ char *masked = xasprintf("%s.masked", line);
	_cleanup_close_ int dir = calldb_open_dir("calls");

	if (dir < 0)
		return;
	unlinkat(dir, line, 0);
	unlinkat(dir, masked, 0);
}

int calldb_load_last(const char *line, struct calldb_last *ret)
{
	struct calldb_last last = { 0 };
	int r = load_record("last", line, "", last_fields, &last);

	if (r < 0)
		return r;
	*ret = last;
	return 0;
}

int calldb_save_last(const char *line, const struct calldb_last *last)
{
	return save_record("last", line, "", 0644, last_fields, last);
}

/* A record whose process is gone is left over from a crash. */
static bool has_live_call(const char *line, const char *user)
{
	struct calldb_call call;

	return calldb_load(line, &call) == 0 && str_eq(call.user, user) && call.pid > 0 &&
	       (kill(call.pid, 0) == 0 || errno == EPERM);
}

int calldb_find_user(const char *user, const char *except, char *ret_line, size_t size)
{
	_cleanup_free_ char *path = xasprintf("%s/calls", run_dir);
	DIR *dir = opendir(path);
	const struct dirent *entry;
	int r = -ENOENT;

	if (!dir)
		return -errno;
	while (r == -ENOENT && (entry = readdir(dir))) {
		if (!site_is_line_name(entry->d_name) || str_eq(entry->d_name, except) ||
		    !has_live_call(entry->d_name, user))
			continue;
		base_copy(ret_line, size, entry->d_name);
		r = 0;
	}
	closedir(dir);
	return r;
}
