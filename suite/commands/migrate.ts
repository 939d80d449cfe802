import { randomUUID } from "node:crypto";
import { consulKeys, type OperationRecord } from "@/contract/consul-keys";
import { AppError } from "@/contract/errors";
import { managementVmDomainName } from "@/contract/ha-config";
import { joined, sentenceText } from "@/contract/sentence";
import type { ClusterAccess } from "@/suite/commands/cluster-access";
import { readCluster, writeRecord } from "@/suite/commands/cluster-access";

/** As long as the copy itself may take, plus hand-over. */
const migrationTimeoutMs = 960_000;
const pollMs = 300;
/** After "done" the target needs a moment to report its domain. */
const arriveTimeoutMs = 30_000;

/** Moves the running VM to a node named by address or host name. Done only when the target reports it running under its lock. */
export async function migrateVm(
  access: ClusterAccess,
  targetText: string,
  actor: string,
  output: { say: (line: string) => void; progress: (line: string) => void },
): Promise<{ from: string; to: string }> {
  const nodes = access.cluster.nodes;
  const target = nodes.find((node) => node.ip === targetText || node.name === targetText);
  if (target === undefined) {
    throw new AppError("bad-input", `${targetText} is no node of this cluster`, {
      advice: `One of: ${nodes.map((node) => `${node.ip} (${node.name})`).join(", ")}`,
    });
  }
  const { seen } = await readCluster(access);
  const owner = seen.owner.record;
  const source = nodes.find((node) => node.name === owner?.node);
  if (seen.owner.session === null || owner === null || owner.phase !== "running" || source === undefined) {
    throw new AppError("blocked", "The management VM is not running, so there is nothing to migrate");
  }
  if (source.name === target.name) {
    throw new AppError(
      "blocked",
      `Requested operation is not valid: domain '${managementVmDomainName}' is already active`,
    );
  }
  const peer = seen.peers[target.name];
  if (peer === undefined || peer.session === null) {
    throw new AppError("blocked", `zsha does not report on ${target.name}; it must be healthy to take the VM`);
  }
  if (!peer.record.eligible) {
    throw new AppError(
      "blocked",
      `${target.name} cannot take the VM: ${sentenceText(joined(peer.record.ineligibleBecause))}`,
    );
  }
  const now = access.wallClock();
  const pending = seen.operation.record;
  const open = pending !== null && pending.phase !== "done" && pending.phase !== "failed";
  if (open && Date.parse(pending.deadline) > now.getTime() && pending.source === source.name) {
    throw new AppError(
      "conflict",
      `A migration to ${pending.target ?? "another node"} by ${pending.actor} is under way`,
    );
  }
  const operation: OperationRecord = {
    id: randomUUID(),
    kind: "migrate",
    source: source.name,
    target: target.name,
    phase: "requested",
    percent: null,
    error: null,
    actor,
    deadline: new Date(now.getTime() + migrationTimeoutMs).toISOString(),
    at: now.toISOString(),
  };
  const written = await writeRecord(access, consulKeys.operation, {
    value: JSON.stringify(operation),
    index: seen.operation.index,
    mark: operation.id,
  });
  if (written.kind === "refused")
    throw new AppError("conflict", `The migration was not recorded: ${sentenceText(written.because)}`);
  if (written.kind === "unknown") {
    throw new AppError(
      "command-outcome-unknown",
      `Whether the migration was recorded is not known: ${sentenceText(written.because)}`,
      { advice: 'See "zsha status" for where the VM runs.' },
    );
  }
  output.say(`Migrate from ${source.ip} to ${target.ip}`);
  await followMigration(access, operation, target.name, output.progress);
  output.say("Migration: [100 %]");
  return { from: source.name, to: target.name };
}

async function followMigration(
  access: ClusterAccess,
  operation: OperationRecord,
  target: string,
  progress: (line: string) => void,
): Promise<void> {
  const deadline = access.wallClock().getTime() + migrationTimeoutMs;
  let doneAt: number | null = null;
  let percent = -1;
  for (;;) {
    const { seen } = await readCluster(access);
    const { record } = seen.operation;
    if (record?.id !== operation.id) {
      throw new AppError("conflict", "Another migration was asked for while this one ran");
    }
    if (record.phase === "failed") {
      throw new AppError(
        "command-failed",
        `The migration failed, the VM runs on where it was: ${record.error ?? "no reason given"}`,
      );
    }
    if (record.percent !== null && record.percent > percent && record.percent < 100) {
      percent = record.percent;
      progress(`Migration: [${Math.floor(percent)} %]`);
    }
    const now = access.wallClock().getTime();
    if (record.phase === "done") {
      doneAt ??= now;
      const owner = seen.owner.record;
      if (owner?.node === target && seen.owner.session !== null && seen.peers[target]?.record.domain === "running")
        return;
      if (now - doneAt > arriveTimeoutMs) {
        throw new AppError("verification-failed", `${target} was handed the VM but does not report it running`, {
          advice: 'See "zsha status".',
        });
      }
    } else if (now > deadline) {
      throw new AppError(
        "command-outcome-unknown",
        `The migration did not come to an end; its last phase was "${record.phase}"`,
        {
          advice: 'See "zsha status" for where the VM runs.',
        },
      );
    }
    await access.sleep(pollMs);
  }
}
