/* SPDX-License-Identifier: GPL-2.0-or-later */
/* firewall: any output of iptables-save; what we make of it names nothing but our own chains. */
#include "firewall/internal.h"

#include "fuzz.h"

/* "-F X", "-X X": X is ours. */
static void check_removal(const char *text)
{
	for (; *text; text = strchrnul(text, '\n'), text += *text == '\n')
		if (str_starts(text, "-F ") || str_starts(text, "-X "))
			must(str_starts(text + 3, "DIALISP"));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_free_ char *rules = fuzz_string(&data, &size);
	_cleanup_free_ char *saved = xstrndup((const char *)data, size);
	_cleanup_text_ struct text composed = { 0 }, removal = { 0 }, picked = { 0 };

	firewall_iptables_compose(rules, saved, &composed);
	firewall_iptables_compose_removal(saved, &removal);
	firewall_iptables_pick(saved, &picked);
	check_removal(text_str(&removal));
	return 0;
}
