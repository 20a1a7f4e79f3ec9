/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The modem file of a probe: what was concluded, and why. */
#include "modem/internal.h"

static void add_key(struct text *file, const char *key, const char *value)
{
	_cleanup_free_ char *masked = NULL;

	if (str_empty(value))
		return;
	masked = xstrdup(value);
	transcript_mask(masked, strlen(masked));
	text_addf(file, "%s %s\n", key, masked);
}

static const char *class_name(enum udev_class class)
{
	switch (class) {
	case UDEV_CLASS_MODEM:
		return "modem";
	case UDEV_CLASS_POSSIBLE:
		return "possible";
	case UDEV_CLASS_SERIAL:
		return "serial";
	case UDEV_CLASS_NEVER:
		break;
	}
	return NULL;
}

/* Where the rate was found by trying, the modem may hear at that one only. */
static void add_facts(struct text *file, const struct udev_port *port,
		      const struct probe_result *result)
{
	bool is_tried = result->speed && result->speed != PROBE_FIRST_SPEED;

	if (result->speed)
		text_addf(file, "speed %u\n", result->speed);
	if (is_tried)
		text_addf(file, "speeds %u\n", result->speed);
	add_key(file, "source", "dialisp probe");
	add_key(file, "class", class_name(port->class));
	add_key(file, "verdict", probe_verdict_name(result->verdict));
	if (result->verdict != PROBE_VERDICT_MODEM)
		return;
	add_key(file, "dialect",
		probe_choose_dialect(result)); /* what its answers say, not the hwdb */
	add_key(file, "modem", result->modem);
	add_key(file, "caller-id", result->caller_id ? "yes" : "no");
	if (result->max_rate)
		text_addf(file, "max-rate %u\n", result->max_rate);
}

char *probe_format_transcript(const struct udev_port *port, const struct probe_result *result,
			      struct transcript *transcript)
{
	_cleanup_text_ struct text file = { 0 };

	text_add(&file, "# dialisp modem file 1\n");
	add_key(&file, "name",
		*result->modem  ? result->modem
		: port->product ? port->product
				: "unknown device");
	add_key(&file, "usb", port->usb_id);
	add_key(&file, "driver", port->driver);
	add_facts(&file, port, result);
	text_add(&file, transcript_lines(transcript));
	return text_take(&file);
}
