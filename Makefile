# SPDX-License-Identifier: GPL-2.0
# AF_ANP: the module, its userspace and its selftests. `make help` tells.

KERNEL	?= 6.1
BUILD	?= $(CURDIR)/build
CACHE	?= $(CURDIR)/.cache
VMDIR	:= selftests/vm

# KDIR is what `make` and `make install` build for: the running kernel where
# its headers are installed, else the kernel of the VM. What runs in the VM
# is always built for the VM's kernel (HEADERS names another one's).
HEADERS	?= $(CACHE)/kernel-$(KERNEL)/headers
KDIR	?= $(or $(wildcard /lib/modules/$(shell uname -r)/build),$(HEADERS))

# userspace/ and selftests/sim/ put all they build below $(BUILD).
export BUILD CACHE KERNEL

ifeq ($(filter -j%,$(MAKEFLAGS)),)
MAKEFLAGS += -j$(shell nproc)
endif

.PHONY: all modules vm-module kernel deps-build clean

all: modules

kernel: deps-build
	@$(VMDIR)/kernel.sh

deps-build:
	@$(VMDIR)/deps.sh build

# Kbuild wants to write beside the sources. It is given a folder of links to
# them, one per kernel, so that the source tree stays clean and the builds for
# different kernels do not meet. $(1): folder, $(2): kernel headers, $(3): more
define kbuild
@mkdir -p $(1)
@cp -rsf $(CURDIR)/Kbuild $(CURDIR)/module $(CURDIR)/uapi $(1)/
@find $(1) -xtype l -delete
+@flock $(1)/.lock $(MAKE) --no-print-directory -C $(2) M=$(1) \
	CONFIG_DEBUG_INFO_BTF_MODULES= $(3)
endef

ifeq ($(KDIR),$(HEADERS))
modules: vm-module
else
modules:
	$(call kbuild,$(BUILD)/module-host,$(KDIR),modules)
endif

vm-module: kernel
	$(call kbuild,$(BUILD)/module-$(KERNEL),$(HEADERS),KCFLAGS=-Werror modules)

# One object, for a quick look at its warnings: make module/tcp/state.o
module/%.o: module/%.c kernel
	$(call kbuild,$(BUILD)/module-$(KERNEL),$(HEADERS),KCFLAGS=-Werror $@)

clean:
	rm -rf $(BUILD)
