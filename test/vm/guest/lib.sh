# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2016
# Functions for scenarios, in the guest: checks, deadlines, a network, callers, simulated modems.
#
#	check TEXT COMMAND...		prints and counts `ok TEXT (1.2 s)` or `not ok TEXT` with what COMMAND said
#	check_not TEXT COMMAND...	the same, and COMMAND must fail
#	wait_for SECONDS WHAT COMMAND...	polls COMMAND, quietly; fails, naming WHAT, when SECONDS are over
#	wait_until SECONDS COMMAND...	the same where COMMAND says what is waited for
#	note TEXT, since START		a remark; seconds since an earlier $EPOCHREALTIME
#	on_exit COMMAND...		run when the scenario ends, last one first; finish ends it
#	net_up, net_down		the ISP's uplink, a router without NAT, an internet with a web server and DNS
#	sim_start [--set KEY=VALUE] MODEM..., sim ..., sim_tty NAME, sim_stop	dialisp-linesim
#	caller_new NAME, caller_call NAME TTY NUMBER USER PASSWORD pap|chap [pppd options], caller_address NAME,
#	caller_fetch NAME URL, caller_dns NAME, caller_run NAME COMMAND..., caller_hangup NAME, caller_kill NAME,
#	caller_gone NAME, caller_log NAME
#	typed TTY NUMBER FORMAT, talk_*	a person at a modem
#
# COMMAND may be a function: it runs in a subshell with set -e really in force, and has
# check_seconds to do it.
set -u

test_dir=/mnt/test
# Not in /run: a caller has a /run of its own.
state_dir=/var/tmp/vm-test
linesim=/usr/libexec/dialisp/dialisp-linesim
# Rings and training are as short as possible: the times in a scenario are those of the software.
fast_preset=(--set ring-on-ms=200 --set ring-off-ms=400 --set dial-ms=100 --set train-ms=300 --set latency-ms=20)
check_seconds=180
call_seconds=90
passed=0
failed=0
exit_commands=()
mkdir -p "$state_dir"
# A descriptor on which nothing ever arrives: `read -t` on it sleeps without a process.
exec {never}<> <(:)

# --- time -----------------------------------------------------------------------------------------

# Milliseconds of a clock that only counts differences, in $now.
look_at_clock() {
	now=${EPOCHREALTIME/[.,]/}
	now=$((now / 1000))
}

# "12.3" for 12345 ms, in $seconds.
format_ms() {
	printf -v seconds '%d.%d' "$(($1 / 1000))" "$(($1 % 1000 / 100))"
}

pause() {
	read -r -t "$1" -u "$never" || true
}

# Less than a second, in microseconds.
pause_for() {
	local seconds
	printf -v seconds '0.%06d' "$1"
	pause "$seconds"
}

# Between two checks it pauses three times as long as one takes, 0.1 to 0.5 s, to leave the
# processor to the programs under test.
wait_for() {
	local seconds=$1 what=$2 look pause_us end said=$state_dir/wait.$BASHPID
	shift 2
	look=${EPOCHREALTIME/[.,]/}
	end=$((look + seconds * 1000000))
	until "$@" >"$said" 2>&1; do
		pause_us=$(((${EPOCHREALTIME/[.,]/} - look) * 3))
		if [ "$((look + pause_us / 3))" -ge "$end" ]; then
			printf 'waited %s s in vain: %s\n' "$seconds" "$what"
			cat "$said"
			return 1
		fi
		pause_us=$((pause_us < 100000 ? 100000 : pause_us > 500000 ? 500000 : pause_us))
		pause_for "$pause_us"
		look=${EPOCHREALTIME/[.,]/}
	done
}

wait_until() {
	wait_for "$1" "${*:2}" "${@:2}"
}

# --- checks ---------------------------------------------------------------------------------------

# Bash on a slow machine may miss the end of a child: kill -0 then finds the zombie for ever. So
# /proc is asked.
has_ended() {
	local stat
	{ read -r stat <"/proc/$1/stat"; } 2>/dev/null || return 0
	stat=${stat##*) }
	[ "${stat:0:1}" = Z ]
}

# Run "$@" in a process group of its own, output to $state_dir/said, ended after check_seconds; its
# status goes to run_status. Never call this in a condition (if, ||): bash then ignores set -e in
# all that is below.
run_limited() {
	local pid end pause_us=10000
	run_status=0
	set -m
	(
		set -e
		"$@"
	) >"$state_dir/said" 2>&1 </dev/null &
	pid=$!
	set +m
	# No fork in this loop, and increasing intervals, up to 0.2 s: each check takes processor
	# time.
	end=$((${EPOCHREALTIME/[.,]/} + check_seconds * 1000000))
	until has_ended "$pid"; do
		if [ "${EPOCHREALTIME/[.,]/}" -ge "$end" ]; then
			kill -KILL -- "-$pid" 2>/dev/null || true
			wait "$pid" 2>/dev/null || true
			echo "ended after $check_seconds s" >>"$state_dir/said"
			run_status=124
			return 0
		fi
		pause_for "$pause_us"
		if [ "$pause_us" -lt 200000 ]; then pause_us=$((pause_us + pause_us / 4)); fi
	done
	wait "$pid" || run_status=$?
}

# report_check GOOD TEXT STATUS START
report_check() {
	local good=$1 text=$2 status=$3 now seconds
	look_at_clock
	format_ms "$((now - $4))"
	if [ "$good" = yes ]; then
		passed=$((passed + 1))
		printf 'ok %s (%s s)\n' "$text" "$seconds"
		return 0
	fi
	failed=$((failed + 1))
	printf 'not ok %s (%s s, exit %s)\n' "$text" "$seconds" "$status"
	sed 's/^/    | /' "$state_dir/said"
	[ "$failed" -gt 1 ] || dump_state
	return 0
}

check() {
	local text=$1 now good=no
	shift
	look_at_clock
	run_limited "$@"
	[ "$run_status" != 0 ] || good=yes
	report_check "$good" "$text" "$run_status" "$now"
}

check_not() {
	local text=$1 now good=no
	shift
	look_at_clock
	run_limited "$@"
	if [ "$run_status" != 0 ] && [ "$run_status" != 124 ]; then good=yes; fi
	report_check "$good" "$text" "$run_status" "$now"
}

# Diagnostics after a failure.
dump_state() {
	local log
	printf '    --- state of the machine ---\n'
	{
		if command -v dialisp >/dev/null; then dialisp status; fi
		systemctl --failed --no-legend --plain
		systemctl list-units --all --no-legend --plain "dialisp*" "dev-dialisp*"
		ip -br addr
		if command -v nft >/dev/null; then nft list tables; fi
		journalctl -b --no-pager -o short-monotonic | grep -v 'kernel: vhci_hcd' | tail -n 80
		for log in /var/log/mgetty/*.log "$state_dir"/callers/*/log; do
			[ -s "$log" ] || continue
			echo "--- $log"
			tail -n 40 "$log"
			echo # mgetty ends its lines when it begins the next
		done
	} 2>&1 | sed "s/^/    : /" || true
}

# --- the network ----------------------------------------------------------------------------------
#
#	guest (the ISP)			netns router			netns internet
#	lan0 192.168.55.2/24 ---------- 192.168.55.1/24
#	default via 192.168.55.1	198.51.100.1/24 -------------- 198.51.100.2/24
#					forwards, no NAT		203.0.113.80 web server, DNS
#
# The internet has a route to 192.168.55.0/24 and to no other network: a caller that is not
# masqueraded gets no reply.

web_address=203.0.113.80
web_page='dialisp: this page came through the throw-away internet'

in_internet() {
	systemd-run --quiet --collect --unit="$1" -p NetworkNamespacePath=/run/netns/internet \
		-p "StandardOutput=append:$state_dir/$1.log" -p "StandardError=append:$state_dir/$1.log" "${@:2}"
}

# Once made it stays for all scenarios of a machine, as long as it looks as it did: then only what
# was logged is forgotten.
net_up() {
	if net_looks | cmp -s - "$state_dir/net"; then
		: | tee "$state_dir"/test-{web,dns-udp,dns-tcp}.log
		return
	fi
	net_make
	net_looks >"$state_dir/net"
}

net_looks() {
	local ns
	cat /etc/resolv.conf
	ip -4 -o addr show dev lan0
	ip route show default
	for ns in router internet; do
		ip -n "$ns" -4 -o addr
		ip -n "$ns" route
		ip netns exec "$ns" nft list tables
	done
	systemctl show -P MainPID test-web test-dns-udp test-dns-tcp
}

net_make() {
	local web=$state_dir/web
	net_down
	ip netns add router
	ip netns add internet
	ip -batch - <<-IP
		link add lan0 type veth peer name lan netns router
		addr add 192.168.55.2/24 dev lan0
		link set lan0 up
		route replace default via 192.168.55.1
	IP
	ip -n router -batch - <<-IP
		link add wan type veth peer name wan netns internet
		link set lo up
		addr add 192.168.55.1/24 dev lan
		link set lan up
		addr add 198.51.100.1/24 dev wan
		link set wan up
		route add $web_address via 198.51.100.2
	IP
	ip -n internet -batch - <<-IP
		link set lo up
		addr add 198.51.100.2/24 dev wan
		link set wan up
		addr add $web_address/32 dev lo
		route add 192.168.55.0/24 via 198.51.100.1
	IP
	ip netns exec router sysctl -q -w net.ipv4.ip_forward=1
	printf 'nameserver %s\n' "$web_address" >/etc/resolv.conf

	mkdir -p "$web/cgi-bin"
	printf '%s\n' "$web_page" >"$web/index.html"
	head -c 100000 /dev/urandom >"$web/100k"
	printf '#!/bin/sh\nprintf "content-type: text/plain\\r\\n\\r\\n%%s\\n" "$REMOTE_ADDR"\n' >"$web/cgi-bin/address"
	chmod 755 "$web/cgi-bin/address"
	rm -f "$state_dir"/test-{web,dns-udp,dns-tcp}.log
	in_internet test-web busybox httpd -f -vv -p "$web_address:80" -h "$web"
	in_internet test-dns-udp socat "UDP4-LISTEN:53,bind=$web_address,fork" "EXEC:$test_dir/vm/guest/dns udp"
	in_internet test-dns-tcp socat "TCP4-LISTEN:53,bind=$web_address,fork,reuseaddr" "EXEC:$test_dir/vm/guest/dns tcp"
	wait_for 15 'the web server' curl -fsS -m 5 -o /dev/null "http://$web_address/"
}

net_down() {
	systemctl stop test-web test-dns-udp test-dns-tcp test-lan 2>/dev/null || true
	ip link del lan0 2>/dev/null || true
	ip netns del router 2>/dev/null || true
	ip netns del internet 2>/dev/null || true
	rm -f /etc/resolv.conf "$state_dir/net"
}

# The addresses the web server has seen, one per line, oldest first.
web_clients() {
	sed -n 's/^\[\{0,1\}\(::ffff:\)\{0,1\}\([0-9.]*\)\]\{0,1\}:[0-9]*: url:.*/\2/p' "$state_dir/test-web.log"
}

# --- simulated modems -----------------------------------------------------------------------------

# sim_start [--set KEY=VALUE]... NAME:NUMBER[:KIND]...
sim_start() {
	local log=$state_dir/linesim.log
	[ -x "$linesim" ] || { echo "$linesim: not installed in this guest"; return 1; }
	modprobe -a vhci-hcd cdc-acm ftdi_sio ppp_async
	sim_stop
	: >"$log"
	systemd-run --quiet --collect --unit=test-linesim -p "StandardOutput=append:$log" -p "StandardError=append:$log" \
		"$linesim" serve "${fast_preset[@]}" "$@"
	wait_for 60 'dialisp-linesim to be ready' sim_is_ready || { cat "$log"; return 1; }
}

sim_is_ready() {
	grep -qx ready "$state_dir/linesim.log"
}

sim_stop() {
	if systemctl -q is-active test-linesim; then systemctl stop test-linesim; fi
	systemctl reset-failed test-linesim 2>/dev/null || true
	wait_for 60 'programs to close the ports of modems that are gone' ports_are_closed
}

# The kernel gives the number of a port to the next one only when the last program has closed it: a
# mgetty that is being ended, for instance. Until then the order of ports is not that of modems.
ports_are_closed() {
	local open
	open=$(find /proc/[0-9]*/fd -lname '*/ttyACM*' -o -lname '*/ttyUSB*' 2>/dev/null) || true
	echo "$open"
	[ -z "$open" ]
}

sim() {
	"$linesim" ctl "$@"
}

# The device of modem NAME, once udev knows it.
sim_tty() {
	local tty
	wait_for 30 "a tty for modem $1" sim_has_tty "$1" >&2 || return 1
	tty=$(sim tty "$1")
	printf '%s\n' "/dev/${tty#/dev/}"
}

sim_has_tty() {
	local tty
	tty=$(sim tty "$1") && [ -n "$tty" ] && [ -c "/dev/${tty#/dev/}" ]
}

# --- callers --------------------------------------------------------------------------------------
#
# A caller is another computer: a network namespace with nothing in it but lo, an /etc/ppp and an
# /etc/resolv.conf of its own (/etc/netns/NAME), and a /run of its own, so that its locks and pid
# files are not the ISP's.

caller_new() {
	local name=$1 dir=$state_dir/callers/$1 etc=/etc/netns/$1
	caller_remove "$name"
	mkdir -p "$dir/run/lock" "$dir/run/pppd/lock" "$etc/ppp"
	ip netns add "$name"
	ip -n "$name" link set lo up
	[ -e /etc/resolv.conf ] || : >/etc/resolv.conf
	: >"$etc/resolv.conf"
	: >"$etc/ppp/options"
	# What an ordinary client does with the name servers it is told; and a mark that costs
	# nothing to look for.
	printf '#!/bin/sh\n[ ! -e /etc/ppp/resolv.conf ] || cat /etc/ppp/resolv.conf >/etc/resolv.conf\n: >%s/up\n' "$dir" >"$etc/ppp/ip-up"
	chmod 755 "$etc/ppp/ip-up"
	install -m 600 /dev/null "$etc/ppp/pap-secrets"
	install -m 600 /dev/null "$etc/ppp/chap-secrets"
	: >"$dir/log"
}

caller_remove() {
	caller_hangup "$1"
	ip netns del "$1" 2>/dev/null || true
	rm -rf "$state_dir/callers/$1" "/etc/netns/$1"
}

caller_run() {
	ip netns exec "$@"
}

# After carrier loss while the tty was closed, the first open gets a hang-up: open it once.
tty_is_calm() {
	local fd status=0
	stty -F "$1" clocal || return 1
	exec {fd}<>"$1"
	pause 0.2
	stty -a <&"$fd" >/dev/null || status=1
	exec {fd}>&-
	return "$status"
}

# An empty NUMBER: no modem, the far end listens already. call_login=NAME: NAME is typed at a login
# prompt first.
caller_call() {
	local name=$1 tty=/dev/${2#/dev/} number=$3 user=$4 password=$5 auth=$6 dir=$state_dir/callers/$1 etc=/etc/netns/$1 options secret
	shift 6
	caller_hangup "$name"
	wait_for 10 "$tty to be calm" tty_is_calm "$tty"
	secret=${password//\\/\\\\}
	secret=${secret//\"/\\\"}
	printf '"%s" * "%s"\n' "$user" "$secret" | tee "$etc/ppp/pap-secrets" >"$etc/ppp/chap-secrets"
	# From the end of mgetty until dialisp-call has the tty, it echoes (mgetty 1.2.1,
	# logname.c), and pppd answers each of its own requests with a Configure-Nak: at most one on
	# a real line, where a round trip takes 100 ms and more. Here it takes 40 ms, and the start
	# of a program on a busy host 300: after five (2.4.9) it would reject what it could have
	# negotiated.
	options=("$tty" 115200 modem crtscts nodetach noauth user "$user" defaultroute usepeerdns noipdefault
		lcp-max-failure 50 lcp-echo-interval 10 lcp-echo-failure 3 debug logfile "$dir/log" linkname "$name")
	case $auth in
	pap) options+=(refuse-chap refuse-mschap refuse-mschap-v2 refuse-eap) ;;
	chap) options+=(refuse-pap refuse-eap) ;;
	*) echo "caller_call $name: '$auth' is neither pap nor chap"; return 1 ;;
	esac
	if [ -n "$number" ]; then
		# ABORT strings only after the first OK: a NO CARRIER of the last call may still be
		# in the tty's buffer.
		cat >"$etc/ppp/chat" <<-CHAT
			TIMEOUT 5
			'' ATZ
			OK-ATZ-OK AT&C1&D2
			OK \c
			ABORT BUSY
			ABORT 'NO CARRIER'
			ABORT 'NO DIALTONE'
			ABORT 'NO ANSWER'
			ABORT ERROR
			TIMEOUT 60
			'' ATDT$number
			CONNECT \c
		CHAT
		if [ -n "${call_login-}" ]; then printf "TIMEOUT 60\nogin: %s\n" "$call_login" >>"$etc/ppp/chat"; fi
		options+=(connect '/usr/sbin/chat -v -f /etc/ppp/chat')
	fi
	printf '%s\n' "--- call to ${number:-$tty} as $user by $auth" >>"$dir/log"
	rm -f "$dir/status" "$dir/up"
	# shellcheck disable=SC2016 # the inner shell's variables
	setsid ip netns exec "$name" sh -c '
		dir=$1; shift
		mount --bind "$dir/run" /run || exit
		echo $$ >"$dir/pid"
		exec 3>&1
		pppd "$@" >>"$dir/log" 2>&1 </dev/null
		echo $? >"$dir/status"
	' caller "$dir" "${options[@]}" "$@" </dev/null >/dev/null 2>>"$dir/log" &
	disown
	wait_for "$call_seconds" "caller $name to get an address" caller_is_settled "$name" &&
		[ -n "$(caller_address "$name")" ] && return 0
	printf 'caller %s: no address; pppd %s\n' "$name" "$(cat "$dir/status" 2>/dev/null || echo 'still runs')"
	tail -n 30 "$dir/log"
	return 1
}

caller_is_settled() {
	[ -e "$state_dir/callers/$1/status" ] || [ -e "$state_dir/callers/$1/up" ]
}

caller_address() {
	ip -n "$1" -4 -o addr show dev ppp0 2>/dev/null | sed -n 's/.* inet \([0-9.]*\).*/\1/p'
}

# The exit status of the caller's pppd; fails while it runs.
caller_status() {
	cat "$state_dir/callers/$1/status" 2>/dev/null
}

caller_fetch() {
	ip netns exec "$1" curl -fsS --connect-timeout 20 -m 120 "$2"
}

caller_log() {
	cat "$state_dir/callers/$1/log"
}

# Does the name server on the internet answer? $@ is put before the asking command.
dns_answers() {
	local reply
	reply=$("$@" bash -c '
		exec 5<>"/dev/udp/$0/53"
		printf "\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x02ab\x00\x00\x01\x00\x01" >&5
		timeout 15 dd bs=512 count=1 <&5 2>/dev/null
	' "$web_address" | od -An -v -tx1 | tr -d ' \n')
	[[ $reply == *cb007150 ]] || { echo "the name server's answer: '$reply'"; return 1; }
}

caller_dns() {
	dns_answers ip netns exec "$1"
}

caller_is_gone() {
	! ip netns pids "$1" 2>/dev/null | grep -q .
}

# Have these processes ended?
have_ended() {
	local pid
	for pid; do has_ended "$pid" || return 1; done
}

# Wait until the caller's pppd, and all else that it runs, has ended by itself.
caller_gone() {
	local pids
	[ -e "/run/netns/$1" ] || return 0
	mapfile -t pids < <(ip netns pids "$1")
	wait_for "${2:-60}" "caller $1's pppd to end" have_ended "${pids[@]}"
}

# Without a Terminate-Request: the computer loses its power.
caller_kill() {
	local pids
	mapfile -t pids < <(ip netns pids "$1" 2>/dev/null)
	[ "${#pids[@]}" = 0 ] || kill -KILL "${pids[@]}" 2>/dev/null || true
	caller_gone "$1" 10
}

caller_hangup() {
	local pids
	[ -e "/run/netns/$1" ] || return 0
	# Only pppd: the shell around it waits to write its status down.
	mapfile -t pids < <(pgrep -x pppd | grep -Fx -- "$(ip netns pids "$1")")
	[ "${#pids[@]}" = 0 ] || kill -TERM "${pids[@]}" 2>/dev/null || true
	caller_gone "$1" 15 || caller_kill "$1"
}

callers_remove() {
	local dir
	for dir in "$state_dir"/callers/*; do
		[ -d "$dir" ] || continue
		caller_remove "${dir##*/}"
	done
}

# --- a terminal instead of a computer -------------------------------------------------------------
#
# talk_open TTY, talk_send FORMAT, talk_expect SECONDS REGEX..., talk_close: by hand at a modem.

talk_open() {
	local tty=/dev/${1#/dev/}
	# clocal from the first moment, or the open waits for a carrier.
	stty -F "$tty" raw -echo clocal 115200 min 0 time 0
	exec {talk}<>"$tty"
	talk_heard=''
}

talk_send() {
	# shellcheck disable=SC2059 # a format is what is wanted
	printf -- "$1" >&"$talk"
}

# Until what has been heard since the last match matches; what was heard is printed when it never
# does.
talk_expect() {
	local seconds=$1 end c
	end=$((${EPOCHREALTIME/[.,]/} + seconds * 1000000))
	until [[ $talk_heard =~ $2 ]]; do
		if [ "${EPOCHREALTIME/[.,]/}" -ge "$end" ]; then
			printf 'waited %s s in vain for %s; heard: %q\n' "$seconds" "$2" "$talk_heard"
			return 1
		fi
		# A tty with min 0 says "end of file" when there is nothing yet.
		if IFS= read -r -d '' -n 1 -t 0.2 -u "$talk" c && [ -n "$c" ]; then talk_heard+=$c; else pause 0.02; fi
	done
	talk_heard=''
}

talk_close() {
	exec {talk}>&-
}

# typed TTY NUMBER FORMAT: dial by hand, answer the prompt with FORMAT; good when the far end then
# hangs up.
typed() {
	talk_open "$1"
	talk_send 'ATZ\r'
	talk_expect 10 OK
	talk_send "ATDT$2\r"
	talk_expect 90 CONNECT
	talk_expect 60 'ogin:'
	talk_send "$3"
	talk_expect 120 'NO CARRIER'
	talk_close
}

# --- the life of a scenario -----------------------------------------------------------------------

on_exit() {
	exit_commands=("$*" ${exit_commands[@]+"${exit_commands[@]}"})
}

note() {
	printf '# %s\n' "$*"
}

# Seconds since $1, an earlier $EPOCHREALTIME.
since() {
	local start=${1/[.,]/} seconds
	format_ms "$(((${EPOCHREALTIME/[.,]/} - start) / 1000))"
	printf '%s' "$seconds"
}

# The configuration that scenarios share (isp_setup keeps a copy): changes of one would break the
# next one.
site_before=$state_dir/site
site_files=(dialisp.conf lines.d users.d)
site_is_as_before() {
	local name
	for name in "${site_files[@]}"; do
		diff -r "$site_before/$name" "/etc/dialisp/$name" >/dev/null || return 1
	done
}
restore_site() {
	if [ ! -d "$site_before" ] || site_is_as_before; then return 0; fi
	(cd /etc/dialisp && rm -rf "${site_files[@]}" && cp -a "$site_before/." .)
	wait_for 60 'an apply' dialisp apply
}

# The last line of a scenario: without it the scenario has failed.
finish() {
	finished=yes
	exit 0
}

scenario_end() {
	local status=$? command
	trap - EXIT
	set +e
	if [ "$finished" = no ]; then
		failed=$((failed + 1))
		printf 'not ok %s: ended early, exit %s\n' "$scenario" "$status"
		dump_state
	fi
	rm -f "$state_dir"/wait.*
	for command in ${exit_commands[@]+"${exit_commands[@]}"} callers_remove restore_site; do
		eval "$command" >"$state_dir/exit.log" 2>&1 || {
			note "cleaning up failed: $command"
			sed 's/^/    | /' "$state_dir/exit.log"
		}
	done
	if [ "$((passed + failed))" = 0 ]; then
		failed=1
		printf 'not ok %s: checked nothing\n' "$scenario"
	fi
	printf 'scenario %s: %d passed, %d failed, %s s\n' "$scenario" "$passed" "$failed" "$(since "$scenario_start")"
	exit "$((failed > 0))"
}

# A scenario begins by sourcing this file; in any other shell it defines the functions only.
case $0 in
*/scenarios/*)
	scenario=${0##*/} finished=no scenario_start=$EPOCHREALTIME
	printf '# scenario %s\n' "$scenario"
	trap scenario_end EXIT
	trap 'exit 143' TERM INT HUP
	;;
esac
