// SPDX-License-Identifier: GPL-2.0
/*
 * The stages as a table with bars, as CSV, as JSON, and as a plot.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "latency.h"

#define BAR 30	/* characters */

static const struct {
	const char *name;
	double share;
} quantiles[] = {
	{ "p50", 0.5 }, { "p90", 0.9 }, { "p99", 0.99 }, { "p99.9", 0.999 },
};

#define N_QUANTILES (sizeof(quantiles) / sizeof(quantiles[0]))

/* The stages of one direction: those up to its total, which is the last. */
static unsigned int direction_end(const struct latency *l, unsigned int from)
{
	while (from < l->stages && !latency_is_total(&l->stage[from]))
		from++;
	return from;
}

static const char *human(double ns, char *buf, size_t size)
{
	if (ns < 1e3)
		snprintf(buf, size, "%.0f ns", ns);
	else if (ns < 1e6)
		snprintf(buf, size, "%.1f us", ns / 1e3);
	else if (ns < 1e9)
		snprintf(buf, size, "%.1f ms", ns / 1e6);
	else
		snprintf(buf, size, "%.2f s", ns / 1e9);
	return buf;
}

static void table_line(const struct latency_stage *s, double total, FILE *to)
{
	double mean = latency_mean(s), share = total > 0 ? mean / total : 0;
	char text[32];
	size_t i;
	int bar;

	fprintf(to, "%-10s %8" PRIu64, s->name, s->count);
	for (i = 0; i < N_QUANTILES; i++)
		fprintf(to, " %9s", human(latency_quantile(s, quantiles[i].share), text,
					  sizeof(text)));
	fprintf(to, " %9s", human(s->max, text, sizeof(text)));
	fprintf(to, " %9s", human(mean, text, sizeof(text)));
	if (!latency_is_total(s)) {
		fprintf(to, " %5.1f%% ", 100 * share);
		for (bar = share * BAR + 0.5; bar > 0; bar--)
			fputc('#', to);
	}
	fputc('\n', to);
}

void latency_tables(const struct latency *l, FILE *to)
{
	unsigned int i, end;
	size_t q;

	for (i = 0; i < l->stages; i = end + 1) {
		end = direction_end(l, i);
		fprintf(to, "\n%-10s %8s", "stage", "count");
		for (q = 0; q < N_QUANTILES; q++)
			fprintf(to, " %9s", quantiles[q].name);
		fprintf(to, " %9s %9s  share of the mean\n", "max", "mean");
		for (; i <= end && i < l->stages; i++)
			table_line(&l->stage[i],
				   end < l->stages ? latency_mean(&l->stage[end]) : 0, to);
	}
}

void latency_text(const struct latency *l, FILE *to)
{
	fprintf(to, "Measuring is %s", l->on ? "on" : "off");
	if (l->port)
		fprintf(to, ", port %u", l->port);
	if (l->socks_max)
		fprintf(to, ", also of %u sockets by themselves, at most %u", l->socks, l->socks_max);
	fprintf(to, ".\n");
	if (l->refused)
		fprintf(to, "%u calls found no room for histograms of their socket.\n", l->refused);
	latency_tables(l, to);
}

void latency_csv_head(const char *before, FILE *to)
{
	size_t q;

	fprintf(to, "%sstage,count,mean_ns", before);
	for (q = 0; q < N_QUANTILES; q++)
		fprintf(to, ",%s_ns", quantiles[q].name);
	fprintf(to, ",max_ns\n");
}

void latency_csv(const struct latency *l, const char *before, FILE *to)
{
	unsigned int i;
	size_t q;

	for (i = 0; i < l->stages; i++) {
		const struct latency_stage *s = &l->stage[i];

		fprintf(to, "%s%s,%" PRIu64 ",%.0f", before, s->name, s->count, latency_mean(s));
		for (q = 0; q < N_QUANTILES; q++)
			fprintf(to, ",%.0f", latency_quantile(s, quantiles[q].share));
		fprintf(to, ",%" PRIu64 "\n", s->max);
	}
}

void latency_json_stages(struct anp_json *j, const struct latency *l)
{
	unsigned int i;
	size_t q;

	anp_json_open(j, "stages", '[');
	for (i = 0; i < l->stages; i++) {
		const struct latency_stage *s = &l->stage[i];

		anp_json_open(j, NULL, '{');
		anp_json_string(j, "stage", s->name);
		anp_json_number(j, "count", s->count);
		anp_json_number(j, "sum", s->sum);
		for (q = 0; q < N_QUANTILES; q++)
			anp_json_number(j, quantiles[q].name,
					latency_quantile(s, quantiles[q].share));
		anp_json_number(j, "max", s->max);
		anp_json_close(j, '}');
	}
	anp_json_close(j, ']');
}

void latency_json(const struct latency *l, FILE *to)
{
	struct anp_json j = { .to = to };

	anp_json_open(&j, NULL, '{');
	anp_json_string(&j, "measuring", l->on ? "on" : "off");
	anp_json_number(&j, "port", l->port);
	anp_json_number(&j, "sockets", l->socks);
	anp_json_number(&j, "sockets_max", l->socks_max);
	anp_json_number(&j, "refused", l->refused);
	latency_json_stages(&j, l);
	anp_json_close(&j, '}');
}

/* A box for each stage, from where the one before it ends, and the curve of its distribution. */
static void plot_data(const struct latency *l, FILE *to)
{
	double at = 0, seen;
	unsigned int i, b, row = 0;

	for (i = 0; i < l->stages; i++) {
		const struct latency_stage *s = &l->stage[i];

		if (latency_is_total(s)) {
			row++;
			at = 0;
		} else {
			fprintf(to, "$box%u << E\n%f %u %f %f %f %f\nE\n", i, at / 1e3, row,
				at / 1e3, (at + latency_mean(s)) / 1e3, row - 0.35, row + 0.35);
			at += latency_mean(s);
		}
		fprintf(to, "$cdf%u << E\n", i);
		for (b = 0, seen = 0; b < s->buckets; b++) {
			seen += s->bucket[b].count;
			fprintf(to, "%f %f\n", s->bucket[b].high / 1e3, seen / s->count);
		}
		/* Of a stage that never was there is nothing to see: a point outside the picture. */
		fprintf(to, "%s", s->buckets ? "E\n" : "NaN NaN\nE\n");
	}
}

/* Colours that can be told apart, also of neighbours in a bar. */
static const char * const colours[] = {
	"#8c6bb1", "#41ab5d", "#9ecae1", "#fdae6b", "#ffd92f", "#3182bd", "#e6550d", "#525252",
	"#c51b8a", "#00a6a6", "#a6d854", "#b15928", "#6a51a3", "#ff7f7f", "#1b7837", "#000080",
	"#bcbd22",
};

static const char *colour(unsigned int stage)
{
	return colours[stage % (sizeof(colours) / sizeof(colours[0]))];
}

/* Who has a look at the curves wants those of the stages that matter, and of the whole. */
#define WORTH_A_CURVE	0.04

static bool worth_a_curve(const struct latency *l, unsigned int i)
{
	unsigned int end = direction_end(l, i);

	if (latency_is_total(&l->stage[i]) || end == l->stages)
		return true;
	return latency_mean(&l->stage[i]) >= WORTH_A_CURVE * latency_mean(&l->stage[end]);
}

static void plot_script(const struct latency *l, FILE *to)
{
	const char *comma = "";
	unsigned int i;

	fprintf(to, "set multiplot layout 2,1\nset style fill solid 0.9 border rgb '#404040'\n"
		"set lmargin at screen 0.09\nset rmargin at screen 0.8\n"
		"set key at screen 0.99,0.97 right top vertical maxcols 1 samplen 2\nset grid xtics\n"
		"set title 'Mean time of a message in each stage'\n"
		"set xlabel 'us'\nset yrange [1.6:-0.6]\nset ytics ('receive' 0, 'send' 1)\n"
		"plot ");
	for (i = 0; i < l->stages; i++) {
		if (latency_is_total(&l->stage[i]))
			continue;
		fprintf(to, "%s$box%u using 1:2:3:4:5:6 with boxxyerror lc rgb '%s' title '%s'", comma,
			i, colour(i), l->stage[i].name);
		comma = ", ";
	}
	fprintf(to, "\nset title 'Share of messages that took no longer (stages of %.0f%% of the whole, or more)'\n"
		"set key at screen 0.99,0.46\nset yrange [0:1.02]\n"
		"set ytics auto\nset logscale x\nset grid xtics ytics\nset xrange [0.01:*]\nplot ",
		100 * WORTH_A_CURVE);
	for (i = 0, comma = ""; i < l->stages; i++) {
		if (!worth_a_curve(l, i))
			continue;
		fprintf(to, "%s$cdf%u using 1:2 with steps lw %d lc rgb '%s' title '%s'", comma, i,
			latency_is_total(&l->stage[i]) ? 4 : 2, colour(i), l->stage[i].name);
		comma = ", ";
	}
	fprintf(to, "\nunset multiplot\n");
}

int latency_plot(const struct latency *l, const char *file)
{
	const char *dot = strrchr(file, '.');
	bool svg = dot && !strcmp(dot, ".svg");
	FILE *to;

	if (!svg && !(dot && !strcmp(dot, ".png"))) {
		fprintf(stderr, "anp latency: %s: neither .svg nor .png\n", file);
		return -1;
	}
	if (strpbrk(file, "\"\\\n")) {
		fprintf(stderr, "anp latency: a name that gnuplot cannot take\n");
		return -1;
	}
	if (!l->stages) {
		fprintf(stderr, "anp latency: nothing was measured\n");
		return -1;
	}
	to = popen("gnuplot", "w");
	if (!to) {
		fprintf(stderr, "anp latency: gnuplot: %s\n", strerror(errno));
		return -1;
	}
	fprintf(to, "set terminal %s noenhanced size 1000,800 background 'white'\nset output \"%s\"\n",
		svg ? "svg" : "pngcairo", file);
	plot_data(l, to);
	plot_script(l, to);
	if (!pclose(to))
		return 0;
	fprintf(stderr, "anp latency: gnuplot failed; is it installed?\n");
	return -1;
}
