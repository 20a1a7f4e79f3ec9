/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The closing secret in /var/lib/dialisp. */
#include "apply/closing.h"

#include <errno.h>
#include <stdio.h>
#include <sys/random.h>

#include "paths.h"
#include "util/file.h"
#include "util/publish.h"
#include "util/report.h"

#define CLOSING_PATH PATH_STATE "/closing-secret"

static int make(struct closing *ret)
{
	unsigned char bytes[CLOSING_LEN / 2];

	if (getrandom(bytes, sizeof(bytes), 0) != (ssize_t)sizeof(bytes)) {
		report_error("%s: could not be made: no random numbers: %s", CLOSING_PATH,
			     strerror(errno));
		return -EIO;
	}
	for (size_t i = 0; i < sizeof(bytes); i++)
		snprintf(ret->secret + 2 * i, 3, "%02x", bytes[i]);
	ret->is_new = true;
	return 0;
}

int closing_load(struct closing *ret)
{
	_cleanup_text_ struct text t = { 0 };
	int r = file_read(CLOSING_PATH, &t);

	if (r < 0 && r != -ENOENT) {
		report_error("%s: could not read: %s", CLOSING_PATH, strerror(-r));
		return r;
	}
	/* an empty or damaged one would let anybody in */
	if (t.len != CLOSING_LEN + 1 || strspn(t.s, "0123456789abcdef") != CLOSING_LEN)
		return make(ret);
	*ret = (struct closing){ 0 };
	memcpy(ret->secret, t.s, CLOSING_LEN);
	return 0;
}

int closing_save(const struct closing *closing)
{
	_cleanup_text_ struct text t = { 0 };

	if (!closing->is_new)
		return 0;
	text_addf(&t, "%s\n", closing->secret);
	return publish_file(CLOSING_PATH, &t, 0600);
}
