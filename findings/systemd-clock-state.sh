#!/bin/bash
# systemd 252 and glibc: a service under SystemCallFilter=@system-service cannot ask whether the clock is synchronised
#
# Expected  adjtimex() with modes = 0 changes nothing and needs no right; the set for "common system services" has it. If a service adds it, the call
#           to add is adjtimex.
# Happens   @system-service holds neither adjtimex nor clock_adjtime; both are in @clock, which is described as "changing the system clock" and which
#           ProtectClock= takes away. And this glibc's adjtimex() and ntp_adjtime() make the system call clock_adjtime, so adding the name from
#           the manual page, adjtimex, leaves the call refused: the service thinks that its clock is wrong for ever, or is killed.
# Seen      Debian 12's systemd 252, glibc 2.36.
# LeafSeg   adds adjtimex and clock_adjtime to the filter of its unit, and no capability to set the clock.
. "$(dirname "$0")/lib.sh"
deb systemd 252.
deb strace 6.1
deb libc6 2.36
names() { systemd-analyze syscall-filter "$1" | sed 's/^ *//' | grep -xE 'adjtimex|clock_adjtime' | xargs; }
saw "in @system-service" "" "$(names @system-service)"
saw "in @clock" "adjtimex clock_adjtime" "$(names @clock)"
strace -o calls.txt -e trace=adjtimex,clock_adjtime /usr/bin/python3 -c '
import ctypes
ctypes.CDLL("libc.so.6").adjtimex(ctypes.create_string_buffer(1024))'
saw "system call of adjtimex()" "clock_adjtime" "$(grep -oE '^(clock_)?adjtimex?' calls.txt)"
finish
