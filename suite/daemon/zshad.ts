import type { HaConfig } from "@/contract/ha-config";
import { suitePaths } from "@/contract/node-setup";
import { productVersion } from "@/contract/version";
import { formatErrorChain } from "@/lib/error-chain";
import { ConsulClient } from "@/suite/consul/consul-client";
import { Lease } from "@/suite/consul/lease";
import { initialState } from "@/suite/core/state";
import { BlockingWatch } from "@/suite/daemon/blocking-watch";
import { ClusterFacts } from "@/suite/daemon/cluster-facts";
import { performDeed } from "@/suite/daemon/deeds";
import { Engine } from "@/suite/daemon/engine";
import { imageStore } from "@/suite/daemon/image-store";
import { followLibvirtEvents } from "@/suite/daemon/libvirt-events";
import { Machine } from "@/suite/daemon/machine";
import { readMemory } from "@/suite/daemon/memory";
import { notifySystemd, watchdogPeriodMs } from "@/suite/daemon/notify";
import { Observers } from "@/suite/daemon/observers";
import { keepPeerKeys } from "@/suite/daemon/peer-keys";
import { OwnerPulse } from "@/suite/daemon/owner-pulse";
import { Publisher } from "@/suite/daemon/publisher";
import { FolderLock } from "@/suite/image-lock/folder-lock";
import { keptSession } from "@/suite/daemon/kept-session";
import { readNodeSettings } from "@/suite/daemon/settings";
import { RotatingLog } from "@/suite/log";
import { monotonicMs, wallClock } from "@/suite/system/clock";
import { startLineProcess } from "@/suite/system/line-process";
import { ensureDirectory } from "@/suite/system/files";
import { runCommand } from "@/suite/system/run-command";

/** Time left for the last log lines when systemd stops the daemon. */
const farewellMs = 500;

/** The daemon: observes, lets the core decide, acts. Everything it owns is made here. */
export async function runZshad(): Promise<never> {
  const log = new RotatingLog("zshad", wallClock);
  process.on("uncaughtException", (error) => void give(error));
  process.on("unhandledRejection", (error) => void give(error));
  const { cluster, suiteToken } = await readNodeSettings();
  // Also when systemd did not make it: hook permit and own memory live there, on a tmpfs.
  await ensureDirectory(suitePaths.runDirectory, { mode: 0o700 });
  const memory = await readMemory();

  const consul = new ConsulClient(suiteToken);
  const machine = new Machine(runCommand, cluster.node, cluster.cephUser, monotonicMs);
  const facts = new ClusterFacts(cluster);
  const config = (): { value: HaConfig; version: number } => facts.config();
  const session = keptSession((why) =>
    log.write({ level: "warning", sentence: `No open connection to Ceph, its commands are used: ${why}` }),
  );
  const folderLock = new FolderLock({
    node: cluster.node,
    run: runCommand,
    startProcess: startLineProcess,
    peers: () => facts.lockPeers(),
    ownLine: () => facts.seen?.peers[cluster.node]?.record.imageLock ?? null,
    clock: monotonicMs,
    onTrouble: (sentence) => log.write({ level: "warning", sentence, node: cluster.node }),
    onChange: () => publisher.again(),
  });
  const storeParts = { node: cluster.node, cephUser: cluster.cephUser, run: runCommand, session, lock: folderLock };
  const store = () => imageStore(config().value, storeParts);

  const settings = { node: cluster.node, nodes: cluster.nodes.map((node) => node.name), onLeaseLoss: "keep" } as const;
  const engine: Engine = new Engine(initialState(settings, monotonicMs(), memory.run), {
    clock: monotonicMs,
    perform: (deed) => performDeed(context, deed),
    log: (sentence, state) => log.write({ level: "info", sentence, phase: state.phase.at, node: cluster.node }),
    trouble: (sentence) => log.write({ level: "error", sentence, node: cluster.node }),
    publish: (state, history) => publisher.publish(state, history),
  });
  const lease = new Lease(consul, `zshad ${cluster.node}`, suiteToken, monotonicMs, (seen, reason) => {
    if (seen.lost) log.write({ level: "warning", sentence: `Session lost: ${reason}`, node: cluster.node });
    engine.dispatch({ type: "lease", lease: seen });
  });
  const publisher = new Publisher({
    ...{ cluster, consul, lease, facts, clock: monotonicMs, wallClock, log },
    imageLock: () => folderLock.record,
  });
  const context = {
    cluster,
    consul,
    machine,
    store,
    config,
    session: () => lease.id,
    owner: () => facts.seen?.owner.record ?? null,
    epochIndex: () => facts.seen?.epoch.index ?? 0,
    operation: () => ({ record: facts.seen?.operation.record ?? null, index: facts.seen?.operation.index ?? 0 }),
    receiver: () => facts.seen?.receiver ?? null,
    fence: (epoch: number) => facts.fences.get(epoch) ?? null,
    unfinishedFences: () => [...facts.fences.values()].filter(({ state }) => state === "fencing"),
    ownAddress: () => ("run" in engine.state.phase ? engine.state.phase.run.address : null),
    onLifted: (address: string) => facts.lifted.add(address),
    checkLease: () => lease.check(),
    wallClock,
    onFencePart: (part: string, milliseconds: number) =>
      log.write({ level: "info", sentence: `Fence: ${part} took ${(milliseconds / 1000).toFixed(2)} s` }),
  };
  const observers = new Observers({ engine, machine, store, config, clock: monotonicMs });
  const pulse = new OwnerPulse(startLineProcess, monotonicMs);
  const watch = new BlockingWatch(consul, "zsha/", async (result) => {
    await facts.refreshMembers(consul);
    const reading = facts.read(result, monotonicMs(), wallClock().getTime(), pulse.aliveAt);
    const owner = facts.seen?.owner.record?.node;
    pulse.follow(cluster.nodes.find((node) => node.name === owner && node.name !== cluster.node)?.ip ?? null);
    for (const key of facts.newlyUnreadable())
      log.write({ level: "error", sentence: `Consul key ${key} cannot be understood` });
    engine.dispatch({ type: "consul", reading });
    // Somebody took our session away: find out at once, so that the lock can be taken back before others do.
    if (reading.state === "known" && lease.id !== null && publisher.lostRegistration(reading.value)) lease.check();
  });

  lease.begin(memory.session);
  watch.start();
  observers.start();
  const stopEvents = followLibvirtEvents(() => observers.readDomainNow());
  keepPeerKeys({ cluster, consul, log });
  const pet = watchdogPeriodMs();
  if (pet !== null) setInterval(() => void notifySystemd("WATCHDOG=1"), pet);
  log.write({ level: "info", sentence: `zshad ${productVersion} started`, node: cluster.node });
  await notifySystemd("--ready");

  for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => void stop(signal));
  return new Promise<never>(() => undefined);

  /** Stops the daemon only: the VM runs on, its lease runs out, and a restarted zshad takes it up again. */
  async function stop(signal: string): Promise<void> {
    log.write({ level: "info", sentence: `zshad stops on ${signal}; the VM is left as it is`, node: cluster.node });
    watch.stop();
    observers.stop();
    stopEvents();
    await Promise.race([log.flush(), new Promise((resolve) => setTimeout(resolve, farewellMs))]);
    await lease.end();
    process.exit(0);
  }

  /** A bug: say it and let systemd start a fresh process, which adopts the running VM. */
  async function give(error: unknown): Promise<void> {
    const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.stderr.write(`zshad: ${formatErrorChain(error)}\n`);
    log.write({ level: "error", sentence: `zshad ends on an error of its own: ${formatErrorChain(error)}`, detail });
    await Promise.race([log.flush(), new Promise((resolve) => setTimeout(resolve, farewellMs))]);
    process.exit(1);
  }
}
