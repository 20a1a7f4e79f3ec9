/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kinds of values for packet size and shaping. */
#include "config/internal.h"

#include "net/shaper.h"

#define RATE_MIN 300
#define RATE_MAX 128000 /* two ISDN channels */

static const char *const words[] = {
	[SITE_HOW_UNSET] = "",
	[SITE_HOW_AUTO] = "auto",
	[SITE_HOW_OFF] = "off",
};

/* One of the words, up to `last`, or a number. */
static int set_choice(struct site_choice *choice, const char *value, enum site_how last,
		      unsigned min, unsigned max)
{
	unsigned number;

	for (unsigned how = SITE_HOW_AUTO; how <= last; how++) {
		if (!str_eq(value, words[how]))
			continue;
		*choice = (struct site_choice){ .how = (enum site_how)how };
		return 0;
	}
	if (base_parse_uint(value, min, max, &number) < 0)
		return -EINVAL;
	*choice = (struct site_choice){ SITE_HOW_NUMBER, number };
	return 0;
}

static void get(const void *field, struct text *ret_value)
{
	const struct site_choice *choice = field;

	if (choice->how == SITE_HOW_NUMBER)
		text_addf(ret_value, "%u", choice->number);
	else
		text_add(ret_value, words[choice->how]);
}

static int set_mtu(void *field, const char *value, const char **ret_why)
{
	if (set_choice(field, value, SITE_HOW_AUTO, SHAPER_MTU_MIN, SHAPER_MTU_MAX) < 0)
		return refuse(ret_why, "is not a packet size: write auto, or 128 to 1500");
	return 0;
}

static int set_shaping(void *field, const char *value, const char **ret_why)
{
	if (set_choice(field, value, SITE_HOW_OFF, RATE_MIN, RATE_MAX) < 0)
		return refuse(ret_why, "is not a shaper rate: write auto, off, or 300 to 128000");
	return 0;
}

const struct config_kind keys_mtu = { "auto or number", .set = set_mtu, .get = get };
const struct config_kind keys_shaping = { "auto, off or bit/s", .set = set_shaping, .get = get };
