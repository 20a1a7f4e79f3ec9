/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stdbool.h>

#include "modem/response.h"

struct modem;

/* Make the modem a subscriber; name and number have been set. */
void line_init(struct modem *modem);

/* On hook in command state; the call, if any, has been left in the exchange before. */
void line_become_idle(struct modem *modem);

/* On hook; the other end loses the carrier. */
void line_go_on_hook(struct modem *modem);
void line_fail_call(struct modem *modem, enum result_code result);

void line_start_dialling(struct modem *modem, const char *string);
void line_start_answering(struct modem *modem);
void line_go_online(struct modem *modem);
void line_enter_command_state(struct modem *modem);

/* Whether a call to it gets the busy tone. */
bool line_is_busy(const struct modem *modem);
