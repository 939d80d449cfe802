import type { Deed, Outcome, SideState } from "@/suite/core/deed";
import type { SimNode } from "@/suite/core/simulation/sim-node";
import type { World } from "@/suite/core/simulation/world";

type Answer = (outcome: Outcome) => void;
const done: Outcome = { result: "done" };
const failed = (because: string): Outcome => ({ result: "failed", because });
const lost = (because: string): Outcome => ({ result: "unknown", because });

/** Milliseconds each deed takes when all is well, as measured on real nodes. */
const tookMs: Readonly<Record<Deed["deed"], number>> = {
  take: 30,
  reclaim: 30,
  fence: 1_000,
  create: 600,
  "ask-guest-off": 200,
  destroy: 500,
  "confirm-gone": 300,
  release: 30,
  "announce-prepared": 30,
  "fail-operation": 30,
  migrate: 2_000,
  "judge-migration": 400,
  "destroy-peer": 800,
  resume: 200,
  "hand-over": 30,
  "find-address": 300,
  "ping-guest": 200,
  "audit-watchers": 300,
  "stamp-epoch": 100,
  "set-guest-network": 500,
  "lift-fences": 600,
};

export function perform(world: World, node: SimNode, deed: Deed, answer: Answer): void {
  const began = world.powerCycles;
  if (deed.deed === "migrate") {
    const record = world.consul.operation.record;
    if (record !== null)
      world.consul.operation = { record: { ...record, phase: "copying" }, index: world.consul.nextIndex() };
    world.copying.add(node.name);
  }
  world.queue.after(tookMs[deed.deed], () => {
    world.copying.delete(node.name);
    // Power loss takes the command with it; a killed zshad does not stop libvirtd or a monitor that was already asked.
    if (world.powered.has(node.name) && (world.powerCycles === began || node.running)) act(world, node, deed, answer);
  });
}

function act(world: World, node: SimNode, deed: Deed, answer: Answer): void {
  const { consul, ceph, queue } = world;
  const me = node.name;
  const own = world.qemuOn(me);
  const consulAnswers = consul.serves(me);
  switch (deed.deed) {
    case "take":
    case "reclaim": {
      if (!consulAnswers) return queue.after(2_500, () => answer(lost("no answer from the local agent")));
      const free = consul.owner.session === null || consul.owner.session === node.session;
      const valid = node.session !== null && consul.sessions.has(node.session);
      if (!valid || !free || consul.epoch.index !== deed.epochIndex) return answer(failed("somebody was faster"));
      if (deed.deed === "reclaim") {
        consul.owner = { ...consul.owner, session: node.session };
        consul.changed();
        return answer(done);
      }
      if (consul.intent.index !== deed.intentIndex) return answer(failed("the intent changed"));
      const epoch = consul.epoch.value + 1;
      consul.epoch = { value: epoch, index: consul.nextIndex() };
      consul.owner = {
        session: node.session,
        record: {
          node: me,
          epoch,
          domainUuid: "sim",
          phase: "taking",
          startId: deed.startId,
          clientAddress: null,
          configVersion: null,
          at: "",
        },
      };
      const targets = deed.fenceFirst.map((address) => ({ address, node: address.split(":")[0] ?? null }));
      consul.fences.set(epoch, { epoch, node: me, targets, state: "fencing", at: "" });
      world.noteTaken(epoch, me);
      consul.changed();
      return answer({ result: "done", epoch });
    }
    case "fence": {
      if (!ceph.answers(me)) return queue.after(5_000, () => answer(failed("the monitors do not answer")));
      if (consulAnswers && consul.owner.session !== node.session) return answer(failed("the lock is no longer held"));
      const spared = deed.spareOwn ? own?.address : undefined;
      const targets = [...new Set([...deed.first, ...ceph.watchers()])].filter((address) => address !== spared);
      for (const address of targets) ceph.blocklist(address);
      const record = { address: "", node: null as string | null };
      consul.fences.set(deed.epoch, {
        epoch: deed.epoch,
        node: me,
        targets: targets.map((address) => ({ ...record, address, node: address.split(":")[0] ?? null })),
        state: "fenced",
        at: "",
      });
      consul.changed();
      return answer({ result: "done", addresses: targets });
    }
    case "create": {
      if (own !== null) return answer(failed("domain is already active"));
      if (!node.libvirtAnswers) return queue.after(10_000, () => answer(lost("libvirtd does not answer")));
      if (!node.running || !node.permitted(deed.startId, deed.epoch))
        return answer(failed("the hook refused: no permit"));
      if (world.startsFail.has(me)) return answer(failed("QEMU exited at once"));
      world.startQemu(me, deed.startId, deed.epoch);
      return answer(done);
    }
    case "ask-guest-off":
      if (own !== null && own.state === "running" && world.guestObeys)
        queue.after(2_400, () => world.endQemu(own, "shutdown", true));
      return answer(done);
    case "destroy": {
      if (own === null) return answer(done);
      if (!node.libvirtAnswers) return queue.after(10_000, () => answer(lost("libvirtd does not answer")));
      world.endQemu(own, "destroyed", ceph.answers(me));
      return answer(done);
    }
    case "confirm-gone": {
      if (own !== null) return answer(failed("a QEMU process is there"));
      if (deed.address === null) return answer(done);
      if (!ceph.answers(me)) return answer(lost("watchers cannot be listed"));
      return answer(ceph.watchers().includes(deed.address) ? failed("the watcher is still there") : done);
    }
    case "release": {
      if (!consulAnswers) return queue.after(2_500, () => answer(lost("no answer from the local agent")));
      if (consul.owner.session !== node.session) return answer(done);
      const record = consul.owner.record;
      consul.owner = {
        session: null,
        record: record === null ? null : { ...record, phase: "stopping", clientAddress: deed.address },
      };
      consul.changed();
      return answer(done);
    }
    case "announce-prepared":
    case "fail-operation": {
      const record = consul.operation.record;
      if (!consulAnswers || record === null || record.id !== deed.operation)
        return answer(failed("the operation changed"));
      const phase = deed.deed === "fail-operation" ? "failed" : "prepared";
      const error = deed.deed === "fail-operation" ? deed.error : null;
      consul.operation = { record: { ...record, phase, error }, index: consul.nextIndex() };
      consul.changed();
      return answer(done);
    }
    case "migrate":
      return world.migrate(node, deed.target, answer);
    case "judge-migration":
      if (world.copying.has(me)) return answer(lost("the copy is still under way"));
      return answer({
        result: "done",
        here: sideOf(world, me),
        there: world.reaches(me, deed.target) ? sideOf(world, deed.target) : "unknown",
      });
    case "destroy-peer": {
      if (!world.reaches(me, deed.target)) return answer(failed("unreachable"));
      const other = world.qemuOn(deed.target);
      if (other !== null) {
        ceph.blocklist(other.address);
        world.endQemu(other, "destroyed", true);
      }
      return answer(done);
    }
    case "resume":
      if (own === null || own.reason === "io-error") return answer(failed("nothing to resume"));
      own.state = "running";
      world.changed();
      return answer(done);
    case "hand-over": {
      if (!consulAnswers) return queue.after(2_500, () => answer(lost("no answer from the local agent")));
      if (consul.owner.session !== node.session || consul.epoch.index !== deed.epochIndex)
        return answer(failed("the lock is no longer held"));
      if (!consul.sessions.has(deed.targetSession)) return answer(failed("the target's session is gone"));
      const epoch = consul.epoch.value + 1;
      consul.epoch = { value: epoch, index: consul.nextIndex() };
      consul.owner = {
        session: deed.targetSession,
        record: {
          node: deed.target,
          epoch,
          domainUuid: "sim",
          phase: "running",
          startId: deed.startId,
          clientAddress: null,
          configVersion: null,
          at: "",
        },
      };
      const operation = consul.operation.record;
      if (operation !== null) consul.operation = { record: { ...operation, phase: "done" }, index: consul.nextIndex() };
      world.noteTaken(epoch, deed.target);
      consul.changed();
      return answer({ result: "done", epoch });
    }
    case "find-address":
      return answer(
        ceph.answers(me) && own !== null
          ? { result: "done", address: own.address }
          : failed("watchers cannot be listed"),
      );
    case "ping-guest":
      return answer(
        own?.state === "running" && queue.now - (world.bootedAt.get(own) ?? 0) > 8_000 ? done : failed("no answer"),
      );
    case "audit-watchers":
      if (!ceph.answers(me)) return answer(lost("watchers cannot be listed"));
      return answer({ result: "done", addresses: ceph.watchers().filter((address) => address !== deed.own) });
    case "stamp-epoch":
      if (own !== null) {
        own.epoch = deed.epoch;
        own.startId = deed.startId;
      }
      return answer(done);
    case "set-guest-network":
      return answer(done);
    case "lift-fences": {
      const gone = deed.addresses.filter((address) => own?.address !== address);
      for (const address of gone) world.lift(address);
      return answer({ result: "done", addresses: gone });
    }
  }
}

function sideOf(world: World, node: string): SideState {
  return world.qemuOn(node)?.state ?? "absent";
}
