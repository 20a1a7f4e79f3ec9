/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads modem files. */
#include "modem-file.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>

#define HEAD       "# dialisp modem file 1"
#define FILE_MAX   65536
#define PAUSE_MAX  60000
#define SPEED_MAX  921600
#define ERROR_TEXT "\r\nERROR\r\n"

struct parser {
	struct modem_file *file;
	struct modem_said **said; /* where the next bytes go; NULL: before the first command */
	unsigned pause_ms;
	bool has_pause;
};

/* --- keys --- */

static const char *const yes_no[] = { "yes", "no", NULL };
static const char *const classes[] = { "modem", "possible", "serial", NULL };
static const char *const verdicts[] = { "modem",    "silent",  "busy",  "no modem",
					"cellular", "ringing", "error", NULL };

static const struct key {
	const char *name;
	size_t field;
	const char *const *words; /* those that may be its value; NULL: any text */
	unsigned max;             /* not 0: a number up to that */
} keys[] = {
	{ "name", offsetof(struct modem_file, name), NULL, 0 },
	{ "usb", offsetof(struct modem_file, usb), NULL, 0 },
	{ "driver", offsetof(struct modem_file, driver), NULL, 0 },
	{ "speed", offsetof(struct modem_file, speed), NULL, SPEED_MAX },
	{ "source", offsetof(struct modem_file, source), NULL, 0 },
	{ "class", offsetof(struct modem_file, class), classes, 0 },
	{ "verdict", offsetof(struct modem_file, verdict), verdicts, 0 },
	{ "dialect", offsetof(struct modem_file, dialect), NULL, 0 },
	{ "modem", offsetof(struct modem_file, modem), NULL, 0 },
	{ "caller-id", offsetof(struct modem_file, caller_id), yes_no, 0 },
	{ "max-rate", offsetof(struct modem_file, max_rate), NULL, SPEED_MAX },
};

static bool is_among(const char *const *words, const char *value)
{
	while (*words && !str_eq(*words, value))
		words++;
	return *words;
}

static const char *check_value(const struct key *key, const char *value)
{
	unsigned number;

	if (!*value)
		return "has no value";
	if (key->max && base_parse_uint(value, 0, key->max, &number) < 0)
		return "is not a number, or too large";
	if (key->words && !is_among(key->words, value))
		return "cannot have this value (see README)";
	return NULL;
}

static const char *set_key(struct parser *p, const char *name, const char *value)
{
	const char *why;
	char **field;

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		if (!str_eq(keys[i].name, name))
			continue;
		field = (char **)((char *)p->file + keys[i].field);
		why = *field ? "is there twice" : check_value(&keys[i], value);
		if (!why)
			*field = xstrdup(value);
		return why;
	}
	return "is no key of a modem file";
}

static const char *set_speeds(struct parser *p, char *value)
{
	struct modem_file *file = p->file;

	for (char *save = NULL, *word = strtok_r(value, " ", &save); word;
	     word = strtok_r(NULL, " ", &save)) {
		if (file->n_speeds == MODEM_FILE_SPEEDS)
			return "names too many speeds";
		if (base_parse_uint(word, 300, SPEED_MAX, &file->speeds[file->n_speeds]) < 0)
			return "names something that is no speed";
		file->n_speeds++;
	}
	return file->n_speeds ? NULL : "has no value";
}

/* --- bytes --- */

static int hex_value(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *at = c ? strchr(digits, tolower((unsigned char)c)) : NULL;

	return at ? (int)(at - digits) : -1;
}

/* One character after the backslash; how many bytes of the source it took, 0: it is none of ours.
 */
static size_t unescape(const char *s, char *ret)
{
	static const struct {
		char letter, byte;
	} letters[] = { { 'r', '\r' }, { 'n', '\n' }, { 't', '\t' }, { '\\', '\\' } };

	for (size_t i = 0; i < ARRAY_SIZE(letters); i++) {
		if (*s != letters[i].letter)
			continue;
		*ret = letters[i].byte;
		return 1;
	}
	if (*s != 'x' || hex_value(s[1]) < 0 || hex_value(s[2]) < 0)
		return 0;
	*ret = (char)(hex_value(s[1]) << 4 | hex_value(s[2]));
	return 3;
}

static const char *add_bytes(struct text *bytes, const char *s)
{
	for (; *s; s++) {
		size_t n = 0;
		char c = *s;

		if (c == '\\') {
			n = unescape(s + 1, &c);
			if (n == 0)
				return "has a backslash with something else than r, n, t, \\ or xHH behind it";
		}
		text_addc(bytes, c);
		s += n;
	}
	return NULL;
}

/* --- what is asked and said --- */

static struct modem_entry *find_entry(const struct modem_file *file, const char *command)
{
	for (size_t i = 0; i < file->n_entries; i++)
		if (strcasecmp(file->entries[i].command, command) == 0)
			return &file->entries[i];
	return NULL;
}

static const char *take_command(struct parser *p, const char *value)
{
	struct modem_file *file = p->file;
	struct modem_entry *last = find_entry(file, value), *entry;

	if (!*value)
		return "has no command";
	if (file->n_entries == MODEM_FILE_ENTRIES)
		return "is one command too many";
	while (last && last->again)
		last = last->again;
	entry = &file->entries[file->n_entries++];
	entry->command = xstrdup(value);
	if (last)
		last->again = entry;
	p->said = &entry->said;
	return NULL;
}

static const char *say(struct parser *p, struct modem_said ***where, const char *value)
{
	struct modem_said *said = xcalloc(1, sizeof(*said));

	**where = said;
	*where = &said->next;
	said->pause_ms = p->pause_ms;
	p->pause_ms = 0;
	p->has_pause = false;
	return add_bytes(&said->bytes, value);
}

static const char *take_bytes(struct parser *p, const char *value)
{
	return p->said ? say(p, &p->said, value)
		       : "comes before any command (a line that begins with >)";
}

static const char *take_unasked(struct parser *p, const char *value)
{
	struct modem_said **where = &p->file->unasked;

	while (*where)
		where = &(*where)->next;
	return say(p, &where, value);
}

static const char *take_pause(struct parser *p, const char *value)
{
	p->has_pause = true;
	return base_parse_uint(value, 0, PAUSE_MAX, &p->pause_ms) < 0
		       ? "is no time in milliseconds up to a minute"
		       : NULL;
}

static const char *take_otherwise(struct parser *p, const char *value)
{
	text_clear(&p->file->otherwise);
	return add_bytes(&p->file->otherwise, value);
}

static const struct mark {
	char mark;
	const char *(*take)(struct parser *p, const char *value);
} marks[] = {
	{ '>', take_command }, { '<', take_bytes },     { '!', take_unasked },
	{ '~', take_pause },   { '?', take_otherwise },
};

/* --- lines --- */

static const char *take_key(struct parser *p, char *line)
{
	char *value = strchr(line, ' ');

	if (!value)
		return "has no value";
	*value++ = '\0';
	return str_eq(line, "speeds") ? set_speeds(p, value) : set_key(p, line, value);
}

static const char *take_line(struct parser *p, char *line)
{
	if (!*line || *line == '#')
		return NULL;
	if (p->has_pause && *line != '<' && *line != '!')
		return "does not say what comes after the pause";
	for (size_t i = 0; i < ARRAY_SIZE(marks); i++) {
		if (*line != marks[i].mark)
			continue;
		if (line[1] && line[1] != ' ')
			return "needs a blank behind its first character";
		return marks[i].take(p, line + (line[1] ? 2 : 1));
	}
	return take_key(p, line);
}

int modem_file_parse(char *text, struct modem_file *ret_file, char **ret_why)
{
	struct parser p = { .file = ret_file };
	const char *why = NULL;
	unsigned number = 1;
	char *line;

	*ret_file = (struct modem_file){ .entries = xcalloc(MODEM_FILE_ENTRIES,
							    sizeof(struct modem_entry)) };
	text_add(&ret_file->otherwise, ERROR_TEXT);
	line = strsep(&text, "\n");
	if (!str_eq(line, HEAD))
		why = "is not \"" HEAD "\"";
	while (!why && (line = strsep(&text, "\n"))) {
		number++;
		why = take_line(&p, line);
	}
	if (!why && p.has_pause)
		why = "does not say what comes after the pause";
	if (why && line)
		*ret_why = xasprintf("%u: %s %s", number, *line ? line : "this empty line", why);
	else if (why)
		*ret_why = xasprintf("%u: the end %s", number, why);
	return why ? -EINVAL : 0;
}

static int read_text(const char *path, char *ret, size_t size)
{
	FILE *f = fopen(path, "re");
	size_t n;

	if (!f)
		return -errno;
	n = fread(ret, 1, size - 1, f);
	fclose(f);
	ret[n] = '\0';
	return strlen(ret) == n && n < size - 1 ? 0 : -EFBIG;
}

int modem_file_read(const char *path, struct modem_file *ret_file, char **ret_why)
{
	_cleanup_free_ char *text = xcalloc(1, FILE_MAX), *why = NULL;
	int r = read_text(path, text, FILE_MAX);

	*ret_file = (struct modem_file){ 0 };
	if (r < 0) {
		*ret_why = xasprintf("%s: %s", path,
				     r == -EFBIG ? "too long, or not text" : strerror(-r));
		return r;
	}
	r = modem_file_parse(text, ret_file, &why);
	if (r < 0)
		*ret_why = xasprintf("%s:%s", path, why);
	return r;
}

static void free_said(struct modem_said *said)
{
	while (said) {
		struct modem_said *next = said->next;

		text_free(&said->bytes);
		free(said);
		said = next;
	}
}

void modem_file_free(struct modem_file *file)
{
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		free(*(char **)((char *)file + keys[i].field));
	for (size_t i = 0; i < file->n_entries; i++) {
		free(file->entries[i].command);
		free_said(file->entries[i].said);
	}
	free(file->entries);
	free_said(file->unasked);
	text_free(&file->otherwise);
	*file = (struct modem_file){ 0 };
}

const struct modem_entry *modem_file_find(const struct modem_file *file, const char *command)
{
	return find_entry(file, command);
}
