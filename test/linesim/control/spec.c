/* SPDX-License-Identifier: GPL-2.0-or-later */
/* NAME:NUMBER[:PERSONALITY[@ADAPTER]][:unplugged] to a struct. No I/O. */
#include "control/spec.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "modem/persona.h"
#include "modem/personas.h"
#include "usb/acm.h"
#include "usb/ch341.h"
#include "usb/cp210x.h"
#include "usb/ftdi.h"
#include "usb/gadget.h"

static const struct usb_kind *const adapters[] = { &acm_kind, &ftdi_kind, &ftdi2_kind, &cp210x_kind,
						   &ch341_kind };

enum {
	ADAPTERS = sizeof(adapters) / sizeof(adapters[0]),
	ADAPTER_TEXT = NAME_MAX_LEN + 16
};

const struct usb_kind *spec_adapter_at(size_t i)
{
	return i < ADAPTERS ? adapters[i] : NULL;
}

/* Take one field up to the separator; false when it does not fit. */
static bool take_field(const char **rest, char separator, char *ret_field, size_t size)
{
	size_t len = strcspn(*rest, (const char[]){ separator, '\0' });

	if (len >= size)
		return false;
	memcpy(ret_field, *rest, len);
	ret_field[len] = '\0';
	*rest += len + ((*rest)[len] == separator);
	return true;
}

/* A name is also a path component and a word in replies. */
static bool is_name(const char *name)
{
	return isalnum((unsigned char)*name) &&
	       name[strspn(name,
			   "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-")] ==
		       '\0';
}

static bool is_number(const char *number)
{
	return !strcmp(number, "-") || (*number && number[strspn(number, "0123456789*#")] == '\0');
}

/* "ftdi", or "ftdi2=NAME.PORT". */
static const char *parse_adapter(const char *text, struct spec *spec)
{
	char name[ADAPTER_TEXT], *dot;

	if (!take_field(&text, '=', name, sizeof(name)))
		return "no such adapter";
	for (size_t i = 0; i < ADAPTERS && !spec->kind; i++)
		if (!strcmp(adapters[i]->name, name))
			spec->kind = adapters[i];
	if (!spec->kind)
		return "no such adapter";
	if (spec->kind->ttys == 1)
		return *text ? "this adapter has one port: no \"=\" may follow" : NULL;
	dot = strrchr(text, '.');
	if (!dot || dot[1] < '0' || dot[1] >= '0' + spec->kind->ttys || dot[2] ||
	    (size_t)(dot - text) >= sizeof(spec->device))
		return "expected: ftdi2=NAME.0 or ftdi2=NAME.1";
	snprintf(spec->device, sizeof(spec->device), "%.*s", (int)(dot - text), text);
	spec->port = (unsigned int)(dot[1] - '0');
	return is_name(spec->device) ? NULL
				     : "the adapter's name must be letters, digits, dots, dashes";
}

static const struct usb_kind *find_own_plug(const struct spec *spec)
{
	if (spec->gadget)
		return spec->gadget->usb ? spec->gadget->usb : &ftdi_kind;
	return spec->persona->serial ? &ftdi_kind : &acm_kind;
}

static const char *check_adapter(struct spec *spec)
{
	bool is_serial = !spec->persona || spec->persona->serial;

	if (!spec->kind)
		spec->kind = find_own_plug(spec);
	else if (spec->kind->rs232 && !is_serial)
		return "this personality is a USB device itself: no adapter fits";
	else if (!spec->kind->rs232 && is_serial)
		return "this personality has no USB plug of its own";
	if (!*spec->device)
		memcpy(spec->device, spec->name, sizeof(spec->device));
	return NULL;
}

static const char *parse_persona(const char *text, struct spec *spec)
{
	const char *wrong = NULL;
	char name[24];

	if (!take_field(&text, '@', name, sizeof(name)))
		return "no such personality";
	spec->persona = persona_find(*name ? name : "cx93010");
	spec->gadget = gadget_find_kind(name);
	if (!spec->persona && !spec->gadget)
		return "no such personality";
	if (spec->gadget && strcmp(spec->number, "-"))
		return "no modem: its number must be -";
	if (*text)
		wrong = parse_adapter(text, spec);
	return wrong ? wrong : check_adapter(spec);
}

const char *spec_parse(const char *text, struct spec *ret_spec)
{
	char persona[24 + ADAPTER_TEXT], plug[16];
	struct spec spec = { 0 };
	const char *wrong;

	if (!take_field(&text, ':', spec.name, sizeof(spec.name)) || !is_name(spec.name))
		return "the name must be 1 to 23 letters, digits, dots, dashes";
	if (!take_field(&text, ':', spec.number, sizeof(spec.number)) || !is_number(spec.number))
		return "the number must be 1 to 23 of 0-9 * #, or - for no cord";
	if (!take_field(&text, ':', persona, sizeof(persona)))
		return "no such personality";
	wrong = parse_persona(persona, &spec);
	if (wrong)
		return wrong;
	if (!take_field(&text, ':', plug, sizeof(plug)) || *text ||
	    (*plug && strcmp(plug, "unplugged")))
		return "only \"unplugged\" may follow the personality";
	spec.unplugged = *plug;
	*ret_spec = spec;
	return NULL;
}
