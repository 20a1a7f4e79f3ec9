/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dialisp-linesim's USB devices without a kernel: descriptors, requests, packets, gadgets. */
#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "check.h"

#include "control/spec.h"
#include "exchange/exchange.h"
#include "exchange/line-settings.h"
#include "modem/modem.h"
#include "modem/personas.h"
#include "usb/acm.h"
#include "usb/ch341.h"
#include "usb/cp210x.h"
#include "usb/ftdi.h"
#include "usb/gadget.h"
#include "usb/lane.h"
#include "usb/usbip.h"
#include "usb/wire.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* One device, with a transport that only counts. */
struct bench {
	struct clock clock;
	struct line_settings settings;
	struct event_log log;
	struct exchange exchange;
	struct modem modem;
	struct gadget gadget;
	struct usb_device device;
	unsigned int readable, writable;
};

static struct bench *bench;

static void on_readable(struct port *port)
{
	(void)port;
	bench->readable++;
}

static void on_writable(struct port *port)
{
	(void)port;
	bench->writable++;
}

static void on_lines(struct port *port, uint8_t lines)
{
	usb_tty_change_lines((struct usb_tty *)port, lines);
}

static const struct port_ops ops = { on_readable, on_writable, on_lines };

static void make_bench(const struct usb_kind *kind, const char *persona, const char *gadget)
{
	struct peer *peer = NULL;

	free(bench);
	bench = calloc(1, sizeof(*bench));
	line_settings_init(&bench->settings);
	bench->clock.now_ms = 1000;
	bench->log.clock = &bench->clock;
	bench->exchange.clock = &bench->clock;
	bench->exchange.log = &bench->log;
	bench->exchange.settings = &bench->settings;
	if (persona) {
		strcpy(bench->modem.peer.name, "m");
		strcpy(bench->modem.line.number, "100");
		bench->modem.persona = persona_find(persona);
		bench->modem.clock = &bench->clock;
		bench->modem.peer.log = &bench->log;
		bench->modem.settings = &bench->settings;
		modem_init(&bench->modem);
		exchange_add(&bench->exchange, &bench->modem.line);
		peer = &bench->modem.peer;
	}
	if (gadget) {
		strcpy(bench->gadget.peer.name, "g");
		bench->gadget.kind = gadget_find_kind(gadget);
		bench->gadget.clock = &bench->clock;
		bench->gadget.peer.log = &bench->log;
		gadget_init(&bench->gadget);
		peer = &bench->gadget.peer;
	}
	bench->device.kind = kind ? kind : bench->gadget.kind->usb;
	bench->device.id =
		bench->device.kind->id ? *bench->device.kind->id : bench->modem.persona->usb;
	for (unsigned int i = 0; i < bench->device.kind->ttys; i++) {
		bench->device.ttys[i].port.ops = &ops;
		usb_tty_connect(&bench->device.ttys[i], peer, false);
	}
	usb_device_power_on(&bench->device);
}

static void pass(long ms)
{
	for (int64_t end = bench->clock.now_ms + ms; bench->clock.now_ms < end;)
		clock_run(&bench->clock, bench->clock.now_ms + 1);
}

/* Descriptors: every kind's add up. */

static void check_configuration(const struct usb_kind *kind, const char *name)
{
	const uint8_t ask[8] = { 0x80, 6, 0, 2, 0, 0, 255, 0 };
	struct usb_device device = { .kind = kind };
	unsigned int interfaces = 0, endpoints = 0, promised = 0, roles = 0;
	uint8_t reply[USB_CONTROL_MAX], seen[32] = { 0 };
	int len = usb_control(&device, ask, NULL, 0, reply), at;

	check(len > 9 && usb_get16(reply + 2) == len, "%s: %d bytes", name, len);
	for (at = 0; at < len && reply[at]; at += reply[at]) {
		if (reply[at + 1] == 4) {
			interfaces += !reply[at + 3];
			promised += reply[at + 4];
		}
		if (reply[at + 1] != 5)
			continue;
		endpoints++;
		check(!seen[(reply[at + 2] & 0xf) + (reply[at + 2] >> 7 << 4)]++,
		      "%s: endpoint %02x twice", name, reply[at + 2]);
		check(usb_find_endpoint(kind, reply[at + 2]), "%s", name);
		roles += usb_find_endpoint(kind, reply[at + 2])->role == USB_ROLE_IN;
	}
	check(at == len && interfaces == reply[4] && endpoints == promised,
	      "%s: %u interfaces, %u endpoints", name, interfaces, endpoints);
	check(roles == kind->ttys, "%s: %u ports", name, roles);
}

static void test_descriptors(void)
{
	const struct gadget_kind *gadget;
	const struct usb_kind *kind;

	for (size_t i = 0; (kind = spec_adapter_at(i)); i++)
		check_configuration(kind, kind->name);
	for (size_t i = 0; (gadget = gadget_kind_at(i)); i++)
		if (gadget->usb)
			check_configuration(gadget->usb, gadget->name);
}

/* Control requests, one after the other on one device of each kind. */

struct control_case {
	const struct usb_kind *kind;
	uint8_t setup[8];
	uint8_t data[16];
	int got;
	uint8_t first[4];
};

static const struct control_case controls[] = {
	{ &acm_kind, { 0x80, 6, 0, 1, 0, 0, 64, 0 }, { 0 }, 18, { 18, 1, 0x10, 0x01 } },
	{ &acm_kind,
	  { 0x80, 6, 0, 1, 0, 0, 8, 0 },
	  { 0 },
	  8,
	  { 18, 1, 0x10, 0x01 } }, /* wLength cuts */
	{ &acm_kind, { 0x80, 6, 0, 2, 0, 0, 9, 0 }, { 0 }, 9, { 9, 2, 67, 0 } },
	{ &acm_kind, { 0x80, 6, 0, 2, 0, 0, 255, 0 }, { 0 }, 67, { 9, 2, 67, 0 } },
	{ &acm_kind, { 0x80, 6, 0, 3, 0, 0, 255, 0 }, { 0 }, 4, { 4, 3, 0x09, 0x04 } },
	{ &acm_kind, { 0x80, 6, 3, 3, 9, 4, 255, 0 }, { 0 }, 18, { 18, 3, '1', 0 } },
	{ &acm_kind, { 0x80, 6, 5, 3, 9, 4, 255, 0 }, { 0 }, -EPIPE, { 0 } },
	{ &acm_kind, { 0x80, 6, 0, 6, 0, 0, 10, 0 }, { 0 }, -EPIPE, { 0 } }, /* device qualifier */
	{ &acm_kind, { 0x00, 9, 1, 0, 0, 0, 0, 0 }, { 0 }, 0, { 0 } },
	{ &acm_kind, { 0x80, 8, 0, 0, 0, 0, 1, 0 }, { 0 }, 1, { 1 } },
	{ &acm_kind, { 0x21, 0x22, 1, 0, 0, 0, 0, 0 }, { 0 }, 0, { 0 } },
	{ &acm_kind, { 0x21, 0x22, 1, 0, 2, 0, 0, 0 }, { 0 }, -EPIPE, { 0 } }, /* no interface 2 */
	{ &acm_kind, { 0x21, 0x20, 0, 0, 0, 0, 7, 0 }, { 0x00, 0x96, 0, 0, 0, 0, 8 }, 0, { 0 } },
	{ &acm_kind, { 0xa1, 0x21, 0, 0, 0, 0, 7, 0 }, { 0 }, 7, { 0x00, 0x96, 0, 0 } },
	{ &acm_kind, { 0xc0, 1, 0, 0, 0, 0, 7, 0 }, { 0 }, -EPIPE, { 0 } }, /* vendor request */
	{ &ftdi_kind, { 0x80, 6, 0, 1, 0, 0, 64, 0 }, { 0 }, 18, { 18, 1, 0x10, 0x01 } },
	{ &ftdi_kind, { 0x40, 9, 16, 0, 0, 0, 0, 0 }, { 0 }, 0, { 0 } },
	{ &ftdi_kind, { 0xc0, 10, 0, 0, 0, 0, 1, 0 }, { 0 }, 1, { 16 } },
	{ &ftdi_kind, { 0x40, 0, 0, 0, 0, 0, 0, 0 }, { 0 }, 0, { 0 } },
	{ &ftdi_kind, { 0xc0, 5, 0, 0, 0, 0, 2, 0 }, { 0 }, 2, { 0x31, 0x60 } }, /* CTS, DSR */
	{ &ftdi_kind, { 0xc0, 0x90, 0, 0, 5, 0, 2, 0 }, { 0 }, 2, { 0, 0 } },
	{ &ftdi_kind, { 0x40, 0x7f, 0, 0, 0, 0, 0, 0 }, { 0 }, -EPIPE, { 0 } },
	{ &ftdi_kind, { 0x21, 0x22, 1, 0, 0, 0, 0, 0 }, { 0 }, -EPIPE, { 0 } }, /* class request */
	{ &ftdi2_kind, { 0xc0, 5, 0, 0, 1, 0, 2, 0 }, { 0 }, 2, { 0x31, 0x60 } },
	{ &ftdi2_kind,
	  { 0xc0, 5, 0, 0, 0, 0, 2, 0 },
	  { 0 },
	  -EPIPE,
	  { 0 } }, /* ports count from 1 */
	{ &ftdi2_kind, { 0xc0, 5, 0, 0, 3, 0, 2, 0 }, { 0 }, -EPIPE, { 0 } },
	{ &cp210x_kind, { 0xc0, 0xff, 0x0b, 0x37, 0, 0, 1, 0 }, { 0 }, 1, { 2 } },
	{ &cp210x_kind, { 0x41, 3, 0x00, 0x01, 0, 0, 0, 0 }, { 0 }, 0, { 0 } },
	{ &cp210x_kind, { 0xc1, 4, 0, 0, 0, 0, 2, 0 }, { 0 }, 2, { 0x00, 0x01 } },
	{ &cp210x_kind, { 0x41, 0, 1, 0, 0, 0, 0, 0 }, { 0 }, 0, { 0 } },
	{ &cp210x_kind, { 0xc1, 8, 0, 0, 0, 0, 1, 0 }, { 0 }, 1, { 0x30 } },
	{ &cp210x_kind, { 0xc1, 0x10, 0, 0, 0, 0, 19, 0 }, { 0 }, 19, { 0 } },
	{ &cp210x_kind, { 0xc1, 0x0f, 0, 0, 0, 0, 4, 0 }, { 0 }, 4, { 66, 0, 0, 1 } },
	{ &cp210x_kind, { 0x41, 0x13, 0, 0, 0, 0, 16, 0 }, { 0x09, 0, 0, 0, 0x80 }, 0, { 0 } },
	{ &cp210x_kind, { 0xc1, 0x14, 0, 0, 0, 0, 16, 0 }, { 0 }, 16, { 0x09, 0, 0, 0 } },
	{ &cp210x_kind,
	  { 0xc1, 8, 0, 0, 0, 0, 1, 0 },
	  { 0 },
	  1,
	  { 0x33 } }, /* DTR and RTS came with the flow control */
	{ &cp210x_kind, { 0x41, 0x1e, 0, 0, 0, 0, 4, 0 }, { 0xb0, 0x04 }, 0, { 0 } },
	{ &cp210x_kind, { 0xc1, 0x1d, 0, 0, 0, 0, 4, 0 }, { 0 }, 4, { 0xb0, 0x04, 0, 0 } },
	{ &cp210x_kind,
	  { 0x41, 0x15, 1, 0, 0, 0, 0, 0 },
	  { 0 },
	  -EPIPE,
	  { 0 } }, /* events among the data */
	{ &ch341_kind, { 0xc0, 0x5f, 0, 0, 0, 0, 2, 0 }, { 0 }, 2, { 0x31, 0 } },
	{ &ch341_kind,
	  { 0xc0, 0x95, 0x06, 0x07, 0, 0, 2, 0 },
	  { 0 },
	  2,
	  { 0xfc, 0 } }, /* low is on */
	{ &ch341_kind, { 0x40, 0xa4, 0x9f, 0xff, 0, 0, 0, 0 }, { 0 }, 0, { 0 } },
	{ &ch341_kind, { 0x40, 0x33, 0, 0, 0, 0, 0, 0 }, { 0 }, -EPIPE, { 0 } },
};

static void test_controls(void)
{
	const struct usb_kind *kind = NULL;
	uint8_t reply[USB_CONTROL_MAX];

	for (size_t i = 0; i < COUNT(controls); i++) {
		const struct control_case *row = &controls[i];
		int got;

		if (row->kind != kind)
			make_bench(row->kind, row->kind == &acm_kind ? "cx93010" : NULL,
				   row->kind == &acm_kind ? NULL : "mute");
		kind = row->kind;
		bench->device.id = row->kind->id ? *row->kind->id : bench->modem.persona->usb;
		got = usb_control(&bench->device, row->setup, row->data, row->setup[6], reply);
		check(got == row->got, "row %zu: %d", i, got);
		if (got > 0)
			check(!memcmp(reply, row->first, got < 4 ? (size_t)got : 4),
			      "row %zu: %02x %02x", i, reply[0], reply[1]);
	}
	make_bench(&acm_kind, "cx93010", NULL);
	check(usb_control(&bench->device, (const uint8_t[8]){ 0x21, 0x20, 0, 0, 0, 0, 7 }, reply, 6,
			  reply) == -EPIPE);
}

/* Which speed a request means. */

struct speed_case {
	const struct usb_kind *kind;
	uint8_t setup[8];
	uint32_t data;
	long speed;
};

static const struct speed_case speeds[] = {
	{ &acm_kind, { 0x21, 0x20, 0, 0, 0, 0, 7, 0 }, 1200, 1200 },
	/* the divisors of FTDI's data sheet */
	{ &ftdi_kind, { 0x40, 3, 0x10, 0x27, 0, 0 }, 0, 300 },
	{ &ftdi_kind, { 0x40, 3, 0xc4, 0x09, 0, 0 }, 0, 1200 },
	{ &ftdi_kind, { 0x40, 3, 0x38, 0x41, 0, 0 }, 0, 9600 },
	{ &ftdi_kind, { 0x40, 3, 0x9c, 0x80, 0, 0 }, 0, 19200 },
	{ &ftdi_kind, { 0x40, 3, 0x4e, 0xc0, 0, 0 }, 0, 38400 },
	{ &ftdi_kind, { 0x40, 3, 0x34, 0xc0, 0, 0 }, 0, 57600 },
	{ &ftdi_kind, { 0x40, 3, 0x1a, 0x00, 0, 0 }, 0, 115200 },
	/* each eighth after the point: codes in the upper bits of the value, and one of the index
	 */
	{ &ftdi_kind, { 0x40, 3, 0x0a, 0xc0, 0, 0 }, 0, 24000000 / 81 },
	{ &ftdi_kind, { 0x40, 3, 0x0a, 0x80, 0, 0 }, 0, 24000000 / 82 },
	{ &ftdi_kind, { 0x40, 3, 0x0a, 0x00, 1, 0 }, 0, 24000000 / 83 },
	{ &ftdi_kind, { 0x40, 3, 0x0a, 0x40, 0, 0 }, 0, 24000000 / 84 },
	{ &ftdi_kind, { 0x40, 3, 0x0a, 0x40, 1, 0 }, 0, 24000000 / 85 },
	{ &ftdi_kind, { 0x40, 3, 0x0a, 0x80, 1, 0 }, 0, 24000000 / 86 },
	{ &ftdi_kind, { 0x40, 3, 0x0a, 0xc0, 1, 0 }, 0, 24000000 / 87 },
	{ &ftdi_kind, { 0x40, 3, 0, 0, 0, 0 }, 0, 3000000 },
	{ &ftdi_kind, { 0x40, 3, 1, 0, 0, 0 }, 0, 2000000 },
	{ &ftdi2_kind, { 0x40, 3, 0x38, 0x41, 1, 0 }, 0, 9600 },
	{ &ftdi2_kind, { 0x40, 3, 0x0a, 0x40, 1, 1 }, 0, 282352 },
	{ &cp210x_kind, { 0x41, 0x1e, 0, 0, 0, 0, 4, 0 }, 115385, 115200 },
	/* prescaler and divisor as the driver works them out */
	{ &ch341_kind, { 0x40, 0x9a, 0x12, 0x13, 0x83, 0xcc }, 0, 115200 },
	{ &ch341_kind, { 0x40, 0x9a, 0x12, 0x13, 0x82, 0xd9 }, 0, 19200 },
};

static void test_speeds(void)
{
	for (size_t i = 0; i < COUNT(speeds); i++) {
		const struct speed_case *row = &speeds[i];
		uint8_t reply[USB_CONTROL_MAX], data[7] = { 0 };

		make_bench(row->kind, row->kind == &acm_kind ? "cx93010" : NULL,
			   row->kind == &acm_kind ? NULL : "mute");
		usb_put32(data, row->data);
		check(!usb_control(&bench->device, row->setup, data, row->setup[6], reply),
		      "row %zu", i);
		check(bench->device.ttys[0].speed == row->speed, "row %zu: %ld", i,
		      bench->device.ttys[0].speed);
	}
}

/* DTR and RTS: which requests move them, on which port. */

struct dtr_case {
	const struct usb_kind *kind;
	uint8_t setup[8];
	uint8_t port;
	bool dtr;
};

static const struct dtr_case dtrs[] = {
	{ &acm_kind, { 0x21, 0x22, 3, 0, 0, 0, 0, 0 }, 0, true },
	{ &acm_kind, { 0x21, 0x22, 2, 0, 0, 0, 0, 0 }, 0, false },
	{ &ftdi_kind, { 0x40, 1, 0x01, 0x01, 0, 0 }, 0, true },
	{ &ftdi_kind, { 0x40, 1, 0x03, 0x02, 0, 0 }, 0, false }, /* masked */
	{ &ftdi2_kind, { 0x40, 1, 0x03, 0x03, 2, 0 }, 1, true },
	{ &ftdi2_kind, { 0x40, 1, 0x03, 0x03, 1, 0 }, 1, false },
	{ &cp210x_kind, { 0x41, 7, 0x01, 0x01, 0, 0 }, 0, true },
	{ &cp210x_kind, { 0x41, 7, 0x01, 0x02, 0, 0 }, 0, false },
	{ &ch341_kind, { 0x40, 0xa4, 0xdf, 0xff, 0, 0 }, 0, true },
	{ &ch341_kind, { 0x40, 0xa4, 0xbf, 0xff, 0, 0 }, 0, false },
};

static void test_dtr(void)
{
	for (size_t i = 0; i < COUNT(dtrs); i++) {
		const struct dtr_case *row = &dtrs[i];
		uint8_t reply[USB_CONTROL_MAX];

		make_bench(row->kind, row->kind == &acm_kind ? "cx93010" : "courier", NULL);
		check(!usb_control(&bench->device, row->setup, NULL, 0, reply), "row %zu", i);
		check(bench->device.ttys[row->port].dtr == row->dtr, "row %zu", i);
	}
}

/* What the host reads: an ftdi packet begins with the lines. */

static void test_ftdi_packets(void)
{
	static const uint8_t reset[8] = { 0x40, 0, 0, 0, 0, 0 };
	uint8_t data[512], reply[USB_CONTROL_MAX];
	struct usb_tty *tty;
	char text[100];

	make_bench(&ftdi_kind, NULL, "mute");
	tty = &bench->device.ttys[0];
	check(usb_tty_take(tty, data, sizeof(data)) == 0, "idle: nothing to say");
	usb_control(&bench->device, reset, NULL, 0, reply);
	check(usb_tty_take(tty, data, sizeof(data)) == 2 && data[0] == 0x31 && data[1] == 0x60);
	check(usb_tty_take(tty, data, sizeof(data)) == 0, "told once");
	usb_tty_set_dtr(tty, true);
	usb_tty_change_lines(tty, LINE_DSR | LINE_CTS | LINE_RI);
	usb_tty_change_lines(tty, LINE_DSR | LINE_CTS | LINE_DCD);
	check(usb_tty_take(tty, data, sizeof(data)) == 2 && data[0] == 0x71, "ring");
	check(usb_tty_take(tty, data, sizeof(data)) == 2 && data[0] == 0xb1, "carrier");
	memset(text, 'x', sizeof(text));
	fifo_push(&bench->gadget.out, text, sizeof(text));
	check(usb_tty_take(tty, data, sizeof(data)) == 104, "62 and 38 bytes, two of status each");
	check(data[0] == 0xb1 && data[2] == 'x' && data[63] == 'x' && data[64] == 0xb1 &&
	      data[66] == 'x');
	fifo_push(&bench->gadget.out, text, sizeof(text));
	check(usb_tty_take(tty, data, 64) == 64 && usb_tty_take(tty, data, 64) == 40);
	fifo_push(&bench->gadget.out, text, 62);
	usb_tty_change_lines(tty, 0);
	check(usb_tty_take(tty, data, sizeof(data)) == 64 && data[0] == 0x01,
	      "a full packet alone");
	check(usb_tty_take(tty, data, sizeof(data)) == 0);
}

static void test_notifications(void)
{
	uint8_t data[64];
	struct usb_tty *tty;

	make_bench(NULL, NULL, "lte");
	tty = &bench->device.ttys[1];
	usb_tty_set_dtr(tty, true);
	usb_tty_change_lines(tty, LINE_DCD | LINE_CTS);
	check(acm_notify(tty, data, sizeof(data)) == 10 && data[0] == 0xa1 && data[4] == 2 &&
		      data[8] == LINE_DCD,
	      "no framing error");
	check(acm_notify(tty, data, sizeof(data)) == 0);
	usb_tty_set_dtr(tty, false);
	usb_tty_change_lines(tty, LINE_DCD);
	usb_tty_change_lines(tty, LINE_RI);
	check(acm_notify(tty, data, sizeof(data)) == 10 && data[8] == LINE_RI,
	      "closed: the newest only");
	check(acm_notify(tty, data, sizeof(data)) == 0);
	make_bench(&ch341_kind, NULL, "mute");
	tty = &bench->device.ttys[0];
	usb_tty_change_lines(tty, LINE_DCD);
	check(ch341_kind.notify(tty, data, sizeof(data)) == 8 && data[2] == 0xf7);
	make_bench(&cp210x_kind, NULL, "mute");
	check(!cp210x_kind.notify, "it has no way to tell");
}

/* Transfers: OUT waits for CTS, IN for data. */

static int host; /* the kernel's end */
static struct loop loop;

static void expect_answers(size_t count, const char *what)
{
	uint8_t bytes[4096];
	ssize_t got = recv(host, bytes, sizeof(bytes), MSG_DONTWAIT);

	check((got < 0 ? 0 : (size_t)got) == count * USBIP_HEADER, "%s: %zd bytes", what, got);
}

static void test_lane(void)
{
	static const struct wire_ops nothing = { 0 };
	struct usbip_request out = { .seqnum = 1, .endpoint = 2, .length = 3 };
	struct lane lane = { 0 };
	struct wire *wire = calloc(1, sizeof(*wire));
	int pair[2];

	make_bench(&ftdi_kind, NULL, "mute");
	socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
	host = pair[0];
	loop_init(&loop, &bench->clock);
	wire_init(wire, &loop, &nothing, NULL);
	wire_open(wire, pair[1]);
	lane_init(&lane, &bench->device, 0, wire);
	check(!urb_queue_add(&lane.out, &out, (const uint8_t *)"AT\r"));
	lane_serve(&lane);
	expect_answers(1, "no flow control");
	bench->device.ttys[0].cts_flow = true;
	urb_queue_add(&lane.out, &out, (const uint8_t *)"AT\r");
	lane_serve(&lane);
	expect_answers(1, "CTS is on");
	usb_tty_connect(&bench->device.ttys[0], NULL, false);
	urb_queue_add(&lane.out, &out, (const uint8_t *)"AT\r");
	lane_serve(&lane);
	expect_answers(0, "CTS is off");
	bench->device.ttys[0].cts_flow = false;
	bench->device.wedged = true;
	lane_serve(&lane);
	expect_answers(0, "wedged");
	check(!lane_drop(&lane, 2) && lane_drop(&lane, 1) && !lane_drop(&lane, 1));
	check(bench->gadget.peer.host_bytes == 6);
	lane_clear(&lane);
	wire_close(wire);
	wire_free(wire);
	free(wire);
	close(host);
	close(loop.epoll);
}

static void test_usbip(void)
{
	static const uint8_t submit[USBIP_HEADER] = { 0, 0, 0, 1, 0, 0, 1, 2, 0,           1,
						      0, 1, 0, 0, 0, 1, 0, 0, 0,           3,
						      0, 0, 0, 0, 0, 0, 2, 0, [40] = 0x80, 6 };
	static const uint8_t unlink_urb[USBIP_HEADER] = {
		0, 0, 0, 2, 0, 0, 0, 9, [20] = 0, 0, 1, 2
	};
	struct usbip_request request;
	uint8_t header[USBIP_HEADER];

	check(!usbip_decode(submit, &request));
	check(request.kind == USBIP_SUBMIT && request.seqnum == 0x102 && request.in &&
	      request.endpoint == 3 && request.length == 512 && request.setup[0] == 0x80 &&
	      request.setup[1] == 6);
	check(!usbip_decode(unlink_urb, &request));
	check(request.kind == USBIP_UNLINK && request.seqnum == 9 && request.victim == 0x102);
	memcpy(header, submit, sizeof(header));
	header[24] = 0x7f; /* two gigabytes */
	check(usbip_decode(header, &request) == -EPROTO);
	header[24] = 0;
	header[3] = 3; /* an answer is not a request */
	check(usbip_decode(header, &request) == -EPROTO);
	usbip_encode_submit(0x102, -EPIPE, 7, header);
	check(header[3] == 3 && header[6] == 1 && header[7] == 2 && header[20] == 0xff &&
	      header[23] == 0xe0 && header[27] == 7);
}

/* Gadgets */

struct gadget_case {
	const char *kind;
	const char *write;
	long ms;          /* after opening and writing */
	const char *says; /* begins with; NULL: nothing */
};

static const struct gadget_case gadgets[] = {
	{ "gps", NULL, 5, "$GPRMC" },
	{ "arduino", NULL, 500, NULL },
	{ "arduino", NULL, 1500, "Controller ready" },
	{ "mute", "AT\r", 3000, NULL },
	{ "printer", "AT\r", 3000, NULL },
	{ "lte", "AT\r", 5, "\r\nOK\r\n" },
	{ "lte", "AT+GCAP\r", 5, "\r\n+GCAP: +CGSM" },
	{ "lte", "ATI\r", 5, NULL },
};

static void test_gadgets(void)
{
	for (size_t i = 0; i < COUNT(gadgets); i++) {
		const struct gadget_case *row = &gadgets[i];
		struct usb_tty *tty;
		uint8_t data[512];
		size_t len;

		make_bench(NULL, NULL, row->kind);
		tty = &bench->device.ttys[bench->device.kind->ttys - 1];
		pass(3000);
		check(usb_tty_take(tty, data, sizeof(data)) == 0 && !bench->readable,
		      "row %zu: closed", i);
		usb_tty_set_dtr(tty, true);
		if (row->write)
			usb_tty_give(tty, (const uint8_t *)row->write, strlen(row->write));
		pass(row->ms);
		if (bench->device.kind->ttys > 1)
			check(!usb_tty_take(&bench->device.ttys[0], data, sizeof(data)),
			      "another port");
		len = usb_tty_take(tty, data, sizeof(data));
		check(row->says ? len >= strlen(row->says) &&
					  !memcmp(data, row->says, strlen(row->says))
				: !len,
		      "row %zu: %.*s", i, (int)len, data);
		usb_tty_set_dtr(tty, false);
		pass(3000);
		check(usb_tty_take(tty, data, sizeof(data)) == 0, "row %zu: closed again", i);
	}
}

static void test_record(void)
{
	char text[256];

	make_bench(NULL, NULL, "arduino");
	usb_tty_set_speed(&bench->device.ttys[0], 19200);
	usb_tty_set_dtr(&bench->device.ttys[0], false);
	check(!bench->gadget.peer.dtr_rises && !bench->gadget.peer.host_bytes &&
		      !bench->gadget.peer.tally.speed_count,
	      "what a driver does by itself is no opening");
	usb_tty_set_dtr(&bench->device.ttys[0], true);
	usb_tty_set_dtr(&bench->device.ttys[0], true); /* set twice, opened once */
	usb_tty_set_speed(&bench->device.ttys[0], 1200);
	usb_tty_set_dtr(&bench->device.ttys[0], false);
	tally_format(&bench->gadget.peer.tally, text, sizeof(text));
	check(bench->gadget.peer.dtr_rises == 1 && strstr(text, "speeds=19200,1200"), "%s", text);
}

int main(void)
{
	test_descriptors();
	test_controls();
	test_speeds();
	test_dtr();
	test_ftdi_packets();
	test_notifications();
	test_lane();
	test_usbip();
	test_gadgets();
	test_record();
	free(bench);
	return check_done();
}
