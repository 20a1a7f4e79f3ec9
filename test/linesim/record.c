/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a host did to a device, in numbers. */
#include "record.h"

#include <stdio.h>
#include <string.h>

void record_speed(struct record *record, long speed)
{
	for (size_t i = 0; i < record->speed_count; i++)
		if (record->speeds[i] == speed)
			return;
	if (record->speed_count < RECORD_SPEEDS)
		record->speeds[record->speed_count++] = speed;
}

void record_bytes(struct record *record, const uint8_t *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		record->plus = bytes[i] == '+' ? record->plus + 1 : 0;
		record->escapes += record->plus == 3;
	}
}

void record_format(const struct record *record, char *ret_text, size_t size)
{
	char speeds[RECORD_SPEEDS * 12] = "";
	size_t len = 0;

	for (size_t i = 0; i < record->speed_count; i++)
		len += (size_t)snprintf(speeds + len, sizeof(speeds) - len, "%s%lld", i ? "," : "",
					(long long)record->speeds[i] % 10000000000);
	snprintf(ret_text, size,
		 "commands=%u saves=%u resets=%u escapes=%u destructive=%u dropped=%u speeds=%s",
		 record->commands, record->saves, record->resets, record->escapes,
		 record->destructive, record->dropped, len ? speeds : "-");
}
