import { z } from "zod";
import { formatIpv4, netmaskOf } from "@/lib/ipv4";

/** What is planned before any server runs (A0): enough for an unattended installation of each node. */
export const installPlanSchema = z.object({
  timeZone: z.string().default("Asia/Shanghai"),
  nodes: z
    .array(
      z.object({
        hostName: z.string(),
        /** Reached by the panel after the installation; the networks of the cluster come later. */
        nic: z.string(),
        ip: z.string(),
        prefixLength: z.number().int(),
        gateway: z.string(),
        dns: z.string(),
        /** The RAID1 of the two system disks. */
        systemDisk: z.string(),
      }),
    )
    .default([]),
});
export type InstallPlan = z.infer<typeof installPlanSchema>;
export type InstallNode = InstallPlan["nodes"][number];

/** Partitions of 1.2.1 (UEFI); the root partition takes the rest. */
export const partitionPlan = [
  { mount: "/boot/efi", megabytes: 500 },
  { mount: "/boot", megabytes: 1024 },
  { mount: "swap", megabytes: 32_768 },
  { mount: "/", megabytes: null },
] as const;

/** Put in place of a hash from `openssl passwd -6`. No clear password ever stands in a generated file. */
export const rootPasswordHashPlaceholder = "@ROOT_PASSWORD_HASH@";

export interface InstallFile {
  name: string;
  content: string;
}

export function installFiles(plan: InstallPlan): InstallFile[] {
  return plan.nodes.flatMap((node) => [
    { name: `${node.hostName}.ks.cfg`, content: kickstart(node, plan.timeZone) },
    { name: `${node.hostName}.preseed.cfg`, content: preseed(node, plan.timeZone) },
  ]);
}

/** A value inside a generated file: no white space, quotes or newlines, so that a name cannot become a directive. */
const plainValue = /^[A-Za-z0-9._:/-]*$/;

function plain(value: string): string {
  if (!plainValue.test(value)) throw new RangeError(`"${value}" cannot stand in an installation file`);
  return value;
}

/** Red Hat family. Bonds and bridges are not in it: the deployment makes them, with a rollback, on running systems. */
export function kickstart(node: InstallNode, timeZone: string): string {
  const disk = plain(node.systemDisk).replace(/^\/dev\//, "");
  const dns = node.dns === "" ? "" : ` --nameserver=${plain(node.dns)}`;
  return lines([
    `# Unattended installation of ${plain(node.hostName)}. Replace ${rootPasswordHashPlaceholder}: openssl passwd -6`,
    "text",
    "reboot",
    "lang en_US.UTF-8",
    "keyboard us",
    `timezone ${plain(timeZone)} --utc`,
    `rootpw --iscrypted ${rootPasswordHashPlaceholder}`,
    `network --bootproto=static --device=${plain(node.nic)} --ip=${plain(node.ip)} --netmask=${netmask(node)} --gateway=${plain(node.gateway)}${dns} --hostname=${plain(node.hostName)} --activate --onboot=yes`,
    "firewall --enabled --ssh",
    "services --enabled=sshd,chronyd",
    `ignoredisk --only-use=${disk}`,
    `clearpart --all --initlabel --disklabel=gpt --drives=${disk}`,
    `bootloader --location=mbr --boot-drive=${disk}`,
    ...partitionPlan.map(({ mount, megabytes }) => {
      const type = mount === "/boot/efi" ? "efi" : mount === "swap" ? "swap" : "xfs";
      const size = megabytes === null ? "--size=10240 --grow" : `--size=${megabytes}`;
      return `part ${mount} --fstype=${type} ${size} --ondisk=${disk}`;
    }),
    "%packages",
    "@^minimal-environment",
    "openssh-server",
    "chrony",
    "%end",
  ]);
}

/** Debian family. */
export function preseed(node: InstallNode, timeZone: string): string {
  const set = (question: string, type: string, value: string): string => `d-i ${question} ${type} ${value}`.trimEnd();
  return lines([
    `# Unattended installation of ${plain(node.hostName)}. Replace ${rootPasswordHashPlaceholder}: openssl passwd -6`,
    set("debian-installer/locale", "string", "en_US.UTF-8"),
    set("keyboard-configuration/xkb-keymap", "select", "us"),
    set("netcfg/choose_interface", "select", plain(node.nic)),
    set("netcfg/disable_autoconfig", "boolean", "true"),
    set("netcfg/get_ipaddress", "string", plain(node.ip)),
    set("netcfg/get_netmask", "string", netmask(node)),
    set("netcfg/get_gateway", "string", plain(node.gateway)),
    set("netcfg/get_nameservers", "string", plain(node.dns)),
    set("netcfg/confirm_static", "boolean", "true"),
    set("netcfg/hostname", "string", plain(node.hostName)),
    set("netcfg/get_hostname", "string", plain(node.hostName)),
    set("netcfg/get_domain", "string", ""),
    set("time/zone", "string", plain(timeZone)),
    set("clock-setup/utc", "boolean", "true"),
    set("passwd/root-login", "boolean", "true"),
    set("passwd/make-user", "boolean", "false"),
    set("passwd/root-password-crypted", "password", rootPasswordHashPlaceholder),
    set("partman-auto/method", "string", "regular"),
    set("partman-auto/disk", "string", plain(node.systemDisk)),
    set("partman-partitioning/choose_label", "string", "gpt"),
    set("partman-efi/non_efi_system", "boolean", "true"),
    set("partman-auto/expert_recipe", "string", partmanRecipe()),
    set("partman/choose_partition", "select", "finish"),
    set("partman/confirm", "boolean", "true"),
    set("partman/confirm_nooverwrite", "boolean", "true"),
    "tasksel tasksel/first multiselect standard, ssh-server",
    set("pkgsel/include", "string", "openssh-server chrony"),
    set(
      "preseed/late_command",
      "string",
      "in-target sh -c 'echo PermitRootLogin yes > /etc/ssh/sshd_config.d/root-login.conf'",
    ),
    set("finish-install/reboot_in_progress", "note", ""),
  ]);
}

function partmanRecipe(): string {
  const parts = partitionPlan.map(({ mount, megabytes }) => {
    const size = megabytes === null ? "10240 100000 -1" : `${megabytes} ${megabytes} ${megabytes}`;
    if (mount === "/boot/efi") return `${size} free $iflabel{ gpt } method{ efi } format{ } .`;
    if (mount === "swap") return `${size} linux-swap method{ swap } format{ } .`;
    return `${size} ext4 method{ format } format{ } use_filesystem{ } filesystem{ ext4 } mountpoint{ ${mount} } .`;
  });
  return `trivet :: ${parts.join(" ")}`;
}

const netmask = (node: InstallNode): string => formatIpv4(netmaskOf(node.prefixLength));
const lines = (all: readonly string[]): string => `${all.join("\n")}\n`;

/** The printable checklist of 1.2.1, in order; ids are translation keys and are stored in the draft's `preparation`. */
export const preparationItems = [
  "bios-all-cores",
  "bios-hyper-threading",
  "bios-virtualization",
  "bios-performance",
  "raid1-system-disks",
  "data-disks-pass-through",
  "cables-match-plan",
  "switch-lacp",
  "switch-mtu",
  "install-medium",
  "partitions",
  "time-zone",
  "root-password",
] as const;
export type PreparationItem = (typeof preparationItems)[number];

export const preparationTick = (node: string, item: PreparationItem): string => `${node}:${item}`;
