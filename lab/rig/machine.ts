// The one virtual machine of a bonded lab: Debian's kernel with bonding, nodes and switch inside. Emulated, so that it runs
// on any kernel and in any virtual machine.
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { LabError } from "@/lab/lab-error";
import { HOST_ADDRESS, HOST_LINK, CONTROL, CONTROL_LINK, RIG_GROUP } from "@/lab/plan";
import { LAB_SOURCE, STATE_DIR } from "@/lab/places";
import { setUpHostLink } from "@/lab/network";
import { isAlive, readRecord, waitUntil } from "@/lab/processes";
import { runInRig } from "@/lab/rig/agent";
import type { RigImage } from "@/lab/rig/image";
import { run, startDetached } from "@/lab/shell";

const FOLDER = path.join(STATE_DIR, "rig");
export const MACHINE_RECORD = path.join(FOLDER, "machine.pid");
const CONSOLE = path.join(FOLDER, "console.log");
// The agent answers 4 to 8 s after the start; a machine with all cores busy needs several times that.
const BOOT_TIMEOUT_MS = 120_000;
// Three nodes take 100 MB; the rest is for Consul and the suite's executable, three times 100 MB when all of them work.
const MEMORY_MB = 1536;
// The cache of translated code is what makes QEMU large; below 256 MB three booting nodes flush it again and again.
const TRANSLATION_CACHE_MB = 512;

// Behind root, layer and stacks.
const FIRST_OTHER = 4;

export interface MachineDisks {
  layer: string;
  /** Appear as /dev/nvme0n4 and up, in this order. */
  others: string[];
}

/** Device inside the machine of the disk at this place in `others`. */
export function diskDevice(place: number): string {
  return `/dev/nvme0n${place + FIRST_OTHER}`;
}

export async function startMachine(image: RigImage, disks: MachineDisks): Promise<void> {
  mkdirSync(FOLDER, { recursive: true });
  await makeTap(HOST_LINK, `${HOST_ADDRESS}/24`);
  await makeTap(CONTROL_LINK, CONTROL.host);
  const begin = path.join(LAB_SOURCE, "node/begin.sh");
  startDetached([begin, MACHINE_RECORD, RIG_GROUP, ...qemu(image, disks)], path.join(FOLDER, "qemu.log"));
  await waitUntil(`the rig's machine (see ${CONSOLE})`, BOOT_TIMEOUT_MS, async () => {
    const record = readRecord(MACHINE_RECORD);
    if (record && !isAlive(record)) throw new LabError(`the rig's machine ended at its start:\n${lastWords()}`);
    return await runInRig("", ["true"]).then(
      () => true,
      () => false,
    );
  });
}

async function makeTap(link: string, address: string): Promise<void> {
  await run(["ip", "tuntap", "add", "dev", link, "mode", "tap"]);
  await setUpHostLink(link, address);
}

function qemu(image: RigImage, disks: MachineDisks): string[] {
  const kernel = [
    "root=/dev/nvme0n1",
    "rootfstype=ext4",
    "ro",
    "init=/usr/lib/trivet-rig/init",
    `RIG_ADDRESS=${CONTROL.rig}`,
    "console=ttyS0",
    "quiet",
    "panic=-1",
    "mitigations=off",
    "audit=0",
    "net.ifnames=0",
  ];
  return [
    "qemu-system-x86_64",
    ...["-name", RIG_GROUP, "-nodefaults", "-no-user-config", "-display", "none", "-no-reboot"],
    ...["-accel", `tcg,thread=multi,tb-size=${TRANSLATION_CACHE_MB}`, "-cpu", "max", "-smp", "2", "-m", `${MEMORY_MB}`],
    ...["-kernel", image.kernel, "-append", kernel.join(" ")],
    ...["-device", "nvme,id=nvme0,serial=rig"],
    ...nvme(1, image.root, "readonly=on"),
    ...nvme(2, disks.layer, "readonly=on"),
    ...nvme(3, image.stacks, "readonly=on"),
    // The host's page cache is as safe as the host; a lab's disks need no more.
    ...disks.others.flatMap((file, place) => nvme(place + FIRST_OTHER, file, "cache=unsafe,discard=unmap")),
    ...nic("control", CONTROL_LINK, "02:54:4c:ff:00:01"),
    ...nic("management", HOST_LINK, "02:54:4c:ff:00:02"),
    ...["-device", "virtio-rng-pci"],
    ...["-serial", `file:${CONSOLE}`],
  ];
}

function nvme(number: number, file: string, options: string): string[] {
  return [
    ...["-drive", `file=${file},if=none,id=disk${number},format=raw,${options}`],
    ...["-device", `nvme-ns,drive=disk${number},bus=nvme0,nsid=${number}`],
  ];
}

// The addresses are the ones guest/init looks for.
function nic(id: string, tap: string, mac: string): string[] {
  return [
    ...["-netdev", `tap,id=${id},ifname=${tap},script=no,downscript=no`],
    ...["-device", `virtio-net-pci,netdev=${id},mac=${mac},romfile=`],
  ];
}

function lastWords(): string {
  return [path.join(FOLDER, "qemu.log"), CONSOLE]
    .filter((file) => existsSync(file))
    .map((file) => readFileSync(file, "utf8").slice(-2000))
    .join("\n");
}
