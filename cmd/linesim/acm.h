/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct modem;

enum {
	ACM_EP_NOTIFY = 1,
	ACM_EP_OUT = 2,
	ACM_EP_IN = 3
};

/* Bytes of one SERIAL_STATE notification, and the longest answer on endpoint 0. */
enum {
	ACM_NOTIFICATION = 10,
	ACM_CONTROL_MAX = 256
};

/* A CDC-ACM function: two interfaces, three endpoints (USB CDC 1.2, PSTN 1.2). */
struct acm {
	struct modem *modem;
	uint8_t coding[7];
	uint8_t configuration;
};

void acm_init(struct acm *acm, struct modem *modem);

/*
 * One control transfer. data: len bytes of an OUT data stage. Returns the
 * length of the answer in ret_reply, or -EPIPE: stalled.
 */
int acm_control(struct acm *acm, const uint8_t setup[8], const uint8_t *data, size_t len,
		uint8_t ret_reply[ACM_CONTROL_MAX]);

/* SERIAL_STATE with these modem lines. */
void acm_notification(uint8_t lines, uint8_t ret_bytes[ACM_NOTIFICATION]);
