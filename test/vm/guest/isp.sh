# shellcheck shell=bash
# Shared by the scenarios: two simulated modems set up as lines, callers, queries of the line
# status. Sourced after lib.sh.

readonly PASSWORD='blue Whale 7'
readonly PAGE_URL=http://203.0.113.80/

# Modems of the ISP: isp1, isp2 (numbers 100, 101), one more that is not plugged in; callers c1, c2
# with numbers of their own. They are plugged in one after the other: so isp1 is the first port and
# becomes line1, isp2 line2.
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

# One more modem: SPEC as dialisp-linesim has it. It is plugged in, and has its tty.
isp_plug() {
	sim add "$1"
	sim_tty "${1%%:*}" >/dev/null
}

# For each MODEM of number N a caller of its own: of-MODEM, number 555N.
isp_callers() {
	local modem
	for modem; do
		isp_plug "of-$modem:555$(sim_field "$modem" 2):caller"
		caller_new "of-$modem"
	done
}

# Field N of the simulator's list: 2 its number, 12 its USB port.
sim_field() {
	sim list | awk -v name="$1" -v n="$2" '$1 == name { print $n }'
}

call_of() { # MODEM pap|chap
	call "of-$1" "of-$1" "$(sim_field "$1" 2)" anna "$PASSWORD" "$2"
}

fetch_of() {
	fetch "of-$1"
}

hang_up_of() {
	caller_hangup "of-$1"
}

# at_once COMMAND... -- MODEM...: COMMAND with each MODEM as its first argument, all at the same
# time.
at_once() {
	local command=() modem running=() one status=0
	until [[ $1 == -- ]]; do command+=("$1") && shift; done
	shift
	for modem; do
		"${command[0]}" "$modem" "${command[@]:1}" >"$state_dir/at-once.$modem" 2>&1 &
		running+=("$!")
	done
	for one in "${running[@]}"; do wait "$one" || status=1; done
	cat "$state_dir"/at-once.*
	rm -f "$state_dir"/at-once.*
	return "$status"
}

# Back to line1 and line2, by one apply; a line that is still in a call makes it wait.
remove_other_lines() {
	local file
	callers_remove
	for file in /etc/dialisp/lines.d/*.conf; do
		[[ $file == */line[12].conf ]] || rm "$file"
	done
	wait_for 60 'an apply' dialisp apply
}

isp_setup() {
	printf '%s\n' "$PASSWORD" | dialisp setup --yes --user anna --password-stdin || return 1
	rm -rf "$site_before"
	mkdir "$site_before"
	(cd /etc/dialisp && cp -a "${site_files[@]}" "$site_before/")
}

# Everything up, whatever ran before: a scenario can be run alone.
isp_ready() {
	isp_modems
	[[ -e /etc/dialisp/users.d/anna.conf ]] || isp_setup
	wait_for 60 'both lines wait for a call' lines_wait line1 line2
	caller_new caller1
	caller_new caller2
}

# field LINE NAME: one field of the line status
field() {
	dialisp status --json "$1" | jq -r ".lines[0].$2"
}

line_is() {
	[[ $(field "$1" state) == "$2" ]]
}

# board_says MODEM FILTER TEXT: the line status of the simulator's MODEM has TEXT, according to a jq
# filter.
board_says() {
	local said
	said=$(dialisp status --json | jq -r --arg port "$(sim tty "$1")" ".lines[] | select(.port == \$port) | $2")
	echo "$1: $said"
	[[ $said == "$3" ]]
}

# modems_are STATE MODEM...: the lines of these modems.
modems_are() {
	local state=$1 modem ports=()
	shift
	for modem; do ports+=("$(sim tty "$modem")"); done
	dialisp status --json | jq -e --arg state "$state" '.lines as $lines | all($ARGS.positional[];
		. as $port | $lines | any(.port == $port and .state == $state))' --args "${ports[@]}"
}

lines_are() { # STATE LINE...
	dialisp status --json "${@:2}" | jq -e --arg state "$1" 'all(.lines[]; .state == $state)'
}

lines_wait() {
	lines_are waiting "$@"
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
isolation_services() {
	[ "$(systemctl is-active test-own test-lan | grep -cx active)" != 2 ] || return 0
	systemctl stop test-own test-lan 2>/dev/null || true
	systemd-run --quiet --collect --unit=test-own socat TCP4-LISTEN:2222,fork,reuseaddr SYSTEM:'echo open'
	systemd-run --quiet --collect --unit=test-lan -p NetworkNamespacePath=/run/netns/router \
		socat TCP4-LISTEN:2222,fork,reuseaddr SYSTEM:'echo open'
	wait_for 15 'the listener on the machine' reaches_from_here 192.168.55.2
	wait_for 15 'the listener on the LAN' reaches_from_here 192.168.55.1
}

reaches_from_here() {
	socat -t 5 -T 5 - "TCP4:$1:2222,connect-timeout=5" </dev/null | grep -qx open
}

caller_reaches() {
	caller_run "$1" socat -t 3 -T 3 - "TCP4:$2:2222,connect-timeout=3" </dev/null | grep -qx open
}

caller_is_isolated() {
	local target attempts=() attempt open=no
	isolation_services
	for target in 10.77.0.1 192.168.55.2 192.168.55.1; do
		caller_reaches "$1" "$target" &
		attempts+=("$!")
	done
	for attempt in "${attempts[@]}"; do
		if wait "$attempt"; then open=yes; fi
	done
	[[ $open == no ]]
}

# No longer in a call.
line_left_call() {
	! line_is "$1" "in call"
}

line_address() {
	sed -n 's/^address *= *//p' "/etc/dialisp/lines.d/$1.conf"
}

main_pid() {
	systemctl show -P MainPID "dialisp-line@$1.service"
}

# A fingerprint of everything that apply could change: files with their times and contents, units
# with their pids.
machine_state() {
	find /etc /var/lib/dialisp /usr/lib/systemd /usr/lib/udev -type f -printf '%p %T@ %C@ %m %s\n' | sort
	local line
	for line in line1 line2; do
		echo "$line $(main_pid "$line") $(systemctl show -P InvocationID "dialisp-line@$line.service")"
	done
	systemctl show -P InvocationID dialisp-firewall.service
}
