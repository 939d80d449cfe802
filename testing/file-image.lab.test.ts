// The management VM's image as a raw file in a folder that all nodes share: installed by `zsha install` on bare nodes, with the
// folder's locks as the arbiter. The lab's folder lies on this machine, whose kernel keeps the locks of all nodes.
import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type HaConfig, managementVmDomainName } from "@/contract/ha-config";
import { type HaStatus, haStatusSchema } from "@/contract/ha-status";
import * as lab from "@/lab/cluster";
import { run } from "@/lab/shell";
import { onNode } from "@/testing/deployed-lab";

const count = Number(process.env["FILE_IMAGE_NODES"] ?? 3);
const nodes = Array.from({ length: count }, (_, at) => `ceph-${at + 1}`);
const guestIp = "10.77.3.100";
const image = "/storage/mnvm.img";
/** Programs of 100 MB to every node, Consul's first leader, one step after the other on each node. */
const installMs = 400_000;
/** A boot under emulation takes 7–30 s; failing over adds what Consul takes to notice. */
const guestMs = 240_000;
const settleMs = 60_000;

const sh = (node: string, script: string) => onNode(node, ["sh", "-ec", script]);

async function status(node = "ceph-1"): Promise<HaStatus> {
  return haStatusSchema.parse(JSON.parse((await onNode(node, ["zsha", "status", "--json"])).stdout));
}

async function until(what: string, isSo: () => Promise<boolean>, withinMs: number): Promise<void> {
  const deadline = performance.now() + withinMs;
  let last: unknown = "it is not so";
  while (performance.now() < deadline) {
    try {
      if (await isSo()) return;
    } catch (error) {
      last = error;
    }
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  }
  throw new Error(`${what}: not within ${withinMs / 1000} s; ${String(last)}`);
}

/** The guest's own page, asked from a node: nobody else is on its network. */
async function guestAnswers(from: string): Promise<boolean> {
  const ask = `import urllib.request as u; print(u.urlopen("http://${guestIp}:5000/witness", timeout=3).status)`;
  return (await lab.exec(from, ["python3", "-c", ask])).stdout.trim() === "200";
}

const running = (asked: string) => async (): Promise<boolean> => (await status(asked)).managementVm.state === "running";
const armed = (asked: string) => async (): Promise<boolean> => (await status(asked)).fence.armed;

/** The data network's NIC below a bridge with an address of the node's own, kept over a power cut. */
async function makeBridge(node: string, at: number): Promise<void> {
  const files = {
    "50-br.netdev": "[NetDev]\nName=br_zsn0\nKind=bridge\n",
    "51-em1.network": "[Match]\nName=em1\n[Network]\nBridge=br_zsn0\n",
    "52-br.network": `[Match]\nName=br_zsn0\n[Network]\nAddress=10.77.3.${11 + at}/24\n`,
  };
  for (const [name, text] of Object.entries(files))
    await lab.exec(node, ["tee", `/etc/systemd/network/${name}`], { input: text });
  await sh(node, "networkctl reload && ip link set em1 up");
  await until(
    `br_zsn0 on ${node}`,
    async () => {
      const { stdout } = await lab.exec(node, ["cat", "/sys/class/net/br_zsn0/carrier"]);
      return stdout.trim() === "1";
    },
    settleMs,
  );
}

const config: HaConfig = {
  Node: nodes.map((node, at) => `10.77.2.${11 + at} ${node}`),
  MemorySizeInGB: 8,
  CPU: 4,
  Type: "FileConf",
  MonAddrs: [],
  ChronyServers: ["10.77.2.11"],
  PoolName: "",
  ImageFolder: "/storage/",
  DNS: ["10.77.3.1"],
  Network: [
    {
      Bridge: "br_zsn0",
      MacAddress: "02:54:4c:0a:00:01",
      Ipaddr: guestIp,
      Netmask: "255.255.255.0",
      Gateway: "10.77.3.1",
      IsMgmt: true,
      IsDefRoute: true,
    },
  ],
  ConsoleProxyOverriddenIP: "",
  AllowResetRootPassword: false,
};

beforeAll(async () => {
  await run(["npm", "run", "-s", "build:suite"], { timeoutMs: installMs });
  await lab.down();
  const { shared, managementVm, consul } = await lab.up({ nodes: count, disks: 0, shared: true });
  if (shared === null || managementVm === null || consul === null) throw new Error("the lab has no shared folder");
  await Promise.all(nodes.map(makeBridge));
  const folder = join(shared.host, "install");
  await mkdir(folder);
  await copyFile("dist/zsha", join(folder, "zsha"));
  await copyFile(consul.binary, join(folder, "consul"));
  await writeFile(join(folder, "config.json"), JSON.stringify(config, null, 2));
  await run(["qemu-img", "convert", "-f", "qcow2", "-O", "raw", managementVm.image, join(shared.host, "mnvm.img")]);
}, installMs);
afterAll(() => lab.down(), guestMs);

test(
  "zsha install: the folder is judged on every node, and nothing of Ceph is asked for",
  async () => {
    const { rootPassword } = await lab.status();
    const install = "cd /storage/install && exec ./zsha install -p - -c config.json";
    const { stdout, stderr } = await onNode("ceph-1", ["sh", "-c", install], [0], {
      input: `${rootPassword}\n`,
      timeoutMs: installMs,
    });
    expect(stdout).toContain("Install to All Nodes Finished.");
    expect(stdout).toContain(`File ${image} exists`);
    expect(`${stdout}${stderr}`).not.toMatch(/ceph (auth|status|osd)|rbd/i);
  },
  installMs,
);

test(
  "it runs from the folder, QEMU holds the image's lock, and every node tells the same",
  async () => {
    await until("the guest's page", () => guestAnswers("ceph-1"), guestMs);
    await until("the fence to be armed", armed("ceph-1"), settleMs);
    for (const node of nodes) {
      const said = await status(node);
      expect(said.managementVm).toMatchObject({ state: "running", epoch: 1 });
      expect(said.services.map(({ state }) => state)).toEqual(nodes.map(() => "running"));
      await until(`no alarm on ${node}`, async () => (await status(node)).alarms.length === 0, settleMs);
    }
    const { stdout } = await onNode("ceph-2", ["zsha", "status"]);
    expect(stdout).toContain(`>>>Image Folder\n${image}\n`);
    expect(stdout).toContain("fence armed: the lock of");
    expect(stdout).not.toMatch(/Ceph|rbd|blocklist/);
    const locks = (await onNode("ceph-1", ["cat", "/proc/locks"])).stdout;
    expect(locks).toContain("OFDLCK");
  },
  guestMs * 2,
);

test("check-config says on every node whose locks it heeds", async () => {
  for (const [at, node] of nodes.entries()) {
    const others = nodes.filter((_, other) => other !== at).join(", ");
    const proven = until(
      `all proofs of ${node}`,
      async () => {
        const { stdout } = await onNode(node, ["zsha", "check-config", "/storage/install/config.json"]);
        return stdout.includes(`kept out by the locks of ${others}\n`);
      },
      settleMs,
    );
    await expect(proven, node).resolves.toBeUndefined();
  }
});

test("a second QEMU started by hand is refused by the lock, on the owner's node and on any other", async () => {
  const owner = (await status()).managementVm.node;
  for (const node of nodes) {
    const disk = `if=none,id=d,format=raw,file=${image}`;
    const qemu = ["qemu-system-x86_64", "-M", "q35", "-m", "64", "-nodefaults", "-display", "none", "-S"];
    const argv = [...qemu, "-drive", disk, "-device", "virtio-blk-pci,drive=d"];
    const { code, stderr } = await lab.exec(node, ["timeout", "20", ...argv]);
    expect(code, `${node}, owner ${owner}`).toBe(1);
    expect(stderr).toContain('Failed to get "write" lock');
  }
  expect((await status()).managementVm).toMatchObject({ state: "running", node: owner, epoch: 1 });
});

test(
  "zshad killed -9 adopts the running guest: same node, same epoch, and its locks count again",
  async () => {
    const { node, epoch } = (await status()).managementVm;
    const pid = async () => (await onNode(node ?? "", ["systemctl", "show", "-P", "MainPID", "zsha.service"])).stdout;
    const before = await pid();
    await onNode(node ?? "", ["systemctl", "kill", "--signal=KILL", "zsha.service"]);
    await until("another zshad", async () => !["0", before.trim()].includes((await pid()).trim()), settleMs);
    await until("an adopted guest", running("ceph-1"), settleMs);
    await until("the fence to be armed", armed("ceph-1"), settleMs);
    expect((await status()).managementVm).toMatchObject({ state: "running", node, epoch });
  },
  settleMs * 4,
);

test(
  "a live migration hands the image's lock over",
  async () => {
    const from = (await status()).managementVm.node ?? "";
    const to = nodes.find((node) => node !== from) ?? "";
    expect((await onNode(from, ["zsha", "migrate", to])).stdout).toContain("Migration: [100 %]");
    await until(
      `running on ${to}`,
      async () => {
        const { managementVm } = await status();
        return managementVm.state === "running" && managementVm.node === to;
      },
      settleMs,
    );
    expect(await guestAnswers(to)).toBe(true);
    await until("the fence to be armed", armed("ceph-1"), settleMs);
  },
  settleMs * 4,
);

test(
  "zshad and QEMU of the owner stopped in their tracks: its kernel keeps the lock, nobody starts, and it goes on",
  async () => {
    const { node, epoch } = (await status()).managementVm;
    const asked = nodes.find((other) => other !== node) ?? "";
    // systemd would replace a frozen zshad after half a minute.
    await onNode(node ?? "", ["systemctl", "service-watchdogs", "no"]);
    const freeze = (signal: "STOP" | "CONT") =>
      sh(node ?? "", `systemctl kill --kill-whom=main --signal=${signal} zsha.service; pkill -${signal} qemu-system`);
    await freeze("STOP");
    const log = "cat /var/log/z/zshad.log";
    await until(
      "a refusal with its reason",
      async () => (await sh(asked, log)).stdout.includes(`lock of ${image} is held`),
      guestMs,
    );
    expect((await lab.exec(asked, ["virsh", "list", "--name"])).stdout).not.toContain(managementVmDomainName);
    await freeze("CONT");
    await onNode(node ?? "", ["systemctl", "service-watchdogs", "yes"]);
    await until("running again", running(asked), settleMs);
    expect((await status(asked)).managementVm).toMatchObject({ node, epoch });
    await until("the fence to be armed", armed(asked), settleMs);
  },
  guestMs * 3,
);

test(
  "the owner loses power (and with five nodes another one): the lock is free, and the next node starts behind it",
  async () => {
    const before = (await status()).managementVm;
    const owner = before.node ?? "";
    const [asked = "", ...rest] = nodes.filter((node) => node !== owner);
    const lost = [owner, ...rest.slice(0, (count - 1) / 2 - 1)];
    await Promise.all(lost.map((node) => lab.powerOff(node)));
    await until(
      "running elsewhere",
      async () => {
        const { managementVm } = await status(asked);
        return managementVm.state === "running" && managementVm.node !== owner;
      },
      guestMs,
    );
    const after = (await status(asked)).managementVm;
    expect(after.epoch).toBeGreaterThan(before.epoch ?? 0);
    expect(lost).not.toContain(after.node);
    await until("the guest's page", () => guestAnswers(after.node ?? ""), guestMs);
    for (const node of lost) await lab.powerOn(node);
    await until(
      "all nodes again",
      async () => {
        const said = await status(asked);
        return said.services.every(({ state }) => state === "running") && said.alarms.length === 0;
      },
      guestMs,
    );
    expect((await status(asked)).managementVm).toMatchObject({ node: after.node, epoch: after.epoch });
  },
  guestMs * 4,
);

test(
  "zsha stop and start, the start on whatever node",
  async () => {
    await onNode("ceph-3", ["zsha", "stop"]);
    expect((await status()).managementVm.state).toBe("stopped");
    await onNode("ceph-3", ["zsha", "start"]);
    await until("running again", running("ceph-1"), guestMs);
  },
  guestMs * 3,
);
