# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2154
# Measurements in the guest of how soon lines answer: after a lost carrier, and all of them after a start. Sourced by test/bench/guest.

carrier_calls=5
start_lines=${BENCH_LINES:-120}

# --- after a call --------------------------------------------------------------------------------------

# When this unit's main process was started, by our clock
main_started_at() {
	local started uptime now=$EPOCHREALTIME
	read -r uptime _ </proc/uptime
	started=$(systemctl show -p ExecMainStartTimestampMonotonic --value "$1")
	awk "BEGIN { printf \"%.3f\", $now - $uptime + $started / 1000000 }"
}

# Its mgetty has told the modem everything and waits.
has_started_again() {
	[ "$(systemctl show -p MainPID --value "$2")" != "$3" ] && all_wait 2 &&
		[ "$(calc "$(event caller "drop $1") < $(event "$1" '-> OK')")" = 1 ]
}

# measure_drop MODEM NUMBER UNIT: adds a line to MODEM.again (until the modem has heard the last of its init) and MODEM.gap (until
# mgetty starts)
measure_drop() {
	local modem=$1 unit=$3 dropped main_pid
	wait_for 90 'both lines to wait' all_wait 2
	caller_call caller "$caller_tty" "$2" dial dial pap
	main_pid=$(systemctl show -p MainPID --value "$unit")
	pause 2
	sim drop "$modem"
	wait_for 60 "$modem to answer again" has_started_again "$modem" "$unit" "$main_pid"
	dropped=$(event caller "drop $modem")
	calc "$(event "$modem" '-> OK') - $dropped" >>"$work_dir/$modem.again"
	calc "$(main_started_at "$unit") - $dropped" >>"$work_dir/$modem.gap"
	note "$modem: answers $(tail -n 1 "$work_dir/$modem.again") s after the carrier fell; mgetty started after $(tail -n 1 "$work_dir/$modem.gap") s"
	caller_hangup caller
}

measure_carrier() {
	local i
	prepare_ring
	rm -f "$work_dir"/*.{again,gap}
	for ((i = 0; i < carrier_calls; i++)); do
		measure_drop ours 100 dialisp-line@line1.service
		measure_drop guide 101 "guide@${guide_tty#/dev/}.service"
	done
	figure 'carrier lost, until it answers again' s "$(median "$work_dir/ours.again")" 'the 2019 wiki guide' "$(median "$work_dir/guide.again")" 1
	figure 'of it before mgetty starts' s "$(median "$work_dir/ours.gap")" 'the 2019 wiki guide' "$(median "$work_dir/guide.gap")" 1
	figure 'of it before mgetty starts' s "$(median "$work_dir/ours.gap")" 'the target, real CPU' 0.4
	clean_up
}

# --- all lines at once ---------------------------------------------------------------------------------

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
	for n in 8 $((start_lines / 2)) "$start_lines"; do
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
		figure "start of $n, until all lines answer" s "$(cat "$work_dir/boot.ours")" "the guide's units" "$took" 1
	done
	series boot 'lines ours_s guide_s' "$work_dir/boot.series"
	sim_stop
}
