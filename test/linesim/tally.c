/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a host did to a device, counted. */
#include "tally.h"

#include <stdio.h>
#include <string.h>

void tally_speed(struct tally *tally, long speed)
{
	for (size_t i = 0; i < tally->speed_count; i++)
		if (tally->speeds[i] == speed)
			return;
	if (tally->speed_count < TALLY_SPEEDS)
		tally->speeds[tally->speed_count++] = speed;
}

void tally_bytes(struct tally *tally, const uint8_t *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		tally->plus = bytes[i] == '+' ? tally->plus + 1 : 0;
		tally->escapes += tally->plus == 3;
	}
}

void tally_format(const struct tally *tally, char *ret_text, size_t size)
{
	char speeds[TALLY_SPEEDS * 12] = "";
	size_t len = 0;

	for (size_t i = 0; i < tally->speed_count; i++)
		len += (size_t)snprintf(speeds + len, sizeof(speeds) - len, "%s%lld", i ? "," : "",
					(long long)tally->speeds[i] % 10000000000);
	snprintf(ret_text, size,
		 "commands=%u saves=%u resets=%u escapes=%u destructive=%u dropped=%u speeds=%s",
		 tally->commands, tally->saves, tally->resets, tally->escapes, tally->destructive,
		 tally->dropped, len ? speeds : "-");
}
