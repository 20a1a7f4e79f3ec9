/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checks of the kernel's rules that need not be repeated because the rules have not changed: they
 * would delay the answer to a RING. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>

#include "firewall/internal.h"
#include "net/netlink.h"
#include "util/file.h"
#include "util/report.h"

bool firewall_is_seen(const char *file, const char *what, struct firewall_seen *ret)
{
	_cleanup_text_ struct text record = { 0 };
	uint32_t generation;

	*ret = (struct firewall_seen){ .file = file };
	if (netlink_find_generation(&generation) < 0)
		return false;
	snprintf(ret->record, sizeof(ret->record), "%08" PRIx32 " %s\n", generation, what);
	return file_read(file, &record) == 0 && str_eq(text_str(&record), ret->record);
}

/* A partly written record matches nothing: no rename is needed. */
void firewall_set_seen(const struct firewall_seen *seen)
{
	_cleanup_free_ char *path = file_path(seen->file);
	_cleanup_close_ int fd = -1;
	size_t n = strlen(seen->record);

	if (!n)
		return;
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
	if ((fd < 0 && errno != EACCES) || (fd >= 0 && write(fd, seen->record, n) != (ssize_t)n))
		report_warning("%s: could not be written: %s", path, strerror(errno));
}
