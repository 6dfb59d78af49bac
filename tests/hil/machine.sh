#!/usr/bin/env bash
# Makes what the machine of the hardware tests boots from, once, in a cache folder: Debian's kernel with the simulated GPIO
# chip (gpio-sim, which Debian's kernel leaves out, built from its own source), a small Debian root, and a first file system in memory.
#
#   machine.sh CACHE
set -euo pipefail
self=$(readlink -f "$0")
cache=$1
mkdir -p "$cache"
cd "$cache"
export DEBIAN_FRONTEND=noninteractive

version=$(apt-cache depends linux-image-amd64 | sed -n 's/.*Depends: linux-image-\(6[^ ]*\)$/\1/p')

if [ ! -e "kernel/boot/vmlinuz-$version" ]; then
  echo "kernel $version" >&2
  rm -rf kernel packages
  mkdir -p packages
  (cd packages && apt-get download --quiet "linux-image-$version" 2>/dev/null)
  dpkg -x packages/linux-image-*.deb kernel
fi

modules=kernel/lib/modules/$version
if [ ! -e "$modules/extra/gpio-sim.ko" ]; then
  echo "gpio-sim for $version" >&2
  rm -rf gpio-sim && mkdir gpio-sim
  tar -C gpio-sim -xf /usr/src/linux-source-6.1.tar.xz --strip-components=3 \
    linux-source-6.1/drivers/gpio/gpio-sim.c linux-source-6.1/drivers/gpio/gpiolib.h linux-source-6.1/kernel/irq/irq_sim.c
  # The kernel exports the first of the two calls to modules, and not the second.
  sed -i 's/handle_simple_irq(irq_to_desc(irqnum));/generic_handle_irq(irqnum);/' gpio-sim/irq_sim.c
  mv gpio-sim/gpio-sim.c gpio-sim/chip.c
  printf 'obj-m += gpio-sim.o\ngpio-sim-y := chip.o irq_sim.o\n' >gpio-sim/Makefile
  make --silent -C "/usr/src/linux-headers-$version" M="$PWD/gpio-sim" modules >gpio-sim/make.log 2>&1 || { cat gpio-sim/make.log >&2; exit 1; }
  strip --strip-debug gpio-sim/gpio-sim.ko
  mkdir -p "$modules/extra"
  cp gpio-sim/gpio-sim.ko "$modules/extra/"
  depmod -b kernel "$version"
fi

# What the package depends on or recommends, the broker, and what the cases look with. The package itself is installed in the guest.
packages="adduser ca-certificates curl e2fsprogs ffmpeg gpiod iproute2 jq kmod libatomic1 libgpiod2 libgtk-3-0 libssl3 mosquitto mosquitto-clients
  procps strace sudo systemd systemd-sysv tzdata udev v4l-utils"
if [ ! -e root/etc/debian_version ]; then
  echo "a Debian root (some minutes)" >&2
  rm -rf root root.new
  debootstrap --variant=minbase bookworm root.new >debootstrap.log 2>&1 || { tail -n 20 debootstrap.log >&2; exit 1; }
  mv root.new root
fi
if [ "$(cat root/etc/leafseg-hil 2>/dev/null)" != "$packages" ]; then
  # shellcheck disable=SC2086  # a list
  chroot root apt-get install --yes --no-install-recommends $packages >>debootstrap.log 2>&1 || { tail -n 20 debootstrap.log >&2; exit 1; }
  chroot root apt-get clean
  chroot root systemctl --quiet mask systemd-networkd-wait-online.service getty@tty1.service serial-getty@ttyS0.service apt-daily.timer apt-daily-upgrade.timer \
    systemd-firstboot.service e2scrub_reap.service mosquitto.service
  echo leafseg-hil >root/etc/hostname
  echo "$packages" >root/etc/leafseg-hil
fi
mkdir -p "root/lib/modules"
[ -e "root/lib/modules/$version" ] || cp -r "$modules" root/lib/modules/

if [ ! -e initrd.gz ] || [ "$self" -nt initrd.gz ]; then
  rm -rf initrd && mkdir -p initrd/{bin,modules,proc,sys,dev,lower,upper,new}
  cp "$(command -v busybox)" initrd/bin/busybox
  for name in virtio_pci 9pnet_virtio 9p overlay virtio_blk ext4; do
    modprobe --dirname kernel --set-version "$version" --show-depends "$name"
  done | sed -n 's/^insmod //p' | awk '!seen[$0]++' | while read -r file; do
    cp "$file" initrd/modules/
    echo "/modules/$(basename "$file")"
  done >initrd/order
  cat >initrd/init <<'INIT'
#!/bin/busybox sh
b=/bin/busybox
$b mount -t proc proc /proc
$b mount -t sysfs sys /sys
$b mount -t devtmpfs dev /dev
while read -r file; do $b insmod "$file"; done </order
$b mount -t 9p -o trans=virtio,version=9p2000.L,ro,cache=loose,msize=524288 root /lower
# The rig's own disk: what was installed and recorded outlives a start.
$b mount -t ext4 /dev/vda /upper
$b mkdir -p /upper/data /upper/work
$b mount -t overlay -o lowerdir=/lower,upperdir=/upper/data,workdir=/upper/work root /new
$b mkdir -p /new/hil
$b mount -t 9p -o trans=virtio,version=9p2000.L,ro,cache=loose,msize=524288 hil /new/hil
$b umount /sys /proc
$b cp /new/hil/guest/hil.service /new/etc/systemd/system/
$b mkdir -p /new/etc/systemd/system/multi-user.target.wants
$b ln -sf ../hil.service /new/etc/systemd/system/multi-user.target.wants/hil.service
exec $b switch_root /new /lib/systemd/systemd
INIT
  chmod +x initrd/init
  (cd initrd && find . | cpio --quiet --create --format=newc | gzip) >initrd.new
  mv initrd.new initrd.gz
fi
ln -sfn "kernel/boot/vmlinuz-$version" vmlinuz
