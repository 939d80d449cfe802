import { createHash } from "node:crypto";
import {
  type HaConfig,
  type HaNetwork,
  managementVmDomainName,
  managementVmImageName,
  perNodeValue,
} from "@/contract/ha-config";
import { cephSecretUuid, cephUserName } from "@/contract/node-setup";
import { prefixLengthOf } from "@/lib/ipv4";
import { folderImage } from "@/suite/image-lock/folder-lock";

export interface DomainFacts {
  readonly node: string;
  readonly epoch: number;
  readonly startId: string;
  readonly configVersion: number;
  /** kvm only where a guest can really run on it. */
  readonly virtType: "kvm" | "qemu";
  readonly cephUser: string | null;
  readonly consoleLog: string;
}

export const metadataUri = "urn:zsha";

/**
 * A transient domain: nothing is left on disk that libvirt could start by itself. error_policy=stop is what silences a
 * fenced guest (with any other policy it keeps answering on the same address). The metadata is read by the hook.
 */
export function domainXml(config: HaConfig, facts: DomainFacts): string {
  const interfaces = config.Network.map(
    (network) => `    <interface type='bridge'>
      <mac address='${text(network.MacAddress.toLowerCase())}'/>
      <source bridge='${text(network.Bridge)}'/>
      <model type='virtio'/>
    </interface>`,
  ).join("\n");
  return `<domain type='${facts.virtType}'>
  <name>${text(managementVmDomainName)}</name>
  <uuid>${domainUuid(config)}</uuid>
  <metadata>
    ${metadataElement(facts)}
  </metadata>
  <memory unit='GiB'>${config.MemorySizeInGB}</memory>
  <vcpu>${config.CPU}</vcpu>
  <sysinfo type='smbios'>
    <oemStrings>
      <entry>${text(networkData(config, facts))}</entry>
    </oemStrings>
  </sysinfo>
  <os>
    <type arch='x86_64' machine='q35'>hvm</type>
    <boot dev='hd'/>
    <smbios mode='sysinfo'/>
  </os>
  <features><acpi/><apic/></features>
  <cpu mode='${facts.virtType === "kvm" ? "host-passthrough" : "maximum"}' migratable='on'/>
  <on_poweroff>destroy</on_poweroff>
  <on_reboot>restart</on_reboot>
  <on_crash>destroy</on_crash>
  <devices>
${diskXml(config, facts)}
${interfaces}
    <channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>
    <serial type='file'><source path='${text(facts.consoleLog)}' append='on'/></serial>
    <graphics type='vnc' port='-1' autoport='yes' listen='127.0.0.1'/>
    <video><model type='vga'/></video>
    <rng model='virtio'><backend model='random'>/dev/urandom</backend></rng>
    <panic model='isa'/>
    <memballoon model='none'/>
  </devices>
</domain>
`;
}

/** One element, so that `virsh metadata --set` after a migration replaces all of it. */
type Mark = Pick<DomainFacts, "epoch" | "startId" | "configVersion">;

export function metadataElement(mark: Mark): string {
  return `<z:zsha xmlns:z='${metadataUri}' ${metadataAttributes(mark)}/>`;
}

/** For `virsh metadata --set --key z`, which puts prefix and namespace on by itself and refuses a second one. */
export const bareMetadataElement = (mark: Mark): string => `<zsha ${metadataAttributes(mark)}/>`;

const metadataAttributes = (mark: Mark): string =>
  `epoch='${mark.epoch}' start='${text(mark.startId)}' config='${mark.configVersion}'`;

/** The same for every start and node: software inside that is bound to the machine's UUID must not notice a failover. */
export function domainUuid(config: HaConfig): string {
  const hash = createHash("sha256")
    .update(
      JSON.stringify([
        config.PoolName,
        config.ImageFolder,
        config.Network.map((network) => network.MacAddress.toLowerCase()),
      ]),
    )
    .digest("hex");
  const variant = ((Number.parseInt(hash.slice(16, 17), 16) & 0x3) | 0x8).toString(16);
  return `${hash.slice(0, 8)}-${hash.slice(8, 12)}-4${hash.slice(13, 16)}-${variant}${hash.slice(17, 20)}-${hash.slice(20, 32)}`;
}

/** What the guest reads at boot: its addresses as they are on this node. */
export function networkData(config: HaConfig, facts: Pick<DomainFacts, "node" | "epoch">): string {
  const parts = config.Network.map((network) => networkPart(network, facts.node, network === defaultRoute(config)));
  if (config.DNS.length > 0) parts.push(`dns ${config.DNS.join(" ")}`);
  parts.push(`env NODE=${facts.node}`, `env EPOCH=${facts.epoch}`);
  return `zsha:net=${parts.join(";")}`;
}

/** The one marked so; without a mark the management network, or the VM could be reached from its own subnet only. */
export const defaultRoute = (config: HaConfig): HaNetwork | undefined =>
  config.Network.find((network) => network.IsDefRoute) ?? config.Network.find((network) => network.IsMgmt);

export function networkPart(network: HaNetwork, node: string, isDefaultRoute: boolean): string {
  const address = required(network.Ipaddr, node, "Ipaddr");
  const netmask = required(network.Netmask, node, "Netmask");
  const prefix = prefixLengthOf(netmask);
  if (prefix === null) throw new RangeError(`"${netmask}" is no netmask (${network.Bridge} on ${node})`);
  const gateway = perNodeValue(network.Gateway, node);
  const part = `${network.MacAddress.toLowerCase()} ${address}/${prefix}`;
  return isDefaultRoute && gateway ? `${part} gw ${gateway}` : part;
}

function required(value: string, node: string, field: string): string {
  const found = perNodeValue(value, node);
  if (found === null || found === "")
    throw new RangeError(`the configuration gives the management VM no ${field} on ${node}`);
  return found;
}

function diskXml(config: HaConfig, facts: DomainFacts): string {
  const driver = "<driver name='qemu' type='raw' cache='none' error_policy='stop' rerror_policy='stop'/>";
  if (config.Type === "FileConf") {
    return `    <disk type='file' device='disk'>
      ${driver}
      <source file='${text(folderImage(config))}'/>
      <target dev='vda' bus='virtio'/>
    </disk>`;
  }
  const hosts = config.MonAddrs.map((address) => {
    const [, host = address, port = "6789"] = /^(.*):(\d+)$/.exec(address.trim()) ?? [];
    return `<host name='${text(host)}' port='${text(port)}'/>`;
  }).join("");
  const auth =
    facts.cephUser === null
      ? ""
      : `\n      <auth username='${text(cephUserName(facts.cephUser))}'><secret type='ceph' uuid='${cephSecretUuid}'/></auth>`;
  return `    <disk type='network' device='disk'>
      ${driver}${auth}
      <source protocol='rbd' name='${text(config.PoolName)}/${managementVmImageName}'>${hosts}</source>
      <target dev='vda' bus='virtio'/>
    </disk>`;
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  "'": "&apos;",
  '"': "&quot;",
};
const text = (value: string): string => value.replace(/[&<>'"]/g, (character) => entities[character] ?? character);
