/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the parts of calldb share. */
#pragma once

const char *calldb_dir(void);
MUST_CHECK int calldb_open_dir(
	const char *name); /* below it, or "." itself; through no link; descriptor or -errno */
MUST_CHECK int
calldb_make_dir(const char *path); /* 0755 whatever the umask; 0 (it may be there) or -errno */
