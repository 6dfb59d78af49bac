/*
 * Runs a program under a filter of system calls, as systemd sets it up for a service:
 *
 *   sandbox RULES PROGRAM ARGUMENT...
 *
 * RULES is a file with one rule a line:
 *
 *   allow NAME     the call is made
 *   kill NAME      the call ends the process (SIGSYS), so that a test sees what a service would be refused
 *   family NUMBER  socket() may be asked for this address family, and for no other
 *
 * A call that no line names does not exist (ENOSYS).
 */
#include <errno.h>
#include <seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void refuse(const char *what, const char *name, int code)
{
    fprintf(stderr, "sandbox: %s %s: %s\n", what, name, strerror(code < 0 ? -code : code));
    exit(125);
}

static void add(scmp_filter_ctx filter, const char *kind, const char *name)
{
    int code, call;

    if (!strcmp(kind, "family"))
    {
        code = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(socket), 1, SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)atoi(name)));
        if (code)
            refuse(kind, name, code);
        return;
    }

    call = seccomp_syscall_resolve_name(name);
    if (call == __NR_SCMP_ERROR || call == SCMP_SYS(socket))
        return; /* Of another machine, or under a rule of its own. */
    code = seccomp_rule_add(filter, strcmp(kind, "allow") ? SCMP_ACT_KILL_PROCESS : SCMP_ACT_ALLOW, call, 0);
    if (code && code != -EDOM)
        refuse(kind, name, code);
}

int main(int count, char **arguments)
{
    char kind[16], name[64];
    scmp_filter_ctx filter;
    FILE *rules;
    int code;

    if (count < 3)
        refuse("usage: sandbox RULES PROGRAM ARGUMENT...,", "too few arguments", EINVAL);
    if (!(rules = fopen(arguments[1], "r")))
        refuse("cannot read", arguments[1], errno);
    if (!(filter = seccomp_init(SCMP_ACT_ERRNO(ENOSYS))))
        refuse("cannot make", "a filter", ENOMEM);
    while (fscanf(rules, "%15s %63s", kind, name) == 2)
        add(filter, kind, name);
    fclose(rules);
    if ((code = seccomp_load(filter)))
        refuse("cannot load", "the filter", code);
    execv(arguments[2], arguments + 2);
    refuse("cannot run", arguments[2], errno);
}
