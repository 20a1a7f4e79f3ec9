/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the tables of several families of modems share. */
#include "modem/persona.h"

const struct connect_code codes_rockwell[] = {
	{ 1200, 5, 0 },    { 2400, 10, 0 },   { 4800, 11, 0 },  { 9600, 12, 0 },  { 7200, 13, 0 },
	{ 12000, 14, 0 },  { 14400, 15, 0 },  { 19200, 16, 0 }, { 38400, 17, 0 }, { 57600, 18, 0 },
	{ 115200, 19, 0 }, { 230400, 20, 0 }, { 16800, 59, 0 }, { 21600, 61, 0 }, { 24000, 62, 0 },
	{ 26400, 63, 0 },  { 28800, 64, 0 },  { 33600, 84, 0 }, { 31200, 91, 0 }, { 0 },
};
