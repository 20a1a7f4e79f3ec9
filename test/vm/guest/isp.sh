# shellcheck shell=bash
# What the scenarios share about dialisp itself: two simulated modems set up as lines, callers, questions to the
# line board. Sourced after lib.sh.

readonly PASSWORD='blue Whale 7'
readonly PAGE_URL=http://203.0.113.80/

# Modems of the ISP: isp1, isp2 (numbers 100, 101), one more in the drawer; callers c1, c2 with numbers of their own.
# They are plugged in one after the other: so isp1 is the first port and becomes line1, isp2 line2.
isp_modems() {
	local modem
	net_up
	sim_start isp1:100:cx93010:unplugged isp2:101:cx93010:unplugged isp3:102:cx93010:unplugged \
		c1:5551001:caller:unplugged c2:5551002:caller:unplugged
	for modem in isp1 isp2 c1 c2; do
		sim plug "$modem"
		sim_tty "$modem" >/dev/null
	done
}

isp_setup() {
	printf '%s\n' "$PASSWORD" | dialisp setup --yes --user anna --password-stdin
}

# Everything up, whatever ran before: a scenario can be run alone.
isp_ready() {
	isp_modems
	[[ -e /etc/dialisp/users.d/anna.conf ]] || isp_setup
	wait_for 60 'both lines wait for a call' lines_wait line1 line2
	caller_new caller1
	caller_new caller2
}

# field LINE NAME: one field of the line board
field() {
	dialisp status --json "$1" | jq -r ".lines[0].$2"
}

line_is() {
	[[ $(field "$1" state) == "$2" ]]
}

lines_wait() {
	local line
	for line; do
		line_is "$line" waiting || return 1
	done
}

call() { # CALLER MODEM NUMBER USER PASSWORD pap|chap [pppd options]
	local caller=$1 modem=$2
	shift 2
	caller_call "$caller" "$(sim_tty "$modem")" "$@"
}

fetch() {
	caller_fetch "$1" "$PAGE_URL" | grep -x "$web_page"
}

# Two listeners that a caller must not reach: on the machine itself, and on its LAN.
fence_services() {
	systemctl stop test-own test-lan 2>/dev/null || true
	systemd-run --quiet --collect --unit=test-own socat TCP4-LISTEN:2222,fork,reuseaddr SYSTEM:'echo open'
	systemd-run --quiet --collect --unit=test-lan -p NetworkNamespacePath=/run/netns/router \
		socat TCP4-LISTEN:2222,fork,reuseaddr SYSTEM:'echo open'
	wait_for 15 'the listener on the machine' reaches_from_here 192.168.55.2
	wait_for 15 'the listener on the LAN' reaches_from_here 192.168.55.1
}

reaches_from_here() {
	socat -T 5 - "TCP4:$1:2222,connect-timeout=5" </dev/null | grep -qx open
}

caller_reaches() {
	caller_run "$1" socat -T 3 - "TCP4:$2:2222,connect-timeout=3" </dev/null | grep -qx open
}

caller_is_fenced_in() {
	local target attempts=() attempt open=no
	fence_services
	for target in 10.77.0.1 192.168.55.2 192.168.55.1; do
		caller_reaches "$1" "$target" &
		attempts+=("$!")
	done
	for attempt in "${attempts[@]}"; do
		if wait "$attempt"; then open=yes; fi
	done
	[[ $open == no ]]
}

# No longer in a call, whatever it does instead.
line_left_call() {
	! line_is "$1" "in call"
}

line_address() {
	sed -n 's/^address *= *//p' "/etc/dialisp/lines.d/$1.conf"
}

main_pid() {
	systemctl show -P MainPID "dialisp-line@$1.service"
}

# A fingerprint of everything that an apply could touch: files with their times and contents, units with their pids.
machine_state() {
	find /etc /var/lib/dialisp /usr/lib/systemd /usr/lib/udev -type f -printf '%p %T@ %C@ %m %s\n' | sort
	local line
	for line in line1 line2; do
		echo "$line $(main_pid "$line") $(systemctl show -P InvocationID "dialisp-line@$line.service")"
	done
	systemctl show -P InvocationID dialisp-firewall.service
}
