/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stdbool.h>

#include "exchange/subscriber.h"
#include "peer.h"

struct gadget_kind;
struct persona;
struct usb_kind;

/* NAME:NUMBER[:PERSONALITY[@ADAPTER]][:unplugged], taken apart. */
struct spec {
	char name[NAME_MAX_LEN + 1];
	char number[NUMBER_MAX_LEN + 1];
	const struct persona *persona; /* one of these two */
	const struct gadget_kind *gadget;
	const struct usb_kind *kind;
	char device[NAME_MAX_LEN +
		    1];    /* the device with the plug: the adapter's name, or its own */
	unsigned int port; /* of it */
	bool unplugged;
};

/* NULL, or what is wrong with it. */
const char *spec_parse(const char *text, struct spec *ret_spec);

/* For the usage text: the i-th adapter or NULL. */
const struct usb_kind *spec_adapter_at(size_t i);
