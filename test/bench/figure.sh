# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Numbers and figures of the measurements, here and in the guest. Each figure is a line on standard output when it is known, and a
# JSON object in $figures.

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

# figure NAME UNIT VALUE PEER PEER_VALUE [LIMIT]: LIMIT is for the ratio where there is one, else for the value.
# A peer of 0 (nothing to divide by) leaves the ratio out.
figure() {
	local object
	object=$(jq -nc --arg name "$1" --arg unit "$2" --argjson value "$3" --arg peer "$4" --argjson peer_value "$5" \
		--argjson limit "${6:-null}" '
		def short: if . >= 100 then round elif . >= 10 then . * 10 | round / 10 else . * 100 | round / 100 end;
		{ name: $name, value: ($value | short), unit: $unit, peer: $peer, peer_value: ($peer_value | short),
		  ratio: (if $peer_value > 0 then $value / $peer_value | short else null end), limit: $limit }')
	printf '%s\n' "$object" >>"$figures"
	jq -r '"figure \(.name): \(.value) \(.unit); \(.peer): \(.peer_value) \(.unit)" +
		(if .ratio == null then "" else "; ratio \(.ratio)" end)' <<<"$object"
}
