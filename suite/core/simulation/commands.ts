import type { IntentRecord } from "@/contract/consul-keys";
import { sentenceText } from "@/contract/sentence";
import type { Deed } from "@/suite/core/deed";
import type { MigrationFault } from "@/suite/core/simulation/sim-migration";
import type { Direction, Service } from "@/suite/core/simulation/sim-network";
import { services } from "@/suite/core/simulation/sim-network";
import type { Trap } from "@/suite/core/simulation/sim-node";
import type { World } from "@/suite/core/simulation/world";

/** `zsha migrate`'s own. */
const migrationTimeoutMs = 960_000;

type Command = (world: World, words: readonly string[]) => void;

const milliseconds = (seconds: string | undefined): number => Math.round(Number(seconds) * 1000);
const direction = (word: string | undefined): Direction => (word === "in" || word === "out" ? word : "both");
const pick = (word: string | undefined): readonly Service[] =>
  services.filter((service) => word === undefined || service === word);

/** Without a leader the operator's command fails, and he tries again. */
const operatorRetryMs = 1_000;

function setIntent(world: World, want: IntentRecord["want"]): void {
  world.operatorsWord += 1;
  tryIntent(world, want, world.operatorsWord);
}

function tryIntent(world: World, want: IntentRecord["want"], word: number): void {
  const { consul } = world;
  if (word !== world.operatorsWord) return;
  if (consul.raft.leader === null) return world.queue.after(operatorRetryMs, () => tryIntent(world, want, word));
  const generation = (consul.kv.intent.record?.generation ?? 0) + 1;
  consul.commit({ intent: { record: { want, generation, actor: "operator", at: "" }, index: consul.nextIndex } });
}

function askMigration(world: World, source: string, target: string): void {
  const { consul, queue } = world;
  if (consul.raft.leader === null) return;
  const index = consul.nextIndex;
  const record = {
    id: `migrate-${index}`,
    kind: "migrate",
    source,
    target,
    phase: "requested",
    percent: null,
    error: null,
    actor: "operator",
    deadline: String(queue.now + migrationTimeoutMs),
    at: "",
  } as const;
  consul.commit({ operation: { record, index } });
}

const trap =
  (when: Trap["when"], what: Trap["what"]): Command =>
  (world, [name = "", deed = ""]) =>
    void world.node(name).traps.push({ deed: deed as Deed["deed"], when, what });

function endGuest(reason: "failed" | "shutdown" | "crashed"): Command {
  return (world, [name = ""]) => {
    const { qemu } = world.host(name);
    if (qemu === null || qemu.state !== "running" || (qemu.frozen && reason !== "failed")) return;
    world.end(qemu, reason, reason !== "failed");
  };
}

/** What may be done to a world. Times are seconds; `owner` stands for the node the lock names. */
export const commands: Readonly<Record<string, Command>> = {
  run: (world, [time]) => world.queue.runUntil(world.queue.now + milliseconds(time)),
  start: (world) => setIntent(world, "started"),
  stop: (world) => setIntent(world, "stopped"),
  configure: ({ consul }) => consul.commit({ config: { version: consul.nextIndex } }),
  /** As `zsha migrate`: nothing to migrate, nothing is written. */
  migrate: (world, [source = "", target = ""]) => {
    const { session, record } = world.consul.kv.owner;
    if (source !== target && session !== null && record?.node === source) askMigration(world, source, target);
  },
  "migration-fault": (world, [fault]) => {
    world.migrations.next = fault as MigrationFault;
  },
  "migration-takes": (world, [time]) => {
    world.migrations.copyMs = milliseconds(time);
  },

  "power-off": (world, [name = ""]) => world.powerOff(name),
  "power-on": (world, [name = ""]) => world.powerOn(name),
  "kill-zshad": (world, [name = ""]) => world.killZshad(name),
  "stop-zshad": (world, [name = ""]) => world.node(name).stop(),
  "start-zshad": (world, [name = ""]) => world.node(name).start(),
  "freeze-zshad": (world, [name = ""]) => world.freeze(name),
  "thaw-zshad": (world, [name = ""]) => world.thaw(name),
  "starve-main": (world, [name = ""]) => {
    world.node(name).mainStarved = true;
  },
  "starve-renewals": (world, [name = ""]) => {
    world.node(name).renewStarved = true;
  },
  "freeze-before": trap("before", "freeze"),
  "freeze-after": trap("after", "freeze"),
  "kill-before": trap("before", "kill"),
  "kill-after": trap("after", "kill"),
  "power-off-before": trap("before", "power-off"),
  "power-off-after": trap("after", "power-off"),
  "cut-before": trap("before", "cut"),
  "cut-after": trap("after", "cut"),
  "clock-jumps": (world, [name = "", time]) => {
    world.node(name).wallOffsetMs += milliseconds(time);
  },

  "kill-qemu": endGuest("failed"),
  "halt-guest": endGuest("shutdown"),
  "panic-guest": endGuest("crashed"),
  "freeze-qemu": (world, [name = ""]) => world.freezeQemu(name),
  "thaw-qemu": (world, [name = ""]) => world.thawQemu(name),
  "guest-deaf": (world) => {
    for (const host of world.hosts) host.guestObeys = false;
  },
  "suspend-by-hand": (world, [name = ""]) => {
    const { qemu } = world.host(name);
    if (qemu !== null) qemu.state = "paused";
    world.changed(name);
  },
  "resume-by-hand": (world, [name = ""]) => {
    const { qemu } = world.host(name);
    if (qemu !== null) world.run(qemu);
  },
  intruder: (world, [name = ""]) => world.host(name).intrude(),
  "virsh-start": (world, [name = ""]) =>
    world
      .host(name)
      .create({ startId: null, epoch: null, configVersion: null }, false, (outcome) =>
        world.log(
          "operator",
          `virsh start on ${name}: ${outcome.result === "done" ? "done" : sentenceText(outcome.because)}`,
        ),
      ),

  "libvirt-hangs": (world, [name = ""]) => {
    world.host(name).hangs = true;
  },
  "libvirt-answers": (world, [name = ""]) => {
    world.host(name).hangs = false;
  },
  "libvirt-restarts": (world, [name = ""]) => world.host(name).restartLibvirt(),
  "events-lost": (world, [name = ""]) => {
    world.host(name).eventsLost = true;
  },
  "starts-fail": (world, [name = "", how]) => {
    world.host(name).startFault = how === "after-open" ? "fails-after-open" : "fails";
  },
  "starts-work": (world, [name = ""]) => {
    world.host(name).startFault = "none";
  },
  "hook-missing": (world, [name = ""]) => {
    world.host(name).startFault = "hook-missing";
  },
  "starts-take": (world, [name = "", time]) => {
    world.host(name).startTakesMs = milliseconds(time);
  },
  obstacle: (world, [name = "", ...words]) => {
    world.node(name).obstacles = words.length === 0 ? [] : [words.join(" ")];
    world.node(name).tellObstacles();
  },

  cut: (world, [name = "", way]) => world.network.cut(name, services, direction(way)),
  "cut-consul": (world, [name = "", way]) => world.network.cut(name, ["consul"], direction(way)),
  "cut-storage": (world, [name = "", way]) => world.network.cut(name, ["ceph"], direction(way)),
  "cut-ssh": (world, [name = "", way]) => world.network.cut(name, ["ssh"], direction(way)),
  "cut-between": (world, [a = "", b = "", service, way]) => world.network.between(a, b, pick(service), direction(way)),
  loss: (world, [percent, service]) => {
    for (const one of pick(service)) world.network.loss.set(one, Number(percent) / 100);
    world.lossyGossip();
  },
  mend: (world) => world.network.heal(),

  leader: ({ consul }, [name = ""]) => {
    consul.raft.leader = name;
  },
  "kill-consul": (world, [name = ""]) => world.killConsul(name),
  "stop-consul": (world, [name = ""]) => world.consul.raft.setAgent(name, false),
  "start-consul": (world, [name = ""]) => world.consul.raft.setAgent(name, true),
  rumour: (world, [name = "", time]) => world.consul.raft.rumour(name, milliseconds(time)),
  "lose-session": (world, [name = ""]) => {
    const { session } = world.node(name).lease;
    if (session !== null && world.consul.raft.leader !== null) world.consul.invalidate(session);
  },
  "lose-answers": (world, [name = "", count]) => void world.consul.loseAnswers.set(name, Number(count ?? "1")),
  "watch-lags": (world, [name = "", time]) => {
    world.node(name).watchLagMs = milliseconds(time);
  },

  "storage-down": ({ storage }) => {
    storage.down = true;
    storage.changed();
  },
  "storage-up": ({ storage }) => {
    storage.down = false;
    storage.monitorsDown = false;
    storage.full = false;
    storage.changed();
  },
  "monitors-down": ({ storage }) => {
    storage.monitorsDown = true;
    storage.changed();
  },
  "storage-full": ({ storage }) => {
    storage.full = true;
    storage.changed();
  },
  "storage-slow": ({ storage }, [name = ""]) => void storage.slow.add(name),
  "monitors-elect": ({ storage }, [time]) => storage.electFor(milliseconds(time)),
  "blocklist-expires": ({ image }, [time]) => {
    image.weakness = { ...image.weakness, expiryMs: milliseconds(time) };
  },
  "no-fence": ({ image }) => {
    image.weakness = { ...image.weakness, noFence: true };
  },
  heal: (world) => world.heal(),
};

export function command(world: World, verb: string, words: readonly string[]): boolean {
  const found = commands[verb];
  const owner = world.consul.kv.owner.record?.node ?? world.names[0] ?? "";
  found?.(
    world,
    words.map((word) => (word === "owner" ? owner : word)),
  );
  return found !== undefined;
}
