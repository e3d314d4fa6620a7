/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the subcommands of anp share.
 */
#ifndef ANP_TOOL_H
#define ANP_TOOL_H

#define EXIT_USAGE 2

/* The table of subcommands is in main.c; each is called with argv[0] = its own name. */
int anp_cmd_compat(int argc, char **argv);
int anp_cmd_events(int argc, char **argv);
int anp_cmd_latency(int argc, char **argv);
int anp_cmd_ping(int argc, char **argv);
int anp_cmd_run(int argc, char **argv);
int anp_cmd_ss(int argc, char **argv);
int anp_cmd_stat(int argc, char **argv);
int anp_cmd_version(int argc, char **argv);

/**
 * anp_usage() - say in one line how a subcommand was misused
 * @command: its name
 * @format: what is wrong, as printf() takes it
 *
 * Return: EXIT_USAGE, to be returned in turn.
 */
int anp_usage(const char *command, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/**
 * anp_bad_option() - report the option that getopt_long() just refused
 * @command: the subcommand's name
 * @result: what getopt_long() answered: '?' or ':'
 * @argv: the subcommand's arguments
 *
 * For an option string that starts with ':' (after '+'), so that getopt says nothing itself.
 *
 * Return: EXIT_USAGE.
 */
int anp_bad_option(const char *command, int result, char **argv);

#endif /* ANP_TOOL_H */
