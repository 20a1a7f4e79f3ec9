/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The commands of the control socket: one table. */
#include "control/commands.h"

#include <errno.h>
#include <string.h>

#include "control/sim.h"
#include "knob.h"
#include "modem/modem.h"
#include "modem/persona.h"
#include "usb/gadget.h"

enum {
	WORDS_MAX = 8
};

enum needs {
	NEEDS_NOTHING,
	NEEDS_UNIT,  /* the word of that place is a name that exists */
	NEEDS_MODEM, /* and of a modem */
};

/* The one fault that is not the modem's. */
static const char wedged[] = "wedged";

struct control_command {
	const char *usage; /* begins with the name */
	int min;           /* words after the name */
	int max;
	enum needs needs;
	int at; /* which word that is */
	const char *(*run)(struct sim *sim, char **words, FILE *out);
	const char *help;
};

/* Commands. words[0] is the name; what a command needs has been checked: it exists. */

static struct modem *find_modem(struct sim *sim, const char *name)
{
	struct unit *unit = sim_find(sim, name);

	return unit ? unit->modem : NULL;
}

static struct subscriber *find_line(struct sim *sim, const char *name)
{
	return &find_modem(sim, name)->line;
}

static const char *explain(int err)
{
	switch (err) {
	case 0:
		return NULL;
	case -EBUSY:
		return "busy";
	case -ENOENT:
		return "no such number";
	case -ENOTCONN:
		return "no call";
	case -ENODEV:
		return "unplugged";
	case -EALREADY:
		return "already plugged";
	case -ERANGE:
		return "value out of range";
	case -ENOTSUP:
		return "not supported by this device";
	}
	return strerror(-err);
}

static const char *on_off(bool on)
{
	return on ? "on" : "off";
}

static void list_modem(const struct modem *modem, const char *plugged, const char *port, FILE *out)
{
	bool joined = modem->mode == MODEM_ONLINE || modem->mode == MODEM_ESCAPED;

	fprintf(out, "%s %s %s %s %s %s %ld %s %s %llu %llu %s\n", modem->peer.name,
		modem->line.number, modem->persona->name, plugged, modem_state(modem),
		exchange_peer(&modem->line), joined ? modem->line.agreed.rate : 0,
		on_off(modem->dtr), on_off(modem->lines & LINE_DCD),
		(unsigned long long)modem->tx_bytes, (unsigned long long)modem->rx_bytes, port);
}

static void list_gadget(const struct gadget *gadget, const char *plugged, const char *port,
			FILE *out)
{
	fprintf(out, "%s - %s %s - - 0 %s off 0 0 %s\n", gadget->peer.name, gadget->kind->name,
		plugged, on_off(gadget->open), port);
}

static void list_unit(struct sim *sim, const struct unit *unit, FILE *out)
{
	const char *plugged = sim_is_plugged(sim, unit) ? "plugged" : "unplugged";
	char port[80];

	sim->backend->describe(unit->device->plug, unit->port, true, port, sizeof(port));
	if (unit->modem)
		list_modem(unit->modem, plugged, port, out);
	else
		list_gadget(unit->gadget, plugged, port, out);
}

static const char *ctl_list(struct sim *sim, char **words, FILE *out)
{
	(void)words;
	for (size_t i = 0; i < sim->unit_count; i++)
		list_unit(sim, &sim->units[i], out);
	return NULL;
}

static const char *ctl_tty(struct sim *sim, char **words, FILE *out)
{
	const struct unit *unit = sim_find(sim, words[1]);
	char text[80];

	if (!sim_is_plugged(sim, unit))
		return explain(-ENODEV);
	sim->backend->describe(unit->device->plug, unit->port, false, text, sizeof(text));
	fprintf(out, "%s\n", text);
	return NULL;
}

static const char *ctl_dial(struct sim *sim, char **words, FILE *out)
{
	struct modem *modem = find_modem(sim, words[1]);

	(void)out;
	if (modem)
		return explain(modem_dial(modem, words[2]));
	if (words[1][strspn(words[1], "0123456789*#")])
		return "no such modem, and not a number";
	return explain(exchange_ring(&sim->exchange, words[1], words[2]));
}

static const char *ctl_ring(struct sim *sim, char **words, FILE *out)
{
	(void)out;
	if (words[2] && (strcmp(words[2], "from") || !words[3]))
		return "expected: ring NUMBER from NUMBER";
	return explain(exchange_ring(&sim->exchange, words[2] ? words[3] : "", words[1]));
}

static const char *ctl_stop(struct sim *sim, char **words, FILE *out)
{
	(void)out;
	return exchange_stop(&sim->exchange, words[1]) ? "no telephone calls that number" : NULL;
}

static const char *ctl_drop(struct sim *sim, char **words, FILE *out)
{
	struct modem *modem = find_modem(sim, words[1]);

	(void)out;
	if (!modem->line.call)
		return explain(-ENOTCONN);
	exchange_cut(&sim->exchange, modem->line.call);
	return NULL;
}

static const char *ctl_freeze(struct sim *sim, char **words, FILE *out)
{
	(void)out;
	if (words[2] && strcmp(words[2], "tx"))
		return "only tx may follow the name";
	return explain(exchange_freeze(find_line(sim, words[1]), !words[2], 0));
}

static const char *ctl_thaw(struct sim *sim, char **words, FILE *out)
{
	(void)out;
	return explain(exchange_thaw(find_line(sim, words[1])));
}

static const char *ctl_stall(struct sim *sim, char **words, FILE *out)
{
	long ms;

	(void)out;
	if (number_parse(words[1], 1, 3600000, &ms))
		return explain(-ERANGE);
	return explain(exchange_freeze(find_line(sim, words[2]), true, ms));
}

static const char *ctl_retrain(struct sim *sim, char **words, FILE *out)
{
	long rate;

	(void)out;
	if (number_parse(words[2], 300, 56000, &rate))
		return explain(-ERANGE);
	return explain(exchange_retrain(find_line(sim, words[1]), rate));
}

static const char *ctl_unplug(struct sim *sim, char **words, FILE *out)
{
	const struct unit *unit = sim_find(sim, words[1]);

	(void)out;
	if (!sim_is_plugged(sim, unit))
		return "already unplugged";
	sim->backend->unplug(unit->device->plug);
	return NULL;
}

static const char *ctl_plug(struct sim *sim, char **words, FILE *out)
{
	long number = -1;

	(void)out;
	if (words[2] && number_parse(words[2], 0, 511, &number))
		return explain(-ERANGE);
	return explain(sim->backend->plug(sim_find(sim, words[1])->device->plug, (int)number));
}

static const char *ctl_add(struct sim *sim, char **words, FILE *out)
{
	(void)out;
	return sim_add(sim, words[1]);
}

static const char *ctl_cord(struct sim *sim, char **words, FILE *out)
{
	struct modem *modem = find_modem(sim, words[1]);

	(void)out;
	if (strcmp(words[2], "in") && strcmp(words[2], "out"))
		return "expected: cord NAME in|out";
	modem->line.cord_out = !strcmp(words[2], "out");
	if (modem->line.cord_out && modem->line.call)
		exchange_cut(&sim->exchange, modem->line.call);
	return NULL;
}

/* A value may contain blanks: it comes as several words. */
static const char *ctl_set(struct sim *sim, char **words, FILE *out)
{
	char value[CONTROL_LINE_MAX] = "";
	int err;

	(void)out;
	for (char **word = words + 2; *word; word++)
		snprintf(value + strlen(value), sizeof(value) - strlen(value), "%s%s",
			 word == words + 2 ? "" : " ", *word);
	err = line_settings_set(&sim->settings, words[1], value);
	return err == -ENOENT ? "no such key" : explain(err);
}

static const char *ctl_settings(struct sim *sim, char **words, FILE *out)
{
	const char *key, *help;
	char value[32];

	(void)words;
	for (size_t i = 0; (key = line_settings_key(i, &help)); i++) {
		line_settings_show(&sim->settings, i, value, sizeof(value));
		fprintf(out, "%s %s\n", key, value);
	}
	return NULL;
}

static const char *ctl_log(struct sim *sim, char **words, FILE *out)
{
	const struct unit *unit = sim_find(sim, words[1]);
	const char *text;
	int64_t at_ms;

	for (size_t i = 0; (text = transcript_row(&unit->peer->transcript, i, &at_ms)); i++)
		fprintf(out, "+%lld.%03d %s\n", (long long)(at_ms / 1000), (int)(at_ms % 1000),
			text);
	return NULL;
}

static const char *ctl_opened(struct sim *sim, char **words, FILE *out)
{
	const struct unit *unit = sim_find(sim, words[1]);

	fprintf(out, "%u %llu\n", unit->peer->dtr_rises,
		(unsigned long long)unit->peer->host_bytes);
	return NULL;
}

static const char *ctl_record(struct sim *sim, char **words, FILE *out)
{
	const struct unit *unit = sim_find(sim, words[1]);
	char text[512];

	tally_format(&unit->peer->tally, text, sizeof(text));
	fprintf(out, "%s\n", text);
	return NULL;
}

/* "wedged" is the device's, the others are the modem's. */
static const char *ctl_fault(struct sim *sim, char **words, FILE *out)
{
	const struct unit *unit = sim_find(sim, words[1]);
	bool on = !strcmp(words[3], "on");
	int err = -ENOENT;

	(void)out;
	if (!strcmp(words[2], wedged) && !on && strcmp(words[3], "off"))
		return explain(-ERANGE);
	if (!strcmp(words[2], wedged))
		return explain(sim->backend->wedge(unit->device->plug, on));
	if (unit->modem)
		err = modem_set_fault(unit->modem, words[2], words[3]);
	return err == -ENOENT ? "no such fault" : explain(err);
}

static const char *ctl_faults(struct sim *sim, char **words, FILE *out)
{
	const char *fault, *help;

	(void)sim;
	(void)words;
	fprintf(out, "%s %s\n", wedged,
		"requests of the host are not answered until it is unplugged");
	for (size_t i = 0; (fault = fault_name(i, &help)); i++)
		fprintf(out, "%s %s\n", fault, help);
	return NULL;
}

static const char *ctl_quit(struct sim *sim, char **words, FILE *out)
{
	(void)words;
	(void)out;
	sim->loop.quit = true;
	return NULL;
}

static const struct control_command commands[] = {
	{ "list", 0, 0, NEEDS_NOTHING, 0, ctl_list, "list modems and devices, one per line" },
	{ "tty NAME", 1, 1, NEEDS_UNIT, 1, ctl_tty, "print its device: ttyACM1, or a pts" },
	{ "dial NAME NUMBER", 2, 2, NEEDS_NOTHING, 0, ctl_dial,
	  "let a modem, or a telephone of that number, call" },
	{ "ring NUMBER [from NUMBER]", 1, 3, NEEDS_NOTHING, 0, ctl_ring,
	  "let a telephone call until stop" },
	{ "stop NUMBER", 1, 1, NEEDS_NOTHING, 0, ctl_stop, "end telephone calls to that number" },
	{ "drop NAME", 1, 1, NEEDS_MODEM, 1, ctl_drop, "cut the carrier at both ends" },
	{ "freeze NAME [tx]", 1, 2, NEEDS_MODEM, 1, ctl_freeze, "stop data both ways, or from it" },
	{ "thaw NAME", 1, 1, NEEDS_MODEM, 1, ctl_thaw, "resume data" },
	{ "stall MS NAME", 2, 2, NEEDS_MODEM, 2, ctl_stall, "freeze for a time" },
	{ "retrain NAME RATE", 2, 2, NEEDS_MODEM, 1, ctl_retrain,
	  "pause, then another carrier rate" },
	{ "unplug NAME", 1, 1, NEEDS_UNIT, 1, ctl_unplug, "unplug it, or its adapter" },
	{ "plug NAME [PORT]", 1, 2, NEEDS_UNIT, 1, ctl_plug,
	  "plug it in again, by default into the same port" },
	{ "add MODEM", 1, 1, NEEDS_NOTHING, 0, ctl_add, "add one, as on the command line" },
	{ "cord NAME in|out", 2, 2, NEEDS_MODEM, 1, ctl_cord, "plug its telephone cord in or out" },
	{ "fault NAME FAULT on|off|VALUE", 3, 3, NEEDS_UNIT, 1, ctl_fault,
	  "switch a fault of it on or off" },
	{ "faults", 0, 0, NEEDS_NOTHING, 0, ctl_faults, "list all faults" },
	{ "set KEY VALUE", 2, WORDS_MAX - 2, NEEDS_NOTHING, 0, ctl_set, "change a setting" },
	{ "settings", 0, 0, NEEDS_NOTHING, 0, ctl_settings, "list all settings" },
	{ "log NAME", 1, 1, NEEDS_UNIT, 1, ctl_log, "print its transcript" },
	{ "opened NAME", 1, 1, NEEDS_UNIT, 1, ctl_opened,
	  "print DTR rises, bytes ever sent by the host" },
	{ "record NAME", 1, 1, NEEDS_UNIT, 1, ctl_record,
	  "print what the host did to it, speeds too" },
	{ "quit", 0, 0, NEEDS_NOTHING, 0, ctl_quit, "unplug all and exit" },
};

enum {
	COMMANDS = sizeof(commands) / sizeof(commands[0])
};

static const struct control_command *find_command(const char *name)
{
	size_t len = strlen(name);

	for (size_t i = 0; i < COMMANDS; i++)
		if (!strncmp(commands[i].usage, name, len) && strchr(" ", commands[i].usage[len]))
			return &commands[i];
	return NULL;
}

static int split_words(char *line, char *words[WORDS_MAX + 1])
{
	int count = 0;
	char *state;

	for (char *word = strtok_r(line, " \t\r\n", &state); word;
	     word = strtok_r(NULL, " \t\r\n", &state)) {
		if (count == WORDS_MAX)
			return -E2BIG;
		words[count++] = word;
	}
	words[count] = NULL;
	return count;
}

static const char *check_needs(struct sim *sim, const struct control_command *command, char **words)
{
	const struct unit *unit =
		command->needs == NEEDS_NOTHING ? NULL : sim_find(sim, words[command->at]);

	if (command->needs == NEEDS_NOTHING)
		return NULL;
	if (!unit)
		return "no such modem";
	return command->needs == NEEDS_MODEM && !unit->modem
		       ? "no modem of that name: it is another device"
		       : NULL;
}

const char *control_run(struct sim *sim, char *line, FILE *out)
{
	const struct control_command *command;
	char *words[WORDS_MAX + 1];
	const char *wrong;
	int count = split_words(line, words);

	if (count < 0)
		return "too many words";
	command = count ? find_command(words[0]) : NULL;
	if (!command)
		return "no such command";
	if (count - 1 < command->min || count - 1 > command->max)
		return "wrong number of words";
	wrong = check_needs(sim, command, words);
	return wrong ? wrong : command->run(sim, words, out);
}

void control_help(FILE *out)
{
	for (size_t i = 0; i < COMMANDS; i++)
		fprintf(out, "  %-30s %s\n", commands[i].usage, commands[i].help);
}
