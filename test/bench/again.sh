# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2154
# Measurements in the guest of how soon lines answer: after a lost carrier, and all of them after a
# start. Sourced by test/bench/guest.

carrier_calls=5
guide_calls=3
restart_s=0.1 # RestartSec= of a line's unit
mgetty_asleep_s=1 # DTR low, and its modem's answers
start_lines=${BENCH_LINES:-120}

# --- after a call ---------------------------------------------------------------------------------

# When this unit's mgetty was started, by our clock: a unit is up from then on, ours too, which
# looks at the modem before.
mgetty_started_at() {
	local started uptime now=$EPOCHREALTIME
	read -r uptime _ </proc/uptime
	started=$(systemctl show -p ActiveEnterTimestampMonotonic --value "$1")
	awk "BEGIN { printf \"%.3f\", $now - $uptime + $started / 1000000 }"
}

# Its main process is another one than PID, its mgetty has told the modem everything and waits.
has_started_again() {
	[ "$(systemctl show -p MainPID --value "$1")" != "$2" ] && all_wait 2
}

# When the carrier of the last call to MODEM went, at whichever end. A modem waits for it to come
# back (S10) before it says so.
carrier_went() {
	local at
	at=$(awk -v modem="$1" '
		$2 == modem && /-> CONNECT/ { at = "" }
		($2 == modem || $2 == "caller") && /(hang up|-> NO CARRIER)$/ && at == "" { at = substr($1, 2) }
		END { print at }' "$state_dir/linesim.log")
	awk "BEGIN { printf \"%.3f\", $exchange_start + $at }"
}

# measure_again MODEM NUMBER UNIT ENDING...: after a call that ENDING ends adds a line to
# MODEM.again (from when the carrier went until the modem has heard the last of its init), to
# MODEM.gap (of it, until mgetty starts) and to MODEM.own (of it, from then on)
measure_again() {
	local modem=$1 unit=$3 main_pid went started ready
	wait_for 90 'both lines to wait' all_wait 2
	caller_call caller "$caller_tty" "$2" dial dial pap
	main_pid=$(systemctl show -p MainPID --value "$unit")
	pause 2
	"${@:4}"
	wait_for 60 "$modem to answer again" has_started_again "$unit" "$main_pid"
	went=$(carrier_went "$modem")
	started=$(mgetty_started_at "$unit")
	ready=$(event "$modem" '-> OK')
	calc "$ready - $went" >>"$work_dir/$modem.again"
	calc "$started - $went" >>"$work_dir/$modem.gap"
	calc "$ready - $started" >>"$work_dir/$modem.own"
	note "$modem: answers $(tail -n 1 "$work_dir/$modem.again") s after its carrier went; mgetty started after $(tail -n 1 "$work_dir/$modem.gap") s"
	caller_hangup caller
}

# The guide's pppd does not see a carrier go (`local`), so what its line is measured by is a caller
# who hangs up.
measure_carrier() {
	local i
	prepare_ring
	rm -f "$work_dir"/*.{again,gap,own}
	for ((i = 0; i < carrier_calls; i++)); do measure_again ours 100 dialisp-line@line1.service sim drop ours; done
	for ((i = 0; i < guide_calls; i++)); do
		measure_again guide 101 "guide@${guide_tty#/dev/}.service" caller_hangup caller
	done
	figure 'carrier lost, until it answers again' s "$(median "$work_dir/ours.again")" 'the guide, caller hangs up' \
		"$(median "$work_dir/guide.again")"
	figure 'of it mgetty itself' s "$(median "$work_dir/ours.own")" 'the guide, caller hangs up' "$(median "$work_dir/guide.own")"
	figure 'of it before mgetty starts' s "$(median "$work_dir/ours.gap")" 'the guide, caller hangs up' "$(median "$work_dir/guide.gap")"
	figure 'as above, at the speed of the host' s "$(as_on_host "$(median "$work_dir/ours.gap")" "$restart_s")" 'the target' 0.4 1
	clean_up
}

# --- all lines at once ----------------------------------------------------------------------------

lines_answer() {
	systemctl start --no-block dialisp.target "${@}"
	wait_for "$((ready_seconds * 2))" "$# lines to wait" all_wait "$#"
}

stop_lines() {
	timeout 300 systemctl stop "$@" || true
	wait_for 60 'the last mgetty to end' eval '! pgrep -x mgetty'
	systemctl reset-failed "$@" 2>/dev/null || true
	rm -f /run/lock/LCK..*
}

# As at boot, but for the devices, which are there: everything is stopped, then started at once.
measure_boot() {
	local n ours took cpu
	rm -f "$work_dir"/boot.*
	for n in $(printf '%s\n' 8 "$((start_lines / 3))" "$start_lines" | sort -nu); do
		dialisp_forget
		plug_modems "$n"
		dialisp_setup
		wait_for "$ready_seconds" "$n lines to wait" all_wait "$n"
		mapfile -t ours < <(systemctl list-units --no-legend --plain 'dialisp-line@*.service' | cut -d ' ' -f 1)
		stop_lines dialisp.target dialisp-firewall.service "${ours[@]}"
		timed lines_answer "${ours[@]}"
		printf '%s\n' "$took" >"$work_dir/boot.ours"
		stop_lines dialisp.target "${ours[@]}"
		dialisp_forget
		guide_prepare "${ttys[@]}"
		timed guide_answers
		guide_stop
		printf '%s %s %s\n' "$n" "$(cat "$work_dir/boot.ours")" "$took" >>"$work_dir/boot.series"
		figure "start of $n, until all lines answer" s "$(cat "$work_dir/boot.ours")" "the guide's units" "$took"
	done
	figure "start of $n, at the speed of the host" s "$(as_on_host "$(cat "$work_dir/boot.ours")" "$mgetty_asleep_s")" 'the target' 5 1
	series boot 'lines ours_s guide_s' "$work_dir/boot.series"
	sim_stop
}
