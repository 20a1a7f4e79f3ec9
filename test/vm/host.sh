# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Shared by the scripts on the host's side of the throw-away machine: paths, messages, packages.
# Sourced, never run.

vm_dir=$(CDPATH='' cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
# shellcheck disable=SC2034 # for those who source this
top_dir=$(CDPATH='' cd -- "$vm_dir/../.." && pwd)
cache_dir=${DIALISP_CACHE:-/var/cache/dialisp-test}
# shellcheck disable=SC2034 # for those who source this
debian_keyring=/usr/share/keyrings/debian-archive-keyring.gpg
me=${0##*/}

die() {
	printf '%s: %s\n' "$me" "$*" >&2
	exit 1
}

say() {
	printf '%s: %s\n' "$me" "$*" >&2
}

usage_error() {
	printf '%s: %s\n' "$me" "$*" >&2
	exit 2
}

# The value of option $1; $2 is the number of arguments left, $3 the value.
option_value() {
	[ "$2" -ge 2 ] || usage_error "$1: needs a value"
	printf '%s' "$3"
}

# check_suite SUITE USAGE
check_suite() {
	case $1 in
	bookworm | trixie) ;;
	*) usage_error "'$1': neither bookworm nor trixie; $2" ;;
	esac
}

# check_arch ARCHITECTURE USAGE: guests have this host's processor; on amd64 arm64 can be emulated,
# too.
check_arch() {
	local host_arch
	host_arch=$(dpkg --print-architecture)
	case $host_arch:$1 in
	amd64:amd64 | amd64:arm64 | arm64:arm64) ;;
	arm64:amd64) die "guests of amd64 run on amd64 hosts only" ;;
	*:amd64 | *:arm64) die "$host_arch: guests run on amd64 and arm64 hosts only" ;;
	*) usage_error "'$1': neither amd64 nor arm64; $2" ;;
	esac
}

hash_of() {
	sha256sum | cut -c 1-12
}

# Sleep $1 seconds without a process: nothing ever arrives on that descriptor.
exec {never}<> <(:)
pause() {
	read -r -t "$1" -u "$never" || true
}

# Milliseconds of a clock that only counts differences; no fork.
now_ms() {
	local t=$EPOCHREALTIME
	t=${t/[.,]/}
	printf '%s' "$((t / 1000))"
}

# "12.3" for 12345 ms.
in_seconds() {
	printf '%d.%d' "$(($1 / 1000))" "$(($1 % 1000 / 100))"
}

# The time since $1 (from now_ms), in seconds.
seconds_since() {
	in_seconds "$(($(now_ms) - $1))"
}

is_guest_name() {
	[[ $1 =~ ^[a-z][a-z0-9-]{0,30}$ ]]
}

guest_dir() {
	is_guest_name "$1" || usage_error "--name $1: a guest's name is a-z, 0-9 and dashes, a letter first"
	printf '%s/guests/%s' "$cache_dir" "$1"
}

# Is the guest of directory $1 alive? A process id alone proves nothing: it may have been used
# again. No fork: this is called often.
is_guest_running() {
	local pid comm arguments
	{ read -r pid <"$1/pid" && read -r comm <"/proc/$pid/comm" && mapfile -d '' -t arguments <"/proc/$pid/cmdline"; } 2>/dev/null || return 1
	[[ ($comm == qemu-system* || $comm == unshare) && "${arguments[*]}" == *"$1/"* ]]
}

# Processor time of this host that the guest of directory $1 has taken since its boot, in
# milliseconds: its first process and all that descend from it.
guest_cpu_ms() {
	cat /proc/[0-9]*/stat 2>/dev/null | awk -v first="$(cat "$1/pid" 2>/dev/null || echo none)" -v hz="$(getconf CLK_TCK)" '
		{ pid = $1; sub(/^.*\) /, ""); parent[pid] = $2; ticks[pid] = $12 + $13 + $14 + $15 }
		END {
			for (pid in parent) {
				for (p = pid; p in parent && p != first; p = parent[p]);
				if (p == first) sum += ticks[pid]
			}
			printf "%d\n", sum * 1000 / hz
		}'
}

# Poll "$@" every 50 ms for at most $1 seconds.
poll() {
	local end=$((${EPOCHREALTIME/[.,]/} + $1 * 1000000))
	shift
	until "$@"; do
		[ "${EPOCHREALTIME/[.,]/}" -lt "$end" ] || return 1
		pause 0.05
	done
}

# Install those of the packages that are not there yet.
need_packages() {
	local p missing=() log
	for p in "$@"; do
		[ "$(dpkg-query -W -f '${db:Status-Status}' "$p" 2>/dev/null)" = installed ] || missing+=("$p")
	done
	[ "${#missing[@]}" -gt 0 ] || return 0
	[ "$(id -u)" = 0 ] || die "not root, and these packages are missing: ${missing[*]}"
	say "installing ${missing[*]}"
	log=$(mktemp)
	if ! { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
		-o DPkg::Lock::Timeout=300 "${missing[@]}"; } >"$log" 2>&1; then
		tail -n 20 "$log" >&2
		rm -f "$log"
		die "apt-get could not install ${missing[*]}: see its lines above"
	fi
	rm -f "$log"
}

# The first mirror of this host's apt whose origin is Debian and whose label is $1; nothing when
# there is none.
# shellcheck disable=SC2016 # apt's own dollars
find_mirror() {
	apt-get indextargets --format '$(ORIGIN)|$(LABEL)|$(REPO_URI)' 'Created-By: Packages' 2>/dev/null |
		awk -F '|' -v label="$1" '$1 == "Debian" && $2 == label && $3 ~ /^(https?|file|copy):/ && !found { found = $3 } END { print found }'
}

# The mirror of Debian itself; apt's lists are fetched when it does not know one yet.
ensure_mirror() {
	local mirror
	mirror=$(find_mirror Debian)
	if [ -z "$mirror" ] && apt-get update >/dev/null 2>&1; then mirror=$(find_mirror Debian); fi
	[ -n "$mirror" ] || die "apt: none of its sources has the origin Debian; add one and run apt-get update"
	printf '%s\n' "$mirror"
}

# What a User Mode Linux is built with.
uml_packages() {
	printf '%s\n' gcc make flex bison bc libc6-dev xz-utils dpkg-dev kmod binutils
}

# guest_packages ARCHITECTURE: what a machine needs on this host; for a processor that is not this
# host's also what its disk is made with.
guest_packages() {
	local host_arch
	host_arch=$(dpkg --print-architecture)
	case $host_arch:$1 in
	amd64:amd64) printf '%s\n' qemu-system-x86; uml_packages ;;
	amd64:arm64) printf '%s\n' qemu-system-arm qemu-user-static gcc-aarch64-linux-gnu meson pkg-config ;;
	arm64:arm64) printf '%s\n' qemu-system-arm ;;
	*) die "$host_arch: the machine can be built on amd64 and arm64 only" ;;
	esac
	printf '%s\n' qemu-utils mmdebstrap e2fsprogs debian-archive-keyring gpgv
}

# The packages that the machine itself needs on this host.
vm_packages() {
	guest_packages "$(dpkg --print-architecture)"
}
