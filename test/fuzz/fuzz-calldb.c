/* SPDX-License-Identifier: GPL-2.0-or-later */
/* calldb: damaged records; what is read from them and saved again is read the same. */
#include "call/calldb.h"

#include "fuzz.h"

static bool is_saved_same(const struct calldb_call *call)
{
	struct calldb_call again = { .pid = 0 };

	return calldb_save("line2", call) == 0 && calldb_load("line2", &again) == 0 &&
	       str_eq(call->user, again.user) && str_eq(call->number, again.number) &&
	       call->pid == again.pid && call->up_at == again.up_at &&
	       call->carrier == again.carrier;
}

static bool has_control(const char *s)
{
	for (; *s; s++)
		if ((unsigned char)*s < ' ' || *s == 0x7f)
			return true;
	return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct calldb_call call = { .pid = 0 }, masked;
	struct calldb_last last = { .at = 0 };

	calldb_set_dir(fuzz_dir());
	fuzz_write("calls/line1", data, size);
	fuzz_write("last/line1", data, size);
	must(calldb_load("line1", &call) == 0 && calldb_load_last("line1", &last) == 0);
	must(has_control(call.user) || has_control(call.number) || is_saved_same(&call));
	must(calldb_save("line2", &call) == 0 && calldb_load_masked("line2", &masked) == 0);
	must(!has_control(masked.user) && strlen(masked.user) <= 4 && strlen(masked.number) <= 5);
	must(calldb_save_last("line2", &last) == 0);
	return 0;
}
