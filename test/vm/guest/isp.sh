# shellcheck shell=bash
# What the scenarios share about dialisp itself: two simulated modems set up as lines, callers, questions to the
# line board. Sourced after lib.sh.

readonly PASSWORD='blue Whale 7'
readonly PAGE_URL=http://203.0.113.80/

# Modems of the ISP: isp1, isp2 (numbers 100, 101), one more in the drawer; callers c1, c2 with numbers of their own.
isp_modems() {
	net_up
	sim_start isp1:100 isp2:101 isp3:102:cx93010:unplugged c1:5551001:caller c2:5551002:caller
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

# The line of a modem's number: 100 is line1, 101 is line2.
call() { # CALLER MODEM NUMBER USER PASSWORD pap|chap [pppd options]
	local caller=$1 modem=$2
	shift 2
	caller_call "$caller" "$(sim tty "$modem")" "$@"
}

fetch() {
	ip netns exec "$1" curl -sS --max-time 30 "$PAGE_URL"
}

caller_address() {
	ip netns exec "$1" ip -4 -o addr show dev ppp0 | awk '{ print $4 }' | cut -d/ -f1
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
