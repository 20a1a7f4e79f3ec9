/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Docker: drops in iptables' FORWARD what it does not know, and reserves its chain DOCKER-USER for
 * other rules; a restart keeps them. */
#include <stdio.h>

#include "firewall/others/internal.h"

#define CHAIN "DOCKER-USER"
#define MARK  " --comment dialisp "

/* As iptables-save writes them. */
static void add_desired_rules(const struct others_desired *desired, struct text *ret)
{
	text_addf(ret, "-A " CHAIN " -s %s -i " OTHERS_LINKS " -m comment" MARK "-j ACCEPT\n",
		  desired->pool);
	text_addf(ret,
		  "-A " CHAIN " -d %s -o " OTHERS_LINKS
		  " -m conntrack --ctstate RELATED,ESTABLISHED -m comment" MARK "-j ACCEPT\n",
		  desired->pool);
}

static bool is_ours(const char *line)
{
	const char *mark = strstr(line, MARK);

	return str_starts(line, "-A " CHAIN " ") && mark && mark < strchrnul(line, '\n');
}

static void add_our_rules(const char *saved, struct text *ret)
{
	for (; *saved; saved = str_next_line(saved))
		if (is_ours(saved))
			text_add_mem(ret, saved, (size_t)(str_next_line(saved) - saved));
}

static bool has_line(const char *lines, const char *line)
{
	size_t n = strcspn(line, "\n") + 1;

	for (; *lines; lines = str_next_line(lines))
		if (strncmp(lines, line, n) == 0)
			return true;
	return false;
}

/* The lines of one list that the other does not have; `option` replaces "-A". */
static void add_missing(const char *lines, const char *except, const char *option, struct text *ret)
{
	for (; *lines; lines = str_next_line(lines)) {
		if (has_line(except, lines))
			continue;
		text_add(ret, option);
		text_add_mem(ret, lines + 2, (size_t)(str_next_line(lines) - lines) - 2);
	}
}

/* A duplicate rule is listed twice and deleted twice. New ones go to the head of the chain: the
 * administrator's own rules in it may end with a drop of everything. */
void others_docker_compose(const char *saved, const struct others_desired *desired, bool is_wanted,
			   struct text *ret)
{
	_cleanup_text_ struct text wanted = { 0 }, ours = { 0 }, body = { 0 };

	if (is_wanted)
		add_desired_rules(desired, &wanted);
	add_our_rules(saved, &ours);
	add_missing(text_str(&ours), text_str(&wanted), "-D", &body);
	add_missing(text_str(&wanted), text_str(&ours), "-I", &body);
	if (body.len)
		text_addf(ret, "*filter\n%sCOMMIT\n", text_str(&body));
}

static bool has_chain(const struct text *saved)
{
	return strstr(text_str(saved), "\n:" CHAIN " ");
}

static bool docker_is_present(const struct others_world *world)
{
	for (unsigned i = 0; i < FIREWALL_N_VARIANTS; i++)
		if (has_chain(&world->saved[i]))
			return true;
	return false;
}

/* Where our own rules precede all others, an accept in here would precede them after Docker's next
 * start, and callers would no longer be isolated. */
static bool is_wanted(const struct others_desired *desired, unsigned variant)
{
	return desired->is_open && !(desired->has_variant && desired->variant == variant);
}

static bool docker_needs_rules(const struct others_world *world,
			       const struct others_desired *desired)
{
	for (unsigned i = 0; i < FIREWALL_N_VARIANTS; i++)
		if (has_chain(&world->saved[i]) && is_wanted(desired, i))
			return true;
	return false;
}

static void compose_variant(const struct others_world *world, const struct others_desired *desired,
			    unsigned variant, struct text *ret)
{
	if (has_chain(&world->saved[variant]))
		others_docker_compose(text_str(&world->saved[variant]), desired,
				      is_wanted(desired, variant), ret);
}

static bool docker_is_done(const struct others_world *world, const struct others_desired *desired)
{
	_cleanup_text_ struct text input = { 0 };

	for (unsigned i = 0; i < FIREWALL_N_VARIANTS; i++)
		compose_variant(world, desired, i, &input);
	return !input.len;
}

/* One transaction per variant; -w: the legacy one waits for its lock. */
static int docker_change(const struct others_world *world, const struct others_desired *desired)
{
	static const char *const programs[] = {
		[FIREWALL_VARIANT_NFT] = "iptables-nft-restore",
		[FIREWALL_VARIANT_LEGACY] = "iptables-legacy-restore",
	};
	int r = 0;

	for (unsigned i = 0; i < FIREWALL_N_VARIANTS && r == 0; i++) {
		const char *const argv[] = { programs[i], "--noflush", "-w", "5", NULL };
		_cleanup_text_ struct text input = { 0 };

		compose_variant(world, desired, i, &input);
		if (input.len)
			r = firewall_run(argv, text_str(&input), NULL);
	}
	return r;
}

const struct others_product others_docker = {
	.name = "Docker",
	.place = "a rule in its chain " CHAIN,
	.is_kernel_only = true,
	.is_present = docker_is_present,
	.needs_rules = docker_needs_rules,
	.is_done = docker_is_done,
	.change = docker_change,
};
