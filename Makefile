# SPDX-License-Identifier: GPL-2.0
# AF_ANP: the module, its userspace and its selftests. `make help` tells.

KERNEL	?= 6.1
BUILD	?= $(CURDIR)/build
CACHE	?= $(CURDIR)/.cache
VM	:= selftests/vm

# KDIR is what `make` and `make install` build for: the running kernel where
# its headers are installed, else the kernel of the VM. What runs in the VM
# is always built for the VM's kernel (HEADERS names another one's).
HEADERS	?= $(CACHE)/kernel-$(KERNEL)/headers
KDIR	?= $(or $(wildcard /lib/modules/$(shell uname -r)/build),$(HEADERS))

# userspace/ builds into $(BUILD)/userspace: bin/anp, lib/libanp.so*,
# examples/*; the VM has these in its PATH and library path. selftests/ builds
# into $(BUILD)/selftests, selftests/sim/ into $(BUILD)/sim.
export BUILD CACHE KERNEL KERNELS

# As many jobs as there are processors, unless told: make -j1.
ifeq ($(MAKELEVEL)$(findstring j,$(firstword -$(MAKEFLAGS))),0)
MAKEFLAGS += -j$(shell nproc)
endif

# A part of the project that is not there yet is passed over.
part = $(if $(wildcard $(1)/Makefile),+@$(MAKE) --no-print-directory -C $(1) $(2))

.PHONY: all modules vm-module test-modules sample-modules vm-build userspace selftests sim image
all: modules userspace selftests sim

.PHONY: deps-build deps-vm deps-check deps-bench deps-deb deps-debug deps-fuzz deps-static kernel source
deps-build deps-vm deps-check deps-bench deps-deb deps-debug deps-fuzz deps-static: deps-%:
	@$(VM)/deps.sh $*

kernel: deps-build
	@$(VM)/kernel.sh

source: deps-check
	@$(VM)/source.sh

# The VM's disk, and what emulates the VM.
image: deps-vm
	@$(VM)/emulator.sh >/dev/null
	@$(VM)/image.sh >/dev/null

# Kbuild wants to write beside the sources. It is given a folder of links to
# them, one per kernel, so that the source tree stays clean and the builds for
# different kernels do not meet. $(1): folder, $(2): kernel headers, $(3): more,
# $(4): the sources
define kbuild
@mkdir -p $(1)
+@flock $(1)/.lock sh -c 'cp -rsf "$$@" $(1)/ && find $(1) -xtype l -delete && \
	$(VM)/kmake.sh $(2) M=$(1) CONFIG_DEBUG_INFO_BTF_MODULES= $(3)' \
	- $(or $(4),$(CURDIR)/Kbuild $(CURDIR)/module $(CURDIR)/uapi)
endef
VM_MODULE := $(BUILD)/module-$(KERNEL)

ifeq ($(KDIR),$(HEADERS))
HOST_MODULE := $(VM_MODULE)
modules: vm-module
else
HOST_MODULE := $(BUILD)/module-host
modules: deps-build
	$(call kbuild,$(HOST_MODULE),$(KDIR),modules)
endif

# The compiler and the kernel are known here, so a warning is an error. What a debugger would read
# takes a quarter of the time: make DEBUG_INFO=1 vm-module.
TEST_KCFLAGS := -Werror$(if $(DEBUG_INFO),, -g0)
# For the kernel that watches the stack is filled first: what is not set would show.
VM_KCFLAGS := $(TEST_KCFLAGS)$(if $(findstring kasan,$(KERNEL)), -ftrivial-auto-var-init=pattern)

vm-module: kernel
	$(call kbuild,$(VM_MODULE),$(HEADERS),KCFLAGS="$(VM_KCFLAGS)" modules)

# Modules that only tests load.
test-modules: kernel
	$(call kbuild,$(VM_MODULE)-tests,$(HEADERS),KCFLAGS="$(TEST_KCFLAGS)" modules,$(wildcard $(CURDIR)/selftests/modules/*))

# Modules that use ours, as others would.
sample-modules: vm-module
	$(call kbuild,$(VM_MODULE)-samples,$(HEADERS),KCFLAGS="$(TEST_KCFLAGS)" \
		KBUILD_EXTRA_SYMBOLS=$(VM_MODULE)/Module.symvers modules,\
		$(wildcard $(CURDIR)/samples/*) $(CURDIR)/module $(CURDIR)/uapi)

# One object, for a quick look at its warnings: make module/tcp/state.o
module/%.o: module/%.c kernel
	$(call kbuild,$(VM_MODULE),$(HEADERS),KCFLAGS="$(VM_KCFLAGS)" $@)

userspace: deps-build
	$(call part,userspace,all)

selftests: deps-build
	$(call part,selftests,all)

sim: deps-build
	$(call part,selftests/sim,all)

# All that a VM run needs; the VM's disks are made at the same time.
vm-build: vm-module test-modules sample-modules userspace selftests image

# --- running --------------------------------------------------------------

.PHONY: check demo fuzz-wire vm bench bench-readme grid grid-readme plots profile
ifdef T
check: vm-build
	@VM_ENV="$(VM_ENV) STACK=$(STACK)" $(VM)/run.sh $(T)
else
check:
	+@$(VM)/check.sh
endif

# One rule of selftests/wire, with all that was said: make rule R=attack/land. STACK=inet plays it
# (or all of T=wire) against the host's own TCP.
.PHONY: rule
rule: vm-build
	@SHOW=1 VM_ENV="RULE=$(R) STACK=$(STACK)" $(VM)/run.sh wire/open

# The same tests on the other kernels; the core of them if nothing is said.
.PHONY: kernels check-kernels
KERNELS_OTHER := 6.12 7.3
kernels: deps-vm
	@for k in 6.1 $(KERNELS_OTHER); do KERNEL=$$k $(VM)/kernel.sh --explain || exit 1; done

# A kernel that watches every access to memory, every lock and every reference; first
# it has to prove that it does. The machine is slower by far in it.
.PHONY: debug-kernel check-debug race-kernel check-race faults faults-core check-slabs check-all
debug-kernel: deps-debug
	@KERNEL=6.1-kasan $(VM)/kernel.sh --explain

race-kernel: deps-debug
	@KERNEL=6.1-kcsan $(VM)/kernel.sh --explain

# What debug/faults lets fail. Not skbuff_fclone_cache, from which ANP takes nothing: where Linux' tcp_send_fin()
# finds nothing there it sends no FIN, then or later, and both programs wait for ever.
FAIL_CACHES := slub_debug=A,skbuff_head_cache,anp_req,anp_tw,anp_conn
check-debug check-race: deps-debug
	+@LOGS_NAME=$@ KERNELS=6.1-$(if $(findstring race,$@),kcsan,kasan) \
		TESTS="$(or $(T),core-$(if $(findstring race,$@),race,debug))" \
		TIMEOUT_FACTOR=4 BOOT_LIMIT=300 MEM=3G CMDLINE_EXTRA="kasan_multi_shot $(FAIL_CACHES)" \
		$(VM)/check.sh --kernels

# Allocations that fail: those of the sockets' calls, of loading and of new devices in turn,
# those of segments and connections at random. POINTS=100000: each that there is, in a quarter of an hour.
POINTS ?= 300
faults:
	+@VM_ENV="POINTS=$(POINTS) $(if $(filter-out 300,$(POINTS)),TEST_LIMIT=7200)" $(MAKE) --no-print-directory check-debug \
		T="api/stream_fault debug/faults"

# Each test of a set under allocations and functions that fail, then without, on one load of the module (vm/faults.sh);
# last, which places of the module that allocate have failed. KERNELS=6.1: on the stock kernel, in a third of the time.
FAULTS ?= 1
faults-core: faults_kernel := $(or $(KERNELS),6.1-kasan)
faults-core: faults_results = $(BUILD)/results-$(patsubst 6.1-,,$(faults_kernel)-)
faults-core: deps-debug
	@# Of one test there is one VM: what the other counted in an earlier run is not of this one.
	@rm -f $(faults_results)[12]
	+@LOGS_NAME=$@ KERNELS=$(faults_kernel) TESTS="$(or $(T),core-faults)" VM_ENV="FAULTS=$(FAULTS) $(VM_ENV)" \
		TIMEOUT_FACTOR=4 BOOT_LIMIT=300 MEM=3G CMDLINE_EXTRA=kasan_multi_shot \
		$(VM)/check.sh --kernels; status=$$?; \
		$(VM)/places.py $(BUILD)/module-$(faults_kernel)/anp.ko \
			$(faults_results)[12]/places && exit $$status

# Everything there is, and one sum of it.
check-all:
	+@$(VM)/check-all.sh

# The next best, on a stock kernel and at once: it checks the slab objects it frees.
check-slabs: deps-vm
	+@LOGS_NAME=$@ KERNELS="$(or $(KERNELS),6.12)" TESTS="$(or $(T),core)" WATCH=1 TIMEOUT_FACTOR=3 \
		$(VM)/check.sh --kernels

# Real programs over ANP, in an image that has them, and the ledger of what they showed.
.PHONY: check-programs
check-programs: export IMAGE_KIND = programs
ifdef T
check-programs: vm-build kernel-net
	@$(VM)/run.sh $(T); status=$$?; selftests/programs/ledger.py PROGRAMS.md $(BUILD)/results; exit $$status
else
check-programs: deps-vm kernel-net
	+@LOGS_NAME=$@ $(VM)/check.sh --kernels; status=$$?; \
		selftests/programs/ledger.py PROGRAMS.md $(BUILD)/results-1 $(BUILD)/results-2; exit $$status
endif

# The kernel's own tests of sockets, which are among those.
.PHONY: kernel-net
kernel-net: deps-build
	@KERNEL=6.1 $(VM)/source.sh
	@mkdir -p $(BUILD)
	@flock $(BUILD)/.lock $(MAKE) --no-print-directory -C selftests kernel-net SOURCE=$(CACHE)/linux-source-6.1

check-kernels: deps-vm
	+@LOGS_NAME=$@ KERNELS="$(or $(KERNELS),$(KERNELS_OTHER))" TESTS="$(or $(T),core)" $(VM)/check.sh --kernels

# The hostile wire of net/fuzz_wire, for long: make fuzz-wire FRAMES=10000000 SEED=7. On
# another kernel, with what it watches: KERNEL=6.1-kasan.
FRAMES ?= 1000000
fuzz-wire: vm-build
	@VM_ENV=FRAMES=$(FRAMES) TIMEOUT_FACTOR=$$(($(FRAMES) / 10000 + 1)) MEM=3G SHOW=1 \
		$(VM)/run.sh net/fuzz_wire

# Much of everything, in a gigabyte and in countable time: make scale CONNECTIONS=10000 RATE=5000 SPAN=60 SPACES=256.
.PHONY: scale
scale: vm-build
	@ICOUNT=1 MEM=1G SHOW=1 VM_ENV="CONNECTIONS=$(CONNECTIONS) RATE=$(RATE) SPAN=$(SPAN) SPACES=$(SPACES)" \
		$(VM)/run.sh long/scale

# Connections under which everything changes: make soak SECONDS=3600 CONNECTIONS=1000.
.PHONY: soak
soak: vm-build
	@SHOW=1 VM_ENV="SOAK=$(SECONDS) CONNECTIONS=$(CONNECTIONS)" $(VM)/run.sh long/soak

demo: vm-build
	@$(VM)/run.sh --command ./demo.sh

vm: vm-build
	@$(VM)/run.sh --shell

# In instructions, so that it does not matter what else the machine does. QUICK=1:
# the main rows only, under a minute; ROWS=REGEX, REPS=N, PAIRS='anp/anp': some.
SEED ?= 1
bench: vm-build deps-bench
	@SEED=$(SEED) ICOUNT=1 RESULTS_LINK=bench-run \
		VM_ENV="QUICK=$(QUICK) ROWS=$(ROWS) REPS=$(REPS) PAIRS=$(PAIRS)" \
		$(VM)/run.sh --command ./bench.sh
	@userspace/bench/report.py $(BUILD)/bench-run/bench.jsonl $(BUILD)/bench

# Goodput over a grid of paths by netem, ANP beside Linux TCP, in the same countable time.
# CELLS=REGEX, PAIRS=anp/host, REPS=N: some of it, or more often; what is measured again replaces the older.
# Half an hour on an idle machine; on a busy one it may take four.
space := $(subst ,, )
grid: vm-build deps-bench
	@SEED=$(SEED) ICOUNT=1 RESULTS_LINK=grid-run \
		VM_ENV="COMMAND_TIMEOUT=14400 QUICK=$(QUICK) CELLS=$(subst $(space),.,$(CELLS)) REPS=$(REPS) PAIRS=$(PAIRS)" \
		$(VM)/run.sh --command ./grid.sh
	@userspace/bench/grid.py $(BUILD)/grid-run/grid.jsonl $(BUILD)/grid

# A few cells of it, and what they have to reach.
.PHONY: grid-check
grid-check: vm-build
	@SEED=1 ICOUNT=1 RESULTS_LINK=grid-check-run VM_ENV=QUICK=1 $(VM)/run.sh --command ./grid.sh
	@userspace/bench/grid.py --check $(BUILD)/grid-check-run/grid.jsonl

# Interrupts, polling and both, from a byte to 16 MB and under a flood: a report with plots in
# build/experiment. PARTS=size,usecs,bulk,flood,neighbour: some of it; of the flood only some
# MODES=inline,hybrid or RATES=230000, or another socket BUFFER, bytes, 0: the default.
.PHONY: experiment
experiment: vm-build deps-bench
	@SEED=$(SEED) ICOUNT=1 RESULTS_LINK=experiment-run \
		VM_ENV="PARTS=$(PARTS) MODES=$(MODES) RATES=$(RATES) BUFFER=$(BUFFER)" \
		$(VM)/run.sh --command ./experiment.sh
	@userspace/bench/experiment.py $(BUILD)/experiment-run/experiment.jsonl $(BUILD)/experiment

# What a flood leaves to a program, in short.
.PHONY: flood-check
flood-check: vm-build
	@SEED=1 ICOUNT=1 RESULTS_LINK=flood-check-run \
		VM_ENV="PARTS=flood MODES=interrupt,hybrid RATES=690000,230000,300000,350000" \
		$(VM)/run.sh --command ./experiment.sh
	@userspace/bench/experiment.py --check $(BUILD)/flood-check-run/experiment.jsonl

# The same with a profile by function, once: make profile ROWS=rr-1 TOP=60
INSN := $(BUILD)/vm/insn.so
$(INSN): $(VM)/insn.c
	@mkdir -p $(@D)
	$(CC) -O2 -Wall -Wextra -fPIC -shared -fvisibility=hidden -o $@ $<

profile: vm-build deps-bench $(INSN)
	@SEED=$(SEED) ICOUNT=1 RESULTS_LINK=profile-run INSN_PLUGIN=$(INSN) \
		VM_ENV="QUICK=$(QUICK) ROWS=$(ROWS) REPS=1 PAIRS=$(PAIRS)" \
		$(VM)/run.sh --command ./bench.sh
	@userspace/bench/profile.py $(BUILD)/profile-run $(TOP)

# Windows, times and queues of simulated flows over time: build/plots/*.svg and *.png.
plots: deps-bench sim
	@selftests/sim/plots.py $(BUILD)/sim/anp-paths $(BUILD)/plots $(PLOT)

# Of the last grid and of the simulator, into README.md; a few of the plots into figures/.
FIGURES := wan-reno wan-cubic wan-cubic-reno
grid-readme: plots
	@userspace/bench/grid.py --readme $(BUILD)/grid README.md
	@selftests/sim/readme.py $(BUILD)/sim/anp-paths README.md
	@mkdir -p figures && cp $(FIGURES:%=$(BUILD)/plots/%.png) figures/

bench-readme:
	@userspace/bench/report.py --readme $(BUILD)/bench/bench.json README.md

# The engine under libFuzzer; make fuzz-check: the corpus and a few seconds of one seed.
.PHONY: fuzz fuzz-check
SECONDS ?= 60
fuzz: deps-fuzz
	+@$(MAKE) --no-print-directory -C selftests/fuzz fuzz SECONDS=$(SECONDS)

fuzz-check: deps-fuzz
	+@$(MAKE) --no-print-directory -C selftests/fuzz check

# --- static checks ----------------------------------------------------------

.PHONY: static sparse checkpatch spdx shellcheck rfc rfc-check clang cppcheck kernel-doc symbols
static: sparse checkpatch spdx shellcheck rfc-check clang cppcheck kernel-doc

# An array of structures with flexible ends stands in the kernel's own igmp.h.
sparse: deps-check vm-module
	+@$(VM)/static.sh sparse $(VM_MODULE) \
		"$(VM)/kmake.sh $(HEADERS) M=$(VM_MODULE) \
		CONFIG_DEBUG_INFO_BTF_MODULES= KCFLAGS='$(VM_KCFLAGS)' CF=-Wno-flexible-array-array C=2 modules"

checkpatch: source
	@$(VM)/static.sh checkpatch

shellcheck: deps-check
	@$(VM)/static.sh shellcheck

# The table of RFCs in module/DESIGN.md: made anew, or checked.
rfc: deps-check
	@$(VM)/rfc.py --write

rfc-check: deps-check
	@$(VM)/static.sh rfc

spdx:
	@$(VM)/static.sh spdx

clang: deps-static vm-module
	@$(VM)/static.sh clang $(VM_MODULE) $(HEADERS)

cppcheck: deps-static
	@$(VM)/static.sh cppcheck

kernel-doc: deps-check kernel
	@$(VM)/static.sh kernel-doc $(CACHE)/kernel-6.1/usr/lib/linux-kbuild-6.1

# Which of the kernel's symbols the module uses: build/symbols.txt.
symbols: vm-module
	@$(VM)/static.sh symbols $(VM_MODULE)/anp.ko >$(BUILD)/symbols.txt
	@awk 'NR > 1' $(BUILD)/symbols.txt | wc -l | sed 's|$$| symbols: $(BUILD)/symbols.txt|'

# --- installing, cleaning ---------------------------------------------------

.PHONY: install install-check dkms-install deb deb-check clean distclean help
install-check:
ifeq ($(KDIR),$(HEADERS))
ifeq ($(origin KDIR),file)
	@echo "The running kernel's headers are missing: install linux-headers-$$(uname -r)," >&2
	@echo "or name another kernel's: make install KDIR=..." >&2
	@exit 1
endif
endif

# The module of another kernel would be of no use here: its headers have to be named.
install: install-check modules userspace
	$(MAKE) -C $(KDIR) M=$(HOST_MODULE) INSTALL_MOD_PATH=$(DESTDIR) modules_install
	depmod -a $(if $(DESTDIR),-b $(DESTDIR)) \
		"$$(/sbin/modinfo -F vermagic $(HOST_MODULE)/anp.ko | cut -d" " -f1)"
	install -D -m 644 uapi/linux/anp.h $(DESTDIR)/usr/local/include/linux/anp.h
	install -d $(DESTDIR)/etc/iproute2/rt_tables.d
	echo "1066 anp" >$(DESTDIR)/etc/iproute2/rt_tables.d/anp.conf
	$(call part,userspace,install)

# The module by DKMS: built anew for each kernel that is installed.
dkms-install:
	@packaging/dkms-install.sh

# Debian packages, into build/deb.
deb: deps-deb
	@packaging/deb.sh

# They are unpacked in a root of their own; the C++ compiler is needed.
deb-check: deb
	@packaging/deb-check.sh

clean:
	rm -rf $(BUILD)

distclean: clean
	rm -rf $(CACHE)

help:
	@echo "Build:"
	@echo "  make             module, userspace, selftests and simulator, into build/"
	@echo "  make modules     only anp.ko (KDIR=headers of the kernel to build for;"
	@echo "                   else the running kernel's, else the VM's)"
	@echo "  make vm-module   only anp.ko for the VM's kernel, warnings are errors"
	@echo "  make userspace | selftests | sim | image"
	@echo "  make install     module, tool, library and header, on this machine"
	@echo "  make dkms-install    the module's source, built by DKMS for each kernel"
	@echo "  make deb         Debian packages, into build/deb; deb-check tries them"
	@echo
	@echo "Run, in a VM that is fetched and made when first needed:"
	@echo "  make demo        see ANP talk to Linux"
	@echo "  make check       everything: build, static checks, simulator, VM tests"
	@echo "  make check T=net/link     one test, or several (T='link unload'); SHOW=1 shows all"
	@echo "  make check KERNELS='6.1 6.12 7.3'     everything on each of these kernels"
	@echo "  make check T=wire STACK=inet          the wire's rules against the host's TCP"
	@echo "  make rule R=attack/land   one of them, and all that was said (STACK=inet)"
	@echo "  make check-kernels        the core set on 6.12 and 7.3 (T=... other tests)"
	@echo "  make check-debug          ... on a kernel with KASAN, lockdep, kmemleak, UBSAN"
	@echo "  make check-programs       real programs over ANP (T=nginx: some); what they showed: PROGRAMS.md"
	@echo "  make check-all            check, check-programs, check-kernels and check-debug (PARTS=... some), summed up"
	@echo "  make check-race           ... with KCSAN"
	@echo "  make fuzz-wire   a hostile peer for long (FRAMES=10000000 SEED=7 KERNEL=6.1-kasan)"
	@echo "  make faults      memory that fails, on the kernel of check-debug (POINTS=100000: everywhere)"
	@echo "  make faults-core          tests while each allocation of ANP fails in its turn (KERNELS=6.1 FAULTS=3 T=...)"
	@echo "  make scale       10 000 connections, 300 000 TIME-WAITs, 256 namespaces with a device, in a gigabyte"
	@echo "  make soak        1000 connections while devices, MTUs and carriers change (SECONDS=3600)"
	@echo "  make check-slabs          ... on a stock kernel that checks its slab objects"
	@echo "  make debug-kernel | race-kernel       build those two (a quarter of an hour each)"
	@echo "  make kernels     fetch these kernels, and say what they are"
	@echo "  make vm          a shell in the VM (leave with exit or Ctrl-A x)"
	@echo "  make bench       ANP and the host's TCP, in instructions: a table and a plot in build/bench"
	@echo "                   (QUICK=1: under a minute; ROWS='rr|crr' some rows; REPS=N)"
	@echo "  make profile     the same, by function (ROWS=rr-1 PAIRS=anp/anp TOP=60)"
	@echo "  make grid        goodput over a grid of paths, ANP beside Linux TCP: a table in build/grid"
	@echo "                   (CELLS=REGEX some cells, REPS=N); grid-readme puts the last into README.md"
	@echo "  make experiment  interrupts, polling, both: latency, throughput, a flood; a report in build/experiment"
	@echo "  make plots       windows, times and queues of simulated flows, into build/plots (PLOT=NAME)"
	@echo "  make bench-readme         the last complete one's table into README.md"
	@echo
	@echo "  make fuzz        attack the TCP engine for SECONDS=60 a target; fuzz-check: what make check does"
	@echo
	@echo "Static checks:"
	@echo "  make static      all of these, and clang | cppcheck | kernel-doc"
	@echo "  make symbols     which symbols of the kernel are used, and which kernels have them"
	@echo "  make sparse | checkpatch | shellcheck | spdx | rfc-check"
	@echo "  make rfc         write the table of RFCs in module/DESIGN.md anew"
	@echo
	@echo "  make clean       forget build/"
	@echo "  make distclean   forget the fetched kernel and images too (.cache/)"
	@echo
	@echo "KERNEL=6.12 (or 7.3) before any of these takes another kernel: make KERNEL=6.12 vm"
	@echo "Variables: $(VM)/run.sh tells what a run can be given (SEED, SMP, MEM, ...)."
