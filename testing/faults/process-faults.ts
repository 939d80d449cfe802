// Rows 1–9, 37–42: processes, the guest, libvirt, the node's own resources.
import { setTimeout as sleep } from "node:timers/promises";
import { managementVmDomainName } from "@/contract/ha-config";
import * as lab from "@/lab/cluster";
import { type Fault, nothingToHeal } from "@/testing/faults/fault";
import type { Scene } from "@/testing/faults/scene";

/** Between two kills of a crash loop: long enough for libvirt to have seen the new QEMU. */
const betweenKillsMs = 1_000;
const crashLoopMs = 240_000;

/** Fills a file system and leaves nothing; /run is made small first, or the machine's memory would be what is full. */
const fill = (folder: string): string =>
  folder === "/run"
    ? "mount -o remount,size=$(( $(df --output=used -k /run | tail -1) + 256 ))k /run; cat /dev/zero > /run/trivet-fill 2>/dev/null; true"
    : `fallocate -l $(( $(df --output=avail -B1 ${folder} | tail -1) - 4096 )) ${folder}/trivet-fill; cat /dev/zero > ${folder}/trivet-fill-2 2>/dev/null; true`;

async function emptyDisks(scene: Scene): Promise<void> {
  await scene.shell(
    scene.owner,
    "rm -f /run/trivet-fill /var/tmp/trivet-fill /var/tmp/trivet-fill-2; mount -o remount,size=4800m /run",
  );
}

export const processFaults: readonly Fault[] = [
  {
    row: "1",
    name: "zshad-killed",
    what: "kill -9 of zshad on the owner",
    expect: "stays",
    boundSeconds: 0,
    holdSeconds: 15,
    hits: "owner",
    ci: true,
    chaos: true,
    inject: async (scene) => void (await scene.killService(scene.owner, "zsha")),
    heal: nothingToHeal,
  },
  {
    row: "2",
    name: "zshad-frozen",
    what: "zshad on the owner frozen (with systemd, whose watchdog would replace it), woken after the take-over",
    expect: "moves",
    boundSeconds: 45,
    hits: "owner",
    ci: true,
    chaos: true,
    inject: (scene) => scene.freeze(scene.owner, ["daemon"]),
    heal: (scene) => scene.thaw(scene.owner),
  },
  {
    row: "2w",
    name: "zshad-hung",
    what: "zshad on the owner frozen alone: systemd's watchdog starts it afresh, or another node takes over before",
    expect: "stays-or-moves",
    boundSeconds: 45,
    holdSeconds: 45,
    hits: "owner",
    inject: async (scene) => void (await lab.pause(scene.owner, "MainThread")),
    heal: (scene) => scene.thaw(scene.owner),
  },
  {
    row: "3",
    name: "zshad-and-qemu-frozen",
    what: "zshad and QEMU on the owner frozen, woken after the take-over",
    expect: "moves",
    boundSeconds: 45,
    hits: "owner",
    ci: true,
    chaos: true,
    inject: (scene) => scene.freeze(scene.owner, ["daemon", "qemu"]),
    heal: (scene) => scene.thaw(scene.owner),
  },
  {
    row: "3n",
    name: "node-frozen",
    what: "every process of the owner frozen at once, woken after the take-over",
    expect: "moves",
    boundSeconds: 45,
    hits: "owner",
    chaos: true,
    inject(scene) {
      scene.signalAll(scene.owner, "SIGSTOP");
      return Promise.resolve();
    },
    heal(scene) {
      scene.signalAll(scene.owner, "SIGCONT");
      return Promise.resolve();
    },
  },
  {
    row: "4",
    name: "fence-outlasts-sleep",
    what: "as 3; the fence of the sleeper must hold for years, whatever the default of Ceph is",
    expect: "moves",
    boundSeconds: 45,
    hits: "owner",
    async inject(scene) {
      const address = scene.witness.alive()[0]?.address;
      if (address === null || address === undefined) throw new Error("the owner's storage client is not known yet");
      scene.noted.set("address", address);
      await scene.freeze(scene.owner, ["daemon", "qemu"]);
    },
    async heal(scene) {
      const { blocked } = await scene.witness.storage.look(false);
      scene.noted.set("held", String(blocked.includes(scene.noted.get("address") ?? "")));
      await scene.thaw(scene.owner);
    },
    check: (scene) =>
      Promise.resolve(
        scene.noted.get("held") === "true" ? [] : ["the sleeper's fence was missing or shorter than five years"],
      ),
  },
  {
    row: "5",
    name: "qemu-killed",
    what: "kill -9 of QEMU",
    expect: "restarts",
    boundSeconds: 20,
    hits: "owner",
    ci: true,
    chaos: true,
    inject(scene) {
      scene.killQemu(scene.owner);
      return Promise.resolve();
    },
    heal: nothingToHeal,
  },
  {
    row: "6",
    name: "crash-loop",
    what: "QEMU killed again each time it comes up on the owner, until the owner gives it away",
    expect: "moves",
    boundSeconds: 120,
    hits: "owner",
    async inject(scene) {
      await scene.until(
        "the VM given to another node",
        async () => {
          const [life] = scene.witness.alive();
          if (life !== undefined && life.node !== scene.owner) return true;
          scene.killQemu(scene.owner);
          await sleep(betweenKillsMs);
          return false;
        },
        crashLoopMs,
      );
    },
    async heal(scene) {
      // The node that gave up says so until an operator clears it.
      await scene.on(scene.follower(0), ["zsha", "start"], { timeoutMs: crashLoopMs });
    },
  },
  {
    row: "7",
    name: "libvirtd-killed-and-hung",
    what: "kill -9 of libvirtd on the owner, then SIGSTOP for half a minute",
    expect: "stays",
    boundSeconds: 0,
    holdSeconds: 30,
    hits: "owner",
    ci: true,
    chaos: true,
    async inject(scene) {
      await scene.killService(scene.owner, "libvirtd");
      await scene.until(
        "libvirtd again",
        async () => (await lab.exec(scene.owner, ["virsh", "--quiet", "list"])).code === 0,
        60_000,
      );
      await lab.pause(scene.owner, "libvirtd");
    },
    heal: async (scene) => void (await lab.resume(scene.owner, "libvirtd")),
  },
  {
    row: "8",
    name: "guest-halts",
    what: "the guest switches itself off after a new configuration was imported: the start applies it",
    expect: "restarts",
    boundSeconds: 30,
    hits: "owner",
    ci: true,
    async inject(scene) {
      const file = "/tmp/current.config.json";
      await scene.on(scene.owner, ["zsha", "export-config"]);
      // The smallest allowed and one more, in turn.
      await scene.on(scene.owner, ["sed", "-i", 's/"CPU": 4/"CPU": 5/;t;s/"CPU": 5/"CPU": 4/', file]);
      scene.noted.set("cpus", await scene.shell(scene.owner, `sed -n 's/.*"CPU": \\([0-9]*\\).*/\\1/p' ${file}`));
      await scene.on(scene.owner, ["zsha", "import-config", file]);
      await scene.on(scene.owner, ["virsh", "--quiet", "shutdown", managementVmDomainName]);
    },
    heal: nothingToHeal,
    async check(scene) {
      const { managementVm, configVersion } = await scene.status(scene.follower(0));
      const info = await scene.on(scene.owner, ["virsh", "--quiet", "dominfo", managementVmDomainName]);
      const cpus = /^CPU\(s\):\s*(\d+)/m.exec(info)?.[1];
      const wanted = scene.noted.get("cpus")?.trim();
      return [
        ...(managementVm.appliedConfigVersion === configVersion
          ? []
          : [
              `configuration ${managementVm.appliedConfigVersion} runs, ${configVersion} was imported before the start`,
            ]),
        ...(cpus === wanted ? [] : [`the new QEMU has ${cpus} CPUs, ${wanted} were imported`]),
      ];
    },
  },
  {
    row: "9",
    name: "guest-panics",
    what: "the guest's kernel panics",
    expect: "restarts",
    boundSeconds: 30,
    hits: "owner",
    async inject(scene) {
      const script = "echo 1 > /proc/sys/kernel/sysrq; echo c > /proc/sysrq-trigger";
      await scene
        .agent(scene.owner, { execute: "guest-exec", arguments: { path: "/bin/sh", arg: ["-c", script] } })
        // A guest that panics does not answer any more.
        .catch(() => undefined);
    },
    heal: nothingToHeal,
  },
  {
    row: "37",
    name: "disk-full",
    what: "/var and /run of the owner full",
    expect: "stays",
    boundSeconds: 0,
    holdSeconds: 40,
    hits: "owner",
    ci: true,
    async inject(scene) {
      await scene.shell(scene.owner, fill("/var/tmp"));
      await scene.shell(scene.owner, fill("/run"));
    },
    heal: emptyDisks,
  },
  {
    row: "39",
    name: "cpu-starved",
    what: "eight processes that do nothing but count, on the owner",
    expect: "stays",
    boundSeconds: 0,
    holdSeconds: 25,
    hits: "owner",
    async inject(scene) {
      const spin = "for i in 1 2 3 4 5 6 7 8; do setsid timeout 30 sh -c 'while :; do :; done' >/dev/null 2>&1 & done";
      await scene.shell(scene.owner, spin);
    },
    heal: async (scene) => void (await scene.shell(scene.owner, "sleep 6")),
  },
  {
    row: "42",
    name: "started-by-hand",
    what: "virsh create of the same domain on another node",
    expect: "stays",
    boundSeconds: 0,
    holdSeconds: 5,
    hits: "follower",
    ci: true,
    async inject(scene) {
      const xml = await scene.on(scene.owner, ["virsh", "--quiet", "dumpxml", managementVmDomainName]);
      const file = "/run/trivet-foreign.xml";
      await lab.exec(scene.follower(0), ["sh", "-c", `cat > ${file}`], { input: xml });
      const result = await lab.exec(scene.follower(0), ["virsh", "create", file]);
      scene.noted.set("said", `${result.code} ${result.stderr}`);
    },
    heal: nothingToHeal,
    check: (scene) =>
      Promise.resolve(
        /^[1-9].*(permit|zsha)/s.test(scene.noted.get("said") ?? "")
          ? []
          : [`the hook let it pass or said nothing of use: ${scene.noted.get("said")}`],
      ),
  },
  {
    row: "44",
    name: "daemon-upgraded",
    what: "the suite's program replaced and zshad restarted while the VM runs",
    expect: "stays",
    boundSeconds: 0,
    holdSeconds: 20,
    hits: "owner",
    ci: true,
    async inject(scene) {
      await scene.shell(
        scene.owner,
        "p=$(readlink -f /usr/sbin/zshad) && cp -p $p $p.new && mv $p.new $p && systemctl restart zsha.service",
      );
    },
    heal: nothingToHeal,
  },
];
