// Guests that only libvirt knows: what runs on the nodes of a cluster without a management platform.
import { managementVmDomainName, managementVmImageName } from "@/contract/ha-config";
import { onNode } from "@/testing/deployed-lab";

/** Copies 88 MiB inside the cluster; a busy one takes a minute. */
const copyMs = 180_000;

const domain = (name: string, disk: string): string => `<domain type='qemu'>
  <name>${name}</name>
  <memory unit='MiB'>160</memory>
  <vcpu>1</vcpu>
  <os><type arch='x86_64' machine='q35'>hvm</type></os>
  <features><acpi/><apic/></features>
  <cpu mode='maximum' migratable='on'/>
  <devices>
    ${disk}
    <channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>
    <memballoon model='none'/>
  </devices>
</domain>
`;

async function start(node: string, name: string, disk: string): Promise<void> {
  const file = `/run/${name}.xml`;
  await onNode(node, ["sh", "-c", `cat > ${file} && virsh --quiet define ${file}`], [0], { input: domain(name, disk) });
  await onNode(node, ["virsh", "--quiet", "start", name]);
}

/** A machine with nothing to start from: its firmware waits, which is enough to be moved. */
export const startBareGuest = (node: string, name: string): Promise<void> => start(node, name, "");

/** A machine with a system of its own, which goes down when it is asked to: from a copy of the management VM's image. */
export async function startGuest(node: string, name: string, owner: string): Promise<void> {
  const { stdout } = await onNode(owner, ["virsh", "dumpxml", managementVmDomainName]);
  const disk = /<disk type='network'[\s\S]*?<\/disk>/.exec(stdout)?.[0] ?? "";
  const pool = /name='([^'/]+)\//.exec(disk)?.[1];
  if (pool === undefined) throw new Error(`the management VM on ${owner} has no disk in Ceph:\n${stdout}`);
  await onNode(node, ["rbd", "--no-progress", "cp", `${pool}/${managementVmImageName}`, `${pool}/${name}`], [0], {
    timeoutMs: copyMs,
  });
  const own = disk
    .replace(`${pool}/${managementVmImageName}`, `${pool}/${name}`)
    .replace(/ index='\d+'/, "")
    .replace(/<(alias|address)[^>]*\/>/g, "");
  await start(node, name, own);
}

/** What runs there, without the management VM. */
export async function guestsOf(node: string): Promise<string[]> {
  const { stdout } = await onNode(node, ["virsh", "--quiet", "list", "--name"]);
  return stdout.split("\n").filter((name) => name !== "" && name !== managementVmDomainName);
}

/** Its system is up and hears the power button. */
export async function isUp(node: string, name: string): Promise<true | null> {
  const ping = ["virsh", "qemu-agent-command", name, '{"execute":"guest-ping"}'];
  return (await onNode(node, ping, [0, 1])).code === 0 ? true : null;
}
