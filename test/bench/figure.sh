# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Numbers and figures of the measurements, here and in the guest. Each figure is a line on standard
# output when it is known, and a JSON object in $figures.

median() {
	sort -n "$1" | awk '{ v[NR] = $1 } END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'
}

best() {
	sort -n "$1" | head -n 1
}

worst() {
	sort -n "$1" | tail -n 1
}

calc() {
	awk "BEGIN { print $* }"
}

# Milliseconds that a small program takes from start to end: the best of some rounds.
program_ms() {
	local TIMEFORMAT=%R round i
	for round in 1 2 3 4 5; do
		{ time for ((i = 0; i < 50; i++)); do /bin/true; done; } 2>&1
	done | sort -n | awk 'NR == 1 { print $1 * 1000 / 50 }'
}

# as_on_host SECONDS ASLEEP: what seconds of an emulated machine would be on its host
# ($BENCH_PROGRAM_MS is from there), by what a small program takes here and there; so many of them
# it only waited
as_on_host() {
	calc "$2 + ($1 - $2) * ${BENCH_PROGRAM_MS:-$(program_ms)} / $(program_ms)"
}

# For jq: as a figure is shown, two or three digits of it.
jq_short='def short: if . >= 100 then round elif . >= 10 then . * 10 | round / 10 elif . >= 0.1 then . * 100 | round / 100 else . * 1000 | round / 1000 end;'

# figure NAME UNIT VALUE PEER PEER_VALUE [LIMIT]: LIMIT is for the ratio where there is one, else
# for the value; ">0.95" is the least that it may be, not the most. A peer of 0 (nothing to divide
# by) leaves the ratio out.
figure() {
	local object limit=${6:-null}
	object=$(jq -nc --arg name "$1" --arg unit "$2" --argjson value "$3" --arg peer "$4" --argjson peer_value "$5" \
		--argjson limit "${limit#>}" \
		--argjson least "$([ "$limit" = "${limit#>}" ] && echo false || echo true)" "$jq_short"'
		{ name: $name, value: ($value | short), unit: $unit, peer: $peer, peer_value: ($peer_value | short),
		  ratio: (if $peer_value > 0 then $value / $peer_value | short else null end), limit: $limit }
		+ (if $least then { least: true } else {} end)')
	printf '%s\n' "$object" >>"$figures"
	jq -r '"figure \(.name): \(.value) \(.unit); \(.peer): \(.peer_value) \(.unit)" +
		(if .ratio == null then "" else "; ratio \(.ratio)" end)' <<<"$object"
}

# series NAME COLUMNS FILE: what a plot is drawn from: a line of numbers for each row.
series() {
	jq -nc --arg name "$1" --arg columns "$2" --rawfile rows "$3" '
		{ series: $name, columns: ($columns / " "), rows: [$rows / "\n" | .[] | select(. != "") | . / " " | map(tonumber)] }' >>"$figures"
}

# host_says ACCEL: what this host is, for those who read the figures
host_says() {
	local model
	model=$(sed -n 's/^model name[\t ]*: *//p' /proc/cpuinfo | head -n 1)
	printf '%s, %s cores, %s, guest under %s' "$(uname -m)" "$(nproc)" "${model:-processor unknown}" "$1"
}

# accelerator-$(boot id) says how the last machine was run; a host that has had none has no such
# file.
accelerator() {
	cat "$cache_dir/accelerator-$(cat /proc/sys/kernel/random/boot_id)" 2>/dev/null || echo tcg
}

# build_here DIR: everything, as it is installed; DIR goes to $build.
build_here() {
	build=$1
	{ meson setup -Dsimulator=enabled "$build" "$top_dir" && meson compile -C "$build"; } >"$work/said" 2>&1 ||
		{ cat "$work/said" >&2; die 'it does not build'; }
}

# site_make ROOT LINES: its configuration, as setup and add-line write it
site_make() {
	local i
	rm -rf "$1"
	mkdir -p "$1"/etc/{dialisp/lines.d,dialisp/users.d,mgetty,ppp}
	printf '[network]\npool = 10.77.0.0/24\ndns = 9.9.9.9\n' >"$1/etc/dialisp/dialisp.conf"
	for ((i = 1; i <= $2; i++)); do
		cat >"$1/etc/dialisp/lines.d/line$i.conf" <<-END
			# Written by dialisp. After a change: dialisp apply
			[line]
			location = "pci-0000:00:14.0-usb-0:1.$i:1.0"
			address = "10.77.0.$((i + 1))"
			driver = "cdc_acm"
			dialect = "cnxt"
			modem = "CX93001-EIS_V0.2002-V92"
			speed = "115200"
		END
	done
	printf '[user]\npassword = secret\n' >"$1/etc/dialisp/users.d/anna.conf"
	chmod 700 "$1/etc/dialisp/users.d"
	chmod 600 "$1/etc/dialisp/users.d/anna.conf"
}
