/* SPDX-License-Identifier: GPL-2.0-or-later */
/* udev/60-dialisp.hwdb as text: errors that systemd-hwdb ignores silently, and unknown symbols. */
#include <ctype.h>

#include "check.h"
#include "modem/dialect.h"
#include "port/udev.h"
#include "util/base.h"

/* What has been seen of the record being read. */
struct record {
	unsigned line; /* its first */
	bool is_usb, has_class, is_modem, is_never, has_why, has_ignore;
};

static bool is_one_of(const char *word, size_t len, const char *const *words)
{
	for (; *words; words++)
		if (strlen(*words) == len && strncmp(word, *words, len) == 0)
			return true;
	return false;
}

/* --- match lines --- */

#define HEX "0123456789ABCDEF"

/* Ids in capitals, as the kernel's modalias has them; a card may be told by its class too ("bc07").
 * A match that goes on behind the product of a USB device would not match the whole device
 * ("usb:v0572p1349d0100"), which is how unusable devices are found and how the rules file sees it.
 */
static bool is_good_match(const char *line)
{
	const char *ids = line + strlen("usb:v");
	bool is_pci = str_starts(line, "pci:v");
	size_t vendor = is_pci ? 8 : 4;

	if (!is_pci && !str_starts(line, "usb:v"))
		return false;
	if (!str_ends(line, "*") || strspn(ids, HEX) != vendor)
		return false;
	if (!is_pci && str_eq(ids + vendor, "*"))
		return true;
	if (ids[vendor] != (is_pci ? 'd' : 'p') || !isxdigit((unsigned char)ids[vendor + 1]))
		return false;
	ids += vendor + 1;
	return strspn(ids, is_pci ? HEX "*[]-bc" : HEX "*[]-") == strlen(ids);
}

static void take_match(struct record *record, const char *line, unsigned n)
{
	if (record->has_class || !record->line)
		*record = (struct record){ .line = n };
	record->is_usb |= str_starts(line, "usb:");
	check(is_good_match(line), "line %u: %s", n, line);
}

/* --- properties --- */

static bool is_class(const char *value)
{
	static const char *const classes[] = { "modem",  "softmodem", "cellular", "other",
					       "serial", "unknown",   NULL };

	return is_one_of(value, strlen(value), classes);
}

static bool is_reason(const char *value)
{
	return !str_eq(udev_reason_text(value), udev_reason_text(NULL));
}

static bool is_dialect(const char *value)
{
	return dialect_find(value) != NULL;
}

static bool is_text(const char *value)
{
	return *value != '\0';
}

static bool is_speed(const char *value)
{
	unsigned speed;

	return base_parse_uint(value, 300, 921600, &speed) == 0;
}

static bool are_quirks(const char *value)
{
	static const char *const plain[] = { "config2", "dup-serial", "echo-off",
					     "no-dtr",  "wedges",     NULL };
	static const char *const valued[] = { "min-fw", "needs-firmware", NULL };

	for (const char *p = value; *p; p += strspn(p, " ")) {
		size_t n = strcspn(p, " "), name = strcspn(p, " =");

		if (name == n ? !is_one_of(p, n, plain)
			      : !is_one_of(p, name, valued) || n < name + 2)
			return false;
		p += n;
	}
	return *value != '\0';
}

static bool is_1(const char *value)
{
	return str_eq(value, "1");
}

static const struct {
	const char *key;
	bool (*is_good)(const char *value);
} keys[] = {
	{ "DIALISP_CLASS=", is_class },     { "DIALISP_WHY=", is_reason },
	{ "DIALISP_DIALECT=", is_dialect }, { "DIALISP_CHIP=", is_text },
	{ "DIALISP_SPEED=", is_speed },     { "DIALISP_QUIRKS=", are_quirks },
	{ "ID_MM_DEVICE_IGNORE=", is_1 },
};

/* One blank and no more, nothing that cuts the line or is trimmed (systemd, hwdb-util.c). */
static bool is_good_property(const char *line)
{
	if (line[0] != ' ' || line[1] == ' ' || strpbrk(line, "#\"\t") || str_ends(line, " "))
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		if (str_starts(line + 1, keys[i].key))
			return keys[i].is_good(line + 1 + strlen(keys[i].key));
	return false;
}

static void take_property(struct record *record, const char *line, unsigned n)
{
	check(is_good_property(line), "line %u: %s", n, line);
	check(record->line, "line %u: belongs to nothing", n);
	if (str_starts(line, " DIALISP_CLASS=")) {
		record->has_class = true;
		record->is_modem = str_eq(line, " DIALISP_CLASS=modem");
		record->is_never = !record->is_modem && !str_eq(line, " DIALISP_CLASS=unknown") &&
				   !str_eq(line, " DIALISP_CLASS=serial");
	}
	record->has_why |= str_starts(line, " DIALISP_WHY=");
	record->has_ignore |= str_starts(line, " ID_MM_");
}

/* ModemManager is kept off every USB modem (it asks no PCI port), and no refusal is without its
 * reason. */
static void check_record(const struct record *record)
{
	if (!record->line)
		return;
	check(record->has_class, "line %u: no class", record->line);
	check(record->has_why == record->is_never, "line %u: reason", record->line);
	check(record->has_ignore == (record->is_modem && record->is_usb), "line %u: ModemManager",
	      record->line);
}

static void take_line(struct record *record, char *line, unsigned n)
{
	line[strcspn(line, "\n")] = '\0';
	if (line[0] == '#')
		return;
	if (!*line) { /* ends a record */
		check_record(record);
		*record = (struct record){ 0 };
	} else if (isspace((unsigned char)*line)) {
		take_property(record, line, n);
	} else {
		take_match(record, line, n);
	}
}

/* The checks themselves: lines that must not pass. */
static void test_bad_lines(void)
{
	static const char *const matches[] = { "usb:v0572p1349",       "usb:v0572p134a*",
					       "usb:v572p1349*",       "usb:0572p1349*",
					       "usb:v0572p1349*ic02*", "usb:v0572p*",
					       "pci:v000011c1*",       "pci:v11C1d0440*",
					       "acpi:PNP0501:*",       "usb:v0572P1349*" };
	static const char *const properties[] = {
		"DIALISP_CLASS=modem",     "  DIALISP_CLASS=modem",  " DIALISP_CLASS=pager",
		" DIALISP_WHY=because",    " DIALISP_DIALECT=",      " DIALISP_DIALECT=klingon",
		" DIALISP_CLASS=modem ",   " DIALISP_SPEED=9k6",     " DIALISP_QUIRKS=",
		" DIALISP_QUIRKS=config3", " DIALISP_QUIRKS=min-fw", " DIALISP_QUIRKS=wedges=1",
		" DIALISP_INIT=AT#CID=1",  " DIALISP_CHIP=a#b",      " DIALISP_MAX_MOD=V92",
		" ID_MM_DEVICE_IGNORE=0",
	};

	for (size_t i = 0; i < ARRAY_SIZE(matches); i++)
		check(!is_good_match(matches[i]), "%s", matches[i]);
	for (size_t i = 0; i < ARRAY_SIZE(properties); i++)
		check(!is_good_property(properties[i]), "%s", properties[i]);
}

int main(void)
{
	const char *slash = strstr(__FILE__, "test/unit/");
	_cleanup_free_ char *path =
		xasprintf("%.*sudev/60-dialisp.hwdb", (int)(slash - __FILE__), __FILE__);
	FILE *f = fopen(path, "r");
	struct record record = { 0 };
	char line[256];
	unsigned n = 0;

	test_bad_lines();
	check(f != NULL, "%s: run in the build directory", path);
	while (f && fgets(line, sizeof(line), f))
		take_line(&record, line, ++n);
	check_record(&record);
	check(n > 300, "%u lines", n);
	if (f)
		fclose(f);
	return check_done();
}
