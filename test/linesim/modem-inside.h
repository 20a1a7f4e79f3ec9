/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What modem.c, modem-host.c and modem-serial.c share. */
#pragma once

#include "modem.h"

/* Down with the handset; the far end loses the carrier. */
void modem_go_on_hook(struct modem *modem);
void modem_fail_call(struct modem *modem, enum at_result result);

void modem_start_dialling(struct modem *modem, const char *string);
void modem_start_answering(struct modem *modem);
void modem_go_online(struct modem *modem);
void modem_enter_command_state(struct modem *modem);

/* Whether a host at its present rate is not understood. */
bool serial_is_foreign(const struct modem *modem);

/* Bytes at a foreign rate: noise, or the AT that it finds its rate from. All of them are taken. */
void serial_hear_foreign(struct modem *modem, const uint8_t *bytes, size_t len);

/* How many of len bytes the host's UART has sent by now; writable is called for the rest. */
size_t serial_arrived(struct modem *modem, size_t len);

/* Take bytes for the host at the wire's pace, as it hears them. */
size_t serial_take(struct modem *modem, uint8_t *ret_bytes, size_t max);

/* The speed that a reset or a fault brought applies once all before it is said. */
void serial_settle(struct modem *modem);

/* CTS by the fill of the buffer towards the line. */
void serial_watch_buffer(struct modem *modem);

void serial_power_on(struct modem *modem);
void serial_power_off(struct modem *modem);
void serial_init(struct modem *modem);

/* The host's side, but for power. */
void modem_host_init(struct modem *modem);

/* As modem_host_give, after deafness, pace and speed. */
size_t modem_hear(struct modem *modem, const uint8_t *bytes, size_t len);
