# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2154
# Measurements in the guest of what a caller feels: round trip and goodput while downloads run.
# Three calls at once, at the same rate, through the same exchange: to our line, to the 2019
# guide's, and to one of the guide's with plain CAKE put on its interface by hand, a little below
# the line's rate, as a page on bufferbloat would have it. Sourced by test/bench/guest.

line_rates=${BENCH_RATES:-14400 33600 53333} # of CONNECT
line_flows=${BENCH_FLOWS:-1 4 10}
line_warm_s=10
line_s=${BENCH_SECONDS:-70}
ping_bytes=16 # small ones: they take their share of the line
line_names=(ours guide cake)

# What the exchange lets through: LAPM's share of CONNECT.
line_limit() {
	calc "$1 * 0.94"
}

# wire_bytes MTU: of a full packet, its header compressed: flag, protocol, checksum, and two of 256
# bytes escaped
wire_bytes() {
	calc "($1 - 35 + 4) * (1 + 2 / 256)"
}

# packet_ms RATE MTU: how long a full packet occupies the line
packet_ms() {
	calc "8000 * $(wire_bytes "$2") / $(line_limit "$1")"
}

# goodput_limit RATE MTU: bit/s of payload beside a ping a second, no TCP timestamps
goodput_limit() {
	calc "($(line_limit "$1") - 8 * (28 + $ping_bytes + 4) * (1 + 2 / 256)) * ($2 - 40) / $(wire_bytes "$2")"
}

prepare_line() {
	local name i=0
	clean_up
	net_up
	[ -e "$state_dir/web/random" ] || head -c 4000000 /dev/urandom >"$state_dir/web/random"
	sim_start --set latency-ms=40 ours:100:cx93010:unplugged guide:101:cx93010:unplugged cake:102:cx93010:unplugged \
		to-ours:5551001:caller:unplugged to-guide:5551002:caller:unplugged to-cake:5551003:caller:unplugged
	sim plug ours
	sim_tty ours >/dev/null
	dialisp_setup
	sim plug guide
	sim plug cake
	guide_tty=$(sim_tty guide)
	cake_tty=$(sim_tty cake)
	guide_prepare "${guide_tty#/dev/}" "${cake_tty#/dev/}"
	guide_start_beside_ours "guide@${guide_tty#/dev/}" "guide@${cake_tty#/dev/}"
	for name in "${line_names[@]}"; do
		sim plug "to-$name"
		caller_new "$name"
	done
}

line_number() {
	case $1 in
	ours) echo 100 ;;
	guide) echo 101 ;;
	cake) echo 102 ;;
	esac
}

# The ISP's interface of a caller's call
line_interface() {
	local address
	address=$(caller_address "$1")
	ip -4 -o addr show | sed -n "s/^[0-9]*: *\([^ ]*\) .* peer ${address//./\\.}\/.*/\1/p"
}

# line_rate NAME: of CONNECT, as the exchange has it
line_rate() {
	sim list | awk -v name="to-$1" '$1 == name { print $7 }'
}

line_call() {
	local name
	wait_for 90 'three lines to wait' all_wait 3
	for name in "${line_names[@]}"; do
		caller_call "$name" "$(sim_tty "to-$name")" "$(line_number "$name")" dial dial pap noccp
		[ "$(line_rate "$name")" = "$1" ] || { echo "$name: connected at $(line_rate "$name"), not at $1"; return 1; }
	done
	caller_fetch ours "http://$web_address/" | grep -qx "$web_page" || { echo 'no page'; return 1; }
	tc qdisc replace dev "$(line_interface cake)" root cake bandwidth "$(calc "int($1 * 0.94 * 0.95)")bit" besteffort flows
	for name in "${line_names[@]}"; do
		note "$1, $name: $(line_interface "$name"), mtu $(cat "/sys/class/net/$(line_interface "$name")/mtu"), $(tc qdisc show dev "$(line_interface "$name")" | head -n 1)"
	done
}

# line_ping NAME COUNT: "SECOND RTT-MS" of each answer to NAME.ping; the first second is 1
line_ping() {
	ip netns exec "$1" ping -n -s "$ping_bytes" -i 1 -c "$2" -W 20 "$web_address" |
		sed -n 's/.*icmp_seq=\([0-9]*\) .*time=\([0-9.]*\) ms.*/\1 \2/p' >"$work_dir/$1.ping"
}

line_idle() {
	local name pids=()
	for name in "${line_names[@]}"; do
		line_ping "$name" 15 &
		pids+=("$!")
	done
	wait "${pids[@]}"
	for name in "${line_names[@]}"; do
		cut -d ' ' -f 2 "$work_dir/$name.ping" >"$work_dir/$name.idle"
		[ -s "$work_dir/$name.idle" ] || { echo "$name: no answer while nothing else runs"; return 1; }
	done
}

# percentile FILE COLUMN P
percentile() {
	awk -v c="$2" '{ print $c }' "$1" | sort -n | awk -v p="$3" '{ v[NR] = $1 } END { i = int(NR * p / 100 + 0.999999); print v[i < 1 ? 1 : i] }'
}

line_sizes() {
	local i
	for ((i = 1; i <= $2; i++)); do stat -c %s "$work_dir/$1.flow.$i" 2>/dev/null || echo 0; done
}

# What the relay of our call has had of the CPU so far, in ns
relay_cpu() {
	cut -d ' ' -f 1 "/proc/$(pgrep -x dialisp-relay)/schedstat"
}

# line_load FLOWS: pings from second 1 on, downloads from second line_warm_s, counted from twice
# that on for line_s
line_load() {
	local n=$1 name i pids=() pings=() seconds=$((2 * line_warm_s + line_s))
	rm -f "$work_dir"/*.flow.*
	for name in "${line_names[@]}"; do
		line_ping "$name" "$seconds" &
		pings+=("$!")
	done
	pause "$line_warm_s"
	for name in "${line_names[@]}"; do
		for ((i = 1; i <= n; i++)); do
			ip netns exec "$name" curl -sN -m 600 -o "$work_dir/$name.flow.$i" "http://$web_address/random" &
			pids+=("$!")
		done
	done
	pause "$line_warm_s"
	began=$EPOCHREALTIME
	for name in "${line_names[@]}"; do line_sizes "$name" "$n" >"$work_dir/$name.before"; done
	relay_cpu >"$work_dir/cpu.before"
	pause "$line_s"
	ended=$EPOCHREALTIME
	for name in "${line_names[@]}"; do line_sizes "$name" "$n" >"$work_dir/$name.after"; done
	relay_cpu >"$work_dir/cpu.after"
	wait "${pings[@]}" || true
	kill "${pids[@]}" 2>/dev/null || true
	wait "${pids[@]}" 2>/dev/null || true
}

# Of NAME: its numbers of this load, to NAME.KEY files
line_count() {
	local name=$1 n=$2 first=$((2 * line_warm_s)) dir=$work_dir/$1
	awk -v first="$first" '$1 > first' "$dir.ping" >"$dir.loaded"
	[ -s "$dir.loaded" ] || printf '0 %s\n' "$((line_s * 1000))" >"$dir.loaded" # none came back at all
	percentile "$dir.loaded" 2 50 >"$dir.p50"
	percentile "$dir.loaded" 2 95 >"$dir.p95"
	calc "100 * (1 - $(wc -l <"$dir.loaded") / $line_s)" >"$dir.lost"
	paste -d ' ' "$dir.before" "$dir.after" | awk -v t="$(calc "$ended - $began")" -v n="$n" '
		{ b = $2 - $1; sum += b; if (NR == 1 || b < least) least = b }
		END { printf "%.2f\n%.2f\n", sum * 8 / t / 1000, (least > 0 ? sum / n / least : 99) }' >"$dir.rates"
	sed -n 1p "$dir.rates" >"$dir.goodput"
	sed -n 2p "$dir.rates" >"$dir.unfair"
	note "$name, $n flows: round trip $(cat "$dir.p50")/$(cat "$dir.p95") ms, $(cat "$dir.goodput") kbit/s, $(cat "$dir.lost") % lost, slowest flow 1/$(cat "$dir.unfair") of a fair share"
}

line_value() {
	cat "$work_dir/$1.$2"
}

line_figures() {
	local rate=$1 n=$2 what mtu bound limit=null name
	mtu=$(cat "/sys/class/net/$(line_interface ours)/mtu")
	what="$((rate / 1000)).$((rate % 1000 / 100))k, $n flow$([ "$n" = 1 ] || echo s)"
	bound=$(calc "$(median "$work_dir/ours.idle") + $(packet_ms "$rate" "$mtu")")
	figure "$what: round trip, median" ms "$(line_value ours p50)" 'the 2019 wiki guide' "$(line_value guide p50)"
	figure "$what: round trip, p95" ms "$(line_value ours p95)" 'the 2019 wiki guide' "$(line_value guide p95)" 0.067
	figure "$what: round trip, p95" ms "$(line_value ours p95)" 'idle and one packet' "$bound" 1.1
	figure "$what: pings lost" % "$(line_value ours lost)" 'the 2019 wiki guide' "$(line_value guide lost)" 0
	figure "$what: goodput" kbit/s "$(line_value ours goodput)" 'the 2019 wiki guide' "$(line_value guide goodput)"
	[ "$n" = 10 ] || limit='>0.95'
	figure "$what: goodput" kbit/s "$(line_value ours goodput)" 'what fits the line' "$(calc "$(goodput_limit "$rate" "$mtu") / 1000")" "$limit"
	[ "$n" = 1 ] || figure "$what: goodput" kbit/s "$(line_value ours goodput)" 'plain CAKE' "$(line_value cake goodput)"
	[ "$n" = 1 ] || figure "$what: fair share : slowest flow" x "$(line_value ours unfair)" 'plain CAKE' "$(line_value cake unfair)"
	[ "$n" = 1 ] || figure "$what: fair share : slowest flow" x "$(line_value ours unfair)" 'none starves' 0 5
	[ "$n" != 1 ] || line_relay_figures "$what"
	for name in "${line_names[@]}"; do series "ping-$name-$rate-$n" 'second ms' "$work_dir/$name.ping"; done
}

# What it costs that a relay stands between modem and pppd. The program's text is there once for all
# calls.
line_relay_figures() {
	local emulated own
	emulated=$(calc "($(cat "$work_dir/cpu.after") - $(cat "$work_dir/cpu.before")) / 1e7 / ($ended - $began)")
	own=$(awk '/^Private_Dirty:/ { print $2 }' "/proc/$(pgrep -x dialisp-relay)/smaps_rollup")
	note "$1: relay: $emulated % of this machine's core"
	figure "$1: relay, of a core as fast as the host's" % "$(as_on_host "$emulated" 0)" 'the target' 1 1
	figure "$1: relay, memory of its own" kB "$own" 'the target' 300 1
}

line_hang_up() {
	local name
	for name in "${line_names[@]}"; do caller_hangup "$name"; done
}

measure_line() {
	local rate n name
	prepare_line
	for rate in $line_rates; do
		sim set rate "$rate"
		line_call "$rate"
		line_idle
		note "$rate, idle: $(for name in "${line_names[@]}"; do printf '%s %s ms  ' "$name" "$(median "$work_dir/$name.idle")"; done)"
		for n in $line_flows; do
			line_load "$n"
			for name in "${line_names[@]}"; do line_count "$name" "$n"; done
			line_figures "$rate" "$n"
			pause 20 # what the unshaped lines still hold
		done
		line_hang_up
	done
	clean_up
}
