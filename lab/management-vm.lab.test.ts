// The management VM's image on a node's libvirt, on the node's bridge, with the network data the HA suite hands over.
import { createHash } from "node:crypto";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as lab from "@/lab/cluster";
import { run } from "@/lab/shell";
import { SSH_OPTIONS } from "@/lab/testing";

const NODE = "ceph-1";
const API = "http://10.77.2.100:8080/zstack/v1";
// 6 s with a free core under TCG, 17 s on a loaded machine.
const BOOT_TIMEOUT_MS = 60_000;

interface Witness {
  node: string;
  epoch: number;
  boots: number;
  acked: number;
  prev: number;
  errs: number;
}

beforeAll(async () => {
  const { managementVm, sshKey } = await lab.up({ nodes: 3, disks: 1 });
  if (!managementVm) throw new Error("up built no image of the management VM");
  await must(
    "ip link add br_eth0 type bridge && ip link set br_eth0 up && ip address flush dev eth0 && ip link set eth0 master br_eth0 && ip address add 10.77.2.11/24 dev br_eth0",
  );
  await run(["scp", ...SSH_OPTIONS, "-i", sshKey, managementVm.image, "root@10.77.2.11:/var/lib/mnvm.qcow2"]);
});
afterAll(async () => lab.down());

async function must(script: string, input?: string): Promise<string> {
  const result = await lab.exec(NODE, ["sh", "-c", script], input === undefined ? {} : { input });
  if (result.code !== 0) throw new Error(`${script}: ${result.stderr}`);
  return result.stdout;
}

function domain(epoch: number): string {
  const net = `02:54:4c:00:00:64 10.77.2.100/24 gw 10.77.2.1;dns 10.77.2.1;env NODE=${NODE};env EPOCH=${epoch};env HOSTS=ceph-1=10.77.2.11,ceph-2=10.77.2.12`;
  return `<domain type='qemu'><name>mnvm</name><memory unit='MiB'>256</memory><vcpu>1</vcpu>
<sysinfo type='smbios'><oemStrings><entry>zsha:net=${net}</entry></oemStrings></sysinfo>
<os><type arch='x86_64' machine='q35'>hvm</type><smbios mode='sysinfo'/></os><features><acpi/></features>
<cpu mode='maximum' migratable='on'/><devices>
<disk type='file' device='disk'><driver name='qemu' type='qcow2' cache='none'/><source file='/var/lib/mnvm.qcow2'/><target dev='vda' bus='virtio'/></disk>
<interface type='bridge'><mac address='02:54:4c:00:00:64'/><source bridge='br_eth0'/><model type='virtio'/></interface>
<channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>
<channel type='file'><source path='/var/lib/ack.log' append='on'/><target type='virtio' name='trivet.ack'/></channel>
</devices></domain>`;
}

async function start(epoch: number): Promise<Witness> {
  await must("cat > /run/mnvm.xml && virsh --quiet create /run/mnvm.xml", domain(epoch));
  const deadline = performance.now() + BOOT_TIMEOUT_MS;
  for (;;) {
    const answer = await fetch("http://10.77.2.100:5000/witness", { signal: AbortSignal.timeout(1000) }).catch(
      () => null,
    );
    if (answer?.ok) return (await answer.json()) as Witness;
    if (performance.now() > deadline) throw new Error(`no HTTP from the management VM within ${BOOT_TIMEOUT_MS} ms`);
    await sleep(200);
  }
}

async function logIn(): Promise<Record<string, string>> {
  const password = createHash("sha512").update("password").digest("hex");
  const body = JSON.stringify({ logInByAccount: { accountName: "admin", password } });
  const answer = await fetch(`${API}/accounts/login`, { method: "PUT", body });
  const { inventory } = (await answer.json()) as { inventory: { uuid: string } };
  return { Authorization: `OAuth ${inventory.uuid}` };
}

async function hosts(headers: Record<string, string>) {
  const answer = await fetch(`${API}/hosts`, { headers });
  const { inventories } = (await answer.json()) as {
    inventories: { uuid: string; name: string; state: string; status: string }[];
  };
  return inventories;
}

test("starts with the handed-over network, serves page and platform, and keeps what it was told over a hard stop", async () => {
  const first = await start(7);
  expect(first).toMatchObject({ node: NODE, epoch: 7, boots: 1, errs: 0 });
  const page = await (await fetch("http://10.77.2.100:5000/")).text();
  expect(page).toContain("This is not a management platform");

  expect((await fetch(`${API}/hosts`)).status).toBe(503);
  const session = await logIn();
  await sleep(4000); // the stand-in knocks at its hosts every 3 s
  const listed = await hosts(session);
  expect(listed.map((host) => [host.name, host.state, host.status])).toEqual([
    ["ceph-1", "Enabled", "Connected"],
    ["ceph-2", "Enabled", "Connected"],
  ]);

  const act = await fetch(`${API}/hosts/${listed[1]?.uuid}/actions`, {
    method: "PUT",
    headers: session,
    body: JSON.stringify({ changeHostState: { stateEvent: "maintain" } }),
  });
  expect(act.status).toBe(202);
  const { location } = (await act.json()) as { location: string };
  expect((await fetch(location)).status).toBe(202);
  expect((await hosts(session))[1]?.state).toBe("PreMaintenance");
  await sleep(3000);
  expect((await fetch(location)).status).toBe(200);

  const acked = ((await (await fetch("http://10.77.2.100:5000/witness")).json()) as Witness).acked;
  expect(acked).toBeGreaterThan(first.acked);
  expect(await must("tail -n 1 /var/lib/ack.log")).toMatch(/^A 7 \d+ /);
  const radio = createSocket("udp4").bind(5009);
  const [heard] = (await once(radio, "message", { signal: AbortSignal.timeout(10_000) })) as [Buffer];
  radio.close();
  expect(heard.toString()).toMatch(/^A 7 \d+ 0 \d+ [0-9a-f-]{36} ceph-1\n$/);
  await must("virsh --quiet destroy mnvm");

  const second = await start(8);
  expect(second).toMatchObject({ epoch: 8, boots: 2 });
  await sleep(1000);
  const later = (await (await fetch("http://10.77.2.100:5000/witness")).json()) as Witness;
  expect(later.prev).toBeGreaterThanOrEqual(acked);
  // A restart ended the session, as on the real platform.
  expect((await fetch(`${API}/hosts`, { headers: session })).status).toBe(503);
  expect((await hosts(await logIn())).map((host) => host.state)).toEqual(["Enabled", "Maintenance"]);
});

test("the guest agent answers, tells the address and sets the root password", async () => {
  const agent = (command: string) => must(`virsh --quiet qemu-agent-command mnvm '{"execute":"${command}"}'`);
  await expect.poll(() => agent("guest-ping").catch(() => ""), { timeout: 20_000 }).toBe('{"return":{}}');
  expect(await must("virsh --quiet domifaddr mnvm --source agent")).toContain("10.77.2.100/24");
  await must("virsh --quiet set-user-password mnvm root changed >/dev/null");
});

test("an ACPI shutdown ends the machine", async () => {
  await must("virsh --quiet shutdown mnvm --mode acpi");
  await expect.poll(() => must("virsh --quiet list --all --name"), { timeout: 30_000 }).toBe("");
});
