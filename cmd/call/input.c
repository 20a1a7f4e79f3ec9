/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Input from arguments and environment: all of it passes one of these functions before it is kept,
 * logged or used. */
#include "call.h"

const char *call_line_name(const char *prefix, const char *s)
{
	if (!str_starts(s, prefix) || !site_is_line_name(s + strlen(prefix)))
		return NULL;
	return s + strlen(prefix);
}

const char *call_env(const char *name)
{
	const char *value = getenv(name);

	return value ? value : "";
}

/* mgetty passes "none" if the modem reported nothing (1.2.1, cnd.c). */
void call_take_caller_id(char dst[static 64], const char *value)
{
	if (*value && !str_eq(value, "none"))
		base_copy_clean(dst, value);
}

/* Valid names may have characters that are removed from text of modems ("@"). */
void call_take_user(char dst[static 64], const char *name)
{
	if (site_check_account_name(name))
		base_copy_clean(dst, name);
	else
		base_copy(dst, 64, name);
}

void call_take_address(char dst[static 16], const char *value)
{
	struct in_addr address;

	if (site_parse_address(value, &address) == 0)
		base_copy(dst, 16, value);
}

const char *call_take_count(const char *value)
{
	return *value && !value[strspn(value, "0123456789")] && strlen(value) <= 20 ? value : "0";
}
